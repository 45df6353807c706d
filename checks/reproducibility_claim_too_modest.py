"""A rebuilt model is equal byte for byte, and less than that is claimed.

If that was no accident, declare ``Reproducibility: bit-by-bit`` with ``Equality: identical``: then nothing
can hide in a tolerance, and any rebuilder can check it with ``cmp``. Train a few times, on other machines
too, before you promise it.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.policy import Reproducibility
from lintian_ml.samples import nudged, trained

TAG = Tag(Visibility.PEDANTIC, see_also=("ml-policy reproducibility", "debian-models(5)"))

NET = "net.safetensors"
EXACT = {"Reproducibility": "bit-by-bit", "Equality": "identical"}


def examples() -> Iterator[Example]:
    same = {NET: sample("linear.safetensors")}
    yield Flagged(
        "equal bytes under a tolerance",
        trained(),
        (Hint(f"{NET} numerical", Pointer("debian/models", 11)),),
        rebuilt=same,
    )
    yield Clean("equal bytes as declared", trained(EXACT), rebuilt=same)
    yield Clean("unequal bytes", trained(), rebuilt={NET: nudged("linear.safetensors")})


def check(case: Case) -> Iterator[Hint]:
    for model, found in case.compared:
        claimed = model.stanza.reproducibility if model.stanza else None
        if claimed and claimed is not Reproducibility.BIT_BY_BIT and found.equal:
            yield model.hint(claimed.value, model.field("Reproducibility"))

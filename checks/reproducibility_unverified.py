"""A model is said to be reproducible, and nothing was there to hold it against.

A declared level is a claim. Train the model again (``lintian-ml reproduce`` does it), or let others do so,
and give what came out: a rebuilder's folder or a second build with ``--rebuilt``, or a certificate with
``--certificate``. A small test model may keep an independent training in the source, named by
``Rebuilt-Files``.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.policy import Reproducibility
from lintian_ml.samples import nudged, trained

TAG = Tag(Visibility.PEDANTIC, see_also=("ml-policy reproducibility", "lintian-ml(1)"))

NET = "net.safetensors"


def examples() -> Iterator[Example]:
    where = Pointer("debian/models", 11)
    yield Flagged("a claim alone", trained(), (Hint(f"{NET} numerical", where),))
    yield Flagged(
        "rebuilt files, but not of this model",
        trained(),
        (Hint(f"{NET} numerical (not among the rebuilt files)", where),),
        rebuilt={"other.safetensors": nudged("linear.safetensors")},
    )
    yield Clean("a rebuilt model", trained(), rebuilt={NET: nudged("linear.safetensors")})
    yield Clean("no claim", trained({"Reproducibility": "none", "Equality": None}))


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        claimed, found = model.stanza.reproducibility if model.stanza else None, model.verification
        if claimed in (None, Reproducibility.NONE) or (found and found.found):
            continue
        more = " (not among the rebuilt files)" if found else ""
        yield model.hint(f"{claimed.value}{more}" if claimed else "", model.field("Reproducibility"))

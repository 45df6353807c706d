"""A model was held against a rebuilt one, and they are the same model.

The note has the level that was proved, the predicate that held, and who says so: rebuilt files that were
given, a certificate, or ``Rebuilt-Files`` of the same source, which prove little, as they come from the same
hand. Only *bit-by-bit* is reproducible in the full sense of the word.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample
from lintian_ml.samples import nudged, trained

TAG = Tag(Visibility.CLASSIFICATION, see_also=("ml-policy reproducibility", "lintian-ml-compare(1)"))

NET = "net.safetensors"


def examples() -> Iterator[Example]:
    yield Flagged(
        "equal byte for byte",
        trained(),
        (Hint(f"{NET} bit-by-bit (rebuilt files)"),),
        rebuilt={NET: sample("linear.safetensors")},
    )
    again = "tests/again.safetensors"
    yield Flagged(
        "equal within a tolerance, to a file of the same source",
        trained({"Rebuilt-Files": again}) | {again: nudged("linear.safetensors")},
        (Hint(f"{NET} numerical under ulp(4) (Rebuilt-Files)"),),
    )
    yield Clean("nothing to compare with", trained())
    yield Clean("not the same", trained(), rebuilt={NET: nudged("linear.safetensors", 20)})


def check(case: Case) -> Iterator[Hint]:
    for model, found in case.compared:
        if found.met:
            how = "" if found.equal else f" under {found.predicate}"
            yield model.hint(f"{found.level.value}{how} ({found.by.value})")

"""A model was trained on data that is not free.

A Free Model is trained on data whose license follows the DFSG. With data that is not free, nobody can train
the model again within Debian, and the model is a ToxicCandy. Train on free data, or move the package out of
main.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.policy import DataLicense
from lintian_ml.samples import declared

TAG = Tag(Visibility.INFO, see_also=("ml-policy free-model", "dfsg 6"))


def examples() -> Iterator[Example]:
    yield Flagged(
        "data for non-commercial use",
        declared(dataset={"License": "CC-BY-NC-4.0"}),
        (Hint("net.onnx", Pointer("debian/models", 15)),),
    )
    yield Clean("free data that anyone can fetch", declared())


def check(case: Case) -> Iterator[Hint]:
    for model in case.trained:
        if model.facts.data_license is DataLicense.NOT_DFSG:
            yield model.hint(pointer=model.pointer("data-license"))

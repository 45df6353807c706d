"""A model was trained on data that anonymous users cannot get.

Condition 2 of a Free Model asks for data that is publicly available to anonymous users. Data behind a
registration or a click-through agreement, private data and data that is lost do not qualify, whatever their
license. Find a public copy and give its address in ``Location``, or train on public data.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.policy import DataAccess
from lintian_ml.samples import declared

TAG = Tag(Visibility.INFO, see_also=("ml-policy free-model",))


def examples() -> Iterator[Example]:
    yield Flagged(
        "data behind a registration",
        declared(dataset={"Access": "registration"}),
        (Hint("net.onnx", Pointer("debian/models", 17)),),
    )
    yield Clean("free data that anyone can fetch", declared())


def check(case: Case) -> Iterator[Hint]:
    for model in case.trained:
        if model.facts.data_access in (DataAccess.RESTRICTED, DataAccess.NONE):
            yield model.hint(pointer=model.pointer("data-access"))

"""A model is declared without saying what it was trained on.

Condition 2 of a Free Model asks for free training data, so the first thing to know is which data. Name each
data set in ``Training-Data`` and describe it in a ``Dataset`` or ``Simulator`` stanza; write ``none`` if
the parameters were made by hand or drawn at random. If upstream does not say, the model is a ToxicCandy at
best: ask upstream.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.policy import DataIdentified, Declared
from lintian_ml.samples import declared

TAG = Tag(Visibility.INFO, see_also=("ml-policy free-model",))


def examples() -> Iterator[Example]:
    yield Flagged(
        "no word of the data",
        declared({"Training-Data": None}),
        (Hint("net.onnx", Pointer("debian/models", 3)),),
    )
    yield Clean("free data that anyone can fetch", declared())


def check(case: Case) -> Iterator[Hint]:
    for model in case.trained:
        if model.facts.data_identified is DataIdentified.NO or (
            model.facts.declared is Declared.YES and model.facts.data_identified is DataIdentified.UNKNOWN
        ):
            yield model.hint(pointer=model.pointer("data-identified"))

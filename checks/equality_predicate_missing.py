"""A model is said to be reproducible, but not what makes two trainings the same model.

``numerical`` and ``performance`` reproducibility mean nothing without a predicate that a program can
decide. State it in ``Equality``: train twice, and let ``lintian-ml compare FIRST SECOND`` propose the
strongest predicate that holds.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.policy import Reproducibility
from lintian_ml.samples import declared

VAGUE = (Reproducibility.NUMERICAL, Reproducibility.PERFORMANCE)

TAG = Tag(Visibility.INFO, see_also=("ml-policy equality", "lintian-ml-compare(1)"))


def examples() -> Iterator[Example]:
    yield Flagged(
        "a level without a predicate",
        declared({"Equality": None}),
        (Hint("net.onnx", Pointer("debian/models", 11)),),
    )
    yield Clean("both", declared())
    yield Clean(
        "bit by bit needs none",
        declared({"Reproducibility": "bit-by-bit", "Equality": None}),
    )


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        stanza = model.stanza
        if stanza and stanza.reproducibility in VAGUE and not stanza.equality:
            yield model.hint(pointer=model.field("Reproducibility"))

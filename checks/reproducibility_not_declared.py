"""``debian/models`` does not say how far training a model again gives the same model.

State the level in ``Reproducibility``: ``bit-by-bit`` (the same digest), ``numerical`` (the same numbers
within a stated predicate), ``performance`` (similar results), or ``none``. The draft policy asks that a
model should be numerically reproducible; it does not make the model less free if it is not.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.samples import declared

TAG = Tag(Visibility.INFO, see_also=("ml-policy reproducibility", "debian-models(5)"))


def examples() -> Iterator[Example]:
    yield Flagged(
        "no level",
        declared({"Reproducibility": None, "Equality": None}),
        (Hint("net.onnx", Pointer("debian/models", 3)),),
    )
    yield Clean("a level", declared())


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        if model.stanza and model.stanza.reproducibility is None:
            yield model.hint(pointer=model.field("Model"))

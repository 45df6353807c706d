"""``debian/models`` holds a model to be of another class than its own facts give.

The note says which class is declared and which class the facts give by this profile; ``-v`` shows the row
of the policy that decided. Correct ``Model-Class``, or the field that states the fact. Nothing is said
where a deciding fact is unknown.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.samples import declared

TAG = Tag(Visibility.INFO, see_also=("ml-policy free-model", "debian-models(5)"))


def examples() -> Iterator[Example]:
    yield Flagged(
        "called free, but nobody can get the data",
        declared(dataset={"Access": "lost"}),
        (Hint("net.onnx declared free, but toxic-candy", Pointer("debian/models", 5)),),
    )
    yield Clean("called what it is", declared())


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        judgement = case.judgement(model)
        again = model.stanza.rebuilt_files if model.stanza else ()
        declared = None if any(glob.matches(model.path) for glob in again) else model.declared_class
        if declared and judgement.class_.proven and judgement.class_.value != declared.value:
            yield model.hint(
                f"declared {declared.value}, but {judgement.class_.value}", model.field("Model-Class")
            )

"""A field of ``debian/models`` has a name that means nothing.

What it says is not used. The note names the field that is nearest; debian-models(5) describes all of them.
Put remarks for people into ``Comment``.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.declaration import ProblemKind
from lintian_ml.samples import declared

TAG = Tag(Visibility.PEDANTIC, see_also=("debian-models(5)",))


def examples() -> Iterator[Example]:
    yield Flagged(
        "a slip of the pen",
        declared({"Training-Programm": "train.py"}),
        (
            Hint(
                "unknown field 'Training-Programm'; did you mean 'Training-Program'?",
                Pointer("debian/models", 13),
            ),
        ),
    )
    yield Clean("a declaration without faults", declared())


def check(case: Case) -> Iterator[Hint]:
    if case.declaration is None:
        return
    for problem in case.declaration.problems:
        if problem.kind is ProblemKind.UNKNOWN_FIELD:
            yield Hint(problem.message, Pointer(case.declaration.name, problem.line))

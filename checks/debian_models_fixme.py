"""A value in ``debian/models`` still says FIXME.

``lintian-ml declare`` leaves that word where only the maintainer knows the answer. Until it is filled in,
the field counts as not stated.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.declaration import ProblemKind
from lintian_ml.samples import declared

TAG = Tag(Visibility.PEDANTIC, see_also=("debian-models(5)",))


def examples() -> Iterator[Example]:
    yield Flagged(
        "a draft",
        declared(dataset={"License": "FIXME"}),
        (Hint("License: write what is true for FIXME", Pointer("debian/models", 15)),),
    )
    yield Clean("a declaration without faults", declared())


def check(case: Case) -> Iterator[Hint]:
    if case.declaration is None:
        return
    for problem in case.declaration.problems:
        if problem.kind is ProblemKind.FIXME:
            yield Hint(problem.message, Pointer(case.declaration.name, problem.line))

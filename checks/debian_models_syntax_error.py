"""A line of ``debian/models`` cannot be understood, or refers to something that does not exist.

The note says what to write instead. What could be read is used; the rest counts as not stated.
debian-models(5) describes the format.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.declaration import ProblemKind
from lintian_ml.samples import declaration

TAG = Tag(Visibility.PEDANTIC, see_also=("debian-models(5)",))


def examples() -> Iterator[Example]:
    files = {"net.onnx": sample("linear.onnx"), "train.py": "import numpy\n"}
    yield Flagged(
        "a level that does not exist",
        {**files, "debian/models": declaration({"Reproducibility": "mostly"})},
        (Hint("?", Pointer("debian/models", 11)),),
    )
    yield Clean("a declaration without faults", {**files, "debian/models": declaration()})


def check(case: Case) -> Iterator[Hint]:
    for problem in case.declaration.problems if case.declaration else ():
        if problem.kind not in (ProblemKind.UNKNOWN_FIELD, ProblemKind.FIXME):
            yield Hint(problem.message, Pointer(case.declaration.name, problem.line))

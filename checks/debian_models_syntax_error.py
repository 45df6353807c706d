"""A line of ``debian/models`` cannot be understood, or refers to something that does not exist.

The note says what to write instead. What could be read is used; the rest counts as not stated.
debian-models(5) describes the format.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.declaration import ProblemKind
from lintian_ml.samples import declared

TAG = Tag(Visibility.PEDANTIC, see_also=("debian-models(5)",))


def examples() -> Iterator[Example]:
    yield Flagged(
        "a class that does not exist",
        declared({"Model-Class": "gratis"}),
        (
            Hint(
                "Model-Class: 'gratis' is none of its values; write one of free, toxic-candy, non-free",
                Pointer("debian/models", 5),
            ),
        ),
    )
    yield Flagged(
        "a predicate that does not exist",
        declared({"Equality": "resembles(1e-6)"}),
        (Hint("Equality: there is no predicate 'resembles'", Pointer("debian/models", 12)),),
    )
    yield Clean("a declaration without faults", declared())


def check(case: Case) -> Iterator[Hint]:
    yield from faults_of_stanzas(case)
    yield from faults_of_predicates(case)


def faults_of_predicates(case: Case) -> Iterator[Hint]:
    if case.declaration is None:
        return
    from lintian_ml.equality import PredicateError, parse_predicate

    for lines in (stanza.equality for stanza in case.declaration.models if stanza.equality):
        try:
            parse_predicate("\n".join(line.text for line in lines))
        except PredicateError as error:
            line = lines[min(error.line, len(lines)) - 1].number
            yield Hint(f"Equality: {error.what}", Pointer(case.declaration.name, line))


def faults_of_stanzas(case: Case) -> Iterator[Hint]:
    if case.declaration is None:
        return
    for problem in case.declaration.problems:
        if problem.kind not in (ProblemKind.UNKNOWN_FIELD, ProblemKind.FIXME):
            yield Hint(problem.message, Pointer(case.declaration.name, problem.line))

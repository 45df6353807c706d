"""Makes predicates of the calls that name them, and holds to the rules those that stand together."""

from lintian_ml.equality.arguments import Arguments
from lintian_ml.equality.predicate import Kind, Predicate, predicate_named, predicates
from lintian_ml.equality.syntax import Call, PredicateError

RESERVED = {"permuted": "it is reserved for models whose hidden units are re-ordered, and means nothing yet"}
"""Names that no predicate may have, and why."""


def predicate_of(call: Call) -> Predicate:
    """Return the predicate that a call names, its parameters checked."""
    if call.name in RESERVED:
        raise PredicateError(call.line, call.column, f"{call.name}: {RESERVED[call.name]}")
    known = predicate_named(call.name)
    if known is None:
        import difflib

        near = difflib.get_close_matches(call.name, predicates(), n=1)
        guess = f"; did you mean {near[0]}?" if near else ""
        raise PredicateError(call.line, call.column, f"there is no predicate {call.name!r}{guess}")
    arguments = Arguments(call)
    predicate = known.read(arguments)
    arguments.finish()
    return predicate


def _bounds_elements(term: Predicate) -> bool:
    """Whether a predicate says something about each element of a tensor."""
    return term.elementwise and term.kind is not Kind.MEASUREMENT


def conjunction_of(calls: tuple[Call, ...]) -> tuple[Predicate, ...]:
    """Return the predicates of ``P and Q``; PredicateError where they cannot stand together."""
    terms = tuple(map(predicate_of, calls))
    for call, term in zip(calls, terms, strict=True):
        if term.name == "identical" and len(terms) > 1:
            raise PredicateError(
                call.line, call.column, "identical stands alone: it says all that can be said"
            )
        if not term.elementwise and not any(map(_bounds_elements, terms)):
            what = f"{call.name} stands only beside a bound on each element, such as scaled or close"
            raise PredicateError(call.line, call.column, what)
    return terms

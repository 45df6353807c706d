"""What may be called numerically equal: the presets are the measure, and nothing weaker than the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from lintian_ml.equality.language import PRESETS, Clause, Specification, parse_predicate
from lintian_ml.equality.predicate import Predicate

WEAKEST = "short-training"
"""The preset below which nothing may be called numerical."""

MOST_STEPS = 1
"""How far noise moves an integer that was rounded from a number near a border."""

TOO_WEAK = f"nothing weaker than {WEAKEST} ({PRESETS[WEAKEST]}) may be called numerical"


def too_weak(every: Iterable[Sequence[Predicate]]) -> bool:
    """Whether any terms that are asked together let more differ, by their numbers, than is called numerical.

    Of ``ulp`` and ``grid`` the numbers do not tell that: what they let differ hangs on the type of elements.
    """
    return any(all(map(_loose, terms)) for terms in every)


def _loose(term: Predicate) -> bool:
    """Whether a term lets more differ than the weakest preset lets any element, or more than one step."""
    most = parameter(parse_predicate(WEAKEST).clauses[0].terms[0])
    shares = (Fraction(getattr(term, name, 0)) for name in ("tau", "rel", "rtol", "atol"))
    return max(shares) > most or (term.name == "steps" and parameter(term) > MOST_STEPS)


def to_hold(specification: Specification) -> Specification | None:
    """Return what must hold as well for a predicate to be called numerical; None where it says enough.

    A line that some preset implies does; any other may be as weak as it likes if the weakest preset holds of
    its tensors. That is not defined for integers: such a line is then in error, or holds of none of them.
    """
    if all(map(_implied, specification.clauses)):
        return None
    return replace(specification, clauses=tuple(_tightened(specification)))


def _tightened(specification: Specification) -> Iterator[Clause]:
    weakest = parse_predicate(WEAKEST).clauses[0].terms
    for clause in specification.clauses:
        yield clause if _implied(clause) else replace(clause, terms=weakest)


def _implied(clause: Clause) -> bool:
    """Whether some preset, or a step of a rounded integer, is at least as weak by its parameters."""
    return any(_no_weaker(term, bound) for term in clause.terms for bound in _bounds())


def _bounds() -> Iterator[Predicate]:
    """Yield the presets that are one term, and the steps of a rounded integer."""
    for text in (*PRESETS.values(), f"steps({MOST_STEPS})"):
        terms = parse_predicate(text).clauses[0].terms
        if len(terms) == 1:
            yield terms[0]


def _no_weaker(term: Predicate, bound: Predicate) -> bool:
    """Whether one term implies another of its family."""
    if term.name == "same":
        return term == bound
    return term.name == bound.name and parameter(term) <= parameter(bound)


def parameter(term: Predicate) -> Fraction:
    """Return the number that says how weak a term of ``ulp``, ``steps`` or ``scaled`` is; 0 of any other."""
    return Fraction(getattr(term, "n", getattr(term, "tau", 0)))

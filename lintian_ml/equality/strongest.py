"""Finds, for each tensor, the predicate of least slack among those that hold, at its tightest parameter."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from lintian_ml.equality.binding import STRICT, Asked
from lintian_ml.equality.blocks import Pair, codes
from lintian_ml.equality.elements import FLOATS, INTEGERS, component, distance, finite, float_format, reals
from lintian_ml.equality.predicate import Predicate
from lintian_ml.equality.predicates.close import Close
from lintian_ml.equality.predicates.scaled import Scaled, scale
from lintian_ml.equality.predicates.steps import Steps
from lintian_ml.equality.predicates.ulp import Ulp
from lintian_ml.equality.tensors import compare_tensors
from lintian_ml.equality.verdict import Verdict

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes

TRIES = 3
"""How many two-digit parameters in a row are tried, the first estimated in floating point."""


def strongest(pair: Pair) -> tuple[Predicate, ...] | None:
    """Return the tightest terms that hold for two tensors of one name; None where none is known that does."""
    strict = compare_tensors(pair, STRICT)
    if strict.verdict is Verdict.MET:
        return STRICT.terms
    if strict.verdict is Verdict.NOT_DECIDED or strict.worst is None or strict.worst.ulp is None:
        return None
    best: tuple[float, tuple[Predicate, ...]] | None = None
    for family in _families(pair, strict.worst.ulp):
        for term in family:
            result = compare_tensors(pair, Asked((term,), relaxed=True))
            if result.verdict is Verdict.MET and not term.vacuous(pair.first.dtype):
                bits = float("inf") if result.slack is None else result.slack
                best = min(best, (bits, (term,)), key=lambda found: found[0]) if best else (bits, (term,))
                break
    return best[1] if best else None


def _families(pair: Pair, furthest: int) -> Iterator[Iterator[Predicate]]:
    """Yield, for each predicate that may hold, its parameters from the tightest estimate upwards."""
    if pair.first.dtype in INTEGERS:
        yield (Steps(int(bound)) for bound in _upwards(Fraction(furthest)))
    if float_format(pair.first.dtype) is None:
        return
    yield (Ulp(int(bound)) for bound in _upwards(Fraction(furthest)))
    gap, ratio = _deviations(pair)
    largest = scale(pair)
    if largest:
        yield (Scaled(bound) for bound in _upwards(Fraction(gap) / largest) if bound < 1)
    yield (Close(bound, Fraction(0)) for bound in _upwards(Fraction(ratio)) if bound < 1)


def _upwards(estimate: Fraction) -> Iterator[Fraction]:
    """Yield the numbers of two significant digits from just below ``estimate``."""
    bound = two_digits(estimate * (1 - Fraction(1, 1 << 40)))
    for _ in range(TRIES):
        yield bound
        bound = two_digits(bound * (1 + Fraction(1, 1000)))

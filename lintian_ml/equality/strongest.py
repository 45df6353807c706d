"""Finds, for each tensor, the predicate of least slack among those that hold, at its tightest parameter."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from lintian_ml.equality.binding import STRICT, Asked
from lintian_ml.equality.blocks import Pair, codes
from lintian_ml.equality.elements import FLOATS, INTEGERS, component, finite, float_format, reals
from lintian_ml.equality.predicate import Predicate
from lintian_ml.equality.predicates.close import Close
from lintian_ml.equality.predicates.scaled import Scaled, scale
from lintian_ml.equality.predicates.steps import Steps
from lintian_ml.equality.predicates.ulp import Ulp
from lintian_ml.equality.tensors import compare_tensors
from lintian_ml.equality.verdict import Verdict

TRIES = 3
"""How many two-digit parameters in a row are tried, the first estimated in floating point."""


def strongest(pair: Pair) -> tuple[Predicate, ...] | None:
    """Return the tightest terms that hold for two tensors of one name; None where none is known that does."""
    strict = compare_tensors(pair, STRICT)
    if strict.verdict is Verdict.MET:
        return STRICT.terms
    if strict.verdict is Verdict.NOT_DECIDED or strict.worst is None or strict.worst.ulp is None:
        return None
    found: list[tuple[float, Predicate]] = []
    for family in _families(pair, strict.worst.ulp):
        for term in family:
            result = compare_tensors(pair, Asked((term,), relaxed=True))
            if result.verdict is Verdict.MET and not term.vacuous(pair.first.dtype):
                bits = math.inf if result.slack is None else result.slack
                found.append((bits, term))
                break
    return (min(found, key=lambda held: held[0])[1],) if found else None


def _families(pair: Pair, furthest: int) -> Iterator[Iterator[Predicate]]:
    """Yield, for each predicate that may hold, its parameters from the tightest estimate upwards."""
    if pair.first.dtype in INTEGERS:
        yield (Steps(int(bound)) for bound in _upwards(Fraction(furthest)))
    if float_format(pair.first.dtype) is None:
        return
    yield (Ulp(int(bound)) for bound in _upwards(Fraction(furthest)))
    half, ratio = _deviations(pair)
    largest = scale(pair)
    if largest:
        yield (Scaled(bound) for bound in _upwards(2 * Fraction(half) / largest) if bound < 1)
    yield (Close(bound, Fraction(0)) for bound in _upwards(Fraction(ratio)) if bound < 1)


def _upwards(estimate: Fraction) -> Iterator[Fraction]:
    """Yield the numbers of two significant digits from just below ``estimate``."""
    bound = two_digits(estimate * (1 - Fraction(1, 1 << 40)))
    for _ in range(TRIES):
        yield bound
        bound = two_digits(bound * (1 + Fraction(1, 1000)))


def two_digits(value: Fraction) -> Fraction:
    """Return ``value``, which is not negative, rounded up to two significant digits."""
    if not value:
        return value
    exponent = len(str(value.numerator)) - len(str(value.denominator)) - 2
    while value > 100 * Fraction(10) ** exponent:
        exponent += 1
    while value <= 10 * Fraction(10) ** exponent:
        exponent -= 1
    unit = Fraction(10) ** exponent
    return -(-value // unit) * unit


def _deviations(pair: Pair) -> tuple[float, float]:
    """Return half the largest |a - b|, and the largest |a - b| / max(|a|, |b|), estimated in float64."""
    import numpy as np

    dtype = component(pair.first.dtype)
    largest = [0.0, 0.0]
    for _, *sides in pair.pieces():
        first, second = (codes(piece, of) for piece, of in zip(sides, (pair.first, pair.second), strict=True))
        places = np.flatnonzero(
            (first != second) & finite(first, FLOATS[dtype]) & finite(second, FLOATS[dtype])
        )
        if not places.size:
            continue
        left, right = (reals(side[places], dtype) * 0.5 for side in (first, second))
        gap, size = np.abs(left - right), np.maximum(np.abs(left), np.abs(right))
        ratio = np.divide(gap, size, out=np.zeros_like(gap), where=size > 0)
        largest = [max(largest[0], float(gap.max())), max(largest[1], float(ratio.max()))]
    return largest[0], largest[1]

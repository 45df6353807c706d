"""Decides bounds on elements of 32 bits and fewer in float64, where nothing that counts is rounded.

Let a and b be values of at most 24 significant bits, M the larger magnitude, and p/q the relative tolerance,
less than 0.49, with q·2**26 and p·2**24 of at most 53 bits.

* |a - b| ≤ atol is |a - b| ≤ A, the largest float64 that is not above atol: where float64 holds |a - b|
  exactly, both sides are what they stand for. It does so unless the exponents of a and b are more than 28
  apart; a rounded difference can mislead only where it is A itself or the float64 after it.
* |a - b| ≤ p/q·M is |a - b|·q ≤ M·p. Where |a - b| ≤ M/2 both are of one sign and their exponents differ by
  one at most: |a - b| has 25 bits or fewer, and both products are exact. Where |a - b| > M/2, rounding, by
  less than a factor 1 ± 2**-50, cannot make the false inequality true: 0.5·q exceeds p by more.

Neither overflows nor goes below the normal numbers of float64. What a machine that flushes subnormal numbers
would take from a float32, and what a rounded difference leaves open, is left to whoever asks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Self

from lintian_ml.equality.elements import FLOATS, magnitude, reals

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes, Indices, Mask, Reals

EXPONENTS_APART = 28

NORMAL = 2.0**-126
"""The smallest normal number of float32. What is flushed is zero, and less."""


@dataclass(frozen=True, slots=True)
class Narrow:
    """The two tolerances as float64 holds them without loss: ``absolute`` is A, the others p and q."""

    dtype: str
    absolute: float
    numerator: float
    denominator: float

    @classmethod
    def of(cls, dtype: str, rtol: Fraction, atol: Fraction) -> Self | None:
        """Return what decides the bound; None where float64 does not hold all of it exactly."""
        form = FLOATS[dtype]
        if form.bits > 32 or not form.signed or rtol >= Fraction(49, 100):
            return None
        if rtol.denominator.bit_length() > 27 or rtol.numerator.bit_length() > 29:
            return None
        atol = min(atol, 2 * form.largest)
        absolute = float(atol)
        if Fraction(absolute) > atol:
            absolute = math.nextafter(absolute, 0.0)
        return cls(dtype, absolute, float(rtol.numerator), float(rtol.denominator))

    def decide(self, first: Codes, second: Codes) -> tuple[Mask, Indices]:
        """Return which pairs of finite codes hold, and the places of those that are left open."""
        import numpy as np

        left, right = reals(first, self.dtype), reals(second, self.dtype)
        gap = left - right
        np.abs(gap, out=gap)
        np.abs(left, out=left)
        np.abs(right, out=right)
        larger = np.maximum(left, right)
        held: Mask = gap <= self.absolute
        open_ = self._open(first, second, gap, larger, np.minimum(left, right, out=right))
        if self.numerator:
            larger *= self.numerator
            gap *= self.denominator
            held |= gap <= larger
        return held, open_

    def _open(self, first: Codes, second: Codes, gap: Reals, larger: Reals, smaller: Reals) -> Indices:
        """Return the places of subnormal float32, and of rounded differences that equal the absolute one."""
        import numpy as np

        some: Mask | None = None
        least = float(smaller.min()) if smaller.size else math.inf
        if self.dtype == "float32" and least < NORMAL:
            some = _subnormal(first) | _subnormal(second)
        if larger.size and float(larger.max()) > least * 2.0**EXPONENTS_APART:
            after = math.nextafter(self.absolute, math.inf)
            rounded = (gap >= self.absolute) & (gap <= after) & (larger > smaller * 2.0**EXPONENTS_APART)
            some = rounded if some is None else some | rounded
        return np.flatnonzero(some) if some is not None else np.empty(0, dtype=np.intp)


def _subnormal(codes: Codes) -> Mask:
    """Return which codes of float32 stand for subnormal numbers."""
    form = FLOATS["float32"]
    ranks = magnitude(codes, form)
    ranks -= codes.dtype.type(1)
    small: Mask = ranks < codes.dtype.type((1 << form.fraction) - 1)
    return small

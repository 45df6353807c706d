"""How much a tolerance leaves open: the bits that could be hidden in the choice among what it accepts.

For each element of the second tensor, log2 of the number of bit patterns that would have been accepted beside
it; an upper bound, exact for counted windows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from lintian_ml.equality.elements import Float, Integer, finite, magnitude

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes


FINE = 1 << 20
"""Parts of a bit that are counted, so that sums are whole numbers and do not depend on their order."""


class Meter:
    """Counts slack; this one does not know it."""

    looks: ClassVar[bool] = False
    """Whether every element must be shown to it."""

    def add(self, second: Codes) -> None:
        """Count the slack beside these elements of the second tensor."""

    def bits(self) -> float | None:
        """Return the slack counted so far, in bits; None where it is not known."""
        return None


class Nothing(Meter):
    """The slack of bit equality."""

    def bits(self) -> float | None:
        """Return 0."""
        return 0.0


class Window(Meter):
    """Counts the codes within ``reach`` representable values of each element: closed form, both zeros
    counted.
    """

    looks: ClassVar[bool] = True

    def __init__(self, form: Float | Integer, reach: int) -> None:
        self.form = form
        self.reach = reach
        self._free = [0, 0]
        self._edge = 0

    def bits(self) -> float | None:
        """Return the slack counted so far."""
        counts = (2 * self.reach + 1, 2 * self.reach + 2)
        free = sum(number * math.log2(count) for number, count in zip(self._free, counts, strict=True))
        return free + self._edge / FINE

    def add(self, second: Codes) -> None:
        """Count: away from zero and the ends of its type, an element has 2·reach + 1 codes within reach."""
        import numpy as np

        if isinstance(self.form, Float):
            second = second[finite(second, self.form)]
        below, above = self._rooms(second)
        reach = second.dtype.type(min(self.reach, int(np.iinfo(second.dtype).max)))
        free = (below >= reach) & (above >= reach)
        zero = np.zeros_like(free)
        if isinstance(self.form, Float) and self.form.negative_zero:
            zero = magnitude(second, self.form) <= reach
        both = int((free & zero).sum())
        self._free = [self._free[0] + int(free.sum()) - both, self._free[1] + both]
        if not free.all():
            edge = ~free
            counts = np.minimum(below[edge], reach).astype(np.float64) + np.minimum(above[edge], reach)
            self._edge += int(np.ceil(np.log2(counts + 1 + zero[edge]) * FINE).sum())

    def _rooms(self, codes: Codes) -> tuple[Codes, Codes]:
        """Return how many values lie between each code and either end of its type."""
        kind = codes.dtype.type
        last = kind(self.form.limit - 1)
        if isinstance(self.form, Integer):
            ranks = codes ^ kind(self.form.sign)
            return ranks, last - ranks
        ranks = magnitude(codes, self.form)
        return last - ranks, (last + ranks if self.form.signed else ranks)


class Histogram(Meter):
    """Bounds the codes within max(atol, rtol·max(|a|, |b|)) of each element, from a count of the elements'
    exponents.

    With ``share``, atol is that share of the largest magnitude seen. Values lie ever less densely away from
    zero, so no element of a binade has more neighbours within a distance than its smallest; the distance is
    that of the binade's upper end, where a ≤ b / (1 - rtol) for the far neighbours.
    """

    looks: ClassVar[bool] = True

    def __init__(
        self,
        form: Float,
        rtol: Fraction = Fraction(0),
        atol: Fraction = Fraction(0),
        share: Fraction = Fraction(0),
    ):
        self.form = form
        self.rtol = rtol
        self.atol = atol
        self.share = share
        self._largest = 0
        self._binades: Sequence[int] = ()

    def add(self, second: Codes) -> None:
        """Count the exponents."""
        import numpy as np

        ranks = magnitude(second[finite(second, self.form)], self.form)
        if not ranks.size:
            return
        self._largest = max(self._largest, int(ranks.max()))
        exponents = (ranks >> ranks.dtype.type(self.form.fraction)).astype(np.intp)
        counts = np.bincount(exponents, minlength=(self.form.limit >> self.form.fraction) + 1).tolist()
        self._binades = [sum(pair) for pair in zip(self._binades or [0] * len(counts), counts, strict=True)]

    def bits(self) -> float | None:
        """Return the bound for the elements seen so far."""
        atol = max(self.atol, self.share * self.form.value(self._largest)) if self._binades else self.atol
        return sum(
            count * math.log2(self._codes(at, atol)) for at, count in enumerate(self._binades) if count
        )

    def _codes(self, binade: int, atol: Fraction) -> int:
        """Return how many codes lie within the tolerance of the smallest element of a binade, at most."""
        form = self.form
        start = binade << form.fraction
        end = min(((binade + 1) << form.fraction) - 1, form.limit - 1)
        reach = max(atol, self.rtol * form.value(end) / (1 - self.rtol))
        low, high = form.value(start) - reach, form.value(start) + reach
        if not form.signed:
            return rank(high, form) - (rank(low, form) if low >= form.smallest else 0) + 1
        if low > 0:
            return rank(high, form) - rank(low, form) + 1
        return rank(high, form) + rank(-low, form) + 1 + form.negative_zero


def rank(value: Fraction, form: Float) -> int:
    """Return the largest magnitude code whose value is at most ``value``, which is not below the least
    magnitude's.
    """
    multiple = value // Fraction(2) ** form.unit
    if not form.signed:
        return min(multiple.bit_length() - 1, form.limit - 1)
    shift = max(0, multiple.bit_length() - 1 - form.fraction)
    return min((shift << form.fraction) + (multiple >> shift), form.limit - 1)

"""How much a tolerance leaves open: the bits that could be hidden in the choice among what it accepts.

For each element of the second tensor, log2 of the number of bit patterns that would have been accepted beside
it; an upper bound, exact for counted windows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.elements import Float, Integer, finite, magnitude

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes, Indices, Reals
    from lintian_ml.equality.stretch import Stretch


FINE = 1 << 20
"""Parts of a bit that are counted, so that sums are whole numbers and do not depend on their order."""


class Meter:
    """Counts slack; this one does not know it."""

    looks: ClassVar[bool] = False
    """Whether every element must be shown to it."""

    def add(self, second: Codes) -> None:
        """Count the slack beside these elements of the second tensor."""

    def settle(self, stretch: Stretch) -> bool:
        """Count the slack beside a run of elements of which this is known; False where it must see them."""
        del stretch
        return False

    def evenly(self, stretch: Stretch) -> float | None:
        """Return the bits beside each element of a run of which this is known; None where they may not be
        the same beside all.
        """
        del stretch
        return None

    def each(self, second: Codes, begins: Indices) -> Reals | None:
        """Return the bits of each of several tensors, which begin there; None where they must be counted one
        by one.
        """
        del second, begins
        return None

    def merge(self, other: Self) -> None:
        """Add what was counted in another part of the tensor; a meter that looks must be able to."""
        if self.looks:
            raise NotImplementedError(f"{type(self).__name__} counts, and cannot add what another counted")
        del other

    def bits(self) -> float | None:
        """Return the slack counted so far, in bits; None where it is not known."""
        return None

    def remarks(self) -> Sequence[str]:
        """Return what is to be told of the second tensor, for people."""
        return ()


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

    def settle(self, stretch: Stretch) -> bool:
        """Count a run in which no element is near zero or the ends of its type."""
        if self.evenly(stretch) is None:
            return False
        self._free[0] += stretch.count
        return True

    def evenly(self, stretch: Stretch) -> float | None:
        """Return the bits beside each element of such a run."""
        floor = stretch.least - (isinstance(self.form, Float))
        if floor < self.reach or stretch.most + self.reach >= self.form.limit:
            return None
        return math.log2(2 * self.reach + 1)

    def merge(self, other: Window) -> None:
        """Add what another counted."""
        self._free = [self._free[0] + other._free[0], self._free[1] + other._free[1]]
        self._edge += other._edge

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

    def each(self, second: Codes, begins: Indices) -> Reals:
        """Return the bits of each of several tensors, as they would be counted alone."""
        import numpy as np

        real = finite(second, self.form) if isinstance(self.form, Float) else np.ones(second.size, dtype=bool)
        below, above = self._rooms(second)
        reach = second.dtype.type(min(self.reach, int(np.iinfo(second.dtype).max)))
        free = real & (below >= reach) & (above >= reach)
        zero = np.zeros_like(free)
        if isinstance(self.form, Float) and self.form.negative_zero:
            zero = magnitude(second, self.form) <= reach
        edge, fine = real & ~free, np.zeros(second.size, np.int64)
        counts = np.minimum(below[edge], reach).astype(np.float64) + np.minimum(above[edge], reach)
        fine[edge] = np.ceil(np.log2(counts + 1 + zero[edge]) * FINE)
        sums = (np.add.reduceat(one, begins, dtype=np.int64) for one in (free & ~zero, free & zero, fine))
        plain, both, edges = sums
        bits: Reals = plain * math.log2(2 * self.reach + 1) + both * math.log2(2 * self.reach + 2)
        return bits + edges / FINE

    def _rooms(self, codes: Codes) -> tuple[Codes, Codes]:
        """Return how many values lie between each code and either end of its type."""
        kind = codes.dtype.type
        last = kind(self.form.limit - 1)
        if isinstance(self.form, Integer):
            ranks = codes ^ kind(self.form.sign)
            return ranks, last - ranks
        ranks = magnitude(codes, self.form)
        return last - ranks, (last + ranks if self.form.signed else ranks)

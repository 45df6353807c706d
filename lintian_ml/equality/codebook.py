"""Rounds finite floating-point codes to the numbers that scaled integer codes stand for, by a table of cells.

The code q stands for scale·(q - zero); a value rounds to the whole number nearest to value / scale, the even
one of two as near. The table has, for each but the last of the numbers, the largest element that rounds to it
or below, found in rational arithmetic; elements are then looked up as integers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from lintian_ml.equality.elements import Float, Integer, finite, magnitude
from lintian_ml.equality.histogram import rank
from lintian_ml.equality.slack import Meter

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

    from lintian_ml.equality.elements import Codes, Mask

    Keys = NDArray[int64]

WIDEST = 16
"""Bits of the widest codes for which a table is made."""


@dataclass(frozen=True)
class Codebook:
    """Elements of ``form`` on the codes of ``integers``, of which ``zero`` stands for 0."""

    form: Float
    integers: Integer
    scale: Fraction
    zero: int

    @property
    def first(self) -> int:
        """The least whole multiple of the scale that a code stands for."""
        return -self.integers.sign - self.zero

    @cached_property
    def bounds(self) -> Keys:
        """The key of the largest element that rounds to each number or below, but for the last."""
        import numpy as np

        halves = range(self.first, self.first + self.integers.limit - 1)
        keys = (self._key(self.scale * (2 * at + 1) / 2, inclusive=at % 2 == 0) for at in halves)
        return np.fromiter(keys, dtype=np.int64, count=self.integers.limit - 1)

    @cached_property
    def ends(self) -> tuple[int, int]:
        """The keys of the least and of the largest element that is not past the last points."""
        last = self.first + self.integers.limit - 1
        least = self._key(self.scale * self.first, inclusive=False) + 1
        return least, self._key(self.scale * last, inclusive=True)

    def keys(self, codes: Codes) -> Keys:
        """Return whole numbers in the order of the values of finite codes; 0 for both zeros."""
        import numpy as np

        ranks = magnitude(codes, self.form).astype(np.int64)
        negative = (codes & codes.dtype.type(self.form.sign)) != 0
        keys: Keys = np.where(negative, -ranks, ranks)
        return keys

    def cells(self, keys: Keys) -> Keys:
        """Return which point each element rounds to, counted from the first; -1 past the last ones."""
        import numpy as np

        least, most = self.ends
        cells = np.searchsorted(self.bounds, keys, side="left").astype(np.int64)
        return np.where((keys < least) | (keys > most), -1, cells)

    def equal(self, first: Codes, second: Codes) -> Mask:
        """Return which pairs of finite codes that are not equal round to the same point."""
        one, other = (self.cells(self.keys(codes)) for codes in (first, second))
        same: Mask = (one == other) & (one >= 0)
        return same

    def holds(self, first: int, second: int) -> bool:
        """Decide one pair of finite codes by the definition, in rational numbers."""
        last = self.first + self.integers.limit - 1
        values = [self.form.value(code) / self.scale for code in (first, second)]
        if any(not self.first <= value <= last for value in values):
            return first == second
        return round(values[0]) == round(values[1])

    def _key(self, value: Fraction, *, inclusive: bool) -> int:
        """Return the key of the largest element that is at most ``value``, or, not inclusive, below it."""
        most = min(rank(abs(value), self.form), self.form.limit - 1)
        exact = self.form.value(most) == abs(value)
        if value >= 0:
            return most if inclusive or not exact else most - 1
        return -most if exact and inclusive else -most - 1


class Entries(Meter):
    """Counts the codes that round to the point of each element, both zeros counted."""

    looks: ClassVar[bool] = True

    def __init__(self, book: Codebook) -> None:
        self.book = book
        self._counts: Keys | None = None

    def add(self, second: Codes) -> None:
        """Count how many elements round to each point."""
        import numpy as np

        keys = self.book.keys(second[finite(second, self.book.form)])
        cells = self.book.cells(keys)
        counts = np.bincount(cells[cells >= 0], minlength=self.book.integers.limit)
        self._counts = counts if self._counts is None else self._counts + counts

    def merge(self, other: Entries) -> None:
        """Add what another counted."""
        if other._counts is not None:
            self._counts = other._counts if self._counts is None else self._counts + other._counts

    def bits(self) -> float | None:
        """Return the slack counted so far."""
        if self._counts is None:
            return 0.0
        met = self._counts.nonzero()[0].tolist()
        return sum(int(self._counts[at]) * math.log2(self._codes(at)) for at in met)

    def _codes(self, cell: int) -> int:
        """Return how many codes round to a point."""
        least, most = self.book.ends
        bounds = self.book.bounds
        low = max(least, int(bounds[cell - 1]) + 1) if cell else least
        high = min(most, int(bounds[cell])) if cell < len(bounds) else most
        return high - low + 1 + (self.book.form.negative_zero and low <= 0 <= high)

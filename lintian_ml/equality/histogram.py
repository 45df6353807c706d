"""Slack of tolerances that are no fixed number of codes: bounded from a count of the elements' exponents."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, ClassVar

from lintian_ml.equality.elements import Float, finite, magnitude
from lintian_ml.equality.slack import Meter

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes, Indices, Reals
    from lintian_ml.equality.stretch import Stretch

CROWDED = 8
"""Binades, from the largest down, that are counted one by one at most; what is below is gathered."""

FEW, RARE = 1 << 10, 32
"""Elements that are gathered where no more are left, and the share of all of which that is true as well."""


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
        self._binades: Counter[int] = Counter()
        self._even = range(0) if share else even(form, rtol, atol)

    def settle(self, stretch: Stretch) -> bool:
        """Count a run; elements that all have equally many neighbours need not be looked at."""
        self._largest = max(self._largest, stretch.most)
        fraction = self.form.fraction
        if self._even and stretch.most >> fraction in self._even:
            if stretch.least >> fraction not in self._even:
                return self._settle_mostly(stretch)
            self._binades[self._even[-1]] += stretch.count
            return True
        if stretch.doubled is None or self.form.fnuz:
            return False
        self._count(stretch.doubled, fraction + 1)
        return True

    def evenly(self, stretch: Stretch) -> float | None:
        """Return the bits beside each element of a run that lies where all have equally many neighbours."""
        ends = (code >> self.form.fraction for code in (stretch.least, stretch.most))
        if not all(end in self._even for end in ends):
            return None
        return math.log2(neighbours(self.form, self._even[-1], self.rtol, self.atol))

    def each(self, second: Codes, begins: Indices) -> Reals | None:
        """Return the bounds for each of several tensors, as they would be counted alone.

        None where the tolerance is a share of what is largest in a tensor.
        """
        import numpy as np

        if self.share:
            return None
        ranks = magnitude(second, self.form)
        apart = self._uneven(ranks)
        evens = np.diff([*begins, second.size])
        evens -= np.bincount(np.searchsorted(begins, apart, side="right") - 1, minlength=len(begins))
        apart = apart[finite(second[apart], self.form)]
        owner = np.searchsorted(begins, apart, side="right") - 1
        binades = (ranks[apart] >> second.dtype.type(self.form.fraction)).astype(np.intp)
        there = np.flatnonzero(np.bincount(binades))
        every = [*there.tolist(), *self._even[-1:]]
        codes = [neighbours(self.form, binade, self.rtol, self.atol) for binade in every]
        distinct = {code: at for at, code in enumerate(dict.fromkeys(codes))}
        column = np.zeros(max(every, default=0) + 1, np.intp)
        column[every] = [distinct[code] for code in codes]
        places = owner * len(distinct) + column[binades]
        counts = np.bincount(places, minlength=len(begins) * len(distinct)).reshape(len(begins), -1)
        if self._even:
            counts[:, column[self._even[-1]]] += evens
        bits = counts * np.array([math.log2(code) for code in distinct])
        return np.array([math.fsum(row) for row in bits.tolist()])

    def _uneven(self, ranks: Codes) -> Indices:
        """Return the places of magnitude codes that do not lie where all have equally many neighbours."""
        import numpy as np

        if not self._even:
            return np.arange(ranks.size)
        first, count = (at << self.form.fraction for at in (self._even[0], len(self._even)))
        return np.flatnonzero(ranks - ranks.dtype.type(first) >= ranks.dtype.type(count))

    def _settle_mostly(self, stretch: Stretch) -> bool:
        """Count a run some elements of which lie below those that have equally many neighbours."""
        import numpy as np

        if stretch.doubled is None:
            return False
        first = stretch.doubled.dtype.type(self._even[0] << (self.form.fraction + 1))
        small = np.flatnonzero(stretch.doubled < first)
        self._binades[self._even[-1]] += stretch.count - small.size
        self._count(stretch.doubled[small], self.form.fraction + 1)
        return True

    def _count(self, codes: Codes, fraction: int) -> None:
        for binade, count in counted(codes, fraction).items():
            self._binades[binade] += count

    def add(self, second: Codes) -> None:
        """Count the exponents; those with equally many neighbours as one."""
        ranks = magnitude(second, self.form)
        if self.form.fnuz or (ranks.size and int(ranks.max()) >= self.form.limit):
            ranks = ranks[finite(second, self.form)]
        if not ranks.size:
            return
        self._largest = max(self._largest, int(ranks.max()))
        if self._even:
            outside = self._uneven(ranks)
            self._binades[self._even[-1]] += ranks.size - outside.size
            ranks = ranks[outside]
        self._count(ranks, self.form.fraction)

    def merge(self, other: Histogram) -> None:
        """Add what another counted."""
        self._largest = max(self._largest, other._largest)
        self._binades.update(other._binades)

    @property
    def count(self) -> int:
        """How many finite elements were counted."""
        return self._binades.total()

    def bits(self) -> float | None:
        """Return the bound for the elements seen so far."""
        atol = max(self.atol, self.share * self.form.value(self._largest)) if self._binades else self.atol
        alike: Counter[int] = Counter()
        for binade, count in self._binades.items():
            alike[neighbours(self.form, binade, self.rtol, atol)] += count
        return math.fsum(count * math.log2(codes) for codes, count in alike.items())


def counted(codes: Codes, fraction: int) -> dict[int, int]:
    """Return how often each exponent occurs among codes without sign, below which ``fraction`` bits lie."""
    import numpy as np

    if not codes.size:
        return {}
    top = int(codes.max()) >> fraction
    fields: Codes = np.empty(codes.shape, dtype=np.uint8 if top < 256 else np.uint16)
    np.right_shift(codes, codes.dtype.type(fraction), out=fields, casting="unsafe")
    found, left, mask = dict[int, int](), fields.size, np.empty(codes.shape, dtype=bool)
    for field in range(top, max(0, top - CROWDED), -1):
        if left <= max(FEW, fields.size // RARE):
            break
        np.equal(fields, fields.dtype.type(field), out=mask)
        found[field] = int(np.count_nonzero(mask))
        left -= found[field]
    if left:
        rest = np.bincount(fields[np.less(fields, fields.dtype.type(top + 1 - len(found)), out=mask)])
        places = np.flatnonzero(rest)
        found.update(zip(places.tolist(), rest[places].tolist(), strict=True))
    return found


@cache
def even(form: Float, rtol: Fraction, atol: Fraction) -> range:
    """Return the binades below the largest in which an element has as many neighbours as in any of them.

    They are those where the relative tolerance is the larger one.
    """
    top = (form.limit >> form.fraction) - 2
    if not rtol or top < 2:
        return range(0)
    codes, least = neighbours(form, top, rtol, atol), top
    while least > 1 and neighbours(form, least - 1, rtol, atol) == codes:
        least -= 1
    return range(least, top + 1)


@lru_cache(maxsize=1 << 10)
def neighbours(form: Float, binade: int, rtol: Fraction, atol: Fraction) -> int:
    """Return how many codes lie within the tolerance of the smallest element of a binade, at most."""
    start = binade << form.fraction
    end = min(((binade + 1) << form.fraction) - 1, form.limit - 1)
    reach = max(atol, rtol * form.value(end) / (1 - rtol))
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

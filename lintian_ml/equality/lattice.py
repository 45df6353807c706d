"""Rounds finite floating-point codes to the points of a lattice, in integers alone: to nearest, ties to even.

A finite value is sig·2**e with whole numbers sig < 2**53 and e. On the multiples of 2**k it rounds to q·2**k,
where q is sig shifted right by k - e bits and rounded; where e is k or more it is such a multiple itself. A
narrower format F with f bits of fraction is, for a value whose highest bit stands for 2**t, the multiples of
2**max(t - f, u), u being the exponent of F's smallest number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from lintian_ml.equality.elements import Float, finite, magnitude
from lintian_ml.equality.histogram import rank
from lintian_ml.equality.slack import Meter

if TYPE_CHECKING:
    from numpy import int64, uint64
    from numpy.typing import NDArray

    from lintian_ml.equality.elements import Codes, Mask

    Whole = NDArray[uint64]
    Exponents = NDArray[int64]

FAR = 54
"""Shifts of this many bits and more leave nothing of 53, not even a half."""


@dataclass(frozen=True, slots=True)
class Points:
    """What elements round to: ``whole`` times 2**``exponent``, negative where ``negative``.

    ``steps`` is how many bits were shifted out: 0 where the lattice is not coarser than the elements' own
    format.
    """

    whole: Whole
    exponent: Exponents
    negative: Mask
    steps: Exponents

    def equal(self, other: Points) -> Mask:
        """Return which points are the same number; zeros have no sign.

        Fraction and exponent of a whole number of at most 53 bits as float64 are exact, and neither is
        subnormal.
        """
        import numpy as np

        (one, up), (two, down) = (np.frexp(side.whole.astype(np.float64)) for side in (self, other))
        same: Mask = (one == two) & (up + self.exponent == down + other.exponent)
        nothing: Mask = (one == 0) & (two == 0)
        either: Mask = nothing | (same & (one != 0) & (self.negative == other.negative))
        return either


@dataclass(frozen=True, slots=True)
class Lattice:
    """The multiples of 2**``power``, or, with ``narrow``, the finite values of that format."""

    form: Float
    power: int
    narrow: Float | None = None

    @classmethod
    def of(cls, form: Float, narrow: Float) -> Lattice:
        """Return the values of a narrower format; ``power`` is the exponent of its smallest one."""
        return cls(form, narrow.unit, narrow)

    def points(self, codes: Codes) -> Points:
        """Round finite codes; those beyond the lattice's last point are rounded as if it went on."""
        import numpy as np

        sig, exponent = _split(codes, self.form)
        power = np.full(sig.shape, self.power, dtype=np.int64)
        if self.narrow is not None:
            top = np.frexp(sig.astype(np.float64))[1] - 1 + exponent
            np.maximum(power, top - self.narrow.fraction, out=power, where=sig > 0)
        steps = np.clip(power - exponent, 0, FAR)
        sign = codes.dtype.type(self.form.sign)
        return Points(_rounded(sig, steps), exponent + steps, (codes & sign) != 0, steps)

    def beyond(self, codes: Codes) -> Mask:
        """Return which finite codes lie past the largest point, where only equal bits hold."""
        import numpy as np

        if self.narrow is None:
            return np.zeros(codes.shape, dtype=bool)
        last = rank(self.narrow.largest, self.form)
        past: Mask = magnitude(codes, self.form) > codes.dtype.type(last)
        return past

    def equal(self, first: Codes, second: Codes) -> Mask:
        """Return which pairs of finite codes round to the same point."""
        within = ~(self.beyond(first) | self.beyond(second))
        return within & self.points(first).equal(self.points(second))

    def holds(self, first: int, second: int) -> bool:
        """Decide one pair of finite codes by the definition, in rational numbers."""
        values = [self.form.value(code) for code in (first, second)]
        if self.narrow is not None and any(abs(value) > self.narrow.largest for value in values):
            return first == second
        one, other = (round(value / self._spacing(value)) * self._spacing(value) for value in values)
        return one == other

    def _spacing(self, value: Fraction) -> Fraction:
        """Return how far apart the points around a value are."""
        power = self.power
        if self.narrow is not None and value:
            power = max(power, floor_log2(abs(value)) - self.narrow.fraction)
        return Fraction(2) ** power


def floor_log2(value: Fraction) -> int:
    """Return the exponent of the largest power of two that is not above a positive value."""
    guess = value.numerator.bit_length() - value.denominator.bit_length()
    return guess if value >= Fraction(2) ** guess else guess - 1


def _split(codes: Codes, form: Float) -> tuple[Whole, Exponents]:
    """Return the whole numbers and the exponents of finite codes."""
    import numpy as np

    ranks = magnitude(codes, form).astype(np.uint64)
    exponent = (ranks >> np.uint64(form.fraction)).astype(np.int64)
    rest = ranks & np.uint64((1 << form.fraction) - 1)
    sig = rest | ((exponent > 0).astype(np.uint64) << np.uint64(form.fraction))
    return sig, np.maximum(exponent, 1) - 1 + form.unit


def _rounded(sig: Whole, steps: Exponents) -> Whole:
    """Shift right by ``steps`` bits, to the nearest whole number, to the even one of two as near."""
    import numpy as np

    shift = steps.astype(np.uint64)
    whole = sig >> shift
    rest = sig - (whole << shift)
    half = (np.uint64(1) << shift) >> np.uint64(1)
    up = (rest > half) | ((rest == half) & (whole & np.uint64(1) == 1))
    whole += up & (shift > 0)
    return whole


class Cells(Meter):
    """Counts the codes that round to the point of each element, at most: closed form, both zeros counted.

    A cell within one binade holds 2**steps codes, one more or less by which of its ends it has. One about a
    power of two has half of its codes in the binade below, where they may lie twice as close. An element past
    the last point has no other beside it.
    """

    looks: ClassVar[bool] = True

    def __init__(self, lattice: Lattice) -> None:
        self.lattice = lattice
        self._counts: dict[int, int] = {}
        self.elements = 0
        self.off = 0

    def add(self, second: Codes) -> None:
        """Count the cells of finite elements, and the elements that are not on their points."""
        import numpy as np

        second = second[finite(second, self.lattice.form)]
        self.elements += second.size
        second = second[~self.lattice.beyond(second)]
        points = self.lattice.points(second)
        sig = _split(second, self.lattice.form)[0]
        self.off += int(np.count_nonzero((points.whole << points.steps.astype(np.uint64)) != sig))
        whole = points.whole
        power = (whole & (whole - np.uint64(1))) == 0
        kind = np.where(whole == 0, 3, np.where(power, 2, whole & np.uint64(1))).astype(np.int64)
        for key, count in zip(*np.unique(kind * 64 + points.steps, return_counts=True), strict=True):
            at = int(key) if key < 3 * 64 else 3 * 64
            self._counts[at] = self._counts.get(at, 0) + int(count)

    def merge(self, other: Cells) -> None:
        """Add what another counted."""
        for key, count in other._counts.items():
            self._counts[key] = self._counts.get(key, 0) + count
        self.elements += other.elements
        self.off += other.off

    def bits(self) -> float | None:
        """Return the slack counted so far, the same in whatever order cells were met."""
        cells = self._counts.items()
        return math.fsum(count * math.log2(self._codes(*divmod(key, 64))) for key, count in cells)

    def remarks(self) -> tuple[str, ...]:
        """Return whether the second tensor lies on the lattice."""
        where = (
            f"{self.off} of {self.elements} elements of the second lie off the lattice" if self.off else ""
        )
        return (where or "the second lies on the lattice",)

    def _codes(self, kind: int, steps: int) -> int:
        """Return how many codes a cell has at most: of an even or odd point, a power of two, or zero."""
        form, codes = self.lattice.form, 1 << steps
        if kind == 3:
            half = Fraction(2) ** (self.lattice.power - 1)
            return 2 * (rank(half, form) if half >= form.value(1) else 0) + 1 + form.negative_zero
        if not steps:
            return 2 if kind == 2 else 1
        return (codes + 1, max(1, codes - 1), codes + codes // 2 + 1)[kind]

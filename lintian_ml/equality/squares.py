"""Sums of squares: of two tensors, and of their difference, in float64 with a proven error, by all cores.

Of a piece of at most 2**18 elements, the squares are added in units of its largest magnitude's power of
two, in any order, within a factor 1 ± 2**-34; pieces are added exactly. All summands are positive, so that
the factor is that of the whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from threading import Lock
from typing import TYPE_CHECKING

from lintian_ml.equality.blocks import PIECE, Pair, elements
from lintian_ml.equality.crew import share
from lintian_ml.equality.desk import Desk, Place, place
from lintian_ml.equality.elements import FLOATS, Float, component, finite, magnitude, reals

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes

CHUNK = 1 << 14
"""Elements whose squares are computed at a time: they stay in a core's cache. No product of numpy's is
used, which would be handed to threads of its own.
"""

FARTHEST = 500
"""The exponents of two, either way, that the largest magnitude may have. The sums of larger ones are not to
be used; of a piece of smaller ones, what flushing takes is little beside the unit of a whole that is larger.
"""

RANGE = 8 << 20
"""Bytes that a thread takes at a time."""


@dataclass(frozen=True, slots=True)
class Squares:
    """The sums over ``count`` pairs of finite elements; ``exponent`` is the least power of two that no
    magnitude reaches, None where all are zero.
    """

    gap: Fraction = Fraction(0)
    first: Fraction = Fraction(0)
    second: Fraction = Fraction(0)
    count: int = 0
    exponent: int | None = None

    def __add__(self, other: Squares) -> Squares:
        exponents = [one.exponent for one in (self, other) if one.exponent is not None]
        return Squares(
            self.gap + other.gap,
            self.first + other.first,
            self.second + other.second,
            self.count + other.count,
            max(exponents, default=None),
        )


def squares(pair: Pair) -> Squares:
    """Return the sums over all pairs of finite elements; FormatError where a payload cannot be read."""
    places = place(pair.first.payload), place(pair.second.payload)
    if places[0] is None or places[1] is None:
        streamed = (_of_piece(pair, *piece) for piece in pair.pieces())
        return sum(streamed, Squares())
    total = _Total(pair, (places[0], places[1]))
    length = pair.first.payload.length
    share(_ranges(length), total.worker, 1 if length <= RANGE else None)
    return total.found


class _Total:
    """What was added up so far, by all threads."""

    def __init__(self, pair: Pair, places: tuple[Place, Place]) -> None:
        self.pair = pair
        self.places = places
        self.found = Squares()
        self._lock = Lock()

    def worker(self) -> Callable[[range], None]:
        """Return what adds up ranges in one thread."""
        desk = Desk()

        def add(starts: range) -> None:
            found = Squares()
            for start in starts:
                length = min(PIECE, starts.stop - start)
                first, second = (desk.read(side, self.places[side], start, length) for side in (0, 1))
                found += _of_piece(self.pair, start, first, second)
            with self._lock:
                self.found += found

        return add


def _ranges(length: int) -> Iterator[range]:
    for start in range(0, length, RANGE):
        yield range(start, min(start + RANGE, length), PIECE)


def _of_piece(pair: Pair, offset: int, first: Codes | bytes, second: Codes | bytes) -> Squares:
    """Return the sums of one piece, at ``offset`` bytes."""
    dtype = component(pair.first.dtype)
    form = FLOATS[dtype]
    left, right = elements(first, pair.first, offset), elements(second, pair.second, offset)
    largest = _largest(left, right, form)
    if form.fnuz or largest >= form.limit:
        real = finite(left, form) & finite(right, form)
        left, right = left[real], right[real]
        largest = _largest(left, right, form)
    if largest <= 0 and form.has_zero:
        return Squares(count=left.size)
    exponent = math.frexp(float(form.value(largest)))[1]
    if exponent > FARTHEST:
        return Squares(count=left.size, exponent=exponent)
    scale = max(exponent, -FARTHEST)
    sums = [0.0, 0.0, 0.0]
    for at in range(0, left.size, CHUNK):
        more = _of_chunk(left[at : at + CHUNK], right[at : at + CHUNK], dtype, math.ldexp(1.0, -scale))
        sums = [total + one for total, one in zip(sums, more, strict=True)]
    unit = Fraction(4) ** scale
    gap, own, other = (Fraction(one) * unit for one in sums)
    return Squares(gap, own, other, left.size, exponent)


def _largest(left: Codes, right: Codes, form: Float) -> int:
    """Return the largest magnitude code of both; -1 where there are no elements."""
    return max((int(magnitude(side, form).max()) for side in (left, right) if side.size), default=-1)


def _of_chunk(left: Codes, right: Codes, dtype: str, scale: float) -> tuple[float, float, float]:
    """Return the sums of squares of elements that are multiplied by ``scale``."""
    import numpy as np

    with np.errstate(all="ignore"):
        one, other = (reals(side, dtype) * scale for side in (left, right))
        gap = one - other
        for values in (gap, one, other):
            values *= values
        return float(gap.sum()), float(one.sum()), float(other.sum())

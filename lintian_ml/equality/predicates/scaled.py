"""The largest |a - b| of a tensor is at most tau times the smaller of the two tensors' largest magnitudes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.blocks import codes
from lintian_ml.equality.bound import Bound
from lintian_ml.equality.elements import FLOATS, component, finite, float_format, magnitude
from lintian_ml.equality.histogram import Histogram
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.predicate import Kind, Predicate
from lintian_ml.equality.slack import Meter

if TYPE_CHECKING:
    from lintian_ml.equality.arguments import Arguments
    from lintian_ml.equality.blocks import Pair
    from lintian_ml.equality.elements import Codes, Float, Mask, Reals
    from lintian_ml.equality.stretch import Stretch


@dataclass(frozen=True, slots=True)
class Scaled(Predicate):
    """An absolute bound on each element, as a share of the tensor's own scale: what training noise looks
    like.
    """

    tau: Fraction

    kind: ClassVar[Kind] = Kind.BALL

    @classmethod
    def read(cls, arguments: Arguments) -> Self:
        """Take the share."""
        return cls(arguments.rational("tau", minimum=0, below=1))

    def defined_for(self, dtype: str) -> bool:
        """Floating-point types, complex ones by component."""
        return float_format(dtype) is not None

    def meter(self, dtype: str) -> Meter:
        """Return what bounds the neighbours of each element within tau of the second tensor's own scale."""
        return Histogram(FLOATS[component(dtype)], share=self.tau)

    def judge(self, pair: Pair) -> Judge:
        """Return what takes the largest deviation and the scales as it goes."""
        return _Scaling(pair, self.tau)


class _Scaling(Judge):
    """Lets all finite pairs hold, and keeps bounds on how far apart they are and on the smaller scale.

    Mostly the one is clearly below tau times the other when all have been seen. Where not, the tensors are
    read again: for their scales, then for the bound that follows from them.
    """

    def __init__(self, pair: Pair, tau: Fraction) -> None:
        super().__init__(pair.first.dtype)
        self.pair = pair
        self.tau = tau
        self._bound = Bound(self.dtype, Fraction(0), Fraction(0))
        self._furthest = Fraction(0)
        self._largest = [0, 0]

    def settles(self, stretch: Stretch) -> bool:
        """Take note of a stretch."""
        gap = self._bound.gap(stretch) * Fraction(2) ** self._bound.form.unit
        self._note(gap, stretch.most - stretch.furthest, stretch.most)
        return True

    def look(self, first: Codes, second: Codes) -> None:
        """Take note of the largest magnitudes."""
        ranks = [_largest(side, self._bound.form) or 0 for side in (first, second)]
        self._note(Fraction(0), *ranks)

    def near(self, first: Codes, second: Codes) -> Mask:
        """Take note of pairs, and let them hold."""
        import numpy as np

        with np.errstate(all="ignore"):
            gap = self._bound.furthest(first, second)
        self._note(gap, 0, 0)
        return np.ones(first.shape, dtype=bool)

    def _note(self, gap: Fraction, *ranks: int) -> None:
        with self.lock:
            self._furthest = max(self._furthest, gap)
            self._largest = [max(pair) for pair in zip(self._largest, ranks, strict=True)]

    @property
    def _scale(self) -> Fraction:
        """What the smaller of the tensors' largest magnitudes is not below."""
        return self._bound.form.value(min(self._largest))

    def excess(self, first: Codes, second: Codes) -> Reals:
        """Return |a - b|."""
        return self._bound.excess(first, second)

    def ceiling(self, stretch: Stretch) -> float:
        """Return what no |a - b| is above."""
        return self._bound.ceiling(stretch)

    def again(self) -> Judge | None:
        """Return what decides the bound that follows from the scales, unless all is clearly within it."""
        if self._furthest <= self.tau * self._scale:
            return None
        return Bound(self.dtype, Fraction(0), self.tau * scale(self.pair))

    def definite(self) -> Judge:
        """Return the bound that all pairs were found to be within, which the tensors' own is not below."""
        return Bound(self.dtype, Fraction(0), self.tau * self._scale)


def scale(pair: Pair) -> Fraction:
    """Return the smaller of both tensors' largest finite magnitudes, exactly; 0 where there is none."""
    form = float_format(pair.first.dtype)
    assert form is not None
    largest = [0, 0]
    some = [False, False]
    for _, *pieces in pair.pieces():
        for side, (piece, tensor) in enumerate(zip(pieces, (pair.first, pair.second), strict=True)):
            rank = _largest(codes(piece, tensor), form)
            largest[side] = max(largest[side], rank or 0)
            some[side] |= rank is not None
    return min(form.value(rank) for rank in largest) if all(some) else Fraction(0)


def _largest(elements: Codes, form: Float) -> int | None:
    """Return the largest magnitude code of the finite elements; None where there are none."""
    ranks = magnitude(elements[finite(elements, form)], form)
    return int(ranks.max()) if ranks.size else None

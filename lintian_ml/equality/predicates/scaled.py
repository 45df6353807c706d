"""The largest |a - b| of a tensor is at most tau times the smaller of the two tensors' largest magnitudes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.bound import Bound
from lintian_ml.equality.elements import FLOATS, component, float_format
from lintian_ml.equality.histogram import Histogram
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.predicate import Kind, Predicate
from lintian_ml.equality.scales import Scales
from lintian_ml.equality.slack import Meter

if TYPE_CHECKING:
    from lintian_ml.equality.arguments import Arguments
    from lintian_ml.equality.blocks import Pair
    from lintian_ml.equality.elements import Codes, Mask, Reals
    from lintian_ml.equality.stretch import Stretch


@dataclass(frozen=True, slots=True)
class Scaled(Predicate):
    """An absolute bound on each element, as a share of the tensor's own scale: what training noise looks
    like.
    """

    tau: Fraction

    kind: ClassVar[Kind] = Kind.BALL
    leaves: ClassVar[str] = (
        "any element may move by that share of its tensor's largest, so that small ones "
        "may vanish or change their sign"
    )

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
    """Lets all finite pairs hold, and keeps how far apart they are and the scales of both tensors.

    Mostly the one is clearly below tau times the other when all have been seen. Where not, the tensors are
    gone through again, for the bound that follows from their scales.
    """

    def __init__(self, pair: Pair, tau: Fraction) -> None:
        super().__init__(pair.first.dtype)
        self.tau = tau
        self._bound = Bound(self.dtype, Fraction(0), Fraction(0))
        self._scales = Scales(self._bound.form)
        self._furthest = Fraction(0)
        self._steps = 0
        self._room = (-1, 0)

    def settles(self, stretch: Stretch) -> bool:
        """Whether its furthest pair is clearly within what is allowed by the scales seen so far."""
        if not self._scales.settles(stretch):
            return False
        steps = self._bound.gap(stretch)
        if steps > self._allowed():
            return False
        with self.lock:
            self._steps = max(self._steps, steps)
        return True

    def _allowed(self) -> int:
        """Return how many of the smallest positive number the scales seen so far allow."""
        code, room = self._room
        if code != self._scales.least:
            code = self._scales.least
            room = self.tau * self._scales.smaller // Fraction(2) ** self._bound.form.unit
            self._room = code, room
        return room

    def look(self, first: Codes, second: Codes) -> None:
        """Take note of the largest magnitudes."""
        self._scales.look(first, second)

    def near(self, first: Codes, second: Codes) -> Mask:
        """Take note of pairs, and let them hold."""
        import numpy as np

        with np.errstate(all="ignore"):
            self._note(self._bound.furthest(first, second))
        return np.ones(first.shape, dtype=bool)

    def _note(self, gap: Fraction) -> None:
        with self.lock:
            self._furthest = max(self._furthest, gap)

    def excess(self, first: Codes, second: Codes) -> Reals:
        """Return |a - b|."""
        return self._bound.excess(first, second)

    def ceiling(self, stretch: Stretch) -> float:
        """Return what no |a - b| is above."""
        return self._bound.ceiling(stretch)

    def again(self) -> Judge | None:
        """Return what decides the bound that follows from the scales, unless all is clearly within it."""
        furthest = max(self._furthest, self._steps * Fraction(2) ** self._bound.form.unit)
        return None if furthest <= self.tau * self._scales.smaller else self.definite()

    def definite(self) -> Judge:
        """Return what decides the bound that follows from the scales."""
        return Bound(self.dtype, Fraction(0), self.tau * self._scales.smaller)

"""The norm of the difference of two tensors is at most rel times the larger of their own norms."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.blocks import elements
from lintian_ml.equality.elements import FLOATS, component, finite, float_format
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.predicate import Kind, Predicate
from lintian_ml.equality.squares import FARTHEST, squares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lintian_ml.equality.arguments import Arguments
    from lintian_ml.equality.blocks import Pair
    from lintian_ml.equality.elements import Codes, Mask
    from lintian_ml.equality.stretch import Stretch

EXACT_ELEMENTS = 1_000_000
"""Elements of one tensor whose squares are added in integers when the interval leaves the answer open."""


@dataclass(frozen=True, slots=True)
class Norm(Predicate):
    """‖a - b‖² ≤ rel²·max(‖a‖², ‖b‖²), over the finite elements of one tensor."""

    rel: Fraction

    kind: ClassVar[Kind] = Kind.BALL
    leaves: ClassVar[str] = (
        "the difference may lie in a few elements alone, as far as each of them is let move"
    )
    elementwise: ClassVar[bool] = False

    @classmethod
    def read(cls, arguments: Arguments) -> Self:
        """Take the relative bound."""
        return cls(arguments.rational("rel", minimum=0, below=1))

    def defined_for(self, dtype: str) -> bool:
        """Floating-point types; a complex number counts as its two components."""
        return float_format(dtype) is not None

    def judge(self, pair: Pair) -> Judge:
        """Return what decides it."""
        return _Norm(pair, self.rel)


class _Norm(Judge):
    def __init__(self, pair: Pair, rel: Fraction) -> None:
        super().__init__(pair.first.dtype)
        self.pair = pair
        self.rel = rel
        self.component = component(self.dtype)
        self.form = FLOATS[self.component]

    def near(self, first: Codes, second: Codes) -> Mask:
        """Every pair of finite elements: the norm bounds them together only."""
        import numpy as np

        del second
        return np.ones(first.shape, dtype=bool)

    def settles(self, stretch: Stretch) -> bool:
        """Whether single pairs hold: they always do."""
        del stretch
        return True

    def conclude(self) -> str:
        """Add up the squares of both tensors and of their difference; in integers if floats leave it open."""
        holds = self._by_interval()
        if holds is None:
            holds = self._in_integers()
        if holds is None:
            self.doubt = (
                f"the norm lies too near the bound, and there are more than {EXACT_ELEMENTS} elements"
            )
        return "the norm of the difference is larger than allowed" if holds is False else ""

    def _by_interval(self) -> bool | None:
        """Decide by float64 sums with a proven error; None where the bound lies within it.

        What flushing takes from an element is less than ``lost`` of the unit, from the norm √n times that: a
        float64 below 2**-1022, or a square below that, where the unit is 2**-FARTHEST or more.
        """
        found = squares(self.pair)
        if found.exponent is None:
            return True
        if abs(found.exponent) > FARTHEST:
            return None
        unit = 2.0**found.exponent
        lost = math.sqrt(found.count) * max(
            2.0**-500, 2.0**-123 / unit if self.component == "float32" else 0.0
        )
        sums = (found.gap, found.first, found.second)
        gap, left, right = (math.sqrt(total / Fraction(4) ** found.exponent) for total in sums)
        allowed = float(self.rel) * max(left, right)
        margin = 2.0**-30
        if gap * (1 + margin) + lost <= (allowed - lost) * (1 - margin):
            return True
        return False if gap * (1 - margin) - lost > (allowed + lost) * (1 + margin) else None

    def _in_integers(self) -> bool | None:
        """Decide exactly; None where there are too many elements."""
        if self.pair.first.elements > EXACT_ELEMENTS:
            return None
        gap = left = right = 0
        for first, second in self._elements():
            for one, other in zip(
                map(self.form.multiple, first.tolist()), map(self.form.multiple, second.tolist()), strict=True
            ):
                gap += (one - other) ** 2
                left += one * one
                right += other * other
        return gap * self.rel.denominator**2 <= max(left, right) * self.rel.numerator**2

    def _elements(self) -> Iterator[tuple[Codes, Codes]]:
        """Yield the pairs of elements of which both are finite."""
        for offset, first, second in self.pair.pieces():
            left, right = elements(first, self.pair.first, offset), elements(second, self.pair.second, offset)
            real = finite(left, self.form) & finite(right, self.form)
            yield left[real], right[real]

"""The largest |a - b| of a tensor is at most tau times the smaller of the two tensors' largest magnitudes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.blocks import codes
from lintian_ml.equality.bound import Bound
from lintian_ml.equality.elements import FLOATS, component, finite, float_format, magnitude
from lintian_ml.equality.predicate import Kind, Predicate
from lintian_ml.equality.slack import Histogram, Meter

if TYPE_CHECKING:
    from lintian_ml.equality.arguments import Arguments
    from lintian_ml.equality.blocks import Pair
    from lintian_ml.equality.elements import Codes, Float
    from lintian_ml.equality.judge import Judge


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
        """Read both tensors for their scales; return what decides the bound that follows from them."""
        return Bound(pair.first.dtype, Fraction(0), self.tau * scale(pair))


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

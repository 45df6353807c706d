"""Each pair is within max(atol, rtol·max(|a|, |b|)), the symmetric form of PEP 485."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.bound import Bound
from lintian_ml.equality.elements import FLOATS, component, float_format
from lintian_ml.equality.histogram import Histogram
from lintian_ml.equality.predicate import Kind, Predicate
from lintian_ml.equality.slack import Meter

if TYPE_CHECKING:
    from lintian_ml.equality.arguments import Arguments
    from lintian_ml.equality.blocks import Pair
    from lintian_ml.equality.judge import Judge


@dataclass(frozen=True, slots=True)
class Close(Predicate):
    """A relative tolerance, an absolute one, or the larger of both; each is 0 where it is not given."""

    rtol: Fraction
    atol: Fraction

    kind: ClassVar[Kind] = Kind.BALL
    uniform: ClassVar[bool] = True
    leaves: ClassVar[str] = (
        "any element may move within its tolerance, and those near zero may change their sign"
    )

    @classmethod
    def read(cls, arguments: Arguments) -> Self:
        """Take the tolerances, at least one of them."""
        if not arguments.call.arguments:
            raise arguments.wrong("rtol or atol is missing")
        rtol = arguments.rational("rtol", minimum=0, below=1, default=Fraction(0))
        return cls(rtol, arguments.rational("atol", minimum=0, default=Fraction(0)))

    def defined_for(self, dtype: str) -> bool:
        """Floating-point types, complex ones by component."""
        return float_format(dtype) is not None

    def vacuous(self, dtype: str) -> bool:
        """Whether even the least and the largest finite value are close: no pair is further apart, either
        way.
        """
        form = float_format(dtype)
        if form is None:
            return False
        return form.largest - form.smallest <= max(self.atol, self.rtol * form.largest)

    def meter(self, dtype: str) -> Meter:
        """Return what bounds the neighbours within tolerance of each element."""
        return Histogram(FLOATS[component(dtype)], self.rtol, self.atol)

    def judge(self, pair: Pair) -> Judge:
        """Return what decides it."""
        return Bound(pair.first.dtype, self.rtol, self.atol)

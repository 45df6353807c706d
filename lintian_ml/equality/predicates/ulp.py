"""Each pair of elements is at most n representable values apart, in its own floating-point format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.elements import FLOATS, component, distance, float_format
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.predicate import Kind, Predicate
from lintian_ml.equality.slack import Meter, Window

if TYPE_CHECKING:
    from lintian_ml.equality.arguments import Arguments
    from lintian_ml.equality.blocks import Pair
    from lintian_ml.equality.elements import Codes, Mask
    from lintian_ml.equality.stretch import Stretch


@dataclass(frozen=True, slots=True)
class Ulp(Predicate):
    """At most ``n`` representable values apart; the two zeros are one value."""

    n: int

    kind: ClassVar[Kind] = Kind.BALL
    uniform: ClassVar[bool] = True
    leaves: ClassVar[str] = (
        "any element may be any of its nearest values, and all of them may lean to one side"
    )

    @classmethod
    def read(cls, arguments: Arguments) -> Self:
        """Take the number of units in the last place."""
        return cls(arguments.natural("n", bits=64))

    def defined_for(self, dtype: str) -> bool:
        """Floating-point types, complex ones by component."""
        return float_format(dtype) is not None

    def vacuous(self, dtype: str) -> bool:
        """Whether the least and the largest finite value are within reach of each other."""
        form = float_format(dtype)
        return form is not None and self.n >= (form.limit - 1) * (2 if form.signed else 1)

    def meter(self, dtype: str) -> Meter:
        """Return what counts the neighbours within reach of each element, up to the ends of the type."""
        return Window(FLOATS[component(dtype)], self.n)

    def judge(self, pair: Pair) -> Judge:
        """Return what decides it."""
        return _Ulp(pair.first.dtype, self.n)


class _Ulp(Judge):
    def __init__(self, dtype: str, n: int) -> None:
        super().__init__(dtype)
        self.form = FLOATS[component(dtype)]
        self.n = n

    def near(self, first: Codes, second: Codes) -> Mask:
        """Return which pairs of finite codes are near enough."""
        reach = min(self.n, (1 << self.form.bits) - 1)
        near: Mask = distance(first, second, self.form) <= first.dtype.type(reach)
        return near

    def settles(self, stretch: Stretch) -> bool:
        """Whether the furthest pair is near enough."""
        return stretch.furthest <= self.n

    def holds(self, first: int, second: int) -> bool:
        """Count the representable values between two codes."""
        return abs(self.form.rank(first) - self.form.rank(second)) <= self.n

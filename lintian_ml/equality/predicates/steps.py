"""Each pair of integers or quantised codes is at most n apart, computed without wrapping around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.elements import INTEGERS, distance
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.predicate import Kind, Predicate
from lintian_ml.equality.slack import Meter, Window

if TYPE_CHECKING:
    from lintian_ml.equality.arguments import Arguments
    from lintian_ml.equality.blocks import Pair
    from lintian_ml.equality.elements import Codes, Mask
    from lintian_ml.equality.stretch import Stretch


@dataclass(frozen=True, slots=True)
class Steps(Predicate):
    """Integers at most ``n`` apart."""

    n: int

    kind: ClassVar[Kind] = Kind.BALL
    uniform: ClassVar[bool] = True
    leaves: ClassVar[str] = (
        "any element may be any of its nearest integers, and all of them may lean to one side"
    )

    @classmethod
    def read(cls, arguments: Arguments) -> Self:
        """Take the number of steps."""
        return cls(arguments.natural("n", bits=64))

    def defined_for(self, dtype: str) -> bool:
        """Integer types, with a sign or without."""
        return dtype in INTEGERS

    def vacuous(self, dtype: str) -> bool:
        """Whether the least and the largest integer of the type are within reach of each other."""
        return dtype in INTEGERS and self.n >= INTEGERS[dtype].limit - 1

    def meter(self, dtype: str) -> Meter:
        """Return what counts the neighbours within reach of each element, up to the ends of the type."""
        return Window(INTEGERS[dtype], self.n)

    def judge(self, pair: Pair) -> Judge:
        """Return what decides it."""
        return _Steps(pair.first.dtype, self.n)


class _Steps(Judge):
    def __init__(self, dtype: str, n: int) -> None:
        super().__init__(dtype)
        self.form = INTEGERS[dtype]
        self.n = n

    def near(self, first: Codes, second: Codes) -> Mask:
        """Return which pairs are near enough."""
        reach = min(self.n, self.form.limit - 1)
        near: Mask = distance(first, second, self.form) <= first.dtype.type(reach)
        return near

    def settles(self, stretch: Stretch) -> bool:
        """Whether the furthest pair is near enough."""
        return stretch.furthest <= self.n

    def holds(self, first: int, second: int) -> bool:
        """Subtract in whole numbers that have no end."""
        return abs(self.form.value(first) - self.form.value(second)) <= self.n

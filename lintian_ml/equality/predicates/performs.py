"""A metric of several trainings is equivalent, class by class, by two one-sided tests; a measurement, no
proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.predicate import Kind, Predicate, written

if TYPE_CHECKING:
    from lintian_ml.equality.arguments import Arguments


@dataclass(frozen=True, slots=True)
class Performs(Predicate):
    """The runs in the JSON files ``first`` and ``second`` differ in ``metric`` by less than ``within``, at
    level ``alpha``.
    """

    metric: str
    first: str
    second: str
    within: Fraction
    alpha: Fraction = Fraction(1, 20)

    kind: ClassVar[Kind] = Kind.MEASUREMENT

    @classmethod
    def read(cls, arguments: Arguments) -> Self:
        """Take the metric, the two files of runs, the margin of equivalence and the level of the tests."""
        metric, first, second = (arguments.text(name) for name in ("metric", "first", "second"))
        within = arguments.rational("within", above=0)
        alpha = arguments.rational("alpha", above=0, below=1, default=Fraction(1, 20))
        if alpha > Fraction(1, 2):
            raise arguments.wrong("alpha must be 0.5 or less")
        return cls(metric, first, second, within, alpha)

    def undecided(self) -> str:
        """It needs the runs of several trainings, which no model holds."""
        return "needs the runs of several trainings"

    def arguments(self) -> Sequence[str]:
        """Return metric and files, which need no names, and both numbers."""
        words = (written(text) for text in (self.metric, self.first, self.second))
        return (*words, f"within={written(self.within)}", f"alpha={written(self.alpha)}")

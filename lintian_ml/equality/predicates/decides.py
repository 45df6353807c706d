"""Both models have, on each declared probe, a unique and equal largest output; a measurement, no proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.predicate import Kind, Predicate, written

if TYPE_CHECKING:
    from lintian_ml.equality.arguments import Arguments


@dataclass(frozen=True, slots=True)
class Decides(Predicate):
    """The decisions on ``probes``; one whose two largest outputs lie within ``margin`` is left undecided."""

    probes: str
    margin: Fraction

    kind: ClassVar[Kind] = Kind.MEASUREMENT

    @classmethod
    def read(cls, arguments: Arguments) -> Self:
        """Take the name of the probes and the margin."""
        return cls(arguments.text("probes"), arguments.rational("margin", minimum=0))

    def undecided(self) -> str:
        """It needs an evaluation of the graph."""
        return "needs evaluation"

    def arguments(self) -> Sequence[str]:
        """Return the probes, which need no name, and the margin."""
        return written(self.probes), f"margin={written(self.margin)}"

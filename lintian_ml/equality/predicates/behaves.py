"""The outputs of both models on declared probes satisfy another predicate; a measurement, no proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.conjunction import conjunction_of
from lintian_ml.equality.predicate import Kind, Predicate, written

if TYPE_CHECKING:
    from lintian_ml.equality.arguments import Arguments


@dataclass(frozen=True, slots=True)
class Behaves(Predicate):
    """The ``outputs`` on ``probes``, a stanza of debian/models, satisfy a predicate."""

    probes: str
    outputs: tuple[Predicate, ...]

    kind: ClassVar[Kind] = Kind.MEASUREMENT

    @classmethod
    def read(cls, arguments: Arguments) -> Self:
        """Take the name of the probes and the predicate on the outputs."""
        probes = arguments.text("probes")
        outputs = conjunction_of(arguments.calls("outputs"))
        if any(term.kind is Kind.MEASUREMENT or term.name == "identical" for term in outputs):
            raise arguments.wrong(
                "outputs are arrays: neither a measurement nor identical can be asked of them"
            )
        return cls(probes, outputs)

    def undecided(self) -> str:
        """It needs an evaluation of the graph."""
        return "needs evaluation"

    def arguments(self) -> Sequence[str]:
        """Return both, which need no names."""
        return written(self.probes), written(self.outputs)

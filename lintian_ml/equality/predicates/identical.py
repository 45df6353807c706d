"""The files are equal byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.predicate import Kind, Level, Predicate

if TYPE_CHECKING:
    from lintian_ml.equality.arguments import Arguments


@dataclass(frozen=True, slots=True)
class Identical(Predicate):
    """Byte equality of the whole files; stands alone."""

    kind: ClassVar[Kind] = Kind.EQUIVALENCE

    @classmethod
    def read(cls, arguments: Arguments) -> Self:
        """Take no arguments."""
        del arguments
        return cls()

    @property
    def level(self) -> Level:
        """Equal bytes are the highest level."""
        return Level.BIT_BY_BIT

    def undecided(self) -> str:
        """Tensors alone cannot tell whether files are equal."""
        return "whether the files are equal byte for byte cannot be told from what was read of them"

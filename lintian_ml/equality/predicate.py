"""What a predicate is made of: a module of ``predicates/`` holds one class, named as in the language.

The class is a frozen dataclass whose fields are the predicate's parameters, in the order in which they may be
given without their names; the module's name is the predicate's, its docstring's first line says when it
holds.
"""

from __future__ import annotations

import enum
import importlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml import discover
from lintian_ml.equality.arguments import Arguments
from lintian_ml.equality.number import spelling
from lintian_ml.equality.syntax import worded

if TYPE_CHECKING:
    from lintian_ml.equality.blocks import Pair
    from lintian_ml.equality.judge import Judge
    from lintian_ml.equality.slack import Meter


class Kind(enum.Enum):
    """What sort of relation a predicate is. Balls are not transitive; measurements are no proofs."""

    EQUIVALENCE = "equivalence"
    BALL = "ball"
    MEASUREMENT = "measurement"


class Level(enum.Enum):
    """The level of reproducibility that a predicate can vouch for, the strongest first."""

    BIT_BY_BIT = "bit-by-bit"
    NUMERICAL = "numerical"
    PERFORMANCE = "performance"
    NONE = "none"

    @property
    def rank(self) -> int:
        """0 for the strongest."""
        return _RANKS[self]


_RANKS = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Predicate(ABC):
    """One predicate with its parameters."""

    kind: ClassVar[Kind]
    elementwise: ClassVar[bool] = True
    """Whether it bounds each element on its own."""
    uniform: ClassVar[bool] = False
    """Whether what decides it is the same for all tensors of a type, whatever their elements are."""
    leaves: ClassVar[str] = ""
    """What it leaves open, as a phrase for people; empty where it settles every bit."""

    @classmethod
    @abstractmethod
    def read(cls, arguments: Arguments) -> Self:
        """Make the predicate from what stands in its parentheses; PredicateError where that has no sense."""

    @property
    def name(self) -> str:
        """The predicate's name in the language: its module's."""
        return type(self).__module__.rpartition(".")[2]

    @property
    def level(self) -> Level:
        """The highest level of reproducibility that it can vouch for."""
        return Level.PERFORMANCE if self.kind is Kind.MEASUREMENT else Level.NUMERICAL

    def defined_for(self, dtype: str) -> bool:
        """Whether it says something about elements of the type ``dtype``."""
        del dtype
        return True

    def vacuous(self, dtype: str) -> bool:
        """Whether every pair of finite values of the type satisfies it, so that it says nothing."""
        del dtype
        return False

    def meter(self, dtype: str) -> Meter:
        """Return what counts the bits that it leaves open beside the elements of the second tensor."""
        from lintian_ml.equality.slack import Meter

        del dtype
        return Meter()

    def undecided(self) -> str:
        """Return why this comparator does not decide it; an empty string where it does."""
        return ""

    def judge(self, pair: Pair) -> Judge:
        """Return what decides it for one pair of tensors of a type that it is defined for."""
        raise NotImplementedError(f"{self.name} is not decided here, as undecided() must say")

    def arguments(self) -> Sequence[str]:
        """Return what stands in the parentheses, canonically: one value alone, several by their names."""
        values = [(field.name, getattr(self, field.name)) for field in fields(self)]
        if len(values) == 1:
            return (written(values[0][1]),)
        return tuple(f"{name}={written(value)}" for name, value in values)

    def __str__(self) -> str:
        inside = ", ".join(self.arguments())
        return f"{self.name}({inside})" if inside else self.name


def written(value: object) -> str:
    """Return a parameter's value as the language spells it."""
    if isinstance(value, (int, Fraction)):
        return spelling(value)
    if isinstance(value, tuple):
        return " and ".join(map(str, value))
    return worded(str(value))


FOLDER = "lintian_ml.equality.predicates"


@cache
def predicate_named(name: str) -> type[Predicate] | None:
    """Return the class of the predicate of that name in the language, or None; no other's is imported."""
    full = f"{FOLDER}.{name}"
    if full not in discover.names(FOLDER):
        return None
    classes = (value for value in vars(importlib.import_module(full)).values() if isinstance(value, type))
    return next(kind for kind in classes if issubclass(kind, Predicate) and kind.__module__ == full)


@cache
def predicates() -> dict[str, type[Predicate]]:
    """Return every predicate's class by its name in the language."""
    names = (full.rpartition(".")[2] for full in discover.names(FOLDER))
    return {name: found for name in names if (found := predicate_named(name))}

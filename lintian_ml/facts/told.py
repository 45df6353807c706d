"""The value of one fact with its source, and how what is told of several files becomes facts of one model."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Generic, TypeVar

from lintian_ml.declaration import Declaration
from lintian_ml.policy import Facts, Source, SourceKind

Value = TypeVar("Value", bound=Enum)
Value_co = TypeVar("Value_co", bound=Enum, covariant=True)


@dataclass(frozen=True, slots=True)
class Told(Generic[Value_co]):
    """The value of one fact, and where it comes from."""

    value: Value_co
    source: Source

    def noting(self, note: str) -> "Told[Value_co]":
        """Return the same with a note on its source."""
        return replace(self, source=replace(self.source, note=note))


def said(declaration: Declaration, line: int, note: str = "") -> Source:
    """Return a line of debian/models as the source of a fact."""
    return Source(SourceKind.DECLARED, declaration.name, line, note)


def weakest(told: Iterable[Told[Value]], order: Sequence[Value]) -> Told[Value]:
    """Return the first of ``told`` whose value comes first in ``order``; ValueError where there is none."""
    return min(told, key=lambda one: order.index(one.value))


def as_facts(told: Mapping[str, Told[Enum]]) -> Facts:
    """Return facts of these values, by the facts' names; what nobody said has no source."""
    values = {name.replace("-", "_"): one.value for name, one in told.items()}
    sources = {
        name: one.source for name, one in told.items() if one.value.value != "unknown" or one.source.note
    }
    return Facts(**values, sources=sources)  # type: ignore[arg-type]


PLACES = ("line", "lines", "number", "column")
"""What records say of where they stand in a file."""


def is_same_statement(one: object, other: object) -> bool:
    """Whether two records say the same, wherever in their files they stand; they are nested a few levels
    deep.
    """
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(is_same_statement, one, other))
    if not is_dataclass(one) or type(one) is not type(other):
        return one == other
    names = (field.name for field in fields(one) if field.name not in PLACES)
    return all(is_same_statement(getattr(one, name), getattr(other, name)) for name in names)

"""Reports: one module is one output format, found by its name in this folder.

This file holds what all formats share: which hints are shown, by Lintian's rules, and how they are to look.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from lintian_ml.error import UsageError
from lintian_ml.hint import Visibility
from lintian_ml.run import IssuedHint, Report

DEFAULT_LEVELS = frozenset({Visibility.ERROR, Visibility.WARNING})

_LEVEL = re.compile(r"([+=-])?(>=|<=|>|<|=)?([a-z]+)")


@dataclass(frozen=True, slots=True)
class Display:
    """What is shown: the levels, experimental and overridden hints, tags that are shown at any level."""

    levels: frozenset[Visibility] = DEFAULT_LEVELS
    experimental: bool = False
    overridden: bool = False
    tags: frozenset[str] = frozenset()

    def shows(self, issued: IssuedHint) -> bool:
        """Whether a hint is printed."""
        if issued.override is not None and not self.overridden:
            return False
        if issued.tag in self.tags:
            return True
        return issued.visibility in self.levels and (self.experimental or not issued.experimental)


@dataclass(frozen=True, slots=True)
class Look:
    """How a report is to look. ``tag_limit`` bounds the hints of one tag in one package (0: no bound);
    ``before`` maps the models of an older version to their digests, None where there is none to compare with.
    """

    display: Display = Display()
    info: bool = False
    verbose: bool = False
    colour: bool = False
    hyperlinks: bool = False
    tag_limit: int = 0
    width: int = 80
    before: Mapping[str, str] | None = None


class Writer(Protocol):
    """Turns reports, one after the other, into lines of text."""

    def report(self, report: Report, /) -> Iterator[str]:
        """Yield the lines on one package."""

    def failure(self, input_name: str, profile: str, error: str, /) -> Iterator[str]:
        """Yield the lines on an input that could not be looked at (standard error tells of it anyway)."""

    def closing(self) -> Iterator[str]:
        """Yield the lines at the end."""


class FormatModule(Protocol):
    """The shape of the other modules in this folder."""

    def writer(self, look: Look, /) -> Writer:
        """Return a writer for one run."""


def formats() -> tuple[str, ...]:
    """Return the names of the output formats."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def writer(name: str, look: Look) -> Writer:
    """Return a writer of that format; UsageError if there is no such format."""
    if name not in formats():
        raise UsageError(f"unknown format {name}: there are {', '.join(formats())}")
    return cast(FormatModule, importlib.import_module(f"{__name__}.{name}")).writer(look)


def levels(specifications: Iterable[str]) -> frozenset[Visibility]:
    """Apply ``[+-=][>=|>|=|<|<=]LEVEL`` specifications one after the other to the default levels."""
    shown = DEFAULT_LEVELS
    for specification in specifications:
        for part in specification.split(","):
            shown = _apply(part.strip(), shown)
    return shown


def _apply(part: str, shown: frozenset[Visibility]) -> frozenset[Visibility]:
    parsed = _LEVEL.fullmatch(part)
    names = {level.value for level in Visibility}
    if not parsed or parsed[3] not in names:
        raise UsageError(
            f"display level {part!r} is not of the form [+-=][>=|>|=|<|<=]{{{'|'.join(sorted(names))}}}"
        )
    operation, relation, level = parsed[1] or "=", parsed[2] or "=", Visibility(parsed[3])
    chosen = frozenset(other for other in Visibility if _related(other, relation, level))
    return {"+": shown | chosen, "-": shown - chosen, "=": chosen}[operation]


def _related(one: Visibility, relation: str, other: Visibility) -> bool:
    return {
        "=": one == other,
        ">": one > other,
        ">=": one >= other,
        "<": one < other,
        "<=": one <= other,
    }[relation]

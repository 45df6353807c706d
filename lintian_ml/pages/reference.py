"""What the pages on formats, predicates and profiles tell, taken from where it is decided."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from importlib.resources import files

from lintian_ml.equality.language import PRESETS
from lintian_ml.equality.predicate import Predicate, predicates
from lintian_ml.formats import FormatModule, formats
from lintian_ml.hint import Visibility
from lintian_ml.profile import Profile
from lintian_ml.registry import PROFILES, SUFFIX, checks, find_profile, profile_names

__all__ = ["PRESETS", "shown_formats", "shown_predicates", "shown_profiles"]

WITHIN = {
    "file": "any file",
    "zip": "zip archives",
    "tar": "tar archives",
    "text": "text with arrays of numbers",
    "rest": "files of no other format",
}
"""Where a format is looked for, in words."""


@dataclass(frozen=True, slots=True)
class ShownFormat:
    """A format: its title and what else its module says, where it is looked for, what may differ in noise."""

    name: str
    title: str
    text: str
    extensions: tuple[str, ...]
    within: str
    read: bool
    noise: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownPredicate:
    """A predicate: when it holds, its parameters, of what kind it is, and what it leaves open."""

    name: str
    brief: str
    text: str
    parameters: tuple[str, ...]
    kind: str
    leaves: str


@dataclass(frozen=True, slots=True)
class ShownProfile:
    """A profile: what its file says in front, its rows, and how loudly each tag speaks under it."""

    profile: Profile
    remarks: tuple[str, ...]
    loudness: tuple[tuple[str, Visibility | None], ...]

    @property
    def name(self) -> str:
        """The profile's name."""
        return self.profile.name


def shown_formats() -> tuple[ShownFormat, ...]:
    """Return every format, in the order of their names."""
    return tuple(sorted(map(_format, formats()), key=lambda shown: shown.name))


def _format(module: FormatModule) -> ShownFormat:
    title, _, text = inspect.cleandoc(module.__doc__).partition("\n\n")
    declared = module.FORMAT
    noise: tuple[str, ...] = getattr(module, "NOISE", ())
    within = WITHIN[declared.within]
    read = hasattr(module, "read")
    return ShownFormat(declared.name, " ".join(title.split()), text, declared.extensions, within, read, noise)


def shown_predicates() -> tuple[ShownPredicate, ...]:
    """Return every predicate of the language."""
    return tuple(_predicate(name, kind) for name, kind in predicates().items())


def _predicate(name: str, kind: type[Predicate]) -> ShownPredicate:
    brief = inspect.cleandoc(inspect.getmodule(kind).__doc__ or "")
    text = inspect.cleandoc(kind.__doc__ or "")
    parameters = tuple(field.name for field in fields(kind))
    return ShownPredicate(name, " ".join(brief.split()), text, parameters, kind.kind.value, kind.leaves)


def shown_profiles() -> tuple[ShownProfile, ...]:
    """Return every installed profile."""
    return tuple(map(_profile, profile_names()))


def _profile(name: str) -> ShownProfile:
    text = files(PROFILES).joinpath(name + SUFFIX).read_text("utf-8")
    profile = find_profile(name)
    loudness = ((tag, profile.visibility(tag, check.tag.visibility)) for tag, check in checks().items())
    return ShownProfile(profile, tuple(_remarks(text)), tuple(loudness))


def _remarks(text: str) -> Iterator[str]:
    """Yield the paragraphs of comment that stand before the first row of a profile."""
    front = re.split(r"(?m)^(?:Class|Enable-Tags|Disable-Tags|Tags|Raise|Visibility):", text, maxsplit=1)[0]
    for run in re.findall(r"(?m)(?:^#.*\n)+", front):
        yield " ".join(line.lstrip("#").strip() for line in run.splitlines())

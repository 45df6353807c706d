"""Debian's own files, parsed by python-debian; what is malformed is absent, never an error."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from debian.changelog import Changelog
from debian.deb822 import Deb822

if TYPE_CHECKING:
    from debian.copyright import Copyright

Stanza = Mapping[str, str]

AREAS = ("main", "contrib", "non-free-firmware", "non-free")
"""The archive areas, the one that a source package is in first when its binaries differ."""

# python-debian logs what it finds wrong in a file; what matters here is what it could read.
logging.getLogger("debian").addHandler(logging.NullHandler())


WIDEST = 1000
"""Characters of a changelog's line that are read: of more, python-debian may take the square in steps."""

_GAP = re.compile(r"(?<=\S)\s{9,}")
"""More blanks within a line than anyone writes: python-debian takes the square of their number in steps."""


@dataclass(frozen=True, slots=True)
class Control:
    """The stanzas of a control file: the source (empty in a binary package), and the binary packages."""

    source: Stanza
    binaries: tuple[Stanza, ...]


def text(data: bytes) -> str:
    """Decode a file of the package; what is not UTF-8 becomes replacement characters."""
    return data.decode("utf-8", "replace")


def stanzas(data: bytes) -> Iterator[Stanza]:
    """Yield the stanzas of a deb822 file; an OpenPGP signature around them is taken off, not verified."""
    lines = [_GAP.sub(" ", line) for line in text(data).split("\n")]
    try:
        yield from Deb822.iter_paragraphs(lines, use_apt_pkg=False)
    except (ValueError, EOFError):
        return


def parse_control(data: bytes) -> Control:
    """Parse ``debian/control``, or the control file of a binary package."""
    found = [stanza for stanza in stanzas(data) if stanza]
    source: Stanza = found[0] if found and "Package" not in found[0] else {}
    return Control(source, tuple(stanza for stanza in found if "Package" in stanza))


def parse_copyright(data: bytes) -> Copyright | None:
    """Parse a machine-readable debian/copyright; None for any other."""
    from debian.copyright import Copyright, Error

    try:
        return Copyright(text(data).splitlines(True), strict=False)
    except (Error, ValueError, TypeError, EOFError):
        return None


def parse_changelog(data: bytes, most: int | None = None) -> Changelog | None:
    """Parse the newest ``most`` entries of debian/changelog (None: all); None if there is none."""
    lines = "\n".join(line[:WIDEST] for line in text(data).split("\n"))
    try:
        changelog = Changelog(lines, max_blocks=most, strict=False, allow_empty_author=True)
    except ValueError:
        return None
    return changelog if len(changelog) and changelog[0].package else None


def area_of(section: str) -> str:
    """Return the archive area of a section: what stands before its slash, else main."""
    area = section.strip().partition("/")[0]
    return area if area in AREAS else "main"


def strongest(areas: list[str]) -> str | None:
    """Return the area of a source package whose binary packages have these; None if there are none."""
    return min(areas, key=AREAS.index, default=None)


def area_of_control(control: bytes) -> str | None:
    """Take the archive area from the sections of debian/control; None if it names none."""
    parsed = parse_control(control)
    sections = [stanza["Section"] for stanza in (parsed.source, *parsed.binaries) if "Section" in stanza]
    own = sections[:1] if "Section" in parsed.source else sections
    return strongest([area_of(section) for section in own])


def suite_of(changelog: Changelog | None) -> str | None:
    """Return the suite that the newest entry of a changelog is for; None for a release not yet made."""
    suite = (changelog[0].distributions or "").strip() if changelog else ""
    return suite if suite not in ("", "UNRELEASED") else None


def people(field: str) -> tuple[str, ...]:
    """Split a list of people, whose names may hold commas, behind their addresses."""
    flat = " ".join(field.split())
    return tuple(one for part in re.split(r"(?<=>)\s*,", flat) if (one := part.strip(" ,")))


def names(field: str) -> tuple[str, ...]:
    """Split a list of packages, by commas or white space."""
    return tuple(field.replace(",", " ").split())

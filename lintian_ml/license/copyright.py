"""debian/copyright in its machine-readable form: which Files stanza covers a path, and where it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lintian_ml.error import DeclarationError
from lintian_ml.glob import Glob, Table
from lintian_ml.stanza import Field, Stanza, read

LIMIT = 4 << 20
"""Bytes of debian/copyright that are read."""


@dataclass(frozen=True, slots=True)
class FilesStanza:
    """A Files stanza: its globs, the first line of its License field, and the lines of both fields."""

    globs: tuple[Glob, ...]
    line: int
    synopsis: str
    license_line: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The stanza that covers a path; ``general`` if only its ``*`` does, as it does all else."""

    stanza: FilesStanza
    general: bool


@dataclass(frozen=True)
class Copyright:
    """What a debian/copyright file says; ``texts`` are the license texts in it, by names in lower case."""

    name: str
    machine_readable: bool
    stanzas: tuple[FilesStanza, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    disclaimer: str = ""
    excluded: tuple[Glob, ...] = ()

    def cover(self, path: str) -> Coverage | None:
        """Return the last Files stanza that matches ``path``, or None."""
        number = self._table.last(path)
        if number is None:
            return None
        stanza = self.stanzas[number]
        return Coverage(stanza, all(glob.text == "*" for glob in stanza.globs if glob.matches(path)))

    @cached_property
    def _table(self) -> Table:
        return Table.of(stanza.globs for stanza in self.stanzas)


def read_copyright(data: bytes, name: str = "debian/copyright") -> Copyright:
    """Read the bytes of a debian/copyright file; never raises. What is malformed in it is passed over."""
    stanzas, _ = read(data, LIMIT)
    if not stanzas or not _machine_readable(stanzas[0]):
        return Copyright(name, machine_readable=False)
    header, *rest = stanzas
    excluded = header.get("Files-Excluded")
    return Copyright(
        name,
        machine_readable=True,
        stanzas=tuple(_files(rest)),
        texts=dict(_texts(rest)),
        disclaimer=header.text("Disclaimer"),
        excluded=tuple(_globs(excluded)) if excluded else (),
    )


def _machine_readable(header: Stanza) -> bool:
    """Whether the first stanza names the format, at any of the addresses that it has had."""
    said = (header.text("Format") or header.text("Format-Specification")).lower()
    return any(word in said for word in ("copyright-format", "dep5", "dep-5"))


def _files(stanzas: list[Stanza]) -> Iterator[FilesStanza]:
    for stanza in stanzas:
        files, license_field = stanza.get("Files"), stanza.get("License")
        if files:
            synopsis = license_field.lines[0].text if license_field else ""
            line = license_field.line if license_field else files.line
            yield FilesStanza(tuple(_globs(files)), files.line, synopsis, line)


def _globs(found: Field) -> Iterator[Glob]:
    """Yield the globs of a field, without the ``./`` and the commas that many write."""
    for word in found.words():
        try:
            yield Glob.parse(word.text.removeprefix("./").removesuffix(","))
        except DeclarationError:
            continue


def _texts(stanzas: list[Stanza]) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each license that is spelled out, those of their own stanzas last."""
    for alone in (False, True):
        for stanza in stanzas:
            found = stanza.get("License")
            if found and len(found.lines) > 1 and alone is (stanza.get("Files") is None):
                text = "\n".join("" if line.text == "." else line.text for line in found.lines[1:])
                yield found.lines[0].text.lower(), text

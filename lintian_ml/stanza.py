"""The stanzas of a deb822 file, with the line of each field and of each line of a value.

python-debian does the parsing; lines are counted from what it hands back, since its older versions keep none.
Anything can be read: what is not understood becomes a Trouble, and the rest is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from debian._deb822_repro.parsing import Deb822ParagraphElement

LIMIT = 1 << 20
"""Bytes of a file that are read; python-debian takes some 2 to 12 seconds for that much."""

TROUBLES = 100
"""Troubles that are told of one file: more help nobody."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A line that is not as it must be, and what to write instead."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a value, or one word of it, and the number of its line in the file."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name as written, and its value line by line, each stripped, without comment lines."""

    name: str
    line: int
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The whole value; lines are joined by newlines, empty ones at both ends left out."""
        return "\n".join(line.text for line in self.lines).strip()

    def words(self) -> Iterator[Line]:
        """Yield each word of the value with the number of its line."""
        for line in self.lines:
            yield from (Line(line.number, word) for word in line.text.split())

    def entries(self) -> Iterator[Line]:
        """Yield the lines that are not empty."""
        return (line for line in self.lines if line.text)


@dataclass(frozen=True, slots=True)
class Stanza:
    """The fields between two empty lines, in their order, each name once."""

    fields: tuple[Field, ...]

    @property
    def line(self) -> int:
        """The line of the first field."""
        return self.fields[0].line

    def get(self, name: str) -> Field | None:
        """Return the field of that name, in any case of letters, or None."""
        return next((entry for entry in self.fields if entry.name.lower() == name.lower()), None)

    def text(self, name: str) -> str:
        """Return the value of the field of that name; empty where there is none."""
        found = self.get(name)
        return found.text if found else ""


def read(data: bytes, limit: int = LIMIT) -> tuple[tuple[Stanza, ...], tuple[Trouble, ...]]:
    """Return the stanzas of ``data`` and what is wrong with it; never raises.

    Of a file over ``limit`` bytes only the stanzas that end before that are read.
    """
    from debian._deb822_repro import parse_deb822_file

    troubles: list[Trouble] = []
    lines = list(_lines(_head(data, limit, troubles), troubles))
    document = parse_deb822_file(
        lines, accept_files_with_error_tokens=True, accept_files_with_duplicated_fields=True
    )
    stanzas = tuple(_unrepeated(fields, troubles) for fields in _groups(document.iter_parts(), troubles))
    return stanzas, tuple(sorted(troubles, key=lambda trouble: trouble.line)[:TROUBLES])


def _head(data: bytes, limit: int, troubles: list[Trouble]) -> bytes:
    """Return ``data``, or the whole stanzas of its first ``limit`` bytes."""
    if len(data) <= limit:
        return data
    end = max(data.rfind(b"\n\n", 0, limit), data.rfind(b"\r\n\r\n", 0, limit))
    head = data[: max(end, 0)]
    line = head.count(b"\n") + 1
    message = f"the file has {len(data)} bytes: only the stanzas in its first {limit} bytes are read"
    troubles.append(Trouble(line, f"{message}; make it shorter"))
    return head


def _lines(data: bytes, troubles: list[Trouble]) -> Iterator[str]:
    """Yield each line as text; what UTF-8 or text does not allow is replaced, and told once per kind."""
    told: set[str] = set()
    for number, raw in enumerate(data.removesuffix(b"\n").split(b"\n"), 1):
        text = raw.removesuffix(b"\r").decode("utf-8", "replace")
        for message in _faults(raw, text):
            if message not in told:
                told.add(message)
                troubles.append(Trouble(number, message))
        yield text.replace("\0", "\ufffd").replace("\r", " ") + "\n"


def _faults(raw: bytes, text: str) -> Iterator[str]:
    if "\ufffd" in text and "\ufffd".encode() not in raw:
        yield "not UTF-8; save the file in that encoding"
    if b"\0" in raw:
        yield "a NUL byte; the file must be plain text"
    if raw.endswith(b"\r"):
        yield "lines end with CR and LF; end them with LF alone"
    elif b"\r" in raw:
        yield "a CR inside a line; end lines with LF alone"


def _groups(parts: Iterable[object], troubles: list[Trouble]) -> Iterator[list[Field]]:
    """Yield the fields of each stanza; a line that is no field does not end the stanza it stands in."""
    from debian._deb822_repro.parsing import Deb822ParagraphElement

    number, fields = 1, list[Field]()
    for part in parts:
        text: str = part.convert_to_text()  # type: ignore[attr-defined]
        if isinstance(part, Deb822ParagraphElement):
            fields.extend(_fields(part, number))
        elif text.isspace() and fields:
            yield fields
            fields = []
        elif not text.isspace() and not text.startswith("#"):
            troubles.append(Trouble(number, "neither a field nor the continuation of one; write NAME: VALUE"))
        number += text.count("\n")
    if fields:
        yield fields


def _fields(paragraph: Deb822ParagraphElement, number: int) -> Iterator[Field]:
    """Yield the fields of a paragraph that begins on line ``number``."""
    from debian._deb822_repro.parsing import Deb822KeyValuePairElement

    for pair in paragraph.iter_parts():
        text = pair.convert_to_text()
        if isinstance(pair, Deb822KeyValuePairElement):
            start = number + _comments_before(text.split("\n"))
            values = pair.value_element.convert_to_text().removesuffix("\n").split("\n")
            lines = (Line(start + n, row.strip()) for n, row in enumerate(values) if not row.startswith("#"))
            yield Field(str(pair.field_name), start, tuple(lines))
        number += text.count("\n")


def _comments_before(lines: Sequence[str]) -> int:
    """Return how many comment lines stand before the field that they belong to."""
    return next((n for n, line in enumerate(lines) if not line.startswith("#")), 0)


def _unrepeated(fields: Iterable[Field], troubles: list[Trouble]) -> Stanza:
    """Return the stanza of ``fields``; of fields with one name the first is kept."""
    kept: dict[str, Field] = {}
    for entry in fields:
        first = kept.setdefault(entry.name.lower(), entry)
        if first is not entry:
            message = f"{entry.name} was already given on line {first.line}; write it once in a stanza"
            troubles.append(Trouble(entry.line, message))
    return Stanza(tuple(kept.values()))

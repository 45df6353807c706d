"""Profile hidden Markov models in the text of HMMER, versions 2 and 3: their header and their nodes.

Of version 3 (HMMER, p7_hmmfile.c) each node has three lines: emissions of the match state with annotation,
emissions of the insert state, and seven transitions, as negative natural logarithms. Version 2 has scaled
integer scores and nine transitions. In both a star is a probability of zero.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.encoding.numbers import Columns
from lintian_ml.encoding.plain import told
from lintian_ml.error import FormatError

MOST_HEADER_LINES = 1000
MOST_SYMBOLS = 64
DESCRIBING = frozenset(("ACC", "DESC", "DATE", "COM", "BCOM", "BDATE", "NSEQ", "EFFN", "EFFNSEQ", "CKSUM"))
"""Header fields that only describe how a profile came about."""


def opening_version(head: bytes, version: re.Pattern[bytes], header: re.Pattern[bytes]) -> str | None:
    """Return the version that a file's first line tells, if a header follows it; None where it does not."""
    found = version.match(head)
    return found.group(1).decode() if found and header.match(head, found.end()) else None


@dataclass(frozen=True, slots=True)
class Header:
    """The fields above a profile's numbers, in their order, and the line that ended them."""

    version: str
    fields: tuple[tuple[str, str], ...]
    last: bytes

    @property
    def name(self) -> str:
        """The profile's own name; "" where it has none."""
        return next((value for key, value in self.fields if key == "NAME"), "")

    def number(self, key: str) -> int:
        """Return a field that must be a positive integer; FormatError where it is not."""
        text = next((value for field, value in self.fields if field == key), "")
        if not (text.isascii() and text.isdigit() and int(text[:10]) > 0 and len(text) <= 9):
            raise FormatError(f"a profile whose field {key} is {text!r:.40}")
        return int(text)

    def structural(self) -> list[list[str]]:
        """The version and the fields that are part of the model."""
        kept = [[key, value] for key, value in self.fields if key not in DESCRIBING]
        return [["version", self.version], *kept]

    def describing(self) -> dict[str, str]:
        """The fields that describe the model; one that occurs several times has several lines."""
        found: dict[str, list[str]] = {}
        for key, value in self.fields:
            if key in DESCRIBING:
                found.setdefault(key, []).append(value)
        return {key: "\n".join(values) for key, values in found.items()}


def read_header(first: bytes, rest: Iterator[bytes], ends: tuple[bytes, ...]) -> Header:
    """Read fields up to a line whose first word is in ``ends``; ``first`` is the version's line."""
    fields: list[tuple[str, str]] = []
    for line, _ in zip(rest, range(MOST_HEADER_LINES), strict=False):
        key, _, value = line.partition(b" ")
        if key in ends:
            return Header(_text(first), tuple(fields), line)
        if not key or not key[:1].isalpha():
            raise FormatError(f"no header field: {line[:40]!r}")
        fields.append((_text(key), _text(value)))
    raise FormatError("a profile's header does not end")


def read_profile(header: Header, rest: Iterator[bytes], columns: Columns, name: str) -> dict[str, object]:
    """Read one profile's nodes into columns named after it, up to the line ``//``; return its structure."""
    symbols = header.last.split()[1:]
    if not 2 <= len(symbols) <= MOST_SYMBOLS:
        raise FormatError(f"an alphabet of {len(symbols)} symbols")
    columns_named = _text(b" ".join(next_line(rest).split()))
    older = header.version.startswith("HMMER2")
    nodes = _Nodes(columns, name, len(symbols), older)
    annotation = nodes.read_older(rest) if older else nodes.read(rest)
    if nodes.count != header.number("LENG"):
        raise FormatError(f"{nodes.count} nodes in a profile of length {header.number('LENG')}")
    spelled = [_text(symbol) for symbol in symbols]
    return {
        "header": header.structural(),
        "alphabet": spelled,
        "transitions": columns_named,
        "annotation": annotation,
    }


def next_line(rest: Iterator[bytes]) -> bytes:
    """Return the next line; FormatError where there is none."""
    line = next(rest, None)
    if line is None:
        raise FormatError("the file ends within a profile")
    return line


def numbers(words: list[bytes], zero: bytes) -> list[bytes]:
    """Return the words that spell numbers, with ``zero`` for each star."""
    return [zero if word == b"*" else word for word in words]


@dataclass(slots=True)
class _Nodes:
    """Where the nodes of one profile go; ``count`` is of those that were read."""

    columns: Columns
    name: str
    symbols: int
    older: bool
    count: int = 0

    def read(self, rest: Iterator[bytes]) -> str:
        """Read the nodes of version 3; return the SHA-256 of their annotation."""
        annotation = hashlib.sha256()
        line = next_line(rest)
        if line.split()[:1] == [b"COMPO"]:
            self._add("composition", line.split()[1:], self.symbols)
            line = next_line(rest)
        self._add("insert", line.split(), self.symbols)
        self._add("transitions", next_line(rest).split(), 7)
        while (words := next_line(rest).split()) != [b"//"]:
            self._match(words, annotation)
            self._add("insert", next_line(rest).split(), self.symbols)
            self._add("transitions", next_line(rest).split(), 7)
        return annotation.hexdigest()

    def read_older(self, rest: Iterator[bytes]) -> str:
        """Read the nodes of version 2; return the SHA-256 of their annotation."""
        annotation = hashlib.sha256()
        self._add("begin", next_line(rest).split(), 3)
        while (words := next_line(rest).split()) != [b"//"]:
            self._match(words, annotation)
            for kind, width in (("insert", self.symbols), ("transitions", 9)):
                words = next_line(rest).split()
                annotation.update(b" ".join(words[:1]) + b"\n")
                self._add(kind, words[1:], width)
        return annotation.hexdigest()

    def _match(self, words: list[bytes], annotation: "hashlib._Hash") -> None:
        self.count += 1
        if words[:1] != [str(self.count).encode()]:
            raise FormatError(
                f"node {self.count} of {self.name:.80} begins with {b' '.join(words[:1])[:40]!r}"
            )
        self._add("match", words[1 : self.symbols + 1], self.symbols)
        annotation.update(b" ".join(words[self.symbols + 1 :]) + b"\n")

    def _add(self, kind: str, words: list[bytes], width: int) -> None:
        if len(words) != width:
            raise FormatError(
                f"node {self.count} of {self.name:.80} has {len(words)} {kind} numbers of {width}"
            )
        zero = b"-inf" if self.older else b"inf"
        self.columns.add(f"{self.name}.{kind}", "float64", numbers(words, zero))


def _text(data: bytes) -> str:
    return told(data.strip())

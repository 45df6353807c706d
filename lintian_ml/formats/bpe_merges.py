"""Byte pair encoding's learned merges in text, as in ``merges.txt`` (subword-nmt, subword_nmt/apply_bpe.py).

A line with the version, then the two symbols of each merge, in the order in which they were learned.
"""

import re
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.encoding.lines import lines
from lintian_ml.encoding.numbers import MOST_NUMBERS, Columns
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("bpe-merges", extensions=(".txt", ".bpe", ".codes"), mark=b"#version: 0.")

NOISE = (SPELLING,)

MARK = FORMAT.mark
BEGINNING = re.compile(
    rb"#version: 0\.[12](?: - Trained by [^\n]{1,200})?[ \t]*\r?\n"
    rb"(?:[^ \t\r\n]{1,200} [^ \t\r\n]{1,200}\r?\n){8}"
)
LONGEST_LINE = 4096


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The version's line and eight merges, each of two symbols."""
    beginning = BEGINNING.match(glimpse.head)
    if beginning is None:
        return None
    return Evidence.of(
        {
            Kind.MAGIC: "begins as merges of byte pair encoding",
            Kind.STRUCTURE: "pairs of symbols follow",
        }
    )


def read(blob: Blob) -> Model:
    """Read the merges; symbols are numbered as they are met. FormatError where a line is no merge, or one
    that stood before.
    """
    rest = lines(blob, LONGEST_LINE)
    first = next(rest, b"")
    if not first.startswith(MARK):
        raise FormatError("no version of merges of byte pair encoding")
    numbers: dict[str, int] = {}
    columns = Columns()
    columns.add("merges", "int64", _numbered(rest, numbers))
    if not columns.size:
        raise FormatError("no merge of byte pair encoding")
    structure = {"version": first.decode("utf-8", "replace"), "symbols": list(numbers)}
    tensor = columns.tensor("merges", (columns.size // 2, 2))
    return with_spelling(Model(FORMAT.name, (tensor,), structure, complete=True), blob)


def _numbered(rest: Iterator[bytes], numbers: dict[str, int]) -> Iterator[float]:
    """Yield the numbers of both symbols of each merge; ``numbers`` grows by those that are new."""
    learned: set[bytes] = set()
    for count, line in enumerate(rest):
        if not line.strip():
            continue
        pair = line.rstrip(b" ").split(b" ")
        if len(pair) != 2 or not all(pair):
            raise FormatError(f"merge {count + 1} is not of two symbols: {line[:60]!r}")
        if line in learned:
            raise FormatError(f"merge {count + 1} was learned before: {line[:60]!r}")
        learned.add(line)
        if len(numbers) > MOST_NUMBERS:
            raise LimitError(f"more than {MOST_NUMBERS} symbols")
        for symbol in pair:
            yield numbers.setdefault(symbol.decode("utf-8", "backslashreplace"), len(numbers))

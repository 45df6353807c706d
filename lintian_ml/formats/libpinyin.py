"""libpinyin's language models in text, ``interpolation2.text`` (libpinyin, export_interpolation.cpp in
utils/storage).

Each line names one word or two, by number and spelling, and how often they were counted in the corpus; some
writers add a frequency.
"""

import hashlib
import re

from lintian_ml.blob import Blob
from lintian_ml.encoding.lines import lines
from lintian_ml.encoding.numbers import Columns
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("libpinyin", extensions=(".text",), first=b"\\")

NOISE = (SPELLING,)

TITLE = b"\\data model interpolation"
BEGINNING = re.compile(
    rb"\\data model interpolation\r?\n\\1-gram\r?\n\\item \d{1,10} \S{1,200} count \d{1,12}[ \r\n]"
)
ITEM = re.compile(rb"\\item ((?:\d{1,10} \S{1,1000} ){1,2})count (\d{1,15})(?: freq (\d{1,15}))?")
SECTIONS = (b"\\1-gram", b"\\2-gram")
END = b"\\end"
LONGEST_LINE = 1 << 14
AT_ONCE = 1 << 12


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The title, the first section, and an item with its count."""
    if not glimpse.head.startswith(TITLE) or not BEGINNING.match(glimpse.head):
        return None
    return Evidence.of({Kind.MAGIC: "begins as a model of libpinyin, with a word and its count"})


def read(blob: Blob) -> Model:
    """Read the counts of words and of pairs; FormatError where a line is no item, or the end is missing."""
    rest = lines(blob, LONGEST_LINE)
    if next(rest, b"").rstrip() != TITLE:
        raise FormatError("no title of a model of libpinyin")
    columns, words = Columns(), hashlib.sha256()
    section, ended = 0, False
    held: dict[str, list[bytes]] = {}
    for number, line in enumerate(rest, 2):
        line = line.rstrip()
        item = ITEM.fullmatch(line)
        if ended and line:
            raise FormatError(f"line {number} follows the end of the model")
        if line in SECTIONS[section : section + 1]:
            section += 1
        elif item and section and item.group(1).count(b" ") == 2 * section:
            words.update(item.group(1) + b"\n")
            held.setdefault(f"{section}-grams.count", []).append(item.group(2))
            if item.group(3):
                held.setdefault(f"{section}-grams.frequency", []).append(item.group(3))
            if not number % AT_ONCE:
                _settle(held, columns)
        elif line == END:
            ended = True
        elif line:
            raise FormatError(f"line {number} is no item of {section}-grams: {line[:60]!r}")
    _settle(held, columns)
    if not ended or not columns.size:
        raise FormatError("a model of libpinyin that does not end, or has no item")
    structure = {"sections": section, "words sha256": words.hexdigest()}
    return with_spelling(Model(FORMAT.name, columns.tensors(), structure, complete=True), blob)


def _settle(held: dict[str, list[bytes]], columns: Columns) -> None:
    """Move the numbers that were read into their columns."""
    for name, numbers in held.items():
        columns.add(name, "int64", numbers)
        numbers.clear()

"""SunPinyin's statistical language models in text, ``lm_sc.3gm.arpa`` (sunpinyin, slminfo.cpp, arpa_slm.cpp).

The levels stand one behind the other, each under its order and its number of n-grams; a line has the words,
a probability and, but for the last level, a weight of back-off. Level 0 is the root.
"""

import hashlib
import re
from collections.abc import Iterator
from itertools import islice

from lintian_ml.blob import Blob
from lintian_ml.encoding.lines import lines
from lintian_ml.encoding.numbers import Columns
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("sunpinyin-text", extensions=(".arpa",), first=b"\\")

NOISE = (SPELLING,)

MARK = b"\\0-gram\\1"
NUMBER = rb"-?\d{1,12}\.\d{1,30}"
BEGINNING = re.compile(rb"\\0-gram\\1\r?\n *%b +%b *\r?\n\\1-gram\\\d{1,9}\r?\n" % (NUMBER, NUMBER))
LEVEL = re.compile(rb"\\(\d)-gram\\(\d{1,9})")
HIGHEST_ORDER = 3
LONGEST_LINE = 1 << 14
AT_ONCE = 1 << 12


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The root with its two numbers, and the heading of the words behind it."""
    if not glimpse.head.startswith(MARK) or not BEGINNING.match(glimpse.head):
        return None
    return Evidence.of({Kind.MAGIC: "begins as a language model of SunPinyin in text, with its root"})


def read(blob: Blob) -> Model:
    """Read every level; FormatError where one has not as many n-grams as its heading says."""
    columns, words = Columns(), hashlib.sha256()
    rest = lines(blob, LONGEST_LINE)
    sizes: list[int] = []
    for line in rest:
        level = LEVEL.fullmatch(line.rstrip())
        if not level:
            if line.strip():
                raise FormatError(f"no heading of n-grams: {line[:60]!r}")
            continue
        order, count = (int(group) for group in level.groups())
        if order != len(sizes) or order > HIGHEST_ORDER:
            raise FormatError(f"{order}-grams follow {len(sizes) - 1}-grams")
        sizes.append(count)
        for rows in _rows(rest, order, count):
            words.update(b"".join(b" ".join(row[:order]) + b"\n" for row in rows))
            for place, name in enumerate(("probability", "backoff"), order):
                columns.add(
                    f"{order}-grams.{name}", "float64", [row[place] for row in rows if place < len(row)]
                )
    if blob.read(blob.size - 1, 1) != b"\n":
        raise FormatError("a language model of SunPinyin that ends within a line")
    if len(sizes) < 2 or sizes[0] != 1:
        raise FormatError("a language model of SunPinyin without words")
    _check(columns, sizes)
    structure = {"levels": sizes, "words sha256": words.hexdigest()}
    tensors = tuple(tensor for tensor in columns.tensors() if tensor.elements)
    return with_spelling(Model(FORMAT.name, tensors, structure, complete=True), blob)


def _rows(rest: Iterator[bytes], order: int, count: int) -> Iterator[list[list[bytes]]]:
    """Yield the words, the probability and the back-off, if any, of ``count`` n-grams, some at a time."""
    for first in range(0, count, AT_ONCE):
        wanted = min(AT_ONCE, count - first)
        rows = [line.split() for line in islice(rest, wanted)]
        if len(rows) != wanted or not all(order < len(row) <= order + 2 for row in rows):
            raise FormatError(f"n-grams of order {order} from {first} on are cut off or malformed")
        yield rows


def _check(columns: Columns, sizes: list[int]) -> None:
    """Demand that all n-grams of a level have a back-off, and those of the last level none."""
    for order, size in enumerate(sizes):
        wanted = size if order < len(sizes) - 1 else 0
        if columns.count(f"{order}-grams.backoff") != wanted:
            raise FormatError(f"not all {order}-grams, or too many, have a weight of back-off")

"""Costs of connecting words, in the sources of a dictionary for MeCab, trained as a CRF (connector.cpp).

A line tells how many right and left contexts there are, and each line behind it two of them and a cost.
"""

import re

from lintian_ml.blob import Blob
from lintian_ml.encoding.lines import lines
from lintian_ml.encoding.numbers import Columns
from lintian_ml.encoding.spelling import with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format(
    "mecab-matrix",
    extensions=("matrix.def",),
    first=b"123456789",
    like=rb"([1-9]\d{0,5})[ \t]([1-9]\d{0,5})\r?\n",
)

TITLE = re.compile(FORMAT.like)
ROW = re.compile(rb"(\d{1,6})[ \t](\d{1,6})[ \t](-?\d{1,6})\r?\n?")
SEEN = 16
"""Rows of the head that must follow one another."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The name that MeCab wants, and rows for the first pairs of contexts; the file has room for all."""
    if glimpse.basename != "matrix.def" or not (title := TITLE.match(glimpse.head)):
        return None
    right, left = map(int, title.groups())
    rows = ROW.findall(glimpse.head, title.end(), title.end() + 32 * SEEN)[: min(SEEN, right * left)]
    expected = [divmod(number, left) for number in range(len(rows))]
    if (
        not rows
        or [(int(row[0]), int(row[1])) for row in rows] != expected
        or 6 * right * left > glimpse.size
    ):
        return None
    return Evidence.of(
        {Kind.STRUCTURE: f"costs of {right} by {left} contexts", Kind.NAME: "named matrix.def"}
    )


def read(blob: Blob) -> Model:
    """Read the costs as an int64 tensor, right contexts by left ones; FormatError where one is missing."""
    rows = lines(blob)
    title = TITLE.match(next(rows, b"") + b"\n")
    if title is None:
        raise FormatError("no line with the numbers of contexts")
    right, left = map(int, title.groups())
    columns, costs, number = Columns(), [], -1
    for number, line in enumerate(rows):
        row = ROW.fullmatch(line)
        if row is None or (int(row[1]), int(row[2])) != divmod(number, left):
            raise FormatError(f"line {number + 2} of the matrix is not that of the next pair of contexts")
        costs.append(row[3])
        if len(costs) >= 1 << 16:
            columns.add("costs", "int64", costs)
            costs = []
    columns.add("costs", "int64", costs)
    if number + 1 != right * left:
        raise FormatError(f"{number + 1} costs for {right} by {left} contexts")
    return with_spelling(Model(FORMAT.name, (columns.tensor("costs", (right, left)),), complete=True), blob)

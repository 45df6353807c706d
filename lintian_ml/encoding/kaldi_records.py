"""The records of Kaldi's binary files: tokens, matrices and vectors, and what lies between them.

The sources are src/base/io-funcs-inl.h and src/matrix of Kaldi. What lies between is numbers and lists whose
meaning only the class that wrote them knows; it is passed over up to the next token or array.
"""

import math
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.model import Span

TOKEN = re.compile(rb"</?[A-Za-z]\w{0,63}> ")
MARK = re.compile(rb"</?[A-Za-z]\w{0,63}> |[FD][MVP] \x04|CM[23]? ")
WINDOW = 1 << 16
LONGEST_MARK = 80
MOST_RECORDS = 1_000_000

COMPRESSED = struct.Struct("<ffii")
"""The least value and the range, and the rows and columns."""

CODES = {b"CM ": (1, 8), b"CM2": (2, 0), b"CM3": (1, 0)}
"""Kinds of compressed matrices: bytes of an element, and bytes of each column's head."""


@dataclass(frozen=True, slots=True)
class Record:
    """A token (``text``), an array (``dtype``, ``shape`` and ``span``), or neither (``span`` alone).

    ``text`` of an array is its kind, and of a compressed one its head in hexadecimal too.
    """

    text: str
    span: Span
    dtype: str = ""
    shape: tuple[int, ...] = ()


def records(blob: Blob, at: int) -> Iterator[Record]:
    """Yield what there is from offset ``at`` to the end; FormatError for an array that is cut off."""
    for _ in range(MOST_RECORDS):
        if at >= blob.size:
            return
        start, mark = _next_mark(blob, at)
        if start > at:
            yield Record("", Span(blob, at, start - at))
        if not mark:
            return
        record = _token(blob, start, mark) if mark[:1] == b"<" else _array(blob, start, mark)
        yield record
        at = record.span.offset + record.span.length
    raise LimitError(f"more than {MOST_RECORDS} tokens and arrays")


def _next_mark(blob: Blob, at: int) -> tuple[int, bytes]:
    """Return where the next token or array begins, and its first bytes; the end and none if there is none."""
    while at < blob.size:
        window = blob.read(at, min(WINDOW, blob.size - at))
        found = MARK.search(window)
        if found:
            return at + found.start(), found[0]
        if at + len(window) >= blob.size:
            break
        at += len(window) - LONGEST_MARK
    return blob.size, b""


def _token(blob: Blob, start: int, mark: bytes) -> Record:
    return Record(mark[:-1].decode("ascii"), Span(blob, start, len(mark)))


def _array(blob: Blob, start: int, mark: bytes) -> Record:
    """Read the head of an array; FormatError where its elements are not all there."""
    if mark[:1] == b"C":
        return _compressed(blob, start + len(mark), mark)
    rows, at = _size(blob, start + 3)
    shape: tuple[int, ...] = (rows,)
    if mark[1:2] == b"M":
        columns, at = _size(blob, at)
        shape = rows, columns
    elif mark[1:2] == b"P":
        shape = (rows * (rows + 1) // 2,)
    dtype, width = ("float32", 4) if mark[:1] == b"F" else ("float64", 8)
    return Record(mark[:2].decode("ascii"), _span(blob, at, math.prod(shape) * width), dtype, shape)


def _size(blob: Blob, at: int) -> tuple[int, int]:
    """Return a size of 32 bits, which a byte of its width precedes, and where what follows begins."""
    width, value = struct.unpack("<bi", blob.read(at, 5))
    if width != 4 or value < 0:
        raise FormatError(f"an array of the size {value} at offset {at}")
    return value, at + 5


def _compressed(blob: Blob, at: int, mark: bytes) -> Record:
    head = blob.read(at, COMPRESSED.size)
    rows, columns = COMPRESSED.unpack(head)[2:]
    if rows < 0 or columns < 0:
        raise FormatError(f"an array of {rows} rows and {columns} columns at offset {at}")
    width, column = CODES[mark[:3]]
    span = _span(blob, at + COMPRESSED.size, columns * (column + width * rows))
    return Record(f"{mark.decode('ascii')}{head.hex()}", span, "bytes", (rows, columns))


def _span(blob: Blob, at: int, length: int) -> Span:
    if at + length > blob.size:
        raise FormatError(f"an array of {length} bytes at offset {at} of {blob.size} is cut off")
    return Span(blob, at, length)

"""Open Image Denoise's tensor archives, version 2 (oidn, core/tza.cpp).

After the header comes the data, then a table: for each tensor its name, sizes, layout (``x`` or ``oihw``),
element type and where its data lies.
"""

import math
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.plain import held
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import BITS, Model, Span, Tensor

FORMAT = Format("oidn-tza", extensions=(".tza",), mark=b"\xd7\x41\x02")
NOISE = ("places",)

MAGIC = FORMAT.mark
HEADER = 12
LAYOUTS = {b"x": "x", b"oihw": "oihw"}
ELEMENT_TYPES = {b"f": "float32", b"h": "float16"}
SMALLEST_ROW = 2 + 1 + 1 + 4 + 1 + 1 + 8
GAP_LIMIT = 64
"""Runs of fewer zero bytes than this are padding, which aligns what follows."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the table: ``start`` and ``length`` in bytes of the file."""

    name: str
    shape: tuple[int, ...]
    layout: str
    dtype: str
    start: int
    length: int


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The magic, the version, and a table where the file's end is seen and holds it all."""
    if glimpse.head[:3] != MAGIC or glimpse.size < HEADER + 4 + SMALLEST_ROW:
        return None
    table = int.from_bytes(glimpse.head[4:12], "little")
    if not HEADER <= table <= glimpse.size - 4 - SMALLEST_ROW:
        return None
    notes = {Kind.MAGIC: "begins as a tensor archive of version 2"}
    tail = glimpse.tail
    if tail is not None and glimpse.size - len(tail) <= table:
        try:
            rows = _table(Forward(Blob(tail), table - glimpse.size + len(tail)), glimpse.size)
        except FormatError:
            return None
        notes[Kind.STRUCTURE] = f"its table names {len(rows)} tensors"
    return Evidence.of(notes)


def read(blob: Blob) -> Model:
    """Read the table; FormatError where a tensor lies out of the file or over another."""
    head = Forward(blob)
    magic, minor, table = head.take(3), head.number("B"), head.number("Q")
    if magic != MAGIC:
        raise FormatError("no tensor archive of version 2")
    if not HEADER <= table < blob.size:
        raise FormatError(f"the table of tensors is said to be at offset {table} of {blob.size}")
    forward = Forward(blob, table)
    rows = _table(forward, blob.size)
    return Model(
        FORMAT.name,
        tuple(Tensor(row.name, row.dtype, row.shape, Span(blob, row.start, row.length)) for row in rows),
        {"minor version": minor, "layouts": {row.name: row.layout for row in rows}},
        residue=_gaps(blob, rows, (table, forward.position)),
        noise={"places": " ".join(str(row.start) for row in rows).encode("ascii")},
        complete=True,
    )


def _table(forward: Forward, size: int) -> list[_Row]:
    """Return the rows; FormatError unless there is one, and each is possible in a file of ``size`` bytes."""
    count = forward.number("I")
    if not 0 < count <= forward.left // SMALLEST_ROW:
        raise FormatError(f"the table announces {count} tensors in {forward.left} bytes")
    rows = [_row(forward, size) for _ in range(count)]
    if len({row.name for row in rows}) < count:
        raise FormatError("two tensors have one name")
    return rows


def _row(forward: Forward, size: int) -> _Row:
    name = forward.text(forward.number("H"))
    axes = forward.number("B")
    shape = forward.numbers(f"{axes}I")
    layout, code = forward.take(axes), forward.take(1)
    start = forward.number("Q")
    if layout not in LAYOUTS or code not in ELEMENT_TYPES or not name.isprintable() or not name:
        raise FormatError(
            f"the tensor {name!r:.60} before offset {forward.position} has no known layout or type"
        )
    length = math.prod(shape) * BITS[ELEMENT_TYPES[code]] // 8
    if start < HEADER or start + length > size:
        raise FormatError(f"the tensor {name!r:.60} has {length} bytes at offset {start} of {size}")
    return _Row(name, shape, LAYOUTS[layout], ELEMENT_TYPES[code], start, length)


def _gaps(blob: Blob, rows: list[_Row], table: tuple[int, int]) -> dict[str, bytes]:
    """Return what nothing accounts for; FormatError where two things share bytes."""
    taken = sorted([(0, HEADER), table, *((row.start, row.start + row.length) for row in rows if row.length)])
    gaps: dict[str, bytes] = {}
    at = 0
    for begin, end in [*taken, (blob.size, blob.size)]:
        if begin < at:
            raise FormatError(f"two tensors, or a tensor and the table, share the bytes from {begin} to {at}")
        if begin - at >= GAP_LIMIT or any(blob.read(at, begin - at)):
            gaps[f"bytes {at} to {begin}"] = held(blob, at, begin - at)
        at = end
    return gaps

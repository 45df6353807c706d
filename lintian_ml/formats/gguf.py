"""GGUF, the single-file models of the llama.cpp family, versions 1 to 3 (ggml, docs/gguf.md)."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from lintian_ml.blob import Blob
from lintian_ml.encoding.gguf_header import Cursor, Value
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

_T = TypeVar("_T")

FORMAT = Format("gguf", extensions=(".gguf",), mark=b"GGUF")
NOISE = ("byte order", "data order", "table order", "key order")

MAGIC = FORMAT.mark
# fmt: off
PLAIN: Mapping[int, tuple[str, int]] = {
    0: ("float32", 4), 1: ("float16", 2), 24: ("int8", 1), 25: ("int16", 2), 26: ("int32", 4),
    27: ("int64", 8), 28: ("float64", 8), 30: ("bfloat16", 2),
}
"""Tensor types of plain elements: our name, and bytes of one element."""

BLOCKED: Mapping[int, tuple[str, int, int]] = {
    2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20), 6: ("Q5_0", 32, 22), 7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34),
    9: ("Q8_1", 32, 40), 10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110), 12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176), 14: ("Q6_K", 256, 210), 15: ("Q8_K", 256, 292), 16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98), 19: ("IQ1_S", 256, 50), 20: ("IQ4_NL", 32, 18),
    21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82), 23: ("IQ4_XS", 256, 136), 29: ("IQ1_M", 256, 56),
    34: ("TQ1_0", 256, 54), 35: ("TQ2_0", 256, 66), 39: ("MXFP4", 32, 17), 40: ("NVFP4", 64, 36),
    41: ("Q1_0", 128, 18),
}
"""Block-quantised tensor types: ggml's name, elements of one block, and bytes of one block."""
# fmt: on

COUNT_LIMIT = 1_000_000
ALIGNMENT_LIMIT = 1 << 20
RESIDUE_LIMIT = 16 << 20
DIMENSIONS = 4
DEFAULT_ALIGNMENT = 32

_STRUCTURAL = frozenset(
    f"general.{key}" for key in ("architecture", "alignment", "quantization_version", "file_type")
)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the tensor table; ``shape`` outermost first, ``start`` counted in the data."""

    shape: tuple[int, ...]
    code: int
    start: int
    length: int


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The magic, a known version, counts that the file has room for, and a first key."""
    if not glimpse.head.startswith(MAGIC) or len(glimpse.head) < 24:
        return None
    try:
        cursor, tensors, values = _opening(Blob(glimpse.head), glimpse.size)
        first = cursor.name() if values else ""
    except (FormatError, LimitError):
        return None
    notes = {
        Kind.MAGIC: "begins as GGUF",
        Kind.STRUCTURE: f"{values} values and {tensors} tensors are announced",
    }
    if first.startswith("general."):
        notes[Kind.SEMANTICS] = f"its first key is {first}"
    return Evidence.of(notes, untrained=not tensors and not values)


def read(blob: Blob) -> Model:
    """Read the values and the tensor table; every tensor must lie in the file, none over another."""
    if blob.read(0, 4) != MAGIC:
        raise FormatError("not a GGUF file")
    cursor, count, keys = _opening(blob, blob.size)
    values = _unique("key", ((cursor.name(), cursor.value()) for _ in range(keys)))
    table = _unique("tensor", (_row(cursor) for _ in range(count)))
    alignment = _alignment(values.get("general.alignment", ("u32", DEFAULT_ALIGNMENT)))
    data = -(-cursor.position // alignment) * alignment
    rows = sorted(table.items(), key=lambda item: (item[1].start, item[1].length))
    gaps = tuple(_gaps(rows, cursor.position, data, alignment, blob.size))
    unread = sum(end - start for start, end in gaps if end - start > RESIDUE_LIMIT)
    return Model(
        format=FORMAT.name,
        tensors=tuple(_tensor(name, row, blob, data, cursor.order) for name, row in table.items()),
        structure=_structure(cursor, values, table),
        metadata={key: _plain(value) for key, (_, value) in values.items() if _describes(key)},
        residue=dict(_residue(blob, gaps, alignment)),
        noise=dict(_noise(cursor, [name for name, _ in rows], list(table), list(values))),
        remarks=(f"{unread} bytes between or after the tensors were not examined",) if unread else (),
        complete=not unread,
    )


def _opening(blob: Blob, size: int) -> tuple[Cursor, int, int]:
    """Return a cursor past the counts, and the counts of tensors and of values, of ``size`` bytes."""
    cursor = Cursor(blob)
    version = cursor.take(4)
    cursor.order = ">" if version[0] == 0 else "<"
    number = int.from_bytes(version, "big" if cursor.order == ">" else "little")
    if not 1 <= number <= 3:
        raise FormatError(f"gguf version {number} is unknown")
    cursor.wide = number > 1
    cursor.version = number
    tensors, values = cursor.size(), cursor.size()
    if tensors * 24 + values * 9 > size:
        raise FormatError(f"gguf announces {values} values and {tensors} tensors in {size} bytes")
    if max(tensors, values) > COUNT_LIMIT:
        raise LimitError(
            f"gguf announces {values} values and {tensors} tensors; at most {COUNT_LIMIT} are read"
        )
    return cursor, tensors, values


def _unique(what: str, pairs: Iterator[tuple[str, _T]]) -> dict[str, _T]:
    found: dict[str, _T] = {}
    for name, value in pairs:
        if name in found:
            raise FormatError(f"gguf {what} {name!r:.80} occurs twice")
        found[name] = value
    return found


def _row(cursor: Cursor) -> tuple[str, _Row]:
    """Return the next row of the tensor table; FormatError where the shape does not fit the type."""
    name = cursor.name()
    axes = cursor.numbers("I")[0]
    if axes > DIMENSIONS:
        raise FormatError(f"gguf tensor {name!r:.80} has {axes} dimensions")
    shape = tuple(cursor.size() for _ in range(axes))
    code, start = cursor.numbers("I")[0], cursor.numbers("Q")[0]
    elements = math.prod(shape)
    if code in PLAIN:
        return name, _Row(shape[::-1], code, start, elements * PLAIN[code][1])
    if code not in BLOCKED:
        raise FormatError(f"gguf tensor {name!r:.80} has the unknown type {code}")
    quantised, block, width = BLOCKED[code]
    if not shape or shape[0] % block:
        raise FormatError(f"gguf tensor {name!r:.80}: a row of {quantised} must be whole blocks of {block}")
    return name, _Row(shape[::-1], code, start, elements // block * width)


def _alignment(value: Value) -> int:
    kind, number = value
    if kind != "u32" or not isinstance(number, int) or number < 1 or number & (number - 1):
        raise FormatError(f"gguf alignment {number!r:.40} is not a power of two of 32 bits")
    if number > ALIGNMENT_LIMIT:
        raise LimitError(f"gguf alignment {number}; at most {ALIGNMENT_LIMIT} is read")
    return number


def _gaps(
    rows: list[tuple[str, _Row]], header: int, data: int, alignment: int, size: int
) -> Iterator[tuple[int, int]]:
    """Yield the ranges that no tensor covers; FormatError for one misplaced or over another."""
    position = header
    for name, row in rows:
        start = data + row.start
        if row.start % alignment or start < position or start + row.length > size:
            raise FormatError(
                f"gguf tensor {name!r:.80} lies at {start} with {row.length} bytes: misaligned, "
                f"over another, or past the file's {size} bytes"
            )
        if start > position:
            yield position, start
        position = start + row.length
    if size > position:
        yield position, size


def _residue(blob: Blob, gaps: tuple[tuple[int, int], ...], alignment: int) -> Iterator[tuple[str, bytes]]:
    """Yield the gaps that are not zeros up to the next multiple of the alignment."""
    for start, end in gaps:
        if end - start <= RESIDUE_LIMIT:
            gap = blob.read(start, end - start)
            if any(gap) or len(gap) != -start % alignment:
                yield f"bytes at {start}", gap


def _tensor(name: str, row: _Row, blob: Blob, data: int, order: str) -> Tensor:
    dtype = PLAIN[row.code][0] if row.code in PLAIN else "bytes"
    return Tensor(name, dtype, row.shape, Span(blob, data + row.start, row.length), order == ">")


def _structure(cursor: Cursor, values: Mapping[str, Value], table: Mapping[str, _Row]) -> object:
    return {
        "version": cursor.version,
        "values": {key: list(value) for key, value in values.items() if not _describes(key)},
        "metadata types": {key: kind for key, (kind, _) in values.items() if _describes(key)},
        "quantisation": {name: BLOCKED[row.code][0] for name, row in table.items() if row.code in BLOCKED},
    }


def _describes(key: str) -> bool:
    """Whether a key only describes the model: its author, license, datasets, base models."""
    return key.startswith("general.") and key not in _STRUCTURAL


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _noise(cursor: Cursor, *orders: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the byte order, and the orders of data, table and keys where they are not sorted."""
    if cursor.order == ">":
        yield "byte order", b"big"
    for title, names in zip(("data order", "table order", "key order"), orders, strict=True):
        rank = {name: index for index, name in enumerate(sorted(names))}
        if (order := [rank[name] for name in names]) != sorted(order):
            yield title, b"".join(index.to_bytes(4, "little") for index in order)

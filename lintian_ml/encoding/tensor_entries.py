"""Headers of safetensors as JSON, and the rules that their entries are held to (safetensors 0.8,
src/tensor.rs).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from lintian_ml.error import FormatError
from lintian_ml.model import BITS

DTYPES: Mapping[str, str] = {
    "BOOL": "bool",
    "F4": "float4e2m1",
    "F8_E5M2": "float8e5m2",
    "F8_E4M3": "float8e4m3fn",
    "F8_E8M0": "float8e8m0",
    "F8_E4M3FNUZ": "float8e4m3fnuz",
    "F8_E5M2FNUZ": "float8e5m2fnuz",
    "BF16": "bfloat16",
    "C64": "complex64",
    **{f"F{bits}": f"float{bits}" for bits in (16, 32, 64)},
    **{f"I{bits}": f"int{bits}" for bits in (8, 16, 32, 64)},
    **{f"U{bits}": f"uint{bits}" for bits in (8, 16, 32, 64)},
}
"""The format's element types, in our names."""

PACKED: Mapping[str, int] = {"F6_E2M3": 6, "F6_E3M2": 6}
"""Element types that are kept as opaque codes, and the bits of one element."""

FIELDS = frozenset(("dtype", "shape", "data_offsets"))
"""What an entry must have; all else in it is unknown."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the header: the element type in the format's name, and the byte range in the data."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int
    unknown: Mapping[str, object]


def parsed(raw: bytes) -> dict[str, object]:
    """Return a header as JSON; FormatError where it is none, or names one key twice."""
    if raw[:1] != b"{":
        raise FormatError("safetensors header does not begin with an opening brace")
    try:
        header = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
        if b"\\u" in raw:
            json.dumps(header, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise FormatError(f"safetensors header is not JSON: {error}") from None
    assert isinstance(header, dict)
    return header


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise FormatError("safetensors header names one key twice")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a JSON number")


def metadata(entry: object) -> dict[str, str]:
    """Return the entry of metadata, which may be null; FormatError where it is no map of texts."""
    if entry is None:
        return {}
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
        raise FormatError("safetensors __metadata__ is not a map of texts")
    return entry


def _row(name: str, entry: object) -> Row:
    if not isinstance(entry, dict) or not entry.keys() >= FIELDS:
        raise FormatError(f"safetensors entry {name!r} lacks dtype, shape or data_offsets")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or (dtype not in DTYPES and dtype not in PACKED):
        raise FormatError(f"safetensors tensor {name!r} has the unknown dtype {dtype!r}")
    if not _naturals(shape) or not _naturals(offsets) or len(offsets) != 2:
        raise FormatError(f"safetensors tensor {name!r} has a shape or offsets that are not natural numbers")
    unknown = {key: value for key, value in entry.items() if key not in FIELDS}
    return Row(name, dtype, tuple(shape), offsets[0], offsets[1], unknown)


def _naturals(value: object) -> bool:
    if not isinstance(value, list) or not {int}.issuperset(map(type, value)):
        return False
    return not value or (min(value) >= 0 and max(value) < 1 << 64)


def in_order(header: Mapping[str, object], size: int) -> list[Row]:
    """Return the entries of tensors in the order of their data, which are ``size`` bytes.

    FormatError where one breaks a rule, or the data have holes or overlap.
    """
    rows = sorted((_row(*item) for item in header.items()), key=lambda row: (row.start, row.end))
    _demand_cover(rows, size)
    return rows


def _demand_cover(rows: list[Row], size: int) -> None:
    """Raise FormatError unless the rows, sorted by offset, cover ``size`` bytes without holes or overlap."""
    position = 0
    for row in rows:
        if row.start != position or row.end < row.start or row.end > size:
            raise FormatError(
                f"safetensors tensor {row.name!r} lies at {row.start} to {row.end}; {position} was expected, "
                f"and there are {size} bytes"
            )
        _demand_length(row)
        position = row.end
    if position != size:
        raise FormatError(f"safetensors tensors cover {position} of {size} bytes")


def _demand_length(row: Row) -> None:
    bits = PACKED.get(row.dtype) or BITS[DTYPES[row.dtype]]
    room = 8 * (row.end - row.start)
    for extent in row.shape if 0 not in row.shape else (0,):
        bits *= extent
        if bits > room:
            break
    if bits != room:
        raise FormatError(
            f"safetensors tensor {row.name!r}: {row.dtype} of shape {list(row.shape)} does not fill "
            f"{row.end - row.start} bytes"
        )

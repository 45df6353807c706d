"""safetensors, a JSON header before plain little-endian arrays (safetensors 0.8, src/tensor.rs)."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from lintian_ml.blob import Blob
from lintian_ml.encoding.tensor_header import Header, plainly
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import BITS, Model, Span, Tensor
from lintian_ml.table import Columns, Table

FORMAT = Format("safetensors", extensions=(".safetensors",), mark=b"{", at=8, text=False)
NOISE = ("tensor order", "metadata order", "header padding", "header text")

HEADER_LIMIT = 16 << 20
"""Bytes of JSON that are read at most; the format itself allows 100 MB."""

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

_PLAIN_DTYPES = tuple(DTYPES.items())
_FIELDS = frozenset(("dtype", "shape", "data_offsets"))
_ENTRY = re.compile(rb'"(?:dtype|data_offsets)"\s{0,8}:\s{0,8}["\[]')


@dataclass(frozen=True, slots=True)
class _Row:
    """One entry of the header: the element type in the format's name, and the byte range in the data."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int
    unknown: Mapping[str, object]


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The first eight bytes count a JSON object that fits in the file and describes tensors."""
    head = glimpse.head
    if len(head) < 10 or head[8] != ord("{"):
        return None
    length = int.from_bytes(head[:8], "little")
    if length < 2 or 8 + length > glimpse.size:
        return None
    if 8 + length > len(head):
        named = _ENTRY.search(head) is not None
    else:
        named = _describes_tensors(head[8 : 8 + length], glimpse.size - 8 - length)
    if not named:
        return None
    return Evidence.of(
        {Kind.STRUCTURE: "a safetensors header of the length it claims", Kind.SEMANTICS: "named tensors"}
    )


def read(blob: Blob) -> Model:
    """Read the header and hold it to every rule of the format; payloads are read later."""
    length = _header_length(blob)
    raw = blob.read(8, length)
    plain = plainly(raw, _PLAIN_DTYPES)
    if plain and plain.ends[-1] == blob.size - 8 - length:
        return _read_plainly(blob, raw, plain)
    header = _parse(raw)
    metadata = _metadata(header.pop("__metadata__", {}))
    rows = sorted((_row(name, entry) for name, entry in header.items()), key=lambda row: (row.start, row.end))
    data = blob.part(8 + length, blob.size - 8 - length)
    _demand_cover(rows, data.size)
    tensors = tuple(_tensor(row, data) for row in sorted(rows, key=lambda row: row.name))
    return Model(
        format=FORMAT.name,
        tensors=tensors,
        structure={row.name: row.dtype for row in rows if row.dtype in PACKED},
        metadata=metadata,
        residue=dict(_residue(rows)),
        noise=dict(_noise(raw, rows, metadata)),
        complete=True,
    )


def _read_plainly(blob: Blob, raw: bytes, header: Header) -> Model:
    """Return the model of a header in which nothing is out of the ordinary, without an object per tensor."""
    names = header.names
    kinds = [(DTYPES[dtype], shape) for dtype, shape in header.kinds]
    data = blob.part(8 + len(raw), blob.size - 8 - len(raw))
    columns = Columns(data, names, kinds, header.kind, header.starts, header.ends)
    noise = dict(chain(_order("tensor order", names), _order("metadata order", list(header.metadata))))
    text = raw.rstrip(b" ")
    if len(text) < len(raw):
        noise["header padding"] = raw[len(text) :]
    if not header.compact:
        noise["header text"] = text
    return Model(
        format=FORMAT.name,
        tensors=Table(columns.sorted()),
        structure={},
        metadata=header.metadata,
        noise=noise,
        complete=True,
    )


def _describes_tensors(raw: bytes, size: int) -> bool:
    """Whether a whole header names at least one tensor, and covers the ``size`` bytes that follow."""
    try:
        header = _parse(raw)
        header.pop("__metadata__", None)
        rows = sorted((_row(*item) for item in header.items()), key=lambda row: (row.start, row.end))
        _demand_cover(rows, size)
    except FormatError:
        return False
    return bool(rows)


def _header_length(blob: Blob) -> int:
    length = int.from_bytes(blob.read(0, 8), "little")
    if length > blob.size - 8:
        raise FormatError(f"safetensors header of {length} bytes claimed, but {blob.size - 8} bytes follow")
    if length > HEADER_LIMIT:
        raise LimitError(f"safetensors header of {length} bytes; at most {HEADER_LIMIT} are read")
    return length


def _parse(raw: bytes) -> dict[str, object]:
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


def _metadata(entry: object) -> dict[str, str]:
    if entry is None:
        return {}
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
        raise FormatError("safetensors __metadata__ is not a map of texts")
    return entry


def _row(name: str, entry: object) -> _Row:
    if not isinstance(entry, dict) or not entry.keys() >= _FIELDS:
        raise FormatError(f"safetensors entry {name!r} lacks dtype, shape or data_offsets")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or (dtype not in DTYPES and dtype not in PACKED):
        raise FormatError(f"safetensors tensor {name!r} has the unknown dtype {dtype!r}")
    if not _naturals(shape) or not _naturals(offsets) or len(offsets) != 2:
        raise FormatError(f"safetensors tensor {name!r} has a shape or offsets that are not natural numbers")
    unknown = {key: value for key, value in entry.items() if key not in _FIELDS}
    return _Row(name, dtype, tuple(shape), offsets[0], offsets[1], unknown)


def _naturals(value: object) -> bool:
    if not isinstance(value, list) or not {int}.issuperset(map(type, value)):
        return False
    return not value or (min(value) >= 0 and max(value) < 1 << 64)


def _demand_cover(rows: list[_Row], size: int) -> None:
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


def _demand_length(row: _Row) -> None:
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


def _tensor(row: _Row, data: Blob) -> Tensor:
    payload = Span(data, row.start, row.end - row.start)
    return Tensor(row.name, DTYPES.get(row.dtype, "bytes"), row.shape, payload)


def _residue(rows: list[_Row]) -> Iterator[tuple[str, bytes]]:
    for row in rows:
        for key, value in row.unknown.items():
            yield f"header field {key} of {row.name}", json.dumps(value, sort_keys=True).encode()


def _noise(raw: bytes, rows: list[_Row], metadata: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield the orders of data and metadata, the padding, and the header where it is not the plainest."""
    yield from _order("tensor order", [row.name for row in rows])
    yield from _order("metadata order", list(metadata))
    text = raw.rstrip(b" ")
    if len(text) < len(raw):
        yield "header padding", raw[len(text) :]
    if text != _plainest(rows, metadata):
        yield "header text", text


def _order(title: str, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield, unless they are sorted, the place of each name among the sorted names as a 32-bit number."""
    ranked = sorted(names)
    if ranked != list(names):
        rank = {name: index for index, name in enumerate(ranked)}
        order = [rank[name] for name in names]
        yield title, b"".join(index.to_bytes(4, "little") for index in order)


def _plainest(rows: list[_Row], metadata: Mapping[str, str]) -> bytes:
    """Return the header as compact JSON: the metadata, then the tensors in the order of their data."""
    header: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
    for row in rows:
        header[row.name] = {
            "dtype": row.dtype,
            "shape": row.shape,
            "data_offsets": (row.start, row.end),
            **row.unknown,
        }
    return json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()

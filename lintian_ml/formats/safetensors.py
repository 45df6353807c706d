"""safetensors, a JSON header before plain little-endian arrays (safetensors 0.8, src/tensor.rs)."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from lintian_ml.blob import Blob
from lintian_ml.encoding.tensor_entries import DTYPES, PACKED, Row, in_order, metadata, parsed
from lintian_ml.encoding.tensor_header import Header, plainly
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor
from lintian_ml.table import Columns, Table

FORMAT = Format("safetensors", extensions=(".safetensors",), mark=b"{", at=8, text=False)
NOISE = ("tensor order", "metadata order", "header padding", "header text")

HEADER_LIMIT = 100_000_000
"""Bytes of a header at most, as the format has it; one that is written plainly is read entry by entry."""

JSON_LIMIT = 16 << 20
"""Bytes of any other header that are read at most: JSON takes up to some twenty times as much memory."""

_PLAIN_DTYPES = tuple(DTYPES.items())
_ENTRY = re.compile(rb'"(?:dtype|data_offsets)"\s{0,8}:\s{0,8}["\[]')


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
    if length > JSON_LIMIT:
        raise LimitError(
            f"safetensors header of {length} bytes, not written plainly; at most {JSON_LIMIT} are read"
        )
    header = parsed(raw)
    texts = metadata(header.pop("__metadata__", {}))
    data = blob.part(8 + length, blob.size - 8 - length)
    rows = in_order(header, data.size)
    tensors = tuple(_tensor(row, data) for row in sorted(rows, key=lambda row: row.name))
    return Model(
        format=FORMAT.name,
        tensors=tensors,
        structure={row.name: row.dtype for row in rows if row.dtype in PACKED},
        metadata=texts,
        residue=dict(_residue(rows)),
        noise=dict(_noise(raw, rows, texts)),
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
        header = parsed(raw)
        header.pop("__metadata__", None)
        return bool(in_order(header, size))
    except FormatError:
        return False


def _header_length(blob: Blob) -> int:
    length = int.from_bytes(blob.read(0, 8), "little")
    if length > blob.size - 8:
        raise FormatError(f"safetensors header of {length} bytes claimed, but {blob.size - 8} bytes follow")
    if length > HEADER_LIMIT:
        raise LimitError(f"safetensors header of {length} bytes; at most {HEADER_LIMIT} are read")
    return length


def _tensor(row: Row, data: Blob) -> Tensor:
    payload = Span(data, row.start, row.end - row.start)
    return Tensor(row.name, DTYPES.get(row.dtype, "bytes"), row.shape, payload)


def _residue(rows: list[Row]) -> Iterator[tuple[str, bytes]]:
    for row in rows:
        for key, value in row.unknown.items():
            yield f"header field {key} of {row.name}", json.dumps(value, sort_keys=True).encode()


def _noise(raw: bytes, rows: list[Row], metadata: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
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


def _plainest(rows: list[Row], metadata: Mapping[str, str]) -> bytes:
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

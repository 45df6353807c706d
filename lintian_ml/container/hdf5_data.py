"""The values of HDF5 datasets and attributes, as raw bytes in C order, a few at a time."""

import itertools
import math
from collections.abc import Iterator
from typing import Any, Literal

from lintian_ml.blob import Blob
from lintian_ml.container.hdf5_stream import Stream
from lintian_ml.container.hdf5_type import Element, element_of
from lintian_ml.error import FormatError, LimitError
from lintian_ml.model import Computed, Payload, Span

DECLARED_LIMIT = 4 << 30
RATIO_LIMIT = 1000
CHUNK_LIMIT = 256 << 20
ATTRIBUTE_LIMIT = 16 << 20
TEXT_LIMIT = 4 << 30
"""Bytes that the strings of one attribute may take, were each as long as the file."""

CHUNKS, CHUNK_INDEX = 100_000, 8
"""Chunks that any dataset may have, and bytes of the file that allow for one more."""

SLAB = 8 << 20
"""Bytes that one step of reading a dataset holds, where its chunks are not larger."""

FILTERS = frozenset((1, 2, 3, 32000))
"""Filters that are applied: deflate, shuffle, fletcher32, lzf. Any other would search for plug-ins."""


def lies_elsewhere(dataset: Any) -> str | None:
    """Return why a dataset cannot be read from its file alone, or None where it can.

    The extent is not asked for: that of a virtual dataset would open other files.
    """
    if dataset.external is not None:
        return "external storage not read"
    if dataset.is_virtual:
        return "virtual dataset not read"
    plist = dataset.id.get_create_plist()
    codes = {plist.get_filter(index)[0] for index in range(plist.get_nfilters())}
    if not codes <= FILTERS:
        return f"dataset with filter {min(codes - FILTERS)} not read"
    return None


def payload(blob: Blob, name: str, dataset: Any, element: Element) -> Payload:
    """Return where a dataset's elements lie, or how they are computed; LimitError for far too many."""
    from h5py import h5d

    shape = tuple(dataset.shape)
    length = math.prod(shape) * element.width
    if length > DECLARED_LIMIT and length > RATIO_LIMIT * dataset.id.get_storage_size():
        raise LimitError(f"HDF5 dataset {name!r:.80} declares {length} bytes, far more than are stored")
    _demand_chunks(blob, name, shape, dataset.chunks, element.width)
    start = dataset.id.get_offset()
    written = dataset.id.get_space_status() == h5d.SPACE_STATUS_ALLOCATED
    if start is None or not written or dataset.id.get_create_plist().get_layout() != h5d.CONTIGUOUS:
        return Computed(lambda: _raw(dataset, element.width), length)
    if start + length > blob.size:
        raise FormatError(
            f"HDF5 dataset {name!r:.80}: {length} bytes at {start}, but the file has {blob.size}"
        )
    return Span(blob, start, length)


def _demand_chunks(
    blob: Blob, name: str, shape: tuple[int, ...], chunks: tuple[int, ...] | None, width: int
) -> None:
    """LimitError for chunks too large to hold, or far more than there is room for: each takes time."""
    if chunks is None:
        return
    if math.prod(chunks) * width > CHUNK_LIMIT:
        raise LimitError(f"HDF5 dataset {name!r:.80} has chunks of more than {CHUNK_LIMIT} bytes")
    count = math.prod(-(-extent // chunk) for extent, chunk in zip(shape, chunks, strict=True))
    if count > CHUNKS + blob.size // CHUNK_INDEX:
        raise LimitError(f"HDF5 dataset {name!r:.80} declares {count} chunks, far more than are stored")


def _raw(dataset: Any, width: int) -> Iterator[bytes]:
    """Yield the elements as they are stored, decompressed, without conversion."""
    import numpy as np
    from h5py import h5s

    kind, shape = dataset.id.get_type(), tuple(dataset.shape)
    if not math.prod(shape) * width:
        return
    for start, count in _slabs(shape, width, dataset.chunks or (1,) * len(shape)):
        buffer = np.empty(math.prod(count) * width, np.uint8)
        if not shape:
            dataset.id.read(h5s.ALL, h5s.ALL, buffer, kind)
        else:
            chosen = dataset.id.get_space()
            chosen.select_hyperslab(start, count)
            dataset.id.read(h5s.create_simple(count), chosen, buffer, kind)
        yield buffer.tobytes()


def _slabs(
    shape: tuple[int, ...], width: int, chunks: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Yield starts and counts of boxes, in C order, of whole chunks and about SLAB bytes where possible."""
    if not shape:
        yield (), ()
        return
    axis = 0
    while axis < len(shape) - 1 and max(1, chunks[axis]) * math.prod(shape[axis + 1 :]) * width > CHUNK_LIMIT:
        axis += 1
    inner = math.prod(shape[axis + 1 :]) * width
    step = max(chunks[axis], SLAB // inner // chunks[axis] * chunks[axis], 1)
    for outer in itertools.product(*map(range, shape[:axis])):
        for first in range(0, shape[axis], step):
            count = min(step, shape[axis] - first)
            tail = shape[axis + 1 :]
            yield (*outer, first, *(0 for _ in tail)), (*(1 for _ in outer), count, *tail)


def attribute_value(owner: Any, name: str | bytes, stream: Stream) -> tuple[object, int]:
    """Return an attribute of ``owner`` as plain JSON data, and the bytes it takes."""
    import numpy as np
    from h5py import h5a

    attribute = h5a.open(owner.id, raw_of(name))
    element, shape = element_of(attribute.get_type()), attribute.shape
    stored = math.prod(shape or ()) * element.width
    if stored > ATTRIBUTE_LIMIT:
        raise LimitError(f"HDF5 attribute {name!r:.80} of {stored} bytes")
    if not element.readable or shape is None:
        return {"type": element.title, "value": None}, stored
    if element.dtype == "string":
        return _variable_text(owner, name, shape, stream)
    buffer = np.empty(stored, np.uint8)
    if stored:
        attribute.read(buffer, attribute.get_type())
    return _plain(buffer.tobytes(), element, shape), stored


def _variable_text(
    owner: Any, name: str | bytes, shape: tuple[int, ...], stream: Stream
) -> tuple[object, int]:
    """Return strings of variable length, unless memory would end were each as long as the file."""
    if math.prod(shape) > 1 and math.prod(shape) * stream.blob.size > TEXT_LIMIT:
        return {"type": "string of variable length", "shape": list(shape), "value": None}, 0
    if not stream.check_texts(raw_of(name), math.prod(shape)):
        return {"type": "string of variable length", "shape": list(shape), "value": None}, 0
    value = owner.attrs[name]
    values = [value] if not shape else list(value.reshape(-1))
    texts = [text_of(item) for item in values]
    return (texts if shape else texts[0]), sum(map(len, texts))


def _plain(raw: bytes, element: Element, shape: tuple[int, ...]) -> object:
    """Return raw elements as JSON data: a text, a list of texts, whole numbers, or hexadecimal bytes."""
    count, width = math.prod(shape), element.width
    if element.title.startswith("string"):
        texts = [text_of(raw[at * width : (at + 1) * width].rstrip(b"\0")) for at in range(count)]
        return texts if shape else texts[0]
    order: Literal["big", "little"] = "big" if element.big_endian else "little"
    noted: dict[str, object] = {"type": element.title, "shape": list(shape)}
    if "int" in element.dtype:
        signed = not element.dtype.startswith("u")
        noted["value"] = [
            int.from_bytes(raw[at : at + width], order, signed=signed)
            for at in range(0, count * width, width)
        ]
    else:
        noted["hex"] = (raw if order == "little" else raw[::-1]).hex()
    return noted


def text_of(name: str | bytes) -> str:
    """Return a name as text; bytes that are not UTF-8 are shown by their hexadecimal codes."""
    return raw_of(name).decode("utf-8", "backslashreplace")


def raw_of(name: str | bytes) -> bytes:
    """Return a name's bytes; h5py gives a text, or bytes where they are not of the encoding they claim."""
    return name if isinstance(name, bytes) else str(name).encode("utf-8", "surrogateescape")

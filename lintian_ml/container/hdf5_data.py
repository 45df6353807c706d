"""The values of HDF5 datasets and attributes, as raw bytes in C order, a few at a time."""

import math
from collections.abc import Iterator
from typing import Any

from lintian_ml.blob import Blob
from lintian_ml.container import hdf5_extent
from lintian_ml.container.hdf5_stream import Stream
from lintian_ml.container.hdf5_type import Element, element_of
from lintian_ml.container.hdf5_value import demand_length, plain, raw_of, text_of
from lintian_ml.error import FormatError
from lintian_ml.model import Computed, Payload, Span

TEXT_LIMIT = 4 << 30
"""Bytes that the strings of one attribute may take, were each as long as the file."""

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
    hdf5_extent.demand_length(name, length, dataset.id.get_storage_size())
    if dataset.chunks is not None:
        hdf5_extent.demand_chunks(blob.size, name, shape, dataset.chunks, element.width)
    start = dataset.id.get_offset()
    written = dataset.id.get_space_status() == h5d.SPACE_STATUS_ALLOCATED
    if start is None or not written or dataset.id.get_create_plist().get_layout() != h5d.CONTIGUOUS:
        return Computed(lambda: _raw(dataset, element.width), length)
    if start + length > blob.size:
        raise FormatError(
            f"HDF5 dataset {name!r:.80}: {length} bytes at {start}, but the file has {blob.size}"
        )
    return Span(blob, start, length)


def _raw(dataset: Any, width: int) -> Iterator[bytes]:
    """Yield the elements as they are stored, decompressed, without conversion."""
    import numpy as np
    from h5py import h5s

    kind, shape = dataset.id.get_type(), tuple(dataset.shape)
    if not math.prod(shape) * width:
        return
    for start, count in hdf5_extent.slabs(shape, width, dataset.chunks or (1,) * len(shape)):
        buffer = np.empty(math.prod(count) * width, np.uint8)
        if not shape:
            dataset.id.read(h5s.ALL, h5s.ALL, buffer, kind)
        else:
            chosen = dataset.id.get_space()
            chosen.select_hyperslab(start, count)
            dataset.id.read(h5s.create_simple(count), chosen, buffer, kind)
        yield buffer.tobytes()


def attribute_value(owner: Any, name: str | bytes, stream: Stream) -> tuple[object, int]:
    """Return an attribute of ``owner`` as plain JSON data, and the bytes it takes."""
    import numpy as np
    from h5py import h5a

    attribute = h5a.open(owner.id, raw_of(name))
    element, shape = element_of(attribute.get_type()), attribute.shape
    stored = math.prod(shape or ()) * element.width
    demand_length(text_of(name), stored)
    if not element.readable or shape is None:
        return {"type": element.title, "value": None}, stored
    if element.dtype == "string":
        return _variable_text(owner, name, shape, stream)
    buffer = np.empty(stored, np.uint8)
    if stored:
        attribute.read(buffer, attribute.get_type())
    return plain(buffer.tobytes(), element, shape), stored


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

"""What lies in a file of which every byte is understood, told without any library."""

from collections.abc import Iterator, Mapping, Sequence

from lintian_ml.blob import Blob
from lintian_ml.container import hdf5_extent, hdf5_value
from lintian_ml.container.hdf5 import Contents
from lintian_ml.container.hdf5_file.attribute import Attribute
from lintian_ml.container.hdf5_file.dataset import Dataset
from lintian_ml.container.hdf5_file.element import element_of
from lintian_ml.container.hdf5_file.pipeline import UNDONE
from lintian_ml.container.hdf5_file.walk import Object, Walk
from lintian_ml.container.hdf5_type import Element
from lintian_ml.error import FormatError, LimitError
from lintian_ml.model import Computed, Payload, Span, Tensor

LZF = 32000
"""The filter that libhdf5 alone undoes; what any other does is not read."""

ATTRIBUTES_LIMIT = 64 << 20
"""Bytes of attributes, those of an object counted under each of its names."""

FILL_BLOCK = 1 << 18

Texts = Mapping[tuple[str, str], Sequence[bytes]]
"""The texts of attributes that hold such of variable length, by path and name."""


class Told:
    """Tells objects; each is told under every name that it has if it is a dataset, else under the first."""

    def __init__(self, walk: Walk, stored: Mapping[int, Dataset], texts: Texts) -> None:
        self.walk = walk
        self.blob = walk.ledger.blob
        self.stored = stored
        self.texts = texts
        self.found = Contents()
        self.left = ATTRIBUTES_LIMIT

    def all(self) -> Contents:
        """Return all of it."""
        paths = {found.path: address for address, found in self.walk.objects.items()}
        for address, found in self.walk.objects.items():
            self._object(found.path, address, found)
            for name, (sort, target) in found.links.items():
                path = found.path + b"/" + name if found.path else name
                self._link(path.decode(), sort, bytes.fromhex(target), paths)
        self.found.tensors.sort(key=lambda tensor: tensor.name)
        return self.found

    def _object(self, path: bytes, address: int, found: Object) -> None:
        """Tell an object under one of its names."""
        name = path.decode()
        for attribute in found.attributes:
            self._count(found.path.decode(), attribute)
            noted = self.found.attributes.setdefault(name, {})
            noted[attribute.name.decode()] = self._value(found.path.decode(), attribute)
        if found.is_group:
            self.found.groups.append(name)
        if address in self.stored:
            self._dataset(name, self.stored[address])

    def _count(self, path: str, attribute: Attribute) -> None:
        self.left -= len(attribute.raw.data) + sum(
            map(len, self.texts.get((path, attribute.name.decode()), ()))
        )
        if self.left < 0:
            raise LimitError(f"HDF5 attributes of more than {ATTRIBUTES_LIMIT} bytes")

    def _link(self, name: str, sort: str, target: bytes, paths: Mapping[bytes, int]) -> None:
        """Tell a link that is not the first to an object."""
        if sort != "hard":
            leads = hdf5_value.text_of(target)
            self.found.links[name] = f"{sort}: {leads}"
            self.found.remarks.append(f"{sort} link not followed: {name} leads to {leads}")
        elif paths[target] in self.stored:
            self._object(name.encode(), paths[target], self.walk.objects[paths[target]])
        else:
            self.found.links[name] = f"hard: {target.decode()}"

    def _value(self, path: str, attribute: Attribute) -> object:
        """Return an attribute as plain JSON data."""
        name, shape = attribute.name.decode(), attribute.space.shape
        element = element_of(attribute.kind)
        hdf5_value.demand_length(name, len(attribute.raw.data))
        if not element.readable or shape is None:
            return {"type": element.title, "value": None}
        if element.dtype == "string":
            texts = [hdf5_value.text_of(text.partition(b"\0")[0]) for text in self.texts[path, name]]
            return texts if shape else texts[0]
        return hdf5_value.plain(attribute.raw.data, element, shape)

    def _dataset(self, name: str, dataset: Dataset) -> None:
        """Deliver a dataset, or remark why it is not delivered.

        Keras stores bfloat16 as two opaque bytes, and an attribute that says so.
        """
        element, shape = element_of(dataset.kind), dataset.space.shape
        filters = {one.code for one in dataset.chunks.grid.filters} if dataset.chunks else set()
        if unknown := filters - UNDONE - {LZF}:
            self.found.remarks.append(f"dataset with filter {min(unknown)} not read: {name}")
            return
        if element.dtype in ("bytes", "string"):
            self.found.types[name] = element.title
        if shape is None:
            self.found.types[name] = f"{element.title}, no data"
        elif not element.readable or element.dtype == "string":
            self.found.remarks.append(f"dataset of type {element.title[:80]} not read: {name}")
        else:
            noted = self.found.attributes.get(name, {})
            keras = element.dtype == "bytes" and element.width == 2 and noted.get("dtype") == "bfloat16"
            dtype = "bfloat16" if keras else element.dtype
            data = self._payload(name, dataset, element)
            self.found.tensors.append(Tensor(name, dtype, shape, data, element.big_endian))

    def _payload(self, name: str, dataset: Dataset, element: Element) -> Payload:
        """Return where the elements lie, or how they are computed."""
        length = dataset.space.elements * element.width
        stored = dataset.chunks.stored if dataset.chunks else length if dataset.start is not None else 0
        hdf5_extent.demand_length(name, length, stored)
        if len(dataset.fill) not in (0, element.width):
            raise FormatError(f"HDF5 dataset {name!r:.80} has a fill value of {len(dataset.fill)} bytes")
        if dataset.start is not None:
            return Span(self.blob, dataset.start, length)
        if (held := dataset.held) is not None:
            return Computed(lambda: iter((held,)), length)
        if dataset.chunks is not None:
            return self._chunked(name, dataset, length)
        return Computed(lambda: _filled(dataset.fill or bytes(element.width), length), length)

    def _chunked(self, name: str, dataset: Dataset, length: int) -> Payload:
        from lintian_ml.container.hdf5_file.elements import Elements

        chunks, blob, base, fill = dataset.chunks, self.blob, self.walk.ledger.base, dataset.fill
        assert chunks is not None
        grid = chunks.grid
        hdf5_extent.demand_chunks(blob.size, name, grid.space.shape or (), grid.chunk, grid.layout.chunk[-1])
        if any(one.code == LZF for one in grid.filters):
            return Computed(lambda: _asked(blob, name, length), length)
        return Computed(lambda: Elements(blob, base, chunks, fill).blocks(), length)


def _asked(blob: Blob, name: str, length: int) -> Iterator[bytes]:
    """Return what libhdf5 reads, in a process of its own."""
    from lintian_ml.container.hdf5_library import elements

    return elements(blob, name, length)


def _filled(element: bytes, length: int) -> Iterator[bytes]:
    """Yield an element again and again."""
    block = element * max(1, FILL_BLOCK // max(1, len(element)))
    for start in range(0, length, len(block) or 1):
        yield block[: length - start]

"""One dataset: its type, its extent, and where its elements lie."""

from dataclasses import dataclass
from math import prod

from lintian_ml.container.hdf5_file.chunks import Chunks, Grid, read_chunks
from lintian_ml.container.hdf5_file.datatype import ENUMERATION, FIXED, FLOAT, Kind
from lintian_ml.container.hdf5_file.fields import Fields, Unread
from lintian_ml.container.hdf5_file.header import Header, Message
from lintian_ml.container.hdf5_file.layout import Layout, Storage, read_layout
from lintian_ml.container.hdf5_file.ledger import COMPRESSED, METADATA_LIMIT, Ledger
from lintian_ml.container.hdf5_file.messages import (
    DATASPACE,
    DATATYPE,
    FILL,
    FILTERS,
    LAYOUT_OF_DATA,
    OLD_FILL,
    Filter,
    Space,
    read_fill,
    read_filters,
    read_space,
)
from lintian_ml.container.hdf5_file.padding import Padding
from lintian_ml.container.hdf5_file.values import told
from lintian_ml.container.hdf5_file.walk import Walk
from lintian_ml.error import FormatError, LimitError

_NUMBERS = frozenset((FIXED, FLOAT, ENUMERATION))


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is stored of a dataset.

    ``start`` is where in the file its one run of bytes begins, None where there is none; ``held`` has the
    elements that lie in its header, ``chunks`` those that lie in chunks; ``raw`` has the elements where they
    refer elsewhere, so that nothing else can tell them.
    """

    space: Space
    kind: Kind
    fill: bytes
    start: int | None = None
    raw: Fields | None = None
    held: bytes | None = None
    chunks: Chunks | None = None

    def facts(self) -> dict[str, object]:
        """Return as plain data what it is, but for its elements and their byte order."""
        turned = self.kind.code in _NUMBERS and self.kind.order & 1
        fill = self.fill[::-1] if turned else self.fill
        return {"type": self.kind.facts, **self.space.facts(), "fill": told(fill)}


class Datasets:
    """Reads datasets, one after another."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.ledger: Ledger = walk.ledger
        self.padding = Padding(walk.ledger)

    def read(self, header: Header) -> Dataset:
        """Read a dataset, and take down all blocks that its elements lie in."""
        space = self._space(header)
        kind = self.walk.kind(_only(header, DATATYPE))
        if len(space.shape or ()) and not kind.width:
            raise FormatError(f"HDF5 dataset at {header.address} has elements of no bytes")
        fill = self._fill(header)
        message = _only(header, LAYOUT_OF_DATA)
        fields = message.fields("data layout message")
        layout = read_layout(self.ledger, fields)
        self.walk.rest(fields)
        filters = self._filters(header)
        if layout.storage is Storage.CHUNKED:
            chunks = self._chunks(Grid(space, layout, filters), kind, fill, fields)
            return Dataset(space, kind, fill, chunks=chunks)
        return self._run(space, kind, fill, layout, message)

    def _space(self, header: Header) -> Space:
        fields = _only(header, DATASPACE).fields("dataspace message")
        space = read_space(self.ledger, fields)
        self.walk.rest(fields)
        return space

    def _fill(self, header: Header) -> bytes:
        """Return the fill value; where it is written twice, both must be one."""
        found = []
        for message in header.of(FILL):
            fields = message.fields("fill value message")
            found.append(read_fill(self.ledger, fields))
            self.walk.rest(fields)
        for message in header.of(OLD_FILL):
            fields = message.fields("fill value message")
            found.append(fields.take(fields.number(4)))
            self.walk.rest(fields)
        if len(set(found)) > 1:
            raise Unread(f"HDF5 dataset at {header.address} has two fill values")
        return found[0] if found else b""

    def _filters(self, header: Header) -> tuple[Filter, ...]:
        """Return the filters that chunks pass when they are written."""
        for message in header.of(FILTERS):
            fields = message.fields("filter pipeline message")
            filters = read_filters(self.ledger, fields)
            self.walk.rest(fields)
            return filters
        return ()

    def _run(self, space: Space, kind: Kind, fill: bytes, layout: Layout, message: Message) -> Dataset:
        """Return a dataset whose elements lie in one run: in its header or elsewhere."""
        length = space.elements * kind.width
        if layout.storage is Storage.COMPACT:
            raw = Fields(layout.data, "compact dataset", message.at)
            data = raw.take(length)
            self.ledger.spare("ends of compact datasets", raw.rest())
            elsewhere = Fields(data, raw.what, raw.origin) if kind.places else None
            return Dataset(space, kind, fill, None, elsewhere, data)
        if layout.address is None:
            empty = Fields(b"", "dataset", message.at) if kind.places else None
            return Dataset(space, kind, fill, None, empty)
        start = self.ledger.lay(layout.address, length, "dataset")
        if not kind.places:
            return Dataset(space, kind, fill, start)
        self.ledger.metadata += length
        if self.ledger.metadata > METADATA_LIMIT:
            raise LimitError(f"HDF5 dataset of {length} bytes of texts, sequences or references")
        return Dataset(
            space, kind, fill, start, Fields(self.ledger.blob.read(start, length), "dataset", start)
        )

    def _chunks(self, grid: Grid, kind: Kind, fill: bytes, fields: Fields) -> Chunks:
        """Take down the chunks of a dataset, and return where they lie."""
        shape, chunk = grid.space.shape, grid.layout.chunk
        if shape is None or len(chunk) != len(shape) + 1 or chunk[-1] != kind.width or not prod(chunk):
            raise fields.wrong(f"has chunks of {list(chunk)} for an extent of {shape and list(shape)}")
        if kind.places:
            raise fields.unread("has texts, sequences or references in chunks, which are not read")
        chunks = Chunks(grid)
        for found in read_chunks(self.ledger, grid, self.walk.sizes.chunk_k):
            if grid.filtered:
                self.ledger.hashed(COMPRESSED, found.address, found.size)
            else:
                self.padding.read(grid, found, fill)
            chunks.add(found)
        return chunks


def _only(header: Header, kind: int) -> Message:
    """Return the message of a type, of which there must be one."""
    found = header.of(kind)
    if len(found) != 1:
        raise FormatError(f"HDF5 dataset at {header.address} with {len(found)} messages of type {kind}")
    return found[0]

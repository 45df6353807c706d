"""The chunks of a dataset, by whichever index they are found (specification, III.A.1, VII)."""

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod

from lintian_ml.container.hdf5_file.chunk_arrays import read_extensible, read_fixed
from lintian_ml.container.hdf5_file.fields import Fields
from lintian_ml.container.hdf5_file.layout import Index, Layout
from lintian_ml.container.hdf5_file.ledger import LAYOUT, STORAGE, Ledger
from lintian_ml.container.hdf5_file.messages import Filter, Space
from lintian_ml.container.hdf5_file.symbols import leaves, place_of
from lintian_ml.container.hdf5_file.tree2 import read_records
from lintian_ml.error import FormatError, LimitError

CHUNKS_LIMIT = 1_000_000
_PLAIN, _FILTERED = 10, 11

ENTRY = 4
"""Numbers that are kept of each chunk."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Where one chunk lies: address, stored bytes, filters that were left out, its first element's place."""

    address: int
    size: int
    mask: int
    start: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A dataset in chunks: the extents in elements, those of a chunk, and the filters that it passed."""

    space: Space
    layout: Layout
    filters: tuple[Filter, ...]

    @property
    def filtered(self) -> bool:
        """Whether there is a filter that may change the bytes of chunks."""
        return bool(self.filters)

    @property
    def chunk(self) -> tuple[int, ...]:
        """The extents of a chunk in elements."""
        return self.layout.chunk[:-1]

    @property
    def size(self) -> int:
        """The bytes of a chunk before any filter."""
        return prod(self.layout.chunk)


@dataclass(frozen=True, slots=True)
class Chunks:
    """The chunks of a grid that are stored: number in C order, address, bytes, left-out filters."""

    grid: Grid
    entries: "array[int]" = field(default_factory=lambda: array("Q"))

    @property
    def counts(self) -> tuple[int, ...]:
        """How many chunks there are along each axis."""
        extents = zip(self.grid.space.shape or (), self.grid.chunk, strict=True)
        return tuple(-(-extent // chunk) for extent, chunk in extents)

    @property
    def stored(self) -> int:
        """The bytes of all chunks as they are stored."""
        return sum(self.entries[2::ENTRY])

    def add(self, chunk: Chunk) -> None:
        """Note where a chunk lies, unless that is past the end of the dataset, where it is never read."""
        number = 0
        for place, extent, count in zip(chunk.start, self.grid.chunk, self.counts, strict=True):
            if place // extent >= count:
                return
            number = number * count + place // extent
        self.entries.extend((number, chunk.address, chunk.size, chunk.mask))


def read_chunks(ledger: Ledger, grid: Grid, half: int) -> Iterator[Chunk]:
    """Yield each chunk that is stored; ``half`` is half the children of a node of the first kind of tree."""
    for number, chunk in enumerate(_found(ledger, grid, half)):
        if number >= CHUNKS_LIMIT:
            raise LimitError(f"HDF5 dataset of more than {CHUNKS_LIMIT} chunks")
        if not grid.filtered and chunk.size != grid.size:
            raise FormatError(f"HDF5 chunk of {chunk.size} bytes at {chunk.address}, not of {grid.size}")
        ledger.note(STORAGE, chunk.mask.to_bytes(4, "little"))
        ledger.note(LAYOUT, chunk.address.to_bytes(8, "little") + chunk.size.to_bytes(8, "little"))
        ledger.lay(chunk.address, chunk.size, "chunk")
        yield chunk


def _found(ledger: Ledger, grid: Grid, half: int) -> Iterator[Chunk]:
    address, index = grid.layout.address, grid.layout.index
    if address is None:
        return
    if index is Index.TREE:
        yield from _in_tree(ledger, grid, address, half)
    elif index is Index.SINGLE:
        yield Chunk(address, grid.layout.size or grid.size, grid.layout.mask, (0,) * len(grid.chunk))
    elif index is Index.TREE2:
        yield from _in_tree2(ledger, grid, address)
    else:
        yield from _numbered(ledger, grid, address)


def _in_tree(ledger: Ledger, grid: Grid, address: int, half: int) -> Iterator[Chunk]:
    """Yield what a B-tree of version 1 has: keys of size, left-out filters, place and a zero."""
    for leaf in leaves(ledger, address, 1, 16 + 8 * len(grid.chunk), half):
        for key, child in zip(leaf.keys, leaf.children, strict=False):
            *start, byte = place_of(key)
            if byte or any(place % extent for place, extent in zip(start, grid.chunk, strict=True)):
                raise FormatError(f"HDF5 chunk at {child} is said to begin at {[*start, byte]}")
            size, mask = struct.unpack_from("<II", key)
            yield Chunk(child, size, mask, tuple(start))


def _in_tree2(ledger: Ledger, grid: Grid, address: int) -> Iterator[Chunk]:
    last: tuple[int, ...] = ()
    sort, least, most = (_FILTERED, 13, 20) if grid.filtered else (_PLAIN, 8, 8)
    scales = 8 * len(grid.chunk)
    for record in read_records(ledger, address, sort, least + scales, most + scales):
        fields = Fields(record, "record of a chunk", address)
        place, size, mask = fields.there(), grid.size, 0
        if grid.filtered:
            size = fields.number(len(record) - 12 - 8 * len(grid.chunk))
            mask = fields.number(4)
        scaled = fields.numbers(len(grid.chunk), 8)
        if scaled <= last:
            raise fields.wrong("is out of order")
        last = scaled
        yield Chunk(place, size, mask, tuple(a * b for a, b in zip(scaled, grid.chunk, strict=True)))


def _numbered(ledger: Ledger, grid: Grid, address: int) -> Iterator[Chunk]:
    """Yield the chunks of an index in which they have numbers; an axis without an end counts first."""
    most = grid.space.most or grid.space.shape or ()
    endless = [axis for axis, extent in enumerate(most) if extent is None]
    counts = [-(-(extent or 0) // chunk) for extent, chunk in zip(most, grid.chunk, strict=True)]
    moved = endless[0] if endless else 0
    order = [moved, *(axis for axis in range(len(counts)) if axis != moved)]
    for axis in endless:
        counts[axis] = 1 << 63
    turned = tuple(counts[axis] for axis in order)
    for number, place, size, mask in _entries(ledger, grid, address, prod(counts)):
        start = _start(number, turned)
        back = dict(zip(order, start, strict=True))
        yield Chunk(place, size, mask, tuple(back[axis] * grid.chunk[axis] for axis in range(len(counts))))


def _entries(ledger: Ledger, grid: Grid, address: int, count: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield number, address, size and left-out filters of each chunk that is stored."""
    if grid.layout.index is Index.IMPLICIT:
        if count > CHUNKS_LIMIT:
            raise LimitError(f"HDF5 dataset of more than {CHUNKS_LIMIT} chunks")
        for number in range(count):
            yield number, address + number * grid.size, grid.size, 0
        return
    if grid.layout.index is Index.FIXED:
        entries = read_fixed(ledger, address, grid.filtered, count)
    else:
        entries = read_extensible(ledger, address, grid.filtered)
    for number, entry in entries:
        fields = Fields(entry, "entry of a chunk", address)
        place = fields.address()
        if place is not None:
            size = fields.number(len(entry) - 12) if grid.filtered else grid.size
            yield number, place, size, fields.number(4) if grid.filtered else 0


def _start(number: int, counts: tuple[int, ...]) -> tuple[int, ...]:
    """Return the place of the chunk of a number among ``counts`` chunks along each axis, in C order."""
    places = []
    for count in reversed(counts):
        number, place = divmod(number, count) if count else (0, 0)
        places.append(place)
    return tuple(reversed(places))

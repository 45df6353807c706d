"""Fractal heaps, which hold links and attributes of objects with many (specification, III.G)."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from lintian_ml.container.hdf5_file.fields import Fields
from lintian_ml.container.hdf5_file.free_space import read_free_space
from lintian_ml.container.hdf5_file.ledger import LAYOUT, Ledger
from lintian_ml.container.hdf5_file.lookup3 import checksum

HEADER, PREFIX = 146, 13
_SEALED = 2


@dataclass(frozen=True, slots=True)
class _Plan:
    """The doubling table: bytes of offsets and of lengths, blocks in a row, least and largest block."""

    address: int
    offsets: int
    lengths: int
    width: int
    least: int
    largest: int
    sealed: bool

    def size(self, row: int) -> int:
        """Return the size of each block of a row."""
        return self.least << max(0, row - 1)

    @property
    def direct_rows(self) -> int:
        """How many rows there are of blocks that hold objects themselves."""
        return self.largest.bit_length() - self.least.bit_length() + 2

    def rows(self, size: int) -> int:
        """Return how many rows an indirect block for ``size`` bytes has."""
        return size.bit_length() - (self.least * self.width).bit_length() + 1


@dataclass(frozen=True, slots=True)
class _Block:
    """A block that is to be read: where, at which offset of the heap; its bytes, or its rows (else 0)."""

    address: int
    offset: int
    size: int
    rows: int = 0


@dataclass(slots=True)
class FractalHeap:
    """The blocks of a heap by where they begin in it, and what of them is an object."""

    ledger: Ledger
    plan: _Plan
    blocks: dict[int, Fields] = field(default_factory=dict)
    starts: list[int] = field(default_factory=list)
    used: dict[int, int] = field(default_factory=dict)

    def object(self, identity: bytes, asker: Fields) -> Fields:
        """Return the object that an identifier stands for; it must be a managed one."""
        handle = Fields(identity, "identifier in a fractal heap", asker.origin)
        if handle.number(1):
            raise asker.unread("refers to a huge or a tiny object, which are not read")
        start, length = handle.number(self.plan.offsets), handle.number(self.plan.lengths)
        at = bisect_right(self.starts, start) - 1
        if at < 0 or start in self.used or not length:
            raise asker.wrong(f"refers to {length} bytes at {start} of a fractal heap")
        self.ledger.note(LAYOUT, identity)
        block = self.blocks[self.starts[at]]
        inside = start - self.starts[at]
        if inside < block.at or length > len(block.data) - inside:
            raise asker.wrong(f"refers to {length} bytes at {start} of a fractal heap, past its blocks")
        self.used[start] = length
        return Fields(block.data[inside : inside + length], "object of a fractal heap", block.origin + inside)

    def close(self) -> None:
        """Demand that objects do not overlap, and take down what is none."""
        objects = sorted((start, start + length) for start, length in self.used.items())
        edges = {start: [(start, start + block.at)] for start, block in self.blocks.items()}
        for begin, end in objects:
            edges[self.starts[bisect_right(self.starts, begin) - 1]].append((begin, end))
        for start, block in self.blocks.items():
            runs = [*edges[start], (start + len(block.data),) * 2]
            for (_, end), (begin, _) in pairwise(runs):
                if begin < end:
                    raise block.wrong(f"has two objects at byte {begin - start}")
                self.ledger.spare("free space of fractal heaps", block.data[end - start : begin - start])


def open_fractal(ledger: Ledger, address: int) -> FractalHeap:
    """Read a heap's header and all its blocks; FormatError for filters and for huge objects."""
    header = ledger.sealed(address, HEADER, "fractal heap", b"FRHP")
    header.constant(b"\0")
    ledger.note(LAYOUT, header.data[header.at :])
    header.take(2)
    filtered, flags, most = header.number(2), header.number(1), header.number(4)
    header.take(8)
    huge = header.address()
    header.take(8)
    spaces = header.address()
    header.take(64)
    width, least, largest, bits = header.number(2), header.number(8), header.number(8), header.number(2)
    header.take(2)
    root, rows = header.address(), header.number(2)
    if filtered or huge is not None:
        raise header.unread("has filters or huge objects, which are not read")
    if not (_is_power(width) and _is_power(least) and _is_power(largest)) or not least <= largest <= 1 << 32:
        raise header.wrong(f"has rows of {width} blocks of {least} to {largest} bytes")
    lengths = min((largest.bit_length() + 6) // 8, _width(most))
    plan = _Plan(address, (bits + 7) // 8, lengths, width, least, largest, bool(flags & _SEALED))
    heap = FractalHeap(ledger, plan)
    if root is not None:
        _read_blocks(heap, _Block(root, 0, least, rows))
    if spaces is not None:
        read_free_space(ledger, spaces)
    return heap


def _read_blocks(heap: FractalHeap, root: _Block) -> None:
    """Read all blocks from the root."""
    waiting = [root]
    while waiting:
        block = waiting.pop()
        if block.rows:
            waiting.extend(_children(heap, block))
        else:
            heap.blocks[block.offset] = _direct(heap, block)
    heap.starts = sorted(heap.blocks)


def _children(heap: FractalHeap, block: _Block) -> Iterator[_Block]:
    """Yield the blocks that an indirect one refers to."""
    plan = heap.plan
    count = block.rows * plan.width
    length = PREFIX + plan.offsets + 8 * count + 4
    fields = heap.ledger.sealed(block.address, length, "indirect block of a fractal heap", b"FHIB")
    _demand_owner(heap, fields, block)
    heap.ledger.note(LAYOUT, fields.data[fields.at :])
    offset = block.offset
    for row in range(block.rows):
        size = plan.size(row)
        rows = 0 if row < plan.direct_rows else plan.rows(size)
        for _ in range(plan.width):
            address = fields.address()
            if address is not None:
                yield _Block(address, offset, size, rows)
            offset += size


def _direct(heap: FractalHeap, block: _Block) -> Fields:
    """Read a block of objects; its fields stand where the first may begin."""
    fields = heap.ledger.block(block.address, block.size, "direct block of a fractal heap")
    fields.constant(b"FHDB")
    _demand_owner(heap, fields, block)
    if heap.plan.sealed:
        at = fields.at
        stored = fields.number(4)
        if checksum(fields.data[:at] + bytes(4) + fields.data[at + 4 :]) != stored:
            raise fields.wrong("does not have the checksum that it says")
    return fields


def _demand_owner(heap: FractalHeap, fields: Fields, block: _Block) -> None:
    """Demand that a block says of which heap it is, and where in it."""
    fields.constant(b"\0")
    fields.constant(heap.plan.address.to_bytes(8, "little"))
    fields.constant(block.offset.to_bytes(heap.plan.offsets, "little"))


def _is_power(number: int) -> bool:
    return number > 0 and not number & number - 1


def _width(most: int) -> int:
    """Return in how many bytes a number up to ``most`` is written."""
    return (most.bit_length() - 1) // 8 + 1

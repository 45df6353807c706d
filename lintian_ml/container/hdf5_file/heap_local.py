"""Local heaps, which hold the names of a group's links (specification, III.D)."""

from itertools import pairwise

from lintian_ml.container.hdf5_file.fields import Fields
from lintian_ml.container.hdf5_file.ledger import LAYOUT, LEFTOVERS, Ledger

HEADER, FREE, NOTHING = 32, 16, 1
"""Bytes of a heap's header and of that of a free block; what says that there is no free block any more."""


class LocalHeap:
    """The names of one group; what is asked for is known to be a name, all else says nothing."""

    def __init__(self, ledger: Ledger, fields: Fields, free: int) -> None:
        self.ledger = ledger
        self.fields = fields
        self.free = free
        self.used: dict[int, int] = {0: 0}
        ledger.spare("free space of local heaps", fields.data[:1])

    def text(self, place: int) -> bytes:
        """Return the name at ``place``; FormatError unless it ends in the heap."""
        if place in self.used:
            raise self.fields.unread(f"has one name at {place} for two members")
        if not 0 < place < len(self.fields.data):
            raise self.fields.wrong(f"is said to have a name at {place}")
        self.fields.at = place
        name = self.fields.text()
        self.used[place] = len(name)
        return name

    def close(self) -> None:
        """Take down what is no name: ends of names, free blocks, and what was forgotten."""
        data = self.fields.data
        runs = []
        for place, length in self.used.items():
            end = min(place + length + 1 + -(place + length + 1) % 8, len(data))
            self.ledger.note(LEFTOVERS, data[place + length + 1 : end])
            runs.append((place, end))
        for place, size in self._free_blocks():
            self.ledger.spare("free space of local heaps", data[place + FREE : place + size])
            runs.append((place, place + size))
        runs = [(0, 0), *sorted(runs), (len(data), len(data))]
        for (_, end), (start, _) in pairwise(runs):
            if start < end:
                raise self.fields.wrong(f"has two things at byte {start}")
            self.ledger.spare("free space of local heaps", data[end:start])

    def _free_blocks(self) -> list[tuple[int, int]]:
        """Return where the free blocks begin, and their sizes; FormatError if they go round in a circle."""
        found: dict[int, int] = {}
        place = self.free
        while place not in (NOTHING, (1 << 64) - 1):
            if place in found or place > len(self.fields.data) - FREE:
                raise self.fields.wrong(f"is said to have a free block at {place}")
            self.fields.at = place
            following, size = self.fields.number(8), self.fields.number(8)
            self.ledger.note(LAYOUT, self.fields.data[place : place + FREE])
            if not FREE <= size <= len(self.fields.data) - place:
                raise self.fields.wrong(f"has a free block of {size} bytes at {place}")
            found[place] = size
            place = following
        return list(found.items())


def open_heap(ledger: Ledger, address: int) -> LocalHeap:
    """Read a heap's header and its names."""
    header = ledger.block(address, HEADER, "local heap")
    header.constant(b"HEAP\0")
    ledger.spare("reserved bytes", header.take(3))
    ledger.note(LAYOUT, header.data[header.at :])
    size, free, place = header.number(8), header.number(8), header.there()
    return LocalHeap(ledger, ledger.block(place, size, "names of a local heap"), free)

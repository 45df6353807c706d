"""A blob as h5py wants its files, with checks of what its library trusts: bounds, cycles, heaps."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

READS = 1_000_000
SECTOR = 512
HEAP = b"GCOL\1"
HEAP_HEADER = OBJECT_HEADER = 16
HEAP_OBJECTS = 1 << 16
REFERENCE = 16
VIRTUAL_LAYOUT = 0x0304
"""Version and class of the layout of virtual datasets, which precede such a reference (IV.A.2.i)."""


class Stream(io.RawIOBase):
    """Reads a blob by position; the number of reads is bounded, so that a cycle of addresses ends.

    While names and attributes are read (``walking``), every global heap that is seen is checked before the
    library decodes it: one with an empty free object makes it loop for ever. ``check_references`` is to be
    called before a string of variable length is read: the library allocates the length that is claimed.
    """

    def __init__(self, blob: Blob) -> None:
        super().__init__()
        self.blob = blob
        self.position = 0
        self.walking = True
        self.heaps: set[int] = set()
        self.ranges: list[tuple[int, int]] = []
        self.left = READS + blob.size // SECTOR

    def rewound(self, length: int) -> None:
        """Begin to read a dataset of ``length`` bytes: count reads afresh, and take what is seen for data."""
        self.left = READS + length // SECTOR
        self.walking = False

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Return the position in bytes."""
        return self.position

    def seek(self, offset: int, whence: int = 0) -> int:
        """Set the position and return it."""
        self.position = offset + (0, self.position, self.blob.size)[whence]
        return self.position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill the whole buffer; FormatError past the end, for h5py would take what was not read for data."""
        self.left -= 1
        if self.left < 0:
            raise LimitError("HDF5 file makes its reader go round in circles")
        view = memoryview(buffer).cast("B")
        if len(view) > max(0, self.blob.size - self.position):
            raise FormatError(f"HDF5 file refers to bytes at {self.position}, past its end")
        if self.walking:
            self.ranges.append((self.position, self.position + len(view)))
            self._check_heaps(self.position, len(view))
        view[:] = self.blob.read(self.position, len(view))
        self.position += len(view)
        return len(view)

    def check_references(self) -> None:
        """Look at what was read since the last time: FormatError for a string longer than the file."""
        for start, end in self.ranges:
            first = max(0, start - REFERENCE)
            data = self.blob.read(first, min(self.blob.size, end + REFERENCE) - first)
            for length, address in _references(data, self.blob.size):
                if self.blob.read(address, len(HEAP)) == HEAP:
                    raise FormatError(f"HDF5 string of {length} bytes claimed in a file of {self.blob.size}")
        self.ranges.clear()

    def _check_heaps(self, start: int, length: int) -> None:
        """Check each heap that begins in a range, or less than a signature before or across its end."""
        first = max(0, start - len(HEAP))
        last = min(self.blob.size, start + length + len(HEAP))
        data = self.blob.read(first, last - first)
        at = data.find(HEAP)
        while at >= 0:
            if first + at not in self.heaps:
                check_heap(self.blob, first + at)
                self.heaps.add(first + at)
            at = data.find(HEAP, at + 1)


def _references(data: bytes, size: int) -> Iterator[tuple[int, int]]:
    """Yield length and address of what may refer to a heap object of more than ``size`` bytes."""
    import numpy as np

    for phase in range(4):
        words = np.frombuffer(data, "<u4", max(0, len(data) - phase) // 4, phase).astype(np.uint64)
        lengths, addresses, objects = words[:-3], words[1:-2] | words[2:-1] << np.uint64(32), words[3:]
        found = (lengths > size) & (addresses < max(1, size - len(HEAP))) & (addresses > 0)
        found &= (objects > 0) & (objects < HEAP_OBJECTS) & (lengths >> np.uint64(16) != VIRTUAL_LAYOUT)
        yield from zip(lengths[found].tolist(), addresses[found].tolist(), strict=True)


def check_heap(blob: Blob, at: int) -> None:
    """Demand that the objects of the global heap at ``at`` fill it to its end (specification, III.E)."""
    size = int.from_bytes(blob.read(at + 8, 8), "little")
    if size > blob.size - at:
        raise FormatError(f"HDF5 global heap of {size} bytes claimed at {at}, past the end of the file")
    position, end = at + HEAP_HEADER, at + size
    for _ in range(HEAP_OBJECTS):
        if end - position < OBJECT_HEADER:
            return
        header = blob.read(position, OBJECT_HEADER)
        length = int.from_bytes(header[8:], "little")
        if header[:2] != b"\0\0":
            length = OBJECT_HEADER + -(-length // 8) * 8
        if not OBJECT_HEADER <= length <= end - position:
            raise FormatError(f"HDF5 global heap at {at}: the object at {position} has {length} bytes")
        position += length
    raise FormatError(f"HDF5 global heap at {at} has more than {HEAP_OBJECTS} objects")

"""A blob as h5py wants its files, with checks of what its library trusts: bounds, cycles, heaps."""

import io
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lintian_ml.blob import Blob
from lintian_ml.container.hdf5_file.superblock import signature_at
from lintian_ml.error import FormatError, LimitError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

READS = 1_000_000
SECTOR = 512
HEAP = b"GCOL\1"
HEAP_HEADER = OBJECT_HEADER = 16
HEAP_OBJECTS = 1 << 16
REFERENCE = 16
VARIABLE = tuple(bytes([version << 4 | 9]) for version in range(1, 6))
"""The first byte of a datatype of variable length: its version and its class."""

_REFERENCES, _BYTES = REFERENCE.to_bytes(4, "little"), b"\1\0\0\0"
"""The widths in such a datatype: of a reference, and of what it refers to."""

REACH = 1 << 12
"""Bytes before its value in which an attribute begins: its name, its type and its extent."""

SEARCH_LIMIT = 4 << 30
"""Bytes that are looked through for attributes at most."""


class Stream(io.RawIOBase):
    """Reads a blob by position; the number of reads is bounded, so that a cycle of addresses ends.

    While names and attributes are read (``walking``), every global heap that is seen is checked before the
    library decodes it: one with an empty free object makes it loop for ever. ``check_texts`` is to be
    called before strings of variable length are read: the library trusts the length that is claimed.
    """

    def __init__(self, blob: Blob) -> None:
        super().__init__()
        self.blob = blob
        self.base = signature_at(blob)
        self.position = 0
        self.walking = True
        self.heaps: dict[int, dict[int, int]] = {}
        self.ranges: list[tuple[int, int]] = []
        self.checked: dict[tuple[bytes, int], tuple[int, bool]] = {}
        self.searched = 0
        self.objects = 0
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

    def check_texts(self, name: bytes, count: int) -> bool:
        """Hold the ``count`` strings of each attribute ``name`` that was seen against the heaps they lie in.

        Return whether such an attribute was seen; FormatError for a string longer than what is stored. What
        was searched for them once is not searched again. After four gigabytes of search nothing more is seen.
        """
        done, seen = self.checked.get((name, count), (0, False))
        width = REFERENCE * count
        for start, end in _united(self.ranges[done:]):
            self.searched += end - start
            if self.searched > SEARCH_LIMIT:
                return False
            first = max(0, start - width - REACH)
            data = self.blob.read(first, min(self.blob.size, end + width) - first)
            for at in _values(data, name):
                if start - width < first + at < end:
                    seen = True
                    for reference in range(at, at + width, REFERENCE):
                        self._check_text(data[reference : reference + REFERENCE])
        self.checked[name, count] = len(self.ranges), seen
        return seen

    def _check_text(self, reference: bytes) -> None:
        """Check one reference: length, address of a heap, number of an object (specification, IV.B)."""
        length, address, number = struct.unpack("<IQI", reference.ljust(REFERENCE, b"\xff"))
        if length == 0 and number == 0:
            return
        address += self.base
        if address > self.blob.size - HEAP_HEADER or self.blob.read(address, len(HEAP)) != HEAP:
            raise FormatError(f"HDF5 string of {length} bytes in a heap at {address}, where there is none")
        there = self.heap(address).get(number, -1)
        if length > there:
            raise FormatError(f"HDF5 string of {length} bytes claimed, but {max(0, there)} are stored")

    def heap(self, at: int) -> dict[int, int]:
        """Return the sizes of the objects of the global heap at ``at``, by their numbers."""
        if at not in self.heaps:
            self.heaps[at] = heap_sizes(self.blob, at)
            self.objects += 1 + len(self.heaps[at])
            if self.objects > 16 * HEAP_OBJECTS:
                raise LimitError("HDF5 file with more than a million strings in attributes")
        return self.heaps[at]

    def _check_heaps(self, start: int, length: int) -> None:
        """Check each heap that begins in a range, or less than a signature before or across its end."""
        first = max(0, start - len(HEAP))
        last = min(self.blob.size, start + length + len(HEAP))
        data = self.blob.read(first, last - first)
        at = data.find(HEAP)
        while at >= 0:
            self.heap(first + at)
            at = data.find(HEAP, at + 1)


def _united(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return sorted ranges that do not touch, which cover the same bytes."""
    united: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return united


def _values(data: bytes, name: bytes) -> Iterator[int]:
    """Yield where the values begin of what looks like an attribute of texts (specification, IV.A.2.m)."""
    at = data.find(name + b"\0")
    while at >= 0:
        for version, header in ((1, 8), (2, 8), (3, 9)):
            start = at - header
            if start < 0 or data[start] != version:
                continue
            sizes = struct.unpack_from("<3H", data, start + 2)
            if sizes[0] != len(name) + 1:
                continue
            steps = [-(-size // 8) * 8 if version == 1 else size for size in sizes]
            kind = data[at + steps[0] : at + steps[0] + 16]
            if kind[:1] in VARIABLE and kind[4:8] == _REFERENCES and kind[12:] == _BYTES:
                yield at + sum(steps)
        at = data.find(name + b"\0", at + 1)


def heap_sizes(blob: Blob, at: int) -> dict[int, int]:
    """Return the sizes of a global heap's objects; FormatError unless they fill it (specification, III.E)."""
    sizes: dict[int, int] = {}
    size = int.from_bytes(blob.read(at + 8, 8), "little")
    if size > blob.size - at:
        raise FormatError(f"HDF5 global heap of {size} bytes claimed at {at}, past the end of the file")
    position, end = at + HEAP_HEADER, at + size
    for _ in range(HEAP_OBJECTS):
        if end - position < OBJECT_HEADER:
            return sizes
        header = blob.read(position, OBJECT_HEADER)
        length = int.from_bytes(header[8:], "little")
        if number := int.from_bytes(header[:2], "little"):
            sizes[number] = length
            length = OBJECT_HEADER + -(-length // 8) * 8
        if not OBJECT_HEADER <= length <= end - position:
            raise FormatError(f"HDF5 global heap at {at}: the object at {position} has {length} bytes")
        position += length
    raise FormatError(f"HDF5 global heap at {at} has more than {HEAP_OBJECTS} objects")

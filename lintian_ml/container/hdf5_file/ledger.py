"""The books of a file: which block holds which bytes, what is noise, and what says nothing."""

import hashlib
from collections.abc import Iterator, Mapping
from itertools import pairwise

from lintian_ml.blob import Blob
from lintian_ml.container.hdf5_file.fields import Fields, Unread
from lintian_ml.container.hdf5_file.lookup3 import checksum
from lintian_ml.error import FormatError, LimitError

LAYOUT = "addresses, sizes and order of blocks"
FORM = "versions, flags and capacities"
TIMES = "times"
ORDER = "order of creation"
STORAGE = "chunking and filters"
LEFTOVERS = "leftovers after names"
COMPRESSED = "compressed chunks"
NOISE = (LAYOUT, FORM, TIMES, ORDER, STORAGE, LEFTOVERS, COMPRESSED)
"""What a writer may choose without meaning: the names under which it is told."""

BLOCKS_LIMIT = 1_000_000
METADATA_LIMIT = 64 << 20
RESIDUE_LIMIT = 16 << 20
HASHED = 64 << 20
"""Compressed bytes that are looked at, at most."""

GAPS = "gaps between blocks"


class Ledger:
    """Takes down every block that is met; no byte may belong to two, and none is left out.

    Addresses are relative to ``base``. The noise of one name is kept as a digest, with its bits counted.
    """

    def __init__(self, blob: Blob, base: int) -> None:
        self.blob = blob
        self.base = base
        self.blocks: dict[int, tuple[int, str]] = {}
        self.metadata = 0
        self.bits: dict[str, int] = {}
        self.residue: dict[str, bytes] = {}
        self._noise: dict[str, hashlib._Hash] = {}
        self._left = RESIDUE_LIMIT
        self._hashed = HASHED

    def lay(self, address: int, length: int, what: str) -> int:
        """Note that a block lies there, and return where in the file; FormatError if that cannot be."""
        start = self.base + address
        if length > self.blob.size - start:
            raise FormatError(f"{what} of {length} bytes at {start} goes past the end of the file")
        if length <= 0:
            return start
        if start in self.blocks:
            raise Unread(f"{what} at {start} lies where there is already {self.blocks[start][1]}")
        if len(self.blocks) >= BLOCKS_LIMIT:
            raise LimitError(f"HDF5 file of more than {BLOCKS_LIMIT} blocks")
        self.blocks[start] = length, what
        return start

    def block(self, address: int, length: int, what: str) -> Fields:
        """Note and read a block."""
        self.metadata += length
        if self.metadata > METADATA_LIMIT:
            raise LimitError(f"HDF5 file of more than {METADATA_LIMIT} bytes beside its data")
        start = self.lay(address, length, what)
        return Fields(self.blob.read(start, length), what, start)

    def peek(self, address: int, length: int) -> bytes:
        """Return bytes of a block whose length is not known yet; fewer where the file ends."""
        start = self.base + address
        return self.blob.read(start, max(0, min(length, self.blob.size - start)))

    def sealed(self, address: int, length: int, what: str, signature: bytes) -> Fields:
        """Note and read a block that begins with a signature and ends in a checksum."""
        fields = self.block(address, length, what)
        fields.constant(signature)
        seal(fields, len(fields.data) - 4)
        fields.data = fields.data[:-4]
        return fields

    def note(self, name: str, data: bytes) -> None:
        """Note what may differ without meaning."""
        if name not in self._noise:
            self._noise[name] = hashlib.sha256()
        self._noise[name].update(data)
        self.bits[name] = self.bits.get(name, 0) + 8 * len(data)

    def hashed(self, name: str, address: int, length: int) -> None:
        """Note bytes of a block that may differ without meaning: all count, but not all are looked at."""
        taken = min(length, self._hashed)
        self._hashed -= taken
        self.note(name, b"")
        for block in self.blob.blocks(self.base + address, taken):
            self._noise[name].update(block)
        self.bits[name] += 8 * length

    def spare(self, what: str, data: bytes) -> None:
        """Note bytes that say nothing; zeros are not kept."""
        if not data.strip(b"\0"):
            return
        self._left -= len(data) + 8
        if self._left < 0:
            raise LimitError(f"HDF5 file with more than {RESIDUE_LIMIT} bytes that say nothing")
        self.residue[what] = self.residue.get(what, b"") + len(data).to_bytes(8, "little") + data

    def noise(self) -> Mapping[str, bytes]:
        """Return the SHA-256 of each kind of noise."""
        return {name: state.digest() for name, state in self._noise.items()}

    def close(self) -> None:
        """Demand that no two blocks overlap, and note what lies between them, but for zeros at its ends."""
        ends = sorted((start, start + length, what) for start, (length, what) in self.blocks.items())
        ends = [(0, 0, ""), *ends, (self.blob.size, self.blob.size, "")]
        for (_, end, one), (start, _, other) in pairwise(ends):
            if start < end:
                raise Unread(f"{one} goes to {end} in the file, where from {start} there is {other}")
            for data in trimmed(self.blob, end, start):
                self.spare(GAPS, data)
        self.note(LAYOUT, self.blob.size.to_bytes(8, "little"))


def trimmed(blob: Blob, start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes of a range without the zeros at its ends, if any are left; LimitError for too many."""
    held = bytearray()
    for block in blob.blocks(start, end - start):
        if not held:
            block = block.lstrip(b"\0")
        held += block
        if len(held) > RESIDUE_LIMIT:
            raise LimitError(f"HDF5 file with more than {RESIDUE_LIMIT} bytes that say nothing at {start}")
    if held:
        yield bytes(held.rstrip(b"\0"))


def seal(fields: Fields, at: int) -> None:
    """Demand that the four bytes at ``at`` are the checksum of those before; else FormatError."""
    if checksum(fields.data[:at]) != int.from_bytes(fields.data[at : at + 4], "little"):
        raise fields.wrong("does not have the checksum that it says")

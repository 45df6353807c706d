"""Sorted tables in files, as LevelDB writes them and TensorFlow after it.

A table has blocks of entries, a block that names them, and a footer of 48 bytes; each block is followed by a
byte for its compression and a masked CRC-32C. Definitions: LevelDB's doc/table_format.md, table/format.cc and
table/block_builder.cc.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from lintian_ml.blob import Blob
from lintian_ml.encoding.plain import held
from lintian_ml.encoding.protobuf import shortest
from lintian_ml.error import FormatError, LimitError

MAGIC = bytes.fromhex("57fb808b247547db")
"""The last 8 bytes of a table."""

FOOTER = 48
TRAILER = 5
TABLE = 32 << 20
"""The most bytes of a table that are read: each is checked against its checksum."""

_RESTART = 16
_MASK = 0xA282EAD8


class Entry(NamedTuple):
    """A key, and its value, which lies in the file from ``offset``."""

    key: bytes
    value: bytes
    offset: int


@dataclass(slots=True)
class Table:
    """A table that is read; ``noise`` holds how entries were cut into blocks, ``residue`` the rest."""

    blob: Blob
    noise: dict[str, bytes] = field(default_factory=dict)
    residue: dict[str, bytes] = field(default_factory=dict)
    _covered: list[tuple[int, int]] = field(default_factory=list)

    def entries(self) -> tuple[Entry, ...]:
        """Return all entries, in order; FormatError where the table is not well-formed."""
        size = self.blob.size
        if size > TABLE:
            raise LimitError(f"a table of {size} bytes is longer than the {TABLE >> 20} MiB that are read")
        if size < FOOTER or self.blob.read(size - 8, 8) != MAGIC:
            raise FormatError("there is no table's magic at the end")
        footer = self.blob.read(size - FOOTER, FOOTER)
        meta, at = _handle(footer, 0)
        index, at = _handle(footer, at)
        if any(footer[at : FOOTER - 8]):
            self.residue["padding of the footer"] = footer[at : FOOTER - 8]
        self._covered.append((size - FOOTER, size))
        extra = self._block(*meta)
        if extra != b"\0\0\0\0\1\0\0\0":
            self.residue["meta index"] = extra
        found = tuple(self._all(self._block(*index), index[0]))
        if any(one.key >= other.key for one, other in pairwise(found)):
            raise FormatError("the keys of the table are not in order")
        self.residue.update(self._gaps())
        return found

    def _all(self, index: bytes, at: int) -> Iterator[Entry]:
        """Yield the entries of all blocks that the index names; the index itself is noise."""
        self.noise["index of the table"] = index
        behind = 0
        for named in _entries(index, at):
            handle, end = _handle(named.value, 0)
            if end != len(named.value):
                raise FormatError(f"the index of the table has an odd entry at offset {named.offset}")
            if handle[0] < behind:
                raise FormatError(f"the block at offset {handle[0]} is not behind the one before it")
            behind = sum(handle) + TRAILER
            block = self._block(*handle)
            found = tuple(_entries(block, handle[0]))
            if _written(found) != block:
                self.noise[f"block at offset {handle[0]}, as written"] = block
            if found and found[-1].key > named.key:
                raise FormatError(f"the block at offset {handle[0]} has keys beyond its index")
            yield from found

    def _block(self, offset: int, length: int) -> bytes:
        if length + TRAILER > self.blob.size:
            raise FormatError(f"a block of {length} bytes is claimed at offset {offset}")
        self._covered.append((offset, offset + length + TRAILER))
        data = self.blob.read(offset, length + TRAILER)
        if data[length]:
            raise FormatError(f"the block at offset {offset} is compressed, by method {data[length]}")
        if masked(crc32c(data[: length + 1])) != int.from_bytes(data[length + 1 :], "little"):
            raise FormatError(f"the block at offset {offset} does not have its checksum")
        return data[:length]

    def _gaps(self) -> Iterator[tuple[str, bytes]]:
        at = 0
        for begin, end in sorted(self._covered):
            if begin < at:
                raise FormatError(f"blocks overlap at offset {begin}")
            if begin > at:
                yield f"bytes {at} to {begin}", held(self.blob, at, begin - at)
            at = end


def _entries(block: bytes, base: int) -> Iterator[Entry]:
    """Yield the entries of a block that lies at ``base``."""
    if len(block) < 4:
        raise FormatError(f"the block at offset {base} has no count of restarts")
    restarts = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 - 4 * restarts
    if end < 0:
        raise FormatError(f"the block at offset {base} claims {restarts} restarts")
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        more, at = _varint(block, at)
        length, at = _varint(block, at)
        if shared > len(key) or at + more + length > end:
            raise FormatError(f"the entry before offset {base + at} is cut short")
        key = key[:shared] + block[at : at + more]
        at += more
        yield Entry(key, block[at : at + length], base + at)
        at += length


def _written(entries: Sequence[Entry]) -> bytes:
    """Return a block as LevelDB's own writer makes it: shortest numbers, a whole key at each 16th entry."""
    data, restarts, before = bytearray(), [0], b""
    for number, entry in enumerate(entries):
        shared = 0
        if number % _RESTART == 0:
            restarts[number // _RESTART :] = [len(data)]
        else:
            most = min(len(before), len(entry.key))
            shared = next((at for at in range(most) if before[at] != entry.key[at]), most)
        for value in (shared, len(entry.key) - shared, len(entry.value)):
            data += _encoded(value)
        data += entry.key[shared:] + entry.value
        before = entry.key
    for place in (*restarts, len(restarts)):
        data += place.to_bytes(4, "little")
    return bytes(data)


def _handle(data: bytes, at: int) -> tuple[tuple[int, int], int]:
    """Return a block's offset and length, in shortest form, and where they end."""
    offset, middle = _varint(data, at)
    length, end = _varint(data, middle)
    if middle - at != shortest(offset) or end - middle != shortest(length):
        raise FormatError("the place of a block is not in the shortest form")
    return (offset, length), end


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for step, byte in enumerate(data[at : at + 10]):
        value |= (byte & 0x7F) << 7 * step
        if byte < 0x80:
            return value, at + step + 1
    raise FormatError(f"a number of the table, at offset {at} of its block, is cut short or too long")


def _encoded(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data.append(value)
    return bytes(data)


@cache
def _remainders() -> tuple[int, ...]:
    """Return the remainders of all bytes by Castagnoli's polynomial, bits reversed."""
    table = list(range(256))
    for _ in range(8):
        table = [value >> 1 ^ (0x82F63B78 if value & 1 else 0) for value in table]
    return tuple(table)


def crc32c(data: bytes) -> int:
    """Return the CRC-32C of data (RFC 3720, appendix B.4)."""
    table, value = _remainders(), 0xFFFFFFFF
    for byte in data:
        value = table[(value ^ byte) & 0xFF] ^ value >> 8
    return value ^ 0xFFFFFFFF


def masked(crc: int) -> int:
    """Return a checksum as LevelDB stores it, so that checksums of checksums stay sound."""
    return ((crc >> 15 | crc << 17) + _MASK) & 0xFFFFFFFF

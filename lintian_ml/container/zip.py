"""Zip archives, read from a blob: the directory first, each member's bytes on demand, within limits.

Tolerant as PyTorch's own reader is: flag bits and checksums decide nothing, and what contradicts itself but
can be read is read. ``remarks`` and ``checksum_differs`` tell of such things.
"""

import bz2
import lzma
import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from lintian_ml.blob import Blob
from lintian_ml.container.codec import XZ, ZST, Codec, Inflater, Loaded
from lintian_ml.container.directory import Entry, decoded, locate, read_directory, widened
from lintian_ml.container.limits import Limits
from lintian_ml.container.stream import CHUNK, Budget, Reader, budget
from lintian_ml.error import FormatError, LimitError

__all__ = ["Entry", "blocks", "checksum_differs", "member_blob", "read_directory", "remarks"]

MEMBER = 256 << 20
"""Bytes that a member unpacked in memory may have, unless the caller says otherwise."""

_LOCAL = struct.Struct("<4s 2x H H 4x I I I H H")
_ENCRYPTED, _END_MARK, _DEFERRED = 1, 1 << 1, 1 << 3
_LZMA = 14
_REMARKS = 20
_DEFAULT = Limits()


def _load_deflate(limits: Limits) -> Loaded:
    del limits
    return (lambda: Inflater(-15)), (zlib.error,)


def _load_bz2(limits: Limits) -> Loaded:
    del limits
    return bz2.BZ2Decompressor, (OSError, ValueError)


def _load_lzma(limits: Limits) -> Loaded:
    return (lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, limits.xz_memory)), (lzma.LZMAError, ValueError)


def _never(head: bytes) -> bool:
    """A member is one stream: none follows it."""
    del head
    return False


_CODECS = {
    8: Codec("deflated", _never, _load_deflate),
    12: Codec("bzip2", _never, _load_bz2),
    _LZMA: Codec("LZMA", _never, _load_lzma),
    93: Codec("Zstandard", ZST.matches, ZST.load),
    95: Codec("XZ", XZ.matches, XZ.load),
}
"""By method, as APPNOTE 4.4.5 numbers them."""


class _Run:
    """The compressed bytes of a member, from front to back."""

    def __init__(self, blob: Blob) -> None:
        self.blob = blob
        self.at = 0

    def read(self, length: int, /) -> bytes:
        """Return at most ``length`` bytes; none only at the end."""
        data = self.blob.read(self.at, min(length, self.blob.size - self.at))
        self.at += len(data)
        return data


def member_blob(blob: Blob, entry: Entry, at_most: int = MEMBER, limits: Limits | Budget = _DEFAULT) -> Blob:
    """Return the bytes of a member: a part of ``blob`` if they are stored, else unpacked in memory.

    LimitError if more than ``at_most`` bytes would be unpacked; FormatError if the member cannot be read.
    """
    if entry.method == 0:
        return blob.part(_local(blob, entry).data, entry.size, entry.name)
    if entry.size > at_most:
        raise LimitError(f"{entry.name}: unpacks to {entry.size} bytes, {at_most} are allowed")
    return Blob(b"".join(blocks(blob, entry, limits)), entry.name)


def blocks(blob: Blob, entry: Entry, limits: Limits | Budget = _DEFAULT) -> Iterator[bytes]:
    """Yield the bytes of a member, ``entry.size`` in all, unpacked as they are asked for.

    FormatError if they are damaged, or more or fewer than the directory says; LimitError if they pass the
    limits, or no library is there for the method.
    """
    offset = _local(blob, entry).data
    if entry.method == 0:
        yield from blob.blocks(offset, entry.size)
        return
    left = entry.size
    for data in _unpacked(blob, entry, offset, limits):
        left -= len(data)
        if left < 0:
            raise FormatError(
                f"{entry.name}: unpacks to more than the {entry.size} bytes in the zip directory"
            )
        yield data
    if left:
        raise FormatError(
            f"{entry.name}: unpacks to {left} bytes fewer than the {entry.size} in the zip directory"
        )


def checksum_differs(blob: Blob, entry: Entry, limits: Limits | Budget = _DEFAULT) -> bool:
    """Whether the member's bytes, which are all read, have another CRC-32 than the directory says."""
    crc = 0
    for data in blocks(blob, entry, limits):
        crc = zlib.crc32(data, crc)
    return crc != entry.crc


def remarks(blob: Blob, entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """Return a sentence for each thing in which the archive contradicts itself; some 20 at most.

    Compared are the directory, the local headers, and where the members lie; their bytes are not read.
    """
    found = tuple(islice(_contradictions(blob, entries), _REMARKS + 1))
    if len(found) <= _REMARKS:
        return found
    return (*found[:_REMARKS], "the zip archive contradicts itself in more places than are listed here")


@dataclass(frozen=True, slots=True)
class _Local:
    """A local header: what it says of its member, and the offset of the data that follows."""

    name: str
    flags: int
    method: int
    compressed: int
    size: int
    data: int


def _local(blob: Blob, entry: Entry) -> _Local:
    try:
        magic, flags, method, _, compressed, size, name, extra = _LOCAL.unpack(
            blob.read(entry.offset, _LOCAL.size)
        )
        if magic != b"PK\3\4":
            raise FormatError(f"no local header at byte {entry.offset}")
        rest = blob.read(entry.offset + _LOCAL.size, name + extra)
    except FormatError as error:
        raise FormatError(f"{entry.name}: {error}") from error
    size, compressed = widened(rest[name:], (size, compressed))
    data = entry.offset + _LOCAL.size + name + extra
    return _Local(decoded(rest[:name], flags), flags, method, compressed, size, data)


def _unpacked(blob: Blob, entry: Entry, offset: int, limits: Limits | Budget) -> Iterator[bytes]:
    codec = _CODECS.get(entry.method)
    if codec is None:
        raise LimitError(f"{entry.name}: compressed by method {entry.method}, which is not supported")
    try:
        source = _Run(blob.part(offset, entry.compressed))
        head = _alone_header(source, entry) if entry.method == _LZMA else b""
        reader = Reader(source, codec, budget(limits), head)
        while data := reader.read1(CHUNK):
            yield data
    except FormatError as error:
        raise FormatError(f"{entry.name}: {error}") from error


def _alone_header(source: _Run, entry: Entry) -> bytes:
    """Make the header of an .lzma file of the member's own (APPNOTE 5.8.8): version, length 5, properties."""
    own = source.read(9)
    if len(own) < 9 or own[2:4] != b"\5\0":
        raise FormatError("its LZMA properties are malformed")
    size = (1 << 64) - 1 if entry.flags & _END_MARK else entry.size
    return own[4:] + size.to_bytes(8, "little")


def _contradictions(blob: Blob, entries: tuple[Entry, ...]) -> Iterator[str]:
    directory = locate(blob)
    if directory.base:
        yield f"{directory.base} bytes precede the zip archive"
    if directory.count != len(entries):
        yield f"the end of the zip archive counts {directory.count} members, its directory has {len(entries)}"
    names = Counter(entry.name for entry in entries)
    yield from (f"{name}: is {count} members of one name" for name, count in names.items() if count > 1)
    spans = []
    for entry in entries:
        try:
            local = _local(blob, entry)
        except FormatError as error:
            yield str(error)
            continue
        spans.append((entry.offset, local.data + entry.compressed, entry.name))
        yield from (f"{entry.name}: {what}" for what in _differences(entry, local))
    spans.append((directory.offset, directory.offset + directory.size, "the directory"))
    for before, after in pairwise(sorted(spans)):
        if before[1] > after[0]:
            yield f"{before[2]}: overlaps {after[2]}"


def _differences(entry: Entry, local: _Local) -> Iterator[str]:
    """Yield what a member's row and its local header disagree on; sizes may follow the data instead."""
    if (entry.flags | local.flags) & _ENCRYPTED:
        yield "is marked as encrypted"
    if entry.name != local.name:
        yield f"is {local.name!r} in its local header"
    if entry.method != local.method:
        yield f"is compressed by method {entry.method}, or {local.method} in its local header"
    if entry.method == 0 and entry.compressed != entry.size:
        yield f"is stored, but its sizes are {entry.compressed} and {entry.size}"
    sizes = (local.compressed, local.size)
    deferred = local.flags & _DEFERRED and not any(sizes)
    if not deferred and sizes != (entry.compressed, entry.size):
        yield f"has other sizes in its local header: {local.compressed} and {local.size}"

"""The central directory of a zip archive (PKWARE's APPNOTE 6.3, sections 4.3 to 4.5), found from the end."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.container.limits import Limits
from lintian_ml.error import FormatError, LimitError

_SIZE = 64 << 20
"""Bytes that a directory may have."""

_END = struct.Struct("<4x 6x H I I H")
_LOCATOR = struct.Struct("<4s 4x Q 4x")
_END64 = struct.Struct("<4s 28x Q Q Q")
_ROW = struct.Struct("<4s 4x H H 4x I I I H H H 8x I")
_UNICODE = 1 << 11
_FULL = 0xFFFFFFFF
_OVERLAP = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the directory: ``method`` 0 is stored, 8 deflated; ``offset`` is that of the local header.

    ``compressed`` and ``size``, both in bytes, are what the archive claims.
    """

    name: str
    method: int
    flags: int
    crc: int
    compressed: int
    size: int
    offset: int


@dataclass(frozen=True, slots=True)
class Directory:
    """Where the directory lies: ``size`` bytes from ``offset``, ``count`` rows.

    The offsets of its rows count from ``base``: 0, or the length of what was put before the archive.
    """

    offset: int
    size: int
    count: int
    base: int


def read_directory(blob: Blob, limits: Limits) -> tuple[Entry, ...]:
    """Return the rows of the directory, in their order.

    FormatError if there is no end record or a row is damaged. LimitError if there are too many rows, or if
    the members claim many times the bytes that there are, as they do in a bomb whose members overlap.
    """
    directory = locate(blob)
    if directory.size > _SIZE:
        raise LimitError(f"the zip directory has {directory.size} bytes, {_SIZE} are allowed")
    entries = tuple(_rows(blob.read(directory.offset, directory.size), directory, limits.zip_members))
    claimed = sum(entry.compressed if entry.method else min(entry.size, blob.size) for entry in entries)
    if claimed > _OVERLAP * blob.size:
        raise LimitError(f"the members of the zip archive claim {claimed} bytes, but it has {blob.size}")
    return entries


def locate(blob: Blob) -> Directory:
    """Find the directory by the last end record; FormatError if there is none, or it points nowhere."""
    length = min(blob.size, (1 << 16) + _END.size - 1)
    tail = blob.read(blob.size - length, length)
    at = tail.rfind(b"PK\5\6", 0, max(0, length - _END.size + 4))
    if at < 0:
        raise FormatError("the zip archive has no end record: it is truncated, or no zip archive")
    end = blob.size - length + at
    count, size, offset, _ = _END.unpack_from(tail, at)
    if end >= _LOCATOR.size:
        wide = _locate64(blob, end - _LOCATOR.size)
        if wide:
            end, count, size, offset = wide
    return _checked(blob, Directory(offset, size, count, 0), end)


def _locate64(blob: Blob, at: int) -> tuple[int, int, int, int] | None:
    """Return where the zip64 end record is, its count, size and offset; None if no locator is at ``at``."""
    magic, end = _LOCATOR.unpack(blob.read(at, _LOCATOR.size))
    if magic != b"PK\6\7":
        return None
    for place in (end, at - _END64.size):
        if 0 <= place <= at - _END64.size:
            magic, count, size, offset = _END64.unpack(blob.read(place, _END64.size))
            if magic == b"PK\6\6":
                return place, count, size, offset
    raise FormatError(f"the zip64 end record is not at byte {end}, where its locator points")


def _checked(blob: Blob, claimed: Directory, end: int) -> Directory:
    """Return the directory where it is claimed to be, or else as far before ``end`` as it is long."""
    if claimed.size > end:
        raise FormatError(
            f"the zip directory claims {claimed.size} bytes before its end record at byte {end}"
        )
    shifted = end - claimed.size
    if claimed.size == 0 or claimed.offset == shifted:
        return Directory(shifted, claimed.size, claimed.count, 0)
    if claimed.offset < shifted and blob.read(claimed.offset, 4) == b"PK\1\2":
        return claimed
    if claimed.offset < shifted and blob.read(shifted, 4) == b"PK\1\2":
        return Directory(shifted, claimed.size, claimed.count, shifted - claimed.offset)
    raise FormatError(f"the zip directory is not at byte {claimed.offset}, where the end record points")


def _rows(data: bytes, directory: Directory, allowed: int) -> Iterator[Entry]:
    """Yield the rows as long as there are bytes: archives of old programs count them modulo 65536."""
    at = seen = 0
    while data[at : at + 4] == b"PK\1\2" and at + _ROW.size <= len(data):
        _, flags, method, crc, compressed, size, name_length, extra_length, comment_length, offset = (
            _ROW.unpack_from(data, at)
        )
        start = at + _ROW.size
        at = start + name_length + extra_length + comment_length
        seen += 1
        if at > len(data):
            raise FormatError(f"row {seen} of the zip directory is longer than the directory")
        if seen > allowed:
            raise LimitError(f"the zip archive has more than the {allowed} members allowed")
        extra = data[start + name_length : start + name_length + extra_length]
        size, compressed, offset = widened(extra, (size, compressed, offset))
        name = decoded(data[start : start + name_length], flags)
        yield Entry(name, method, flags, crc, compressed, size, offset + directory.base)
    if seen < directory.count and seen % (1 << 16) != directory.count:
        raise FormatError(
            f"row {seen + 1} of the {directory.count} of the zip directory is damaged or missing"
        )


def widened(extra: bytes, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Return ``numbers``, each that is 2^32 - 1 replaced from the zip64 field of ``extra`` if it is there."""
    at = 0
    while _FULL in numbers and at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            field = memoryview(extra)[at + 4 : at + 4 + length]
            values = iter(struct.unpack_from(f"<{len(field) // 8}Q", field))
            return tuple(next(values, number) if number == _FULL else number for number in numbers)
        at += 4 + length
    return numbers


def decoded(name: bytes, flags: int) -> str:
    """Return a name, cut at a NUL: UTF-8 where the flags say so and it is, else code page 437."""
    name = name.partition(b"\0")[0]
    if flags & _UNICODE:
        try:
            return name.decode()
        except UnicodeDecodeError:
            pass
    return name.decode("cp437")

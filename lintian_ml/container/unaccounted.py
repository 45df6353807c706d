"""The bytes of a zip archive that belong to no member: what may differ freely, and what hides there."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lintian_ml.blob import Blob
from lintian_ml.container.directory import Entry, locate
from lintian_ml.error import FormatError

_LOCAL = struct.Struct("<4s 22x H H")
_ROW = struct.Struct("<4s 24x H H H 12x")
_DESCRIPTOR = b"PK\7\b"
_DEFERRED = 1 << 3
_MOST_NOISE = 8 << 20
_MOST_HEADERS = 100_000

Run = tuple[str, int, int]
"""What some bytes are, where they begin, and how many there are."""


@dataclass(frozen=True, slots=True)
class Unaccounted:
    """``residue`` is what nothing asks for; ``noise`` the directory and the local headers, with
    the members' order, times and attributes."""

    residue: tuple[Run, ...]
    noise: dict[str, bytes]


def unaccounted(blob: Blob, entries: tuple[Entry, ...]) -> Unaccounted:
    """Go through an archive from its first byte to its last; the members' own bytes are not read."""
    directory = locate(blob)
    headers = (blob.read(entry.offset, _LOCAL.size - 4) for entry in islice(entries, _MOST_HEADERS))
    noise = {"zip local headers": b"".join(headers)}
    if directory.size <= _MOST_NOISE:
        noise["zip directory"] = blob.read(directory.offset, directory.size)
    runs = (
        *_around_members(blob, entries, directory.offset, directory.size),
        *_in_rows(blob, directory.offset, noise),
    )
    return Unaccounted(runs, noise)


def _around_members(blob: Blob, entries: tuple[Entry, ...], start: int, size: int) -> Iterator[Run]:
    """Yield the gaps between members, directory and end records, and extra fields that are no padding."""
    position = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset > position:
            yield f"bytes at {position}", position, entry.offset - position
        extra, length = _extra(blob, entry)
        if not _is_padding(blob.read(extra, length)):
            yield f"extra field of {entry.name}", extra, length
        end = extra + length + entry.compressed
        position = max(position, end + _descriptor(blob, entry, end))
    if start > position:
        yield f"bytes at {position}", position, start - position
    end = _end_of_records(blob, start + size)
    if blob.size > end:
        yield f"bytes at {end}", end, blob.size - end


def _extra(blob: Blob, entry: Entry) -> tuple[int, int]:
    magic, name, length = _LOCAL.unpack(blob.read(entry.offset, _LOCAL.size))
    if magic != b"PK\3\4":
        raise FormatError(f"{entry.name}: no local header at byte {entry.offset}")
    return entry.offset + _LOCAL.size + name, length


def _is_padding(extra: bytes) -> bool:
    """Whether extra fields are sizes of zip64, or PyTorch's padding: an "FB" field of the letter Z."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        body, extra = extra[4 : 4 + length], extra[4 + length :]
        padding = kind == 0x4246 and not body.strip(b"Z")
        if len(body) != length or not (padding or (kind == 1 and length % 8 == 0)):
            return False
    return not extra


def _descriptor(blob: Blob, entry: Entry, end: int) -> int:
    """Return the length of the data descriptor behind a member: one that repeats what the directory says."""
    for form in ("<4sIII", "<4sIQQ"):
        length = struct.calcsize(form)
        wanted = (_DESCRIPTOR, entry.crc, entry.compressed, entry.size)
        there = entry.flags & _DEFERRED and end + length <= blob.size
        if there and struct.unpack(form, blob.read(end, length)) == wanted:
            return length
    return 0


def _end_of_records(blob: Blob, end: int) -> int:
    """Return where the end records behind the directory stop: those of zip64, if any, and the usual one."""
    for magic, length in ((b"PK\6\6", 56), (b"PK\6\7", 20), (b"PK\5\6", 22)):
        if end + length <= blob.size and blob.read(end, 4) == magic:
            end += length
    return end


def _in_rows(blob: Blob, offset: int, noise: dict[str, bytes]) -> Iterator[Run]:
    """Yield the extra fields and comments in the rows of the directory."""
    data, at = noise.get("zip directory", b""), 0
    while at + _ROW.size <= len(data):
        _, name, extra, comment = _ROW.unpack_from(data, at)
        start = at + _ROW.size + name
        if not _is_padding(data[start : start + extra]):
            yield f"extra field at {offset + start}", offset + start, extra
        if comment:
            yield f"comment at {offset + start + extra}", offset + start + extra, comment
        at = start + extra + comment

"""The fields of tar headers; what is not well-formed raises ValueError, with half a sentence."""

import enum
import re
import struct
from typing import NamedTuple
from zlib import adler32

BLOCK = 512
"""Bytes of a header, and the unit that data is padded to."""

_LAYOUT = struct.Struct("100s 24x 12s 12x 8x c 100s 6s 82x 155s 12x")
_HERE = re.compile(r"(?:\./+)+")
_KEPT = frozenset(
    b"path linkpath size GNU.sparse.name GNU.sparse.major GNU.sparse.minor GNU.sparse.size "
    b"GNU.sparse.realsize GNU.sparse.map GNU.sparse.numblocks".split()
)


class Kind(enum.Enum):
    """What a member is; OTHER is a volume label or the rest of a file that another volume begins."""

    FILE = "file"
    LINK = "link"
    SYMLINK = "symlink"
    DIRECTORY = "directory"
    DEVICE = "device"
    FIFO = "fifo"
    OTHER = "other"


KINDS = {
    b"1": Kind.LINK,
    b"2": Kind.SYMLINK,
    b"3": Kind.DEVICE,
    b"4": Kind.DEVICE,
    b"5": Kind.DIRECTORY,
    b"6": Kind.FIFO,
    b"D": Kind.DIRECTORY,
    b"M": Kind.OTHER,
    b"V": Kind.OTHER,
}
"""By type flag; whatever is not here is a file, as POSIX demands of types that are not understood."""

BODILESS = frozenset((Kind.LINK, Kind.SYMLINK, Kind.DEVICE, Kind.FIFO))
"""What no data follows, whatever the size field says; of directories it follows those of flag D alone."""


class Header(NamedTuple):
    """The fields that matter here, as they are stored."""

    name: bytes
    size: bytes
    flag: bytes
    link: bytes
    magic: bytes
    prefix: bytes

    def path(self) -> bytes:
        """Return prefix and name; only POSIX headers have a prefix, GNU ones put times there."""
        if self.prefix[0] and self.magic == b"ustar\0":
            return cut(self.prefix) + b"/" + cut(self.name)
        return cut(self.name)


def parse(block: bytes) -> Header:
    """Return the fields of a header whose checksum is right."""
    if len(block) < BLOCK:
        raise ValueError("it ends within a header")
    _verify(block)
    return Header._make(_LAYOUT.unpack(block))


def _verify(block: bytes) -> None:
    """Compare the checksum: the sum of all bytes, where the field itself counts as spaces.

    The low half of an Adler-32 is one more than the sum of at most 256 bytes. Some old programs summed signed
    bytes.
    """
    field = block[148:156]
    total = (adler32(block[:256]) & 0xFFFF) + (adler32(block[256:]) & 0xFFFF) - 2
    total += 8 * 0x20 - sum(field)
    stored = number(field)
    if stored == total:
        return
    negative = sum(byte > 127 for byte in block[:148] + block[156:])
    if stored != total - 256 * negative:
        raise ValueError("a header's checksum is wrong")


def number(field: bytes) -> int:
    """Return the value of octal digits (blank: 0), or of GNU's big-endian binary, which begins with 0x80."""
    digits = field.rstrip(b"\0 ")
    if digits.isdigit():
        return int(digits, 8)
    if field[0] & 0x80:
        return _binary(field)
    digits = field.removeprefix(b"\0").lstrip(b" ").partition(b"\0")[0].partition(b" ")[0]
    if digits and not digits.isdigit():
        raise ValueError(f"{field!r} stands where a number must be")
    return int(digits or b"0", 8)


def _binary(field: bytes) -> int:
    value = int.from_bytes(field[1:], "big")
    if field[0] != 0x80 or value >= 1 << 63:
        raise ValueError(f"{field!r} is no size")
    return value


def decimal(digits: bytes) -> int:
    """Return the value of decimal digits, less than 2^63."""
    if not digits.isdigit() or len(digits) > 19 or int(digits) >= 1 << 63:
        raise ValueError(f"{digits[:40]!r} is no size")
    return int(digits)


def records(data: bytes) -> dict[bytes, bytes]:
    """Return those pax records that matter here; each is "LENGTH KEY=VALUE" and a line feed."""
    found = {}
    at = 0
    while at < len(data) and data[at]:
        space = data.find(b" ", at, at + 12)
        digits = data[at:space] if space > at else b""
        end = at + int(digits) if digits.isdigit() else 0
        key, equals, value = data[space + 1 : end - 1].partition(b"=")
        if end <= space + 1 or end > len(data) or not equals or data[end - 1] != 0x0A:
            raise ValueError("a pax record is malformed")
        if key in _KEPT:
            found[key] = value
        at = end
    return found


def cut(field: bytes) -> bytes:
    """Return what stands before the first NUL."""
    return field.partition(b"\0")[0]


def text(name: bytes) -> str:
    """Return a name, cut at a NUL, as UTF-8 in which other bytes are surrogate escapes."""
    return cut(name).decode("utf-8", "surrogateescape")


def path(name: bytes) -> str:
    """Return a name without a leading "./" and without slashes at its end; "." for the archive's own root."""
    found = text(name)
    if found.startswith("./"):
        found = _HERE.sub("", found, count=1) or "."
    return found.rstrip("/") or found[:1] if found.endswith("/") else found

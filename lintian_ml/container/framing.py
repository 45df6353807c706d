"""All of a zip archive but its members' bytes, named and held: what zip asks for, and what it does not.

Unlike ``unaccounted``, which tells of the runs that hide something, this keeps every byte, so that two
archives can be compared whole.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.container.directory import Entry, locate
from lintian_ml.error import LimitError

FRAMING = ("zip header of *", "bytes after *", "zip directory", "end of the zip archive")
"""The names of what zip asks for, on a format's list of noise: orders, times, attributes, versions."""

MOST = 16 << 20
"""Bytes of a header, or of what lies between members, that are kept at most."""

_LOCAL, _ROW, _ZIP64_EXTRA = 30, 46, 20
_DESCRIPTORS = (12, 16, 20, 24)
_ENDS = (22, 22 + 20 + 56)
_DESCRIPTOR_FOLLOWS = 1 << 3


@dataclass(frozen=True, slots=True)
class Framed:
    """``noise`` is what zip asks for; ``residue`` extra fields (but that of zip64), comments, and what lies
    where nothing should.
    """

    noise: Mapping[str, bytes]
    residue: Mapping[str, bytes]


def framed(blob: Blob, entries: tuple[Entry, ...]) -> Framed:
    """Go through an archive from its first byte to its last; the members' own bytes are not read.

    LimitError where more lies between them than can be kept.
    """
    pieces = tuple(_pieces(blob, entries))
    noise, residue = ({name: data for name, data, asked in pieces if asked is kind} for kind in (True, False))
    return Framed(noise, residue)


def _pieces(blob: Blob, entries: tuple[Entry, ...]) -> Iterator[tuple[str, bytes, bool]]:
    """Yield name and bytes of all that lies outside the members, and whether zip asks for it."""
    directory = locate(blob)
    ordered = sorted(entries, key=lambda entry: entry.offset)
    starts = [*(entry.offset for entry in ordered), directory.offset]
    yield from _piece(blob, "bytes before the archive", 0, starts[0], False)
    rows = 0
    for entry, following in zip(ordered, starts[1:], strict=True):
        fixed = blob.read(entry.offset, _LOCAL)
        name, extra = (int.from_bytes(fixed[at : at + 2], "little") for at in (26, 28))
        rows += _ROW + name
        data = entry.offset + _LOCAL + name + extra
        yield from _piece(blob, f"zip header of {entry.name}", entry.offset, data, extra in (0, _ZIP64_EXTRA))
        described = (
            bool(entry.flags & _DESCRIPTOR_FOLLOWS) and following - data - entry.compressed in _DESCRIPTORS
        )
        yield from _piece(blob, f"bytes after {entry.name}", data + entry.compressed, following, described)
    end = directory.offset + directory.size
    yield from _piece(blob, "zip directory", directory.offset, end, directory.size == rows)
    yield from _piece(blob, "end of the zip archive", end, blob.size, blob.size - end in _ENDS)


def _piece(blob: Blob, name: str, start: int, end: int, asked: bool) -> Iterator[tuple[str, bytes, bool]]:
    if end - start > MOST:
        raise LimitError(f"zip archive: {name}: {end - start} bytes; at most {MOST} are kept")
    if end > start:
        yield name, blob.read(start, end - start), asked

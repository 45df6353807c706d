"""Values of attributes, and of datasets that refer elsewhere, told by what they mean and not by addresses."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lintian_ml.container.hdf5_file.datatype import STRING, VARIABLE, Held, Kind, Place
from lintian_ml.container.hdf5_file.fields import UNDEFINED, Fields
from lintian_ml.container.hdf5_file.heap_global import GlobalHeaps
from lintian_ml.container.hdf5_file.ledger import LAYOUT
from lintian_ml.error import LimitError

_TEXT = 1
"""The kind of a type of variable length that holds texts."""

SHORT = 64
"""Bytes up to which a value is told in full, in hexadecimal digits; of longer ones by their SHA-256."""

PLACES_LIMIT = 2_000_000

HELD_LIMIT = 256 << 20
"""Bytes to which places may refer: more than there can be, unless many refer to the same."""


@dataclass(slots=True)
class Values:
    """Tells values; ``paths`` has the name of each object by the address of its header."""

    heaps: GlobalHeaps
    paths: Mapping[int, bytes]
    places: int = 0
    left: int = HELD_LIMIT

    def told(self, raw: Fields, kind: Kind) -> object:
        """Return elements as plain data: their bytes, and apart from them what lies elsewhere."""
        if not kind.places:
            return told(raw.data)
        held = hashlib.sha256()
        blanked = bytearray(raw.data)
        for data in self._held(raw, kind, blanked):
            held.update(len(data).to_bytes(8, "little") + data)
        return {"plain": told(bytes(blanked)), "held": held.hexdigest()}

    def texts(self, raw: Fields, kind: Kind) -> list[bytes]:
        """Return the bytes of texts, one for each element; none where the elements are no texts."""
        if kind.code == STRING:
            starts = range(0, len(raw.data), kind.width or 1)
            return [raw.data[start : start + kind.width].rstrip(b"\0") for start in starts]
        if kind.code == VARIABLE and kind.bits & 15 == _TEXT and not (kind.inner and kind.inner.places):
            return [*self._held(raw, kind, bytearray(raw.data))]
        return []

    def _held(self, raw: Fields, kind: Kind, blanked: bytearray) -> Iterator[bytes]:
        """Yield what the elements refer to, and blank where they do so."""
        count = len(raw.data) // kind.width if kind.width else 0
        self.places += count * len(kind.places)
        if self.places > PLACES_LIMIT:
            raise LimitError(f"HDF5 file with more than {PLACES_LIMIT} texts, sequences and references")
        for start in range(0, count * kind.width, kind.width):
            for place in kind.places:
                at = start + place.offset
                width = 16 if place.held is Held.VARIABLE else 8
                blanked[at : at + width] = bytes(width)
                yield from self._one(Fields(raw.data[at : at + width], raw.what, raw.origin + at), place)

    def _one(self, fields: Fields, place: Place) -> Iterator[bytes]:
        """Yield what one place refers to: nothing is told apart from what is empty."""
        if place.held is Held.OBJECT:
            yield self._path(fields)
        elif place.inner is None:
            raise fields.unread("has references of a kind that is not read")
        else:
            yield from self._sequence(fields, place.inner)

    def _path(self, fields: Fields) -> bytes:
        address = fields.number(8)
        if address in (0, UNDEFINED):
            return b""
        if address not in self.paths:
            raise fields.unread(f"refers to an object at {address}, to which no link leads")
        self.heaps.ledger.note(LAYOUT, fields.data)
        return b"/" + self.paths[address]

    def _sequence(self, fields: Fields, inner: Kind) -> Iterator[bytes]:
        """Yield the elements of a sequence, and what these refer to."""
        count, address, number = fields.number(4), fields.number(8), fields.number(4)
        self.heaps.ledger.note(LAYOUT, fields.data[4:])
        if not count:
            yield b""
            return
        length = count * inner.width
        data = self.heaps.held(address, number, length, fields)
        self.left -= length
        if self.left < 0:
            raise LimitError(f"HDF5 file with more than {HELD_LIMIT} bytes of texts and sequences")
        if not inner.places:
            yield data
            return
        blanked = bytearray(data)
        yield from self._held(Fields(data, fields.what, fields.origin), inner, blanked)
        yield bytes(blanked)


def told(data: bytes) -> str:
    """Return bytes in hexadecimal digits, or the SHA-256 of many."""
    return data.hex() if len(data) <= SHORT else f"sha256:{hashlib.sha256(data).hexdigest()}"

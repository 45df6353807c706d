"""Values of attributes, and of datasets that refer elsewhere, told by what they mean and not by addresses."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lintian_ml.container.hdf5_file.datatype import STRING, Held, Kind, Place
from lintian_ml.container.hdf5_file.fields import UNDEFINED, Fields
from lintian_ml.container.hdf5_file.heap_global import GlobalHeaps
from lintian_ml.container.hdf5_file.ledger import LAYOUT
from lintian_ml.error import LimitError

SHORT = 64
"""Bytes up to which a value is told in full, in hexadecimal digits; of longer ones by their SHA-256."""

PLACES_LIMIT = 2_000_000


@dataclass(slots=True)
class Values:
    """Tells values; ``paths`` has the name of each object by the address of its header."""

    heaps: GlobalHeaps
    paths: Mapping[int, bytes]
    places: int = 0

    def told(self, raw: Fields, kind: Kind) -> object:
        """Return elements as plain data: their bytes, and apart from them what lies elsewhere."""
        if not kind.places:
            return told(raw.data)
        held = hashlib.sha256()
        blanked = bytearray(raw.data)
        for data in self._held(raw, kind, blanked):
            held.update(len(data).to_bytes(8, "little") + data)
        return {"plain": told(bytes(blanked)), "held": held.hexdigest()}

    def text(self, raw: Fields, kind: Kind) -> bytes | None:
        """Return the bytes of a single text; None for anything else."""
        if not kind.is_text or len(raw.data) != kind.width:
            return None
        if kind.code == STRING:
            return raw.data.rstrip(b"\0")
        return b"".join(self._held(raw, kind, bytearray(raw.data)))

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
            raise fields.wrong("has references of a kind that is not read")
        else:
            yield from self._sequence(fields, place.inner)

    def _path(self, fields: Fields) -> bytes:
        address = fields.number(8)
        if address in (0, UNDEFINED):
            return b""
        if address not in self.paths:
            raise fields.wrong(f"refers to an object at {address}, to which no link leads")
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
        if not inner.places:
            yield data
            return
        blanked = bytearray(data)
        yield from self._held(Fields(data, fields.what, fields.origin), inner, blanked)
        yield bytes(blanked)


def told(data: bytes) -> str:
    """Return bytes in hexadecimal digits, or the SHA-256 of many."""
    return data.hex() if len(data) <= SHORT else f"sha256:{hashlib.sha256(data).hexdigest()}"

"""Types of elements, told apart by all that they say (specification, IV.A.2.d).

Versions 4 and 5 (HDF5 1.12 and 2.0) are written like version 3; they add kinds of references and numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from lintian_ml.container.hdf5_file.fields import Fields
from lintian_ml.container.hdf5_file.ledger import FORM, Ledger

NESTING_LIMIT = 16
PLACES_LIMIT = 4096
FIXED, FLOAT, TIME, STRING, BITS, OPAQUE, COMPOUND, REFERENCE, ENUMERATION, VARIABLE, ARRAY = range(11)
_PROPERTIES = {FIXED: (2, 2), FLOAT: (2, 2, 1, 1, 1, 1, 4), TIME: (2,), BITS: (2, 2)}
"""The widths of the properties that follow the types that have no other parts."""

_ORDERS = {FIXED: 1, FLOAT: 0x41, TIME: 1, BITS: 1}
"""Which bits of a class's flags tell the byte order."""


class Held(Enum):
    """What lies at a place in an element that refers elsewhere."""

    VARIABLE = "variable"
    OBJECT = "object"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element holds an address: byte offset, of what, and the type of a sequence's elements."""

    offset: int
    held: Held
    inner: "Kind | None" = None


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a compound type: its name, where it begins in an element, its extents, and its type."""

    name: bytes
    offset: int
    extents: tuple[int, ...]
    kind: "Kind"


@dataclass(frozen=True, slots=True)
class Kind:
    """A type: ``facts`` is plain data that tells all of it, but for the byte order of a plain number.

    ``width`` is in bytes; ``bits`` are the class's flags but for the byte order, whose bits ``order`` has;
    ``properties`` are a number's; ``inner`` is the type of the elements of an array or a sequence, or behind
    an enumeration, whose values ``values`` has by their names; ``places`` are those in an element that hold
    addresses.
    """

    code: int
    facts: dict[str, object]
    width: int
    bits: int = 0
    order: int = 0
    properties: tuple[int, ...] = ()
    inner: "Kind | None" = None
    members: tuple[Member, ...] = ()
    values: tuple[tuple[bytes, bytes], ...] = ()
    places: tuple[Place, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether an element is one text, of fixed or of variable length."""
        return self.code == STRING or (self.code == VARIABLE and self.bits in _TEXTS)

    def whole(self) -> dict[str, object]:
        """Return the facts with the byte order."""
        return {**self.facts, "order": self.order} if self.order else self.facts


_TEXTS = frozenset(1 | padding << 4 | letters << 8 for padding in range(3) for letters in range(2))


def read_type(ledger: Ledger, fields: Fields, nesting: int = 0) -> Kind:
    """Read a type; FormatError for a class, a version or an encoding that is not known."""
    if nesting > NESTING_LIMIT:
        raise fields.unread(f"nests types more than {NESTING_LIMIT} deep")
    first, bits, width = fields.number(1), fields.number(3), fields.number(4)
    version, code = first >> 4, first & 15
    if not 1 <= version <= 5 or code > ARRAY or (code == ARRAY and version == 1):
        raise fields.unread(f"has a type of version {version} and class {code}")
    ledger.note(FORM, bytes((version,)))
    order = bits & _ORDERS.get(code, 0)
    bits &= ~order
    facts: dict[str, object] = {"class": code, "bits": bits, "size": width}
    if code in _PROPERTIES:
        properties = tuple(fields.number(size) for size in _PROPERTIES[code])
        return Kind(code, {**facts, "properties": [*properties]}, width, bits, order, properties)
    if code == OPAQUE:
        facts["tag"] = fields.take(bits & 0xFF).hex()
    if code in (STRING, OPAQUE):
        return Kind(code, facts, width, bits)
    if code == REFERENCE:
        held = Held.OBJECT if (bits, width) == (0, 8) else Held.OTHER
        return Kind(code, facts, width, bits, places=(Place(0, held),))
    return _composed(ledger, fields, version, nesting, Kind(code, facts, width, bits))


def _composed(ledger: Ledger, fields: Fields, version: int, nesting: int, kind: Kind) -> Kind:
    """Return a type that is made of others."""
    if kind.code == COMPOUND:
        return _compound(ledger, fields, version, nesting, kind)
    if kind.code == ARRAY:
        return _array(ledger, fields, version, nesting, kind)
    inner = read_type(ledger, fields, nesting + 1)
    if kind.code == VARIABLE:
        if kind.width != 16:
            raise fields.unread("has a type of variable length whose references do not have 16 bytes")
        held = Place(0, Held.VARIABLE, inner)
        return replace(kind, facts={**kind.facts, "of": inner.whole()}, inner=inner, places=(held,))
    count = kind.bits & 0xFFFF
    names = [_name(ledger, fields, version) for _ in range(count)]
    values = [fields.take(inner.width) for _ in range(count)]
    told = {"names": [name.hex() for name in names], "values": [value.hex() for value in values]}
    facts = {**kind.facts, "of": inner.facts, **told}
    named = tuple(zip(names, values, strict=True))
    return replace(kind, facts=facts, order=inner.order, inner=inner, values=named)


def _compound(ledger: Ledger, fields: Fields, version: int, nesting: int, kind: Kind) -> Kind:
    members: list[Member] = []
    places: list[Place] = []
    for _ in range(kind.bits & 0xFFFF):
        name = _name(ledger, fields, version)
        offset = fields.number(4 if version < 3 else _least(kind.width))
        extents = _old_extents(ledger, fields) if version == 1 else ()
        inner = read_type(ledger, fields, nesting + 1)
        members.append(Member(name, offset, extents, inner))
        count = _product(extents)
        _demand_inside(fields, offset + count * inner.width, kind.width)
        places += _repeated(fields, inner, offset, count)
    told = [[one.name.hex(), one.offset, list(one.extents), one.kind.whole()] for one in members]
    facts = {**kind.facts, "members": told}
    return replace(kind, facts=facts, members=tuple(members), places=tuple(places))


def _array(ledger: Ledger, fields: Fields, version: int, nesting: int, kind: Kind) -> Kind:
    rank = fields.number(1)
    ledger.spare("reserved bytes", fields.take(3 if version == 2 else 0))
    extents = fields.numbers(rank, 4)
    ledger.note(FORM, fields.take(4 * rank if version == 2 else 0))
    inner = read_type(ledger, fields, nesting + 1)
    count = _product(extents)
    _demand_inside(fields, count * inner.width, kind.width)
    facts = {**kind.facts, "extents": list(extents), "of": inner.whole()}
    return replace(kind, facts=facts, inner=inner, places=tuple(_repeated(fields, inner, 0, count)))


def _old_extents(ledger: Ledger, fields: Fields) -> tuple[int, ...]:
    """Return the extents of a member of a compound type of version 1."""
    rank = fields.number(1)
    ledger.spare("reserved bytes", fields.take(3))
    ledger.note(FORM, fields.take(4))
    ledger.spare("reserved bytes", fields.take(4))
    extents = fields.numbers(4, 4)
    if rank > 4 or any(extents[rank:]):
        raise fields.wrong(f"has a member of {rank} dimensions")
    return extents[:rank]


def _name(ledger: Ledger, fields: Fields, version: int) -> bytes:
    """Return a member's name: before version 3 it is filled up to a multiple of eight bytes."""
    name = fields.text()
    if version < 3:
        ledger.spare("ends of names of members", fields.take(-(len(name) + 1) % 8))
    return name


def _repeated(fields: Fields, inner: Kind, offset: int, count: int) -> Iterator[Place]:
    """Yield the places of several elements in a row."""
    if count * len(inner.places) > PLACES_LIMIT:
        raise fields.unread(f"has an element that holds more than {PLACES_LIMIT} addresses")
    for number in range(count if inner.places else 0):
        for place in inner.places:
            yield replace(place, offset=offset + number * inner.width + place.offset)


def _demand_inside(fields: Fields, end: int, width: int) -> None:
    if end > width:
        raise fields.wrong(f"has an element of {width} bytes with a part that ends at {end}")


def _least(size: int) -> int:
    """Return in how many bytes a number up to ``size`` is written."""
    return max(1, (size.bit_length() + 7) // 8)


def _product(extents: tuple[int, ...]) -> int:
    count = 1
    for extent in extents:
        count *= extent
    return count

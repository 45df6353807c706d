"""Attributes: small values with a name, kept with an object (specification, IV.A.2.m)."""

from collections.abc import Callable
from dataclasses import dataclass

from lintian_ml.container.hdf5_file.datatype import Kind, read_type
from lintian_ml.container.hdf5_file.fields import Fields
from lintian_ml.container.hdf5_file.ledger import FORM, LAYOUT, Ledger
from lintian_ml.container.hdf5_file.messages import Space, read_space

SharedType = Callable[[Fields], Kind]
"""Reads a type that is an object of its own, by what stands in place of a type."""

_SHARED_TYPE, _SHARED_SPACE = 1, 2


@dataclass(frozen=True, slots=True)
class Attribute:
    """A name, a type, an extent, and the raw elements."""

    name: bytes
    kind: Kind
    space: Space
    raw: Fields


def read_attribute(ledger: Ledger, fields: Fields, shared: SharedType) -> Attribute:
    """Read an attribute message of version 1 to 3."""
    version, flags = fields.number(1), fields.number(1)
    if not 1 <= version <= 3 or flags & ~_SHARED_TYPE or (version == 1 and flags):
        raise fields.unread(f"has an attribute of version {version} and flags {flags}")
    sizes = fields.take(6)
    named, typed, spaced = (int.from_bytes(sizes[at : at + 2], "little") for at in (0, 2, 4))
    ledger.note(FORM, bytes((version, flags)) + fields.take(1 if version == 3 else 0))
    ledger.note(LAYOUT, fields.origin.to_bytes(8, "little") + sizes)
    name = _part(ledger, fields, named, version)
    if not name.data.endswith(b"\0") or b"\0" in name.data[:-1]:
        raise fields.unread(f"has an attribute named {name.data[:80]!r}")
    of_type = _part(ledger, fields, typed, version)
    kind = shared(of_type) if flags else read_type(ledger, of_type)
    ledger.spare("ends of types", of_type.rest())
    of_space = _part(ledger, fields, spaced, version)
    space = read_space(ledger, of_space)
    ledger.spare("ends of extents", of_space.rest())
    start, length = fields.at, space.elements * kind.width
    raw = Fields(fields.take(length), f"attribute {name.data[:-1][:80]!r}", fields.origin + start)
    ledger.spare("ends of attributes", fields.rest())
    return Attribute(name.data[:-1], kind, space, raw)


def _part(ledger: Ledger, fields: Fields, length: int, version: int) -> Fields:
    """Return one part of an attribute; those of version 1 are filled up to a multiple of eight bytes."""
    start = fields.origin + fields.at
    part = Fields(fields.take(length), fields.what, start)
    if version == 1:
        ledger.spare("ends of parts of attributes", fields.take(-length % 8))
    return part

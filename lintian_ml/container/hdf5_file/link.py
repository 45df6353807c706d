"""Links: the names of a group's members, and what they lead to (specification, IV.A.2.g)."""

from dataclasses import dataclass
from enum import Enum

from lintian_ml.container.hdf5_file.fields import Fields
from lintian_ml.container.hdf5_file.ledger import FORM, LAYOUT, ORDER, Ledger

_SOFT, _EXTERNAL = 1, 64
_SORTED, _TYPED, _LETTERED = 0x04, 0x08, 0x10


class Sort(Enum):
    """What kind of link it is."""

    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class Link:
    """A name, and the address of an object's header (hard), or the path that it stands for (soft)."""

    name: bytes
    sort: Sort
    address: int = 0
    target: bytes = b""


def read_link(ledger: Ledger, fields: Fields) -> Link:
    """Read a link message; FormatError for one that leads out of the file."""
    fields.constant(b"\1")
    flags = fields.number(1)
    sort = fields.number(1) if flags & _TYPED else 0
    ledger.note(ORDER, fields.take(8 if flags & _SORTED else 0))
    ledger.note(FORM, bytes((flags,)) + fields.take(1 if flags & _LETTERED else 0))
    name = fields.take(fields.number(1 << (flags & 3)))
    if sort == 0:
        address = fields.there()
        ledger.note(LAYOUT, address.to_bytes(8, "little"))
        return Link(name, Sort.HARD, address)
    if sort == _SOFT:
        return Link(name, Sort.SOFT, target=fields.take(fields.number(2)))
    how = "leads to another file" if sort == _EXTERNAL else f"is of type {sort}"
    raise fields.unread(f"has a link that {how}: {name[:80]!r}")

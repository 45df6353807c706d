"""Objects with many links or attributes keep them in a fractal heap, and B-trees of what is in it.

Specification, IV.A.2.c (link info), IV.A.2.v (attribute info), III.A.2 (types 5, 6, 8 and 9 of records).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.container.hdf5_file.fields import Fields
from lintian_ml.container.hdf5_file.heap_fractal import open_fractal
from lintian_ml.container.hdf5_file.ledger import FORM, LAYOUT, ORDER, Ledger
from lintian_ml.container.hdf5_file.tree2 import read_records

_ORDERED, _INDEXED = 1, 2


@dataclass(frozen=True, slots=True)
class Dense:
    """What differs between links and attributes: types and sizes of records, and identifiers in them."""

    names: int
    orders: int
    name_size: int
    order_size: int
    most: int
    named: slice
    ordered: slice


LINKS = Dense(5, 6, 11, 15, 8, slice(4, 11), slice(8, 15))
ATTRIBUTES = Dense(8, 9, 17, 13, 2, slice(0, 8), slice(0, 8))


def read_dense(ledger: Ledger, message: Fields, dense: Dense) -> Iterator[Fields]:
    """Yield each link or attribute that a link info or an attribute info message tells of, none twice."""
    message.constant(b"\0")
    flags = message.number(1)
    ledger.note(FORM, bytes((flags,)))
    ledger.note(ORDER, message.take(dense.most if flags & _ORDERED else 0))
    places = message.at
    heap_at, names_at = message.address(), message.address()
    orders_at = message.address() if flags & _INDEXED else None
    ledger.note(LAYOUT, message.data[places : message.at])
    if heap_at is None:
        return
    if names_at is None:
        raise message.wrong("tells of a fractal heap without a tree of names")
    heap = open_fractal(ledger, heap_at)
    records = list(read_records(ledger, names_at, dense.names, dense.name_size, dense.name_size))
    identities = [record[dense.named] for record in records]
    if orders_at is not None:
        ordered = list(read_records(ledger, orders_at, dense.orders, dense.order_size, dense.order_size))
        if sorted(record[dense.ordered] for record in ordered) != sorted(identities):
            raise message.wrong("has two trees that hold different things")
        ledger.note(ORDER, b"".join(ordered))
    for record, identity in zip(records, identities, strict=True):
        ledger.note(LAYOUT, record)
        yield heap.object(identity, message)
    heap.close()

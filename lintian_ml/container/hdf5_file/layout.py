"""Where a dataset's elements lie: in its header, in one run, or in chunks (specification, IV.A.2.i).

Version 5 (HDF5 2.0) is written like version 4: only sizes in indexes are wider.
"""

from dataclasses import dataclass
from enum import Enum

from lintian_ml.container.hdf5_file.fields import Fields
from lintian_ml.container.hdf5_file.ledger import FORM, LAYOUT, STORAGE, Ledger
from lintian_ml.container.hdf5_file.messages import RANK_LIMIT


class Storage(Enum):
    """The three ways to lie in the file itself."""

    COMPACT = 0
    CONTIGUOUS = 1
    CHUNKED = 2


class Index(Enum):
    """How the chunks are found."""

    TREE = 0
    SINGLE = 1
    IMPLICIT = 2
    FIXED = 3
    EXTENSIBLE = 4
    TREE2 = 5


_PARAMETERS = {Index.FIXED: 1, Index.EXTENSIBLE: 5, Index.TREE2: 6}
_PLAIN_EDGES, _FILTERED = 1, 2


@dataclass(frozen=True, slots=True)
class Layout:
    """Storage and address (None: nothing is stored); of chunks their extents, the last the element's width.

    ``data`` is what lies in the message itself; ``size`` and ``mask`` are those of a single filtered chunk;
    ``plain_edges`` tells that no filter was applied to chunks that go past the end.
    """

    storage: Storage
    address: int | None = None
    data: bytes = b""
    chunk: tuple[int, ...] = ()
    index: Index = Index.TREE
    size: int = 0
    mask: int = 0
    plain_edges: bool = False


def read_layout(ledger: Ledger, fields: Fields) -> Layout:
    """Read a layout message of version 1 to 5; FormatError for data that lies elsewhere."""
    version = fields.number(1)
    if not 1 <= version <= 5:
        raise fields.unread(f"has a layout of version {version}")
    ledger.note(FORM, bytes((version,)))
    if version < 3:
        return _oldest(ledger, fields)
    sort = fields.number(1)
    if sort == 3 or sort > 3:
        raise fields.unread("is of a virtual dataset" if sort == 3 else f"has a layout of class {sort}")
    storage = Storage(sort)
    ledger.note(STORAGE, bytes((sort,)))
    if storage is Storage.COMPACT:
        return Layout(storage, data=fields.take(fields.number(2)))
    if storage is Storage.CONTIGUOUS:
        address = _noted(ledger, fields)
        ledger.note(LAYOUT, fields.take(8))
        return Layout(storage, address)
    return _chunked(ledger, fields) if version == 3 else _indexed(ledger, fields)


def _oldest(ledger: Ledger, fields: Fields) -> Layout:
    rank, sort = fields.number(1), fields.number(1)
    if sort > 2 or rank > RANK_LIMIT + 1:
        raise fields.unread(f"has a layout of class {sort} and {rank} dimensions")
    storage = Storage(sort)
    ledger.note(STORAGE, bytes((sort,)))
    ledger.spare("reserved bytes", fields.take(5))
    address = None if storage is Storage.COMPACT else _noted(ledger, fields)
    extents = fields.numbers(rank, 4)
    ledger.note(STORAGE, b" ".join(b"%d" % extent for extent in extents))
    if storage is Storage.COMPACT:
        return Layout(storage, data=fields.take(fields.number(4)))
    return Layout(storage, address, chunk=extents if storage is Storage.CHUNKED else ())


def _chunked(ledger: Ledger, fields: Fields) -> Layout:
    rank = fields.number(1)
    address = _noted(ledger, fields)
    if not 2 <= rank <= RANK_LIMIT + 1:
        raise fields.wrong(f"has chunks of {rank} dimensions")
    start = fields.at
    chunk = fields.numbers(rank, 4)
    ledger.note(STORAGE, fields.data[start : fields.at])
    return Layout(Storage.CHUNKED, address, chunk=chunk)


def _indexed(ledger: Ledger, fields: Fields) -> Layout:
    start = fields.at
    flags, rank, width = fields.number(1), fields.number(1), fields.number(1)
    if flags & ~3 or not 2 <= rank <= RANK_LIMIT + 1 or not 1 <= width <= 8:
        raise fields.unread(f"has chunks of {rank} dimensions with flags {flags}, extents of {width} bytes")
    chunk, sort = fields.numbers(rank, width), fields.number(1)
    if not 1 <= sort <= 5:
        raise fields.unread(f"has an index of chunks of type {sort}")
    index, size, mask = Index(sort), 0, 0
    if index is Index.SINGLE and flags & _FILTERED:
        size, mask = fields.number(8), fields.number(4)
    fields.take(_PARAMETERS.get(index, 0))
    ledger.note(STORAGE, fields.data[start : fields.at])
    plain = bool(flags & _PLAIN_EDGES)
    return Layout(Storage.CHUNKED, _noted(ledger, fields), b"", chunk, index, size, mask, plain)


def _noted(ledger: Ledger, fields: Fields) -> int | None:
    """Return an address, taken down."""
    address = fields.address()
    ledger.note(LAYOUT, fields.data[fields.at - 8 : fields.at])
    return address

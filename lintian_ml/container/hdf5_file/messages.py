"""The short messages of an object: its extent, its fill value, its filters (specification, IV.A.2)."""

from dataclasses import dataclass

from lintian_ml.container.hdf5_file.fields import UNDEFINED, Fields
from lintian_ml.container.hdf5_file.ledger import FORM, STORAGE, Ledger

DATASPACE, LINK_INFO, DATATYPE, OLD_FILL, FILL, LINK, EXTERNAL, LAYOUT_OF_DATA = range(1, 9)
GROUP_INFO, FILTERS, ATTRIBUTE, COMMENT, OLD_TIME = range(10, 15)
SYMBOLS, TIME, TREE_SIZES, DRIVER, ATTRIBUTE_INFO, _REFERENCES, FILE_SPACE = range(17, 24)
RANK_LIMIT = 32


@dataclass(frozen=True, slots=True)
class Space:
    """An extent: ``shape`` is None where there is no data; ``most`` has None for what has no limit."""

    shape: tuple[int, ...] | None
    most: tuple[int | None, ...]

    @property
    def elements(self) -> int:
        """How many elements there are."""
        count = 0 if self.shape is None else 1
        for extent in self.shape or ():
            count *= extent
        return count

    def facts(self) -> dict[str, object]:
        """Return the extent as plain data."""
        shape = None if self.shape is None else list(self.shape)
        return {"shape": shape} if self.most == self.shape else {"shape": shape, "most": list(self.most)}


def read_space(ledger: Ledger, fields: Fields) -> Space:
    """Read a dataspace message of version 1 or 2."""
    version, rank, flags = fields.number(1), fields.number(1), fields.number(1)
    if version not in (1, 2) or rank > RANK_LIMIT or flags & ~1:
        raise fields.unread(f"has an extent of version {version}, {rank} dimensions and flags {flags}")
    sort = fields.number(1)
    if version == 1:
        ledger.spare("reserved bytes", bytes((sort,)) + fields.take(4))
    elif sort > 2 or (sort != 1 and rank):
        raise fields.unread(f"has an extent of type {sort}")
    ledger.note(FORM, bytes((version, flags, sort)))
    shape = fields.numbers(rank, 8)
    most = fields.numbers(rank, 8) if flags & 1 else shape
    if any(size > limit for size, limit in zip(shape, most, strict=True)):
        raise fields.wrong("has an extent beyond its largest")
    if version == 2 and sort == 2:
        return Space(None, ())
    return Space(shape, tuple(None if extent == UNDEFINED else extent for extent in most))


def read_fill(ledger: Ledger, fields: Fields) -> bytes:
    """Read a fill value of version 1 to 3; what is not defined is empty."""
    version = fields.number(1)
    if version not in (1, 2, 3):
        raise fields.unread(f"has a fill value of version {version}")
    if version == 3:
        flags = fields.take(1)
        defined = bool(flags[0] & 0x20)
    else:
        flags = fields.take(3)
        defined = version == 1 or bool(flags[2])
    ledger.note(FORM, bytes((version,)) + flags)
    size = fields.number(4) if defined else 0
    return b"" if size == UNDEFINED & 0xFFFFFFFF else fields.take(size)


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of a pipeline: its registered number and its parameters."""

    code: int
    parameters: tuple[int, ...]


def read_filters(ledger: Ledger, fields: Fields) -> tuple[Filter, ...]:
    """Read a filter pipeline of version 1 or 2; all of it is a choice of storage."""
    version, count = fields.number(1), fields.number(1)
    if version not in (1, 2) or count > RANK_LIMIT:
        raise fields.unread(f"has {count} filters in version {version}")
    reserved = fields.take(6 if version == 1 else 0)
    ledger.spare("reserved bytes", reserved)
    found = []
    for _ in range(count):
        code = fields.number(2)
        named = fields.number(2) if version == 1 or code >= 256 else 0
        fields.take(2)
        values = fields.number(2)
        fields.take(named + -named % 8 if version == 1 else named)
        found.append(Filter(code, fields.numbers(values, 4)))
        fields.take(4 if version == 1 and values % 2 else 0)
    ledger.note(STORAGE, fields.data[: fields.at])
    return tuple(found)

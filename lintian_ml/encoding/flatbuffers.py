"""FlatBuffers, walked in place by a schema into plain JSON data, with account kept of every byte.

The format is defined in "FlatBuffers internals". References to tables, vectors and strings only point
forward, so a walk ends; a budget of objects bounds what shared tables multiply.
"""

import hashlib
import struct
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from lintian_ml.blob import Blob
from lintian_ml.encoding.plain import content, digest, floating, held
from lintian_ml.error import FormatError, LimitError

OBJECTS = 1_000_000
"""The most tables, vectors and strings in one file; an element of a vector counts a sixteenth."""

ALIGNMENT = 64
"""Runs of fewer zero bytes than this between objects are padding, which aligns what follows."""

_PAGE = 1 << 14
_PAGES = 64
_INLINE = 1 << 12
_SCALARS = {
    "i8": "b",
    "u8": "B",
    "i16": "h",
    "u16": "H",
    "i32": "i",
    "u32": "I",
    "f32": "f",
    "i64": "q",
    "u64": "Q",
}
_SPANS = {"span": 1, "f32s": 4, "i64s": 8}


class Slot(NamedTuple):
    """One field of a table: ``kind`` is a scalar type, ``string``, a table's or a union's name.

    ``span``, ``f32s`` and ``i64s`` are vectors of bytes, floats and integers that are left where they lie.
    """

    name: str
    kind: str
    many: bool


class Bytes(NamedTuple):
    """A vector left where it lies: ``length`` bytes from ``offset``."""

    offset: int
    length: int


class Schema(NamedTuple):
    """Tables by name, their fields in order; unions by name, the tables of their members by number."""

    tables: Mapping[str, tuple[Slot, ...]]
    unions: Mapping[str, Mapping[int, str]]


def schema(text: str, unions: Mapping[str, Mapping[int, str]]) -> Schema:
    """Read a schema: a line is ``Table: name kind, name kind*, …``, in order; a star marks vectors."""
    lines = (line.partition(":") for line in text.splitlines() if ":" in line)
    tables = {name.strip(): tuple(map(_slot, rest.split(","))) for name, _, rest in lines}
    return Schema(tables, unions)


def _slot(text: str) -> Slot:
    name, kind = text.split()
    return Slot(name, kind.rstrip("*"), kind.endswith("*"))


class Walk:
    """Reads the tables of one blob; what it has read is accounted for, the rest are the gaps."""

    def __init__(self, blob: Blob, schema: Schema, objects: int = OBJECTS) -> None:
        self.blob = blob
        self._schema = schema
        self._left = objects * 16
        self._pages: dict[int, bytes] = {}
        self._seen: list[tuple[int, int]] = []
        self._layout = hashlib.sha256()

    def root(self, kind: str, identifier: bytes = b"") -> dict[str, object]:
        """Read the root table, before which ``identifier`` may stand; FormatError where it is malformed."""
        self.mark(0, 8 if identifier and self.blob.read(4, 4) == identifier else 4)
        result: dict[str, object] = {}
        work = [(self._reference(0), kind, result)]
        while work:
            position, name, into = work.pop()
            work.extend(self._table(position, name, into))
        return result

    def mark(self, offset: int, length: int) -> None:
        """Account for ``length`` bytes from ``offset``; FormatError if they are not all there."""
        if offset < 0 or length < 0 or offset + length > self.blob.size:
            raise FormatError(
                f"{length} bytes claimed at offset {offset} of a flatbuffer of {self.blob.size} bytes"
            )
        self._left -= 16
        if self._left < 0:
            raise LimitError(f"the flatbuffer has more objects than may be read, the last at offset {offset}")
        self._layout.update(struct.pack("<QQ", offset, length))
        if length:
            self._seen.append((offset, offset + length))

    def gaps(self) -> Iterator[tuple[str, bytes]]:
        """Yield the bytes that nothing accounts for, and where they are; short runs of zeros are padding."""
        at = 0
        for begin, end in [*sorted(set(self._seen)), (self.blob.size, self.blob.size)]:
            if begin > at and (begin - at >= ALIGNMENT or any(self.blob.read(at, begin - at))):
                yield f"bytes {at} to {begin}", held(self.blob, at, begin - at)
            at = max(at, end)

    def layout(self) -> tuple[bytes, int]:
        """Return a digest of where everything lies, a writer's free choice, and the bits of those places."""
        return self._layout.digest(), 32 * len(self._seen)

    def _table(
        self, position: int, name: str, into: dict[str, object]
    ) -> Iterator[tuple[int, str, dict[str, object]]]:
        """Read one table into ``into``; yield the tables in it that are yet to be read, and where they go."""
        slots = self._schema.tables.get(name, ())
        offsets, size = self._vtable(position)
        following = dict(pairwise([*sorted(set(offsets)), size]))
        for number, offset in enumerate(offsets):
            if offset and number < len(slots):
                yield from self._field(slots[number], position + offset, position + size, into)
            elif offset:
                length = following[offset] - offset
                self.mark(position + offset, length)
                into[f"field {number}"] = {"hex": self._take(position + offset, length).hex()}

    def _vtable(self, position: int) -> tuple[tuple[int, ...], int]:
        """Return the offsets of a table's fields (0: absent) and the table's size in bytes."""
        vtable = position - int(self._scalar("i32", position))
        self.mark(position, 4)
        length, size = int(self._scalar("u16", vtable)), int(self._scalar("u16", vtable + 2))
        if length < 4 or length % 2 or size < 4 or position + size > self.blob.size:
            raise FormatError(f"the table at offset {position} has no sound list of fields at {vtable}")
        self.mark(vtable, length)
        self._layout.update(struct.pack("<H", size))
        self._left -= length
        offsets = struct.unpack(f"<{length // 2 - 2}H", self._take(vtable + 4, length - 4))
        if any(0 < offset < 4 or offset >= size for offset in offsets):
            raise FormatError(f"the table at offset {position} has a field outside of it")
        return offsets, size

    def _field(
        self, slot: Slot, position: int, end: int, into: dict[str, object]
    ) -> Iterator[tuple[int, str, dict[str, object]]]:
        """Read one field; yield the tables that it refers to."""
        width = struct.calcsize(_SCALARS[slot.kind]) if slot.kind in _SCALARS and not slot.many else 4
        if position + width > end:
            raise FormatError(f"{slot.name} at offset {position} reaches out of its table")
        self.mark(position, width)
        if slot.kind in _SCALARS and not slot.many:
            into[slot.name] = self._number(slot.kind, position)
        elif slot.kind in _SCALARS:
            into[slot.name] = self._numbers(slot.kind, self._reference(position))
        elif slot.kind in _SPANS:
            into[slot.name] = self._vector(self._reference(position), _SPANS[slot.kind])
        elif slot.many:
            yield from self._members(slot, self._reference(position), into)
        elif slot.kind == "string":
            into[slot.name] = self._string(self._reference(position))
        else:
            inner: dict[str, object] = {}
            into[slot.name] = inner
            members = self._schema.unions.get(slot.kind)
            name = slot.kind if members is None else members.get(_integer(into.get(f"{slot.name}_type")), "")
            yield self._reference(position), name, inner

    def _members(
        self, slot: Slot, position: int, into: dict[str, object]
    ) -> Iterator[tuple[int, str, dict[str, object]]]:
        """Read a vector of strings or tables."""
        vector = self._vector(position, 4)
        self._left -= vector.length // 4
        places = range(vector.offset, vector.offset + vector.length, 4)
        if slot.kind == "string":
            into[slot.name] = [self._string(self._reference(place)) for place in places]
            return
        inner: list[dict[str, object]] = [{} for _ in places]
        into[slot.name] = inner
        for place, table in zip(places, inner, strict=True):
            yield self._reference(place), slot.kind, table

    def _vector(self, position: int, width: int) -> Bytes:
        count = int(self._scalar("u32", position))
        self.mark(position, 4 + count * width)
        return Bytes(position + 4, count * width)

    def _numbers(self, kind: str, position: int) -> object:
        width = struct.calcsize(_SCALARS[kind])
        vector = self._vector(position, width)
        self._left -= vector.length // width
        if vector.length > _INLINE * width:
            return {"length": vector.length, "sha256": digest(self.blob, *vector)}
        return [self._number(kind, at) for at in range(vector.offset, vector.offset + vector.length, width)]

    def _string(self, position: int) -> object:
        found = self._vector(position, 1)
        self._left -= found.length // 16
        end = found.offset + found.length
        if end < self.blob.size and self._take(end, 1) == b"\0":
            self.mark(end, 1)
        return content(self.blob, *found)

    def _number(self, kind: str, position: int) -> object:
        return floating(self._take(position, 4)) if kind == "f32" else int(self._scalar(kind, position))

    def _reference(self, position: int) -> int:
        """Return where the object is that the offset at ``position`` refers to."""
        offset = int(self._scalar("u32", position))
        if offset < 4:
            raise FormatError(f"the reference at offset {position} refers to itself")
        return position + offset

    def _scalar(self, kind: str, position: int) -> int:
        form = "<" + _SCALARS[kind]
        return int(struct.unpack(form, self._take(position, struct.calcsize(form)))[0])

    def _take(self, position: int, length: int) -> bytes:
        """Return bytes by way of a few pages that are kept, since tables lie close together."""
        if position < 0:
            raise FormatError(f"a reference leads to {-position} bytes before the flatbuffer's beginning")
        page, at = divmod(position, _PAGE)
        if at + length > _PAGE:
            return self.blob.read(position, length)
        if page not in self._pages:
            if len(self._pages) >= _PAGES:
                self._pages.clear()
            start = page * _PAGE
            self._pages[page] = self.blob.read(start, max(0, min(_PAGE, self.blob.size - start)))
        data = self._pages[page][at : at + length]
        if len(data) < length:
            raise FormatError(
                f"{length} bytes claimed at offset {position}, but the flatbuffer has {self.blob.size}"
            )
        return data


def _integer(value: object) -> int:
    return value if isinstance(value, int) else 0

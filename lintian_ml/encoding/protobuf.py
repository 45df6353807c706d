"""The wire format of protocol buffers, walked in place: fields are found, their payloads stay where they lie.

The format is defined in "Encoding" of the protocol buffers documentation. Nothing here depends on a message's
schema (see ``lintian_ml.encoding.message``) nor on the 2 GiB that the official libraries stop at.
"""

from collections.abc import Iterator
from typing import NamedTuple

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError

VARINT, FIXED64, LENGTH, GROUP, END_GROUP, FIXED32 = range(6)
"""The wire types, by their numbers on the wire."""

FIELDS = 5_000_000
"""The most fields that one file may have; the elements of a packed field do not count."""

_WINDOW = 1 << 14
_HEADER = 15
_NUMBERS = 1 << 29
_NESTED_GROUPS = 100


class Field(NamedTuple):
    """One field: its tag begins at ``start``, its payload lies from ``offset`` to ``end``.

    ``value`` is the unsigned number of a varint or fixed field, the length of a length-delimited one, and
    0 of a group, whose payload includes its end tag. ``overlong`` tells that a varint has more bytes than
    it needs.
    """

    number: int
    wire: int
    start: int
    offset: int
    end: int
    value: int
    overlong: bool

    @property
    def length(self) -> int:
        """The payload's length in bytes."""
        return self.end - self.offset


class Wire:
    """Walks the fields of a blob, and of the messages within it, under one budget of fields."""

    def __init__(self, blob: Blob, fields: int = FIELDS) -> None:
        self.blob = blob
        self.left = fields
        self._base = 0
        self._window = b""

    def fields(self, offset: int = 0, end: int | None = None) -> Iterator[Field]:
        """Yield the fields of the message from ``offset`` to ``end`` (None: the blob's end).

        Where ``end`` lies behind the end of the blob, which then is the head of a longer file, the walk ends
        at the last field whose header is there, and payloads may reach out of the blob. FormatError where
        the bytes are no message, LimitError where there are too many fields.
        """
        end = self.blob.size if end is None else end
        visible = end if end <= self.blob.size else self.blob.size - _HEADER
        while offset < visible:
            field = self._field(offset, end)
            yield field
            offset = field.end

    def varint(self, offset: int, end: int) -> tuple[int, int]:
        """Return the unsigned number of the varint at ``offset`` and where it ends, at most at ``end``."""
        at = offset - self._base
        window = self._window
        if not 0 <= at <= len(window) - 10:
            window, at = self._load(offset), 0
        elif offset < end and window[at] < 0x80:
            return window[at], offset + 1
        value = 0
        for step, byte in enumerate(window[at : at + min(10, end - offset)]):
            value |= (byte & 0x7F) << 7 * step
            if byte < 0x80:
                if value >> 64:
                    break
                return value, offset + step + 1
        raise FormatError(f"the number at offset {offset} is cut short or has more than 64 bits")

    def read(self, field: Field) -> bytes:
        """Return a field's payload; the caller has looked at its length."""
        return self.take(field.offset, field.length)

    def take(self, offset: int, length: int) -> bytes:
        """Return ``length`` bytes from ``offset``, from the window where they are in it."""
        at = offset - self._base
        if 0 <= at <= len(self._window) - length:
            return self._window[at : at + length]
        return self.blob.read(offset, length)

    def repeats(self, field: Field, end: int) -> int:
        """Return how many fixed fields with the tag of ``field`` follow it at once, as far as a window shows.

        They count against the budget of fields; ``end`` is where the message ends. Tags of one byte only.
        """
        stride = field.end - field.start
        if field.offset - field.start > 1 or field.wire not in (FIXED32, FIXED64):
            return 0
        count = min(_WINDOW, end - field.end) // stride
        tags = self.take(field.end, count * stride)[::stride]
        found = count - len(tags.lstrip(self.take(field.start, 1)))
        self.left -= found
        return found

    def _load(self, offset: int) -> bytes:
        self._window = self.blob.read(offset, min(_WINDOW, max(0, self.blob.size - offset)))
        self._base = offset
        return self._window

    def _field(self, offset: int, end: int) -> Field:
        self.left -= 1
        if self.left < 0:
            raise LimitError(f"there are more fields than may be read, the next one at offset {offset}")
        tag, at = self.varint(offset, end)
        number, wire = tag >> 3, tag & 7
        if not 0 < number < _NUMBERS:
            raise FormatError(f"the field at offset {offset} has the number {number}")
        overlong = at - offset > 1 and at - offset > shortest(tag)
        if wire == VARINT:
            value, stop = self.varint(at, end)
            overlong = overlong or (stop - at > 1 and stop - at > shortest(value))
            return Field(number, wire, offset, at, stop, value, overlong)
        if wire == LENGTH:
            value, begin = self.varint(at, end)
            overlong = overlong or (begin - at > 1 and begin - at > shortest(value))
            return Field(number, wire, offset, begin, _within(begin + value, end, offset), value, overlong)
        if wire in (FIXED32, FIXED64):
            stop = _within(at + (4 if wire == FIXED32 else 8), end, offset)
            value = int.from_bytes(self.take(at, stop - at), "little")
            return Field(number, wire, offset, at, stop, value, overlong)
        if wire == GROUP:
            return Field(number, wire, offset, at, self._group_end(number, at, end), 0, overlong)
        raise FormatError(f"the field at offset {offset} has the wire type {wire}")

    def _group_end(self, number: int, offset: int, end: int) -> int:
        """Return where the group ends that was opened just before ``offset``, groups within it included."""
        opened = [number]
        while opened:
            tag, at = self.varint(offset, end)
            if tag & 7 == END_GROUP:
                if opened.pop() != tag >> 3:
                    raise FormatError(f"the group end at offset {offset} matches no beginning")
                offset = at
            elif tag & 7 == GROUP:
                if len(opened) >= _NESTED_GROUPS:
                    raise FormatError(f"groups at offset {offset} are nested more than {_NESTED_GROUPS} deep")
                opened.append(tag >> 3)
                offset = at
            else:
                offset = self._field(offset, end).end
        return offset


def signed(value: int) -> int:
    """Return the number that the 64 bits of a varint stand for in two's complement."""
    return value - (1 << 64) if value >> 63 else value


def shortest(value: int) -> int:
    """Return how many bytes the varint of a number needs."""
    return 1 if value < 0x80 else (value.bit_length() + 6) // 7


def _within(stop: int, end: int, offset: int) -> int:
    if stop > end:
        raise FormatError(
            f"the field at offset {offset} claims bytes up to {stop} in a message that ends at {end}"
        )
    return stop

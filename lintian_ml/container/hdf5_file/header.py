"""Object headers: the messages that make up a group, a dataset or a type (specification, IV.A.1)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lintian_ml.container.hdf5_file.fields import Fields
from lintian_ml.container.hdf5_file.ledger import FORM, LAYOUT, ORDER, TIMES, Ledger
from lintian_ml.error import LimitError

MESSAGES_LIMIT = 100_000
NIL, CONTINUATION, REFERENCES = 0x00, 0x10, 0x16
_TIMED, _PHASED, _ORDERED, _SHARED = 0x20, 0x10, 0x04, 0x02


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its type's number, its bytes, and where in the file they are."""

    kind: int
    shared: bool
    data: bytes
    at: int

    def fields(self, what: str) -> Fields:
        """Return the message's fields, named ``what``."""
        return Fields(self.data, what, self.at)


@dataclass(slots=True)
class Header:
    """The messages of one object; how many links it says there are to it."""

    address: int
    links: int = 1
    messages: list[Message] = field(default_factory=list)

    def of(self, kind: int) -> list[Message]:
        """Return the messages of a type."""
        return [message for message in self.messages if message.kind == kind]


def read_header(ledger: Ledger, address: int) -> Header:
    """Read an object's header with all its continuations, and take down how it is laid out."""
    header = Header(address)
    newer = ledger.peek(address, 4) == b"OHDR"
    waiting = [_opened(ledger, address, header) if newer else _opened_first(ledger, address, header)]
    while waiting:
        flags, fields = waiting.pop(0)
        for message in _messages(ledger, fields, flags):
            if len(header.messages) >= MESSAGES_LIMIT:
                raise LimitError(f"HDF5 object at {address} with more than {MESSAGES_LIMIT} messages")
            header.messages.append(message)
            if message.kind == CONTINUATION:
                waiting.append((flags, _continued(ledger, message, newer)))
            elif message.kind == REFERENCES:
                header.links = _links(message)
    return header


def _opened_first(ledger: Ledger, address: int, header: Header) -> tuple[int, Fields]:
    """Read the beginning of a header of version 1."""
    prefix = Fields(ledger.peek(address, 16), "object header", ledger.base + address)
    prefix.constant(b"\1")
    ledger.spare("reserved bytes", prefix.take(1))
    ledger.note(LAYOUT, prefix.take(2))
    header.links, size = prefix.number(4), prefix.number(4)
    ledger.spare("reserved bytes", prefix.take(4))
    ledger.note(FORM, b"\1")
    ledger.note(LAYOUT, size.to_bytes(4, "little"))
    fields = ledger.block(address, 16 + size, "object header")
    fields.take(16)
    return -1, fields


def _opened(ledger: Ledger, address: int, header: Header) -> tuple[int, Fields]:
    """Read the beginning of a header of version 2, which may tell times."""
    del header
    prefix = Fields(ledger.peek(address, 46), "object header", ledger.base + address)
    prefix.constant(b"OHDR")
    prefix.constant(b"\2")
    flags = prefix.number(1)
    if flags & _TIMED:
        ledger.note(TIMES, prefix.take(16))
    if flags & _PHASED:
        ledger.note(FORM, prefix.take(4))
    size = prefix.number(1 << (flags & 3))
    ledger.note(FORM, bytes((2, flags)))
    ledger.note(LAYOUT, size.to_bytes(8, "little"))
    fields = ledger.sealed(address, prefix.at + size + 4, "object header", b"OHDR")
    fields.at = prefix.at
    return flags, fields


def _continued(ledger: Ledger, message: Message, newer: bool) -> Fields:
    """Read the block that a continuation message leads to."""
    place = message.fields("continuation message")
    address, length = place.there(), place.number(8)
    ledger.note(LAYOUT, message.data)
    if newer:
        return ledger.sealed(address, length, "object header continuation", b"OCHK")
    return ledger.block(address, length, "object header continuation")


def _messages(ledger: Ledger, fields: Fields, flags: int) -> Iterator[Message]:
    """Yield the messages of one block; ``flags`` is -1 for a header of version 1."""
    first = flags < 0
    width = 8 if first else 6 if flags & _ORDERED else 4
    while fields.left >= width:
        kind, size, marks = fields.number(2 if first else 1), fields.number(2), fields.take(1)
        if first:
            ledger.spare("reserved bytes", fields.take(3))
        elif flags & _ORDERED:
            ledger.note(ORDER, fields.take(2))
        at = fields.origin + fields.at
        data = fields.take(size)
        ledger.note(LAYOUT, bytes((kind & 0xFF,)) + size.to_bytes(2, "little"))
        ledger.note(FORM, marks)
        if kind == NIL:
            ledger.spare("null messages", data)
        yield Message(kind, bool(marks[0] & _SHARED), data, at)
    ledger.spare("ends of object headers", fields.rest())


def _links(message: Message) -> int:
    """Return how many links there are, as a message of its own says."""
    fields = message.fields("reference count")
    fields.constant(b"\0")
    return fields.number(4)

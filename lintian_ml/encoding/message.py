"""Protocol buffer messages read by a schema into plain JSON data, with account kept of every byte.

What the schema does not know is residue. What a writer may choose without changing the meaning, the order of
a message's fields and the packing of its numbers, is noise where the choice is not the usual one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lintian_ml.encoding.naming import Names
from lintian_ml.encoding.plain import content, floating, held
from lintian_ml.encoding.protobuf import FIXED32, FIXED64, LENGTH, Field, Wire, shortest, signed
from lintian_ml.encoding.protobuf_schema import RUNS, SCALARS, Schema, Slot
from lintian_ml.error import FormatError, LimitError

DEPTH = 100
"""How deep messages may nest: the official libraries' own limit."""

RESIDUES = 4096
"""The most runs of unaccounted bytes that are named one by one."""

NUMBERS = 5_000_000
"""The most numbers in packed fields that are decoded into a structure."""


class Run(NamedTuple):
    """Numbers left where they lie, from ``offset`` to ``end``: packed, or each after ``tag`` bytes."""

    wire: int
    offset: int
    end: int
    tag: int


@dataclass(slots=True)
class Frame:
    """A message while it is read: ``value`` holds what is known so far.

    ``order`` has the fields as they came: number, length if packed (else -1), how many times in a row.
    """

    kind: str
    value: dict[str, object]
    fields: Iterator[Field]
    slot: Slot
    end: int
    index: int = 0
    parent: "Frame | None" = None
    order: list[tuple[int, int, int]] = field(default_factory=list)
    unusual: bool = False

    @property
    def path(self) -> str:
        """Where the message is, as ``graph.node[3]``; empty for the outermost one."""
        steps = []
        frame: Frame | None = self
        while frame is not None and frame.parent is not None:
            steps.append(f"{frame.slot.name}[{frame.index}]" if frame.slot.many else frame.slot.name)
            frame = frame.parent
        return ".".join(reversed(steps))


Close = Callable[[Frame], object]
"""Called when a message is complete: returns what stands for it in the message around it."""


class Reader:
    """Reads messages of one schema; ``residue`` and ``noise`` are what the bytes hold besides.

    ``noise`` has a line for each message whose fields came in an unusual order or packing.
    """

    def __init__(self, wire: Wire, schema: Schema, close: Close | None = None) -> None:
        self.wire = wire
        self.residue: dict[str, bytes] = {}
        self.noise = bytearray()
        self._schema = schema
        self.close = close or (lambda frame: frame.value)
        self._numbers = NUMBERS
        self._names = Names()

    def read(self, kind: str) -> dict[str, object]:
        """Read the whole blob as one message; FormatError or LimitError where it is none."""
        top = Frame(kind, {}, self.wire.fields(), Slot("", kind, False), self.wire.blob.size)
        stack = [top]
        while stack:
            frame = stack[-1]
            found = next(frame.fields, None)
            if found is None:
                self._leave(stack.pop())
                continue
            inner = self._take(frame, found)
            if inner is not None:
                if len(stack) >= DEPTH:
                    raise LimitError(f"messages are nested more than {DEPTH} deep at offset {found.start}")
                stack.append(inner)
        return top.value

    def keep(self, name: str, data: bytes) -> None:
        """Keep bytes that nothing else accounts for, numbered where there are several of a name."""
        if len(self.residue) >= RESIDUES:
            raise LimitError(f"there are more than {RESIDUES} runs of bytes that nothing accounts for")
        self.residue[self._names.free(name)] = data

    def _take(self, frame: Frame, found: Field) -> Frame | None:
        """Store one field in its message; return the frame of a message that has to be read first."""
        slot = self._schema[frame.kind].get(found.number)
        if slot is None or not slot.fits(found.wire):
            self.keep(f"{frame.path} field {found.number}".lstrip(), self._raw(found.start, found.end))
            return None
        if found.overlong:
            self.keep(f"{frame.path} {slot.name}, its head".lstrip(), self._raw(found.start, found.offset))
        self._note_order(frame, slot, found)
        if slot.name in frame.value and not slot.many:
            raise FormatError(f"{frame.path} has a second {slot.name} at offset {found.start}".lstrip())
        if slot.kind not in SCALARS:
            fields = self.wire.fields(found.offset, found.end)
            return Frame(
                slot.kind, {}, fields, slot, found.end, len(_items(frame, slot)) if slot.many else 0, frame
            )
        self._store(frame, slot, found)
        return None

    def _store(self, frame: Frame, slot: Slot, found: Field) -> None:
        if slot.kind in RUNS:
            _extend(_items(frame, slot), self._whole_run(frame, found))
        elif slot.many and found.wire != slot.wire:
            _items(frame, slot).extend(self._packed(slot, found, frame))
        elif slot.many:
            _items(frame, slot).append(self._scalar(slot, found))
        else:
            frame.value[slot.name] = self._scalar(slot, found)

    def _whole_run(self, frame: Frame, found: Field) -> Field:
        """Return a field with those of the same tag that follow it at once, and go on behind them."""
        more = self.wire.repeats(found, frame.end)
        if not more:
            return found
        last, length, times = frame.order[-1]
        frame.order[-1] = last, length, times + more
        end = found.end + more * (found.end - found.start)
        frame.fields = self.wire.fields(end, frame.end)
        return found._replace(end=end)

    def _scalar(self, slot: Slot, found: Field) -> object:
        if slot.kind == "int":
            return signed(found.value)
        if slot.kind == "uint":
            return found.value
        if slot.kind == "text":
            return content(self.wire.blob, found.offset, found.length)
        if slot.kind in ("span", "spans", "bits32"):
            return found
        return floating(self.wire.read(found))

    def _packed(self, slot: Slot, found: Field, frame: Frame) -> Iterator[object]:
        offset = found.offset
        width = {FIXED32: 4, FIXED64: 8}.get(slot.wire, 1)
        self._numbers -= found.length // width
        if self._numbers < 0:
            raise LimitError(f"there are more than {NUMBERS} numbers in packed fields")
        if found.length % width:
            raise FormatError(f"{frame.path}.{slot.name} has {found.length} bytes, no multiple of {width}")
        while offset < found.end and width > 1:
            yield floating(self.wire.take(offset, width))
            offset += width
        while offset < found.end:
            value, stop = self.wire.varint(offset, found.end)
            if stop - offset > shortest(value):
                self.keep(f"{frame.path}.{slot.name}, an overlong number", self._raw(offset, stop))
            yield signed(value) if slot.kind == "int" else value
            offset = stop

    def _note_order(self, frame: Frame, slot: Slot, found: Field) -> None:
        """Note the field; usual are ascending numbers, and packing as the schema has it, in one piece."""
        packed = found.wire != slot.wire
        length = found.length if packed else -1
        last, before, times = frame.order[-1] if frame.order else (0, 0, 0)
        if last > found.number or packed != slot.packed or (packed and slot.name in frame.value):
            frame.unusual = True
        if (last, before) == (found.number, length):
            frame.order[-1] = last, before, times + 1
        else:
            frame.order.append((found.number, length, 1))

    def _leave(self, frame: Frame) -> None:
        if frame.unusual:
            order = " ".join(f"{number}:{length}x{times}" for number, length, times in frame.order)
            self.noise += f"{frame.path}: {order}\n".encode("ascii")
        result = self.close(frame)
        if frame.parent is None:
            return
        if frame.slot.many:
            _items(frame.parent, frame.slot).append(result)
        else:
            frame.parent.value[frame.slot.name] = result

    def _raw(self, start: int, end: int) -> bytes:
        return held(self.wire.blob, start, end - start)


def _items(frame: Frame, slot: Slot) -> list[object]:
    items = frame.value.setdefault(slot.name, [])
    assert isinstance(items, list)
    return items


def _extend(runs: list[object], found: Field) -> None:
    """Add a field to the runs; an unpacked number lengthens the run that it adjoins."""
    if found.wire == LENGTH:
        runs.append(Run(LENGTH, found.offset, found.end, 0))
        return
    last = runs[-1] if runs else None
    tag = found.offset - found.start
    if isinstance(last, Run) and (last.wire, last.end, last.tag) == (found.wire, found.start, tag):
        runs[-1] = last._replace(end=found.end)
    else:
        runs.append(Run(found.wire, found.start, found.end, tag))

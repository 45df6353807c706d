"""Global heaps, which hold texts and sequences of variable length (specification, III.E)."""

from dataclasses import dataclass, field

from lintian_ml.container.hdf5_file.fields import Fields
from lintian_ml.container.hdf5_file.ledger import FORM, LAYOUT, LEFTOVERS, Ledger

HEADER = OBJECT = 16


@dataclass(slots=True)
class _Heap:
    """One collection: where its objects lie in ``data``, by their numbers, and which were asked for."""

    data: bytes
    objects: dict[int, tuple[int, int]] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)


class GlobalHeaps:
    """The global heaps of a file, each read when something of it is asked for."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.heaps: dict[int, _Heap] = {}

    def held(self, address: int, number: int, length: int, asker: Fields) -> bytes:
        """Return ``length`` bytes of an object; FormatError unless that is all of it."""
        if address not in self.heaps:
            self.heaps[address] = self._read(address)
        heap = self.heaps[address]
        if number not in heap.objects:
            raise asker.wrong(f"refers to object {number} of the global heap at {address}, which lacks it")
        start, size = heap.objects[number]
        if size != length:
            error = asker.wrong if length > size else asker.unread
            raise error(f"refers to {length} bytes of an object of {size} in the heap at {address}")
        heap.used.add(number)
        return heap.data[start : start + size]

    def close(self) -> None:
        """Take down what nothing asked for."""
        for heap in self.heaps.values():
            for number, (start, size) in heap.objects.items():
                if number not in heap.used:
                    self.ledger.spare("unused objects of global heaps", heap.data[start : start + size])

    def _read(self, address: int) -> _Heap:
        opening = Fields(self.ledger.peek(address, HEADER), "global heap", self.ledger.base + address)
        opening.constant(b"GCOL\1")
        self.ledger.spare("reserved bytes", opening.take(3))
        size = opening.number(8)
        self.ledger.note(LAYOUT, size.to_bytes(8, "little"))
        fields = self.ledger.block(address, size, "global heap")
        fields.take(HEADER)
        heap = _Heap(fields.data)
        while fields.left >= OBJECT and self._object(fields, heap):
            pass
        self.ledger.spare("free space of global heaps", fields.rest())
        return heap

    def _object(self, fields: Fields, heap: _Heap) -> bool:
        """Read one object; return whether it is not the free space, which is the last."""
        number, links = fields.number(2), fields.take(2)
        self.ledger.spare("reserved bytes", fields.take(4))
        length = fields.number(8)
        self.ledger.note(LAYOUT, number.to_bytes(2, "little") + length.to_bytes(8, "little"))
        self.ledger.note(FORM, links)
        if not number:
            if length not in (0, fields.left + OBJECT):
                raise fields.wrong(f"has free space of {length} bytes at byte {fields.at}")
            return False
        if number in heap.objects:
            raise fields.wrong(f"has two objects with the number {number}")
        heap.objects[number] = fields.at, length
        fields.take(length)
        self.ledger.note(LEFTOVERS, fields.take(min(-length % 8, fields.left)))
        return True

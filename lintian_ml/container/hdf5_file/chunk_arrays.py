"""Arrays of chunks: of a fixed length, and extensible (specification, VII.C and VII.D).

An extensible array has its first elements in an index block; then come data blocks, to the first of which the
index block refers, to the others secondary blocks. Both kinds of arrays divide large blocks into pages.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.container.hdf5_file.fields import Fields
from lintian_ml.container.hdf5_file.ledger import LAYOUT, Ledger, seal

OWNER = 14
_FIXED_HEADER, _EXTENSIBLE_HEADER = 28, 72
Entry = tuple[int, bytes]
"""The number of a chunk, and what an array says of it."""


@dataclass(frozen=True, slots=True)
class _Array:
    """An array: its header's address, bytes of an element, elements of a page, whether it is of filtered
    chunks; of an extensible one bytes of an offset, and elements of the least data block.
    """

    address: int
    width: int
    page: int
    filtered: bool
    offsets: int = 0
    least: int = 0

    def opened(self, fields: Fields, signature: bytes) -> None:
        """Demand that a block begins with its signature and says to which array it belongs."""
        fields.constant(signature)
        fields.constant(bytes((0, self.filtered)) + self.address.to_bytes(8, "little"))


@dataclass(frozen=True, slots=True)
class _Data:
    """A block of an extensible array that may be there: its first element's number; what it says of its place
    (where an index block leads to it, the library counts all blocks before as of this one's size); how many
    elements it has, or each block below it; a bit for each page that was written.
    """

    address: int | None
    number: int
    offset: int
    size: int
    made: bytes = b""


def read_fixed(ledger: Ledger, address: int, filtered: bool, chunks: int) -> Iterator[Entry]:
    """Yield the elements of a fixed array that may be there; which must be for ``chunks``."""
    header = ledger.sealed(address, _FIXED_HEADER, "fixed array", b"FAHD")
    header.constant(bytes((0, filtered)))
    ledger.note(LAYOUT, header.data[header.at :])
    width, bits, count, data = header.number(1), header.number(1), header.number(8), header.address()
    if bits > 32 or not _fits(width, filtered) or count != chunks or count > ledger.blob.size:
        raise header.wrong(f"claims {count} elements of {width} bytes in pages of 2^{bits}")
    array = _Array(address, width, 1 << bits, filtered)
    if data is None:
        return
    pages = -(-count // array.page) if count > array.page else 0
    bitmap = (pages + 7) // 8
    length = OWNER + bitmap + (4 + 4 * pages if pages else 4) + count * width
    fields = ledger.block(data, length, "data block of a fixed array")
    array.opened(fields, b"FADB")
    yield from _elements(ledger, array, fields, fields.take(bitmap), (0, count))


def _elements(
    ledger: Ledger, array: _Array, fields: Fields, made: bytes, run: tuple[int, int]
) -> Iterator[Entry]:
    """Yield the elements of a data block, whose numbers are those of ``run``; ``made`` has a bit for each
    page that was written.
    """
    number, end = run
    if end - number <= array.page:
        yield from _page(ledger, array, fields, (number, end), 0)
        return
    _close(ledger, fields, 0)
    page = 0
    while number < end:
        count = min(array.page, end - number)
        if made[page // 8] & 0x80 >> page % 8:
            yield from _page(ledger, array, fields, (number, number + count), fields.at)
        else:
            ledger.spare("unused pages of arrays", fields.take(count * array.width + 4))
        number += count
        page += 1


def _page(ledger: Ledger, array: _Array, fields: Fields, run: tuple[int, int], start: int) -> Iterator[Entry]:
    """Yield the elements of a page whose checksum counts from ``start``."""
    found = [(number, fields.take(array.width)) for number in range(*run)]
    _close(ledger, fields, start)
    yield from found


def _close(ledger: Ledger, fields: Fields, start: int) -> None:
    """Demand the checksum of what was read since ``start``, and take that down."""
    part = Fields(fields.data[start : fields.at + 4], fields.what, fields.origin + start)
    seal(part, len(part.data) - 4)
    ledger.note(LAYOUT, part.data[:-4])
    fields.take(4)


def read_extensible(ledger: Ledger, address: int, filtered: bool) -> Iterator[Entry]:
    """Yield the elements of an extensible array that may be there."""
    header = ledger.sealed(address, _EXTENSIBLE_HEADER, "extensible array", b"EAHD")
    header.constant(bytes((0, filtered)))
    ledger.note(LAYOUT, header.data[header.at :])
    width, bits, first, least, pointers, page = (header.number(1) for _ in range(6))
    header.take(48)
    index = header.address()
    if (
        not _fits(width, filtered)
        or bits > 64
        or page > 32
        or not _is_power(least)
        or not _is_power(pointers)
    ):
        raise header.wrong(f"has blocks of at least {least} elements and {pointers} pointers")
    array = _Array(address, width, 1 << page, filtered, (bits + 7) // 8, least)
    if index is not None:
        yield from _indexed(ledger, array, index, (first, bits, pointers))


def _indexed(ledger: Ledger, array: _Array, address: int, sizes: tuple[int, int, int]) -> Iterator[Entry]:
    """Yield the elements of an index block, and of those that it leads to."""
    first, bits, pointers = sizes
    secondary = 1 + bits - (array.least.bit_length() - 1)
    direct = 2 * (pointers - 1)
    skipped = 2 * (pointers.bit_length() - 1)
    others = max(0, secondary - skipped)
    length = OWNER + first * array.width + 8 * (direct + others) + 4
    fields = ledger.block(address, length, "index block of an extensible array")
    array.opened(fields, b"EAIB")
    elements = [(number, fields.take(array.width)) for number in range(first)]
    blocks = [fields.address() for _ in range(direct + others)]
    _close(ledger, fields, 0)
    yield from elements
    number, block = first, 0
    for level in range(secondary):
        count, size = 1 << level // 2, _length(array, level)
        if level < skipped:
            begun = number - first
            for place in range(block, block + count):
                data = _Data(blocks[place], number, begun + place * size, size)
                yield from _read_data(ledger, array, data)
                number += size
            block += count
        else:
            place = direct + level - skipped
            yield from _secondary(ledger, array, _Data(blocks[place], number, number - first, size), count)
            number += count * size


def _secondary(ledger: Ledger, array: _Array, block: _Data, count: int) -> Iterator[Entry]:
    """Yield the elements of the data blocks that a secondary block leads to."""
    if block.address is None:
        return
    pages = block.size // array.page if block.size > array.page else 0
    bitmap = (pages + 7) // 8
    length = OWNER + array.offsets + count * (bitmap + 8) + 4
    fields = ledger.block(block.address, length, "secondary block of an extensible array")
    array.opened(fields, b"EASB")
    fields.constant(block.offset.to_bytes(array.offsets, "little"))
    made = [fields.take(bitmap) for _ in range(count)]
    blocks = [fields.address() for _ in range(count)]
    _close(ledger, fields, 0)
    for number, (address, bits) in enumerate(zip(blocks, made, strict=True)):
        begun = number * block.size
        data = _Data(address, block.number + begun, block.offset + begun, block.size, bits)
        yield from _read_data(ledger, array, data)


def _read_data(ledger: Ledger, array: _Array, block: _Data) -> Iterator[Entry]:
    """Yield the elements of a data block."""
    if block.address is None:
        return
    pages = block.size // array.page if block.size > array.page else 0
    length = OWNER + array.offsets + 4 + block.size * array.width + 4 * pages
    fields = ledger.block(block.address, length, "data block of an extensible array")
    array.opened(fields, b"EADB")
    fields.constant(block.offset.to_bytes(array.offsets, "little"))
    if pages > 8 * len(block.made):
        raise fields.wrong(f"has {pages} pages of which nothing is known")
    yield from _elements(ledger, array, fields, block.made, (block.number, block.number + block.size))


def _length(array: _Array, level: int) -> int:
    """Return how many elements a data block has that belongs to a secondary block."""
    return array.least << (level + 1) // 2


def _fits(width: int, filtered: bool) -> bool:
    """Whether an element may have that width: an address, and of a filtered chunk its size and a mask."""
    return 13 <= width <= 20 if filtered else width == 8


def _is_power(number: int) -> bool:
    return number > 0 and not number & number - 1

"""B-trees of version 2, which hold records of one size (specification, III.A.2)."""

from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.container.hdf5_file.fields import Fields
from lintian_ml.container.hdf5_file.ledger import FORM, LAYOUT, Ledger, seal
from lintian_ml.error import FormatError

HEADER, OVERHEAD, DEPTH_LIMIT = 38, 10, 16


@dataclass(frozen=True, slots=True)
class _Shape:
    """What all nodes of one tree have in common; by level: how many bytes count the records below a child."""

    sort: int
    node: int
    record: int
    counts: int
    sums: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Node:
    address: int
    level: int
    records: int


def read_records(ledger: Ledger, address: int, sort: int, least: int, most: int) -> Iterator[bytes]:
    """Yield every record of a tree of a type, in order; each has from ``least`` to ``most`` bytes.

    FormatError for a tree that holds more or fewer than it says.
    """
    header = ledger.sealed(address, HEADER, "B-tree header", b"BTHD")
    header.constant(bytes((0, sort)))
    node, record, depth = header.number(4), header.number(2), header.number(2)
    ledger.note(FORM, header.data[6:16] + header.take(2))
    root, records, total = header.address(), header.number(2), header.number(8)
    ledger.note(LAYOUT, header.data[16:])
    if root is None:
        return
    if not least <= record <= most or depth > DEPTH_LIMIT or node < OVERHEAD + record:
        raise header.wrong(f"has nodes of {node} bytes in {depth} levels, records of {record}")
    shape = _shape(sort, node, record, depth)
    waiting: list[_Node | bytes] = [_Node(root, depth, records)]
    while waiting:
        found = waiting.pop()
        if isinstance(found, bytes):
            total -= 1
            yield found
        else:
            waiting.extend(reversed(_opened(ledger, shape, found)))
    if total:
        raise header.wrong(f"says that there are {total} records more than there are")


def _shape(sort: int, node: int, record: int, depth: int) -> _Shape:
    """Return how many bytes each count of records takes in a tree."""
    most = (node - OVERHEAD) // record
    counts = _width(most)
    below, sums = most, [0]
    for _ in range(depth):
        pointer = 8 + counts + sums[-1]
        here = (node - OVERHEAD - pointer) // (record + pointer)
        if here < 1:
            raise FormatError(f"HDF5 B-tree with nodes of {node} bytes for records of {record}")
        below = (here + 1) * below + here
        sums.append(_width(below))
    return _Shape(sort, node, record, counts, tuple(sums))


def _width(most: int) -> int:
    """Return in how many bytes a number up to ``most`` is written."""
    return (most.bit_length() - 1) // 8 + 1


def _opened(ledger: Ledger, shape: _Shape, node: _Node) -> list[_Node | bytes]:
    """Return the records of a node, and between them its children."""
    fields = ledger.block(node.address, shape.node, "B-tree node")
    fields.constant(b"BTIN" if node.level else b"BTLF")
    fields.constant(bytes((0, shape.sort)))
    if node.records * shape.record > fields.left:
        raise fields.wrong(f"claims {node.records} records")
    found: list[_Node | bytes] = [fields.take(shape.record) for _ in range(node.records)]
    start = fields.at
    if node.level:
        children = [_child(fields, shape, node.level) for _ in range(node.records + 1)]
        found = [one for pair in zip(children, [*found, b""], strict=True) for one in pair][:-1]
    ledger.note(LAYOUT, fields.data[start : fields.at])
    seal(fields, fields.at)
    fields.take(4)
    ledger.spare("unused bytes of B-trees", fields.rest())
    return found


def _child(fields: Fields, shape: _Shape, level: int) -> _Node:
    address, records = fields.there(), fields.number(shape.counts)
    fields.take(shape.sums[level - 1])
    return _Node(address, level - 1, records)

"""Groups of the first kind: a B-tree of nodes of symbols, whose names lie in a heap (specification, III.A to D)."""

from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.container.hdf5_file.fields import Fields
from lintian_ml.container.hdf5_file.heap_local import LocalHeap, open_heap
from lintian_ml.container.hdf5_file.ledger import LAYOUT, Ledger
from lintian_ml.container.hdf5_file.link import Link, Sort
from lintian_ml.container.hdf5_file.superblock import Superblock

ENTRY, NODE, TREE = 40, 8, 24
_GROUP, _SOFT = 1, 2


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of a B-tree of version 1: how high it is above the leaves; each child with the key before it."""

    level: int
    children: tuple[tuple[bytes, int], ...]


def read_branch(ledger: Ledger, address: int, sort: int, key: int, half: int) -> Branch:
    """Read a node of keys of ``key`` bytes with room for twice ``half`` children; ``sort`` is 0 or 1."""
    fields = ledger.block(address, TREE + (2 * half + 1) * key + 2 * half * 8, "B-tree")
    fields.constant(b"TREE" + bytes((sort,)))
    level, used = fields.number(1), fields.number(2)
    ledger.note(LAYOUT, bytes((level,)) + used.to_bytes(2, "little") + fields.take(16))
    if used > 2 * half:
        raise fields.wrong(f"claims {used} children, with room for {2 * half}")
    children = tuple((fields.take(key), fields.there()) for _ in range(used))
    last = fields.take(key)
    ledger.note(LAYOUT, b"".join(key + child.to_bytes(8, "little") for key, child in children) + last)
    ledger.spare("unused entries of B-trees", fields.rest())
    return Branch(level, children)


def branches(ledger: Ledger, root: int, sort: int, key: int, half: int) -> Iterator[tuple[bytes, int]]:
    """Yield what the leaves of a B-tree refer to, with the key before each, in order."""
    waiting: list[tuple[int, int | None]] = [(root, None)]
    while waiting:
        address, above = waiting.pop()
        branch = read_branch(ledger, address, sort, key, half)
        if above is not None and branch.level != above - 1:
            raise Fields(b"", "B-tree", address).wrong(f"is of level {branch.level} below one of {above}")
        if branch.level == 0:
            yield from branch.children
        else:
            waiting.extend((child, branch.level) for _, child in reversed(branch.children))


def read_symbols(ledger: Ledger, sizes: Superblock, message: Fields) -> Iterator[Link]:
    """Yield the links of the group that a symbol table message tells of."""
    tree, heap = message.there(), open_heap(ledger, message.there())
    ledger.note(LAYOUT, message.data[: message.at])
    for _, node in branches(ledger, tree, 0, 8, sizes.internal_k):
        yield from _node(ledger, sizes, heap, node)
    heap.close()


def _node(ledger: Ledger, sizes: Superblock, heap: LocalHeap, address: int) -> Iterator[Link]:
    fields = ledger.block(address, NODE + 2 * sizes.leaf_k * ENTRY, "symbol table node")
    fields.constant(b"SNOD\1")
    ledger.spare("reserved bytes", fields.take(1))
    used = fields.number(2)
    ledger.note(LAYOUT, used.to_bytes(2, "little"))
    if used > 2 * sizes.leaf_k:
        raise fields.wrong(f"claims {used} symbols, with room for {2 * sizes.leaf_k}")
    for _ in range(used):
        yield _entry(ledger, heap, fields)
    ledger.spare("unused entries of symbol table nodes", fields.rest())


def _entry(ledger: Ledger, heap: LocalHeap, fields: Fields) -> Link:
    """Return one symbol: a link to an object, or a soft one."""
    place, address, cached = fields.number(8), fields.address(), fields.number(4)
    ledger.spare("reserved bytes", fields.take(4))
    scratch = fields.take(16)
    ledger.note(LAYOUT, fields.data[fields.at - ENTRY : fields.at - 20])
    name = heap.text(place)
    if cached == _SOFT:
        ledger.note(LAYOUT, scratch[:4])
        ledger.spare("unused bytes of symbols", scratch[4:])
        return Link(name, Sort.SOFT, target=heap.text(int.from_bytes(scratch[:4], "little")))
    if cached == _GROUP:
        ledger.note(LAYOUT, scratch)
    else:
        ledger.spare("unused bytes of symbols", scratch)
    if cached > _SOFT or address is None:
        raise fields.wrong(f"has a symbol of type {cached} at byte {fields.at - ENTRY}")
    return Link(name, Sort.HARD, address)

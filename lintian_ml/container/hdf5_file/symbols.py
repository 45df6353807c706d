"""Groups of the first kind: a B-tree of nodes of symbols, with names in a heap (specification, III.A-D)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from lintian_ml.container.hdf5_file.fields import Fields
from lintian_ml.container.hdf5_file.heap_local import LocalHeap, open_heap
from lintian_ml.container.hdf5_file.ledger import LAYOUT, Ledger
from lintian_ml.container.hdf5_file.link import Link, Sort
from lintian_ml.container.hdf5_file.superblock import Superblock

ENTRY, NODE, TREE = 40, 8, 24
_GROUP, _SOFT = 1, 2


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of a B-tree of version 1: its height above the leaves; its children, each between two keys."""

    level: int
    keys: tuple[bytes, ...]
    children: tuple[int, ...]


def read_branch(ledger: Ledger, address: int, sort: int, key: int, half: int) -> Branch:
    """Read a node of keys of ``key`` bytes with room for twice ``half`` children; ``sort`` is 0 or 1."""
    fields = ledger.block(address, TREE + (2 * half + 1) * key + 2 * half * 8, "B-tree")
    fields.constant(b"TREE" + bytes((sort,)))
    level, used = fields.number(1), fields.number(2)
    if used > 2 * half:
        raise fields.wrong(f"claims {used} children, with room for {2 * half}")
    fields.take(16)
    keys, children = [], []
    for _ in range(used):
        keys.append(fields.take(key))
        children.append(fields.there())
    keys.append(fields.take(key))
    ledger.note(LAYOUT, fields.data[5 : fields.at])
    ledger.spare("unused entries of B-trees", fields.rest())
    return Branch(level, tuple(keys), tuple(children))


def leaves(ledger: Ledger, root: int, sort: int, key: int, half: int) -> Iterator[Branch]:
    """Yield the leaves of a B-tree in order; the keys of chunks must lead to each."""
    waiting: list[tuple[int, int | None, bytes, bytes]] = [(root, None, b"", b"")]
    while waiting:
        address, above, low, high = waiting.pop()
        branch = read_branch(ledger, address, sort, key, half)
        here = Fields(b"", "B-tree", ledger.base + address)
        if above is not None and branch.level != above - 1:
            raise here.wrong(f"is of level {branch.level} below one of {above}")
        if sort:
            _demand_order(here, branch, low, high)
        if branch.level == 0:
            yield branch
        else:
            bounds = zip(branch.children, branch.keys, branch.keys[1:], strict=False)
            waiting.extend(reversed([(child, branch.level, low, high) for child, low, high in bounds]))


def _demand_order(here: Fields, branch: Branch, low: bytes, high: bytes) -> None:
    """Demand that keys of chunks ascend between those of the node above, so that a search finds each."""
    places = [place_of(key) for key in branch.keys]
    inside = not low or (place_of(low) <= places[0] and places[-1] <= place_of(high))
    if not inside or any(one >= other for one, other in pairwise(places)):
        raise here.wrong("has keys out of order")


def place_of(key: bytes) -> tuple[int, ...]:
    """Return the place of the chunk that a key is of; its last number is that of a byte in an element."""
    return struct.unpack(f"<{len(key) // 8 - 1}Q", key[8:])


def read_symbols(ledger: Ledger, sizes: Superblock, message: Fields) -> Iterator[Link]:
    """Yield the links of the group that a symbol table message tells of."""
    tree, heap = message.there(), open_heap(ledger, message.there())
    ledger.note(LAYOUT, message.data[: message.at])
    for leaf in leaves(ledger, tree, 0, 8, sizes.internal_k):
        for node in leaf.children:
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

"""Walks the nodes of a pickle once: names the arrays by their paths, writes the rest as plain JSON data.

Time and memory are linear in the nodes, whatever they would expand to, and nothing recurses on their depth:
what is shared or lies deep is written once, in a list of objects, and referred to by its place there.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from lintian_ml.encoding.pickle_nodes import (
    Call,
    Container,
    Dict,
    Persistent,
    Run,
    Set,
    is_container,
    scalar_as_json,
)
from lintian_ml.encoding.pickle_nodes import children as held
from lintian_ml.error import LimitError
from lintian_ml.model import Payload, Tensor

DEEPEST = 24
"""Levels of nesting in the JSON data before an object moves to the list of objects."""
MOST_TENSORS = 200_000
LONGEST_PATH = 64
LONGEST_NAME = 1000
SMALL_TUPLE = 16

Path = tuple[str, "Path"] | None
"""A path as its last component and the path before it."""


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A node that stands for an array; ``extras`` are what else the node says, by names of ours;
    ``storage`` names the memory that it may share with others."""

    dtype: str
    shape: tuple[int, ...]
    payload: Payload
    big_endian: bool = False
    extras: tuple[tuple[str, object], ...] = ()
    storage: str = ""


Interpret = Callable[[object], Leaf | None]


class Tree:
    """The arrays, long strings and structure under some nodes.

    ``interpret`` tells which nodes stand for arrays, ``payload`` where a long string lies; path components in
    ``silent`` are left out of names. ``embedded`` are strings that begin as pickles do, ``owners`` the names
    of the arrays on each storage, ``found`` the texts under those keys of dicts that are ``wanted``.
    """

    def __init__(
        self,
        interpret: Interpret,
        payload: Callable[[Run], Payload],
        silent: frozenset[str] = frozenset(),
        wanted: frozenset[str] = frozenset(),
    ) -> None:
        self.tensors: list[Tensor] = []
        self.owners: dict[str, list[str]] = {}
        self.found: dict[str, str] = {}
        self._wanted = wanted
        self.embedded: list[str | bytes | Run] = []
        self._interpret = interpret
        self._payload = payload
        self._silent = silent
        self._leaves: dict[int, Leaf | None] = {}
        self._names: dict[int, str] = {}
        self._taken: dict[str, int] = {}
        self._seen: set[int] = set()
        self._shared: set[int] = set()
        self._references: dict[int, dict[str, int]] = {}
        self._queued: set[int] = set()
        self._pending: list[Container] = []
        self._kept: list[object] = []

    def seen(self, node: object) -> bool:
        """Whether a node was reached; numbers and short strings always were."""
        return id(node) in self._seen or not (isinstance(node, Run) or is_container(node))

    def add(self, root: object, name: str = "") -> None:
        """Walk everything under ``root``, in the order of the stream; ``name`` begins the arrays' names."""
        self._kept.append(root)
        self._queued.add(id(root))
        stack: list[tuple[object, Path]] = [(root, (name, None) if name else None)]
        while stack:
            node, path = stack.pop()
            if isinstance(node, Run):
                self._add_run(node, path)
            elif is_container(node):
                stack.extend(reversed(list(self._enter(node, path))))
            elif isinstance(node, str | bytes) and len(node) > 2 and node[:1] in ("\x80", b"\x80"):
                self.embedded.append(node)

    def _enter(self, node: Container, path: Path) -> Iterator[tuple[object, Path]]:
        leaf = self._leaf(node)
        if leaf is not None:
            self._name(node, path, leaf)
        if id(node) in self._seen:
            self._shared.add(id(node))
            return
        self._seen.add(id(node))
        if isinstance(node, Dict) and self._wanted:
            self.found.update(_texts(node, self._wanted))
        for label, child in leaf.extras if leaf else held(node):
            if self._is_worth_visiting(child):
                yield child, (label, path) if label and label not in self._silent else path

    def _is_worth_visiting(self, node: object) -> bool:
        """Whether a walk must go to a node: the first time, and each time to an array, for another name."""
        if not is_container(node):
            return isinstance(node, Run | str | bytes)
        if _is_plain(node):
            return False
        if id(node) not in self._queued:
            self._queued.add(id(node))
            return True
        self._shared.add(id(node))
        return self._leaf(node) is not None

    def _leaf(self, node: Container) -> Leaf | None:
        if not isinstance(node, Call):
            return None
        if id(node) not in self._leaves:
            self._leaves[id(node)] = self._interpret(node)
        return self._leaves[id(node)]

    def _name(self, node: object, path: Path, leaf: Leaf) -> None:
        name = self._unique(_written(path) or "tensor")
        self._names.setdefault(id(node), name)
        if len(self.tensors) >= MOST_TENSORS:
            raise LimitError(f"more than {MOST_TENSORS} arrays in one pickle")
        if leaf.storage:
            self.owners.setdefault(leaf.storage, []).append(name)
        self.tensors.append(Tensor(name, leaf.dtype, leaf.shape, leaf.payload, leaf.big_endian))

    def _add_run(self, run: Run, path: Path) -> None:
        if id(run) in self._seen:
            return
        self._seen.add(id(run))
        self.embedded.append(run)
        self._name(run, path, Leaf("bytes", (run.length,), self._payload(run)))

    def _unique(self, name: str) -> str:
        while (count := self._taken.get(name, 0) + 1) > 1:
            self._taken[name] = count
            name = f"{name}#{count}"
        self._taken[name] = count
        return name

    def document(self, root: object) -> object:
        """Return the structure under ``root`` as plain JSON data; ``objects`` only where needed."""
        top = self._write(root, 0)
        objects: list[object] = []
        while len(objects) < len(self._pending):
            objects.append(self._write_whole(self._pending[len(objects)], 0))
        return {"root": top, "objects": objects} if objects else top

    def _write(self, node: object, depth: int) -> object:
        if isinstance(node, Run):
            return {"tensor": self._names.get(id(node), "")}
        if not is_container(node):
            return scalar_as_json(node)
        if not _is_plain(node) and (depth >= DEEPEST or id(node) in self._shared):
            return self._refer(node)
        return self._write_whole(node, depth)

    def _write_whole(self, node: Container, depth: int) -> object:
        leaf = self._leaves.get(id(node))
        if leaf is None:
            return self._write_container(node, depth)
        extras = {key: self._write(value, depth + 1) for key, value in leaf.extras}
        return {"tensor": self._names[id(node)], **extras}

    def _refer(self, node: Container) -> dict[str, int]:
        """Return a reference to a place in the list of objects, the same one each time."""
        if id(node) not in self._references:
            self._references[id(node)] = {"object": len(self._pending)}
            self._pending.append(node)
        return self._references[id(node)]

    def _write_container(self, node: Container, depth: int) -> object:
        below = depth + 1
        match node:
            case list():
                return [self._write(item, below) for item in node]
            case tuple():
                return {"tuple": [self._write(item, below) for item in node]}
            case Dict():
                return {"dict": self._write_pairs(node.pairs, below)}
            case Set():
                items = sorted((self._write(item, below) for item in node.items), key=json.dumps)
                return {"frozenset" if node.frozen else "set": items}
            case Persistent():
                return {"persistent": self._write(node.id, below)}
            case Call():
                return self._write_call(node, below)

    def _write_pairs(self, pairs: list[tuple[object, object]], depth: int) -> list[object]:
        return [[self._write(key, depth), self._write(value, depth)] for key, value in pairs]

    def _write_call(self, node: Call, depth: int) -> dict[str, object]:
        written: dict[str, object] = {node.how.value: self._write(node.function, depth)}
        written["arguments"] = self._write(node.arguments, depth)
        if node.keywords is not None:
            written["keywords"] = self._write(node.keywords, depth)
        if node.items:
            written["items"] = [self._write(item, depth) for item in node.items]
        if node.pairs:
            written["pairs"] = self._write_pairs(node.pairs, depth)
        if node.states:
            written["states"] = [self._write(state, depth) for state in node.states]
        return written


def _is_plain(node: object) -> bool:
    """Whether a node is a short tuple of values without parts, such as a shape: sharing it means nothing."""
    if not isinstance(node, tuple) or len(node) > SMALL_TUPLE:
        return False
    return not any(is_container(item) or isinstance(item, str | bytes | Run) for item in node)


def _texts(node: Dict, wanted: frozenset[str]) -> dict[str, str]:
    """Return the short texts under some keys of a dict."""
    pairs = ((key, value) for key, value in node.pairs if isinstance(key, str) and key in wanted)
    return {key: value[:200] for key, value in pairs if isinstance(value, str)}


def _written(path: Path) -> str:
    parts: list[str] = []
    while path is not None and len(parts) < LONGEST_PATH:
        parts.append(path[0])
        path = path[1]
    name = ".".join(chain(("…",) if path else (), reversed(parts)))
    return name if len(name) <= LONGEST_NAME else f"…{name[-LONGEST_NAME:]}"

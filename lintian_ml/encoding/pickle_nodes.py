"""What a pickle describes, as inert nodes: nothing that a stream names is looked up, called or made.

None, bool, int, float, short str and bytes, list and tuple stand for themselves; all else is one of these
classes. Nodes are shared wherever the stream shares them, compared by identity, and may hold themselves.
"""

import enum
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeGuard


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """The name of a class or function; ``module`` and ``name`` as the stream spells them."""

    module: str
    name: str

    @property
    def dotted(self) -> str:
        """The full name: ``collections.OrderedDict``."""
        return f"{self.module}.{self.name}"


class How(enum.Enum):
    """Which way a stream asks for an object."""

    CALL = "call"
    NEW = "new"


@dataclass(slots=True, eq=False, repr=False)
class Call:
    """An object that unpickling would make by calling ``function``, or its ``__new__``.

    ``items`` would be appended to it, ``pairs`` set in it as in a dict, ``states`` given to ``__setstate__``.
    """

    function: object
    arguments: object
    how: How = How.CALL
    keywords: object = None
    items: list[object] = field(default_factory=list)
    pairs: list[tuple[object, object]] = field(default_factory=list)
    states: list[object] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The dotted name of what is called; empty where that is no plain name."""
        return self.function.dotted if isinstance(self.function, Symbol) else ""

    def argument(self, index: int) -> object:
        """Return one positional argument, or None where there are fewer."""
        arguments = self.arguments
        return arguments[index] if isinstance(arguments, tuple) and index < len(arguments) else None


@dataclass(slots=True, eq=False, repr=False)
class Dict:
    """A dict as it is written: pairs in order, keys of any kind, later ones winning."""

    pairs: list[tuple[object, object]] = field(default_factory=list)

    def get(self, key: str) -> object:
        """Return the value of a text key; None where there is none."""
        return next(
            (value for name, value in reversed(self.pairs) if isinstance(name, str) and name == key), None
        )


@dataclass(slots=True, eq=False, repr=False)
class Set:
    """A set or a frozenset, its members as written."""

    items: list[object] = field(default_factory=list)
    frozen: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Persistent:
    """An object kept outside the stream, known by its ``id`` alone."""

    id: object


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A long string left where it is: ``length`` bytes of the blob from ``offset``; UTF-8 where ``text``."""

    offset: int
    length: int
    text: bool = False
    mutable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Buffer:
    """A buffer that travels beside the stream (protocol 5), asked for at offset ``asked`` of it."""

    asked: int


Container = list[object] | tuple[object, ...] | Call | Dict | Set | Persistent
_CONTAINERS = (list, tuple, Call, Dict, Set, Persistent)


def is_container(node: object) -> TypeGuard[Container]:
    """Whether a node holds other nodes."""
    return isinstance(node, _CONTAINERS)


def children(node: Container) -> Iterator[tuple[str, object]]:
    """Yield the nodes that a node holds, in their order, each with a label for a path ("" for none)."""
    match node:
        case list() | tuple():
            yield from ((str(index), item) for index, item in enumerate(node))
        case Dict():
            yield from _of_pairs(node.pairs)
        case Set():
            yield from (("", item) for item in node.items)
        case Persistent():
            yield "", node.id
        case Call():
            yield "", node.function
            yield "", node.arguments
            yield "", node.keywords
            yield from ((str(index), item) for index, item in enumerate(node.items))
            yield from _of_pairs(node.pairs)
            yield from (("", state) for state in node.states)


def _of_pairs(pairs: list[tuple[object, object]]) -> Iterator[tuple[str, object]]:
    for key, value in pairs:
        yield "", key
        yield label(key), value


def label(key: object) -> str:
    """Return the path component of a dict's key: the text itself, numbers in decimal, else nothing."""
    if isinstance(key, str):
        return key
    return str(key) if isinstance(key, int) and abs(key) < 1 << 63 else ""


def scalar_as_json(node: object) -> object:
    """Return a node that holds no others as plain JSON data, different for different nodes."""
    match node:
        case None | bool():
            return node
        case int():
            return node if -(1 << 63) <= node < 1 << 63 else {"int": hex(node)}
        case float():
            return node if math.isfinite(node) else {"float": struct.pack(">d", node).hex()}
        case str():
            return node if _is_encodable(node) else {"text": node.encode("utf-8", "surrogatepass").hex()}
        case bytes():
            return {"bytes": node.hex()}
        case Symbol():
            return {"name": node.dotted}
        case Buffer():
            return {"buffer": node.asked}
    raise TypeError(node)


def _is_encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True

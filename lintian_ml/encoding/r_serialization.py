"""R's serialised objects, read as inert nodes (R, src/main/serialize.c, "ReadItem"; versions 2 and 3).

Nothing is evaluated: promises, functions, environments and byte code are stepped over by their shape.
Readers of single items are generators that yield the readers of what lies within, so that the depth of an
object costs memory within the budget of nodes and no stack.
"""

from collections.abc import Generator
from dataclasses import dataclass, field

from lintian_ml.blob import Blob
from lintian_ml.encoding.r_ascii import forward
from lintian_ml.error import FormatError, LimitError

NODES = 1_000_000
DEPTH = 10_000
STRINGS = 1 << 16
"""How many strings of a vector are kept."""

HAS_ATTRIBUTES, HAS_TAG = 0x200, 0x400
EMPTY = {254: "NULL", 253: "globalenv", 252: "unbound", 251: "missing", 250: "base namespace"}
EMPTY |= {242: "emptyenv", 241: "baseenv"}
PAIRS = {2: "pairlist", 5: "promise", 6: "call", 3: "function", 17: "dots"}
NUMBERS = {10: "logical", 13: "integer", 14: "double", 15: "complex", 24: "raw"}
LISTS = {19: "list", 20: "expression", 16: "character"}
NAMED_PLACES = {249: "namespace", 248: "package", 247: "persistent"}
SYMBOL, ENVIRONMENT, POINTER, WEAK, CHARS, BYTECODE, S4, REFERENCE, ALTREP = 1, 4, 22, 23, 9, 21, 25, 255, 238
BUILTINS, REPEATED, REPEATS, CALL_WITH, PAIRS_WITH = (7, 8), 244, 243, 240, 239


@dataclass(slots=True, eq=False)
class Node:
    """One R object: ``items`` of a list or pairlist, by ``tags`` for the latter; numbers stay in the file.

    ``text`` is a symbol's or string's; ``offset`` is where ``length`` numbers lie.
    """

    kind: str
    length: int = 0
    offset: int = 0
    text: str = ""
    items: "list[Node]" = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    attributes: "dict[str, Node]" = field(default_factory=dict)

    def strings(self, attribute: str) -> tuple[str, ...]:
        """Return the strings of an attribute such as ``class`` or ``names``; none where it is absent."""
        found = self.attributes.get(attribute)
        return tuple(item.text for item in found.items) if found and found.kind == "character" else ()


Task = Generator["Task", Node, Node]
NOTHING = Node("NULL")


class Reader:
    """Reads one serialisation, from the version behind the line that tells its form: "X" for XDR, "A" for
    ASCII, "B" for a machine's own, little-endian order. ``nodes`` are all objects in order.
    """

    def __init__(self, blob: Blob, start: int, form: str = "X") -> None:
        self.forward = forward(blob, start, form)
        self.version, self.writer, self.needed = self.forward.numbers("iii")
        if self.version not in (2, 3):
            raise FormatError(f"the serialisation has version {self.version}, not 2 or 3")
        self.encoding = self._text(self.forward.number("i")) if self.version == 3 else ""
        self.nodes: list[Node] = []
        self._references: list[Node] = []

    def read(self) -> Node:
        """Return the one object of the file; FormatError where it is not well-formed."""
        tasks: list[Task] = [self._item()]
        value: Node | None = None
        while True:
            try:
                wanted = next(tasks[-1]) if value is None else tasks[-1].send(value)
            except StopIteration as done:
                value = done.value
                tasks.pop()
                if not tasks:
                    return value if value is not None else NOTHING
                continue
            if len(tasks) >= DEPTH:
                raise LimitError(f"objects are nested more than {DEPTH} deep at {self._place_now}")
            tasks.append(wanted)
            value = None

    def _text(self, length: int) -> str:
        return "" if length == -1 else self.forward.text(length, 16 << 20)

    def _node(self, kind: str, *, shared: bool = False) -> Node:
        if len(self.nodes) >= NODES:
            raise LimitError(f"there are more than {NODES} objects, the next at {self._place_now}")
        node = Node(kind)
        self.nodes.append(node)
        if shared:
            self._references.append(node)
        return node

    def _item(self) -> Task:
        at = self.forward.position
        flags = self.forward.number("I")
        kind = flags & 0xFF
        if kind in EMPTY:
            return self._node(EMPTY[kind])
        if kind == REFERENCE:
            return self._reference(flags >> 8)
        if kind in PAIRS:
            return (yield self._pairs(flags))
        if kind in NAMED_PLACES:
            return (yield self._place(NAMED_PLACES[kind]))
        if kind in (SYMBOL, ENVIRONMENT, POINTER, WEAK):
            return (yield self._shared(kind, flags))
        if kind in BUILTINS or kind == CHARS:
            node = self._node("string" if kind == CHARS else "builtin")
            node.text = self._text(self.forward.number("i"))
        elif kind in NUMBERS:
            node = self._numbers(kind)
        elif kind in LISTS:
            node = yield self._list(kind)
        elif kind == BYTECODE:
            self.forward.number("i")
            node = yield self._bytecode()
        elif kind == S4:
            node = self._node("S4")
        elif kind == ALTREP:
            return (yield self._compact())
        else:
            raise FormatError(f"an object of the type {kind} at offset {at}")
        if flags & HAS_ATTRIBUTES:
            self._describe(node, (yield self._item()))
        return node

    def _reference(self, index: int) -> Node:
        index = index or self.forward.number("i")
        if not 0 < index <= len(self._references):
            raise FormatError(f"a reference to object {index} before {self._place_now}")
        return self._references[index - 1]

    @property
    def _place_now(self) -> str:
        return f"offset {self.forward.position}"

    def _numbers(self, kind: int) -> Node:
        node = self._node(NUMBERS[kind])
        node.length = self._length()
        node.offset = self.forward.skip_vector(node.kind, node.length)
        return node

    def _length(self) -> int:
        length = self.forward.number("i")
        if length == -1:
            high, low = self.forward.numbers("II")
            length = high << 32 | low
        if not 0 <= length <= self.forward.left:
            raise FormatError(f"a vector of {length} elements before {self._place_now}")
        return length

    def _list(self, kind: int) -> Task:
        node = self._node(LISTS[kind])
        node.length = self._length()
        for number in range(node.length):
            item = yield self._item()
            if kind != 16 or number < STRINGS:
                node.items.append(item)
        return node

    def _pairs(self, flags: int) -> Task:
        """Read a pairlist or what is laid out like one; its rest is read in a loop, not within it."""
        node = self._node(PAIRS[flags & 0xFF])
        while True:
            if flags & HAS_ATTRIBUTES:
                self._describe(node, (yield self._item()))
            tag = (yield self._item()) if flags & HAS_TAG else NOTHING
            node.items.append((yield self._item()))
            node.tags.append(tag.text)
            if flags & 0xFF in (3, 5):
                node.items.append((yield self._item()))
                return node
            flags = self.forward.number("I")
            if flags & 0xFF not in (2, 6):
                self.forward.back()
                rest = yield self._item()
                if rest.kind != "NULL":
                    node.items.append(rest)
                return node

    def _place(self, name: str) -> Task:
        node = self._node(name)
        _, count = self.forward.numbers("ii")
        if not 0 <= count <= self.forward.left:
            raise FormatError(f"a name of {count} parts before {self._place_now}")
        for _ in range(count):
            node.items.append((yield self._item()))
        self._references.append(node)
        return node

    def _shared(self, kind: int, flags: int) -> Task:
        """Read what later references may name: symbols, environments, pointers."""
        if kind == SYMBOL:
            node = self._node("symbol")
            node.text = (yield self._item()).text
            self._references.append(node)
            return node
        node = self._node({ENVIRONMENT: "environment", POINTER: "pointer"}.get(kind, "weak"), shared=True)
        if kind == ENVIRONMENT:
            self.forward.number("i")
        for _ in range({ENVIRONMENT: 4, POINTER: 2, WEAK: 0}[kind]):
            node.items.append((yield self._item()))
        if kind != ENVIRONMENT and flags & HAS_ATTRIBUTES:
            self._describe(node, (yield self._item()))
        return node

    def _compact(self) -> Task:
        """Read an object in a short form of its own: its class, its state, its attributes."""
        node = self._node("compact")
        node.items = [(yield self._item()), (yield self._item())]
        self._describe(node, (yield self._item()))
        return node

    def _bytecode(self) -> Task:
        node = self._node("byte code")
        node.items.append((yield self._item()))
        count = self.forward.number("i")
        if not 0 <= count <= self.forward.left:
            raise FormatError(f"byte code of {count} constants before {self._place_now}")
        for _ in range(count):
            kind = self.forward.number("i")
            node.items.append((yield self._bytecode() if kind == BYTECODE else self._constant(kind)))
        return node

    def _constant(self, kind: int) -> Task:
        """Read a constant of byte code: a call or list in a form of its own, or any object."""
        if kind == REPEATS:
            self.forward.number("i")
            return NOTHING
        if kind not in (REPEATED, 6, 2, CALL_WITH, PAIRS_WITH):
            return (yield self._item())
        if kind == REPEATED:
            _, kind = self.forward.numbers("ii")
        if kind in (CALL_WITH, PAIRS_WITH):
            yield self._item()
        node = self._node("call")
        yield self._item()
        for _ in range(2):
            node.items.append((yield self._constant(self.forward.number("i"))))
        return node

    def _describe(self, node: Node, attributes: Node) -> None:
        node.attributes.update(zip(attributes.tags, attributes.items, strict=False))

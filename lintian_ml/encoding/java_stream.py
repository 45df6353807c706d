"""Streams of serialized Java objects (Java Object Serialization Specification, chapter 6), walked for arrays.

Nothing is made of what is read but the arrays of primitive values and the names of the classes. Rules that
contain one another are generators that ask for the rule within, so that no depth of a stream is recursion.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.plain import told
from lintian_ml.error import FormatError, LimitError

NULL, REFERENCE, CLASS_DESCRIPTION, OBJECT, STRING, ARRAY, CLASS = range(0x70, 0x77)
BLOCK, END, RESET, LONG_BLOCK, _, LONG_STRING, PROXY, ENUM = range(0x77, 0x7F)
WRITES, SERIALIZABLE, EXTERNALIZABLE, IN_BLOCKS = 1, 2, 4, 8
FIRST_HANDLE = 0x7E0000

PRIMITIVES = {
    "B": ("int8", 1),
    "C": ("uint16", 2),
    "D": ("float64", 8),
    "F": ("float32", 4),
    "I": ("int32", 4),
    "J": ("int64", 8),
    "S": ("int16", 2),
    "Z": ("bool", 1),
}
"""The types of fields and arrays that are values: our name, and bytes of one."""

DEEPEST = 100_000
MOST_ARRAYS = 1_000_000
MOST_FIELDS = 10_000
MOST_ANCESTORS = 64


@dataclass(frozen=True, slots=True)
class Array:
    """An array of primitive values, big-endian, and the class and field in which it was found."""

    name: str
    dtype: str
    count: int
    offset: int
    length: int


@dataclass(slots=True)
class Description:
    """What a stream tells of a class; ``fields`` are types and names."""

    name: str
    flags: int = 0
    fields: list[tuple[str, str]] = field(default_factory=list)
    parent: "Description | None" = None

    def line(self) -> "list[Description]":
        """Return the class and those that it extends, the first ancestor first."""
        found: list[Description] = []
        current: Description | None = self
        while current is not None:
            if len(found) == MOST_ANCESTORS:
                raise FormatError(f"the class {self.name:.80} has more than {MOST_ANCESTORS} ancestors")
            found.append(current)
            current = current.parent
        return found[::-1]


Rule = Generator["Rule", object, object]
"""A rule of the grammar: it yields the rules within it, is sent what they return, and returns its own."""


def arrays(source: Forward) -> "tuple[list[Array], list[str]]":
    """Return the arrays and the names of classes from ``source``'s place to its end.

    FormatError where the stream breaks a rule, or has data that only the class itself can read.
    """
    walk = _Walk(source)
    while source.left:
        _run(walk.content("stream"))
    return walk.arrays, list(walk.classes)


def _run(rule: Rule) -> None:
    stack, value = [rule], None
    while stack:
        try:
            inner = stack[-1].send(value)
        except StopIteration as done:
            stack.pop()
            value = done.value
            continue
        stack.append(inner)
        value = None
        if len(stack) > DEEPEST:
            raise LimitError(f"objects within one another more than {DEEPEST} deep")


@dataclass(slots=True)
class _Walk:
    """What was read so far: ``handles`` are the things that later parts of the stream may refer to."""

    source: Forward
    handles: list[Description | None] = field(default_factory=list)
    arrays: list[Array] = field(default_factory=list)
    classes: dict[str, None] = field(default_factory=dict)

    def content(self, label: str) -> Rule:
        """Read one thing; return its mark."""
        mark = self.source.number("B")
        if mark == OBJECT:
            yield self._object()
        elif mark == ARRAY:
            yield self._array(label)
        elif mark in (CLASS, ENUM):
            yield self._described()
            self.handles.append(None)
            if mark == ENUM:
                yield self.content(label)
        elif mark in (CLASS_DESCRIPTION, PROXY):
            yield self._description(mark)
        else:
            self._plain(mark)
        return mark

    def _plain(self, mark: int) -> None:
        """Step over a thing that has no others within."""
        if mark == REFERENCE:
            self._referred()
        elif mark in (STRING, LONG_STRING):
            self.handles.append(None)
            self.source.skip(self.source.number("H" if mark == STRING else "Q"))
        elif mark in (BLOCK, LONG_BLOCK):
            self.source.skip(self.source.number("B" if mark == BLOCK else "I"))
        elif mark == RESET:
            self.handles.clear()
        elif mark not in (NULL, END):
            raise FormatError(f"the unknown mark {mark:#x} at offset {self.source.position - 1}")

    def _referred(self) -> Description | None:
        number = self.source.number("I") - FIRST_HANDLE
        if not 0 <= number < len(self.handles):
            raise FormatError(f"a reference to nothing before offset {self.source.position}")
        return self.handles[number]

    def _described(self) -> Rule:
        """Read a class's description, new or referred to; return it, or None where there is none."""
        mark = self.source.number("B")
        if mark == REFERENCE:
            return self._referred()
        if mark in (CLASS_DESCRIPTION, PROXY):
            return (yield self._description(mark))
        if mark != NULL:
            raise FormatError(f"no description of a class at offset {self.source.position - 1}")
        return None

    def _description(self, mark: int) -> Rule:
        if mark == PROXY:
            found = Description("a proxy", SERIALIZABLE)
            self.handles.append(found)
            for _ in range(self._count("I")):
                self._text()
        else:
            found = Description(self._text())
            self.source.take(8)
            self.handles.append(found)
            self.classes[found.name] = None
            found.flags = self.source.number("B")
            yield self._fields(found)
        yield self._annotation(found.name)
        parent = yield self._described()
        found.parent = parent if isinstance(parent, Description) else None
        return found

    def _fields(self, found: Description) -> Rule:
        for _ in range(self._count("H")):
            kind = chr(self.source.number("B"))
            found.fields.append((kind, self._text()))
            if kind in "L[":
                yield self.content("")
            elif kind not in PRIMITIVES:
                raise FormatError(f"a field of the unknown type {kind!r} in {found.name:.80}")
        return None

    def _annotation(self, label: str) -> Rule:
        """Read things up to the mark that ends them."""
        while (yield self.content(label)) != END:
            pass
        return None

    def _object(self) -> Rule:
        found = yield self._described()
        self.handles.append(None)
        if not isinstance(found, Description):
            raise FormatError(f"an object of no class before offset {self.source.position}")
        for part in found.line():
            if part.flags & SERIALIZABLE:
                yield self._values(part)
            elif part.flags & EXTERNALIZABLE and not part.flags & IN_BLOCKS:
                raise FormatError(f"only the class {part.name:.80} can read its own data")
            if part.flags & (WRITES if part.flags & SERIALIZABLE else EXTERNALIZABLE):
                yield self._annotation(part.name)
        return None

    def _values(self, part: Description) -> Rule:
        for kind, name in part.fields:
            if kind in PRIMITIVES:
                self.source.skip(PRIMITIVES[kind][1])
            else:
                yield self.content(f"{part.name}.{name}")
        return None

    def _array(self, label: str) -> Rule:
        found = yield self._described()
        self.handles.append(None)
        if not isinstance(found, Description) or found.name[:1] != "[":
            raise FormatError(f"an array of no class before offset {self.source.position}")
        count, kind = self.source.number("i"), found.name[1:]
        if not 0 <= count <= self.source.left:
            raise FormatError(f"{count} values claimed before offset {self.source.position}")
        if kind not in PRIMITIVES:
            for _ in range(count):
                yield self.content(label)
            return None
        dtype, width = PRIMITIVES[kind]
        start = self.source.skip(count * width)
        self.arrays.append(Array(label, dtype, count, start, count * width))
        if len(self.arrays) > MOST_ARRAYS:
            raise LimitError(f"more than {MOST_ARRAYS} arrays")
        return None

    def _count(self, code: str) -> int:
        count = self.source.number(code)
        if count > MOST_FIELDS:
            raise FormatError(f"{count} fields or interfaces before offset {self.source.position}")
        return count

    def _text(self) -> str:
        return told(self.source.take(self.source.number("H")))


def between(found: list[Array], end: int) -> Iterator[tuple[int, int]]:
    """Yield offset and length of each run of bytes that belongs to no array, up to ``end``."""
    at = 0
    for array in found:
        if array.offset > at:
            yield at, array.offset - at
        at = array.offset + array.length
    if end > at:
        yield at, end - at

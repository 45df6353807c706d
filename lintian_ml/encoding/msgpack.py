"""MessagePack (the specification at github.com/msgpack), read as tokens or as a tree; bytes stay in place.

Whatever a length claims is held against what is left of the file. ``longer`` keeps where a value is written
in a longer form than it needs, which writers may choose.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.plain import content, floating, told
from lintian_ml.error import FormatError, LimitError

DEEPEST = 64
"""Maps and lists within one another."""

MOST_LONGER = 1 << 16
LONGEST_KEY = 1 << 12

Scalar = None | bool | int | bytes


class Token(NamedTuple):
    """One value: ``kind`` is map, list, text, bytes, extension, number, float or constant.

    ``value`` is the count of a map or list, the number, the constant, or the raw bytes of a float; ``offset``
    and ``length`` are where a text, bytes or an extension's bytes lie, ``code`` is the extension's type.
    """

    kind: str
    value: Scalar
    offset: int = 0
    length: int = 0
    code: int = 0


class Bytes(NamedTuple):
    """Bytes left where they lie."""

    offset: int
    length: int


class Extension(NamedTuple):
    """A value of a type that the application defines, left where it lies."""

    code: int
    offset: int
    length: int


_CONSTANTS = {0xC0: None, 0xC2: False, 0xC3: True}
_FLOATS = {0xCA: 4, 0xCB: 8}
_NUMBERS = {
    **dict(zip(range(0xCC, 0xD0), [">B", ">H", ">I", ">Q"], strict=True)),
    **dict(zip(range(0xD0, 0xD4), [">b", ">h", ">i", ">q"], strict=True)),
}
_FIXED = {0xD4 + power: 1 << power for power in range(5)}
_COUNTED = {
    **{0xC4 + step: ("bytes", 1 << step) for step in range(3)},
    **{0xC7 + step: ("extension", 1 << step) for step in range(3)},
    **{0xD9 + step: ("text", 1 << step) for step in range(3)},
    **{0xDC + step: ("list", 2 << step) for step in range(2)},
    **{0xDE + step: ("map", 2 << step) for step in range(2)},
}
_LEAST = {
    ("bytes", 1): 0, ("extension", 1): 0, ("text", 1): 32, ("list", 2): 16, ("map", 2): 16,
    ("bytes", 2): 1 << 8, ("extension", 2): 1 << 8, ("text", 2): 1 << 8,
}  # fmt: skip
"""The least count for which a form of that many bytes is the shortest; 2 to the 16th for the longest."""


@dataclass(slots=True)
class Tokens:
    """The tokens of one value, from ``source``'s place on."""

    source: Forward
    longer: list[int] = field(default_factory=list)

    def __iter__(self) -> Iterator[Token]:
        left = [1]
        while left:
            if not left[-1]:
                left.pop()
                continue
            left[-1] -= 1
            token = self._next()
            yield token
            if token.kind in ("map", "list"):
                assert isinstance(token.value, int)
                self._open(left, token.value * (2 if token.kind == "map" else 1))
            elif token.length:
                self.source.skip(token.length)

    def _open(self, left: list[int], count: int) -> None:
        if count > self.source.left:
            raise FormatError(
                f"{count} values claimed before offset {self.source.position}, past the file's end"
            )
        if len(left) > DEEPEST:
            raise LimitError(f"values nested more than {DEEPEST} deep at offset {self.source.position}")
        left.append(count)

    def _next(self) -> Token:
        mark = self.source.number("B")
        if mark < 0x80 or mark >= 0xE0:
            return Token("number", mark if mark < 0x80 else mark - 0x100)
        if mark < 0xA0:
            return Token("map" if mark < 0x90 else "list", mark & 0x0F)
        if mark < 0xC0:
            return Token("text", None, self.source.position, mark & 0x1F)
        if mark in _CONSTANTS:
            return Token("constant", _CONSTANTS[mark])
        if mark in _NUMBERS:
            return Token("number", self._number(_NUMBERS[mark]))
        if mark in _FLOATS:
            return Token("float", self.source.take(_FLOATS[mark]))
        if mark in _FIXED:
            return self._extension(_FIXED[mark])
        if mark in _COUNTED:
            return self._counted(*_COUNTED[mark])
        raise FormatError(f"no value begins with {mark:#x}, as at offset {self.source.position - 1}")

    def _number(self, form: str) -> int:
        data = self.source.take(struct.calcsize(form))
        value: int = struct.unpack(form, data)[0]
        half = len(data) * 4
        signed = form[1].islower()
        fits = (
            -32 <= value < 128 if len(data) == 1 else (-(1 << half - 1) if signed else 0) <= value < 1 << half
        )
        if fits or (signed and value >= 0):
            self._note(len(data) + 1)
        return value

    def _counted(self, kind: str, width: int) -> Token:
        count = int.from_bytes(self.source.take(width), "big")
        if count < _LEAST.get((kind, width), 1 << 16) or (kind == "extension" and count in _FIXED.values()):
            self._note(width + 1)
        if kind in ("map", "list"):
            return Token(kind, count)
        if kind == "extension":
            return self._extension(count)
        return Token(kind, None, self.source.position, count)

    def _extension(self, length: int) -> Token:
        code = self.source.take(1)[0]
        return Token("extension", None, self.source.position, length, code)

    def _note(self, back: int) -> None:
        self.longer.append(self.source.position - back)
        if len(self.longer) > MOST_LONGER:
            raise LimitError(f"more than {MOST_LONGER} values are written longer than they need")


@dataclass(slots=True)
class _Open:
    """A map or list that is being read."""

    held: "dict[str | int | bytes, object] | list[object]"
    left: int
    key: str | int | bytes | None = None


def read_tree(blob: Blob, tokens: Tokens) -> object:
    """Return the value as maps, lists and plain JSON data; bytes and extensions as where they lie.

    The keys of maps are texts, whole numbers or bytes. FormatError where a key is none of these or stands
    twice, or the file ends too early.
    """
    root = _Open([], 1)
    stack = [root]
    for token in tokens:
        top = stack[-1]
        if isinstance(top.held, dict) and top.key is None:
            top.key = _key(blob, token, top.held)
            continue
        value = _value(blob, token)
        if isinstance(top.held, list):
            top.held.append(value)
        elif top.key is not None:
            top.held[top.key], top.key = value, None
        top.left -= 1
        if token.kind in ("map", "list") and isinstance(token.value, int):
            stack.append(_Open(value, token.value))  # type: ignore[arg-type]
        while stack and not stack[-1].left:
            stack.pop()
    assert isinstance(root.held, list)
    return root.held[0]


def _key(blob: Blob, token: Token, held: "dict[str | int | bytes, object]") -> str | int | bytes:
    key: object = token.value if token.kind == "number" else None
    if token.kind in ("text", "bytes") and token.length <= LONGEST_KEY:
        key = blob.read(token.offset, token.length)
        if token.kind == "text":
            key = told(key)
    if not isinstance(key, str | int | bytes):
        raise FormatError(f"a {token.kind} stands as the key of a map before offset {token.offset}")
    if key in held:
        raise FormatError(f"the key {key!r:.60} stands twice in one map")
    return key


def _value(blob: Blob, token: Token) -> object:
    if token.kind == "map":
        return {}
    if token.kind == "list":
        return []
    if token.kind == "text":
        return content(blob, token.offset, token.length)
    if token.kind == "bytes":
        return Bytes(token.offset, token.length)
    if token.kind == "extension":
        return Extension(token.code, token.offset, token.length)
    if token.kind == "float":
        assert isinstance(token.value, bytes)
        shown = floating(token.value[::-1])
        return shown if len(token.value) == 8 else {"float32": shown}
    return token.value

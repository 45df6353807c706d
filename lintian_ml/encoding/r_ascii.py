"""The items of R's serialised objects: binary ones, and words in ASCII (R, src/main/serialize.c, "InWord").

Words are parted by white space, which strings have escaped; doubles may be in decimal or hexadecimal.
"""

import re
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.packed import little_endian
from lintian_ml.error import FormatError, LimitError

WORD = re.compile(rb"[ \t\n\v\f\r]*([^ \t\n\v\f\r]+)[ \t\n\v\f\r]")
ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
PLAIN = {b"n": 10, b"t": 9, b"v": 11, b"b": 8, b"r": 13, b"f": 12, b"a": 7}
MISSING = -(1 << 31)
"""R's missing integer or logical value."""

MISSING_DOUBLE: float = struct.unpack("<d", struct.pack("<Q", 0x7FF00000000007A2))[0]
SPECIAL = {b"NA": MISSING_DOUBLE, b"NaN": float("nan"), b"Inf": float("inf"), b"-Inf": float("-inf")}
CODES = {"logical": ("i", 1), "integer": ("i", 1), "double": ("d", 1), "complex": ("d", 2), "raw": ("B", 1)}
"""The type code, in the module ``array``, of each kind of vector, and how many words an element has."""

AT_ONCE = 1 << 14
_WINDOW = 1 << 16


class BinaryForward(Forward):
    """A place in a binary serialisation."""

    __slots__ = ()

    def skip_vector(self, kind: str, count: int) -> int:
        """Step over ``count`` elements; return where they begin."""
        code, words = CODES[kind]
        return self.skip(count * words * struct.calcsize("<" + code))

    def back(self) -> None:
        """Step back before the number that was taken last."""
        self.position -= 4


@dataclass(slots=True)
class AsciiForward:
    """A place in a text that moves forward as words are taken; it stands in for ``Forward``.

    ``budget`` is how many words may be taken before the file counts as too long (LimitError).
    """

    blob: Blob
    position: int = 0
    budget: int = 20_000_000
    order: str = "<"
    _window: bytes = field(default=b"", repr=False)
    _base: int = 0
    _before: int = 0

    @property
    def left(self) -> int:
        """How many bytes follow."""
        return self.blob.size - self.position

    def word(self, longest: int = 64) -> bytes:
        """Return the next word; FormatError where there is none of up to ``longest`` bytes, and an end."""
        self.budget -= 1
        if self.budget < 0:
            raise LimitError(f"there are more words than may be read, the next at offset {self.position}")
        found = WORD.match(self._window, self.position - self._base)
        if found is None:
            wanted = min(max(_WINDOW, longest + 64), self.left)
            self._window, self._base = self.blob.read(self.position, wanted), self.position
            found = WORD.match(self._window)
        if found is None or len(found.group(1)) > longest:
            raise FormatError(f"no word of up to {longest} bytes at offset {self.position}")
        self._before, self.position = self.position, self._base + found.end()
        return found.group(1)

    def back(self) -> None:
        """Step back before the word that was taken last."""
        self.position = self._before
        self._window, self._base = b"", self.position

    def number(self, code: str) -> int:
        """Return the next word as an integer; ``code`` ("i" or "I") tells whether it has a sign."""
        value = _integer(self.word())
        return value if code == "i" else value & 0xFFFFFFFF

    def numbers(self, codes: str) -> tuple[int, ...]:
        """Return the next words as integers."""
        return tuple(self.number(code) for code in codes)

    def text(self, length: int, limit: int = 1 << 16) -> str:
        """Return the next string, which has ``length`` bytes without its escapes."""
        if not 0 <= length <= limit:
            raise FormatError(f"a text of {length} bytes at offset {self.position}")
        data = ESCAPE.sub(_unescaped, self.word(4 * length)) if length else b""
        if len(data) != length:
            raise FormatError(f"a string of {len(data)} bytes, not {length}, before offset {self.position}")
        return data.decode("utf-8", "backslashreplace")

    def skip_vector(self, kind: str, count: int) -> int:
        """Step over ``count`` elements, each of which must be a number; return where they begin."""
        start = self.position
        for _ in self.vector(kind, count):
            pass
        return start

    def vector(self, kind: str, count: int) -> Iterator[bytes]:
        """Yield the elements of a vector, little-endian, some thousands at a time."""
        code, words = CODES[kind]
        for first in range(0, count * words, AT_ONCE):
            taken = [self._element(code) for _ in range(min(AT_ONCE, count * words - first))]
            yield little_endian(array(code, taken))

    def _element(self, code: str) -> float:
        word = self.word()
        if code == "i":
            return _integer(word)
        try:
            if code == "B":
                return int.from_bytes(bytes.fromhex(word.decode("ascii")[:2].zfill(2)), "big")
            special = SPECIAL.get(word)
            if special is None:
                return float.fromhex(word.decode("ascii")) if b"x" in word else float(word)
            return special
        except (ValueError, OverflowError) as error:
            raise FormatError(f"no number before offset {self.position}: {word[:40]!r}") from error


def forward(blob: Blob, start: int, form: str) -> BinaryForward | AsciiForward:
    """Return a place in a serialisation of a form: "X", "B" or "A"."""
    if form == "A":
        return AsciiForward(blob, start)
    return BinaryForward(blob, start, "<" if form == "B" else ">", 20_000_000)


def _integer(word: bytes) -> int:
    if word == b"NA":
        return MISSING
    if not re.fullmatch(rb"-?\d{1,10}", word) or not MISSING <= int(word) <= -MISSING - 1:
        raise FormatError(f"no integer of 32 bits: {word[:40]!r}")
    return int(word)


def _unescaped(found: "re.Match[bytes]") -> bytes:
    text = found.group(1)
    if text[:1].isdigit() and text[0] < 0x38:
        return bytes((int(text, 8) & 0xFF,))
    return bytes((PLAIN[text],)) if text in PLAIN else text

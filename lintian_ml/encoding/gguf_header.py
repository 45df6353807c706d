"""The header of a GGUF file: numbers, strings and typed values, read within limits (ggml, docs/gguf.md)."""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError

# fmt: off
SCALARS: Mapping[int, tuple[str, str]] = {
    0: ("u8", "B"), 1: ("i8", "b"), 2: ("u16", "H"), 3: ("i16", "h"), 4: ("u32", "I"), 5: ("i32", "i"),
    6: ("f32", "f"), 7: ("bool", "B"), 10: ("u64", "Q"), 11: ("i64", "q"), 12: ("f64", "d"),
}
"""Value types of a fixed width: a short name, and struct's code."""
# fmt: on

STRING, ARRAY = 8, 9
ITEM_LIMIT = 8_000_000
STRING_LIMIT = 16 << 20
HEADER_LIMIT = 256 << 20
NESTING_LIMIT = 4

Value = tuple[str, object]
"""The type, as in SCALARS, or str, or [type] for arrays; and the value as plain JSON data."""


@dataclass(slots=True)
class Cursor:
    """Reads a header forward, in a buffer of 64 KiB; every length is held against what is left."""

    blob: Blob
    order: str = "<"
    wide: bool = True
    version: int = 0
    position: int = 4
    items: int = 0
    _buffer: bytes = field(default=b"", repr=False)
    _start: int = 0

    def take(self, length: int) -> bytes:
        """Return the next ``length`` bytes."""
        if self.position + length > HEADER_LIMIT:
            raise LimitError(f"gguf header of more than {HEADER_LIMIT} bytes")
        within = self.position - self._start
        if within + length > len(self._buffer):
            left = max(length, min(1 << 16, self.blob.size - self.position))
            self._buffer, self._start, within = self.blob.read(self.position, left), self.position, 0
        self.position += length
        return self._buffer[within : within + length]

    def numbers(self, code: str, count: int = 1) -> tuple[int, ...]:
        """Return ``count`` numbers of one struct code."""
        self.spend(count)
        length = count * struct.calcsize(f"={code}")
        return struct.unpack(f"{self.order}{count}{code}", self.take(length))

    def size(self) -> int:
        """Return a count or a length: 64 bits wide, 32 in version 1."""
        return self.numbers("Q" if self.wide else "I")[0]

    def text(self) -> str | dict[str, str]:
        """Return a string, or its bytes as {"hex": …} where they are not UTF-8."""
        length = self.size()
        if length > STRING_LIMIT:
            raise LimitError(f"gguf string of {length} bytes at offset {self.position}")
        data = self.take(length)
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return {"hex": data.hex()}

    def name(self) -> str:
        """Return a string that must be UTF-8."""
        text = self.text()
        if isinstance(text, str):
            return text
        raise FormatError(f"gguf name before offset {self.position} is not UTF-8")

    def spend(self, count: int) -> None:
        """Count values; LimitError after eight million."""
        self.items += count
        if self.items > ITEM_LIMIT:
            raise LimitError(f"gguf header of more than {ITEM_LIMIT} values")

    def values(self, code: str, count: int) -> list[object]:
        """Return numbers as JSON data: those that are not finite as {"bits": ...}, in hexadecimal."""
        if code not in "fd":
            return list(self.numbers(code, count))
        self.spend(count)
        width = struct.calcsize(f"={code}")
        raw = self.take(count * width)
        numbers = struct.unpack(f"{self.order}{count}{code}", raw)
        if all(map(math.isfinite, numbers)):
            return list(numbers)
        codes = struct.unpack(f"{self.order}{count}{'I' if code == 'f' else 'Q'}", raw)
        return [
            number if math.isfinite(number) else {"bits": f"{bits:0{2 * width}x}"}
            for number, bits in zip(numbers, codes, strict=True)
        ]

    def value(self) -> Value:
        """Return the next typed value."""
        return self._typed(self.numbers("I")[0], 0)

    def _typed(self, code: int, nesting: int) -> Value:
        """Return the next value, of the type ``code``; arrays nest to four levels."""
        if code == STRING:
            return "str", self.text()
        if code in SCALARS:
            return SCALARS[code][0], self.values(SCALARS[code][1], 1)[0]
        if code != ARRAY:
            raise FormatError(f"gguf value type {code} before offset {self.position} is unknown")
        if nesting == NESTING_LIMIT:
            raise LimitError(f"gguf arrays nest more than {NESTING_LIMIT} levels deep")
        inner, count = self.numbers("I")[0], self.size()
        if inner in SCALARS:
            kind, letter = SCALARS[inner]
            return f"[{kind}]", self.values(letter, count)
        self.spend(count)
        items = [self._typed(inner, nesting + 1) for _ in range(count)]
        return ("[str]", [text for _, text in items]) if inner == STRING else ("[array]", items)

"""The instructions of a pickle that push a value which holds no others: numbers, strings, buffers."""

import codecs
import struct
from collections.abc import Callable

from lintian_ml.encoding.pickle_nodes import Buffer, Run
from lintian_ml.encoding.pickle_source import LONGEST_INTEGER, LONGEST_TEXT, Source
from lintian_ml.error import LimitError

Leaf = Callable[[Source], object]


def _signed(width: int) -> Leaf:
    return lambda source: int.from_bytes(source.take(width), "little", signed=True)


def _unsigned(width: int) -> Leaf:
    return lambda source: source.number(width)


def _long(width: int) -> Leaf:
    def read(source: Source) -> int:
        length = int.from_bytes(source.take(width), "little", signed=width == 4)
        if length < 0:
            raise ValueError("an integer of negative length")
        if length > LONGEST_INTEGER:
            raise LimitError(f"pickle: an integer of {length} bytes at offset {source.position}")
        return int.from_bytes(source.take(length), "little", signed=True)

    return read


def _decimal(source: Source) -> int | bool:
    line = source.line()
    if line in (b"00", b"01"):
        return line == b"01"
    return int(line, 0)


def _decimal_long(source: Source) -> int:
    return int(source.line().removesuffix(b"L"), 0)


def _double(source: Source) -> float:
    value: float = struct.unpack(">d", source.take(8))[0]
    return value


def _text(width: int) -> Leaf:
    def read(source: Source) -> str | Run:
        data = source.string(source.number(width), text=True)
        return data if isinstance(data, Run) else data.decode("utf-8", "surrogatepass")

    return read


def _bytes(width: int) -> Leaf:
    return lambda source: source.string(source.number(width))


def _bytearray(source: Source) -> Run:
    length = source.number(8)
    run = Run(source.position, length, mutable=True)
    source.skip(length)
    return run


def _old_string(width: int) -> Leaf:
    """The str of Python 2: text where it is ASCII, else bytes."""

    def read(source: Source) -> str | bytes | Run:
        length = int.from_bytes(source.take(width), "little", signed=width == 4)
        data = source.string(length)
        return data if isinstance(data, Run) else _ascii_or_bytes(data)

    return read


def _quoted(source: Source) -> str | bytes:
    line = source.line(LONGEST_TEXT).strip()
    if len(line) < 2 or line[:1] not in (b"'", b'"') or line[-1:] != line[:1]:
        raise ValueError("a string without its quotes")
    return _ascii_or_bytes(codecs.escape_decode(line[1:-1])[0])


def _ascii_or_bytes(data: bytes) -> str | bytes:
    return data.decode("ascii") if data.isascii() else data


LEAVES: dict[int, Leaf] = {
    ord("N"): lambda source: None,
    0x88: lambda source: True,
    0x89: lambda source: False,
    ord("I"): _decimal,
    ord("L"): _decimal_long,
    ord("J"): _signed(4),
    ord("K"): _unsigned(1),
    ord("M"): _unsigned(2),
    0x8A: _long(1),
    0x8B: _long(4),
    ord("F"): lambda source: float(source.line()),
    ord("G"): _double,
    ord("S"): _quoted,
    ord("T"): _old_string(4),
    ord("U"): _old_string(1),
    ord("V"): lambda source: source.line(LONGEST_TEXT).decode("raw-unicode-escape"),
    ord("X"): _text(4),
    0x8C: _text(1),
    0x8D: _text(8),
    ord("B"): _bytes(4),
    ord("C"): _bytes(1),
    0x8E: _bytes(8),
    0x96: _bytearray,
    0x97: lambda source: Buffer(source.position),
}
"""What each such instruction reads and pushes; ValueError where its argument cannot be read."""

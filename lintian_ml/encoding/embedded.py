"""Files that a text spells out: in base64, in hexadecimal, in escapes, or number by number, as an array.

What is spelled out is only found here; whether it is a file of any kind is for others to say, from its head.
"""

import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice

from lintian_ml.encoding.comments import without_comments
from lintian_ml.encoding.literals import LiteralArray, numbers
from lintian_ml.encoding.windows import sums

LEAST = 4096
"""Characters that a literal must have, in all its lines."""

MOST = 64 << 20
"""Characters of the longest literal that is decoded."""

MOST_LITERALS = 1000
"""Literals of one text that are told."""

HEAD = 4096
"""Bytes of what is spelled out that its head shows."""

WORD = 40
"""Characters that one line of a literal has at least; what is shorter may be a long identifier."""

STRIDE = 16
"""Bytes from one that is looked at to the next, in search of places worth a closer look."""

FOREIGN = 0.12
"""Share of characters that no word has, in a place that may be a literal; ordinary text has more."""

CROWDED = 36
"""Pieces of WORD characters that a window of LEAST characters must have; lines of 64 make it so."""

BETWEEN = 32
"""Bytes that may stand between two lines of a literal: quotes, commas, indentation."""

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-\\"
_FOREIGN = bytes(0 if byte in _ALPHABET else 1 for byte in range(256))
_LONG = bytes(WORD)
# A group that is repeated possessively takes no memory for each time.
_ESCAPES = re.compile(rb"(?:\\x[0-9A-Fa-f]{2}){10,}+"), re.compile(rb"(?:\\x[0-9A-Fa-f]{2})++")
_WORDS = re.compile(rb"[A-Za-z0-9+/_-]{40,}={0,2}"), re.compile(rb"[A-Za-z0-9+/_-]+={0,2}")
_GLUE = re.compile(rb"(?:[\s\"'+,;.()]|\\(?!x)|\bb(?=[\"']))*+")
_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]+")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


Decode = Callable[[bytes], bytes]
"""Returns the bytes that a word spells out, b"" where it does not."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Bytes that a text spells out: in which ``spelling``, in which line (from 1), how many about, the first
    of them, and a function that returns them all.
    """

    spelling: str
    line: int
    size: int
    head: bytes
    decode: Callable[[], bytes]


def find_embedded(text: bytes, arrays: Iterable[LiteralArray]) -> Iterator[Embedded]:
    """Yield what ``text`` spells out in at least LEAST characters; ``arrays`` are those of numbers in it."""
    yield from islice(chain(_strings(text), _byte_arrays(text, arrays)), MOST_LITERALS)


class _Lines:
    """Numbers the lines of a text, for offsets that ascend: each part is counted once."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._offset = 0
        self._line = 1

    def at(self, offset: int) -> int:
        """Return the line in which ``offset`` is, from 1."""
        if offset < self._offset:
            self._offset, self._line = 0, 1
        self._line += self._text.count(b"\n", self._offset, offset)
        self._offset = offset
        return self._line


def _strings(text: bytes) -> Iterator[Embedded]:
    """Yield the literals that are made of long words; most texts have no place where such stand together."""
    lines = _Lines(text)
    for start, end in _places(text):
        place = text[start:end]
        for spellings, words in _SPELLINGS if b"\\x" in place else _SPELLINGS[:1]:
            for offset, word in _joined(place, *words):
                if LEAST <= len(word) <= MOST:
                    yield from _spelled(word, spellings, lines.at(start + offset))


def _spelled(word: bytes, spellings: Mapping[str, Decode], line: int) -> Iterator[Embedded]:
    """Yield what a literal spells out, in the first of the spellings that it can be in."""
    for spelling, decode in spellings.items():
        if head := decode(word[: 4 * HEAD]):
            size = len(word) * len(head) // min(len(word), 4 * HEAD)
            yield Embedded(spelling, line, size, head[:HEAD], partial(decode, word))
            return


def _places(text: bytes) -> Iterator[tuple[int, int]]:
    """Yield where LEAST characters may be made of long words. Windows of LEAST characters overlap by half;
    those that touch are one place, with half a window before and behind it.
    """
    half = LEAST // 2
    start = end = -1
    for at in _dense_windows(text):
        if text[at : at + LEAST].translate(_FOREIGN).count(_LONG) < CROWDED:
            continue
        if at > end >= 0:
            yield max(0, start - half), end + half
        start = at if at > end else start
        end = at + LEAST
    if end >= 0:
        yield max(0, start - half), end + half


def _dense_windows(text: bytes) -> Iterator[int]:
    """Yield the offsets of the windows with few characters that no word has, by every STRIDE-th of them."""
    if len(text) < LEAST:
        return
    window = LEAST // STRIDE
    foreign = sums(text[::STRIDE].translate(_FOREIGN), window, window // 2)
    yield from (number * (LEAST // 2) for number, count in enumerate(foreign) if count < window * FOREIGN)


def _joined(text: bytes, long: re.Pattern[bytes], short: re.Pattern[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield where each literal begins, and its lines as one: long words that nothing but quotes and space
    keeps apart, and a ``short`` one that stands at their end as they do.
    """
    word = long.search(text)
    while word:
        begin, end, pieces = word.start(), word.end(), [word.group()]
        last, word = word, long.search(text, end)
        while word and word.start() - end <= BETWEEN and _GLUE.fullmatch(text, end, word.start()):
            pieces.append(word.group())
            end = word.end()
            last, word = word, long.search(text, end)
        glue = _GLUE.match(text, end, end + BETWEEN)
        rest = short.match(text, glue.end()) if glue and len(pieces) > 1 else None
        if rest and _around(text, rest) == _around(text, last):
            pieces.append(rest.group())
        yield begin, b"".join(pieces)


def _around(text: bytes, word: re.Match[bytes]) -> tuple[bytes, bytes]:
    """Return the characters before and behind a word."""
    return text[word.start() - 1 : word.start()], text[word.end() : word.end() + 1]


def _from_base64(word: bytes) -> bytes:
    """Return the bytes of a word in either alphabet of base64, b"" where it is in none."""
    whole = word.rstrip(b"=").translate(_URL_SAFE)
    whole = whole[: len(whole) - (len(whole) % 4 == 1)]
    try:
        return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
    except binascii.Error:
        return b""


def _from_hexadecimal(word: bytes) -> bytes:
    return binascii.unhexlify(word[: len(word) & ~1]) if _HEXADECIMAL.fullmatch(word) else b""


def _from_escapes(word: bytes) -> bytes:
    digits = word.replace(b"\\x", b"")
    return binascii.unhexlify(digits[: len(digits) & ~1])


_SPELLINGS: tuple[tuple[Mapping[str, Decode], tuple[re.Pattern[bytes], re.Pattern[bytes]]], ...] = (
    ({"hexadecimal": _from_hexadecimal, "base64": _from_base64}, _WORDS),
    ({"escapes": _from_escapes}, _ESCAPES),
)


def _byte_arrays(text: bytes, arrays: Iterable[LiteralArray]) -> Iterator[Embedded]:
    """Yield the arrays whose numbers are bytes, with a sign or without."""
    lines = _Lines(text)
    for found in arrays:
        sample = found.sample
        if found.count < LEAST // 4 or sample.floats or sample.low < -128 or sample.high > 255:
            continue
        run = text[found.offset : found.offset + min(found.length, MOST)]
        head = _from_numbers(run[:HEAD])
        yield Embedded("array", lines.at(found.offset), found.count, head, partial(_from_numbers, run))


def _from_numbers(run: bytes) -> bytes:
    """Return the bytes that numbers from -128 to 255 mean, up to the piece of text in which others stand."""
    data = bytearray()
    for values in numbers(without_comments(run)):
        if not all(map(float.is_integer, values)) or min(values) < -128 or max(values) > 255:
            return bytes(data)
        data += bytes([int(value) & 0xFF for value in values])
    return bytes(data)

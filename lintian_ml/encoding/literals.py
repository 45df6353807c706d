"""Literal arrays of numbers in text: C initialisers and their like in other languages.

A text is first searched for places that are dense in digits and commas, at the speed of ``bytes.translate``.
Only there are comments blanked, runs of number-like bytes found, and numbers parsed; so ordinary source text,
which has no such places, costs next to nothing.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from math import inf

from lintian_ml.encoding.comments import has_comments, without_comments
from lintian_ml.encoding.declarator import declaration
from lintian_ml.encoding.sample import Sample, describe
from lintian_ml.encoding.windows import sums

LEAST = 64
"""Numbers that a run must have to be found: the nets of codecs have layers as small as this."""

MOST_ARRAYS = 20_000
"""Arrays of one text that are reported."""

SAMPLED = 512
"""Numbers of an array whose statistics are taken: enough to tell shares and moments to a few hundredths."""

STRAY = 0.05
"""Share of words that are no numbers (identifiers of the letters a to f, say) that a run may have."""

WINDOW = 512
DENSE = WINDOW * 3 // 20
"""Digits and commas that a window of text must hold to be looked at closely."""

STRIDE = 8
"""Bytes from one that is looked at to the next, where a text has too few commas for an array in most
languages.
"""

BEFORE = 1024
"""Bytes before a run in which its declaration is looked for."""

PIECE = 1 << 18
"""Bytes of a run that are split into numbers at a time."""

_COUNTED = bytes(1 if byte in b"0123456789," else 0 for byte in range(256))
_NUMERIC = bytes(
    0 if byte in b"0123456789+-.,abcdefABCDEFxXpPuUlL_{}[]() \t\r\n" else 1 for byte in range(256)
)
_PLAIN = bytes(0 if byte in b"0123456789+-.eE{}[]() \t\r\n" else 1 for byte in range(256))
_SEPARATORS = b",{}[]() \t\r\n"
_SEPARATED = bytes(32 if byte in _SEPARATORS else byte for byte in range(256))
_SUFFIX = b"fFlLuU"
_SUFFIXES_WITH_WIDTH = (b"f3", b"f6", b"u8", b"u1", b"u3", b"u6")
_TYPE_OF_RUST = re.compile(rb"_?[fu](?:8|16|32|64|128)$")
_FIRST = re.compile(rb"(?<![\w.])[-+.]?[\d.]")


@dataclass(frozen=True, slots=True)
class LiteralArray:
    """A run of numbers in a text that something is set to: where it lies, how that is declared, what the
    values look like.

    ``name`` is the identifier that is being initialised and ``declared`` the declaration around it
    (qualifiers and element type, "" where there are none); ``offset`` and ``length`` are of the run in bytes;
    ``count`` the numbers in it; ``sample`` describes the first of them.
    """

    name: str
    declared: str
    offset: int
    length: int
    count: int
    sample: Sample


def find_arrays(data: bytes, least: int = LEAST, together: int = 0) -> tuple[LiteralArray, ...]:
    """Return the runs of at least ``least`` numbers in ``data`` that are given a name, in order, MOST_ARRAYS
    at most.

    Where the arrays that matter have ``together`` numbers or more, a text with fewer is passed over.
    Runs shorter than LEAST may stand anywhere, so when they are asked for, all of the text is looked at
    closely.
    """
    if not _may_hold_arrays(data, least, max(least, together)):
        return ()
    places = _dense_places(data) if least >= LEAST else iter([(0, len(data))])
    return tuple(islice(_each_once(data, places, least), MOST_ARRAYS))


def _each_once(data: bytes, places: Iterable[tuple[int, int]], least: int) -> Iterator[LiteralArray]:
    """Yield the arrays of all places; what stands between two of them is looked at from both."""
    behind = 0
    for start, end in places:
        for found in _arrays_between(data, start, end, least):
            if found.offset >= behind:
                behind = found.offset + found.length
                yield found


def numbers(run: bytes) -> Iterator[list[float]]:
    """Yield the numbers of a run without comments, a piece at a time; other words are passed over."""
    return map(_values, _words(run))


def _may_hold_arrays(text: bytes, least: int, together: int) -> bool:
    """Whether there is a run in brackets that is long enough, or may be one once the comments within it are
    blanked.

    Numbers with comments between them have commas, else nobody could read them; and numbers without commas
    are decimal, so that every eighth byte of them tells whether a closer look is worth its time.
    """
    if not (b"{" in text or b"[" in text):
        return False
    if not _has_commas(text, together - together // least):
        plain = text[::STRIDE].translate(_PLAIN)
        if bytes(max(1, 2 * least // STRIDE)) not in plain:
            return False
    elif has_comments(text):
        return True
    return bytes(2 * least) in text.translate(_NUMERIC)


def _has_commas(text: bytes, least: int) -> bool:
    """Whether there are that many commas; where they are many, the first are counted alone."""
    return text.count(b",", 0, 32 * least) >= least or text.count(b",") >= least


def _dense_places(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where digits and commas are dense: windows that touch, or nearly so, are one place."""
    counted = sums(data.translate(_COUNTED), WINDOW, WINDOW)
    dense = [number * WINDOW for number, count in enumerate(counted) if count >= DENSE]
    start = end = -1
    for offset in dense:
        if start < 0:
            start = offset
        elif offset - end > WINDOW:
            yield start, end
            start = offset
        end = offset + WINDOW
    if start >= 0:
        yield start, min(end, len(data))


def _arrays_between(data: bytes, start: int, end: int, least: int) -> Iterator[LiteralArray]:
    """Yield the arrays of one dense place; the window before and the one behind it may hold their ends."""
    base = max(0, start - WINDOW - BEFORE)
    text = data[base : end + WINDOW]
    if not _may_hold_arrays(text, least, least):
        return
    text = without_comments(text)
    for first, last in _runs(text, 2 * least):
        name, declared = declaration(text[max(0, first - BEFORE) : first])
        count, sample = _measured(text[first:last], least) if name else (0, None)
        if sample is not None:
            yield LiteralArray(name, declared, base + first, last - first, count, sample)


def _runs(text: bytes, shortest: int) -> Iterator[tuple[int, int]]:
    """Yield the bounds of runs of number-like bytes, without brackets and ends of words around them."""
    mapped = text.translate(_NUMERIC)
    needle = bytes(shortest)
    start = mapped.find(needle)
    while start >= 0:
        end = mapped.find(1, start)
        end = len(text) if end < 0 else end
        run = text[start:end].rstrip(_SEPARATORS)
        first = _FIRST.search(text, start + len(run) - len(run.lstrip(_SEPARATORS)), end) if run else None
        if first is not None:
            yield first.start(), start + len(run)
        start = mapped.find(needle, end)


def _measured(run: bytes, least: int) -> tuple[int, Sample | None]:
    """Return how many numbers a run has and what the first look like; None if it is no array of numbers."""
    count = 0
    values: list[float] = []
    floats = 0
    for words in _words(run):
        count += len(words)
        if count < least and len(run) < PIECE:
            return 0, None
        wanted = words[: max(0, SAMPLED - len(values))]
        enough = min(count, SAMPLED) * (1 - STRAY)
        values += _values(wanted, spare=len(values) + len(wanted) - enough)
        if len(values) < enough:
            return 0, None
        floats += len([word for word in wanted if b"." in word or (b"e" in word and b"x" not in word)])
    return (count, describe(values, floats / len(values))) if count >= least else (0, None)


def _words(run: bytes) -> Iterator[list[bytes]]:
    """Yield the words of a run, a piece of it at a time, without the suffixes that can be dropped blindly."""
    separated = run.translate(_SEPARATED)
    blindly = _has_bare_suffixes(run)
    start = 0
    while start < len(separated):
        end = separated.find(b" ", start + PIECE)
        end = len(separated) if end < 0 else end
        piece = separated[start:end]
        yield (piece.translate(None, _SUFFIX) if blindly else piece).split()
        start = end


def _has_bare_suffixes(run: bytes) -> bool:
    """Whether there are letters that stand for no digit, base or width, wherever they stand."""
    if b"x" in run or b"X" in run or b"_" in run:
        return False
    if b"f" in run or b"u" in run:
        return not any(suffix in run for suffix in _SUFFIXES_WITH_WIDTH)
    return b"F" in run or b"L" in run or b"l" in run or b"U" in run


def _values(words: list[bytes], spare: float = inf) -> list[float]:
    """Return the values of those words that are numbers; at once, where all are plain.

    Where more than ``spare`` words are no numbers, what stands behind is not looked at.
    """
    with suppress(ValueError):
        return list(map(float, words))
    together = b" ".join(words)
    if together.count(b"x") == len(words):
        with suppress(ValueError, OverflowError):
            return list(map(float.fromhex, together.decode().split()))
    values = []
    for word in words:
        value = _parsed(word)
        if value is not None:
            values.append(value)
        elif (spare := spare - 1) < 0:
            break
    return values


def _parsed(word: bytes) -> float | None:
    """Return the value of a number as C, Rust, Python or JavaScript write it; None for another word."""
    try:
        if b"x" in word or b"X" in word:
            return float.fromhex(word.rstrip(b"uUlLfF" if b"p" in word.lower() else b"uUlL").decode())
        return float(word)
    except (ValueError, OverflowError):
        pass
    try:
        return float(_TYPE_OF_RUST.sub(b"", word).rstrip(_SUFFIX))
    except ValueError:
        return None

"""Word vectors of word2vec, in text and in binary (word2vec.c; gensim, models/keyedvectors.py).

The first line has the number of words and the dimension. In text a line follows for each word, in binary a
word, a space, and the vector as little-endian float32, with or without a line end behind it.
"""

import hashlib
import re
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.lines import lines
from lintian_ml.encoding.packed import little_endian
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Computed, Model, Tensor

FORMAT = Format(
    "word2vec",
    extensions=(".vec", ".bin", ".txt", ".w2v"),
    first=b"123456789",
    like=rb"([1-9]\d{0,9}) ([1-9]\d{0,4})[ \t]?\r?\n",
)
NOISE = (SPELLING, "last line end")

TITLE = re.compile(FORMAT.like)
NUMBER = re.compile(rb"-?\d+\.\d+(?:[eE][-+]?\d+)?|-?0|-?\d(?:\.\d+)?[eE][-+]?\d+")
LEAST = 4
"""Words, and dimensions, below which nothing is taken for word vectors: labelled points look the same."""

PROBED = 8
LARGEST = 1e6
"""A float32 of larger magnitude, or one below its inverse, is none of a word's vector."""

LONGEST_WORD = 1000
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Title:
    """The first line: how many words, of what dimension, and where the first word begins."""

    words: int
    dimension: int
    start: int


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the two numbers, and for several words each with as many numbers as they say."""
    head = glimpse.head
    if not head or head[0] not in FORMAT.first:
        return None
    title = _title(head)
    if title is None:
        return None
    kind = "text" if _is_text(head, title) else "binary" if _is_binary(head, title, glimpse.size) else ""
    if not kind:
        return None
    note = f"the first of {title.words} words have vectors of {title.dimension} numbers, in {kind}"
    return Evidence.of({Kind.STRUCTURE: note})


def read(blob: Blob) -> Model:
    """Read all words; the vectors are float64 where they are text, float32 where they are binary."""
    head = blob.read(0, min(blob.size, 1 << 16))
    title = _title(head)
    if title is None:
        raise FormatError("no count of words and dimension of their vectors")
    text = _is_text(head, title)
    if not text and not _is_binary(head, title, blob.size):
        raise FormatError(f"no words with vectors of {title.dimension} numbers")
    words, end = hashlib.sha256(), title.start
    for word, numbers in _text_rows(blob, title) if text else _binary_rows(blob, title):
        words.update(word + b" ")
        end += len(word) + 1 + len(numbers)
    dtype, width = ("float64", 8) if text else ("float32", 4)
    payload = Computed(
        (lambda: _text_vectors(blob, title))
        if text
        else (lambda: (row for _, row in _binary_rows(blob, title))),
        title.words * title.dimension * width,
    )
    ended = not text and end < blob.size
    model = Model(
        format=FORMAT.name,
        tensors=(Tensor("vectors", dtype, (title.words, title.dimension), payload),),
        structure={"encoding": "text" if text else "binary", "words sha256": words.hexdigest()},
        noise={"last line end": b"\n"} if ended else {},
        complete=True,
    )
    return with_spelling(model, blob) if text else model


def _title(head: bytes) -> Title | None:
    found = TITLE.match(head)
    if found is None:
        return None
    words, dimension = int(found.group(1)), int(found.group(2))
    return Title(words, dimension, found.end()) if min(words, dimension) >= LEAST else None


def _is_text(head: bytes, title: Title) -> bool:
    """Whether the first lines are words with their numbers, mostly fractions; words that are no numbers."""
    *rows, _ = head[title.start :].split(b"\n", min(PROBED, title.words))
    fields = [row.split() for row in rows]
    if len(fields) < LEAST or any(len(row) != title.dimension + 1 for row in fields):
        return False
    words = {row[0] for row in fields}
    spelled = [word for word in words if not NUMBER.fullmatch(word) and not word.isdigit()]
    if len(words) < len(fields) or 2 * len(spelled) < len(fields):
        return False
    numbers = [number for row in fields for number in row[1:]]
    fractions = sum(b"." in number or b"e" in number for number in numbers)
    return all(map(NUMBER.fullmatch, numbers)) and 2 * fractions > len(numbers)


def _is_binary(head: bytes, title: Title, size: int) -> bool:
    """Whether the first words, in UTF-8 and each once, have finite floats of usual magnitude behind them."""
    least = title.start + title.words * (title.dimension * 4 + 2)
    if size < least or size > least + title.words * (LONGEST_WORD + 1):
        return False
    words: set[str] = set()
    vectors: list[tuple[float, ...]] = []
    try:
        for word, vector in _binary_rows(Blob(head), title):
            if len(vectors) == PROBED:
                break
            words.add(word.lstrip(b"\n").decode("utf-8"))
            vectors.append(struct.unpack(f"<{title.dimension}f", vector))
    except (FormatError, UnicodeDecodeError):
        if len(vectors) < min(3, title.words):
            return False
    usual = all(number == 0 or 1 / LARGEST**2 < abs(number) < LARGEST for row in vectors for number in row)
    return usual and len(words) == len(vectors) and any(map(any, vectors))


def _text_rows(blob: Blob, title: Title) -> Iterator[tuple[bytes, list[bytes]]]:
    """Yield each word and its numbers; FormatError where there are not as many as announced."""
    rows = lines(blob.part(title.start, blob.size - title.start))
    count = 0
    for row in rows:
        word, *numbers = row.split() or (b"",)
        if not word and count == title.words:
            continue
        count += 1
        if len(numbers) != title.dimension or count > title.words:
            raise FormatError(
                f"word {count} of {title.words} has {len(numbers)} of {title.dimension} numbers"
            )
        yield word, numbers
    if count != title.words:
        raise FormatError(f"{count} words of {title.words}")


def _text_vectors(blob: Blob, title: Title) -> Iterator[bytes]:
    for word, numbers in _text_rows(blob, title):
        try:
            yield little_endian(array("d", map(float, numbers)))
        except ValueError as error:
            raise FormatError(f"the vector of {word[:40]!r} is no list of numbers") from error


def _binary_rows(blob: Blob, title: Title) -> Iterator[tuple[bytes, bytes]]:
    """Yield each word, with the line end before it, and the bytes of its vector.

    FormatError where the file ends before the last word, or goes on behind it.
    """
    width = title.dimension * 4
    at, start, window = title.start, title.start, b""
    for count in range(title.words):
        if at - start + LONGEST_WORD + width + 2 > len(window):
            start = at
            window = blob.read(start, min(max(BLOCK, width + LONGEST_WORD + 2), blob.size - start))
        first = at - start
        begin = first + (window[first : first + 1] == b"\n")
        end = window.find(b" ", begin, begin + LONGEST_WORD)
        if end <= begin or end + 1 + width > len(window) or b"\n" in window[begin:end]:
            raise FormatError(f"word {count + 1} of {title.words} is cut off or none, at byte {at}")
        at = start + end + 1 + width
        yield window[first:end], window[end + 1 : end + 1 + width]
    if at + 1 < blob.size or blob.read(at, blob.size - at) not in (b"", b"\n"):
        raise FormatError(f"{blob.size - at} bytes behind the last word")

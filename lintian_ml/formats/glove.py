"""Word vectors in text without a first line of counts, as GloVe writes them (GloVe, src/glove.c).

Each line is a word and its vector, with single spaces between them. A table of measurements has other labels:
most words of a language are small letters alone.
"""

import hashlib
import re
from array import array
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.encoding.lines import lines
from lintian_ml.encoding.packed import little_endian
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Computed, Model, Tensor

FORMAT = Format("glove", extensions=(".txt", ".vec", ".glove"), smallest=10_000)
NOISE = (SPELLING,)

SMALLEST, LARGEST = 25, 2000
"""Dimensions; GloVe's own smallest vectors have 25."""

NUMBER = re.compile(rb"-?\d{1,2}\.\d{1,12}(?:[eE]-\d{1,3})?")
LEAST = 8
"""Words that must be seen."""

PROBED = 64
LEAST_WORDS = 50
LONGEST = 1 << 15
"""Bytes of the longest line."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Several lines of a word with as many signed fractions as all others, most words in small letters."""
    end = glimpse.head.find(b"\n", 0, LONGEST)
    if end < 4 * SMALLEST or not SMALLEST <= glimpse.head.count(b" ", 0, end) <= LARGEST:
        return None
    if glimpse.size < LEAST_WORDS * end // 2:
        return None
    *rows, _ = glimpse.head.split(b"\n", PROBED)
    fields = [row.split(b" ") for row in rows]
    dimension = len(fields[0]) - 1
    if len(fields) < LEAST or not all(len(row) == dimension + 1 for row in fields):
        return None
    if not _are_words([row[0] for row in fields]) or not _are_vectors([row[1:] for row in fields]):
        return None
    return Evidence.of({Kind.STRUCTURE: f"words, each with a vector of {dimension} numbers"})


def read(blob: Blob) -> Model:
    """Read all words; the vectors are float64. FormatError where a line has more or fewer numbers."""
    words, count, dimension = hashlib.sha256(), 0, 0
    for word, numbers in _rows(blob):
        dimension = dimension or len(numbers)
        if len(numbers) != dimension or not SMALLEST <= dimension <= LARGEST:
            raise FormatError(f"word {count + 1} has {len(numbers)} numbers, the first has {dimension}")
        words.update(word + b" ")
        count += 1
    if count < LEAST_WORDS:
        raise FormatError(f"{count} words, fewer than {LEAST_WORDS}")
    tensor = Tensor(
        "vectors", "float64", (count, dimension), Computed(lambda: _vectors(blob), count * dimension * 8)
    )
    structure = {"words sha256": words.hexdigest()}
    return with_spelling(Model(FORMAT.name, (tensor,), structure, complete=True), blob)


def _rows(blob: Blob) -> Iterator[tuple[bytes, list[bytes]]]:
    for number, row in enumerate(lines(blob, LONGEST), 1):
        word, *numbers = row.split(b" ")
        if not word or not numbers:
            raise FormatError(f"line {number} is no word with a vector")
        yield word, numbers


def _vectors(blob: Blob) -> Iterator[bytes]:
    for word, numbers in _rows(blob):
        try:
            yield little_endian(array("d", map(float, numbers)))
        except ValueError as error:
            raise FormatError(f"the vector of {word[:40]!r} is no list of numbers") from error


def _are_words(words: list[bytes]) -> bool:
    """Whether all are different, none is a number, and three of four are letters without capitals."""
    try:
        texts = [word.decode("utf-8") for word in words]
    except UnicodeDecodeError:
        return False
    plain = sum(text.isalpha() and text == text.lower() for text in texts)
    return (
        len(set(texts)) == len(texts)
        and not any(map(NUMBER.fullmatch, words))
        and 4 * plain >= 3 * len(texts)
    )


def _are_vectors(rows: list[list[bytes]]) -> bool:
    """Whether all are fractions, and about as many below zero as above it."""
    numbers = [number for row in rows for number in row]
    negative = sum(number.startswith(b"-") for number in numbers)
    return all(map(NUMBER.fullmatch, numbers)) and 0.25 < negative / len(numbers) < 0.75

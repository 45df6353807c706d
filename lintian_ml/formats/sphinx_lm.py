"""CMU Sphinx's language models in binary: the trie and the older dump (sphinxbase, ngram_model_trie.c).

The tables' layout is in lm_trie.c and lm_trie_quant.c, that of "Darpa Trigram LM" in ngram_model_dmp.c.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("sphinx-lm", extensions=(".lm.bin", ".lm.dmp", ".dmp"), first=b"T\x11\0", text=False)

TRIE = b"Trie Language Model"
DUMP = b"Darpa Trigram LM\0"
HIGHEST_ORDER = 10
BINS = 1 << 16
"""Values of each table that probabilities, or back-off weights, of one order are quantised to."""

MOST_STRINGS = 256
LONGEST_STRING = 1023


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for one of the two titles, and behind the trie's for an order and counts that are possible."""
    head = glimpse.head
    if head.startswith(TRIE) and len(head) > 24 and 1 <= head[19] <= HIGHEST_ORDER:
        return Evidence.of({Kind.MAGIC: f"a language model of CMU Sphinx: a trie of order {head[19]}"})
    if _order(head):
        return Evidence.of({Kind.MAGIC: "a language model of CMU Sphinx: Darpa Trigram LM"})
    return None


def read(blob: Blob) -> Model:
    """Read counts and where the tables lie; FormatError where they do not fit the file."""
    head = blob.read(0, min(blob.size, 64))
    if head.startswith(TRIE):
        return _read_trie(blob)
    order = _order(head)
    if not order:
        raise FormatError("neither a trie nor a dump of a language model")
    return _read_dump(blob, order)


def _order(head: bytes) -> str:
    """Return the byte order of a dump, "<" or ">"; "" if it is none."""
    for order in "<>":
        if head.startswith(struct.pack(order + "I", len(DUMP)) + DUMP):
            return order
    return ""


@dataclass(slots=True)
class _Cursor:
    """Reads numbers and cuts tables out of a blob, one behind the other."""

    blob: Blob
    at: int
    order: str = "<"

    def integer(self) -> int:
        (value,) = struct.unpack(self.order + "i", self.blob.read(self.at, 4))
        self.at += 4
        return int(value)

    def count(self, what: str) -> int:
        value = self.integer()
        if value < 0:
            raise FormatError(f"{value} {what}")
        return value

    def span(self, length: int) -> Span:
        self.blob.part(self.at, length)
        self.at += length
        return Span(self.blob, self.at - length, length)

    def table(self, name: str, dtype: str, shape: tuple[int, ...], width: int) -> Tensor:
        """Cut a table of ``shape`` elements of ``width`` bytes; opaque ones have rows of bytes."""
        length = width
        for size in shape:
            length *= size
        return Tensor(name, dtype, shape, self.span(length), self.order == ">")


def _read_trie(blob: Blob) -> Model:
    """Read a trie: counts, tables of quantised values, unigrams, packed n-grams of higher orders, words."""
    (order,) = blob.read(len(TRIE), 1)
    if not 1 <= order <= HIGHEST_ORDER:
        raise FormatError(f"a trie of order {order}")
    cursor = _Cursor(blob, len(TRIE) + 1)
    counts = [cursor.count(f"{n}-grams") for n in range(1, order + 1)]
    tensors = list(_trie_tables(cursor, counts))
    tensors.append(_words(cursor, counts[0]))
    return _model(cursor, "trie", counts, tensors)


def _trie_tables(cursor: _Cursor, counts: list[int]) -> Iterator[Tensor]:
    order = len(counts)
    if order > 1:
        cursor.integer()
        for n in range(2, order):
            yield cursor.table(f"{n}-grams.probability", "float32", (BINS,), 4)
            yield cursor.table(f"{n}-grams.backoff", "float32", (BINS,), 4)
        yield cursor.table(f"{order}-grams.probability", "float32", (BINS,), 4)
    yield cursor.table("1-grams", "bytes", (counts[0] + 1, 12), 1)
    for n in range(2, order + 1):
        pointer = counts[n].bit_length() if n < order else 0
        quantised = 32 if n < order else 16
        bits = counts[0].bit_length() + quantised + pointer
        length = ((1 + counts[n - 1]) * bits + 7) // 8 + 8
        yield cursor.table(f"{n}-grams", "bytes", (length,), 1)


def _read_dump(blob: Blob, order: str) -> Model:
    """Read a dump: its name, descriptions, counts, n-grams of order 1 to 3, their values, and words."""
    cursor = _Cursor(blob, 4 + len(DUMP), order)
    cursor.span(cursor.count("bytes of the name"))
    first = cursor.integer()
    if first <= 0:
        cursor.integer()
        _skip_strings(cursor)
        first = cursor.count("unigrams")
    counts = [first, cursor.count("bigrams"), cursor.count("trigrams")]
    tensors = [
        cursor.table("1-grams", "bytes", (counts[0] + 1, 16), 1),
        cursor.table("2-grams", "bytes", (counts[1] + 1, 8), 1),
    ]
    values = ["2-grams.probability"]
    if counts[2]:
        tensors.append(cursor.table("3-grams", "bytes", (counts[2], 4), 1))
        values += ["2-grams.backoff", "3-grams.probability"]
    for name in values:
        tensors.append(cursor.table(name, "float32", (cursor.count(name),), 4))
    if counts[2]:
        tensors.append(cursor.table("segments", "int32", (cursor.count("segments"),), 4))
    tensors.append(_words(cursor, counts[0]))
    return _model(cursor, "dump", counts, tensors)


def _skip_strings(cursor: _Cursor) -> None:
    for _ in range(MOST_STRINGS):
        length = cursor.count("bytes of a description")
        if not length:
            return
        if length > LONGEST_STRING:
            raise FormatError(f"a description of {length} bytes")
        cursor.span(length)
    raise FormatError(f"more than {MOST_STRINGS} descriptions")


def _words(cursor: _Cursor, count: int) -> Tensor:
    """The vocabulary: as many zero-terminated words as there are unigrams."""
    words = cursor.span(cursor.count("bytes of words"))
    found = sum(block.count(0) for block in words.blocks())
    if found != count:
        raise FormatError(f"{found} words for {count} unigrams")
    return Tensor("words", "bytes", (words.length,), words)


def _model(cursor: _Cursor, kind: str, counts: list[int], tensors: list[Tensor]) -> Model:
    if cursor.at != cursor.blob.size:
        raise FormatError(f"{cursor.blob.size - cursor.at} bytes behind the words")
    return Model(
        format=FORMAT.name,
        tensors=tuple(tensors),
        structure={"kind": kind, "byte_order": cursor.order, "counts": counts},
        parameters=sum(counts),
        complete=kind == "trie",
    )

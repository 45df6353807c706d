"""fastText's models, plain (.bin) and quantised (.ftz), file versions 11 and 12 (fastText, src/fasttext.cc).

The layout of the parts is in args.cc, dictionary.cc, densematrix.cc, quantmatrix.cc and productquantizer.cc.
Numbers lie as the machine that wrote them has them; only little-endian files are known.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.plain import opaque, told
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("fasttext", extensions=(".bin", ".ftz"), mark=b"\xba\x16\x4f\x2f")

MAGIC = FORMAT.mark
"""The number 793712314, least significant byte first."""

VERSIONS = (11, 12)
ARGUMENTS = struct.Struct("<12id")
NAMES = ("dim", "ws", "epoch", "minCount", "neg", "wordNgrams", "loss", "model", "bucket", "minn", "maxn")
LOSSES = {1: "hs", 2: "ns", 3: "softmax", 4: "one-vs-all"}
MODELS = {1: "cbow", 2: "sg", 3: "sup"}
VOCABULARY = struct.Struct("<iiiqq")
CENTROIDS = 256

MOST_WORDS = 30_000_000
LONGEST_WORD = 1 << 16
WINDOW = 1 << 18
MOST_LABELS = 1000
"""Labels that are shown one by one."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The magic number, a known version, and arguments that training can have had."""
    head = glimpse.head
    if not head.startswith(MAGIC) or len(head) < 8 + ARGUMENTS.size + VOCABULARY.size:
        return None
    try:
        arguments = _arguments(Blob(head))
    except FormatError:
        return None
    kind = f"a {arguments['model']} model of dimension {arguments['dim']}"
    return Evidence.of({Kind.MAGIC: "begins as fastText", Kind.STRUCTURE: kind})


def read(blob: Blob) -> Model:
    """Read arguments, dictionary and both matrices; FormatError where they do not fill the file."""
    if blob.read(0, 4) != MAGIC:
        raise FormatError("not a fastText model")
    arguments = _arguments(blob)
    cursor = _Cursor(blob, 8 + ARGUMENTS.size)
    vocabulary = _vocabulary(cursor)
    tensors = tuple(_matrices(cursor))
    if cursor.at != blob.size:
        raise FormatError(f"{blob.size - cursor.at} bytes behind the matrices of a fastText model")
    (version,) = struct.unpack("<i", blob.read(4, 4))
    return Model(
        format=FORMAT.name,
        tensors=tensors,
        structure={"version": version, "arguments": arguments, "dictionary": vocabulary},
        complete=True,
    )


def _arguments(blob: Blob) -> dict[str, object]:
    """Return the arguments of training that the file keeps; FormatError for impossible ones."""
    (version,) = struct.unpack("<i", blob.read(4, 4))
    *numbers, rate, threshold = ARGUMENTS.unpack(blob.read(8, ARGUMENTS.size))
    named = dict(zip(NAMES, numbers, strict=True))
    if version not in VERSIONS or named["loss"] not in LOSSES or named["model"] not in MODELS:
        raise FormatError(f"fastText version {version}, loss {named['loss']}, model {named['model']}")
    if not 0 < named["dim"] < 1 << 20 or named["bucket"] < 0:
        raise FormatError(f"a fastText model of dimension {named['dim']} and {named['bucket']} buckets")
    words = {"loss": LOSSES[named["loss"]], "model": MODELS[named["model"]]}
    return {**named, **words, "lrUpdateRate": rate, "t": threshold.hex()}


@dataclass(slots=True)
class _Cursor:
    """Cuts numbers and tables out of a blob, one behind the other."""

    blob: Blob
    at: int

    def numbers(self, form: str) -> tuple[int, ...]:
        length = struct.calcsize("<" + form)
        self.at += length
        return struct.unpack("<" + form, self.blob.read(self.at - length, length))

    def flag(self) -> bool:
        (value,) = self.numbers("B")
        if value > 1:
            raise FormatError(f"a flag of {value} at byte {self.at - 1}")
        return bool(value)

    def table(self, name: str, dtype: str, shape: tuple[int, ...]) -> Tensor:
        """Cut an array whose elements have 4 bytes (float32) or 1 (uint8)."""
        length = 4 if dtype == "float32" else 1
        for size in shape:
            if size < 0:
                raise FormatError(f"{name} of shape {shape}")
            length *= size
        span = Span(self.blob, self.at, length)
        self.blob.part(self.at, length)
        self.at += length
        return Tensor(name, dtype, shape, span)


def _vocabulary(cursor: _Cursor) -> dict[str, object]:
    """Read the dictionary: words and labels with their counts, and which rows pruning kept."""
    size, words, labels, tokens, pruned = cursor.numbers("iiiqq")
    if min(size, words, labels, tokens) < 0 or words + labels != size or pruned < -1:
        raise FormatError(f"a dictionary of {size} entries: {words} words and {labels} labels")
    if size > MOST_WORDS:
        raise LimitError(f"a dictionary of {size} entries; at most {MOST_WORDS} are read")
    start = cursor.at
    found: list[str] = []
    for word, kind in _entries(cursor, size):
        if kind and len(found) < MOST_LABELS:
            found.append(told(word))
    cursor.blob.part(cursor.at, 8 * max(0, pruned))
    cursor.at += 8 * max(0, pruned)
    return {
        "words": words,
        "labels": labels,
        "tokens": tokens,
        "pruned": pruned,
        "entries": opaque(cursor.blob, start, cursor.at - start),
        "first labels": found,
    }


def _entries(cursor: _Cursor, size: int) -> Iterator[tuple[bytes, int]]:
    """Yield each word with its kind, 1 for a label; each has 8 bytes of count between."""
    window, start = b"", cursor.at
    for _ in range(size):
        at = cursor.at - start
        end = window.find(b"\0", at)
        if end < 0 or end + 10 > len(window):
            start, at = cursor.at, 0
            window = cursor.blob.read(start, min(WINDOW, cursor.blob.size - start))
            end = window.find(b"\0")
        if end < 0 or end + 10 > len(window) or end - at > LONGEST_WORD:
            raise FormatError(f"no word of a dictionary at byte {cursor.at}")
        kind = window[end + 9]
        if kind > 1:
            raise FormatError(f"a word of kind {kind} at byte {cursor.at}")
        cursor.at = start + end + 10
        yield window[at:end], kind


def _matrices(cursor: _Cursor) -> Iterator[Tensor]:
    """Yield the input matrix and the output matrix, each plain or as codes and their centroids."""
    for name in ("input", "output"):
        if cursor.flag():
            yield from _quantised(cursor, name)
        else:
            rows, columns = cursor.numbers("qq")
            yield cursor.table(name, "float32", (rows, columns))


def _quantised(cursor: _Cursor, name: str) -> Iterator[Tensor]:
    normed = cursor.flag()
    rows, columns, length = cursor.numbers("qqi")
    if rows <= 0 or length <= 0 or length % rows:
        raise FormatError(f"{name}: {length} codes for {rows} rows")
    yield cursor.table(f"{name}.codes", "uint8", (rows, length // rows))
    yield _centroids(cursor, name, columns)
    if normed:
        yield cursor.table(f"{name}.norm.codes", "uint8", (rows,))
        yield _centroids(cursor, f"{name}.norm", 1)


def _centroids(cursor: _Cursor, name: str, columns: int) -> Tensor:
    """Cut the centroids of a product quantiser; its four sizes must agree with the matrix."""
    dimension, parts, width, last = cursor.numbers("4i")
    if dimension != columns or not 0 < width <= dimension or parts != -(-dimension // width):
        raise FormatError(f"{name}: a quantiser of {parts} parts of {width} for {columns} columns")
    if last != dimension - (parts - 1) * width:
        raise FormatError(f"{name}: a quantiser whose last part has {last} columns")
    return cursor.table(f"{name}.centroids", "float32", (dimension * CENTROIDS,))

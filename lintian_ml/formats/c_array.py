"""Weights as arrays of literals in program source: C, C++, Rust, Java, JavaScript, Python.

Numbers alone prove nothing: quantiser codebooks, filters and test vectors look like weights. So a file is a
model only if arrays that look trained are also named after parts of nets, or stand in a file that says so
itself: a comment that names the program which wrote it, or a table of layers.
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from itertools import compress
from operator import ne

from lintian_ml.blob import Blob
from lintian_ml.encoding.comments import without_comments
from lintian_ml.encoding.literals import LiteralArray, find_arrays, numbers
from lintian_ml.encoding.packed import little_endian
from lintian_ml.encoding.sample import looks_trained
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import FEWEST_NUMBERS, Evidence, Format, Glimpse, Kind
from lintian_ml.model import Computed, Model, Tensor

FORMAT = Format(
    "c-array", extensions=(".c", ".h", ".cc", ".cpp", ".hpp", ".inc", ".rs", ".java"), within="text"
)

NOISE = (SPELLING,)

LONGEST = 64 << 20
"""Bytes of the longest source that is read."""

SMALLEST_TENSOR = 4
"""Numbers that an initialiser must have to be read as a tensor, once its file is known to hold a model."""

NETS = frozenset(
    {"gru", "lstm", "rnn", "cnn", "dnn", "mlp", "neural", "neuron", "perceptron", "embedding", "logits"}
)
"""Words of identifiers that tell of a net by themselves."""

PARTS = frozenset(
    {"weight", "weights", "bias", "biases", "subias", "kernel", "kernels", "recurrent", "recur"}
)
"""Words that tell of a net where a place in one is named too, or parts of several kinds are."""

PLACES = frozenset(
    {
        "layer",
        "layers",
        "hiddenlayer",
        "hidden",
        "conv",
        "dense",
        "fc",
        "nn",
        "net",
        "network",
        "model",
        "embed",
    }
    | {"gate", "glu", "attention", "encoder", "decoder"}
)
"""Words for places in a net."""

WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
WRITER = re.compile(
    rb"(?i)\b(?:generated|exported|converted|dumped|created|written|extracted)\b[^;{}]{0,160}?"
    rb"\b(keras|tensorflow|tflite|(?:py|lib)?torch|onnx|theano|caffe|darknet|scikit-learn|sklearn|"
    rb"neural[ -]?net(?:work)?s?|trained (?:net|network|model|weights))\b"
)
LAYERS = re.compile(rb"\b(?:WeightArray|(?:M?Dense|GRU|LSTM|Conv1D|Conv2[dD]|Linear|Embedding)Layer)\b")
OPENING = 4096
"""Bytes at the beginning of a file in which its comment is looked for."""

TYPES: tuple[tuple[str, str], ...] = (
    (r"u_?int8|\bu8\b|uint8|unsigned char|Uint8", "uint8"),
    (r"int8|\bi8\b|signed char|\bchar\b|\bbyte\b", "int8"),
    (r"uint16|\bu16\b|unsigned short", "uint16"),
    (r"int16|\bi16\b|\bshort\b", "int16"),
    (r"uint32|\bu32\b|unsigned int|unsigned long", "uint32"),
    (r"int32|\bi32\b|\bint\b|\blong\b", "int32"),
    (r"float64|\bf64\b|\bdouble\b|\bnumber\b", "float64"),
    (r"float|\bf32\b|\breal\b", "float32"),
)
"""Words of declarations, in this order, and the element types that they mean."""

CODES = {"int8": "b", "uint8": "B", "int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "float32": "f"}
EXACT = 1 << 53


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Weigh the arrays by their looks, their names, and what the file says of itself."""
    trained = [found for found in glimpse.arrays if looks_trained(found.sample, found.count)]
    if sum(found.count for found in trained) < FEWEST_NUMBERS:
        return None
    named = named_after_nets(trained)
    context = _context(glimpse)
    chosen = trained if context else named
    count = sum(found.count for found in chosen)
    if count < FEWEST_NUMBERS or not (named or context):
        return None
    notes = {Kind.STATISTICS: f"{count} numbers in {len(chosen)} arrays are distributed like trained weights"}
    if named:
        notes[Kind.NAME] = f"arrays are named after parts of nets: {named[0].name}"
    if context:
        notes[Kind.CONTEXT] = context
    return Evidence.of(notes, carrier=True)


def named_after_nets(arrays: Iterable[LiteralArray]) -> list[LiteralArray]:
    """Return the arrays whose names tell of a net: by themselves, or or by weights and biases together."""
    arrays = list(arrays)
    words = [frozenset(word.lower() for word in WORD.findall(found.name)) for found in arrays]
    telling = [bool(of & NETS) or bool(of & PARTS and of & PLACES) for of in words]
    kinds = {"weights" if part.startswith("weight") else "other" for of in words for part in of & PARTS}
    if any(telling) or len(kinds) > 1:
        return [found for found, of, alone in zip(arrays, words, telling, strict=True) if alone or of & PARTS]
    return []


def _context(glimpse: Glimpse) -> str:
    """Return what the file says of itself that tells of a net, as a phrase; "" if nothing does."""
    writer = WRITER.search(glimpse.head[:OPENING])
    if writer:
        return f"it was written from {writer.group(1).decode('ascii', 'replace')}"
    layers = LAYERS.search(glimpse.head) or LAYERS.search(glimpse.tail or b"")
    return f"it has a table of type {layers.group().decode('ascii', 'replace')}" if layers else ""


def read(blob: Blob) -> Model:
    """Read every initialiser of numbers as a one-dimensional tensor; the text around them is residue.

    How numbers are spelled and set out is noise; what stands between them, as commas and suffixes, is residue
    too. Integers beyond 2**53 stay in the text, which is compared as it is. FormatError if there is no array;
    LimitError if the source is longer than LONGEST.
    """
    if blob.size > LONGEST:
        raise LimitError(f"source text of {blob.size} bytes, but {LONGEST >> 20} MiB are read at most")
    data = blob.read(0, blob.size)
    arrays = [found for found in find_arrays(data, SMALLEST_TENSOR) if _is_exact(found)]
    if not arrays:
        raise FormatError("no array of numbers that is given a name")
    model = Model(
        format=FORMAT.name,
        tensors=tuple(_tensors(blob, data, arrays)),
        residue={
            "text": b"".join(_text_around(data, arrays)),
            "marks": b"\n".join(_marks(without_comments(_run(data, found))) for found in arrays),
        },
        complete=True,
    )
    return with_spelling(model, blob)


def _text_around(data: bytes, arrays: Iterable[LiteralArray]) -> Iterator[bytes]:
    """Yield the text between the arrays, and the comments within them."""
    end = 0
    for found in arrays:
        yield data[end : found.offset]
        end = found.offset + found.length
        run = data[found.offset : end]
        plain = without_comments(run)
        if plain != run:
            yield bytes(compress(run, map(ne, run, plain)))
    yield data[end:]


def _marks(run: bytes) -> bytes:
    """Return what stands in a run beside the characters that numbers and white space are made of."""
    hexadecimal = b"xXpPabcdfABCDF" if b"x" in run or b"X" in run else b""
    return run.translate(None, b" \t\r\n0123456789+-.eE" + hexadecimal)


def _is_exact(found: LiteralArray) -> bool:
    return found.sample.floats > 0 or max(abs(found.sample.low), abs(found.sample.high)) <= EXACT


def _tensors(blob: Blob, data: bytes, arrays: Iterable[LiteralArray]) -> Iterator[Tensor]:
    """Yield a tensor for each array; of arrays of one name (under #if) all but the first get a number."""
    seen: dict[str, int] = {}
    for found in arrays:
        seen[found.name] = seen.get(found.name, 0) + 1
        name = found.name if seen[found.name] == 1 else f"{found.name}#{seen[found.name]}"
        count, low, high, whole = _extent(numbers(without_comments(_run(data, found))))
        dtype = _element_type(found.declared, low, high, whole)
        width = array(CODES.get(dtype, "d")).itemsize
        yield Tensor(name, dtype, (count,), Computed(_Packed(blob, found, dtype), count * width))


def _run(data: bytes, found: LiteralArray) -> bytes:
    return data[found.offset : found.offset + found.length]


def _extent(pieces: Iterable[list[float]]) -> tuple[int, float, float, bool]:
    """Return how many values there are, the least, the greatest, and whether all are integers."""
    count, low, high, whole = 0, 0.0, 0.0, True
    for values in pieces:
        count += len(values)
        low = min(low, min(values, default=low))
        high = max(high, max(values, default=high))
        whole = whole and all(map(float.is_integer, values))
    return count, low, high, whole


def _element_type(declared: str, low: float, high: float, whole: bool) -> str:
    """Return the declared element type if the values fit it, else the first of a few that does."""
    spoken = next((dtype for words, dtype in TYPES if re.search(words, declared)), "")
    if spoken.startswith("float"):
        return spoken
    if not whole:
        return "float32"
    for dtype in (spoken, "int8", "int16", "int32", "uint32"):
        if dtype and _fits(dtype, low, high):
            return dtype
    return "float64"


def _fits(dtype: str, low: float, high: float) -> bool:
    bits = int(dtype.lstrip("uint"))
    least, most = (0, 2**bits - 1) if dtype.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return least <= low and high <= most


class _Packed:
    """Packs the numbers of one array, little-endian, each time that it is called."""

    def __init__(self, blob: Blob, found: LiteralArray, dtype: str) -> None:
        self.blob = blob
        self.found = found
        self.dtype = dtype

    def __call__(self) -> Iterator[bytes]:
        text = without_comments(self.blob.read(self.found.offset, self.found.length))
        yield from map(self._packed, numbers(text))

    def _packed(self, values: list[float]) -> bytes:
        code = CODES.get(self.dtype, "d")
        return little_endian(array(code, values if code in "fd" else map(int, values)))

"""Weight blobs of Opus, RNNoise and LPCNet (opus, dnn/nnet.h and dnn/write_lpcnet_weights.c).

A blob is a row of arrays: a header of 64 bytes (``DNNw``, version, element type, bytes of data, bytes with
padding to whole blocks of 64, a name of at most 43 bytes), then the data. Shapes are in the program alone.
"""

from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import BITS, Model, Span, Tensor

FORMAT = Format("opus-dnn", extensions=(".bin", ".weights", ".rnnn"), mark=b"DNNw")

MAGIC = FORMAT.mark
BLOCK = 64
ELEMENT_TYPES = {0: "float32", 1: "int32", 2: "int8", 3: "int8"}
"""Our names of the types float, int, qweight and int8."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The magic, and a header of a possible array that the file has room for."""
    if glimpse.head[:4] != MAGIC:
        return None
    try:
        name, _, _, padded, _ = _header(Forward(Blob(glimpse.head)))
    except FormatError:
        return None
    if padded > glimpse.size - BLOCK:
        return None
    return Evidence.of({Kind.MAGIC: "begins as DNNw", Kind.STRUCTURE: f"its first array is {name}"})


def read(blob: Blob) -> Model:
    """Read the headers of all arrays; FormatError where one is impossible or cut off."""
    forward = Forward(blob)
    tensors: dict[str, Tensor] = {}
    padding: dict[str, bytes] = {}
    types: dict[str, int] = {}
    while forward.left:
        name, kind, size, padded, rest = _header(forward)
        if name in tensors:
            raise FormatError(f"there is a second array {name!r:.60} before offset {forward.position}")
        start = forward.skip(padded)
        dtype = ELEMENT_TYPES[kind]
        width = BITS[dtype] // 8
        if size % width:
            raise FormatError(f"the array {name!r:.60} has {size} bytes, no multiple of {width}")
        tensors[name] = Tensor(name, dtype, (size // width,), Span(blob, start, size))
        types[name] = kind
        padding.update(_unexpected(name, rest + blob.read(start + size, padded - size)))
    if not tensors:
        raise FormatError("there are no arrays")
    return Model(FORMAT.name, tuple(tensors.values()), {"types": types}, residue=padding, complete=True)


def _header(forward: Forward) -> tuple[str, int, int, int, bytes]:
    """Return name, element type, bytes of data, bytes with padding, and what follows the name."""
    at = forward.position
    magic, version, kind = forward.take(4), *forward.numbers("ii")
    size, padded = forward.numbers("ii")
    name, end, rest = forward.take(44).partition(b"\0")
    if magic != MAGIC or version != 0 or kind not in ELEMENT_TYPES:
        raise FormatError(f"there is no header of an array of version 0 at offset {at}")
    if not 0 <= size <= padded or padded - size >= BLOCK or padded % BLOCK:
        raise FormatError(f"the array at offset {at} has {size} bytes in {padded}")
    if not end or not name.isascii() or not name.decode("ascii").isprintable() or not name:
        raise FormatError(f"the array at offset {at} has no name")
    return name.decode("ascii"), kind, size, padded, rest


def _unexpected(name: str, padding: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield padding that is not zero."""
    if padding.strip(b"\0"):
        yield f"padding of {name}", padding

"""Flax's parameters in MessagePack (flax, serialization.py).

The file is a tree of maps. An array is an extension of type 1, a scalar of NumPy one of type 3; within is a
list of the shape, the name of the element type, and the elements in C order. Arrays of more than 1 GiB are
cut into several that are marked as belonging together.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lintian_ml.blob import Blob
from lintian_ml.encoding.array_tree import LONGER, ArrayTree
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.msgpack import Bytes, Extension, Tokens, read_tree
from lintian_ml.encoding.plain import content
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import BITS, Computed, Model, Payload, Span, Tensor

FORMAT = Format(
    "flax-msgpack",
    extensions=(".msgpack", ".flax"),
    first=b"\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\xde\xdf",
)
NOISE = (LONGER,)

FIRST = frozenset(bytes([byte]) for byte in FORMAT.first)
ARRAY, COMPLEX, SCALAR = 1, 2, 3
CHUNKED = "__msgpack_chunked_array__"
PACKED = ("int4", "uint4", "int2", "uint2", "float4e2m1")
"""Types whose elements NumPy keeps in whole bytes."""

EIGHT_BITS = {f"float8_{name.removeprefix('float8')}": name for name in BITS if name.startswith("float8")}
"""The names that floats of 8 bits have in NumPy's types, and ours."""

PROBED = 4096
"""Values that are looked at for a first array."""

MOST_DIMENSIONS = 64


@dataclass(frozen=True, slots=True)
class Array:
    """An array's shape, the name of its element type, and where its elements lie; ``around`` is the
    extension's own place.
    """

    shape: tuple[int, ...]
    dtype: str
    span: Bytes
    around: tuple[int, int]

    def fits(self) -> bool:
        """Whether there are as many bytes as the shape and type need, so far as the type is known."""
        name = element(self.dtype)
        width = BITS[name] // 8 if name in BITS else 0
        return not width or math.prod(self.shape) * width == self.span.length


def element(name: str) -> str:
    """Return our name of an element type; ``bytes`` for those that have none or are not packed."""
    plain = EIGHT_BITS.get(name, name)
    return plain if plain in BITS and plain not in PACKED else "bytes"


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Maps with texts as keys down to a first array, whose shape and type agree with its length."""
    if glimpse.head[:1] not in FIRST or len(glimpse.head) < 8:
        return None
    try:
        path, array = _first_array(Blob(glimpse.head), glimpse.size)
    except (FormatError, LimitError):
        return None
    notes = {Kind.STRUCTURE: "MessagePack with arrays as Flax writes them"}
    notes[Kind.SEMANTICS] = f"{path:.80} is an array of {array.dtype} and shape {list(array.shape)}"
    return Evidence.of(notes)


def _first_array(head: Blob, size: int) -> tuple[str, Array]:
    """Return the last key before the first array, and the array; FormatError where there is none."""
    name = ""
    for number, token in enumerate(Tokens(Forward(head, budget=PROBED))):
        if (number == 0) != (token.kind == "map") and number < 2:
            break
        if token.kind == "text" and token.length <= 256:
            name = str(content(head, token.offset, token.length))
        if token.kind == "bytes" or (number == 1 and not name):
            break
        if token.kind == "extension":
            array = _opened(head, Extension(token.code, token.offset, token.length))
            if array is None or token.offset + token.length > size or not array.fits():
                break
            return name, array
    raise FormatError("no array of Flax is seen")


def _opened(blob: Blob, found: Extension) -> Array | None:
    """Return the array that an extension holds; None for one of another type or of another build."""
    if found.code not in (ARRAY, SCALAR):
        return None
    tokens = Tokens(Forward(blob, found.offset))
    stream = iter(tokens)
    outer = list(islice(stream, 2))
    if [(token.kind, token.value) for token in outer[:1]] != [("list", 3)] or outer[-1].kind != "list":
        return None
    axes = outer[-1].value
    if not isinstance(axes, int) or axes > MOST_DIMENSIONS:
        return None
    *extents, name, data = (*islice(stream, axes + 2), None, None)[: axes + 2]
    if name is None or data is None or (name.kind, data.kind) != ("text", "bytes") or name.length > 32:
        return None
    shape = [extent.value for extent in extents if extent and extent.kind == "number"]
    if len(shape) != axes or any(not isinstance(extent, int) or extent < 0 for extent in shape):
        return None
    if tokens.longer:
        return None
    if data.offset + data.length != found.offset + found.length:
        return None
    dtype = blob.read(name.offset, name.length).decode("ascii", "replace")
    return Array(
        tuple(int(extent or 0) for extent in shape),
        dtype,
        Bytes(data.offset, data.length),
        (found.offset, found.length),
    )


def read(blob: Blob) -> Model:
    """Read the tree; arrays become tensors by the path of keys. FormatError where it is none or has none."""
    tokens = Tokens(Forward(blob))
    if blob.size < 8 or blob.read(0, 1)[0] not in FORMAT.first:
        raise FormatError("no map of MessagePack")
    top = read_tree(blob, tokens)
    model = ArrayTree(blob, _special).model(FORMAT.name, top, tokens)
    if not model.tensors:
        raise FormatError("no array of Flax in the MessagePack")
    return model


def _special(tree: ArrayTree, value: object, path: str) -> object:
    """Take in an array, whole or in chunks; return what stands for it, or None for anything else."""
    if isinstance(value, dict) and CHUNKED in value:
        return _joined(tree, value, path)
    array = _opened(tree.blob, value) if isinstance(value, Extension) else None
    if array is None:
        return None
    named = _put(tree, path, array, array.shape, Span(tree.blob, *array.span))
    return {**named, "scalar": True} if value == (SCALAR, *array.around) else named


def _joined(tree: ArrayTree, value: dict[object, object], path: str) -> object:
    """Take an array that was cut into chunks, each a flat array, as one."""
    shape, parts = value.get("shape"), value.get("chunks")
    if not isinstance(shape, dict) or not isinstance(parts, dict):
        raise FormatError(f"the array {path:.80} in chunks has no shape or no chunks")
    extents = [shape.get(str(axis)) for axis in range(len(shape))]
    chunks = [parts.get(str(number)) for number in range(len(parts))]
    arrays = [
        _opened(tree.blob, chunk) for chunk in chunks if isinstance(chunk, Extension) and chunk.code == ARRAY
    ]
    whole = [array for array in arrays if array and array.fits() and len(array.shape) == 1]
    alike = len(whole) == len(parts) and len({array.dtype for array in whole}) == 1
    if not alike or len(value) != 3 or value[CHUNKED] is not True:
        raise FormatError(f"the chunks of the array {path:.80} are no arrays of one type")
    if not all(type(extent) is int and extent >= 0 for extent in extents):
        raise FormatError(f"the array {path:.80} in chunks has the shape {extents}")
    spans = [Span(tree.blob, *array.span) for array in whole]
    payload = Computed(lambda: _chained(spans), sum(span.length for span in spans))
    named = _put(tree, path, whole[0], tuple(int(str(extent)) for extent in extents), payload)
    return {**named, "chunks": [span.length for span in spans]}


def _put(
    tree: ArrayTree, path: str, array: Array, shape: tuple[int, ...], payload: Payload
) -> dict[str, object]:
    dtype = element(array.dtype)
    told = {"type": array.dtype} if dtype == "bytes" else {}
    return {**tree.put(Tensor(path, dtype, shape, payload)), **told}


def _chained(spans: list[Span]) -> Iterator[bytes]:
    for span in spans:
        yield from span.blocks()

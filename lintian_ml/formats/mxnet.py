"""MXNet's parameters, a list of arrays and of their names (Apache MXNet, src/ndarray/ndarray.cc).

Arrays are of one of three kinds: all elements, some rows, or compressed sparse rows; the last two have one
or two arrays of places besides. Older files have no kind, or no mark of an array at all.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.plain import held, told
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import BITS, Model, Span, Tensor

FORMAT = Format("mxnet", extensions=(".params", ".nd"), mark=b"\x12\x01\0\0\0\0\0\0")
NOISE = ("devices",)

MAGIC = FORMAT.mark
MARKS = {0xF993FAC8: 1, 0xF993FAC9: 2, 0xF993FACA: 3}
"""The numbers that an array begins with, and the versions of its layout; others are of version 0."""

TYPES = (
    *("float32", "float64", "float16", "uint8", "int32", "int8", "int64", "bool"),
    *("int16", "uint16", "uint32", "uint64", "bfloat16"),
)
KINDS: dict[int, tuple[str, tuple[str, ...]]] = {
    0: ("all", ()),
    1: ("rows", ("rows",)),
    2: ("sparse", ("row ends", "columns")),
}
"""The kinds of arrays: what each is called here, and its arrays of places."""

ARRAYS = 1_000_000
DIMENSIONS = 32
LONGEST_NAME = 4096


@dataclass(frozen=True, slots=True)
class _Array:
    """One array: its kind, its whole shape, the device it was on, and all that is stored of it."""

    kind: str
    shape: tuple[int, ...]
    device: tuple[int, ...]
    stored: tuple[tuple[str, Tensor], ...]


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The list's number, a count that the file has room for, and a first array of a known type."""
    if not glimpse.head.startswith(MAGIC) or any(glimpse.head[8:16]):
        return None
    try:
        source = Forward(Blob(glimpse.head), 16)
        count = source.number("Q")
        if not 1 <= count <= glimpse.size // 4:
            return None
        shape = _head(source)[1]
    except (FormatError, LimitError):
        return None
    return Evidence.of(
        {
            Kind.MAGIC: "the number of a list of arrays of MXNet",
            Kind.STRUCTURE: f"{count} arrays, the first of the shape {list(shape)}",
        }
    )


def read(blob: Blob) -> Model:
    """Read the arrays' heads and the names; FormatError where they do not fit the file."""
    source = Forward(blob)
    if source.take(8) != MAGIC:
        raise FormatError("no list of arrays of MXNet")
    reserved = source.take(8)
    arrays = [_array(source) for _ in range(_count(source, "arrays", 4))]
    names = [_name(source) for _ in range(_count(source, "names", 8))]
    named = bool(names)
    if named and (len(names) != len(arrays) or len(set(names)) < len(names)):
        raise FormatError(f"{len(set(names))} names for {len(arrays)} arrays")
    names = names or [str(number) for number in range(len(arrays))]
    residue = {"reserved": reserved} if any(reserved) else {}
    if source.left:
        residue["behind the names"] = held(blob, source.position, source.left)
    pairs = list(zip(names, arrays, strict=True))
    return Model(
        FORMAT.name,
        tuple(_tensors(pairs)),
        {
            "named": named,
            "sparse": {name: [array.kind, *array.shape] for name, array in pairs if array.kind != "all"},
            "empty": [name for name, array in pairs if not array.stored],
        },
        residue=residue,
        noise={"devices": "".join(f"{array.device}\n" for _, array in pairs).encode("ascii")},
        complete=True,
    )


def _tensors(pairs: list[tuple[str, _Array]]) -> Iterator[Tensor]:
    for name, array in pairs:
        for part, tensor in array.stored:
            title = f"{name}.{part}" if part else name
            yield Tensor(title, tensor.dtype, tensor.shape, tensor.payload)


def _name(source: Forward) -> str:
    length = source.number("Q")
    if length > min(LONGEST_NAME, source.left):
        raise FormatError(f"a name of {length} bytes before offset {source.position}")
    return told(source.take(length))


def _count(source: Forward, what: str, least: int) -> int:
    count = source.number("Q")
    if count * least > source.left:
        raise FormatError(f"{count} {what} claimed before offset {source.position}, past the file's end")
    if count > ARRAYS:
        raise LimitError(f"{count} {what}; {ARRAYS} are read at most")
    return count


def _head(source: Forward) -> tuple[int, tuple[int, ...], tuple[int, ...] | None]:
    """Return an array's kind, its shape, and the shape of what is stored where it is not the same."""
    mark = source.number("I")
    version = MARKS.get(mark, 0)
    kind = source.number("i") if version >= 2 else 0
    if kind not in KINDS:
        raise FormatError(f"an array of the unknown kind {kind} before offset {source.position}")
    stored = _shape(source, source.number("i"), "q") if KINDS[kind][1] else None
    axes = source.number("i") if version else mark
    return kind, _shape(source, axes, "q" if version else "I"), stored


def _shape(source: Forward, axes: int, code: str) -> tuple[int, ...]:
    if not -1 <= axes <= DIMENSIONS:
        raise FormatError(f"an array of {axes} dimensions before offset {source.position}")
    shape = source.numbers(f"{max(axes, 0)}{code}")
    if axes < 0 or any(extent < 0 for extent in shape):
        raise FormatError(f"an array of an unknown shape before offset {source.position}")
    return shape


def _array(source: Forward) -> _Array:
    """Read an array; one of no dimensions is empty, but in version 3, where it is a single number."""
    third = source.blob.read(source.position, min(4, source.left)) == b"\xca\xfa\x93\xf9"
    kind, shape, stored = _head(source)
    title, places = KINDS[kind]
    if not shape and not third:
        return _Array(title, shape, (), ())
    device = source.numbers("ii")
    dtype = _type(source)
    heads = [(place, _type(source), _shape(source, source.number("i"), "q")) for place in places]
    parts = [("", dtype, shape if stored is None else stored), *heads]
    return _Array(
        title, shape, device, tuple((part, _stored(source, kind, size)) for part, kind, size in parts)
    )


def _type(source: Forward) -> str:
    code = source.number("i")
    if not 0 <= code < len(TYPES):
        raise FormatError(f"the unknown element type {code} before offset {source.position}")
    return TYPES[code]


def _stored(source: Forward, dtype: str, shape: tuple[int, ...]) -> Tensor:
    length = math.prod(shape) * BITS[dtype] // 8
    return Tensor("", dtype, shape, Span(source.blob, source.skip(length), length))

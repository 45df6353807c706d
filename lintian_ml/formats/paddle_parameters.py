"""PaddlePaddle's parameters, ``.pdiparams`` and ``__params__``: tensor behind tensor (Paddle,
framework/lod_tensor.cc and tensor_util.cc, "SerializeToStream").

A version, the lengths of nested sequences (none for parameters), a second version, a description as a
protocol buffer, the elements. The tensors' names stand in the program beside it, in alphabetical order.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

from lintian_ml.blob import Blob
from lintian_ml.encoding.protobuf import VARINT, Wire, signed
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import BITS, Model, Span, Tensor

FORMAT = Format("paddle-parameters", extensions=(".pdiparams",), first=b"\0")

ZEROS = bytes(16)
"""Version 0, no nested sequences, and version 0 again."""

ELEMENT_TYPES = {
    0: "bool",
    1: "int16",
    2: "int32",
    3: "int64",
    4: "float16",
    5: "float32",
    6: "float64",
    20: "uint8",
    21: "int8",
    22: "bfloat16",
    23: "complex64",
    24: "complex128",
}
LONGEST_DESCRIPTION = 128
DIMENSIONS = 9
MOST_TENSORS = 100_000


class _Place(NamedTuple):
    """Where one tensor's elements lie, of which type, in which shape."""

    dtype: str
    shape: tuple[int, ...]
    offset: int
    length: int


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Versions and a description, elements that the file has room for, and another tensor or the end."""
    if not glimpse.head.startswith(ZEROS) or glimpse.head[20:21] != b"\x08":
        return None
    blob, at, found = Blob(glimpse.head), 0, 0
    try:
        while at < glimpse.size and found < 2:
            if at + 20 + LONGEST_DESCRIPTION > len(glimpse.head) < glimpse.size:
                break
            place = _place(blob, at)
            at, found = place.offset + place.length, found + 1
    except FormatError:
        return None
    if at > glimpse.size or not found:
        return None
    return Evidence.of({Kind.MAGIC: "begins as a parameter of PaddlePaddle, one that fits the file"})


def _place(blob: Blob, at: int) -> _Place:
    """Return what the tensor at ``at`` is; FormatError where there is none. Elements are not looked at."""
    zeros, size = blob.read(at, 16), int.from_bytes(blob.read(at + 16, 4), "little")
    if zeros != ZEROS or not 2 <= size <= LONGEST_DESCRIPTION:
        raise FormatError(f"no tensor of PaddlePaddle begins at offset {at}")
    kind, shape = -1, []
    for field in Wire(blob.part(at + 20, size)).fields():
        if field.wire != VARINT or field.number not in (1, 2) or (field.number == 1) != (kind < 0):
            raise FormatError(f"the description at offset {at + 20} is not one of a tensor")
        if field.number == 1:
            kind = field.value
        else:
            shape.append(signed(field.value))
    if kind not in ELEMENT_TYPES or len(shape) > DIMENSIONS or not all(0 < side < 1 << 40 for side in shape):
        raise FormatError(f"a tensor of type {kind} and shape {shape} at offset {at}")
    dtype = ELEMENT_TYPES[kind]
    return _Place(dtype, tuple(shape), at + 20 + size, math.prod(shape) * BITS[dtype] // 8)


def _places(blob: Blob) -> Iterator[_Place]:
    at, count = 0, 0
    while at < blob.size:
        place = _place(blob, at)
        blob.part(place.offset, place.length)
        yield place
        at, count = place.offset + place.length, count + 1
        if count > MOST_TENSORS:
            raise LimitError(f"more than {MOST_TENSORS} tensors")


def read(blob: Blob) -> Model:
    """Return each tensor where it lies, by its number; FormatError where one is cut off or malformed."""
    tensors = tuple(
        Tensor(str(number), place.dtype, place.shape, Span(blob, place.offset, place.length))
        for number, place in enumerate(_places(blob))
    )
    if not tensors:
        raise FormatError("no tensor of PaddlePaddle")
    remark = "the tensors' names stand in the program beside it"
    return Model(FORMAT.name, tensors, remarks=(remark,), complete=True)

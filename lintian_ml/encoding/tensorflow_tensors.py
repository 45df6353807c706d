"""Tensors of TensorFlow's messages: where a TensorProto's elements lie, and what is left out of them.

Element types and their storage are those of tensorflow/core/framework/types.proto and tensor.proto. Fewer
elements than the shape asks for mean that the last one repeats to the end; none at all, that all are zero.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from lintian_ml.blob import Blob
from lintian_ml.encoding import runs
from lintian_ml.encoding.message import Frame, Reader, Run
from lintian_ml.encoding.plain import held, opaque
from lintian_ml.encoding.protobuf import Field
from lintian_ml.error import FormatError, LimitError
from lintian_ml.model import Computed, Payload, Span, Tensor


class Element(NamedTuple):
    """An element type: our name of it, its bytes (0: it varies), the field that may hold its elements, and
    whether numbers of it are parameters rather than sizes, places or switches.
    """

    dtype: str
    width: int
    field: str
    learned: bool = True


ELEMENTS: Mapping[int, Element] = {
    1: Element("float32", 4, "float_val"),
    2: Element("float64", 8, "double_val"),
    3: Element("int32", 4, "int_val", False),
    4: Element("uint8", 1, "int_val"),
    5: Element("int16", 2, "int_val"),
    6: Element("int8", 1, "int_val"),
    7: Element("string", 0, "string_val", False),
    8: Element("complex64", 8, "scomplex_val"),
    9: Element("int64", 8, "int64_val", False),
    10: Element("bool", 1, "bool_val", False),
    11: Element("int8", 1, "int_val"),
    12: Element("uint8", 1, "int_val"),
    13: Element("int32", 4, "int_val"),
    14: Element("bfloat16", 2, "half_val"),
    15: Element("int16", 2, "int_val"),
    16: Element("uint16", 2, "int_val"),
    17: Element("uint16", 2, "int_val"),
    18: Element("complex128", 16, "dcomplex_val"),
    19: Element("float16", 2, "half_val"),
    22: Element("uint32", 4, "uint32_val", False),
    23: Element("uint64", 8, "uint64_val", False),
    24: Element("float8e5m2", 1, "float8_val"),
    25: Element("float8e4m3fn", 1, "float8_val"),
    26: Element("float8e4m3fnuz", 1, "float8_val"),
    27: Element("bytes", 1, "float8_val"),
    28: Element("float8e5m2fnuz", 1, "float8_val"),
    29: Element("int8", 1, "int_val"),
    30: Element("uint8", 1, "int_val"),
    31: Element("int8", 1, "int_val"),
    32: Element("uint8", 1, "int_val"),
}
"""DataType: 11 to 13, 15 and 16 are the quantised twins of plain types; 29 to 32, of 4 and 2 bits, take a
byte each; 20 and 21, resources and variants, are no numbers; 27, the float8 with bias 11, has no name here.
"""

_FIELDS = ("tensor_content", "float8_val", *dict.fromkeys(element.field for element in ELEMENTS.values()))
_FILLED = 1 << 30
_SMALL = 256
_TEXTS = 1 << 16
_BLOCK = 1 << 16


def shape(value: Mapping[str, object]) -> tuple[int, ...] | None:
    """Return what a TensorShapeProto says; None where the rank or a size is not known."""
    dims = cast("list[dict[str, object]]", value.get("dim", []))
    sizes = tuple(cast(int, dim.get("size", 0)) for dim in dims)
    return None if value.get("unknown_rank") or any(size < 0 for size in sizes) else sizes


@dataclass(slots=True)
class Collection:
    """The tensors of one file, as its messages are read; ``storage`` has a line on how each lies.

    ``parameters`` counts the elements that may be learned, those of variables that lie elsewhere included.
    """

    reader: Reader
    tensors: list[Tensor] = field(default_factory=list)
    storage: bytearray = field(default_factory=bytearray)
    parameters: int = 0
    _names: dict[str, int] = field(default_factory=dict)

    def add(self, frame: Frame, name: str) -> object:
        """Take the TensorProto of ``frame`` in; return what stands for it in the structure.

        Scalars, short lists of whole numbers and of strings are part of the structure: they are settings.
        """
        value = frame.value
        present = [key for key in _FIELDS if key in value]
        code = cast(int, value.get("dtype", 0))
        dims = shape(cast("dict[str, object]", value.get("tensor_shape", {})))
        rest = {key: item for key, item in value.items() if key not in ("tensor_shape", *_FIELDS)}
        if not present and (dims is None or code not in ELEMENTS):
            return value
        if dims is None or code not in ELEMENTS or len(present) > 1:
            raise FormatError(f"{frame.path} has elements without a known type and shape, or in two places")
        if present != ["tensor_content"]:
            self.storage += f"{frame.path}: {json.dumps(present)}\n".encode("ascii")
        element = ELEMENTS[code]
        if element.dtype == "string" and present == ["tensor_content"]:
            found = cast(Field, value["tensor_content"])
            return {**rest, "dims": dims, "content": opaque(self._blob, found.offset, found.length)}
        payload = self._payload(frame, element, dims, present)
        most = _SMALL if element.width else _TEXTS
        small = payload.length <= most and (not dims or (not element.learned and len(dims) == 1))
        if small:
            return {**rest, "dims": dims, "content": b"".join(payload.blocks()).hex()}
        return {**rest, "tensor": self.put(name, element, dims, payload)}

    def put(
        self, name: str, element: Element, dims: tuple[int, ...], payload: Payload, big_endian: bool = False
    ) -> str:
        """Keep a tensor under a name of its own, and return that."""
        plain = name
        while name in self._names:
            self._names[plain] += 1
            name = f"{plain}#{self._names[plain]}"
        tensor = Tensor(name, element.dtype, dims, payload, big_endian)
        if element.width and payload.length != tensor.elements * element.width:
            expected = tensor.elements * element.width
            raise FormatError(f"tensor {name} has {payload.length} bytes, but its shape asks for {expected}")
        self._names[name] = 1
        self.tensors.append(tensor)
        self.count(element, dims)
        return name

    def count(self, element: Element, dims: tuple[int, ...]) -> None:
        """Count the elements of a tensor, here or elsewhere, if they may be learned."""
        self.parameters += math.prod(dims) if element.learned else 0

    @property
    def _blob(self) -> Blob:
        return self.reader.wire.blob

    def _payload(
        self, frame: Frame, element: Element, dims: tuple[int, ...], present: Sequence[str]
    ) -> Payload:
        count = math.prod(dims)
        if present and present[0] not in ("tensor_content", element.field):
            raise FormatError(f"{frame.path} of type {element.dtype} has its elements in {present[0]}")
        value = frame.value[present[0]] if present else []
        if element.dtype == "string":
            return _strings(self._blob, frame, cast("list[Field]", value), count)
        if isinstance(value, Field):
            payload: Payload = Span(self._blob, value.offset, value.length)
        else:
            payload = self._numbers(frame, element, cast("list[Run]", value))
        raw = present == ["tensor_content"]
        return payload if raw else _filled(payload, frame, element.width, count)

    def _numbers(self, frame: Frame, element: Element, found: Sequence[Run]) -> Payload:
        """Return numbers of a typed field as elements; what does not fit into one is residue as written."""
        if not found:
            return Span(self._blob, 0, 0)
        if element.field in ("float_val", "double_val", "scomplex_val", "dcomplex_val"):
            return runs.fixed(self._blob, found, 4 if element.field in ("float_val", "scomplex_val") else 8)
        whole = element.dtype.startswith("int")
        survey = runs.survey(self._blob, found, 8 * element.width, signed=whole)
        if not survey.clean:
            for run in found:
                written = held(self._blob, run.offset, run.end - run.offset)
                self.reader.keep(f"{frame.path}.{element.field}, as written", written)
        return runs.integers(self._blob, found, element.width, survey.count)


def _filled(payload: Payload, frame: Frame, width: int, count: int) -> Payload:
    """Repeat the last element of a payload, or zero where there is none, until there are ``count``."""
    missing = count * width - payload.length
    if missing < 0 or payload.length % width:
        raise FormatError(f"{frame.path} has {payload.length} bytes, but its shape asks for {count * width}")
    if not missing:
        return payload
    if missing > _FILLED:
        raise LimitError(f"{frame.path} repeats its last element to {count * width} bytes")

    def make() -> Iterator[bytes]:
        last = bytes(width)
        for block in payload.blocks():
            yield block
            last = (last + block)[-width:]
        repeated = last * max(1, _BLOCK // width)
        for left in range(missing, 0, -len(repeated)):
            yield repeated[:left]

    return Computed(make, count * width)


def _strings(blob: Blob, frame: Frame, found: Sequence[Field], count: int) -> Payload:
    """Return strings as a payload: each its length in 8 bytes, little-endian, and its bytes."""
    if len(found) not in (0, 1, count) or count > max(len(found), _BLOCK):
        raise FormatError(f"{frame.path} has {len(found)} strings, but its shape asks for {count}")
    each = tuple(found) if len(found) == count else (found[0] if found else None,) * count
    length = sum(8 + (item.length if item else 0) for item in each)
    if length > _FILLED and len(found) != count:
        raise LimitError(f"{frame.path} repeats a string to {length} bytes")

    def make() -> Iterator[bytes]:
        for item in each:
            yield (item.length if item else 0).to_bytes(8, "little")
            if item:
                yield from blob.blocks(item.offset, item.length)

    return Computed(make, length)

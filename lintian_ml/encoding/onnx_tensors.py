"""Tensors of ONNX models: where a TensorProto's elements lie, in its message or in a file beside it.

Element types and their storage are those of onnx.proto; the numbers of a type narrower than 32 bits may lie
in ``int32_data``, whose higher bits then are nobody's, and types of 4 and 2 bits are packed, the first
element lowest.
"""

import json
import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding import runs
from lintian_ml.encoding.message import Frame, Reader, Run
from lintian_ml.encoding.plain import held, label
from lintian_ml.encoding.protobuf import Field
from lintian_ml.error import FormatError
from lintian_ml.model import BITS, Computed, Payload, Span, Tensor

ELEMENT_TYPES: Mapping[int, tuple[str, str]] = {
    1: ("float32", "float_data"),
    2: ("uint8", "int32_data"),
    3: ("int8", "int32_data"),
    4: ("uint16", "int32_data"),
    5: ("int16", "int32_data"),
    6: ("int32", "int32_data"),
    7: ("int64", "int64_data"),
    8: ("string", "string_data"),
    9: ("bool", "int32_data"),
    10: ("float16", "int32_data"),
    11: ("float64", "double_data"),
    12: ("uint32", "uint64_data"),
    13: ("uint64", "uint64_data"),
    14: ("complex64", "float_data"),
    15: ("complex128", "double_data"),
    16: ("bfloat16", "int32_data"),
    17: ("float8e4m3fn", "int32_data"),
    18: ("float8e4m3fnuz", "int32_data"),
    19: ("float8e5m2", "int32_data"),
    20: ("float8e5m2fnuz", "int32_data"),
    21: ("uint4", "int32_data"),
    22: ("int4", "int32_data"),
    23: ("float4e2m1", "int32_data"),
    24: ("float8e8m0", "int32_data"),
    25: ("uint2", "int32_data"),
    26: ("int2", "int32_data"),
    27: ("bytes", "int32_data"),
    28: ("bytes", "int32_data"),
}
"""TensorProto.DataType: our name of the type, and the field that holds it where ``raw_data`` does not.

The 6-bit floats, 27 and 28, have no name of ours and are read as opaque codes.
"""

_OPAQUE_BITS = {27: 6, 28: 6}
_FIELDS = ("raw_data", "float_data", "int32_data", "int64_data", "double_data", "uint64_data", "string_data")
_STORAGE = frozenset({*_FIELDS, "dims", "data_type", "external_data", "data_location"})
_EXTERNAL = 1
_DIMENSIONS = 255


@dataclass(slots=True)
class Collection:
    """The tensors of one model file, as its messages are read; ``storage`` has a line on how each lies."""

    reader: Reader
    tensors: list[Tensor] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    storage: bytearray = field(default_factory=bytearray)
    files: dict[str, Blob | None] = field(default_factory=dict)
    spans: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    missing: bool = False
    _names: dict[str, int] = field(default_factory=dict)

    def add(self, frame: Frame, name: str) -> object:
        """Take the TensorProto of ``frame`` in as a tensor; return what stands for it in the structure."""
        value = frame.value
        code = value.get("data_type", 0)
        present = [key for key in _FIELDS if key in value]
        rest = {key: item for key, item in value.items() if key not in _STORAGE}
        self._note_storage(frame, present)
        if value.get("data_location", 0) != _EXTERNAL and (not present or code == 0):
            return self._without_data(frame, name, rest, present)
        if len(present) > 1 or (present and value.get("data_location", 0) == _EXTERNAL):
            raise FormatError(f"{frame.path} has its elements in more than one place")
        payload = self._payload(frame, cast(int, code), present)
        dtype = ELEMENT_TYPES.get(cast(int, code), ("bytes", ""))[0]
        if payload is None:
            return {**rest, "dims": list(shape(frame)), "data_type": code}
        if dtype == "bytes":
            rest["data_type"] = code
        return {**rest, "tensor": self.put(name, dtype, shape(frame), payload, code)}

    def put(self, name: str, dtype: str, dims: tuple[int, ...], payload: Payload, code: object = 0) -> str:
        """Keep a tensor under a name of its own, and return that; FormatError if its length is wrong."""
        plain = name
        while name in self._names:
            self._names[plain] += 1
            name = f"{plain}#{self._names[plain]}"
        tensor = Tensor(name, dtype, dims, payload)
        expected = tensor.expected_length
        if dtype == "bytes" and code in _OPAQUE_BITS:
            expected = (tensor.elements * _OPAQUE_BITS[code] + 7) // 8
        if expected is not None and expected != payload.length:
            raise FormatError(f"tensor {name} has {payload.length} bytes, but its shape asks for {expected}")
        self._names[name] = 1
        self._free_bits(tensor)
        self.tensors.append(tensor)
        return name

    def gaps(self) -> Iterator[tuple[str, bytes]]:
        """Yield the bytes of the files beside the model that belong to no tensor, and where they are."""
        for name, spans in self.spans.items():
            blob, at = cast(Blob, self.files[name]), 0
            for begin, end in [*sorted(spans), (blob.size, blob.size)]:
                if begin > at:
                    yield f"{name}, bytes {at} to {begin}", held(blob, at, begin - at)
                at = max(at, end)

    def _note_storage(self, frame: Frame, present: list[str]) -> None:
        """Note where the elements lie, unless they are raw data in the message."""
        beside = {key: frame.value[key] for key in ("data_location", "external_data") if key in frame.value}
        if beside or present not in ([], ["raw_data"]):
            self.storage += f"{frame.path}: {json.dumps([present, beside])}\n".encode("ascii")

    def _without_data(self, frame: Frame, name: str, rest: dict[str, object], present: list[str]) -> object:
        if present:
            raise FormatError(f"{frame.path} has elements, but no element type")
        dims = shape(frame)
        if frame.value.get("data_type", 0) in ELEMENT_TYPES and 0 in dims:
            dtype = ELEMENT_TYPES[cast(int, frame.value["data_type"])][0]
            empty = Span(self.reader.wire.blob, 0, 0)
            return {**rest, "tensor": self.put(name, dtype, dims, empty)}
        if dims:
            self.remarks.append(f"tensor {name} has no elements in the model")
        return {**rest, "dims": list(dims), "data_type": frame.value.get("data_type")}

    def _payload(self, frame: Frame, code: int, present: list[str]) -> Payload | None:
        if code not in ELEMENT_TYPES:
            self.remarks.append(f"{frame.path}: element type {code} is not known, read as opaque bytes")
        if ELEMENT_TYPES.get(code, ("", ""))[0] == "string" and present != ["string_data"]:
            raise FormatError(f"{frame.path} has strings elsewhere than in string_data")
        if frame.value.get("data_location", 0) == _EXTERNAL:
            return self._external(frame)
        value = frame.value[present[0]]
        if present[0] == "raw_data":
            found = cast(Field, value)
            return Span(self.reader.wire.blob, found.offset, found.length)
        if ELEMENT_TYPES.get(code, ("", ""))[1] != present[0]:
            raise FormatError(f"{frame.path} of element type {code} has {present[0]}")
        return self._typed(frame, code, present[0], cast("list[Run | Field]", value))

    def _typed(self, frame: Frame, code: int, key: str, value: "list[Run | Field]") -> Payload:
        blob = self.reader.wire.blob
        if key == "string_data":
            return _strings(blob, frame, cast(list[Field], value))
        found = cast(list[Run], value)
        if key in ("float_data", "double_data"):
            return runs.fixed(blob, found, 4 if key == "float_data" else 8)
        dtype = ELEMENT_TYPES[code][0]
        bits = _OPAQUE_BITS.get(code) or max(8, BITS[dtype])
        survey = runs.survey(blob, found, bits, signed=dtype in ("int8", "int16", "int32", "int64"))
        if not survey.clean:
            for run in found:
                self.reader.keep(
                    f"{frame.path}.{key}, as written", held(blob, run.offset, run.end - run.offset)
                )
        if code in _OPAQUE_BITS:
            return runs.sixes(blob, found, survey.count)
        return runs.integers(blob, found, bits // 8, survey.count)

    def _external(self, frame: Frame) -> Payload | None:
        """Find elements in a file beside the model; None, with a remark, where that cannot be."""
        entries = cast("list[dict[str, object]]", frame.value.get("external_data", []))
        told = {label(entry.get("key"), ""): label(entry.get("value"), "") for entry in entries}
        name = told.get("location", "").removeprefix("./")
        if name not in self.files:
            plain = lies_below(name)
            self.files[name] = self.reader.wire.blob.sibling(name) if plain else None
            if self.files[name] is None:
                why = "is not at hand as a plain file" if plain else "lies outside the model's folder"
                self.remarks.append(f"external data {name!r} {why}")
        blob = self.files[name]
        if blob is None:
            self.missing = True
            return None
        offset = _decimal(told.get("offset", "0"), frame)
        length = _decimal(told["length"], frame) if "length" in told else blob.size - offset
        blob.part(offset, length)
        self.spans.setdefault(name, []).append((offset, offset + length))
        return Span(blob, offset, length)

    def _free_bits(self, tensor: Tensor) -> None:
        """Keep the bits of a packed tensor's last byte that belong to no element, unless they are zero."""
        used = tensor.elements * BITS.get(tensor.dtype, 8) % 8
        if not used:
            return
        payload = tensor.payload
        if isinstance(payload, Span):
            payload = Span(payload.blob, payload.offset + payload.length - 1, 1)
        last = deque(payload.blocks(), maxlen=1)[0][-1]
        if last >> used:
            self.reader.keep(f"{tensor.name}, unused bits", bytes([last >> used]))


def lies_below(name: str) -> bool:
    """Whether a location of external data is a path that leads from the model's folder to a file below."""
    return {"", ".", ".."}.isdisjoint(name.split("/")) and not set("\\\0") & set(name)


def shape(frame: Frame) -> tuple[int, ...]:
    """Return the shape of a TensorProto; FormatError where a dimension is negative, or there are too many."""
    dims = tuple(cast("list[int]", frame.value.get("dims", [])))
    if len(dims) > _DIMENSIONS or any(size < 0 for size in dims):
        raise FormatError(f"{frame.path} has a negative dimension, or more than {_DIMENSIONS}")
    return dims


def _strings(blob: Blob, frame: Frame, found: Sequence[Field]) -> Payload:
    """Return strings as a payload: each its length in 8 bytes, little-endian, and its bytes."""
    if math.prod(shape(frame)) != len(found):
        raise FormatError(f"{frame.path} has {len(found)} strings, which its shape does not ask for")

    def make() -> Iterator[bytes]:
        for item in found:
            yield item.length.to_bytes(8, "little")
            yield from blob.blocks(item.offset, item.length)

    return Computed(make, sum(8 + item.length for item in found))


def _decimal(text: str, frame: Frame) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise FormatError(f"{frame.path} has external data at {text!r}, which is no number of bytes")
    return int(text)

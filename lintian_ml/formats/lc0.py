"""Leela Chess Zero's nets (lczero-common, proto/net.proto: Net; lc0, src/neural/loader.cc: the magic 0x1c0).

Each layer holds its numbers as 16-bit steps between a least and a greatest value. Newer nets have heads and
layers that the schema here lacks: they are residue, named and not counted.
"""

import json
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding.lc0_schema import SCHEMA
from lintian_ml.encoding.message import Frame, Reader
from lintian_ml.encoding.plain import opaque
from lintian_ml.encoding.protobuf import Field, Wire
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("lc0", extensions=(".pb", ".pb.gz", ".gz"), mark=b"\x0d\xc0\x01\x00\x00")
NOISE = ("field order and packing",)

MAGIC = FORMAT.mark
LINEAR16 = 1


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The magic field, and only fields of a Net behind it, as far as the head shows them."""
    if not glimpse.head.startswith(MAGIC):
        return None
    wire = Wire(Blob(glimpse.head))
    held = set()
    try:
        for field in wire.fields(0, glimpse.size):
            slot = SCHEMA["Net"].get(field.number)
            if slot is None or not slot.fits(field.wire):
                return None
            held.add(slot.name)
    except LintianMLError:
        return None
    if not held & {"weights", "onnx_model"}:
        return None
    return Evidence.of({Kind.MAGIC: "the magic of Lc0's nets", Kind.STRUCTURE: "protocol buffer of a Net"})


def read(blob: Blob) -> Model:
    """Read all but the layers' numbers; FormatError where this is no well-formed Net."""
    if blob.read(0, len(MAGIC)) != MAGIC:
        raise FormatError("the first field is not the magic of Lc0's nets")
    reader = Reader(Wire(blob), SCHEMA)
    tensors: list[Tensor] = []
    reader.close = lambda frame: _close(frame, blob, tensors)
    top = reader.read("Net")
    if "weights" not in top and "onnx_model" not in top:
        raise FormatError("there are neither weights nor an ONNX model, so this is no net")
    top["magic"] = "0x1c0"
    training = cast("dict[str, object]", top.pop("training_params", {}))
    metadata = {f"training_params.{key}": _text(value) for key, value in training.items()}
    if "license" in top:
        metadata["license"] = _text(top.pop("license"))
    return Model(
        FORMAT.name,
        _typed(tensors, top),
        top,
        metadata,
        residue=reader.residue,
        noise={"field order and packing": bytes(reader.noise)} if reader.noise else {},
        remarks=tuple(_remarks(reader, top)),
        complete=True,
    )


def _close(frame: Frame, blob: Blob, tensors: list[Tensor]) -> object:
    """Return what stands for a message in the structure; the numbers of a layer become a tensor."""
    if frame.kind == "OnnxModel" and isinstance(frame.value.get("model"), Field):
        found = cast(Field, frame.value["model"])
        frame.value["model"] = opaque(blob, found.offset, found.length)
    if frame.kind == "Layer" and isinstance(frame.value.get("params"), Field):
        found = cast(Field, frame.value["params"])
        name = frame.path.removeprefix("weights.")
        if found.length % 2:
            raise FormatError(f"the layer {name} has {found.length} bytes, no 16-bit numbers")
        span = Span(blob, found.offset, found.length)
        tensors.append(Tensor(name, "uint16", (found.length // 2,), span))
        frame.value["params"] = {"tensor": name}
    return frame.value


def _typed(tensors: list[Tensor], top: dict[str, object]) -> tuple[Tensor, ...]:
    """Return the tensors as opaque bytes where their encoding is not the one that is known."""
    form = top.get("format")
    if isinstance(form, dict) and form.get("weights_encoding", LINEAR16) == LINEAR16:
        return tuple(tensors)
    return tuple(Tensor(tensor.name, "bytes", tensor.shape, tensor.payload) for tensor in tensors)


def _remarks(reader: Reader, top: dict[str, object]) -> list[str]:
    remarks = []
    if unknown := [name for name in reader.residue if name.startswith("weights")]:
        remarks.append(f"{len(unknown)} parts of the weights are of kinds that are not read")
    if "onnx_model" in top:
        remarks.append("it holds a whole ONNX model, which was not opened")
    return remarks


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)

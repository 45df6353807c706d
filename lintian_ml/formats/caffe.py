"""Caffe's trained networks, caffemodel files (caffe.proto: NetParameter)."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding import runs
from lintian_ml.encoding.caffe_schema import NUMBERED_TYPES, SCHEMA, TYPES
from lintian_ml.encoding.message import Frame, Reader, Run
from lintian_ml.encoding.plain import label
from lintian_ml.encoding.protobuf import Field, Wire
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Tensor

FORMAT = Format("caffe", extensions=(".caffemodel",), first=b"\x0a\x12\x1a\xa2", text=False)
NOISE = ("field order and packing",)

_NAME = re.compile(rb"[^\x00-\x1f\x7f]+")
_LONGEST = 1024
_TOP = 4096
_DIMENSIONS = 32
_FORM = {"layer": ("LayerParameter", 1, 2), "layers": ("V1LayerParameter", 4, 5)}
"""What holds layers in a network: their message, and the numbers of the fields with name and type."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Find layers with names and types, one of them a type of Caffe's own, in what the head shows."""
    head = glimpse.head
    if not head or head[0] not in FORMAT.first or head.find(b"\0", 0, _TOP) < 0:
        return None
    try:
        known = _known_type(Wire(Blob(head)), glimpse.size)
    except LintianMLError:
        return None
    if not known:
        return None
    return Evidence.of(
        {
            Kind.STRUCTURE: "protocol buffer with the fields of a Caffe NetParameter",
            Kind.SEMANTICS: f"one of its layers is {known}",
        }
    )


def _known_type(wire: Wire, size: int) -> str:
    """Return the type of a layer that tells a network of Caffe's, "" where the head is none's."""
    found, before = "", 0
    for part in wire.fields(0, size):
        slot = SCHEMA["NetParameter"].get(part.number)
        if slot is None or not slot.fits(part.wire):
            return ""
        if slot.name == "name" and (before or not _is_name(wire, part)):
            return ""
        before = part.number
        if slot.name in _FORM:
            told = _layer(wire, part, *_FORM[slot.name])
            if not told:
                return ""
            found = found or (told if told in TYPES or told.startswith("of type ") else "")
    return found


def _layer(wire: Wire, layer: Field, kind: str, name: int, form: int) -> str:
    """Return the type of a layer, "" for what is none: a name, a type, at the top or at the bottom a blob."""
    told, named, joined = "", False, False
    for part in wire.fields(layer.offset, layer.end):
        slot = SCHEMA[kind].get(part.number)
        if slot is None and part.number > 42:
            continue
        if slot is None or not slot.fits(part.wire):
            return ""
        if part.number == name:
            named = _is_name(wire, part)
        elif slot.name in ("top", "bottom"):
            joined = True
        elif part.number == form and kind == "V1LayerParameter":
            told = f"of type {part.value}" if part.value in NUMBERED_TYPES else ""
        elif part.number == form:
            told = wire.read(part).decode("latin-1") if _is_name(wire, part) else ""
    return told if named and joined else ""


def _is_name(wire: Wire, part: Field) -> bool:
    return 0 < part.length <= _LONGEST and bool(_NAME.fullmatch(wire.read(part)))


def read(blob: Blob) -> Model:
    """Read all but the elements of blobs; FormatError where this is no well-formed network."""
    reader = Reader(Wire(blob), SCHEMA)
    network = Network(reader)
    reader.close = network.close
    top = reader.read("NetParameter")
    if "layer" not in top and "layers" not in top:
        raise FormatError("there are no layers, so this is no network of Caffe's")
    return Model(
        format=FORMAT.name,
        tensors=tuple(network.tensors),
        structure=top,
        residue=reader.residue,
        noise={"field order and packing": bytes(reader.noise)} if reader.noise else {},
        complete=True,
        parameters=network.parameters,
    )


@dataclass(slots=True)
class Network:
    """The blobs of a network, as its messages are read: parameters, and what training left of gradients."""

    reader: Reader
    tensors: list[Tensor] = field(default_factory=list)
    parameters: int = 0
    _names: dict[str, int] = field(default_factory=dict)

    def close(self, frame: Frame) -> object:
        """Return what stands for a message in the structure: blobs taken out, shapes decoded."""
        if frame.kind == "BlobShape":
            return self._sizes(cast("list[Run]", frame.value.get("dim", [])))
        return self._blob(frame) if frame.kind == "BlobProto" else frame.value

    def _sizes(self, found: list[Run]) -> list[int]:
        blob = self.reader.wire.blob
        if sum(run.end - run.offset for run in found) > 11 * _DIMENSIONS:
            raise FormatError(f"a shape has more than {_DIMENSIONS} sizes")
        survey = runs.survey(blob, found, 64, signed=True)
        if not survey.clean:
            raise FormatError("a shape is not in the shortest form")
        data = b"".join(runs.integers(blob, found, 8, survey.count).blocks())
        return [int.from_bytes(data[at : at + 8], "little", signed=True) for at in range(0, len(data), 8)]

    def _blob(self, frame: Frame) -> dict[str, object]:
        """Take in the numbers of a blob; return its other fields, and the tensors' names."""
        layer = frame.parent.value if frame.parent is not None else {}
        name = f"{label(layer.get('name'), frame.path)}.{frame.index}"
        shown = dict(frame.value)
        for key in ("data", "double_data", "diff", "double_diff"):
            if key in frame.value:
                part = name if key.endswith("data") else f"{name}.diff"
                shown[key] = self._put(part, frame.value, key)
        return shown

    def _put(self, name: str, value: Mapping[str, object], key: str) -> str:
        width = 8 if key.startswith("double") else 4
        payload = runs.fixed(self.reader.wire.blob, cast("list[Run]", value[key]), width)
        plain = name
        while name in self._names:
            self._names[plain] += 1
            name = f"{plain}#{self._names[plain]}"
        dims = _shape(value)
        if any(size < 0 for size in dims) or math.prod(dims) * width != payload.length:
            raise FormatError(f"blob {name} has {payload.length // width} numbers, which is not its shape")
        self._names[name] = 1
        self.tensors.append(Tensor(name, f"float{8 * width}", dims, payload))
        self.parameters += self.tensors[-1].elements if key.endswith("data") else 0
        return name


def _shape(value: Mapping[str, object]) -> tuple[int, ...]:
    """Return a blob's shape; old ones have four sizes in fields of their own."""
    if "shape" in value:
        return tuple(cast("list[int]", value["shape"]))
    return tuple(cast(int, value.get(key, 0)) for key in ("num", "channels", "height", "width"))

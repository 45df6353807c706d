"""Core ML's models, .mlmodel (coremltools, mlmodel/format/Model.proto).

Most are one file. The weights of a program lie beside it, in the same package, in files that it names.
"""

import re
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding import runs
from lintian_ml.encoding.coreml_schema import SCHEMA
from lintian_ml.encoding.message import Frame, Reader, Run
from lintian_ml.encoding.naming import Names
from lintian_ml.encoding.plain import opaque
from lintian_ml.encoding.protobuf import LENGTH, Field, Wire
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("coreml", extensions=(".mlmodel", ".pb"), first=b"\x08")
NOISE = ("field order and packing",)

NEWEST = 20
"""Versions of the specification are smaller than this; 10 is the newest one known."""

ROOT = {1: "version", 2: "description", 10: "updatable"}
TYPES = range(200, 3001)
INPUT, OUTPUT = 1, 10
PROGRAM = "mlProgram"
WEIGHTS = re.compile(rb"@model_path/((?:[\w-][\w.-]{0,60}/){0,3}[\w-][\w.-]{0,60})", re.ASCII)
LONGEST_NAME = 300
MOST_FILES = 100
BESIDE = "the weights lie beside it, and were not read"

CODES = {"float16Value": "float16", "rawValue": "uint8", "int8RawValue": "int8"}


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A version, a description with a named output or input, and one kind of model."""
    if glimpse.head[:1] != b"\x08" or not 0 < int.from_bytes(glimpse.head[1:2], "big") < NEWEST:
        return None
    if glimpse.head[2:3] != b"\x12":
        return None
    wire = Wire(Blob(glimpse.head))
    kind = 0
    try:
        for field in wire.fields(0, glimpse.size):
            if field.number in TYPES and field.wire == LENGTH and not kind:
                kind = field.number
            elif field.number not in ROOT or (field.number == 2 and not _describes(wire, field)):
                return None
    except LintianMLError:
        return None
    if not kind:
        return None
    name = SCHEMA["Model"][kind].name if kind in SCHEMA["Model"] else f"kind {kind}"
    return Evidence.of(
        {
            Kind.STRUCTURE: f"protocol buffer of a Core ML model, version {glimpse.head[1]}",
            Kind.SEMANTICS: f"it is a model of the kind {name}",
        }
    )


def _describes(wire: Wire, description: Field) -> bool:
    """Whether a field is a description of a model: each input and output has a name and a type."""
    seen = 0
    for field in wire.fields(description.offset, description.end):
        if field.number not in SCHEMA["ModelDescription"] or field.wire != LENGTH:
            return False
        if field.number in (INPUT, OUTPUT):
            numbers = {inner.number for inner in wire.fields(field.offset, field.end)}
            if 1 not in numbers or not numbers <= {1, 2, 3}:
                return False
            seen += 1
    return seen > 0


def read(blob: Blob) -> Model:
    """Read all but the elements of tensors; FormatError where this is no well-formed model."""
    reader = Reader(Wire(blob), SCHEMA)
    tensors: dict[str, Tensor] = {}
    names = Names()
    nodes: list[str] = []
    reader.close = lambda frame: _close(frame, blob, tensors, names, nodes)
    top = reader.read("Model")
    description = top.get("description")
    parts = _weights(blob) if PROGRAM in top else ()
    if not isinstance(description, dict) or "specificationVersion" not in top:
        raise FormatError("there is no version with a description, so this is no Core ML model")
    return Model(
        FORMAT.name,
        tuple(tensors.values()),
        top,
        _told(description.pop("metadata", {})),
        residue=reader.residue,
        noise={"field order and packing": bytes(reader.noise)} if reader.noise else {},
        remarks=(BESIDE,) if parts else (),
        complete=not parts,
        parameters=sum(tensor.elements for tensor in tensors.values()) + len(nodes),
        parts=parts,
    )


def _weights(blob: Blob) -> tuple[str, ...]:
    """Return the files that a program has its weights in, by their names after the mark of its folder."""
    names: dict[str, None] = {}
    kept = b""
    for block in blob.blocks():
        data = kept + block
        names.update(
            (found[1].decode("ascii"), None) for found in WEIGHTS.finditer(data) if found.end() < len(data)
        )
        kept = data[-LONGEST_NAME:]
    return tuple(names)[:MOST_FILES]


def _told(metadata: dict[str, object]) -> dict[str, str]:
    """Return the author's words: short description, version, author, license, and what users defined."""
    own = cast("list[dict[str, object]]", metadata.pop("userDefined", []))
    told = {key: str(value) for key, value in metadata.items()}
    return told | {f"userDefined.{entry.get('key', '')}": str(entry.get("value", "")) for entry in own}


def _close(frame: Frame, blob: Blob, tensors: dict[str, Tensor], names: Names, nodes: list[str]) -> object:
    """Return what stands for a message in the structure: numbers in bulk become tensors."""
    if frame.kind == "TreeNode":
        nodes.append(frame.slot.name)
    kinds = {slot.name: slot.kind for slot in SCHEMA[frame.kind].values()}
    for key, value in frame.value.items():
        if isinstance(value, list) and value and isinstance(value[0], Run):
            dtype, width = ("float64", 8) if kinds[key] == "doubles" else ("float32", 4)
            payload = runs.fixed(blob, cast("list[Run]", value), width)
            tensor = Tensor(names.free(_name(frame, key)), dtype, (payload.length // width,), payload)
        elif isinstance(value, Field) and value.length and key in CODES:
            width = 2 if key == "float16Value" else 1
            if value.length % width:
                raise FormatError(f"{frame.path} has {value.length} bytes of 16-bit numbers")
            span = Span(blob, value.offset, value.length)
            tensor = Tensor(names.free(_name(frame, key)), CODES[key], (value.length // width,), span)
        elif isinstance(value, Field):
            frame.value[key] = opaque(blob, value.offset, value.length)
            continue
        else:
            continue
        tensors[tensor.name] = tensor
        frame.value[key] = {"tensor": tensor.name}
    return frame.value


def _name(frame: Frame, key: str) -> str:
    """Name a tensor by its place, and by the name of the layer that it is in where that was read before."""
    place, around = frame.path, frame.parent
    while around is not None and around.kind != "NeuralNetworkLayer":
        around = around.parent
    if around is not None and isinstance(around.value.get("name"), str):
        place = f"{around.value['name']}{frame.path.removeprefix(around.path)}"
    return place if frame.kind in ("WeightParams", "DoubleArray") else f"{place}.{key}".lstrip(".")

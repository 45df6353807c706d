"""ONNX, the Open Neural Network Exchange's model files (onnx.proto: ModelProto)."""

from collections.abc import Iterator
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding import runs
from lintian_ml.encoding.message import Frame, Reader, Run
from lintian_ml.encoding.onnx_schema import SCHEMA
from lintian_ml.encoding.onnx_tensors import ELEMENT_TYPES, Collection, lies_below
from lintian_ml.encoding.plain import floating, label
from lintian_ml.encoding.protobuf import Field, Wire
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format(
    "onnx",
    extensions=(".onnx", ".onn", ".pb", ".model"),
    first=b"\x08\x12\x1a\x22\x28\x32\x3a\x42\x72\xa2\xca\xd2",
    text=False,
)
NOISE = ("field order and packing", "tensor storage")

LEARNED = ("Constant", "Linear", "SVM", "Scaler", "TreeEnsemble")
"""Beginnings of the names of the operators whose lists of floats are parameters."""

_INLINE = 1024
_TOLD = ("producer_name", "producer_version", "domain", "model_version", "doc_string")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Find a ModelProto whose graph begins with an operator or an initializer, in what the head shows."""
    if not glimpse.head or glimpse.head[0] not in FORMAT.first:
        return None
    try:
        return _recognise(glimpse)
    except LintianMLError:
        return None


def _recognise(glimpse: Glimpse) -> Evidence | None:
    wire = Wire(Blob(glimpse.head))
    version, producer, content, bare = 0, b"", "", False
    for field in wire.fields(0, glimpse.size):
        slot = SCHEMA["ModelProto"].get(field.number)
        if slot is None or not slot.fits(field.wire):
            return None
        if slot.name == "ir_version":
            version = field.value
        elif slot.name == "producer_name" and field.end <= len(glimpse.head):
            producer = wire.read(field)
        elif slot.name == "graph":
            content, bare = _graph_content(wire, field)
    if not 1 <= version <= 31 or not content:
        return None
    notes = {
        Kind.STRUCTURE: f"protocol buffer with the fields of an ONNX ModelProto, IR version {version}",
        Kind.SEMANTICS: f"its graph begins with {content}",
    }
    whole = glimpse.size <= len(glimpse.head)
    return Evidence.of(notes, untrained=producer == b"backend-test" or (whole and bare))


def _graph_content(wire: Wire, graph: Field) -> tuple[str, bool]:
    """Return what a graph begins with ("" if it is no graph), and whether no tensors are seen in it."""
    content, bare = "", True
    for field in wire.fields(graph.offset, graph.end):
        slot = SCHEMA["GraphProto"].get(field.number)
        if slot is None or not slot.fits(field.wire):
            return "", False
        if slot.name == "node":
            operator, tensors = _operator(wire, field)
            content = content or operator
            bare = bare and not tensors
        elif slot.name in ("initializer", "sparse_initializer"):
            bare = False
            content = content or _initializer(wire, field)
        if not content and slot.name in ("node", "initializer"):
            return "", False
    return content, bare


def _operator(wire: Wire, node: Field) -> tuple[str, bool]:
    """Return "operator NAME" of a NodeProto ("" if it is none), and whether its attributes hold numbers."""
    name, tensors = "", False
    for field in wire.fields(node.offset, node.end):
        slot = SCHEMA["NodeProto"].get(field.number)
        if slot is None or not slot.fits(field.wire):
            return "", False
        if slot.name == "op_type" and field.length <= 256:
            name = wire.read(field).decode("utf-8", "replace")
        if slot.name == "attribute":
            inner = wire.fields(field.offset, field.end)
            tensors = tensors or any(item.number in (5, 6, 7, 10, 11, 22, 23) for item in inner)
    return (f"operator {name}", tensors) if name.isprintable() and name else ("", False)


def _initializer(wire: Wire, tensor: Field) -> str:
    """Return "a tensor", or "" for a field that is no TensorProto with an element type."""
    for field in wire.fields(tensor.offset, tensor.end):
        slot = SCHEMA["TensorProto"].get(field.number)
        if slot is None or not slot.fits(field.wire):
            return ""
        if slot.name == "data_type":
            return "a tensor" if field.value in ELEMENT_TYPES else ""
    return ""


def read(blob: Blob) -> Model:
    """Read all but the elements of tensors; FormatError where this is no well-formed ModelProto."""
    reader = Reader(Wire(blob), SCHEMA)
    collection = Collection(reader)
    reader.close = lambda frame: _close(frame, collection)
    top = reader.read("ModelProto")
    if "graph" not in top or not 1 <= cast(int, top.get("ir_version", 0)) <= 31:
        raise FormatError("there is no graph with an IR version, so this is no ONNX model")
    metadata, structure = _told(top)
    residue = {**reader.residue, **dict(collection.gaps())}
    noise = {"field order and packing": bytes(reader.noise), "tensor storage": bytes(collection.storage)}
    return Model(
        format=FORMAT.name,
        tensors=tuple(collection.tensors),
        structure=structure,
        metadata=metadata,
        residue=residue,
        noise={name: data for name, data in noise.items() if data},
        remarks=tuple(collection.remarks),
        complete=not collection.missing,
        parts=tuple(sorted(filter(lies_below, collection.files))),
    )


def _close(frame: Frame, collection: Collection) -> object:
    """Return what stands for a message in its structure: tensors and long lists of floats are taken out."""
    if frame.kind == "TensorProto":
        return collection.add(frame, _tensor_name(frame))
    if frame.kind == "AttributeProto" and "floats" in frame.value:
        frame.value["floats"] = _floats(frame, collection)
    return frame.value


def _floats(frame: Frame, collection: Collection) -> object:
    """Return an attribute's floats as a list, or the name of a tensor: if learned parameters, or long."""
    found = cast("list[Run]", frame.value["floats"])
    payload = runs.fixed(collection.reader.wire.blob, found, 4)
    count = payload.length // 4
    if count > _INLINE or (count and _text(_around(frame), "op_type").startswith(LEARNED)):
        return {"tensor": collection.put(_attribute_name(frame), "float32", (count,), payload)}
    data = b"".join(payload.blocks())
    return [floating(data[at : at + 4]) for at in range(0, len(data), 4)]


def _tensor_name(frame: Frame) -> str:
    """Return a tensor's name: its own as an initializer, that of the value which it is in a Constant node."""
    own, around = label(frame.value.get("name"), frame.path), _around(frame)
    if (
        around.get("op_type") is None
        and frame.parent is not None
        and frame.parent.kind == "SparseTensorProto"
    ):
        values = frame.parent.value.get("values")
        named = label(values.get("tensor"), own) if isinstance(values, dict) else own
        return f"{named}.indices" if frame.slot.name == "indices" else own
    return (
        own
        if frame.parent is None or frame.parent.kind != "AttributeProto"
        else _attribute_name(frame.parent)
    )


def _attribute_name(attribute: Frame) -> str:
    """Return a name for an attribute's numbers: of the node, or of its output, and of the attribute."""
    node, key = _around(attribute), _text(attribute.value, "name")
    outputs = node.get("output")
    output = label(outputs[0], "") if isinstance(outputs, list) else ""
    if output and node.get("op_type") == "Constant":
        return output
    return f"{_text(node, 'name') or output or attribute.path}.{key}"


def _around(frame: Frame) -> dict[str, object]:
    """Return what is known of the message around this one; nothing of the outermost one."""
    return frame.parent.value if frame.parent is not None else {}


def _text(value: dict[str, object], key: str) -> str:
    return label(value.get(key), "")


def _told(top: dict[str, object]) -> tuple[dict[str, str], dict[str, object]]:
    """Split the top of a model into metadata and structure; the order of the metadata's keys is structure."""
    metadata: dict[str, str] = {}
    structure = dict(top)
    for key in _TOLD:
        if isinstance(structure.get(key), (str, int)):
            metadata[key] = str(structure.pop(key))
    graph = dict(cast("dict[str, object]", structure["graph"]))
    if isinstance(graph.get("doc_string"), str):
        metadata["graph.doc_string"] = cast(str, graph.pop("doc_string"))
    graph["metadata_props"] = list(_entries(graph, "graph.", metadata))
    return metadata, {**structure, "graph": graph, "metadata_props": list(_entries(top, "", metadata))}


def _entries(message: dict[str, object], prefix: str, metadata: dict[str, str]) -> Iterator[object]:
    """Move a message's metadata_props to ``metadata``; yield the keys, and whole what cannot be moved."""
    for entry in cast("list[dict[str, object]]", message.get("metadata_props", [])):
        key, value = entry.get("key"), entry.get("value")
        name = f"{prefix}{key}"
        if not isinstance(key, str) or not isinstance(value, str) or name in metadata or name in _TOLD:
            yield entry
        else:
            metadata[name] = value
            yield key

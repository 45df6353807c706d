"""TensorFlow's graphs: what tells one from other protocol buffers, and what is read of one.

A frozen graph (GraphDef), a MetaGraphDef and a SavedModel all hold graphs; their formats share this module.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding.message import Frame, Reader
from lintian_ml.encoding.plain import label
from lintian_ml.encoding.protobuf import Field, Wire
from lintian_ml.encoding.tensorflow_schema import SCHEMA
from lintian_ml.encoding.tensorflow_tensors import ELEMENTS, Collection, shape
from lintian_ml.model import Model

VARIABLES = frozenset({"Variable", "VariableV2", "VarHandleOp"})
"""Operators that stand for a variable, whose value lies in a checkpoint."""

_TELLING = """
Add AddV2 Assign AssignVariableOp BiasAdd Cast ConcatV2 Const Conv2D Identity MatMul MergeV2Checkpoints Mul
NoOp PartitionedCall Placeholder PlaceholderV2 PlaceholderWithDefault ReadVariableOp Relu Reshape RestoreV2
SaveV2 Softmax StatefulPartitionedCall
"""
TELLING = VARIABLES | frozenset(_TELLING.split())
"""Operators of which every graph has one."""

HAZARDS = frozenset(["PyFunc", "PyFuncStateless", "EagerPyFunc", "ReadFile", "WriteFile", "LoadLibrary"])
"""Operators that run Python code or touch files when the graph is run."""

_OPERATOR = re.compile(rb"[A-Za-z_][A-Za-z0-9_.>:/-]*")
_NAME = re.compile(rb"[!-~]+")
_KEY = re.compile(rb"[A-Za-z_][A-Za-z0-9_.:]*")
_LONGEST = 1024
_NODES = 32


def graph_content(wire: Wire, offset: int, end: int) -> str:
    """Return an operator that tells a GraphDef, of those that the blob shows; "" where there is none.

    FormatError where the bytes are no message; all of the first nodes must be nodes with attributes.
    """
    found, attributed, nodes = "", False, 0
    for part in wire.fields(offset, end):
        slot = SCHEMA["GraphDef"].get(part.number)
        if part.number != 5 and (slot is None or not slot.fits(part.wire)):
            return ""
        if slot is None or slot.name != "node" or nodes >= _NODES:
            continue
        operator, has_attributes = _node(wire, part)
        if not operator and part.end <= wire.blob.size:
            return ""
        nodes, attributed = nodes + 1, attributed or has_attributes
        found = found or (operator if operator in TELLING else "")
    return found if attributed else ""


def _node(wire: Wire, node: Field) -> tuple[str, bool]:
    """Return the operator of a NodeDef, "" if it is none, and whether it has an attribute."""
    name, operator, attributed = b"", b"", False
    for part in wire.fields(node.offset, node.end):
        slot = SCHEMA["NodeDef"].get(part.number)
        if slot is None or not slot.fits(part.wire):
            return "", False
        if part.number in (1, 2) and (part.length > _LONGEST or part.end > wire.blob.size):
            break
        if slot.name == "name":
            name = wire.read(part)
        elif slot.name == "op":
            operator = wire.read(part)
        elif slot.name == "attr":
            if not _is_attribute(wire, part):
                return "", False
            attributed = True
    if _NAME.fullmatch(name) and _OPERATOR.fullmatch(operator):
        return operator.decode("ascii"), attributed
    return "", False


def _is_attribute(wire: Wire, entry: Field) -> bool:
    """Whether a field is an attribute: a name, and an AttrValue."""
    for part in wire.fields(entry.offset, entry.end):
        slot = SCHEMA["NodeDefAttrEntry"].get(part.number)
        if slot is None or not slot.fits(part.wire):
            return False
        if slot.name == "key" and part.end <= wire.blob.size:
            if part.length > _LONGEST or not _KEY.fullmatch(wire.read(part)):
                return False
        elif slot.name == "value":
            inner = wire.fields(part.offset, part.end)
            slots = ((SCHEMA["AttrValue"].get(item.number), item.wire) for item in inner)
            if not all(slot is not None and slot.fits(kind) for slot, kind in slots):
                return False
    return True


def meta_graph_content(wire: Wire, offset: int, end: int) -> str:
    """Return what tells a MetaGraphDef: an operator of its graph or of its list, "" where there is none."""
    found = ""
    for part in wire.fields(offset, end):
        slot = SCHEMA["MetaGraphDef"].get(part.number)
        if slot is None or not slot.fits(part.wire):
            return ""
        content = ""
        if slot.name == "meta_info_def":
            content = _meta_info_content(wire, part)
        elif slot.name == "graph_def":
            content = graph_content(wire, part.offset, part.end)
        if slot.name in ("meta_info_def", "graph_def") and not content:
            return ""
        found = content or found
    return found


def _meta_info_content(wire: Wire, info: Field) -> str:
    """Return an operator from the list of a MetaInfoDef, or a version of TensorFlow that it names."""
    found = ""
    for part in wire.fields(info.offset, info.end):
        slot = SCHEMA["MetaInfoDef"].get(part.number)
        if slot is None or not slot.fits(part.wire):
            return ""
        if slot.name == "tensorflow_version" and part.length <= 64 and part.end <= wire.blob.size:
            version = wire.read(part)
            found = found or (version.decode("ascii") if re.match(rb"\d+\.\d+[!-~]*$", version) else "")
        if slot.name == "stripped_op_list":
            operators = list(_operators(wire, part))
            if not operators or not all(operators):
                return ""
            found = next((name for name in operators if name in TELLING), found)
    return found


def _operators(wire: Wire, listed: Field) -> Iterable[str]:
    """Yield the names in an OpList, as far as the blob shows; "" for what is no operator's definition."""
    for operator in wire.fields(listed.offset, listed.end):
        name = next(wire.fields(operator.offset, operator.end), None) if operator.number == 1 else None
        if name is None or name.number != 1 or not 0 < name.length <= _LONGEST:
            yield ""
            return
        if name.end <= wire.blob.size:
            text = wire.read(name)
            yield text.decode("ascii") if _OPERATOR.fullmatch(text) else ""


@dataclass(slots=True)
class Reading:
    """Reads one message with graphs in it; ``order`` has a line for each map whose keys are not sorted."""

    blob: Blob
    collection: Collection = field(init=False)
    operators: set[str] = field(default_factory=set)
    order: bytearray = field(default_factory=bytearray)

    def read(self, kind: str) -> dict[str, object]:
        """Read the whole blob as a message; FormatError or LimitError where it is none."""
        reader = Reader(Wire(self.blob), SCHEMA, self._close)
        self.collection = Collection(reader)
        return reader.read(kind)

    def model(self, name: str, structure: object, metadata: dict[str, str]) -> Model:
        """Return the model that was read, with what the reading left over."""
        hazards = sorted(self.operators & HAZARDS)
        noise = {
            "field order and packing": bytes(self.collection.reader.noise),
            "order of maps": bytes(self.order),
            "tensor storage": bytes(self.collection.storage),
        }
        return Model(
            format=name,
            tensors=tuple(self.collection.tensors),
            structure=structure,
            metadata=metadata,
            residue=self.collection.reader.residue,
            noise={key: data for key, data in noise.items() if data},
            remarks=tuple(f"the operator {operator} runs code or touches files" for operator in hazards),
            complete=True,
            parameters=self.collection.parameters,
        )

    def _close(self, frame: Frame) -> object:
        """Return what stands for a message in its structure: tensors taken out, maps sorted by key."""
        if frame.kind == "TensorProto":
            return self.collection.add(frame, _tensor_name(frame))
        for slot in SCHEMA[frame.kind].values():
            if slot.kind.endswith("Entry") and slot.name in frame.value:
                self._sort(frame, slot.name)
        if frame.kind == "NodeDef":
            self._note_operator(frame.value)
        return frame.value

    def _sort(self, frame: Frame, name: str) -> None:
        """Sort the entries of a map, whose order means nothing, and note the order if it was another."""
        entries = cast("list[dict[str, object]]", frame.value[name])
        keys = [json.dumps(entry.get("key", "")) for entry in entries]
        if len(set(keys)) == len(keys) and keys != sorted(keys):
            self.order += f"{frame.path}.{name}: {' '.join(keys)}\n".encode("ascii")
            entries.sort(key=lambda entry: json.dumps(entry.get("key", "")))

    def _note_operator(self, node: dict[str, object]) -> None:
        operator = label(node.get("op"), "")
        self.operators.add(operator)
        if operator not in VARIABLES:
            return
        entries = cast("list[dict[str, dict[str, object]]]", node.get("attr", []))
        told = {str(entry.get("key")): entry.get("value", {}) for entry in entries}
        element = ELEMENTS.get(cast(int, told.get("dtype", {}).get("type", 0)))
        dims = shape(cast("dict[str, object]", told.get("shape", {}).get("shape", {"unknown_rank": 1})))
        if element is not None and dims is not None:
            self.collection.count(element, dims)


def told(meta_graph: dict[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    """Take the versions of TensorFlow out of a MetaGraphDef as metadata, their keys after ``prefix``."""
    info = cast("dict[str, object]", meta_graph.get("meta_info_def", {}))
    for key in ("meta_graph_version", "tensorflow_version", "tensorflow_git_version"):
        if isinstance(info.get(key), str):
            yield f"{prefix}{key}", str(info.pop(key))


def _tensor_name(frame: Frame) -> str:
    """Return a tensor's name: that of the Const node whose value it is, or with the attribute's name."""
    entry = frame.parent.parent if frame.parent is not None else None
    node = entry.parent if entry is not None and entry.kind == "NodeDefAttrEntry" else None
    if entry is None or node is None:
        return frame.path
    name, key = label(node.value.get("name"), node.path), label(entry.value.get("key"), "")
    name = name if node.value.get("op") == "Const" and key == "value" else f"{name}.{key}"
    function = node.parent
    if function is None or function.kind != "FunctionDef":
        return name
    signature = cast("dict[str, object]", function.value.get("signature", {}))
    return f"{label(signature.get('name'), function.path)}/{name}"

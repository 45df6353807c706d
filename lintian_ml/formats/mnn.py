"""Nets of MNN, a flatbuffer without an identifier (MNN, schema/default/MNN.fbs): weights stay unread."""

from collections.abc import Iterator
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding.flatbuffers import Walk, schema
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format(
    "mnn",
    extensions=(".mnn",),
    first=b"\x08\x0c\x10\x14\x18\x1c\x20\x24\x28\x2c\x30\x34\x38\x3c\x40",
    text=False,
)

SCHEMA = schema(
    """
Net: bizCode string, extraTensorDescribe Described*, gpulibrary Library, oplists Op*, outputName string*,\
 preferForwardType i8, sourceType i8, tensorName string*, tensorNumber i32, usage i8, subgraphs SubGraph*,\
 mnn_uuid string
Op: inputIndexes i32*, main_type u8, main Parameter, name string, outputIndexes i32*, type i32,\
 defaultDimentionFormat i8
SubGraph: name string, inputs i32*, outputs i32*, tensors string*, nodes Op*
""",
    {},
)
"""Without what operators are given, where the weights are: that is left unread."""

OPERATORS, NAMES = 3, 7
"""The fields of a net that hold its operators and the names of its tensors."""

LAST_OPERATOR = 2048
"""No operator's number is above; the largest that is given away is 604."""

SOURCES = ("Caffe", "TensorFlow", "TFLite", "ONNX", "TorchScript")
"""From what a net was converted, by ``sourceType``."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A root table with operators and names of tensors, the first of which is printable."""
    head = glimpse.head
    root = int.from_bytes(head[:4], "little")
    if root > 64 or root % 4 or len(head) < root + 32:
        return None
    fields = _fields(head, root)
    if len(fields) <= NAMES or not fields[OPERATORS] or not fields[NAMES]:
        return None
    name = _first_name(head, root + fields[NAMES])
    operators = root + fields[OPERATORS]
    operators += int.from_bytes(head[operators : operators + 4], "little")
    if not name.isprintable() or not root < operators < glimpse.size - 4:
        return None
    notes = {Kind.STRUCTURE: f"a flatbuffer with operators and tensors, the first of them {name[:40]}"}
    if glimpse.named(FORMAT.extensions):
        notes[Kind.NAME] = "the name ends as those of MNN's nets do"
    return Evidence.of(notes)


def read(blob: Blob) -> Model:
    """Read operators and names; FormatError where an operator works on a tensor that there is not.

    The model is never complete: weights are in what operators are given.
    """
    net = Walk(blob, SCHEMA).root("Net")
    names = net.get("tensorName")
    graphs = [
        (net, "oplists", names),
        *((one, "nodes", one.get("tensors")) for one in _tables(net, "subgraphs")),
    ]
    for graph, key, tensors in graphs:
        count = len(tensors) if isinstance(tensors, list) else 0
        for operator in _tables(graph, key):
            _demand_sense(operator, count)
    if not _tables(net, "oplists"):
        raise FormatError("a flatbuffer without operators")
    return Model(
        format=FORMAT.name,
        structure={key: value for key, value in net.items() if key not in ("bizCode", "mnn_uuid")},
        metadata=dict(_told(net)),
        remarks=("weights are not told apart",),
    )


def _fields(head: bytes, root: int) -> tuple[int, ...]:
    """Return where the fields of the root table are, from its beginning (0: absent); () where it is none."""
    vtable = root - int.from_bytes(head[root : root + 4], "little", signed=True)
    if not 4 <= vtable < len(head) - 4:
        return ()
    length, size = (int.from_bytes(head[at : at + 2], "little") for at in (vtable, vtable + 2))
    if length % 2 or not 4 < length <= 64 or vtable + length > len(head) or size > 256:
        return ()
    offsets = tuple(
        int.from_bytes(head[at : at + 2], "little") for at in range(vtable + 4, vtable + length, 2)
    )
    return offsets if all(offset < size for offset in offsets) else ()


def _first_name(head: bytes, place: int) -> str:
    """Return the first string of the vector that ``place`` refers to; a line feed where there is none."""
    vector = place + int.from_bytes(head[place : place + 4], "little")
    count, at = int.from_bytes(head[vector : vector + 4], "little"), vector + 4
    text = at + int.from_bytes(head[at : at + 4], "little")
    length = int.from_bytes(head[text : text + 4], "little")
    found = head[text + 4 : text + 4 + length]
    if not 0 < count < 1 << 24 or not 0 < length < 4096 or len(found) < length:
        return "\n"
    return found.decode("utf-8", "replace")


def _tables(graph: dict[str, object], key: str) -> list[dict[str, object]]:
    found = graph.get(key)
    return cast("list[dict[str, object]]", found) if isinstance(found, list) else []


def _demand_sense(operator: dict[str, object], count: int) -> None:
    """Raise FormatError unless the operator has a number that one may have, and tensors that there are."""
    number = operator.get("type", 0)
    if not isinstance(number, int) or not 0 <= number <= LAST_OPERATOR:
        raise FormatError(f"an operator has the number {number}, which none has")
    for key in ("inputIndexes", "outputIndexes"):
        indices = operator.get(key, [])
        if not isinstance(indices, list) or not all(-1 <= cast("int", index) < count for index in indices):
            raise FormatError(f"the {key} of an operator name tensors beyond the {count} there are")


def _told(net: dict[str, object]) -> Iterator[tuple[str, str]]:
    for key in ("bizCode", "mnn_uuid"):
        if isinstance(net.get(key), str):
            yield key, str(net[key])
    source = net.get("sourceType", 0)
    if isinstance(source, int) and 0 <= source < len(SOURCES):
        yield "generator", f"converted from {SOURCES[source]}"

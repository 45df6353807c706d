"""TensorFlow's frozen graphs, whose constants are the parameters (graph.proto: GraphDef)."""

from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding.protobuf import Wire
from lintian_ml.encoding.tensorflow_graph import Reading, graph_content
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("tensorflow-graph", extensions=(".pb", ".graphdef"), first=b"\x0a", text=False)
NOISE = ("field order and packing", "order of maps", "tensor storage")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Find named nodes with operators and attributes, among them an operator of TensorFlow's."""
    head = glimpse.head
    if head[:1] != b"\x0a" or (head[2:3] != b"\x0a" and head[1:2] < b"\x80"):
        return None
    try:
        operator = graph_content(Wire(Blob(head)), 0, glimpse.size)
    except LintianMLError:
        return None
    if not operator:
        return None
    return Evidence.of(
        {
            Kind.STRUCTURE: "protocol buffer with the fields of a TensorFlow GraphDef",
            Kind.SEMANTICS: f"one of its nodes is a {operator}",
        }
    )


def read(blob: Blob) -> Model:
    """Read all but the elements of tensors; FormatError where this is no well-formed GraphDef."""
    reading = Reading(blob)
    top = reading.read("GraphDef")
    nodes = cast("list[dict[str, object]]", top.get("node", []))
    if not nodes or not all("op" in node for node in nodes):
        raise FormatError("there are no nodes with operators, so this is no TensorFlow graph")
    return reading.model(FORMAT.name, top, {})

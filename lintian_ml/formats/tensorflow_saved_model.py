"""TensorFlow's SavedModel, whose variables lie in a checkpoint below it (saved_model.proto: SavedModel)."""

from dataclasses import replace
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding.protobuf import LENGTH, Wire
from lintian_ml.encoding.tensorflow_graph import Reading, meta_graph_content, told
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("tensorflow-saved-model", extensions=(".pb",), first=b"\x08")
NOISE = ("field order and packing", "order of maps", "tensor storage")

VARIABLES = "variables/variables.index"
BESIDE = "its variables are in a checkpoint below it, which is not read with it"

_BEGINNING = b"\x08\x01\x12"
"""The schema version, of which there is only 1, and the first of the MetaGraphDefs."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Find the schema version, and behind it what tells a MetaGraphDef."""
    if not glimpse.head.startswith(_BEGINNING):
        return None
    wire, content = Wire(Blob(glimpse.head)), ""
    try:
        for field in wire.fields(0, glimpse.size):
            if field.number == 2 and field.wire == LENGTH:
                found = meta_graph_content(wire, field.offset, field.end)
                content = content or found
            if (field.number == 2 and not content) or field.number > 2:
                return None
    except LintianMLError:
        return None
    if not content:
        return None
    return Evidence.of(
        {
            Kind.STRUCTURE: "protocol buffer with the fields of a TensorFlow SavedModel of schema version 1",
            Kind.SEMANTICS: f"it tells of {content}",
        }
    )


def read(blob: Blob) -> Model:
    """Read all but the elements of tensors; FormatError where this is no well-formed SavedModel."""
    reading = Reading(blob)
    top = reading.read("SavedModel")
    graphs = cast("list[dict[str, object]]", top.get("meta_graphs", []))
    if top.get("saved_model_schema_version") != 1 or not graphs:
        raise FormatError("there is no MetaGraphDef of schema version 1, so this is no SavedModel")
    metadata: dict[str, str] = {}
    for number, graph in enumerate(graphs):
        metadata.update(told(graph, f"meta_graphs[{number}]." if number else ""))
    model = reading.model(FORMAT.name, top, metadata)
    if not any("saver_def" in graph for graph in graphs):
        return model
    return replace(model, complete=False, parts=(VARIABLES,), remarks=(*model.remarks, BESIDE))

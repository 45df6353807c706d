"""TensorFlow's MetaGraphDef, the graph beside a checkpoint (meta_graph.proto)."""

from dataclasses import replace

from lintian_ml.blob import Blob
from lintian_ml.encoding.protobuf import Wire
from lintian_ml.encoding.tensorflow_graph import Reading, meta_graph_content, told
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("tensorflow-meta-graph", extensions=(".meta", ".pb"), first=b"\x0a\x12", text=False)
NOISE = ("field order and packing", "order of maps", "tensor storage")

CHECKPOINT_V2 = 2
"""The version of checkpoints with an index (saver.proto: SaverDef.CheckpointFormatVersion)."""

BESIDE = "its variables are in the checkpoint beside it, which is not read with it"

_INNER = frozenset({b"\x0a", b"\x12", b"\x22", b"\x2a"})


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Find the operators that a MetaGraphDef lists, or those of its graph, in what the head shows."""
    head = glimpse.head
    if not head or head[0] not in FORMAT.first or (head[2:3] not in _INNER and head[1:2] < b"\x80"):
        return None
    try:
        content = meta_graph_content(Wire(Blob(head)), 0, glimpse.size)
    except LintianMLError:
        return None
    if not content:
        return None
    return Evidence.of(
        {
            Kind.STRUCTURE: "protocol buffer with the fields of a TensorFlow MetaGraphDef",
            Kind.SEMANTICS: f"it tells of {content}",
        }
    )


def read(blob: Blob) -> Model:
    """Read all but the elements of tensors; FormatError where this is no well-formed MetaGraphDef."""
    reading = Reading(blob)
    top = reading.read("MetaGraphDef")
    if "graph_def" not in top:
        raise FormatError("there is no graph, so this is no TensorFlow MetaGraphDef")
    metadata = dict(told(top, ""))
    model = reading.model(FORMAT.name, top, metadata)
    saver, name = top.get("saver_def"), blob.name.rpartition("/")[2]
    if not isinstance(saver, dict) or saver.get("version") != CHECKPOINT_V2 or not name.endswith(".meta"):
        return model
    index = f"{name.removesuffix('.meta')}.index"
    return replace(model, complete=False, parts=(index,), remarks=(*model.remarks, BESIDE))

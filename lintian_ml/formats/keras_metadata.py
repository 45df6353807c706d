"""What Keras tells of its layers beside a SavedModel, ``keras_metadata.pb`` (saved_metadata.proto).

For each layer there is JSON with its class and its configuration. No weights are in it: it belongs to the
SavedModel in its folder.
"""

import re
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding.document import read_document
from lintian_ml.encoding.keras_schema import SCHEMA
from lintian_ml.encoding.message import Reader
from lintian_ml.encoding.plain import label
from lintian_ml.encoding.protobuf import Wire
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("keras-metadata", extensions=(".pb",), first=b"\x0a", beside="saved_model.pb", text=False)
NOISE = ("field order and packing",)

IDENTIFIER = re.compile(rb"\x22[\x10-\x30](_tf_keras_[a-z_]{1,30})[\x2a\x32]")
"""The field of a layer's kind, and the tag of the field that follows."""

MOST_REMARKS = 20
CODE = "Lambda"
"""The class of layers whose configuration holds compiled Python code."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A node that is no longer than the file, its path from the root, and a kind that Keras has."""
    if not glimpse.head.startswith(b"\x0a"):
        return None
    try:
        node = next(Wire(Blob(glimpse.head)).fields(0, glimpse.size), None)
    except LintianMLError:
        return None
    if node is None or node.number != 1:
        return None
    found = IDENTIFIER.search(glimpse.head, node.offset, node.offset + 256)
    if found is None or b"\x1a\x04root" not in glimpse.head[node.offset : found.start()]:
        return None
    return Evidence.of(
        {
            Kind.STRUCTURE: "protocol buffer of what Keras tells of its layers",
            Kind.SEMANTICS: f"the first is a {found[1].decode('ascii')}",
        },
        untrained=True,
    )


def read(blob: Blob) -> Model:
    """Read all layers; FormatError where one has no kind of Keras, or no JSON."""
    reader = Reader(Wire(blob), SCHEMA)
    nodes = cast("list[dict[str, object]]", reader.read("SavedMetadata").get("nodes", []))
    if not nodes or not all(str(node.get("identifier", "")).startswith("_tf_keras_") for node in nodes):
        raise FormatError("no layers of Keras")
    classes = {label(node.get("node_path"), "?"): _class(node.get("metadata")) for node in nodes}
    code = [path for path, name in classes.items() if name == CODE]
    return Model(
        FORMAT.name,
        structure={"nodes": nodes},
        metadata={"class_name": classes["root"]} if classes.get("root") else {},
        residue=reader.residue,
        noise={NOISE[0]: bytes(reader.noise)} if reader.noise else {},
        remarks=tuple(
            f"{path:.80} is a Lambda layer, of code that Keras runs" for path in code[:MOST_REMARKS]
        ),
        complete=True,
    )


def _class(text: object) -> str:
    """Return the class of a layer, empty where none is told; FormatError where there is no object of JSON."""
    if not isinstance(text, str):
        return ""
    document = read_document(Blob(text.encode("utf-8"))) if text else {}
    if not isinstance(document, dict):
        raise FormatError("what is told of a layer is no object of JSON")
    return label(document.get("class_name"), "")

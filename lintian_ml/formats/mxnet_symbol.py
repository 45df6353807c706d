"""MXNet's graphs in JSON, which lie beside the parameters (nnvm, src/pass/saveload_json.cc).

TVM's compiled graphs have the same keys; they are known by their operators, which all are ``tvm_op``.
"""

import re

from lintian_ml.blob import Blob
from lintian_ml.encoding.document import read_document
from lintian_ml.encoding.exact_floats import make_exact
from lintian_ml.encoding.spelling import ORDER, SPELLING, with_order, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format(
    "mxnet-symbol",
    extensions=("-symbol.json",),
    first=b"{",
    like=rb'\{\s{0,64}"nodes"\s{0,64}:\s{0,64}\[\s{0,64}\{\s{0,64}"op"\s{0,64}:\s{0,64}"null"\s{0,64},'
    rb'\s{0,64}"(?:name"\s{0,64}:\s{0,64}"[^"]{1,200}"|param"\s{0,64}:\s{0,64}\{)',
)
NOISE = (SPELLING, ORDER)

OPENING = re.compile(FORMAT.like)
"""A list of nodes, the first of which is an input: its operator, then its name or, in old files, settings."""

OPERATOR = re.compile(rb'"op"\s{0,64}:\s{0,64}"([A-Za-z_]\w{1,100})"')
KEYS = {"nodes", "arg_nodes", "heads"}


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A list of nodes that begins with an input, and an operator that is none of TVM's."""
    if not OPENING.match(glimpse.head):
        return None
    operators = [found for found in OPERATOR.findall(glimpse.head) if found != b"null"]
    if not operators or b"tvm_op" in operators or b'"inputs"' not in glimpse.head:
        return None
    if len(glimpse.head) == glimpse.size and b'"heads"' not in glimpse.head:
        return None
    notes = {
        Kind.STRUCTURE: "JSON with the nodes of a graph of MXNet",
        Kind.SEMANTICS: f"operator {operators[0].decode('ascii')}",
    }
    return Evidence.of(notes, untrained=True)


def read(blob: Blob) -> Model:
    """Read the graph, which has no numbers; FormatError where its nodes are not of the form."""
    document = read_document(blob)
    if not isinstance(document, dict) or not document.keys() >= KEYS:
        raise FormatError("JSON without the nodes, arguments and heads of a graph of MXNet")
    nodes = document["nodes"]
    if not isinstance(nodes, list) or not nodes or not all(map(_is_node, nodes)):
        raise FormatError("the nodes are not all of a graph of MXNet")
    attributes = document.get("attrs")
    version = attributes.get("mxnet_version") if isinstance(attributes, dict) else None
    metadata = {"mxnet_version": str(version[1])} if isinstance(version, list) and len(version) == 2 else {}
    make_exact(document)
    model = Model(FORMAT.name, structure=document, metadata=metadata, complete=True)
    return with_order(with_spelling(model, blob), blob.read(0, blob.size))


def _is_node(node: object) -> bool:
    return (
        isinstance(node, dict)
        and isinstance(node.get("op"), str)
        and node["op"] != "tvm_op"
        and isinstance(node.get("name"), str)
        and isinstance(node.get("inputs"), list)
    )

"""Thinc's models, as in the folders of spaCy's pipelines (thinc, model.py; srsly, msgpack_numpy).

A file is a map of MessagePack: the nodes of a net with their names and sizes, and for each node its
attributes, its parameters, and what other frameworks keep in it.
"""

import re
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding.array_tree import LONGER, SWAPPED, ArrayTree
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.msgpack import Bytes, Tokens, read_tree
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import BITS, Model, Span, Tensor

FORMAT = Format("thinc", first=b"\x84")
NOISE = (LONGER, SWAPPED)

OPENING = re.compile(
    rb"\x84\xa5nodes(?:[\x91-\x9f]|\xdc[\0-\xff]{2}|\xdd[\0-\xff]{4})\x84\xa5index\0\xa4name[\xa1-\xbf\xd9\xda]"
)
"""A map of four, of which the first is the list of nodes, of which the first is a map with a name."""

PARTS = {"nodes", "attrs", "params", "shims"}
ARRAY = {b"nd", b"type", b"kind", b"shape", b"data"}
TYPE = re.compile(r"([<>|])([bfiu])(\d{1,2})")
KINDS = {"b": "bool", "f": "float", "i": "int", "u": "uint"}


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The list of nodes, and the name of the first one."""
    if not OPENING.match(glimpse.head):
        return None
    return Evidence.of({Kind.MAGIC: "MessagePack that begins with the nodes of a net of Thinc"})


def read(blob: Blob) -> Model:
    """Read the whole net; FormatError where it is none, or has no parameters at all."""
    if not OPENING.match(blob.read(0, min(blob.size, 64))):
        raise FormatError("no nodes of a net of Thinc")
    tokens = Tokens(Forward(blob))
    top = read_tree(blob, tokens)
    if not isinstance(top, dict) or top.keys() != PARTS:
        raise FormatError("a map of other parts than those of a net of Thinc")
    lengths = {len(part) if isinstance(part, list) else None for part in top.values()}
    if len(lengths) != 1 or None in lengths:
        raise FormatError("the nodes, attributes, parameters and shims are not of one number")
    return ArrayTree(blob, _array).model(FORMAT.name, top, tokens)


def _array(tree: ArrayTree, value: object, path: str) -> object:
    """Take in an array of NumPy; return what stands for it, or None for anything else."""
    if not isinstance(value, dict) or value.keys() != ARRAY or value[b"nd"] is not True:
        return None
    shape, data, kind = value[b"shape"], value[b"data"], value[b"kind"]
    found = TYPE.fullmatch(value[b"type"]) if isinstance(value[b"type"], str) else None
    if not isinstance(shape, list) or not all(type(extent) is int and extent >= 0 for extent in shape):
        raise FormatError(f"the array {path:.80} has no sound shape")
    if not isinstance(data, Bytes) or found is None or not isinstance(kind, Bytes) or kind.length:
        raise FormatError(f"the array {path:.80} is of a type that is not known")
    width = int(found[3])
    name = "bool" if found[2] == "b" else f"{KINDS[found[2]]}{8 * width}"
    if BITS.get(name) != 8 * width or (found[1] == "|") != (width == 1):
        raise FormatError(f"the array {path:.80} is of the type {value[b'type']}")
    span = Span(tree.blob, data.offset, data.length)
    return tree.put(Tensor(path, name, tuple(cast("list[int]", shape)), span, found[1] == ">" and width > 1))

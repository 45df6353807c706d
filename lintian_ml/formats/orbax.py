"""Orbax's checkpoints of JAX: what ``_METADATA`` tells of their trees (orbax, metadata/tree.py).

The JSON has the path, type and shape of each array. The arrays lie beside it: in a database of TensorStore
(``manifest.ocdbt`` and its data files), or each in a folder of its own, as Zarr stores them.
"""

import math
import re
from collections.abc import Iterator, Mapping

from lintian_ml.blob import Blob
from lintian_ml.encoding.document import read_document
from lintian_ml.encoding.spelling import ORDER, SPELLING, with_order, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("orbax", extensions=("_metadata",), first=b"{")
NOISE = (SPELLING, ORDER)

OPENING = re.compile(rb'\{\s{0,64}"tree_metadata"\s{0,64}:\s{0,64}\{\s{0,64}"\((?:[^"\\]|\\.){1,1000}\)"')
ROW = re.compile(rb'\s{0,64}:\s{0,64}\{\s{0,64}"key_metadata"\s{0,64}:')
DATABASE = "manifest.ocdbt"
ARRAY = re.compile(r"(?:jax|np|numpy)\.\w*[aA]rray")
"""The types of values that lie in files; others are small numbers and texts."""

SAFE = re.compile(r"[^/\0]{1,200}")
MOST_PARTS = 10_000
UNREAD = "the arrays lie beside it, and were not read"


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A tree whose first path, written as a tuple, tells of its keys."""
    tree = OPENING.match(glimpse.head)
    if tree is None or not ROW.match(glimpse.head, tree.end()):
        return None
    path = tree[0].rpartition(b"(")[2][:80].decode("utf-8", "replace").rstrip('")')
    notes = {
        Kind.STRUCTURE: "JSON with the tree of a checkpoint",
        Kind.SEMANTICS: f"its first path is {path}",
    }
    return Evidence.of(notes)


def read(blob: Blob) -> Model:
    """Read the tree; FormatError where it has no arrays. Their elements are counted where shapes are told."""
    document = read_document(blob)
    tree = document.get("tree_metadata") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(tree, dict):
        raise FormatError("no JSON with the tree of a checkpoint")
    arrays = [row for row in tree.values() if _is_array(row)]
    if not arrays:
        raise FormatError("a checkpoint without arrays")
    database = document.get("use_ocdbt", True) is True
    inner = "zarr.json" if document.get("use_zarr3") is True else ".zarray"
    names = [DATABASE] if database else [f"{name}/{inner}" for name in map(_name, arrays) if name]
    custom = document.get("custom_metadata")
    model = Model(
        FORMAT.name,
        structure=document,
        metadata=dict(_told(custom)),
        remarks=(UNREAD,),
        parameters=sum(map(_elements, arrays)),
        parts=tuple(names[:MOST_PARTS]),
    )
    return with_order(with_spelling(model, blob), blob.read(0, blob.size))


def _is_array(row: object) -> bool:
    value = row.get("value_metadata") if isinstance(row, dict) else None
    kind = value.get("value_type") if isinstance(value, dict) else None
    return isinstance(kind, str) and ARRAY.fullmatch(kind) is not None


def _elements(row: Mapping[str, Mapping[str, object]]) -> int:
    """Return how many elements an array has; none where its shape is not told, as in older checkpoints."""
    shape = row["value_metadata"].get("write_shape")
    sides = shape if isinstance(shape, list) else [0]
    if not all(isinstance(side, int) and side >= 0 for side in sides) or math.prod(sides) >> 62:
        raise FormatError("an array with a shape that none has")
    return math.prod(sides)


def _name(row: Mapping[str, object]) -> str:
    """Return the folder of an array: its keys, with points between them; empty for one that leads away."""
    keys = row.get("key_metadata")
    found = [key.get("key") for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
    name = ".".join(map(str, found))
    return name if SAFE.fullmatch(name) and name not in (".", "..") else ""


def _told(custom: object) -> Iterator[tuple[str, str]]:
    """Yield what whoever saved the checkpoint tells of it, as far as it is text."""
    for key, value in custom.items() if isinstance(custom, dict) else ():
        if isinstance(value, str):
            yield key, value

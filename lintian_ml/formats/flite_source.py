"""Flite's trained trees, letter-to-sound rules and vectors in C (Flite, include/cst_cart.h and cst_lts.h).

The sources are written by Festvox's scripts, one array for each tree; a tree's leaves are values defined
beside it. Short trees, of fewer than 32 nodes in a file, are written by hand and not taken for models.
"""

import hashlib
import re
from collections.abc import Iterator
from itertools import islice

from lintian_ml.blob import Blob
from lintian_ml.encoding.numbers import Columns
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("flite-source", extensions=(".c",), mark=b"/****************************************")

INCLUDES = re.compile(rb'#include "cst_(?:cart|lts|cg)\.h"')
FRAMED = FORMAT.mark
"""What the comment at the beginning of each of these sources is framed with."""

PREFIX, FIRST_FRAME, EARLY = b"cst_", b"_frame_0[]", 8192
"""What a source of Flite has in its first bytes: the name of a header, or a first vector."""

ROW = rb"\{\s*(\d{1,3}),\s*CST_CART_OP_[A-Z]+\s*,"
TREE = re.compile(rb"cst_cart_node\s+(\w{1,200})\[\]\s*=\s*\{\s*" + ROW)
RULES = re.compile(rb"cst_lts_model\s+(\w{1,200})\[\]\s*=\s*\{")
STATE = re.compile(rb"(\d{1,3})\s*,\s*(?:'.'|\d{1,3}|0)\s*,\s*LTS_STATE_\w+\s*,\s*LTS_STATE_\w+\s*,")
NODE = re.compile(ROW)
VALUE = re.compile(rb"DEF_STATIC_CONST_VAL_(?:FLOAT|INT)\(\w{1,200},\s*(-?\d[\d.]{0,30}(?:e[-+]?\d{1,3})?)\)")
FRAME = re.compile(
    rb"static const (?:float|unsigned short) \w{1,200}_frame_\d{1,9}\[\]\s*=\s*\{([\s\d.,e+-]{1,65536})\}"
)
FEWEST_NODES, FEWEST_FRAMES = 32, 8
LARGEST = 64 << 20


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Flite's headers, and behind them a tree, rules, vectors or many values."""
    head = glimpse.head
    if not head.startswith(FRAMED) or (
        head.find(PREFIX, 0, EARLY) < 0 and head.find(FIRST_FRAME, 0, EARLY) < 0
    ):
        return None
    found = _begins(head)
    return Evidence.of({Kind.MAGIC: f"a source of Flite with {found}"}) if found else None


def _begins(head: bytes) -> str:
    """Return what the beginning of a source holds of a model; "" for nothing."""
    if not INCLUDES.search(head, 0, EARLY):
        return "vectors of frames" if _many(FRAME, head, FEWEST_FRAMES) else ""
    if TREE.search(head):
        return "the nodes of trees" if _many(NODE, head, FEWEST_NODES) else ""
    if RULES.search(head):
        return "rules of letters to sounds" if _many(STATE, head, FEWEST_NODES) else ""
    return "the values of trees" if _many(VALUE, head, FEWEST_NODES) else ""


def _many(pattern: "re.Pattern[bytes]", data: bytes, fewest: int) -> bool:
    return sum(1 for _ in islice(pattern.finditer(data), fewest)) == fewest


def read(blob: Blob) -> Model:
    """Read the features that nodes ask for, the values, and the vectors.

    FormatError where there are too few of them; the rest of the source is a digest.
    """
    if blob.size > LARGEST:
        raise LimitError(f"a source of {blob.size} bytes, but {LARGEST >> 20} MiB are read at most")
    data = blob.read(0, blob.size)
    columns, arrays, frames = Columns(), {}, 0
    for name, numbers in _arrays(data):
        arrays[name] = columns.add(name, "int64", numbers)
    columns.add("values", "float64", VALUE.findall(data))
    for found in FRAME.finditer(data):
        frames += 1
        columns.add("frames", "float64", found.group(1).replace(b",", b" ").split())
    nodes = sum(arrays.values())
    if nodes < FEWEST_NODES and frames < FEWEST_FRAMES:
        raise FormatError(f"a source of Flite with {nodes} nodes and {frames} vectors, too few for a model")
    outline = hashlib.sha256(re.sub(rb"-?\d[\d.]*(?:e[-+]?\d+)?|\s+", b" ", data)).hexdigest()
    structure = {"arrays": arrays, "frames": frames, "outline sha256": outline}
    tensors = tuple(tensor for tensor in columns.tensors() if tensor.elements)
    return Model(FORMAT.name, tensors, structure)


def _arrays(data: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Yield the name of each array of nodes or rules, and the features that they ask for."""
    for pattern, row in ((TREE, NODE), (RULES, STATE)):
        found = pattern.search(data)
        while found:
            name, end = found.group(1).decode("ascii"), data.find(b"};", found.end())
            if end < 0:
                raise FormatError(f"the array {name:.80} does not end")
            yield name, row.findall(data, found.end(1), end)
            found = pattern.search(data, end)

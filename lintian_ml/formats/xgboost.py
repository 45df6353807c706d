"""XGBoost's boosters, in JSON and in UBJSON (xgboost, doc/model.schema and src/common/json.cc).

Each list of numbers within the booster goes, tree after tree, into one column by its key; how many numbers
each tree has is kept in the structure. The old binary format is not read.
"""

import hashlib
import re
import struct
from array import array
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from operator import setitem
from typing import TypeGuard, cast

from lintian_ml.blob import Blob
from lintian_ml.encoding.document import read_document
from lintian_ml.encoding.numbers import Columns
from lintian_ml.encoding.plain import floating
from lintian_ml.encoding.spelling import ORDER, SPELLING, with_order, with_spelling
from lintian_ml.encoding.ubjson import read_ubjson
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("xgboost", extensions=(".json", ".ubj", ".model"), first=b"{")
MARKS = "types and order of values"
NOISE = (SPELLING, ORDER, MARKS)

BINARY = b"{L\0\0\0\0\0\0\0\x07learner{L\0\0\0\0\0\0\0"
JSON = re.compile(
    rb'\{\s{0,64}"learner"\s{0,64}:\s{0,64}\{\s{0,64}'
    rb'"(?:attributes|feature_names|feature_types|gradient_booster|learner_model_param|objective)"'
)
FLOATS = {"base_weights", "loss_changes", "split_conditions", "sum_hessian", "weights", "weight_drop"}
"""Lists that are of 32-bit floats even where JSON spells all their numbers as integers."""

VERSION = "xgboost.version"
PER_NODE = ("left_children", "right_children", "split_indices", "split_conditions")
"""Lists of a tree that have one number for each node."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for an object whose first member is the learner, and in it for a member that a learner has."""
    if glimpse.head[:1] != b"{":
        return None
    if glimpse.head.startswith(BINARY):
        return Evidence.of({Kind.MAGIC: "a learner of XGBoost in UBJSON"})
    if JSON.match(glimpse.head[:1024]):
        return Evidence.of({Kind.MAGIC: "a learner of XGBoost in JSON"})
    return None


def read(blob: Blob) -> Model:
    """Read the whole booster; FormatError where the document holds none, or its trees do not fit."""
    if blob.read(0, min(blob.size, len(BINARY))) == BINARY:
        document, layout = read_ubjson(blob)
        digest = hashlib.sha256(layout).digest()
        return replace(
            _read(document), encoding="UBJSON", noise={MARKS: digest}, noise_bits={MARKS: 8 * len(layout)}
        )
    model = replace(_read(read_document(blob)), encoding="JSON")
    return with_order(with_spelling(model, blob), blob.read(0, blob.size))


def _read(document: object) -> Model:
    """Read a booster from its document."""
    learner = _object(_object(document, "document").get("learner"), "learner")
    booster = _object(learner.get("gradient_booster"), "gradient_booster")
    if not isinstance(booster.get("name"), str):
        raise FormatError("a booster without a name")
    _check_trees(booster)
    columns = Columns()
    attributes = _object(learner.get("attributes", {}), "attributes")
    return Model(
        format=FORMAT.name,
        structure=_plain(_without_metadata(document), columns),
        tensors=columns.tensors(),
        metadata={**{key: str(value) for key, value in attributes.items()}, **_version(document)},
        complete=VERSION not in attributes and all(isinstance(value, str) for value in attributes.values()),
    )


def _object(value: object, name: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise FormatError(f"no object {name}")
    return value


def _version(document: object) -> dict[str, str]:
    """The version of XGBoost that wrote the document, by the key VERSION, where it is told."""
    version = _object(document, "document").get("version")
    return {VERSION: ".".join(map(str, version))} if _is_version(version) else {}


def _without_metadata(document: object) -> dict[str, object]:
    """Leave out what the metadata tell: the learner's attributes and the version."""
    outer = dict(_object(document, "document"))
    learner = dict(_object(outer["learner"], "learner"))
    learner.pop("attributes", None)
    if _is_version(outer.get("version")):
        outer.pop("version")
    return {**outer, "learner": learner}


def _is_version(value: object) -> TypeGuard["list[int] | array[int]"]:
    """Whether a value is a list of integers, which its spelling with dots between them tells whole."""
    return _is_list(value) and bool(len(value)) and all(type(part) is int for part in value)


def _is_list(value: object) -> TypeGuard["list[object] | array[int] | array[float]"]:
    return isinstance(value, list | array)


def _check_trees(booster: dict[str, object]) -> None:
    """Compare the lengths of the lists that have one number for each node of a tree."""
    inner = booster.get("gbtree", booster)
    model = _object(_object(inner, "gbtree").get("model"), "model")
    trees = model.get("trees", [])
    if not isinstance(trees, list):
        raise FormatError("trees that are no list")
    for number, tree in enumerate(trees):
        found = [_object(tree, f"tree {number}").get(key) for key in PER_NODE]
        if not all(_is_list(nodes) and len(nodes) for nodes in found):
            raise FormatError(f"tree {number} lacks one of the lists {', '.join(PER_NODE)}")
        if len({len(nodes) for nodes in found if _is_list(nodes)}) != 1:
            raise FormatError(f"tree {number} has lists of different lengths")


def _plain(document: object, columns: Columns) -> object:
    """Return a document as plain data; each list of numbers goes to a column and leaves its length."""
    result: list[object] = [None]
    work: list[tuple[str, object, Callable[[object], None]]] = [("", document, partial(setitem, result, 0))]
    while work:
        key, value, put = work.pop()
        if isinstance(value, dict):
            members: dict[str, object] = dict.fromkeys(value)
            work += [(name, value[name], partial(setitem, members, name)) for name in reversed(value)]
            put(members)
        elif _is_list(value) and len(value) and _is_numbers(value):
            put({"numbers": _into_column(key, value, columns)})
        elif _is_list(value):
            items: list[object] = [None] * len(value)
            work += [(key, value[at], partial(setitem, items, at)) for at in reversed(range(len(value)))]
            put(items)
        else:
            put(floating(struct.pack("<d", value)) if isinstance(value, float) else value)
    return result[0]


def _into_column(key: str, value: "list[object] | array[int] | array[float]", columns: Columns) -> int:
    """Append a list to the column of its key, or to one of its own where that is of another type."""
    dtype = _dtype(key, value)
    name = key if columns.dtype(key) in ("", dtype) else f"{key}.{dtype}"
    return columns.add(name, dtype, cast(Iterable[float], value))


def _is_numbers(value: "list[object] | array[int] | array[float]") -> bool:
    return isinstance(value, array) or all(isinstance(item, int | float) for item in value)


def _dtype(key: str, value: "list[object] | array[int] | array[float]") -> str:
    if key in FLOATS or (isinstance(value, array) and value.typecode in "fd"):
        return "float32"
    return "float32" if any(isinstance(item, float) for item in value) else "int64"

"""CatBoost's models, .cbm (catboost, libs/model/model.cpp and libs/model/flatbuffers/model.fbs).

``CBM1``, the length of a flatbuffer in 4 bytes, the flatbuffer with trees and information, then the parts
that it names, such as tables of categories, which are not taken apart.
"""

import struct

from lintian_ml.blob import Blob
from lintian_ml.encoding.catboost_schema import SCHEMA
from lintian_ml.encoding.flatbuffers import Bytes, Walk
from lintian_ml.encoding.plain import held
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("catboost", extensions=(".cbm",), mark=b"CBM1")
NOISE = ("layout",)

MAGIC = FORMAT.mark
PAYLOADS = {
    "TreeSplits": ("int32", 4),
    "TreeSizes": ("int32", 4),
    "TreeStartOffsets": ("int32", 4),
    "LeafValues": ("float64", 8),
    "LeafWeights": ("float64", 8),
    "NonSymmetricStepNodes": ("uint16", 2),
    "NonSymmetricNodeIdToLeafId": ("uint32", 4),
    "MultiBias": ("float64", 8),
    "RepackedBins": ("uint8", 1),
}
"""Type and width of what the vectors of the trees hold; those of small structures are one run of numbers."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the magic, and for a length behind it with which the flatbuffer fits into the file."""
    head = glimpse.head
    if head[:4] != MAGIC or len(head) < 16:
        return None
    length, root = struct.unpack("<II", head[4:12])
    if not 8 <= length <= glimpse.size - 8 or not 4 <= root <= length - 4:
        return None
    return Evidence.of({Kind.MAGIC: "a model of CatBoost"})


def read(blob: Blob) -> Model:
    """Read the trees and what is told about them; FormatError where the flatbuffer is not well-formed."""
    magic, length = struct.unpack("<4sI", blob.read(0, 8))
    if magic != MAGIC:
        raise FormatError("no model of CatBoost")
    walk = Walk(blob.part(8, length), SCHEMA)
    core = walk.root("TModelCore")
    version, trees = core.get("FormatVersion"), core.get("ModelTrees")
    if not isinstance(version, str) or not isinstance(trees, dict):
        raise FormatError("a model without the version of its format or without trees")
    metadata, untold = _metadata(core.pop("InfoMap", []))
    tensors = tuple(_tensors(blob, trees))
    parts = 8 + length
    opaque = {"parts": held(blob, parts, blob.size - parts)} if blob.size > parts else {}
    layout, bits = walk.layout()
    return Model(
        format=FORMAT.name,
        tensors=tensors,
        structure={**core, "information": untold},
        metadata=metadata,
        residue={**dict(walk.gaps()), **opaque},
        noise={"layout": layout},
        noise_bits={"layout": bits},
        remarks=("the parts behind the trees are not taken apart",) if opaque else (),
        complete=True,
    )


def _metadata(pairs: object) -> tuple[dict[str, str], list[object]]:
    """Return what is told as texts by key, and the pairs that are no two texts or stand twice."""
    told: dict[str, str] = {}
    untold: list[object] = []
    for pair in pairs if isinstance(pairs, list) else []:
        key, value = pair.get("Key"), pair.get("Value")
        if isinstance(key, str) and isinstance(value, str) and key not in told and len(pair) == 2:
            told[key] = value
        else:
            untold.append(pair)
    return told, untold


def _tensors(blob: Blob, trees: dict[str, object]) -> list[Tensor]:
    """Take the vectors of the trees out of the structure, as tensors; the empty ones too."""
    found: list[Tensor] = []
    for name, (dtype, width) in PAYLOADS.items():
        vector = trees.pop(name, None)
        if isinstance(vector, Bytes):
            span = Span(blob, 8 + vector.offset, vector.length)
            found.append(Tensor(name, dtype, (vector.length // width,), span))
    return found

"""MATLAB's files, level 5, with objects of classes of models: detected only (MathWorks, "MAT-File Format").

Most such files hold data. One counts as a model only where a variable in its beginning is an object of a
class that learns: networks of the toolboxes, machines, trees.
"""

import struct
import zlib
from collections.abc import Iterator

from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("matlab", extensions=(".mat",), first=b"M")

MARK = b"MATLAB 5.0 MAT-file"
HEADER = 128
ORDERS = {b"\0\1IM": "<", b"\1\0MI": ">"}
"""What stands at 124, version and mark, by the byte order that they tell."""

MATRIX, COMPRESSED = 14, 15
OBJECT, OPAQUE = 3, 17
LONGEST = 4096
"""Bytes of a variable that are decompressed: its flags, its name and its class come first."""

MOST_VARIABLES = 1000
# fmt: off
MODELS = frozenset((
    "network", "SeriesNetwork", "DAGNetwork", "dlnetwork", "ClassificationSVM", "CompactClassificationSVM",
    "RegressionSVM", "CompactRegressionSVM", "ClassificationTree", "CompactClassificationTree",
    "RegressionTree", "CompactRegressionTree", "TreeBagger", "CompactTreeBagger", "ClassificationEnsemble",
    "ClassificationBaggedEnsemble", "RegressionEnsemble", "RegressionBaggedEnsemble", "ClassificationKNN",
    "ClassificationNaiveBayes", "ClassificationDiscriminant", "ClassificationECOC",
    "CompactClassificationECOC", "ClassificationLinear", "RegressionLinear", "RegressionGP", "LinearModel",
    "CompactLinearModel",
    "GeneralizedLinearModel", "gmdistribution", "ClassificationNeuralNetwork", "RegressionNeuralNetwork",
))
# fmt: on
"""Classes whose objects hold what was fitted to data."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The header, and a variable of a class of models in what is seen."""
    head = glimpse.head
    if not head.startswith(MARK):
        return None
    order = ORDERS.get(head[124:HEADER], "")
    if not order:
        return None
    found = next((name for name in _classes(head, order) if name in MODELS), "")
    if not found:
        return None
    notes = {
        Kind.MAGIC: "a file of MATLAB, level 5",
        Kind.STRUCTURE: "whose variables can be walked",
        Kind.SEMANTICS: f"with an object of the class {found}",
    }
    return Evidence.of(notes)


def _classes(head: bytes, order: str) -> Iterator[str]:
    """Yield the class of each variable that is an object, as far as the head shows them."""
    at = HEADER
    for _ in range(MOST_VARIABLES):
        if at + 8 > len(head):
            return
        kind, size = struct.unpack(order + "II", head[at : at + 8])
        data = head[at + 8 : at + 8 + min(size, LONGEST)]
        if kind == COMPRESSED:
            yield _class(_expanded(data), order)
            at += 8 + size
        elif kind == MATRIX:
            yield _class(head[at : at + 8] + data, order)
            at += 8 + -(-size // 8) * 8
        else:
            return


def _expanded(data: bytes) -> bytes:
    """Return the beginning of what was compressed; nothing where it was not."""
    try:
        return zlib.decompressobj().decompress(data, LONGEST)
    except zlib.error:
        return b""


def _class(variable: bytes, order: str) -> str:
    """Return the class of a variable that is an object; "" for any other, or where it is cut off."""
    parts = _parts(variable[8:], order)
    flags = next(parts, b"")
    kind = struct.unpack(order + "I", flags[:4])[0] & 0xFF if len(flags) == 8 else 0
    if kind not in (OBJECT, OPAQUE):
        return ""
    _dimensions_or_name, _name_or_system = next(parts, b""), next(parts, b"")
    return next(parts, b"").decode("ascii", "replace")


def _parts(data: bytes, order: str) -> Iterator[bytes]:
    """Yield the contents of elements that stand one behind the other; short ones lie in their own tag."""
    at = 0
    while at + 8 <= len(data):
        kind, size = struct.unpack(order + "II", data[at : at + 8])
        if kind >> 16:
            yield data[at + 4 : at + 4 + min(4, kind >> 16)]
            at += 8
        else:
            yield data[at + 8 : at + 8 + size]
            at += 8 + -(-size // 8) * 8

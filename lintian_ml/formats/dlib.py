"""dlib's nets and shape predictors, which are only detected (dlib, dnn/loss.h, shape_predictor.h).

dlib's numbers are packed: a byte with the sign and how many bytes follow, then these. A net begins with the
name of its loss; a shape predictor has no name at all, so that the file's own must speak of one.
"""

import re
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("dlib", extensions=(".dat", ".dnn"), mark=b"\1\1")

NET = re.compile(rb"\x01\x01\x01([\x09-\x40])(loss_[a-z_]{3,50}_\d?)")
"""The version of the outermost layer, then the name of its loss by its length."""

PREDICTOR = b"\x01\x01\x81"
NAMES = re.compile(r"shape_?predictor|landmark", re.IGNORECASE)
MOST_COORDINATES = 4096


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A net's loss, or the points of a shape and the counts of its trees in a file named so."""
    net = NET.match(glimpse.head)
    if net and net[1][0] == len(net[2]):
        notes = {Kind.MAGIC: f"a net of dlib with {net[2].decode('ascii')}"}
        return Evidence.of({**notes, Kind.STRUCTURE: "the version and the loss of its outermost layer"})
    if not glimpse.head.startswith(PREDICTOR) or not NAMES.search(glimpse.basename):
        return None
    try:
        points, cascades, trees = _shape(Forward(Blob(glimpse.head)))
    except (FormatError, LimitError, OverflowError):
        return None
    return Evidence.of(
        {
            Kind.STRUCTURE: f"a shape of {points} points, and {cascades} cascades of {trees} trees",
            Kind.NAME: "the name speaks of shapes",
        }
    )


def _shape(source: Forward) -> tuple[int, int, int]:
    """Return how many points, cascades and trees a shape predictor has; FormatError where it is none."""
    version, rows, columns = _packed(source), -_packed(source), -_packed(source)
    if version != 1 or columns != 1 or rows % 2 or not 4 <= rows <= MOST_COORDINATES:
        raise FormatError("no shape of points")
    if not all(-2 < place < 3 for place in _floats(source, rows)):
        raise FormatError("the points of a shape are far outside of its frame")
    cascades, trees, splits = _packed(source), _packed(source), _packed(source)
    if not 1 <= cascades <= 1000 or not 1 <= trees <= 100_000 or not 1 <= splits <= 1 << 16:
        raise FormatError("no cascades of trees behind the shape")
    return rows // 2, cascades, trees


def _packed(source: Forward) -> int:
    """Return a packed number; FormatError where its first byte has bits that are of no use."""
    first = source.take(1)[0]
    if not 1 <= first & 0x7F <= 8:
        raise FormatError(f"no packed number at offset {source.position - 1}")
    value = int.from_bytes(source.take(first & 0x7F), "little")
    return -value if first & 0x80 else value


def _floats(source: Forward, count: int) -> Iterator[float]:
    """Yield floats, each a mantissa and the exponent of two."""
    for _ in range(count):
        mantissa, exponent = _packed(source), _packed(source)
        if abs(exponent) > 200:
            raise FormatError(f"a float with the exponent {exponent}")
        yield mantissa * 2.0**exponent

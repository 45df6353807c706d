"""Darknet's weights (darknet, src/parser.c, save_weights_upto).

A file is a version, how many images were seen in training, and the floats of all layers. Which layer has how
many is told by the settings (``.cfg``) beside it alone.
"""

import re
import struct

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.plain import content
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("darknet", extensions=(".weights", ".conv.15", ".conv.29", ".conv.74"), mark=b"\0\0\0\0")

LATEST = (0, 2, 16)
"""Versions are 0, 1 or 2, and a small third number; from 0.2 on the images are counted in 64 bits."""

MOST_SEEN = 1 << 40
LEAST = 256
"""Floats that a file must show."""

LONGEST_SETTINGS = 1 << 20
SETTINGS = re.compile(rb"\s*+(?:[#;][^\n]*+\s++)*+\[net(?:work)?\]\s")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A version and a count, and behind them floats that have the magnitudes of weights, to the end."""
    if (
        not glimpse.head.startswith(FORMAT.mark)
        or glimpse.head[5:8] != b"\0\0\0"
        or len(glimpse.head) < 20 + 4 * LEAST
    ):
        return None
    try:
        version, seen, start = _header(Forward(Blob(glimpse.head)))
    except FormatError:
        return None
    if (glimpse.size - start) % 4 or not _weights(glimpse.head[start:]):
        return None
    notes = {
        Kind.STRUCTURE: f"version {version} of Darknet, {seen} images seen, then whole floats",
        Kind.STATISTICS: "the floats have the magnitudes of weights",
    }
    if glimpse.named(FORMAT.extensions):
        notes[Kind.NAME] = "the name is one of Darknet's weights"
    return Evidence.of(notes, carrier=True)


def _header(source: Forward) -> tuple[str, int, int]:
    """Return the version, the images seen, and where the floats begin; FormatError where that cannot be."""
    version = source.numbers("3i")
    if not all(0 <= part <= most for part, most in zip(version, LATEST, strict=True)) or not version[1]:
        raise FormatError("no version of Darknet")
    seen = source.number("Q" if version[1] > 1 else "I")
    if seen > MOST_SEEN:
        raise FormatError(f"weights of Darknet that were trained on {seen} images")
    return ".".join(map(str, version)), seen, source.position


def _weights(data: bytes) -> bool:
    """Whether nearly all floats that are not zero are between 1e-8 and 1e5, of both signs, and differ."""
    words = struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
    filled = [word for word in words if word & 0x7FFFFFFF]
    usual = sum(100 <= (word >> 23 & 0xFF) <= 143 for word in filled)
    negative = sum(word >> 31 for word in filled)
    return (
        2 * len(filled) > len(words)
        and usual >= 0.99 * len(filled)
        and 0.1 < negative / len(filled) < 0.9
        and 2 * len(set(filled)) > len(filled)
    )


def read(blob: Blob) -> Model:
    """Read the head; the floats are one tensor. FormatError where the head or the floats cannot be."""
    version, seen, start = _header(Forward(blob))
    length = blob.size - start
    if length % 4 or length < 4 * LEAST or not _weights(blob.read(start, min(length, 1 << 16))):
        raise FormatError(f"{length} bytes behind the version, which are no floats of weights")
    name = blob.name.rpartition("/")[2].rpartition(".")[0] + ".cfg"
    settings = _settings(blob.sibling(name))
    return Model(
        FORMAT.name,
        (Tensor("weights", "float32", (length // 4,), Span(blob, start, length)),),
        {"version": version, "settings": settings},
        {"images seen": str(seen)},
        remarks=() if settings else ("the settings that tell the layers' sizes are not at hand",),
        complete=True,
        parts=(name,) if settings else (),
    )


def _settings(blob: Blob | None) -> object:
    """Return the text of the settings; None where there are none, or they are of something else."""
    if blob is None or blob.size > LONGEST_SETTINGS or not SETTINGS.match(blob.read(0, blob.size)):
        return None
    return content(blob, 0, blob.size)

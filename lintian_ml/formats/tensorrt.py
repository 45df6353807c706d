"""Networks compiled by TensorRT, plans and engines: detected only. They hold native code.

The layout is not published; the mark, the versions and the place of the size are known from readers of
others (Netron, source/tensorrt.js).
"""

import struct

from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("tensorrt", extensions=(".trt", ".engine", ".plan"), first=b"pf")

MARKS = (b"ptrt", b"ftrt")
SIZES = {0x00: 16, 0x2B: 16, 0x57: 8, 0x59: 8, 0x60: 8, 0x61: 8}
"""Where the size stands, by the version."""

HEADER = 24


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The mark, a known version, and a size that the file has room for."""
    head = glimpse.head
    if not head.startswith(MARKS) or len(head) < HEADER:
        return None
    (version,) = struct.unpack("<I", head[4:8])
    at = SIZES.get(version)
    if at is None:
        return None
    (size,) = struct.unpack("<Q", head[at : at + 8])
    if not 0 < size <= glimpse.size:
        return None
    notes = {
        Kind.MAGIC: "begins as an engine of TensorRT",
        Kind.STRUCTURE: f"version {version:#x}, {size} bytes",
    }
    return Evidence.of(notes)

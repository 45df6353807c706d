"""MegEngine's models, version 2 (MegEngine, src/serialization/fbs/schema_v2.fbs): detected only.

A flatbuffer that stands behind its size.
"""

import struct

from lintian_ml.formats import Evidence, Format, Glimpse, Kind

ALIGNMENT = 4
"""What the size of a flatbuffer is a multiple of."""

FORMAT = Format("megengine", extensions=(".mge",), mark=b"mgv2", at=8, text=False)

MARK = FORMAT.mark


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The identifier of the flatbuffer, and a size before it that is the file's."""
    head = glimpse.head
    if head[8:12] != MARK or len(head) < 20:
        return None
    size, root = struct.unpack("<II", head[:8])
    if size % ALIGNMENT or size != glimpse.size - 4 or not 8 <= root < size:
        return None
    notes = {
        Kind.MAGIC: "a flatbuffer with the identifier mgv2 of MegEngine",
        Kind.STRUCTURE: "the size before it is the file's",
    }
    return Evidence.of(notes)

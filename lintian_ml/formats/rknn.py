"""Networks compiled for Rockchip's processors, ``.rknn``: detected only.

The layout is known from readers of others (Netron, source/rknn.js): a mark, a version, the size of the data,
a digest in later versions, the data, the size of a description in JSON, the description.
"""

import struct

from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("rknn", extensions=(".rknn",), first=b"R")

MARK = b"RKNN\0\0\0\0"
VERSIONS = frozenset((1, 2, 3, 4, 5, 6, 0x1001, 0x1002, 0x1003, 0x1004))
HEADER = 24


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The mark, a known version, and data that the file has room for."""
    if not glimpse.head.startswith(MARK) or len(glimpse.head) < HEADER:
        return None
    version, size = struct.unpack("<QQ", glimpse.head[8:HEADER])
    if version not in VERSIONS or not 0 < size <= glimpse.size - HEADER - 8:
        return None
    notes = {
        Kind.MAGIC: "begins as a network for Rockchip's processors",
        Kind.STRUCTURE: f"version {version & 0xFFF}, with {size} bytes of data",
    }
    return Evidence.of(notes)

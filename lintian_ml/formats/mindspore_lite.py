"""MindSpore Lite's models, ``.ms`` (MindSpore, mindspore-lite/schema/model.fbs): detected only."""

import struct

from lintian_ml.formats import Evidence, Format, Glimpse, Kind

ALIGNMENT = 4
"""What every reference in a flatbuffer is a multiple of."""

FORMAT = Format("mindspore-lite", extensions=(".ms",), mark=b"MSL", at=4, text=False)

MARKS = (b"MSL1", b"MSL2")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The identifier of the flatbuffer, and a root table whose list of fields lies in the file."""
    head = glimpse.head
    if head[4:8] not in MARKS or len(head) < 16:
        return None
    (root,) = struct.unpack("<I", head[:4])
    if root % ALIGNMENT or not 8 <= root <= len(head) - 4:
        return None
    fields = root - int(struct.unpack("<i", head[root : root + 4])[0])
    if not 8 <= fields <= len(head) - 4:
        return None
    length, size = struct.unpack("<HH", head[fields : fields + 4])
    if length < 6 or length % 2 or not 4 <= size <= glimpse.size - root:
        return None
    notes = {
        Kind.MAGIC: f"a flatbuffer with the identifier {head[4:8].decode()} of MindSpore Lite",
        Kind.STRUCTURE: f"its root table has room for {length // 2 - 2} fields",
    }
    return Evidence.of(notes)

"""Offline models of Huawei's Ascend and Kirin processors, ``.om`` (CANN, ModelFileHeader): detected only.

A header of 256 bytes tells how long the rest is, which begins with a table of partitions.
"""

import struct

from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("ascend", extensions=(".om",), mark=b"IMOD", smallest=272)

HEADER = 256
LENGTH_AT = 76
"""Where the length of all behind the header stands: behind magic, header size, version and checksum."""

MOST_PARTITIONS = 4096


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The mark, the size that the header always has, and a length that is the file's."""
    head = glimpse.head
    if not head.startswith(FORMAT.mark) or len(head) < HEADER + 4:
        return None
    size, length, partitions = (struct.unpack_from("<I", head, at)[0] for at in (4, LENGTH_AT, HEADER))
    if size != HEADER or length != glimpse.size - HEADER or not 0 < partitions < MOST_PARTITIONS:
        return None
    notes = {
        Kind.MAGIC: "begins as an offline model for Ascend processors",
        Kind.STRUCTURE: f"{length} bytes follow the header, as it says",
    }
    return Evidence.of(notes)

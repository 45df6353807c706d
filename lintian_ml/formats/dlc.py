"""Qualcomm's deep learning containers, ``.dlc``: detected only.

The layout is known from readers of others (Netron, source/dlc.js): a zip archive of a network, its parameters
and lines of metadata, each of the first two a flatbuffer behind a mark and a version.
"""

from lintian_ml.container.zip import Entry
from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("dlc", extensions=(".dlc",), within="zip")

PARAMETERS, METADATA = "model.params", "dlc.metadata"
MARK = b"\xd5\x0a"
IDENTIFIERS = (b"NETP", b"NR64")
LOCAL_HEADER = 30


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Parameters beside metadata, by their names; where the parameters are seen, their mark."""
    members = {entry.name: entry for entry in glimpse.members or ()}
    parameters = members.get(PARAMETERS)
    if parameters is None or METADATA not in members or not _may_be(glimpse.head, parameters):
        return None
    notes = {
        Kind.MAGIC: f"a zip archive with {METADATA}",
        Kind.STRUCTURE: f"{PARAMETERS} of {parameters.size} bytes",
    }
    return Evidence.of(notes)


def _may_be(head: bytes, parameters: Entry) -> bool:
    """Whether a member begins as parameters do, or is not seen as it is."""
    lengths = head[parameters.offset + 26 : parameters.offset + LOCAL_HEADER]
    names = int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
    start = parameters.offset + LOCAL_HEADER + names
    seen = head[start : start + 16]
    if parameters.method or len(seen) < 16:
        return parameters.size >= 16
    return seen.startswith(MARK) or seen[4:8] in IDENTIFIERS

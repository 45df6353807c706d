"""The Cognitive Toolkit's networks, version 1 (CNTK, Source/ComputationNetworkLib/ComputationNetwork.cpp):
detected only.

Sections are bracketed by words in UTF-16: the network, its version, the list of its nodes.
"""

import struct

from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("cntk", extensions=(".model", ".dnn", ".cmf"), mark=b"B\0C\0N\0\0\0")


def _word(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\0\0"


BEGINNING = _word("BCN") + _word("BVersion")
BETWEEN = _word("EVersion")
NODES = _word("BNodeList")
END = len(BEGINNING) + 8 + len(BETWEEN) + 8 + len(NODES)


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The words that open a network, its version and its nodes, and the numbers between them."""
    head = glimpse.head
    if not head.startswith(BEGINNING) or len(head) < END:
        return None
    at = len(BEGINNING)
    (version,) = struct.unpack("<Q", head[at : at + 8])
    at += 8 + len(BETWEEN)
    (nodes,) = struct.unpack("<Q", head[at : at + 8])
    if head[at - len(BETWEEN) : at] != BETWEEN or head[at + 8 : END] != NODES:
        return None
    if not (0 < version < 1000 and 0 < nodes < 1 << 24):
        return None
    notes = {
        Kind.MAGIC: "begins as a network of the Cognitive Toolkit",
        Kind.STRUCTURE: f"version {version}, {nodes} nodes",
    }
    return Evidence.of(notes)

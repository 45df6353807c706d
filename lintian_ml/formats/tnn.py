"""TNN's weights, ``.tnnmodel`` (TNN, source/tnn/interpreter/tnn/objseri.h): detected only.

A mark, the number of layers, then each layer's number, its type and its name as strings.
"""

import struct

from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("tnn", extensions=(".tnnmodel",), first=b"\x02\x04")

MARKS = (b"\x02\0\xbc\xfa", b"\x04\0\xbc\xfa")
MOST_LAYERS = 100_000
LONGEST_NAME = 1000


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The mark, a possible number of layers, and the type and name of the first."""
    head = glimpse.head
    if not head.startswith(MARKS) or len(head) < 24:
        return None
    layers = int.from_bytes(head[4:8], "little") & 0x1FFFFFFF
    kind, at = _string(head, 12)
    name, _ = _string(head, at)
    if not (0 < layers <= MOST_LAYERS and kind.isalnum() and name.isprintable() and name):
        return None
    notes = {
        Kind.MAGIC: "begins as weights of TNN",
        Kind.STRUCTURE: f"{layers} layers, the first a {kind[:60]} named {name[:60]}",
    }
    return Evidence.of(notes)


def _string(head: bytes, at: int) -> tuple[str, int]:
    """Return the string that stands behind its length, and where it ends; "" for what is none."""
    if not 0 <= at <= len(head) - 4:
        return "", -1
    (length,) = struct.unpack("<i", head[at : at + 4])
    if not 0 < length <= LONGEST_NAME or at + 4 + length > len(head):
        return "", -1
    return head[at + 4 : at + 4 + length].decode("utf-8", "replace"), at + 4 + length

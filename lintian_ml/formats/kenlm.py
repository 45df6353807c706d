"""KenLM's language models in binary, file version 5 (KenLM, lm/binary_format.cc).

The header tells the order, the kind of table and how many n-grams there are; the tables themselves are hash
tables or packed tries, and stay opaque.
"""

import struct

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format(
    "kenlm",
    extensions=(".bin", ".binary", ".klm", ".mmap", ".binlm"),
    mark=b"mmap lm http://kheafield.com/code format version 5\n\0",
)

MAGIC = FORMAT.mark
SANITY = MAGIC.ljust(56, b"\0") + struct.pack("<fffIIIQ", 0, 1, -0.5, 1, 0xFFFFFFFF, 0, 1)
"""What every file begins with: the magic, and numbers that tell how the machine lays them out."""

FIXED = struct.Struct("<B3xfIB3xI")
KINDS = (
    "probing hash tables",
    "probing hash tables with rest costs",
    "trie",
    "trie with quantisation",
    "trie with array-compressed pointers",
    "trie with quantisation and array-compressed pointers",
)
HIGHEST_ORDER = 64


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The magic, the numbers for sanity, and a header that is possible."""
    if not glimpse.head.startswith(MAGIC):
        return None
    try:
        order, kind, counts, _ = _header(Blob(glimpse.head))
    except FormatError:
        return None
    note = f"{kind} of order {order} with {sum(counts)} n-grams"
    return Evidence.of({Kind.MAGIC: "begins as KenLM's binary", Kind.STRUCTURE: note})


def read(blob: Blob) -> Model:
    """Read the header; the tables and the vocabulary are one opaque tensor."""
    order, kind, counts, start = _header(blob)
    body = Span(blob, start, blob.size - start)
    if body.length < 4 * sum(counts):
        raise FormatError(f"{sum(counts)} n-grams announced in {body.length} bytes")
    multiplier, version = blob.read(len(SANITY) + 4, 4), blob.read(len(SANITY) + 16, 4)
    return Model(
        format=FORMAT.name,
        tensors=(Tensor("tables", "bytes", (body.length,), body),),
        structure={
            "kind": kind,
            "order": order,
            "counts": counts,
            "multiplier": multiplier.hex(),
            "vocabulary": bool(blob.read(len(SANITY) + 12, 1)[0]),
            "search_version": int.from_bytes(version, "little"),
        },
        parameters=sum(counts),
    )


def _header(blob: Blob) -> tuple[int, str, list[int], int]:
    """Return order, kind, counts of n-grams by order, and where the tables begin."""
    if blob.read(0, len(SANITY)) != SANITY:
        raise FormatError("not a binary language model of KenLM of a known machine")
    order, multiplier, kind, vocabulary, _ = FIXED.unpack(blob.read(len(SANITY), FIXED.size))
    possible = 1 <= order <= HIGHEST_ORDER and kind < len(KINDS) and vocabulary < 2 and multiplier >= 1
    if not possible:
        raise FormatError(f"a KenLM model of order {order}, kind {kind}")
    offset = len(SANITY) + FIXED.size
    counts = list(struct.unpack(f"<{order}Q", blob.read(offset, 8 * order)))
    return order, KINDS[kind], counts, -(-(offset + 8 * order) // 8) * 8

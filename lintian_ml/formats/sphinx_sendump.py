"""CMU Sphinx's quantised mixture weights, ``sendump`` (pocketsphinx, ptm_mgau.c and s2_semi_mgau.c).

Strings, each behind its length, end with an empty one; they may name counts. Then there are a codebook (in
the files that name a ``cluster_count``) or the numbers of rows and columns, and one code for each density and
senone.
"""

import re
import struct

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("sphinx-sendump", first=b"\x1e\0")

TITLE = b"BEGIN FILE FORMAT DESCRIPTION\0"
NAMES = ("feature_count", "mixture_count", "model_count", "cluster_count", "cluster_bits")
NUMBER = re.compile(r"[0-9]{1,18}")
MOST_STRINGS = 256
LONGEST_STRING = 999
"""Bytes of the longest string that pocketsphinx reads."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the first string behind its length, in either byte order."""
    if _order(glimpse.head):
        return Evidence.of({Kind.MAGIC: "quantised mixture weights of CMU Sphinx"})
    return None


def read(blob: Blob) -> Model:
    """Read the strings and the codes; FormatError where the counts do not fit the file."""
    order = _order(blob.read(0, min(blob.size, 64)))
    if not order:
        raise FormatError("no description of a file format at the beginning")
    strings, start = _strings(blob, order)
    counts = _counts(strings)
    if counts.get("cluster_count"):
        codes = counts["cluster_count"] + counts["cluster_count"] % 2
        shape = (counts.get("feature_count", 1), counts["mixture_count"], _packed_row(counts))
    else:
        codes = 0
        rows, columns = struct.unpack(order + "II", blob.read(start, 8))
        start += 8
        shape = (counts.get("feature_count") or _streams(blob.size - start, rows * columns), rows, columns)
    length = shape[0] * shape[1] * shape[2]
    if not length or start + codes + length != blob.size:
        raise FormatError(
            f"{shape} codes and a codebook of {codes} do not fill the {blob.size - start} bytes there are"
        )
    codebook = (Tensor("codebook", "uint8", (codes,), Span(blob, start, codes)),) if codes else ()
    weights = Tensor("mixture_weights", "uint8", shape, Span(blob, start + codes, length))
    return Model(
        format=FORMAT.name,
        tensors=(*codebook, weights),
        structure={"byte_order": order, "counts": counts, "strings": strings},
        complete=True,
    )


def _order(head: bytes) -> str:
    for order in "<>":
        if head.startswith(struct.pack(order + "I", len(TITLE)) + TITLE):
            return order
    return ""


def _strings(blob: Blob, order: str) -> tuple[list[str], int]:
    """Return the strings before the empty one, and the offset behind it."""
    strings: list[str] = []
    start = 0
    while len(strings) < MOST_STRINGS:
        (length,) = struct.unpack(order + "I", blob.read(start, 4))
        start += 4
        if not length:
            return strings, start
        if length > LONGEST_STRING:
            raise FormatError(f"a string of {length} bytes at offset {start}")
        strings.append(blob.read(start, length).rstrip(b"\0").decode("latin-1"))
        start += length
    raise FormatError(f"more than {MOST_STRINGS} strings")


def _counts(strings: list[str]) -> dict[str, int]:
    words = (string.split() for string in strings)
    counts = {
        line[0]: int(line[1])
        for line in words
        if len(line) == 2 and line[0] in NAMES and NUMBER.fullmatch(line[1])
    }
    if counts.get("cluster_count") and not {"mixture_count", "model_count"} <= counts.keys():
        raise FormatError("a count of clusters, but not of mixtures and models")
    return counts


def _packed_row(counts: dict[str, int]) -> int:
    """Bytes of one row: one code for each model, of 8 bits or of 4."""
    return (counts["model_count"] + 1) // 2 if counts.get("cluster_bits") == 4 else counts["model_count"]


def _streams(length: int, stream: int) -> int:
    """Return how many feature streams of ``stream`` codes there are where the file does not say."""
    return length // stream if stream and length % stream == 0 else 1

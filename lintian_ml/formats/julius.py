"""Julius' n-gram models in binary, versions 3 to 5 (Julius, libsent/include/sent/ngram2.h).

The first 512 bytes are text that says the version and how numbers lie; the tables behind it stay opaque.
"""

import re

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("julius", extensions=(".bingram", ".bin"), mark=b"julius_bingram_v")

MAGIC = FORMAT.mark
HEADER = 512
TEXT = re.compile(rb"julius_bingram_v([345])([\x20-\x7e\s]*)\0")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the version and the text behind it, which a zero ends."""
    if not glimpse.head.startswith(MAGIC) or glimpse.size <= HEADER:
        return None
    if not TEXT.match(glimpse.head[:HEADER]):
        return None
    return Evidence.of({Kind.MAGIC: f"an n-gram model of Julius, version {chr(glimpse.head[len(MAGIC)])}"})


def read(blob: Blob) -> Model:
    """Read the header's text; all behind it is one opaque tensor."""
    head = blob.read(0, min(HEADER, blob.size))
    found = TEXT.match(head)
    if found is None or blob.size <= HEADER:
        raise FormatError("no header of an n-gram model of Julius")
    body = Span(blob, HEADER, blob.size - HEADER)
    return Model(
        format=FORMAT.name,
        tensors=(Tensor("tables", "bytes", (body.length,), body),),
        structure={"version": int(found.group(1)), "header": head.hex()},
        metadata={"header": found.group(2).decode("ascii").strip()},
        complete=True,
    )

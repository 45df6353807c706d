"""Dictionaries by which Lucene's smart Chinese analysis finds words: counts of words and of pairs of them.

Both are streams of Java arrays whose first has a length that the program fixes (BigramDictionary.java,
WordDictionary.java). The counts are those of a corpus, and make a hidden Markov model.
"""

import hashlib
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.java_stream import Array, arrays, between
from lintian_ml.encoding.naming import Names
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("smartcn", extensions=(".mem",), mark=b"\xac\xed\x00\x05ur\x00\x02[", smallest=65536)

KINDS = {
    ("J", 402137): ("pairs of words", {"int64": "pairs", "int32": "counts"}),
    ("S", 12071): ("words", {"int16": "index", "uint16": "characters", "int32": "counts"}),
}
"""By the type and the length of the first array: what is counted, and what the arrays of a type hold."""

MOST_RECORDS = 20_000_000
COUNT_AT = 23
"""Where the length of the first array stands: behind its class, which has no fields."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A stream of Java objects that begins with an array of the type and length of either dictionary."""
    kind = _kind(glimpse.head[: COUNT_AT + 4])
    if kind is None:
        return None
    return Evidence.of(
        {
            Kind.MAGIC: "begins as a stream of Java arrays",
            Kind.STRUCTURE: f"the first is as long as in Lucene's dictionary of {kind[0]}",
        }
    )


def read(blob: Blob) -> Model:
    """Read all arrays; FormatError where they are not those of a dictionary."""
    kind = _kind(blob.read(0, min(blob.size, COUNT_AT + 4)))
    if kind is None:
        raise FormatError("no stream of Java arrays of the length that a dictionary has")
    found, _ = arrays(Forward(blob, len(FORMAT.mark) - 5, ">", budget=MOST_RECORDS))
    if {array.dtype for array in found} != kind[1].keys():
        raise FormatError(f"a dictionary of {kind[0]} with arrays of other types")
    rest = hashlib.sha256()
    for offset, length in between(found, blob.size):
        for block in blob.blocks(offset, length):
            rest.update(block)
    structure = {"kind": kind[0], "sha256 of all but the arrays": rest.hexdigest()}
    return Model(FORMAT.name, tuple(_tensors(blob, found, kind[1])), structure, complete=True)


def _kind(head: bytes) -> tuple[str, dict[str, str]] | None:
    if not head.startswith(FORMAT.mark) or len(head) < COUNT_AT + 4:
        return None
    letter = head[len(FORMAT.mark) :][:1].decode("latin-1")
    return KINDS.get((letter, int.from_bytes(head[COUNT_AT : COUNT_AT + 4], "big")))


def _tensors(blob: Blob, found: list[Array], roles: dict[str, str]) -> Iterator[Tensor]:
    names = Names()
    for array in found:
        title = names.free(roles[array.dtype])
        yield Tensor(title, array.dtype, (array.count,), Span(blob, array.offset, array.length), True)

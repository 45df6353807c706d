"""Costs of connecting words, in Lucene's Japanese and Korean dictionaries (ConnectionCosts.java).

They are a matrix of MeCab's, which was trained as a CRF: behind a header of Lucene's come the sizes, and what
each cost differs from the one before, in numbers of variable length. The costs of the words lie beside it.
"""

import re
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Computed, Model, Tensor

FORMAT = Format("lucene-costs", extensions=("connectioncosts.dat",), mark=b"\x3f\xd7\x6c\x17", smallest=32)

CODECS = {"kuromoji_cc": "Japanese", "ko_cc": "Korean"}
PARTS = ("TokenInfoDictionary$buffer.dat", "UnknownDictionary$buffer.dat")
"""What Lucene calls the files in which the costs of words are."""

MOST_CONTEXTS = 1 << 16
LONGEST_NUMBER = 3
"""Bytes of a number: the difference of two costs of 16 bits has 18 bits with its sign."""

CONTINUED = bytes(range(0x80, 0x100))
NOT_SHORTEST = re.compile(rb"[\x80-\xff]\0")
BLOCK = 1 << 18
UNREAD = "the costs of words lie beside it, and were not read"


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Lucene's mark, one of the two names, and sizes for which the file has room."""
    if not glimpse.head.startswith(FORMAT.mark):
        return None
    try:
        name, _, forward, backward, start = _header(Blob(glimpse.head[:64]))
    except FormatError:
        return None
    if glimpse.size - start < forward * backward:
        return None
    return Evidence.of(
        {
            Kind.MAGIC: f"begins as costs of Lucene's {CODECS[name]} dictionary",
            Kind.STRUCTURE: f"{forward} by {backward} contexts",
        }
    )


def read(blob: Blob) -> Model:
    """Read the sizes; the costs are an int16 tensor, left contexts by right ones.

    FormatError where there are more or fewer numbers, or one is not as short as it can be.
    """
    name, version, forward, backward, start = _header(blob)
    count, last = 0, b""
    for block in blob.blocks(start):
        if NOT_SHORTEST.search(last + block):
            raise FormatError("a number is longer than it must be")
        count += len(block.translate(None, CONTINUED))
        last = block[-1:]
    if count != forward * backward or last >= b"\x80":
        raise FormatError(f"{count} costs for {forward} by {backward} contexts")
    tensor = Tensor("costs", "int16", (backward, forward), Computed(lambda: _costs(blob, start), 2 * count))
    structure = {"codec": name, "version": version}
    return Model(FORMAT.name, (tensor,), structure, remarks=(UNREAD,), complete=True, parts=PARTS)


def _header(blob: Blob) -> tuple[str, int, int, int, int]:
    """Return the name, the version, the numbers of contexts, and where the costs begin."""
    source = Forward(blob, 4, ">")
    name = source.text(source.number("B"), 16)
    if name not in CODECS:
        raise FormatError(f"a file of Lucene's that is called {name!r:.40}")
    version = source.number("I")
    sizes = [_number(source), _number(source)]
    if version > 100 or not all(0 < size < MOST_CONTEXTS for size in sizes):
        raise FormatError(f"version {version} with {sizes[0]} by {sizes[1]} contexts")
    return name, version, sizes[0], sizes[1], source.position


def _number(source: Forward) -> int:
    value = 0
    for shift in range(0, 7 * LONGEST_NUMBER, 7):
        byte = source.number("B")
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value
    raise FormatError(f"a number of more than {LONGEST_NUMBER} bytes before offset {source.position}")


def _costs(blob: Blob, start: int) -> Iterator[bytes]:
    """Yield the costs; FormatError for one of more than 16 bits."""
    import numpy as np

    cost, kept = 0, b""
    for block in blob.blocks(start, block=BLOCK):
        data = np.frombuffer(kept + block, np.uint8).astype(np.int32)
        ends = np.flatnonzero(data < 0x80)
        starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
        lengths = ends - starts + 1
        if len(data) - (ends[-1] + 1 if len(ends) else 0) >= LONGEST_NUMBER or np.any(
            lengths > LONGEST_NUMBER
        ):
            raise FormatError(f"a number of more than {LONGEST_NUMBER} bytes")
        values = data[starts] & 0x7F
        for place in range(1, LONGEST_NUMBER):
            more = np.flatnonzero(lengths > place)
            values[more] |= (data[starts[more] + place] & 0x7F) << 7 * place
        costs = cost + np.cumsum((values >> 1) ^ -(values & 1), dtype=np.int64)
        if len(costs):
            if costs.min() < -0x8000 or costs.max() > 0x7FFF:
                raise FormatError("a cost of more than 16 bits")
            cost = int(costs[-1])
        kept = bytes(data[ends[-1] + 1 if len(ends) else 0 :].astype(np.uint8))
        yield costs.astype("<i2").tobytes()

"""Numbers that were parsed from text, as the payload of a tensor."""

import sys
from array import array
from collections.abc import Iterator

from lintian_ml.model import Computed


def little_endian(values: "array[int] | array[float]") -> bytes:
    """Return the bytes of an array, least significant first on any machine."""
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values.tobytes()


def packed(values: "array[int] | array[float]") -> Computed:
    """Return the numbers as a payload, little-endian; they are held in memory."""

    def blocks() -> Iterator[bytes]:
        yield little_endian(values)

    return Computed(blocks, values.itemsize * len(values))

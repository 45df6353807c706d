"""The filters that chunks pass when they are written, undone (specification, IV.A.2.l)."""

import zlib
from collections.abc import Sequence

from lintian_ml.container.hdf5_file.messages import Filter
from lintian_ml.error import FormatError

DEFLATE, SHUFFLE, FLETCHER32 = 1, 2, 3
UNDONE = frozenset((DEFLATE, SHUFFLE, FLETCHER32))

_SUM = 4
_WORD = 65535
_RUN = 1 << 16
"""16-bit words that are summed at a time: their weighted sum stays below 2 to the 64."""


def undone(data: bytes, filters: Sequence[Filter], mask: int, length: int) -> bytes:
    """Return the ``length`` bytes of a chunk; ``mask`` has a bit for each filter that was left out.

    FormatError where they are not that.
    """
    for number, one in reversed([*enumerate(filters)]):
        if mask >> number & 1:
            continue
        if one.code == DEFLATE:
            data = _inflated(data, length + _SUM * len(filters))
        elif one.code == SHUFFLE:
            data = _unshuffled(data, one)
        else:
            data = _checked(data)
    if len(data) != length:
        raise FormatError(f"HDF5 chunk of {len(data)} bytes, not of {length}")
    return data


def _inflated(data: bytes, most: int) -> bytes:
    stream = zlib.decompressobj()
    try:
        found = stream.decompress(data, most + 1)
    except zlib.error as error:
        raise FormatError(f"HDF5 chunk cannot be decompressed: {error}") from None
    if len(found) > most or not stream.eof:
        raise FormatError(f"HDF5 chunk is compressed from more than {most} bytes, or ends too soon")
    return found


def _unshuffled(data: bytes, one: Filter) -> bytes:
    """Return bytes in the order of elements: first come all first bytes, then all second ones, and so on."""
    import numpy as np

    width = one.parameters[0] if one.parameters else 0
    count = len(data) // width if width > 1 else 0
    if count < 2:
        return data
    whole = np.frombuffer(data, np.uint8, count * width).reshape(width, count)
    return whole.T.tobytes() + data[count * width :]


def _checked(data: bytes) -> bytes:
    """Return the bytes before a checksum, which must be theirs; releases before 1.6.3 swapped its bytes."""
    held, said = data[:-_SUM], data[-_SUM:]
    sum_ = fletcher32(held).to_bytes(4, "little")
    if said not in (sum_, bytes((sum_[1], sum_[0], sum_[3], sum_[2]))):
        raise FormatError("HDF5 chunk does not have the checksum that it says")
    return held


def fletcher32(data: bytes) -> int:
    """Return Fletcher's checksum of 16-bit words, the first byte the higher one; a last byte has a zero after
    it.
    """
    import numpy as np

    words = np.frombuffer(data + bytes(len(data) % 2), ">u2")
    first = second = 0
    for start in range(0, len(words), _RUN):
        run = words[start : start + _RUN].astype(np.uint64)
        weights = np.arange(len(run), 0, -1, dtype=np.uint64)
        second = _folded(second + len(run) * first + int((run * weights).sum()))
        first = _folded(first + int(run.sum()))
    return second << 16 | first


def _folded(number: int) -> int:
    """Return a sum in 16 bits, where only nothing is zero: 65535 stands for its multiples."""
    return (number - 1) % _WORD + 1 if number else 0

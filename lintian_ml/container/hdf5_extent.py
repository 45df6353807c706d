"""How large a dataset of HDF5 may be, and in which steps it is read."""

import itertools
import math
from collections.abc import Iterator

from lintian_ml.error import LimitError

DECLARED_LIMIT = 4 << 30
RATIO_LIMIT = 1000
CHUNK_LIMIT = 256 << 20
"""Bytes of one chunk, and of the chunks that are held at once, if there is more than one."""

CHUNKS, CHUNK_INDEX = 100_000, 8
"""Chunks that any dataset may have, and bytes of the file that allow for one more."""

SLAB = 8 << 20
"""Bytes that one step of reading a dataset holds, where its chunks are not larger."""


def demand_length(name: str, length: int, stored: int) -> None:
    """LimitError for a dataset of many bytes of which there are far too few."""
    if length > DECLARED_LIMIT and length > RATIO_LIMIT * stored:
        raise LimitError(f"HDF5 dataset {name!r:.80} declares {length} bytes, far more than are stored")


def demand_chunks(size: int, name: str, shape: tuple[int, ...], chunks: tuple[int, ...], width: int) -> None:
    """LimitError for chunks too large to hold, or far more than a file of ``size`` bytes has room for: each
    takes time.
    """
    if math.prod(chunks) * width > CHUNK_LIMIT:
        raise LimitError(f"HDF5 dataset {name!r:.80} has chunks of more than {CHUNK_LIMIT} bytes")
    count = math.prod(-(-extent // chunk) for extent, chunk in zip(shape, chunks, strict=True))
    if count > CHUNKS + size // CHUNK_INDEX:
        raise LimitError(f"HDF5 dataset {name!r:.80} declares {count} chunks, far more than are stored")


def slabs(
    shape: tuple[int, ...], width: int, chunks: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Yield starts and counts of boxes, in C order, of whole chunks and about SLAB bytes where possible."""
    if not shape:
        yield (), ()
        return
    axis = 0
    while axis < len(shape) - 1 and max(1, chunks[axis]) * math.prod(shape[axis + 1 :]) * width > CHUNK_LIMIT:
        axis += 1
    inner = math.prod(shape[axis + 1 :]) * width
    step = max(chunks[axis], SLAB // inner // chunks[axis] * chunks[axis], 1)
    for outer in itertools.product(*map(range, shape[:axis])):
        for first in range(0, shape[axis], step):
            count = min(step, shape[axis] - first)
            tail = shape[axis + 1 :]
            yield (*outer, first, *(0 for _ in tail)), (*(1 for _ in outer), count, *tail)

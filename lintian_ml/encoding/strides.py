"""Arrays that do not lie in C order: which bytes they touch, and how they are gathered, in bounded memory."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.model import Computed, Payload, Span

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

PANEL = 4 << 20
"""Bytes of output gathered at a time."""
MOST_REPEATED = 64 << 20
"""Bytes that a view may hold beyond sixteen times the bytes it looks at."""


def extent(shape: tuple[int, ...], strides: tuple[int, ...]) -> int:
    """Return how many elements, from the first, an array reaches; 0 if it has none."""
    if 0 in shape:
        return 0
    return 1 + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))


def c_strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the strides, in elements, of an array in C order."""
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def in_c_order(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    """Whether the elements lie one after another in C order; strides of axes of size 1 do not matter."""
    if 0 in shape:
        return True
    return all(
        size == 1 or stride == wanted
        for size, stride, wanted in zip(shape, strides, c_strides(shape), strict=True)
    )


def dense(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    """Whether the elements fill a run of memory, each place once, whatever the order of the axes."""
    axes = sorted((stride, size) for size, stride in zip(shape, strides, strict=True) if size != 1)
    expected = 1
    for stride, size in axes:
        if stride != expected:
            return False
        expected *= size
    return True


def view(blob: Blob, start: int, shape: tuple[int, ...], strides: tuple[int, ...], width: int) -> Payload:
    """Return the payload, in C order, of an array of ``width``-byte elements, the first at byte ``start``.

    ``strides`` count elements. FormatError where it reaches past the blob or a stride is negative; LimitError
    where it repeats a few elements into a great many.
    """
    if len(shape) != len(strides) or any(size < 0 for size in shape) or any(stride < 0 for stride in strides):
        raise FormatError(f"an array of shape {shape} and strides {strides}")
    count, reach = math.prod(shape), extent(shape, strides)
    if start < 0 or start + reach * width > blob.size:
        raise FormatError(f"an array of {count} elements reaches past the {blob.size} bytes that there are")
    if in_c_order(shape, strides):
        return Span(blob, start, count * width)
    if count * width > MOST_REPEATED + 16 * reach * width:
        raise LimitError(f"a view repeats {reach} elements into {count}")
    kept = tuple((size, stride) for size, stride in zip(shape, strides, strict=True) if size != 1)
    return Computed(lambda: _gather(blob, start, kept, width), count * width)


def covered(shape: tuple[int, ...], strides: tuple[int, ...]) -> "NDArray[numpy.bool_]":
    """Tell, of each element from an array's first to its last, whether it is one of its own."""
    import numpy as np

    mask = np.zeros(extent(shape, strides), dtype=bool)
    if mask.size:
        np.lib.stride_tricks.as_strided(mask, shape, strides, writeable=True)[...] = True
    return mask


def _gather(blob: Blob, start: int, axes: tuple[tuple[int, int], ...], width: int) -> Iterator[bytes]:
    (size, stride), *inner = axes
    each = math.prod(count for count, _ in inner) * width
    if each > PANEL:
        for index in range(size):
            yield from _gather(blob, start + index * stride * width, tuple(inner), width)
        return
    step = max(1, PANEL // each)
    for first in range(0, size, step):
        panel = ((min(step, size - first), stride), *inner)
        yield _fetch(blob, start + first * stride * width, panel, width).tobytes()


def _fetch(blob: Blob, start: int, axes: tuple[tuple[int, int], ...], width: int) -> "NDArray[numpy.void]":
    """Read an array of at most a panel: whole where it lies close together, else along its widest stride."""
    import numpy as np

    shape, strides = tuple(size for size, _ in axes), tuple(stride for _, stride in axes)
    kind = np.dtype(f"V{width}")
    reach = extent(shape, strides) * width
    if reach <= max(4 * math.prod(shape) * width, 1 << 16):
        flat = np.frombuffer(blob.read(start, reach), kind)
        return np.lib.stride_tricks.as_strided(flat, shape, tuple(stride * width for stride in strides))
    widest = strides.index(max(strides))
    rest = axes[:widest] + axes[widest + 1 :]
    slices = [
        _fetch(blob, start + index * strides[widest] * width, rest, width) for index in range(shape[widest])
    ]
    return np.stack(slices, axis=widest)

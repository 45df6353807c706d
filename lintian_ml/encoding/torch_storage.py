"""PyTorch's storages: which of their bytes the tensors on them look at, and which nobody does."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lintian_ml.blob import Blob
from lintian_ml.encoding.strides import covered, dense, extent, in_c_order

_CHEAP = 1 << 20
_LARGEST_MASK = 64 << 20
_MOST_RUNS = 1000


@dataclass(slots=True)
class Storage:
    """A storage's bytes, the names of the tensors that look at it, and the bytes of it that they cover."""

    blob: Blob
    dtype: str
    width: int
    location: str
    views: list[tuple[int, tuple[int, ...], tuple[int, ...], int]] = field(default_factory=list)


def unused(storage: Storage) -> list[tuple[int, int]]:
    """Return the runs (offset, length in bytes) of a storage that none of its tensors looks at.

    Where finding them would cost too much, or they are a great many, more is returned: the whole storage at
    most.
    """
    room = 16 * storage.blob.size + _CHEAP
    taken: list[tuple[int, int]] = []
    for start, shape, stride, width in storage.views:
        room -= 0 if dense(shape, stride) else extent(shape, stride)
        if room >= 0:
            taken.extend(_touched(start, shape, stride, width))
    free, position = [], 0
    for first, end in sorted(taken):
        if first > position:
            free.append((position, first - position))
        position = max(position, end)
    if position < storage.blob.size:
        free.append((position, storage.blob.size - position))
    return free if len(free) <= _MOST_RUNS else [(0, storage.blob.size)]


def layout(storages: Iterable[Storage]) -> bytes:
    """Return, for people, the order in memory of all tensors: what may differ without meaning."""
    lines = (
        f"{storage.dtype} {storage.location} {storage.blob.size} at {start} {list(shape)} {list(stride)}"
        for storage in storages
        for start, shape, stride, _ in storage.views
    )
    return "\n".join(lines).encode()


def _touched(
    start: int, shape: tuple[int, ...], stride: tuple[int, ...], width: int
) -> Iterable[tuple[int, int]]:
    reach = extent(shape, stride)
    if not reach:
        return ()
    if in_c_order(shape, stride) or dense(shape, stride):
        return ((start, start + reach * width),)
    if reach > _LARGEST_MASK:
        return ()
    mask = covered(shape, stride)
    edges = (mask[1:] != mask[:-1]).nonzero()[0] + 1
    if edges.size > 2 * _MOST_RUNS:
        return ()
    bounds = [0, *edges.tolist(), reach]
    return ((start + a * width, start + b * width) for a, b in zip(bounds[::2], bounds[1::2], strict=True))

"""The elements of a dataset in chunks, decoded where they are accounted for, some chunks at a time."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lintian_ml.blob import Blob
from lintian_ml.container.hdf5_extent import slabs
from lintian_ml.container.hdf5_file.chunks import ENTRY, Chunks
from lintian_ml.container.hdf5_file.pipeline import undone
from lintian_ml.error import LimitError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WORK, WORK_FREE = 64, 1 << 30
"""How often each byte may be decoded, where chunks are so large that they are decoded again and again; and
bytes that may be in any case.
"""


class Elements:
    """Reads chunks of ``blob``, whose addresses count from ``base``; what is not stored is ``fill``."""

    def __init__(self, blob: Blob, base: int, chunks: Chunks, fill: bytes) -> None:
        import numpy as np

        grid = chunks.grid
        self.blob = blob
        self.base = base
        self.grid = grid
        self.counts = chunks.counts
        self.shape = grid.space.shape or ()
        self.width = grid.layout.chunk[-1]
        entries = np.frombuffer(chunks.entries, np.uint64).reshape(-1, ENTRY)
        self.entries = entries[np.argsort(entries[:, 0], kind="stable")]
        self.dtype = np.dtype(f"u{self.width}" if self.width in (1, 2, 4, 8) else f"V{self.width}")
        self.fill = np.frombuffer(fill or bytes(self.width), self.dtype)
        self.left = WORK_FREE + WORK * math.prod(self.shape) * self.width

    def blocks(self) -> Iterator[bytes]:
        """Yield the elements in C order."""
        import numpy as np

        if not math.prod(self.shape):
            return
        for start, count in slabs(self.shape, self.width, self.grid.chunk):
            box = np.full(count, self.fill[0], self.dtype)
            for entry in self._within(start, count):
                self._place(box, start, *map(int, entry))
            yield box.tobytes()

    def _within(self, start: tuple[int, ...], count: tuple[int, ...]) -> "NDArray[np.uint64]":
        """Return the stored chunks that a box of ``count`` elements touches: their numbers are in a row."""
        import numpy as np

        last = tuple(first + extent - 1 for first, extent in zip(start, count, strict=True))
        ends = [self._number(start), self._number(last) + 1]
        first, end = np.searchsorted(self.entries[:, 0], np.array(ends, np.uint64))
        return self.entries[first:end]

    def _number(self, element: tuple[int, ...]) -> int:
        """Return the number of the chunk that an element lies in."""
        number = 0
        for place, extent, count in zip(element, self.grid.chunk, self.counts, strict=True):
            number = number * count + place // extent
        return number

    def _place(
        self,
        box: "NDArray[np.generic]",
        start: tuple[int, ...],
        number: int,
        address: int,
        size: int,
        mask: int,
    ) -> None:
        """Decode a chunk, and copy what of it lies in the box that begins at ``start``."""
        import numpy as np

        begun: list[int] = []
        for count, extent in zip(reversed(self.counts), reversed(self.grid.chunk), strict=True):
            number, place = divmod(number, count)
            begun.insert(0, place * extent)
        chunk = np.frombuffer(self._decoded(begun, address, size, mask), self.dtype).reshape(self.grid.chunk)
        into, out = [], []
        for first, extent, origin, count in zip(begun, self.grid.chunk, start, box.shape, strict=True):
            low, high = max(first, origin), min(first + extent, origin + count)
            into.append(slice(low - origin, high - origin))
            out.append(slice(low - first, high - first))
        box[tuple(into)] = chunk[tuple(out)]

    def _decoded(self, begun: list[int], address: int, size: int, mask: int) -> bytes:
        self.left -= self.grid.size
        if self.left < 0:
            raise LimitError("HDF5 dataset in chunks so large that each must be decoded over and over")
        data = self.blob.read(self.base + address, size)
        edges = zip(begun, self.grid.chunk, self.shape, strict=True)
        plain = self.grid.layout.plain_edges and any(first + extent > end for first, extent, end in edges)
        filters = () if plain else self.grid.filters
        return undone(data, filters, mask, self.grid.size)

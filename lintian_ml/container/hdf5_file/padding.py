"""What chunks hold past the end of their dataset: it is never read, but it is there."""

from lintian_ml.container.hdf5_file.chunks import Chunk, Grid
from lintian_ml.container.hdf5_file.ledger import Ledger
from lintian_ml.error import LimitError

PADDING_LIMIT = 256 << 20
"""Bytes of chunks at the edge of a dataset that are looked at, at most."""


class Padding:
    """Looks at the edges of chunks that no filter changed."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.left = PADDING_LIMIT

    def read(self, grid: Grid, chunk: Chunk, fill: bytes) -> None:
        """Take down what a chunk holds past the end, unless it is all zeros or fill values."""
        import numpy as np

        shape = grid.space.shape or ()
        inside = tuple(
            slice(0, max(0, min(extent, end - start)))
            for extent, end, start in zip(grid.chunk, shape, chunk.start, strict=True)
        )
        if all(part.stop == extent for part, extent in zip(inside, grid.chunk, strict=True)):
            return
        self.left -= chunk.size
        if self.left < 0:
            raise LimitError(f"HDF5 file with more than {PADDING_LIMIT} bytes of chunks at edges")
        data = np.frombuffer(self.ledger.peek(chunk.address, chunk.size), np.uint8).reshape(grid.layout.chunk)
        outside = np.ones(grid.chunk, np.bool_)
        outside[inside] = False
        padding = data[outside]
        if len(fill) == padding.shape[-1] and (padding == np.frombuffer(fill, np.uint8)).all():
            return
        if padding.any():
            self.ledger.spare("chunks past the end of datasets", padding.tobytes())

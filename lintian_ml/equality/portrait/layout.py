"""A tensor of any shape as a matrix; the cells that it is seen in, and a sample of its rows and columns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lintian_ml.equality.portion import counted

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes, Indices
    from lintian_ml.model import Tensor

MOST_CELLS = 64
"""Cells along either side of a matrix."""

SAMPLED = 1 << 20
"""Elements of a sample."""

NARROW = 1 << 9
"""Rows or columns, whichever are fewer, of a sample: its spectral norm costs their square."""

SEED = 20191
"""Begins the sequence that samples are drawn by: the same for every tensor, so that all can repeat it."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """``rows`` by ``columns`` elements, of which the first ``split`` axes of a tensor are the rows."""

    split: int
    rows: int
    columns: int

    @property
    def cells(self) -> tuple[int, int]:
        """How many cells there are along the rows, and along the columns."""
        return min(self.rows, MOST_CELLS), min(self.columns, MOST_CELLS)

    def places(self, elements: Indices) -> Indices:
        """Return the number of the cell that each element lies in."""
        import numpy as np

        height, width = self.cells
        row, column = np.divmod(elements, self.columns)
        cells: Indices = row * height // self.rows * width + column * width // self.columns
        return cells

    def sizes(self) -> Indices:
        """Return how many elements each cell has."""
        import numpy as np

        height, width = self.cells
        down, across = (
            np.diff(-(-np.arange(count + 1) * extent // count))
            for count, extent in ((height, self.rows), (width, self.columns))
        )
        sizes: Indices = np.outer(down, across).reshape(-1)
        return sizes

    def span(self, cell: int) -> tuple[range, range]:
        """Return the rows and the columns of a cell."""
        height, width = self.cells
        down, across = divmod(cell, width)
        rows, columns = (
            range(-(-number * extent // count), -(-(number + 1) * extent // count))
            for number, extent, count in ((down, self.rows, height), (across, self.columns, width))
        )
        return rows, columns


def matrix(tensor: Tensor) -> Matrix:
    """Return the tensor as the matrix that is nearest to a square; a vector is one row."""
    count = counted(tensor)
    if count != tensor.elements:
        shape = (*tensor.shape, count // tensor.elements) if tensor.elements and tensor.shape else (count,)
        shape = shape if math.prod(shape) == count else (count,)
    else:
        shape = tensor.shape
    extents = [extent for extent in shape if extent > 1]
    if len(extents) < 2:
        return Matrix(0, 1, count)
    heads = ((split, math.prod(shape[:split])) for split in range(1, len(shape)))
    split, rows = min(heads, key=lambda head: abs(math.log(head[1] ** 2 / count)))
    return Matrix(split, rows, count // rows)


class Sample:
    """The elements at some rows and columns of a matrix, taken from pieces as they pass."""

    def __init__(self, whole: Matrix) -> None:
        self._columns = whole.columns
        fewer = min(whole.rows, whole.columns, NARROW)
        more = min(max(whole.rows, whole.columns), SAMPLED // fewer)
        rows, columns = (fewer, more) if whole.rows <= whole.columns else (more, fewer)
        self._row_numbers = drawn(whole.rows, rows)
        self._column_numbers = drawn(whole.columns, columns)
        self._taken: tuple[Codes, Codes] | None = None

    def take(self, start: int, first: Codes, second: Codes) -> None:
        """Keep what is wanted of two runs of codes, the first of which are the element ``start``'s."""
        import numpy as np

        if self._taken is None:
            shape = len(self._row_numbers), len(self._column_numbers)
            self._taken = np.zeros(shape, first.dtype), np.zeros(shape, first.dtype)
        bounds = start // self._columns, (start + first.size - 1) // self._columns + 1
        for at in range(*np.searchsorted(self._row_numbers, bounds)):
            begins = int(self._row_numbers[at]) * self._columns - start
            low, high = np.searchsorted(self._column_numbers, (-begins, first.size - begins))
            wanted = self._column_numbers[low:high] + begins
            for kept, codes in zip(self._taken, (first, second), strict=True):
                kept[at, low:high] = codes[wanted]

    def codes(self) -> tuple[Codes, Codes]:
        """Return the codes of both models that were taken, as matrices of equal shape."""
        assert self._taken is not None
        return self._taken


def drawn(extent: int, count: int) -> Indices:
    """Return ``count`` numbers below ``extent`` in order, one at random from each of as many ranges."""
    import numpy as np

    if count == extent:
        return np.arange(extent)
    ends = np.arange(count + 1) * extent // count
    chances = np.asarray(np.random.PCG64(SEED).random_raw(count), dtype=np.uint64) >> np.uint64(1)
    places: Indices = ends[:-1] + chances.astype(np.int64) % np.diff(ends)
    return places

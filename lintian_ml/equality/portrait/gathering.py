"""One pass through a pair of tensors that gathers what a portrait shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintian_ml.equality.blocks import Pair, codes
from lintian_ml.equality.elements import FLOATS, INTEGERS, Float, component, distance, finite, magnitude
from lintian_ml.equality.portion import counted
from lintian_ml.equality.portrait import Field
from lintian_ml.equality.portrait.layout import Sample, matrix
from lintian_ml.equality.portrait.numbers import apart
from lintian_ml.model import BITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from lintian_ml.equality.elements import Codes, Indices

OCTAVES = 66
"""0, and one for each length that a distance below 2**65 may have in binary digits."""


class Gathering:
    """What was seen of a pair: ``octaves`` and ``unordered`` as in a portrait, the ``sample``, and of either
    tensor the largest code of a finite number, without its sign.
    """

    def __init__(self, pair: Pair) -> None:
        import numpy as np

        self.pair = pair
        self.kind = component(pair.first.dtype)
        self.form = FLOATS.get(self.kind) or INTEGERS.get(self.kind)
        self.matrix = matrix(pair.first)
        self.octaves = np.zeros(OCTAVES, dtype=np.int64)
        self.unordered = 0
        self.largest = [0, 0]
        self.sample = Sample(self.matrix)
        self._count = counted(pair.first)
        cells = self.matrix.cells
        self._peaks = np.zeros(cells[0] * cells[1], dtype=np.uint8)
        self._sums = np.zeros(self._peaks.size, dtype=np.float64)

    def gather(self, advance: Callable[[int], None]) -> None:
        """Go through both payloads; FormatError where one is not as long as it claims."""
        bits = BITS.get(self.pair.first.dtype, 8)
        width = bits if bits < 8 or self.kind == self.pair.first.dtype else bits // 2
        for offset, *pieces in self.pair.pieces():
            start = offset * 8 // width
            sides = (self.pair.first, self.pair.second)
            first, second = (
                codes(piece, side)[: self._count - start] for piece, side in zip(pieces, sides, strict=True)
            )
            self._take(start, first, second)
            advance(len(pieces[0]))
        self.octaves[0] = self._count - self.octaves[1:].sum() - self.unordered

    def field(self) -> Field:
        """Return where the deviations lie."""
        import numpy as np

        whole = self.matrix
        means = np.minimum(self._sums / self.matrix.sizes(), np.finfo(np.float64).max)
        peaks = tuple(self._peaks.tolist())
        return Field(whole.split, whole.rows, whole.columns, *whole.cells, peaks, tuple(means.tolist()))

    def _take(self, start: int, first: Codes, second: Codes) -> None:
        """Take note of a piece, of which only what differs is looked at closely."""
        import numpy as np

        self.sample.take(start, first, second)
        self._note_largest(first, second)
        differing = np.flatnonzero(first != second)
        if not differing.size:
            return
        left, right = first[differing], second[differing]
        if isinstance(self.form, Float):
            ordered = finite(left, self.form) & finite(right, self.form)
            self.unordered += ordered.size - int(np.count_nonzero(ordered))
            left, right, differing = left[ordered], right[ordered], differing[ordered]
        self._note(differing + start, left, right)

    def _note_largest(self, first: Codes, second: Codes) -> None:
        """Take note of the largest magnitudes, on which the tolerance ``scaled`` depends."""
        if not isinstance(self.form, Float):
            return
        for side, found in enumerate((first, second)):
            ranks = magnitude(found[finite(found, self.form)], self.form)
            self.largest[side] = max(self.largest[side], int(ranks.max(initial=0)))

    def _note(self, elements: Indices, first: Codes, second: Codes) -> None:
        """Take note of pairs of finite numbers that differ in their bits."""
        import numpy as np

        far = distance(first, second, self.form) if self.form else np.ones(first.size, dtype=np.uint8)
        octaves = octave(far)
        self.octaves[1:] += np.bincount(octaves, minlength=OCTAVES)[1:]
        cells = self.matrix.places(elements)
        by_size = np.argsort(octaves, kind="stable")
        peaks = np.zeros_like(self._peaks)
        peaks[cells[by_size]] = octaves[by_size]
        np.maximum(self._peaks, peaks, out=self._peaks)
        gaps = apart(first, second, self.kind)
        self._sums += np.bincount(cells, weights=gaps, minlength=self._sums.size)


def octave(distances: Codes) -> Codes:
    """Return how many binary digits each number has: 0 for 0.

    Without its second digit a number is rounded to float64 below the next power of two.
    """
    import numpy as np

    wide = distances.astype(np.uint64)
    _, digits = np.frexp((wide & ~(wide >> np.uint64(1))).astype(np.float64))
    found: Codes = digits.astype(np.uint8)
    return found

"""What is found of each of several tensors whose elements lie one after the other, by a few operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lintian_ml.equality.elements import float_format, magnitude
from lintian_ml.equality.judge import Judge

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lintian_ml.equality.elements import Codes, Indices, Mask, Reals
    from lintian_ml.equality.predicate import Predicate
    from lintian_ml.equality.slack import Meter
    from lintian_ml.equality.stretch import Stretch


NEARLY = 0.98
"""The share of the largest of rough numbers below which none can be the worst: an excess is rounded to eight
bits, which is a 128th of it, and a rough number is off by a thousandth at most.
"""


class Run:
    """The codes of both sides; ``counts`` has how many elements each tensor has, none of which is empty."""

    __slots__ = ("begins", "counts", "first", "second")

    def __init__(self, first: Codes, second: Codes, counts: Indices) -> None:
        self.first = first
        self.second = second
        self.counts = counts
        self.begins: Indices = counts.cumsum() - counts

    def equal(self) -> bool:
        """Whether all pairs are equal."""
        return not bool((self.first != self.second).any())

    def sums(self, mask: Mask) -> Indices:
        """Return how many places of each tensor are marked."""
        import numpy as np

        marked = int(np.count_nonzero(mask))
        if marked in (0, mask.size):
            return self.counts if marked else np.zeros_like(self.counts)
        found: Indices = np.add.reduceat(mask, self.begins, dtype=np.intp)
        return found

    def peaks(self, distances: NDArray[Any]) -> Indices:
        """Return the place in each tensor of the first of its largest numbers."""
        import numpy as np

        if (self.counts == self.counts[0]).all():
            found: Indices = distances.reshape(len(self.counts), -1).argmax(axis=1)
            return found
        most = np.maximum.reduceat(distances, self.begins)
        hits = np.flatnonzero(distances == np.repeat(most, self.counts))
        return hits[np.searchsorted(hits, self.begins)] - self.begins

    def worst(self, judge: Judge, known: Stretch) -> Indices:
        """Return the place in each tensor of its first worst pair; all hold, and this is known of them.

        A judge that can tell roughly is asked exactly of those pairs alone that may be the worst.
        """
        import numpy as np

        rough = judge.roughly(self.first, self.second, known)
        if rough is None:
            return self.peaks(self.settled(judge))
        if (self.counts == self.counts[0]).all():
            rows = rough.reshape(len(self.counts), -1)
            near = (rows >= rows.max(axis=1, keepdims=True) * NEARLY).ravel()
        else:
            near = rough >= np.repeat(np.maximum.reduceat(rough, self.begins) * NEARLY, self.counts)
        at = np.flatnonzero(near)
        few = Run(self.first[at], self.second[at], np.add.reduceat(near, self.begins, dtype=np.intp))
        places: Indices = at[few.begins + few.peaks(few.settled(judge))] - self.begins
        return places

    def pairs(self, places: Indices) -> tuple[Codes, Codes]:
        """Return the codes at a place of each tensor."""
        return self.first[self.begins + places], self.second[self.begins + places]

    def settled(self, judge: Judge) -> NDArray[Any]:
        """Return how far apart pairs are that are known to be finite and each of one sign."""
        import numpy as np

        if type(judge).excess is Judge.excess:
            signed = np.dtype(f"i{self.first.dtype.itemsize}")
            gaps: NDArray[Any] = np.abs(self.first.view(signed) - self.second.view(signed))
            return gaps
        return np.where(self.first == self.second, -1.0, judge.excess(self.first, self.second))

    def judged(self, judges: Sequence[Judge]) -> tuple[Mask, Mask, Reals]:
        """Return which pairs fail, which are two zeros of unequal signs, and how far apart pairs are.

        In a tensor some of whose pairs fail, only those are apart.
        """
        import numpy as np

        at = np.flatnonzero(self.first != self.second)
        left, right = self.first[at], self.second[at]
        failing, zeros = (np.zeros(self.first.size, dtype=bool) for _ in range(2))
        failing[at] = ~np.logical_and.reduce([judge.accepts(left, right) for judge in judges])
        form = float_format(judges[0].dtype)
        if form is not None and form.negative_zero:
            zeros[at] = (magnitude(left, form) | magnitude(right, form)) == 0
        distances: Reals = np.full(self.first.size, -1.0)
        distances[at] = judges[0].excess(left, right)
        distances[~failing & np.repeat(self.sums(failing) > 0, self.counts)] = -1.0
        return failing, zeros, distances

    def slack(self, terms: Sequence[Predicate], dtype: str, known: Stretch | None) -> Reals:
        """Return the slack of each tensor, in bits: the tightest term's; not a number where none is known."""
        import numpy as np

        least: Reals = np.full(len(self.counts), np.nan)
        for term in terms:
            least = np.fmin(least, self._slack(term, dtype, known))
        return least

    def _slack(self, term: Predicate, dtype: str, known: Stretch | None) -> Reals:
        """Return what one term leaves open in each tensor."""
        import numpy as np

        meter = term.meter(dtype)
        if not meter.looks:
            return np.full(len(self.counts), _number(meter.bits()))
        each = meter.evenly(known) if known else None
        if each is not None:
            return self.counts.astype(np.float64) * each
        if (bits := meter.each(self.second, self.begins)) is not None:
            return bits
        ends = zip(self.begins.tolist(), (self.begins + self.counts).tolist(), strict=True)
        counted = (_counted(term.meter(dtype), self.second[begin:end]) for begin, end in ends)
        return np.fromiter(counted, np.float64, len(self.counts))


def _counted(meter: Meter, codes: Codes) -> float:
    meter.add(codes)
    return _number(meter.bits())


def _number(bits: float | None) -> float:
    return float("nan") if bits is None else bits

"""Adds up, piece by piece, what the judges of one tensor say, and keeps its worst pair of elements."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from lintian_ml.equality.elements import (
    COMPLEX,
    FLOATS,
    INTEGERS,
    Integer,
    component,
    float_format,
    magnitude,
    shown,
)
from lintian_ml.equality.judge import Judge, apart
from lintian_ml.equality.verdict import Deviation
from lintian_ml.model import BITS, Tensor

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes, Indices, Mask
    from lintian_ml.equality.stretch import Stretch

    Places = Indices | slice


CHUNK = 1 << 15
"""Elements that are judged one by one at a time: few enough for a core's cache, and enough for threads that
meet at the interpreter between two operations.
"""


class Peak:
    """How far apart the worst pair is that was found anywhere in a tensor so far, and from where on it lies.

    The parts of a tensor share it, so that a run need not be searched for a pair that another part surpasses,
    or, lying before it, equals. What is found does not depend on which part was the faster.
    """

    __slots__ = ("_best",)

    def __init__(self) -> None:
        self._best = ((False, -1.0), 0)

    def surpasses(self, rank: tuple[bool, float], start: int) -> bool:
        """Whether no pair of at most this rank, in a run from ``start`` on, can be the tensor's worst."""
        best, place = self._best
        return best > rank or (best == rank and place < start)

    def note(self, rank: tuple[bool, float], place: int) -> None:
        """Take note of a pair. Where another thread's is lost, a run is searched in vain, no more."""
        if rank > self._best[0]:
            self._best = rank, place


class Tally:
    """Counts of one tensor's comparison, or of a part of it, and its worst pair so far."""

    def __init__(self, tensor: Tensor, peak: Peak | None = None) -> None:
        self.tensor = tensor
        self._peak = peak or Peak()
        self.dtype = tensor.dtype
        self.differing = 0
        self.failing = 0
        self.undefined = 0
        self.zero_signs = 0
        self._worst: tuple[bool, float] = (False, -1.0)
        self._pair = (0, 0, 0)

    def settle(
        self, start: int, first: Codes, second: Codes, stretch: Stretch, judges: Sequence[Judge]
    ) -> None:
        """Count a run of pairs that all hold; look for the worst of them only where it may be there."""
        self.differing += stretch.differing
        if not stretch.differing or self._surpassed(start, stretch, judges):
            return
        for at in range(0, len(first), CHUNK):
            left, right = first[at : at + CHUNK], second[at : at + CHUNK]
            places = _unequal(left, right)
            if places is not None:
                left, right = left[places], right[places]
                self._keep_worst(start + at, places, left, right, None, judges)

    def add(
        self, start: int, first: Codes, second: Codes, judges: Sequence[Judge], known: Stretch | None = None
    ) -> None:
        """Judge the elements of a run, the first of which is the tensor's ``start``-th.

        Where something is ``known`` of the run, all elements are finite, and none is zero.
        """
        places = _unequal(first, second)
        if places is None:
            return
        first, second = first[places], second[places]
        held: Mask | None = None
        for judge in judges:
            more = judge.near(first, second) if known else judge.accepts(first, second)
            held = more if held is None else held & more
        failing = 0 if held is None else held.size - int(held.sum())
        self.differing += first.size
        self.failing += failing
        if not known:
            self._count_zeros(first, second)
        if self.dtype == "bool":
            self.undefined += int(((first > 1) | (second > 1)).sum())
        if failing or not (self._worst[0] or (known and self._surpassed(start, known, judges))):
            self._keep_worst(start, places, first, second, held if failing else None, judges)

    def _surpassed(self, start: int, stretch: Stretch, judges: Sequence[Judge]) -> bool:
        """Whether no pair of a run that holds can be the tensor's worst."""
        top = judges[0].ceiling(stretch) if judges else float(stretch.furthest)
        return self._peak.surpasses((False, top), start)

    def keep(self, differing: int, distance: float, place: int, first: int, second: int) -> None:
        """Take over what was found of a whole tensor whose pairs all hold: how many differ, and the worst."""
        self.differing, self._worst = differing, (False, distance)
        self._pair = (place, first, second)

    def merge(self, other: Tally) -> None:
        """Add what was found in a later part of the tensor."""
        self.differing += other.differing
        self.failing += other.failing
        self.undefined += other.undefined
        self.zero_signs += other.zero_signs
        if other._worst > self._worst:
            self._worst, self._pair = other._worst, other._pair

    def worst(self) -> Deviation | None:
        """Return the worst pair of elements; None where none differs."""
        if not self.differing:
            return None
        place, first, second = self._pair
        components = 2 if self.dtype in COMPLEX else 1
        ulp, relative = _measured(first, second, component(self.dtype))
        part = ("real", "imaginary")[place % 2] if components == 2 else ""
        left, right = (shown(code, component(self.dtype)) for code in (first, second))
        return Deviation(self._index(place // components), left, right, ulp, relative, part)

    def _count_zeros(self, first: Codes, second: Codes) -> None:
        form = float_format(self.dtype)
        if form is not None and form.negative_zero:
            self.zero_signs += int(((magnitude(first, form) | magnitude(second, form)) == 0).sum())

    def _keep_worst(
        self,
        start: int,
        places: Places,
        first: Codes,
        second: Codes,
        held: Mask | None,
        judges: Sequence[Judge],
    ) -> None:
        """Keep the first of the furthest pairs among those that fail, or, while none fails, among all.

        ``held`` is None where none fails here.
        """
        import numpy as np

        own = judges[0].excess if judges else partial(apart, dtype=component(self.dtype))
        distances = own(first, second)
        if held is not None:
            distances = np.where(held, -1.0, distances)
        at = int(distances.argmax())
        rank = (held is not None, float(distances[at]))
        if rank > self._worst:
            self._worst = rank
            place = at if isinstance(places, slice) else int(places[at])
            self._pair = (start + place, int(first[at]), int(second[at]))
            self._peak.note(rank, start + place)

    def _index(self, place: int) -> tuple[int, ...]:
        """Return the index of the ``place``-th element in the tensor's shape."""
        if self.dtype not in BITS:
            return (place,)
        index = []
        for extent in reversed(self.tensor.shape):
            place, at = divmod(place, extent)
            index.append(at)
        return tuple(reversed(index))


def _unequal(first: Codes, second: Codes) -> Places | None:
    """Return the places of unequal codes: a slice where all are, None where none is."""
    import numpy as np

    unequal = first != second
    count = int(np.count_nonzero(unequal))
    if count == first.size:
        return slice(None) if count else None
    return np.flatnonzero(unequal) if count else None


def _measured(first: int, second: int, dtype: str) -> tuple[int | None, float | None]:
    """Return how many values and how large a share of the larger one lie between two elements, computed
    exactly.
    """
    form = FLOATS.get(dtype) or INTEGERS.get(dtype)
    if form is None:
        return None, None
    if isinstance(form, Integer):
        left, right = form.number(first), form.number(second)
        steps = abs(left - right)
    else:
        if not (form.finite(first) and form.finite(second)):
            return None, None
        steps = abs(form.rank(first) - form.rank(second))
        left, right = form.multiple(first), form.multiple(second)
    largest = max(abs(left), abs(right))
    return steps, abs(left - right) / largest if largest else 0.0


def least(slacks: Sequence[float | None]) -> float | None:
    """Return the slack of a conjunction: that of its tightest part, as far as known."""
    known = [slack for slack in slacks if slack is not None and not math.isnan(slack)]
    return min(known) if known else None

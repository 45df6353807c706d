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
    component,
    distance,
    float_format,
    magnitude,
    shown,
)
from lintian_ml.equality.judge import Judge, apart
from lintian_ml.equality.verdict import Deviation
from lintian_ml.model import BITS, Tensor

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes, Indices, Mask


class Tally:
    """Counts of one tensor's comparison, and its worst pair so far."""

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor
        self.dtype = tensor.dtype
        self.differing = 0
        self.failing = 0
        self.undefined = 0
        self.zero_signs = 0
        self._worst: tuple[bool, float] = (False, -1.0)
        self._pair = (0, 0, 0)

    def add(self, start: int, first: Codes, second: Codes, judges: Sequence[Judge]) -> None:
        """Judge the elements of one piece, the first of which is the tensor's ``start``-th."""
        import numpy as np

        places = np.flatnonzero(first != second)
        if not places.size:
            return
        first, second = first[places], second[places]
        held = np.ones(places.shape, dtype=bool)
        for judge in judges:
            held &= judge.accepts(first, second)
        self.differing += places.size
        self.failing += places.size - int(held.sum())
        self._count_zeros(first, second)
        if self.dtype == "bool":
            self.undefined += int(((first > 1) | (second > 1)).sum())
        self._keep_worst(start + places, first, second, held, judges)

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
        self, places: Indices, first: Codes, second: Codes, held: Mask, judges: Sequence[Judge]
    ) -> None:
        """Keep the first of the furthest pairs among those that fail, or, while none fails, among all."""
        import numpy as np

        own = judges[0].excess if judges else partial(apart, dtype=component(self.dtype))
        distances = own(first, second)
        fails = not held.all()
        if fails:
            distances = np.where(held, -1.0, distances)
        at = int(distances.argmax())
        rank = (fails, float(distances[at]))
        if rank > self._worst:
            self._worst = rank
            self._pair = (int(places[at]), int(first[at]), int(second[at]))

    def _index(self, place: int) -> tuple[int, ...]:
        """Return the index of the ``place``-th element in the tensor's shape."""
        if self.dtype not in BITS:
            return (place,)
        index = []
        for extent in reversed(self.tensor.shape):
            place, at = divmod(place, extent)
            index.append(at)
        return tuple(reversed(index))


def _measured(first: int, second: int, dtype: str) -> tuple[int | None, float | None]:
    """Return how many values and how large a share of the larger one lie between two elements, computed
    exactly.
    """
    import numpy as np

    form = FLOATS.get(dtype) or INTEGERS.get(dtype)
    if form is None or (
        dtype in FLOATS and not (FLOATS[dtype].finite(first) and FLOATS[dtype].finite(second))
    ):
        return None, None
    width = np.dtype(f"u{max(8, form.bits) // 8}").type
    steps = int(distance(np.array([first], dtype=width), np.array([second], dtype=width), form)[0])
    left, right = form.value(first), form.value(second)
    largest = max(abs(left), abs(right))
    return steps, float(abs(left - right) / largest) if largest else 0.0


def least(slacks: Sequence[float | None]) -> float | None:
    """Return the slack of a conjunction: that of its tightest part, as far as known."""
    known = [slack for slack in slacks if slack is not None and not math.isnan(slack)]
    return min(known) if known else None

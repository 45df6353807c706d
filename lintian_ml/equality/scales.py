"""The largest magnitudes of two tensors, taken while they are gone through."""

from __future__ import annotations

import threading
from fractions import Fraction
from typing import TYPE_CHECKING

from lintian_ml.equality.elements import Float, finite, magnitude

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes
    from lintian_ml.equality.stretch import Stretch


class Scales:
    """The largest finite magnitude codes of both tensors so far; -1 where there was none yet."""

    def __init__(self, form: Float) -> None:
        self.form = form
        self._largest = [-1, -1]
        self._lock = threading.Lock()

    def settles(self, stretch: Stretch) -> bool:
        """Take note of a stretch; whether that suffices, or the first elements must be looked at.

        They must where one of them may be larger than all before.
        """
        if not stretch.furthest:
            self._note(stretch.most, stretch.most)
            return True
        if stretch.most + stretch.furthest > self._largest[0]:
            return False
        self._note(-1, stretch.most)
        return True

    def look(self, first: Codes, second: Codes) -> None:
        """Take note of elements."""
        self._note(*(largest(side, self.form) for side in (first, second)))

    @property
    def smaller(self) -> Fraction:
        """The smaller of both tensors' largest finite magnitudes seen; 0 where there is none."""
        return Fraction(0) if self.least < 0 else self.form.value(self.least)

    @property
    def least(self) -> int:
        """The code of that magnitude; -1 where there is none."""
        return min(self._largest)

    @property
    def larger(self) -> int:
        """The larger of both tensors' largest finite magnitude codes seen; -1 where there is none."""
        return max(self._largest)

    def _note(self, first: int, second: int) -> None:
        with self._lock:
            self._largest = [max(self._largest[0], first), max(self._largest[1], second)]


def largest(codes: Codes, form: Float) -> int:
    """Return the largest magnitude code of the finite elements; -1 where there are none."""
    ranks = magnitude(codes, form)
    if form.fnuz or (ranks.size and int(ranks.max()) >= form.limit):
        ranks = ranks[finite(codes, form)]
    return int(ranks.max()) if ranks.size else -1

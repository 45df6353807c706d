"""Decides |a - b| ≤ max(atol, rtol·max(|a|, |b|)) exactly, for floating-point elements and rational
tolerances.

First a float64 kernel with a proven margin settles what is clearly in or out. Each of its operations is
within a factor 1 ± 2**-53 of the real result, and there are fewer than eight, so 2**-48 covers them; what a
machine that flushes subnormal numbers may lose is covered by an absolute margin above the smallest normal
number of the types touched. The rest is decided in integers: finite values are multiples of the format's
smallest positive number.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from lintian_ml.equality.elements import FLOATS, component, finite, reals
from lintian_ml.equality.judge import Judge

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes, Indices, Mask, Reals

EXACT_PAIRS = 100_000
"""Distinct pairs of one tensor that are decided in integers; beyond them the verdict is not decided."""

MARGIN = 2.0**-48
FLUSHED = {"float32": 2.0**-123, "float64": 2.0**-1019}
"""Above what flushing can take from the two differences and products, by type; narrower types use float64's.
"""


class Bound(Judge):
    """Decides a symmetric absolute and relative bound on each element."""

    def __init__(self, dtype: str, rtol: Fraction, atol: Fraction) -> None:
        super().__init__(dtype)
        self.component = component(dtype)
        self.form = FLOATS[self.component]
        self.rtol = rtol
        self.atol = atol
        self._half = 0.5 if self.component == "float64" else 1.0
        self._relative = float(rtol)
        self._absolute = float(min(atol, 2 * self.form.largest) * Fraction(self._half))
        self._steps = atol // Fraction(2) ** self.form.unit
        self._decided: dict[tuple[int, int], bool] = {}

    def near(self, first: Codes, second: Codes) -> Mask:
        """Return which pairs of finite codes hold."""
        import numpy as np

        with np.errstate(all="ignore"):
            held, doubtful = self._clearly(first, second)
        if doubtful.size:
            held[doubtful] = self._exactly(first[doubtful], second[doubtful])
        return held

    def _clearly(self, first: Codes, second: Codes) -> tuple[Mask, Indices]:
        """Return which pairs hold for certain, and the places of those that the kernel cannot tell."""
        import numpy as np

        gap, allowed = self._estimated(first, second)
        loss = FLUSHED.get(self.component, FLUSHED["float64"])
        held: Mask = gap <= allowed * (1 - MARGIN) - loss
        failed: Mask = gap > allowed * (1 + MARGIN) + loss
        return held, np.flatnonzero(~(held | failed))

    def _estimated(self, first: Codes, second: Codes) -> tuple[Reals, Reals]:
        """Return |a - b| and what is allowed of it, both halved where they could overflow."""
        import numpy as np

        left, right = (reals(codes, self.component) * self._half for codes in (first, second))
        allowed: Reals = np.maximum(np.abs(left), np.abs(right))
        allowed *= self._relative
        np.maximum(allowed, self._absolute, out=allowed)
        return np.abs(left - right), allowed

    def excess(self, first: Codes, second: Codes) -> Reals:
        """Return |a - b| as a multiple, estimated in float64, of what is allowed."""
        import numpy as np

        with np.errstate(all="ignore"):
            gap, allowed = self._estimated(first, second)
            multiples: Reals = gap / np.maximum(allowed, np.finfo(np.float64).tiny)
        multiples[~(finite(first, self.form) & finite(second, self.form))] = np.inf
        return multiples

    def _exactly(self, first: Codes, second: Codes) -> Mask:
        """Decide each different pair once; those that are too many count as held, in doubt."""
        import numpy as np

        pairs = np.empty(first.shape, dtype=[("first", np.uint64), ("second", np.uint64)])
        pairs["first"], pairs["second"] = first, second
        different, places = np.unique(pairs, return_inverse=True)
        answers = [self._decide(int(left), int(right)) for left, right in different.tolist()]
        held: Mask = np.array(answers, dtype=bool)[places]
        return held

    def _decide(self, first: int, second: int) -> bool:
        known = self._decided.get((first, second))
        if known is not None:
            return known
        if len(self._decided) >= EXACT_PAIRS:
            self.doubt = f"more than {EXACT_PAIRS} different pairs lie too near the bound"
            return True
        return self._decided.setdefault((first, second), self.holds(first, second))

    def holds(self, first: int, second: int) -> bool:
        """Decide one pair of finite codes in integers alone."""
        left, right = self.form.multiple(first), self.form.multiple(second)
        gap, largest = abs(left - right), max(abs(left), abs(right))
        return gap <= self._steps or gap * self.rtol.denominator <= largest * self.rtol.numerator

"""Decides |a - b| ≤ max(atol, rtol·max(|a|, |b|)) exactly, for floating-point elements and rational
tolerances.

Three stages, each for what the one before leaves open. First what a stretch of codes tells: d representable
values are at most d·2**-fraction of the larger one, where that is a normal number. Then float64: of formats
of 32 bits and fewer its subtraction and products are exact (see ``Narrow``); for the others there is a proven
margin. What is left is decided in integers, each different pair once: finite values are multiples of the
format's smallest positive number.

The margin: each operation is within a factor 1 ± 2**-53 of the real result, and there are fewer than eight,
so 2**-48 covers them; what a machine that flushes subnormal numbers may lose is covered by an absolute margin
above the smallest normal number of the types touched.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from lintian_ml.equality.elements import FLOATS, component, finite, reals
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.narrow import Narrow

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes, Indices, Mask, Reals
    from lintian_ml.equality.judge import Singles
    from lintian_ml.equality.stretch import Stretch

EXACT_PAIRS = 1_000_000
"""Distinct pairs of one tensor that are decided in integers; beyond them the verdict is not decided."""

MARGIN = 2.0**-48
FLUSHED = {"float32": 2.0**-123, "float64": 2.0**-1019}
"""Above what flushing can take from the two differences and products, by type; narrower types use float64's.
"""

TINIEST = Fraction(1, 1 << 900)
"""Relative tolerances below this are too small for float64 to estimate multiples of them."""

CEILINGS = 1000
"""Ceilings that are kept: they are rational numbers to compute, and few where all runs are alike."""

BLUR = 45
"""Low bits of a float64 that its rank among the worst does without: seven bits after the first are left."""

NUDGE = 1.0037
"""What an excess is multiplied by before the rounding, so that round numbers do not lie on its borders."""


class Bound(Judge):
    """Decides a symmetric absolute and relative bound on each element."""

    def __init__(self, dtype: str, rtol: Fraction, atol: Fraction, *, crowded: bool = False) -> None:
        super().__init__(dtype)
        self.component = component(dtype)
        self.form = FLOATS[self.component]
        self.rtol = rtol
        self.atol = atol
        self._normal = 1 << self.form.fraction
        self._blind = 0 < rtol < TINIEST
        self._half = 0.5 if self.component == "float64" else 1.0
        self._relative = float(rtol)
        self._absolute = float(min(atol, 2 * self.form.largest) * Fraction(self._half))
        self._steps = atol // Fraction(2) ** self.form.unit
        self._ranks = math.floor(rtol * (1 << self.form.fraction))
        self._narrow = Narrow.of(self.component, rtol, atol)
        self._decided: dict[tuple[int, int], bool] = {}
        self._ceilings: dict[tuple[int, int], float] = {}
        self._crowded = crowded
        if crowded:
            self.doubt = f"more than {EXACT_PAIRS} different pairs lie too near the bound"

    def settles(self, stretch: Stretch) -> bool:
        """Whether so many representable values are within either tolerance, wherever they lie."""
        if stretch.least >= self._normal and stretch.furthest <= self._ranks:
            return True
        return self.gap(stretch) <= self._steps

    def ceiling(self, stretch: Stretch) -> float:
        """Return what the furthest pair's excess would be where the values are sparsest.

        Infinity where the estimate in float64 is of numbers too small for it to be near.
        """
        if stretch.least < 2 * self._normal or self._blind:
            return math.inf
        known = stretch.furthest, self.gap(stretch)
        found = self._ceilings.get(known)
        if found is None:
            if len(self._ceilings) >= CEILINGS:
                self._ceilings.clear()
            found = self._ceilings[known] = self._ceiling(*known)
        return found

    def _ceiling(self, furthest: int, gap: int) -> float:
        distance = gap * Fraction(2) ** self.form.unit
        if not self.rtol:
            return blurred(distance)
        shares = [distance / self.atol] if self.atol else []
        shares.append(Fraction(furthest, 1 << self.form.fraction) / self.rtol)
        return blurred(min(shares))

    def gap(self, stretch: Stretch) -> int:
        """Return what no |a - b| of a stretch is above, as a multiple of the smallest positive number."""
        exponent = (stretch.most + stretch.furthest) >> self.form.fraction
        return stretch.furthest << max(0, exponent - 1)

    def furthest(self, first: Codes, second: Codes) -> Fraction:
        """Return what no |a - b| of some pairs of finite codes is above, little more than the largest."""
        gap, _ = self._estimated(first, second)
        loss = FLUSHED.get(self.component, FLUSHED["float64"])
        above = Fraction(float(gap.max())) * (1 + Fraction(MARGIN)) + Fraction(loss)
        return above / Fraction(self._half)

    def near(self, first: Codes, second: Codes) -> Mask:
        """Return which pairs of finite codes hold."""
        import numpy as np

        with np.errstate(all="ignore"):
            decide = self._narrow.decide if self._narrow else self._clearly
            held, doubtful = decide(first, second)
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

        left, right = self._halved(first), self._halved(second)
        gap: Reals = np.abs(left - right)
        np.abs(left, out=left)
        np.abs(right, out=right)
        allowed: Reals = np.maximum(left, right, out=left)
        allowed *= self._relative
        np.maximum(allowed, self._absolute, out=allowed)
        return gap, allowed

    def _halved(self, codes: Codes) -> Reals:
        """Return a copy of the values of codes, halved where they could overflow."""
        values = reals(codes, self.component)
        if self._half != 1:
            values = values * self._half
        return values

    def excess(self, first: Codes, second: Codes) -> Reals:
        """Return |a - b|, where there is a relative tolerance as a multiple of what is allowed.

        It is estimated in float64 and rounded to eight bits, so that most runs need not be looked at for a
        worse pair.
        """
        import numpy as np

        with np.errstate(all="ignore"):
            if self.rtol:
                gap, allowed = self._estimated(first, second)
                gap /= np.maximum(allowed, np.finfo(np.float64).tiny)
            else:
                gap = np.abs(self._halved(first) - self._halved(second)) * (1 / self._half)
            gap *= NUDGE
        gap.view(np.uint64)[...] &= np.uint64(~((1 << BLUR) - 1) & (1 << 64) - 1)
        gap[~(finite(first, self.form) & finite(second, self.form))] = np.inf
        return gap

    def roughly(self, first: Codes, second: Codes, stretch: Stretch) -> Singles | None:
        """Return the same of ordinary float32 elements, in their own arithmetic, where nothing is flushed.

        The larger of two elements is at most a 2**13th above the second.
        """
        import numpy as np

        if self.component != "float32" or not self._ordinary(stretch):
            return None
        right = second.view(np.float32)
        gap: Singles = np.abs(first.view(np.float32) - right)
        if self.rtol:
            allowed = np.abs(right)
            allowed *= np.float32(self._relative)
            gap /= np.maximum(allowed, np.float32(self._absolute), out=allowed)
        return gap

    def _ordinary(self, stretch: Stretch) -> bool:
        """Whether no quotient or product of a run's elements and the tolerances comes near float32's ends."""
        least, most = ((self.form.bias + power) << self.form.fraction for power in (-30, 30))
        if stretch.furthest > 1 << 10 or stretch.least < least or stretch.most > most:
            return False
        return not self.rtol or (self._relative >= 2.0**-40 and self._absolute <= 2.0**30)

    def _exactly(self, first: Codes, second: Codes) -> Mask:
        """Decide each different pair once; those that are too many count as held, in doubt."""
        import numpy as np

        if self._crowded:
            return np.ones(first.shape, dtype=bool)
        pairs = np.empty(first.shape, dtype=[("first", np.uint64), ("second", np.uint64)])
        pairs["first"], pairs["second"] = first, second
        different, places = np.unique(pairs, return_inverse=True)
        with self.lock:
            answers = [self._decide(int(left), int(right)) for left, right in different.tolist()]
        held: Mask = np.array(answers, dtype=bool)[places]
        return held

    def _decide(self, first: int, second: int) -> bool:
        known = self._decided.get((first, second))
        if known is not None:
            return known
        if len(self._decided) > EXACT_PAIRS:
            return True
        return self._decided.setdefault((first, second), self.holds(first, second))

    def again(self) -> Judge | None:
        """Return a judge that decides none of the pairs in integers, where there were too many of them.

        Which of them were decided hangs on the order in which threads came upon them.
        """
        if len(self._decided) <= EXACT_PAIRS:
            return None
        return Bound(self.dtype, self.rtol, self.atol, crowded=True)

    def holds(self, first: int, second: int) -> bool:
        """Decide one pair of finite codes in integers alone."""
        left, right = self.form.multiple(first), self.form.multiple(second)
        gap, largest = abs(left - right), max(abs(left), abs(right))
        return gap <= self._steps or gap * self.rtol.denominator <= largest * self.rtol.numerator


def blurred(value: Fraction) -> float:
    """Return what no excess of at most ``value`` is above once ``Bound.excess`` has rounded it."""
    import numpy as np

    if value >= 2**1023:
        return math.inf
    bits = int(np.float64(float(value) * (1 + 2.0**-40) * NUDGE).view(np.uint64))
    return float(np.uint64(bits >> BLUR << BLUR).view(np.float64))

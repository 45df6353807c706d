"""One pass that measures how far apart two tensors are, for the predicates that might hold of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.bound import Bound
from lintian_ml.equality.elements import FLOATS, INTEGERS, component, distance, float_format
from lintian_ml.equality.histogram import Histogram
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.predicate import Kind, Predicate
from lintian_ml.equality.scales import Scales
from lintian_ml.equality.slack import Meter

if TYPE_CHECKING:
    from lintian_ml.equality.arguments import Arguments
    from lintian_ml.equality.blocks import Pair
    from lintian_ml.equality.elements import Codes, Mask, Reals
    from lintian_ml.equality.stretch import Stretch


@dataclass(frozen=True, slots=True)
class Anything(Predicate):
    """Holds of all pairs but those of which one is not finite; it has no name in the language.

    Where it ``counts``, its meter has the exponents of the second tensor.
    """

    counts: bool = False

    kind: ClassVar[Kind] = Kind.BALL

    @classmethod
    def read(cls, arguments: Arguments) -> Self:
        """Take no arguments."""
        raise arguments.wrong("it cannot be asked for")

    def meter(self, dtype: str) -> Meter:
        """Return what counts the exponents of the second tensor, where that is asked for."""
        return Histogram(FLOATS[component(dtype)]) if self.counts and float_format(dtype) else Meter()

    def judge(self, pair: Pair) -> Judge:
        """Return what measures."""
        return Survey(pair.first.dtype)


class Survey(Judge):
    """Measures the finite pairs that differ.

    ``furthest`` is in representable values (of integers, their difference), ``gap`` what no |a - b| is above
    and hardly more than the largest, ``scales`` has the largest magnitudes of both tensors.
    """

    def __init__(self, dtype: str) -> None:
        super().__init__(dtype)
        kind = component(dtype)
        self.form = FLOATS.get(kind) or INTEGERS.get(kind)
        self.furthest = 0
        self.gap = Fraction(0)
        self._bound = Bound(dtype, Fraction(0), Fraction(0)) if kind in FLOATS else None
        self.scales = Scales(FLOATS[kind]) if kind in FLOATS else None

    def settles(self, stretch: Stretch) -> bool:
        """Take note of a stretch; its pairs must be seen where one of them may be the furthest apart."""
        with self.lock:
            self.furthest = max(self.furthest, stretch.furthest)
        if self._bound is None or self.scales is None:
            return True
        if not self.scales.settles(stretch):
            return False
        return self._bound.gap(stretch) * Fraction(2) ** self._bound.form.unit <= self.gap

    def look(self, first: Codes, second: Codes) -> None:
        """Take note of the largest magnitudes."""
        if self.scales:
            self.scales.look(first, second)

    def ceiling(self, stretch: Stretch) -> float:
        """Nothing is worse than anything else here."""
        del stretch
        return 0.0

    def excess(self, first: Codes, second: Codes) -> Reals:
        """Nothing is worse than anything else here."""
        import numpy as np

        del second
        return np.zeros(first.shape, dtype=np.float64)

    def near(self, first: Codes, second: Codes) -> Mask:
        """Take note of pairs."""
        import numpy as np

        furthest = int(distance(first, second, self.form).max()) if self.form else 0
        gap = Fraction(0)
        if self._bound:
            with np.errstate(all="ignore"):
                gap = self._bound.furthest(first, second)
        with self.lock:
            self.furthest = max(self.furthest, furthest)
            self.gap = max(self.gap, gap)
        return np.ones(first.shape, dtype=bool)

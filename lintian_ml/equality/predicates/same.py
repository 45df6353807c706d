"""Every element has the same bits; where asked for, either zero equals the other and any NaN any NaN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.elements import finite, float_format, magnitude
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.predicate import Kind, Level, Predicate
from lintian_ml.equality.slack import Meter, Nothing

if TYPE_CHECKING:
    from lintian_ml.equality.arguments import Arguments
    from lintian_ml.equality.blocks import Pair
    from lintian_ml.equality.elements import Codes, Float, Mask


@dataclass(frozen=True, slots=True)
class Same(Predicate):
    """Bit equality, or equality of values: ``zeros`` merges +0 and -0, ``nan`` merges all codes of NaN."""

    zeros: bool = False
    nan: bool = False

    kind: ClassVar[Kind] = Kind.EQUIVALENCE
    uniform: ClassVar[bool] = True

    @classmethod
    def read(cls, arguments: Arguments) -> Self:
        """Take ``zeros=equal`` and ``nan=any``."""
        return cls(bool(arguments.choice("zeros", ("equal",))), bool(arguments.choice("nan", ("any",))))

    @property
    def level(self) -> Level:
        """Bit equality of all that is not noise, unless something was merged."""
        return Level.NUMERICAL if self.zeros or self.nan else Level.BIT_BY_BIT

    def defined_for(self, dtype: str) -> bool:
        """Bits can always be compared; only floating-point types have two zeros or a NaN."""
        return not (self.zeros or self.nan) or float_format(dtype) is not None

    def meter(self, dtype: str) -> Meter:
        """Nothing is left open by bit equality; what merging leaves open is not counted."""
        del dtype
        return Meter() if self.zeros or self.nan else Nothing()

    def judge(self, pair: Pair) -> Judge:
        """Return what decides it."""
        return _Merging(pair.first.dtype, self.zeros, self.nan)

    def arguments(self) -> Sequence[str]:
        """Return the merges that were asked for."""
        return ("zeros=equal",) * self.zeros + ("nan=any",) * self.nan


class _Merging(Judge):
    def __init__(self, dtype: str, zeros: bool, nan: bool) -> None:
        super().__init__(dtype)
        self.zeros = zeros
        self.nan = nan

    def accepts(self, first: Codes, second: Codes) -> Mask:
        """Return which pairs of unequal codes are two zeros or two NaNs, as far as those are merged."""
        held = super().accepts(first, second)
        form = float_format(self.dtype)
        if self.nan and form is not None:
            held |= _nan(first, form) & _nan(second, form)
        return held

    def near(self, first: Codes, second: Codes) -> Mask:
        """Return which pairs are two zeros, if zeros are merged."""
        import numpy as np

        form = float_format(self.dtype)
        if not self.zeros or form is None or not form.has_zero:
            return np.zeros(first.shape, dtype=bool)
        zero: Mask = (magnitude(first, form) | magnitude(second, form)) == 0
        return zero


def _nan(codes: Codes, form: Float) -> Mask:
    """Return which codes stand for no number, not even an infinite one."""
    odd = ~finite(codes, form)
    return odd & (magnitude(codes, form) != codes.dtype.type(form.limit)) if form.infinite else odd

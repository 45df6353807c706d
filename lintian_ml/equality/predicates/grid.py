"""Both elements round, to nearest with ties to even, to the same point of a declared lattice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.arguments import power_of_two
from lintian_ml.equality.blocks import codes
from lintian_ml.equality.codebook import WIDEST, Codebook, Entries
from lintian_ml.equality.elements import FLOATS, INTEGERS, Float, component, float_format
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.lattice import Cells, Lattice
from lintian_ml.equality.number import number
from lintian_ml.equality.predicate import Kind, Predicate, written
from lintian_ml.equality.slack import Meter
from lintian_ml.model import Tensor

if TYPE_CHECKING:
    from lintian_ml.equality.arguments import Arguments
    from lintian_ml.equality.blocks import Pair
    from lintian_ml.equality.elements import Codes, Mask

WIDEST_POWER = 1100
"""The exponents of two, either way, that a lattice may have."""


@dataclass(frozen=True, slots=True)
class Grid(Predicate):
    """The points of a narrower float format, the multiples of a power of two, or scaled integer codes.

    ``scale`` and ``zero`` belong to integer codes: a number, or the name of a tensor that both models have
    with the same bits.
    """

    points: str
    scale: Fraction | str = ""
    zero: Fraction | str = ""

    kind: ClassVar[Kind] = Kind.EQUIVALENCE

    @classmethod
    def read(cls, arguments: Arguments) -> Self:
        """Take a float format, ``2^k``, or an integer type with its scale and zero point."""
        points = arguments.text("points")
        power = power_of_two(points)
        if power is not None:
            if abs(power) > WIDEST_POWER:
                raise arguments.wrong(f"the exponent of two lies between -{WIDEST_POWER} and {WIDEST_POWER}")
            return cls(f"2^{power}")
        if points in INTEGERS:
            return cls._quantised(points, arguments)
        if points not in FLOATS or not FLOATS[points].has_zero or FLOATS[points].bits > 32:
            raise arguments.wrong(
                f"{points!r} is neither a float format to round to, nor 2^k, nor an integer type"
            )
        return cls(points)

    @classmethod
    def _quantised(cls, points: str, arguments: Arguments) -> Self:
        scale, zero = (_named_or_number(arguments, name) for name in ("scale", "zero"))
        if isinstance(scale, Fraction) and scale <= 0:
            raise arguments.wrong("scale must be more than 0")
        form = INTEGERS[points]
        if isinstance(zero, Fraction):
            lowest = -form.sign
            if zero.denominator != 1 or not lowest <= zero < lowest + form.limit:
                raise arguments.wrong(f"zero must be a value of {points}")
        return cls(points, scale, zero)

    def defined_for(self, dtype: str) -> bool:
        """Floating-point types that have a zero; wider ones than the float format that is rounded to."""
        form = float_format(dtype)
        if form is None or not form.has_zero:
            return False
        return self.points not in FLOATS or FLOATS[self.points].bits < form.bits

    def vacuous(self, dtype: str) -> bool:
        """Whether the points are so far apart that every finite value rounds to zero."""
        form, power = float_format(dtype), power_of_two(self.points)
        step = self.scale if power is None else Fraction(2) ** power
        return form is not None and isinstance(step, Fraction) and 2 * form.largest <= step

    def undecided(self) -> str:
        """Codes of integers are looked up in a table, which has no room for wide ones."""
        if self.points in INTEGERS and INTEGERS[self.points].bits > WIDEST:
            return f"codes of more than {WIDEST} bits are not decided"
        return ""

    def meter(self, dtype: str) -> Meter:
        """Return what counts the codes in the cell of each element of the second tensor.

        With a scale or zero point that is a tensor, it is not known here how wide cells are.
        """
        form = FLOATS[component(dtype)]
        if self.points not in INTEGERS:
            return Cells(self._lattice(form))
        if isinstance(self.scale, str) or isinstance(self.zero, str) or self.undecided():
            return Meter()
        return Entries(Codebook(form, INTEGERS[self.points], self.scale, int(self.zero)))

    def judge(self, pair: Pair) -> Judge:
        """Return what decides it; a scale or zero point that is a tensor is read from both models."""
        form = FLOATS[component(pair.first.dtype)]
        if self.points not in INTEGERS:
            return _Rounding(pair.first.dtype, self._lattice(form))
        try:
            scale, zero = (
                given if isinstance(given, Fraction) else scalar(pair, given)
                for given in (self.scale, self.zero)
            )
        except UndecidedError as error:
            return _Rounding(pair.first.dtype, None, str(error))
        integers = INTEGERS[self.points]
        if scale <= 0 or not -integers.sign <= zero < integers.limit - integers.sign:
            return _Rounding(pair.first.dtype, None, f"scale {scale} and zero {zero} make no lattice")
        return _Rounding(pair.first.dtype, Codebook(form, integers, scale, int(zero)))

    def _lattice(self, form: Float) -> Lattice:
        power = power_of_two(self.points)
        return Lattice.of(form, FLOATS[self.points]) if power is None else Lattice(form, power)

    def arguments(self) -> Sequence[str]:
        """Return the lattice, and scale and zero point of integer codes."""
        if self.points not in INTEGERS:
            return (self.points,)
        return (self.points, f"scale={written(self.scale)}", f"zero={written(self.zero)}")


def _named_or_number(arguments: Arguments, name: str) -> Fraction | str:
    """Return a number, or the name of a tensor."""
    argument = arguments.take(name)
    if argument is None:
        raise arguments.wrong(f"{name} is missing")
    literal = arguments.literal(name, argument)
    try:
        value = None if literal.quoted else number(literal.text)
    except ValueError as error:
        raise arguments.wrong(f"{name}: {error}", argument) from None
    if value is None and not literal.text:
        raise arguments.wrong(f"{name} is empty", argument)
    return literal.text if value is None else value


Beside = Callable[[str], tuple[Tensor | None, Tensor | None]]
"""Returns the tensors of one name in both models."""


class _Rounding(Judge):
    """Decides by a lattice; without one every pair is in doubt."""

    def __init__(self, dtype: str, lattice: Lattice | Codebook | None, doubt: str = "") -> None:
        super().__init__(dtype)
        self.lattice = lattice
        self.doubt = doubt

    def near(self, first: Codes, second: Codes) -> Mask:
        """Return which pairs round to the same point."""
        import numpy as np

        if self.lattice is None:
            return np.ones(first.shape, dtype=bool)
        return self.lattice.equal(first, second)

    def holds(self, first: int, second: int) -> bool | None:
        """Decide one pair in rational numbers."""
        return None if self.lattice is None else self.lattice.holds(first, second)


class UndecidedError(Exception):
    """A tensor that gives a lattice its scale or zero point cannot be read, or is not the same in both."""


def scalar(pair: Pair, name: str) -> Fraction:
    """Return the one element of the tensor ``name``, which both models must have with the same bits."""
    beside: Beside | None = getattr(pair, "beside", None)
    first, second = beside(name) if beside is not None else (None, None)
    if first is None or second is None:
        raise UndecidedError(f"{name} is not a tensor of both models, so the lattice is not known")
    if first.elements != 1 or (first.dtype, first.shape) != (second.dtype, second.shape):
        raise UndecidedError(f"{name} is not one number of one type in both models")
    one, other = (_only(tensor) for tensor in (first, second))
    if one != other:
        raise UndecidedError(f"{name} is not the same in both models, so they have no lattice in common")
    form = FLOATS.get(first.dtype) or INTEGERS.get(first.dtype)
    if form is None or (isinstance(form, Float) and not form.finite(one)):
        raise UndecidedError(f"{name} is no finite number")
    return form.value(one)


def _only(tensor: Tensor) -> int:
    """Return the code of a tensor's only element."""
    return int(codes(b"".join(tensor.payload.blocks()), tensor)[0])

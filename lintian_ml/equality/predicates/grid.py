"""Both elements round, to nearest with ties to even, to the same point of a declared lattice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Self

from lintian_ml.equality.arguments import power_of_two
from lintian_ml.equality.elements import FLOATS, INTEGERS, float_format
from lintian_ml.equality.number import number
from lintian_ml.equality.predicate import Kind, Predicate, written

if TYPE_CHECKING:
    from lintian_ml.equality.arguments import Arguments

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
        """Floating-point types; wider ones than the float format that is rounded to."""
        form = float_format(dtype)
        return form is not None and (self.points not in FLOATS or FLOATS[self.points].bits < form.bits)

    def vacuous(self, dtype: str) -> bool:
        """Whether the multiples of 2^k are so far apart that every finite value rounds to zero."""
        form, power = float_format(dtype), power_of_two(self.points)
        return form is not None and power is not None and 2 * form.largest <= Fraction(2) ** power

    def undecided(self) -> str:
        """Rounding to a lattice is not computed by this version."""
        return "this version of the comparator does not round to a lattice"

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

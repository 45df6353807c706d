"""What codes stand for, in rational numbers, by the definitions of the formats alone.

An element is given as its code, the bit pattern as a whole number; a complex number as its two components.
Nothing here is shared with what the comparator computes with. Sources: IEEE 754-2019; OCP 8-bit floating
point 1.0; OCP microscaling 1.0; the fnuz kinds as in LLVM's APFloat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache


@dataclass(frozen=True, slots=True)
class Layout:
    """How many bits of exponent and of fraction a format has, its bias, and which codes are no numbers.

    ``odd`` is ``ieee`` where all codes of the last exponent are, ``last`` where only the largest magnitude
    is, ``minus zero`` where only the code of -0 is, and ``none`` where none is.
    """

    exponent: int
    fraction: int
    bias: int
    odd: str = "ieee"

    @property
    def sign(self) -> int:
        """The code whose only bit is the sign."""
        return 1 << (self.exponent + self.fraction)


FLOATS: Mapping[str, Layout] = {
    "float64": Layout(11, 52, 1023),
    "float32": Layout(8, 23, 127),
    "float16": Layout(5, 10, 15),
    "bfloat16": Layout(8, 7, 127),
    "float8e4m3fn": Layout(4, 3, 7, "last"),
    "float8e4m3fnuz": Layout(4, 3, 8, "minus zero"),
    "float8e5m2": Layout(5, 2, 15),
    "float8e5m2fnuz": Layout(5, 2, 16, "minus zero"),
    "float4e2m1": Layout(2, 1, 1, "none"),
}
SCALE = "float8e8m0"
"""Powers of two without sign or zero; its last code is no number."""

COMPONENTS = {"complex64": "float32", "complex128": "float64"}


def width(dtype: str) -> int:
    """Return the bits of a code; for complex types, of a component's."""
    dtype = COMPONENTS.get(dtype, dtype)
    if dtype in FLOATS:
        return 1 + FLOATS[dtype].exponent + FLOATS[dtype].fraction
    return 8 if dtype in (SCALE, "bool") else int(dtype.removeprefix("u").removeprefix("int"))


@cache
def value(code: int, dtype: str) -> Fraction | None:
    """Return the real number that a code stands for; None where it stands for none."""
    dtype = COMPONENTS.get(dtype, dtype)
    if dtype == SCALE:
        return None if code == 0xFF else Fraction(2) ** (code - 127)
    if dtype not in FLOATS:
        return Fraction(code - (1 << width(dtype)) if _negative(code, dtype) else code)
    form = FLOATS[dtype]
    exponent, rest = divmod(code % form.sign, 1 << form.fraction)
    if _odd(code, exponent, rest, form):
        return None
    size = Fraction(rest, 1 << form.fraction) + (exponent > 0)
    return (-size if code >= form.sign else size) * Fraction(2) ** (max(exponent, 1) - form.bias)


def _negative(code: int, dtype: str) -> bool:
    return dtype.startswith("int") and code >= 1 << (width(dtype) - 1)


def _odd(code: int, exponent: int, rest: int, form: Layout) -> bool:
    """Whether a code of the format stands for no real number."""
    if form.odd == "minus zero":
        return code == form.sign
    if form.odd == "none" or exponent < (1 << form.exponent) - 1:
        return False
    return form.odd == "ieee" or rest == (1 << form.fraction) - 1


def infinite(code: int, dtype: str) -> bool:
    """Whether a code stands for an infinity."""
    form = FLOATS.get(COMPONENTS.get(dtype, dtype))
    if form is None or form.odd != "ieee":
        return False
    return code % form.sign == ((1 << form.exponent) - 1) << form.fraction


@cache
def rank(code: int, dtype: str) -> int:
    """Return how many steps from value to next value lead from 0 to a finite code, counted by binades.

    For types without a zero: from 1.
    """
    dtype = COMPONENTS.get(dtype, dtype)
    number = value(code, dtype)
    assert number is not None
    if dtype not in FLOATS:
        return int(number) if dtype != SCALE else log2(number)
    form = FLOATS[dtype]
    first = Fraction(2) ** (1 - form.bias)
    count = abs(number) / first * (1 << form.fraction)
    if abs(number) >= first:
        binades = log2(abs(number)) - (1 - form.bias)
        count = binades * (1 << form.fraction) + count / Fraction(2) ** binades
    assert count.denominator == 1
    return int(count) if number >= 0 else -int(count)


def log2(number: Fraction) -> int:
    """Return the exponent of the largest power of two that is not above a positive number."""
    exponent = number.numerator.bit_length() - number.denominator.bit_length()
    return exponent - (Fraction(2) ** exponent > number)


@cache
def largest_code(points: str) -> int:
    """Return the code of the largest finite value."""
    form = FLOATS[points]
    return max(code for code in _ends(form) if value(code, points) is not None)


def _ends(form: Layout) -> tuple[int, int, int]:
    """Return the codes of which one stands for the largest finite value."""
    return form.sign - 1, form.sign - 2, (((1 << form.exponent) - 1) << form.fraction) - 1

"""What the bits of an element stand for: element types, their codes, exact values and distances.

A *code* is the bit pattern of one element as an unsigned integer. Everything that decides is computed on
codes, so that no rounding mode, no flushing of subnormal numbers and no NaN rule of the machine has a say.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import bool_, float64, intp, unsignedinteger
    from numpy.typing import NDArray

    Codes = NDArray[unsignedinteger[Any]]
    Mask = NDArray[bool_]
    Reals = NDArray[float64]
    Indices = NDArray[intp]


@dataclass(frozen=True, slots=True)
class Float:
    """A binary floating-point format: a sign bit where ``signed``, then exponent, then ``fraction`` bits.

    ``limit`` is the least magnitude code (the code without its sign bit) that is not a finite number.
    ``fnuz`` formats have neither an infinity nor a negative zero: the code of the negative zero is their only
    NaN. ``infinite`` formats have an infinity, whose magnitude is ``limit``. Sources: IEEE 754-2019; OCP
    8-bit floating point 1.0 (e4m3fn, e5m2); OCP microscaling 1.0 (e2m1, e8m0); LLVM's APFloat for the fnuz
    kinds.
    """

    bits: int
    fraction: int
    bias: int
    limit: int
    signed: bool = True
    fnuz: bool = False
    infinite: bool = False

    @property
    def sign(self) -> int:
        """The code whose only bit is the sign; 0 where there is none."""
        return 1 << (self.bits - 1) if self.signed else 0

    @property
    def unit(self) -> int:
        """The exponent of two of the smallest positive number, of which all others are multiples."""
        return 1 - self.bias - self.fraction if self.signed else -self.bias

    @property
    def has_zero(self) -> bool:
        """Whether a code stands for zero (the scale type e8m0 has none)."""
        return self.signed

    @property
    def negative_zero(self) -> bool:
        """Whether zero has two codes."""
        return self.signed and not self.fnuz

    def finite(self, code: int) -> bool:
        """Whether the code stands for a real number."""
        if self.fnuz:
            return code != self.sign
        return (code & ~self.sign) < self.limit

    def rank(self, code: int) -> int:
        """Return the place of a finite code among the values of the format, counted from its zero."""
        magnitude = code & ~self.sign
        return -magnitude if code & self.sign else magnitude

    def multiple(self, code: int) -> int:
        """Return the value of a finite code as a multiple of 2**unit."""
        if not self.signed:
            return 1 << code
        magnitude = code & ~self.sign
        exponent, rest = magnitude >> self.fraction, magnitude & ((1 << self.fraction) - 1)
        number = rest if exponent == 0 else (rest | 1 << self.fraction) << (exponent - 1)
        return -number if code & self.sign else number

    def value(self, code: int) -> Fraction:
        """Return the exact value of a finite code."""
        return self.multiple(code) * Fraction(2) ** self.unit

    @property
    def largest(self) -> Fraction:
        """The largest finite value."""
        return self.value(self.limit - 1)

    @property
    def smallest(self) -> Fraction:
        """The least finite value: the negative of the largest, or the smallest positive one."""
        return -self.largest if self.signed else self.value(0)


@dataclass(frozen=True, slots=True)
class Integer:
    """Integers of ``bits`` bits, in two's complement where ``signed``."""

    bits: int
    signed: bool

    @property
    def sign(self) -> int:
        """The code whose only bit is the sign; 0 where there is none."""
        return 1 << (self.bits - 1) if self.signed else 0

    @property
    def limit(self) -> int:
        """How many codes there are."""
        return 1 << self.bits

    def number(self, code: int) -> int:
        """Return the value of a code."""
        return (code ^ self.sign) - self.sign

    def value(self, code: int) -> Fraction:
        """Return the value of a code, as exact as that of a float."""
        return Fraction(self.number(code))


FLOATS: Mapping[str, Float] = {
    "float64": Float(64, 52, 1023, 0x7FF << 52, infinite=True),
    "float32": Float(32, 23, 127, 0xFF << 23, infinite=True),
    "float16": Float(16, 10, 15, 0x1F << 10, infinite=True),
    "bfloat16": Float(16, 7, 127, 0xFF << 7, infinite=True),
    "float8e4m3fn": Float(8, 3, 7, 0x7F),
    "float8e4m3fnuz": Float(8, 3, 8, 0x80, fnuz=True),
    "float8e5m2": Float(8, 2, 15, 0x1F << 2, infinite=True),
    "float8e5m2fnuz": Float(8, 2, 16, 0x80, fnuz=True),
    "float8e8m0": Float(8, 0, 127, 0xFF, signed=False),
    "float4e2m1": Float(4, 1, 1, 0x8),
}
"""The floating-point element types of ``model.BITS``."""

COMPLEX: Mapping[str, str] = {"complex64": "float32", "complex128": "float64"}
"""Complex types and the type of their two components."""

INTEGERS: Mapping[str, Integer] = {
    f"{prefix}int{bits}": Integer(bits, not prefix) for prefix in ("", "u") for bits in (2, 4, 8, 16, 32, 64)
}
"""The integer element types of ``model.BITS``."""


def component(dtype: str) -> str:
    """Return the type that tolerances of ``dtype`` are about: its own, or that of a complex number's
    components.
    """
    return COMPLEX.get(dtype, dtype)


def float_format(dtype: str) -> Float | None:
    """Return the floating-point format of elements or components of ``dtype``; None for other types."""
    return FLOATS.get(component(dtype))


def finite(codes: Codes, form: Float) -> Mask:
    """Return which codes stand for real numbers."""
    nan = codes.dtype.type(form.sign)
    real: Mask = codes != nan if form.fnuz else magnitude(codes, form) < codes.dtype.type(form.limit)
    return real


def magnitude(codes: Codes, form: Float) -> Codes:
    """Return the codes without their sign bits: their ranks among the values of one sign."""
    if not form.signed:
        return codes
    return codes & codes.dtype.type(form.sign - 1)


def distance(first: Codes, second: Codes, form: Float | Integer) -> Codes:
    """Return how many representable values apart the elements are, for finite codes.

    The subtraction is of ranks within one sign, the addition of ranks of two signs, each below half the range
    of the unsigned type, so neither can wrap. Zeros of either sign are at distance 0.
    """
    import numpy as np

    if isinstance(form, Integer):
        flip = first.dtype.type(form.sign)
        return _difference(first ^ flip, second ^ flip)
    left, right = magnitude(first, form), magnitude(second, form)
    if not form.signed:
        return _difference(left, right)
    opposite = ((first ^ second) & first.dtype.type(form.sign)) != 0
    distances: Codes = np.where(opposite, left + right, _difference(left, right))
    return distances


def _difference(first: Codes, second: Codes) -> Codes:
    import numpy as np

    apart: Codes = np.maximum(first, second) - np.minimum(first, second)
    return apart


def reals(codes: Codes, dtype: str) -> Reals:
    """Return the values of finite codes as float64: exact, but that a machine which flushes may give 0 for a
    subnormal.

    Types of 16 bits and fewer are looked up in a table made of integers, where nothing is flushed.
    """
    import numpy as np

    if dtype == "float64":
        return codes.view(np.float64)
    if dtype == "float32":
        return codes.view(np.float32).astype(np.float64)
    values: Reals = _table(dtype)[codes]
    return values


_TABLES: dict[str, Reals] = {}


def _table(dtype: str) -> Reals:
    """Return the float64 value of every code of at most 16 bits; 0 for codes that are not finite."""
    import numpy as np

    if dtype not in _TABLES:
        form = FLOATS[dtype]
        values = (
            math.ldexp(form.multiple(code), form.unit) if form.finite(code) else 0.0
            for code in range(1 << form.bits)
        )
        _TABLES[dtype] = np.fromiter(values, dtype=np.float64, count=1 << form.bits)
    return _TABLES[dtype]


def shown(code: int, dtype: str) -> str:
    """Return an element for people: a decimal that reads back as it, and the bits where it is not finite."""
    form = FLOATS.get(dtype)
    if form is None:
        return str(INTEGERS[dtype].value(code)) if dtype in INTEGERS else f"0x{code:02x}"
    if form.finite(code):
        if form.bits == 64:
            return repr(struct.unpack("<d", code.to_bytes(8, "little"))[0])
        return "-0.0" if code and code == form.sign else repr(math.ldexp(form.multiple(code), form.unit))
    bits = f"0x{code:0{(form.bits + 3) // 4}x}"
    if form.infinite and (code & ~form.sign) == form.limit:
        return f"{'-' if code & form.sign else ''}inf ({bits})"
    return f"nan ({bits})"

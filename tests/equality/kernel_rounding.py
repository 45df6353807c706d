"""What numbers round to by the definitions of lattices, for the tests of what rounds them."""

from bisect import bisect
from collections.abc import Iterator
from fractions import Fraction
from functools import cache

from lintian_ml.equality.self_test.values import FLOATS
from tests.equality import kernel
from tests.equality.kernel import finite, paired, real

Point = Fraction | int | None
WIDE = ("float16", "bfloat16", "float32", "float64")
POWERS = {
    "float8e4m3fn": (-12, -9, -3, 0, 3, 8),
    "float8e4m3fnuz": (-11, 2),
    "float8e5m2": (-18, -9, 0, 5),
    "float8e5m2fnuz": (-3, 16),
    "float16": (-26, -24, -14, -3, 0, 5, 15, 17),
    "bfloat16": (-134, -9, 0, 127, 129),
    "float32": (-151, -126, -13, 0, 1, 24, 129),
    "float64": (-1100, -1074, -52, 0, 3, 1023, 1026),
}
NARROWER = {
    "float8e4m3fn": ("float4e2m1",),
    "float8e5m2": ("float4e2m1",),
    "float16": ("float8e4m3fn", "float8e5m2", "float8e4m3fnuz", "float8e5m2fnuz", "float4e2m1"),
    "bfloat16": ("float8e5m2", "float8e4m3fnuz"),
    "float32": ("float16", "bfloat16", "float8e5m2"),
    "float64": ("float32", "float16", "bfloat16", "float8e4m3fn"),
}
BOOKS = [
    ("float8e4m3fn", "int4", "1/3", 0),
    ("float8e5m2", "uint4", "7/127", 5),
    ("float8e4m3fnuz", "int4", "100", -3),
    ("float16", "int8", "1/64", 3),
    ("float16", "uint8", "1/3", 128),
    ("bfloat16", "int8", "1e-3", -128),
    ("float32", "int4", "3/7", 1),
    ("float64", "int8", "1e-300", 0),
]


def nearest(value: Fraction, step: Fraction) -> int:
    """Return the whole number nearest to a share, the even one of two as near."""
    whole, rest = divmod(value, step)
    return int(whole) + (2 * rest > step or (2 * rest == step and whole % 2 == 1))


@cache
def points(narrow: str) -> tuple[list[Fraction], list[int]]:
    """Return the values of a small format in their order, and the last bits of their codes."""
    known = sorted({real(code, narrow): code % 2 for code in finite(narrow)}.items())
    return [value for value, _ in known], [last for _, last in known]


def rounded(value: Fraction, narrow: str) -> Point:
    """Return the value of a format that is nearest; None past its last."""
    if kernel.width(narrow) > 8:
        return rounded_wide(value, narrow)
    values, last = points(narrow)
    if not values[0] <= value <= values[-1]:
        return None
    at = bisect(values, value)
    around = range(max(0, at - 1), min(at + 1, len(values)))
    return values[min(around, key=lambda one: (abs(values[one] - value), last[one]))]


def rounded_wide(value: Fraction, narrow: str) -> Point:
    """Return the value of a wide format that is nearest, by its least spacing or that of the binade."""
    form = FLOATS[narrow]
    largest = max(real(code, narrow) for code in finite(narrow))
    if abs(value) > largest:
        return None
    power = 1 - form.bias
    while Fraction(2) ** (power + 1) <= abs(value):
        power += 1
    step = Fraction(2) ** (power - form.fraction)
    return nearest(value, step) * step


def place(value: Fraction, book: tuple[str, str, str, int]) -> Point:
    """Return the code's number that a value rounds to; None past the last ones."""
    _, integers, scale, zero = book
    codes = [real(code, integers) for code in finite(integers)]
    low, high = min(codes) - zero, max(codes) - zero
    share = value / Fraction(scale)
    return nearest(share, Fraction(1)) if low <= share <= high else None


@cache
def places(dtype: str, power: int | None, narrow: str, book: int | None) -> dict[int, Point]:
    """Return what finite codes round to: on multiples, the values of a format, or the numbers of a book."""

    def by(value: Fraction) -> Point:
        if power is not None:
            return nearest(value, Fraction(2) ** power)
        return rounded(value, narrow) if book is None else place(value, BOOKS[book])

    codes = {code for pair in paired(dtype) for code in pair} | set(finite(dtype))
    return {code: by(real(code, dtype)) for code in sorted(codes)}


Case = tuple[str, int | None, str, int | None]


def cases() -> Iterator[Case]:
    """Yield what is asked of ``places``."""
    for dtype, powers in POWERS.items():
        yield from ((dtype, power, "", None) for power in powers)
    for dtype, formats in NARROWER.items():
        yield from ((dtype, None, narrow, None) for narrow in formats)
    yield from ((book[0], None, "", at) for at, book in enumerate(BOOKS))


@cache
def held(case: Case) -> list[bool]:
    """Tell which of the ``paired`` codes round to one point."""
    known = places(*case)
    return [known[one] == known[other] is not None for one, other in paired(case[0])]

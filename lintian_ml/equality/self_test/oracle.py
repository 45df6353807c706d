"""The predicates by their definitions in rational numbers: slow, plain, and apart from all kernels.

It is what the comparator is held against, so it shares nothing with it. Each question is answered for every
pair of two sequences of codes of one type.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache

from lintian_ml.equality.self_test.values import infinite, largest_code, rank, value, width

Codes = Sequence[int]
Answers = list[bool]

HALF = Fraction(1, 2)


def same(first: Codes, second: Codes, dtype: str, zeros: bool = False, nan: bool = False) -> Answers:
    """Tell which pairs have equal bits; or are two zeros, or two NaNs, where those are merged."""

    def merged(one: int, other: int) -> bool:
        numbers = [value(code, dtype) for code in (one, other)]
        odd = [value(code, dtype) is None and not infinite(code, dtype) for code in (one, other)]
        return (zeros and numbers == [0, 0]) or (nan and all(odd))

    return [one == other or merged(one, other) for one, other in zip(first, second, strict=True)]


def ulp(first: Codes, second: Codes, dtype: str, n: int) -> Answers:
    """Tell which pairs are at most ``n`` representable values apart."""
    return [
        equal if real is None else abs(rank(one, dtype) - rank(other, dtype)) <= n
        for one, other, equal, real in _pairs(first, second, dtype)
    ]


def steps(first: Codes, second: Codes, dtype: str, n: int) -> Answers:
    """Tell which pairs of integers are at most ``n`` apart."""
    return [real is not None and abs(real[0] - real[1]) <= n for *_, real in _pairs(first, second, dtype)]


def close(first: Codes, second: Codes, dtype: str, rtol: Fraction, atol: Fraction) -> Answers:
    """Tell for which pairs |a - b| ≤ max(atol, rtol·max(|a|, |b|))."""
    return [
        equal if real is None else abs(real[0] - real[1]) <= max(atol, rtol * max(map(abs, real)))
        for *_, equal, real in _pairs(first, second, dtype)
    ]


def scaled(first: Codes, second: Codes, dtype: str, tau: Fraction) -> Answers:
    """Tell for which pairs |a - b| ≤ tau·min(max|A|, max|B|), over the finite elements of each."""
    own = [
        max((abs(number) for code in side if (number := value(code, dtype)) is not None), default=Fraction(0))
        for side in (first, second)
    ]
    return close(first, second, dtype, Fraction(0), tau * min(own))


def norm(first: Codes, second: Codes, dtype: str, rel: Fraction) -> Answers:
    """Tell whether ‖a - b‖² ≤ rel²·max(‖a‖², ‖b‖²), for each pair alike; the sums are over finite pairs."""
    pairs = list(_pairs(first, second, dtype))
    reals = [real for *_, real in pairs if real is not None]
    own = max(sum((a * a for a, _ in reals), Fraction(0)), sum((b * b for _, b in reals), Fraction(0)))
    holds = sum(((a - b) ** 2 for a, b in reals), Fraction(0)) <= rel**2 * own
    return [equal if real is None else holds for *_, equal, real in pairs]


def grid(first: Codes, second: Codes, dtype: str, spacing: Fraction) -> Answers:
    """Tell which pairs round to the same multiple of ``spacing``."""
    return [
        equal if real is None else _nearest(real[0] / spacing) == _nearest(real[1] / spacing)
        for *_, equal, real in _pairs(first, second, dtype)
    ]


def grid_codes(first: Codes, second: Codes, dtype: str, points: str, scale: Fraction, zero: int) -> Answers:
    """Tell which pairs round to the same code of an integer type that stands for scale·(code - zero).

    Past the first and the last code only equal bits hold.
    """
    codes = [value(code, points) for code in (0, 1 << (width(points) - 1), (1 << (width(points) - 1)) - 1)]
    ends = [code - zero for code in (*codes, value((1 << width(points)) - 1, points)) if code is not None]

    def held(real: tuple[Fraction, Fraction], equal: bool) -> bool:
        places = [number / scale for number in real]
        if any(not min(ends) <= place <= max(ends) for place in places):
            return equal
        return _nearest(places[0]) == _nearest(places[1])

    return [equal if real is None else held(real, equal) for *_, equal, real in _pairs(first, second, dtype)]


def grid_format(first: Codes, second: Codes, dtype: str, points: str) -> Answers:
    """Tell which pairs round to the same finite value of a float format; past its largest, equal bits do."""
    largest = value(largest_code(points), points)
    assert largest is not None
    return [
        equal
        if real is None or any(abs(number) > largest for number in real)
        else _rounded(real[0], points) == _rounded(real[1], points)
        for *_, equal, real in _pairs(first, second, dtype)
    ]


def _pairs(
    first: Codes, second: Codes, dtype: str
) -> Iterator[tuple[int, int, bool, tuple[Fraction, Fraction] | None]]:
    """Yield both codes, whether they are equal, and their values; None where one has none."""
    for one, other in zip(first, second, strict=True):
        a, b = value(one, dtype), value(other, dtype)
        yield one, other, one == other, None if a is None or b is None else (a, b)


def _nearest(number: Fraction) -> int:
    """Return the nearest whole number, the even one of two as near."""
    below = number.numerator // number.denominator
    rest = number - below
    if rest == HALF:
        return below + below % 2
    return below + (rest > HALF)


@cache
def _rounded(number: Fraction, points: str) -> Fraction:
    """Return the value of a format nearest to a number within it, that of the even code of two as near."""
    low, high = 0, largest_code(points)
    while high - low > 1:
        middle = (low + high) // 2
        below = value(middle, points)
        assert below is not None
        low, high = (middle, high) if below <= abs(number) else (low, middle)
    ends = [value(code, points) for code in (low, high)]
    assert ends[0] is not None
    assert ends[1] is not None
    down, up = abs(number) - ends[0], ends[1] - abs(number)
    nearest = ends[0] if down < up or (down == up and low % 2 == 0) else ends[1]
    return nearest if number >= 0 else -nearest

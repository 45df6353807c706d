"""Bounds decided in float64 on elements of 32 bits and fewer: exact, or left open where they must be."""

import math
from fractions import Fraction

import numpy as np
import pytest

from lintian_ml.equality.narrow import Narrow
from tests.equality import kernel
from tests.equality.kernel import array, gaps, paired, real, sides, within

NARROW = tuple(dtype for dtype in kernel.REALS if dtype != "float64")
NONE = Fraction(0)
EXPONENTS_APART = 28
"""As proved: see tests/validation/proofs/bounds.py."""


def test_only_signed_formats_of_32_bits_and_fewer_are_taken() -> None:
    assert Narrow.of("float64", NONE, NONE) is None
    assert Narrow.of("float8e8m0", NONE, NONE) is None
    assert all(Narrow.of(dtype, NONE, NONE) for dtype in NARROW)


def test_relative_tolerances_are_taken_below_49_hundredths_that_float64_holds_in_products() -> None:
    def taken(rtol: Fraction) -> bool:
        return Narrow.of("float32", rtol, NONE) is not None

    assert taken(Fraction(48, 100))
    assert not taken(Fraction(49, 100))
    assert not taken(Fraction(1, 2))
    assert taken(Fraction(1, (1 << 27) - 1))
    assert not taken(Fraction(1, 1 << 27))


@pytest.mark.parametrize("atol", ["0", "1/3", "1/2", "1e-45", "1e-400", "1e400", "3.4e38", "65504", "7e38"])
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_the_absolute_tolerance_is_the_largest_float64_that_is_not_above_it(dtype: str, atol: str) -> None:
    made = Narrow.of(dtype, NONE, Fraction(atol))
    assert made is not None
    furthest = 2 * max(real(code, dtype) for code in kernel.finite(dtype))
    wanted = min(Fraction(atol), furthest)
    assert Fraction(made.absolute) <= wanted < Fraction(math.nextafter(made.absolute, math.inf))


def test_the_relative_tolerance_is_kept_as_a_ratio() -> None:
    made = Narrow.of("float16", Fraction(7, 1000), NONE)
    assert made == Narrow("float16", 0.0, 7.0, 1000.0)


def open_pairs(made: Narrow, dtype: str) -> list[int]:
    """Return the places of the pairs that must be left open, by the account of the module."""
    tiny = (1, (1 << 23) - 1)
    after = (made.absolute, math.nextafter(made.absolute, math.inf))
    found = []
    for at, (pair, (gap, larger, smaller)) in enumerate(zip(paired(dtype), gaps(dtype), strict=True)):
        subnormal = dtype == "float32" and any(tiny[0] <= code % (1 << 31) <= tiny[1] for code in pair)
        rounded = float(gap) in after and larger > smaller * 2**EXPONENTS_APART
        if subnormal or rounded:
            found.append(at)
    return found


@pytest.mark.parametrize("dtype", NARROW)
@pytest.mark.parametrize("rtol", ["0", "1/1024", "1e-3", "1/3", "48/100", "1e-7"])
@pytest.mark.parametrize("atol", ["0", "1/3", "1e-45", "1", "448"])
def test_what_is_not_left_open_is_decided_as_rational_numbers_do(dtype: str, rtol: str, atol: str) -> None:
    made = Narrow.of(dtype, Fraction(rtol), Fraction(atol))
    assert made is not None
    with np.errstate(all="ignore"):
        held, left = made.decide(*sides(paired(dtype), dtype))
    assert left.tolist() == open_pairs(made, dtype)
    expected = within(dtype, Fraction(rtol), Fraction(atol))
    differ = [at for at, right in enumerate(expected) if held[at] != right]
    assert set(differ) <= set(left.tolist())


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float8e5m2", "float32"])
def test_tolerances_that_are_the_very_deviation_are_met(dtype: str) -> None:
    for at in range(0, len(paired(dtype)), 97):
        gap, larger, _ = gaps(dtype)[at]
        for rtol, atol in ((NONE, gap), (gap / larger, NONE)):
            for beside in kernel.MET_AT_BORDERS:
                made = Narrow.of(dtype, rtol * (1 + beside), atol * (1 + beside))
                if made is None:
                    continue
                with np.errstate(all="ignore"):
                    held, left = made.decide(*sides(paired(dtype)[at : at + 1], dtype))
                assert left.size or held[0] == (beside >= 0)


def test_differences_that_float64_rounds_are_left_open_only_at_the_tolerance_or_the_next() -> None:
    one = array([0x3F80] * 4, "bfloat16")
    other = array([0xA180, 0x2180, 0x3F00, 0x4000], "bfloat16")
    made = Narrow.of("bfloat16", NONE, Fraction(1))
    assert made is not None
    held, left = made.decide(one, other)
    assert (held.tolist(), left.tolist()) == ([True, True, True, True], [0, 1])
    below = Narrow.of("bfloat16", NONE, Fraction(math.nextafter(1.0, 0.0)))
    assert below is not None
    assert below.decide(one, other)[1].tolist() == [0, 1]
    further = Narrow.of("bfloat16", NONE, Fraction(math.nextafter(1.0, 2.0)))
    assert further is not None
    assert further.decide(one, other)[1].tolist() == []


def test_a_rounded_difference_that_only_seems_to_be_the_tolerance_is_left_open() -> None:
    one, other = array([0x3F800000], "float32"), array([0xB0800001], "float32")
    assert abs(real(0x3F800000, "float32") - real(0xB0800001, "float32")) == 1 + Fraction(
        1 << 23 | 1, 1 << 53
    )
    made = Narrow.of("float32", NONE, 1 + Fraction(1, 1 << 30))
    assert made is not None
    assert made.decide(one, other)[1].tolist() == [0]


def test_exponents_that_are_28_apart_still_subtract_exactly() -> None:
    made = Narrow.of("float16", NONE, Fraction(32768 - Fraction(1, 8192)))
    assert made is not None
    one, other = array([0x7800, 0x7800], "float16"), array([0x0800, 0x07FF], "float16")
    held, left = made.decide(one, other)
    assert (held.tolist(), left.tolist()) == ([True, False], [])
    assert made.decide(array([], "float16"), array([], "float16"))[1].tolist() == []


def test_no_pairs_are_decided_as_none() -> None:
    for dtype in NARROW:
        made = Narrow.of(dtype, Fraction(1, 8), NONE)
        assert made is not None
        held, left = made.decide(array([], dtype), array([], dtype))
        assert (held.size, left.size) == (0, 0)
        assert left.dtype == np.intp

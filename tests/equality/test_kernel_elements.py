"""Codes, values and distances of every element type, held against the definitions of the formats."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from lintian_ml.equality.elements import (
    COMPLEX,
    FLOATS,
    INTEGERS,
    Float,
    component,
    distance,
    float_format,
    magnitude,
    reals,
    shown,
)
from lintian_ml.equality.elements import finite as finite_of
from tests.equality import kernel
from tests.equality.kernel import array, finite, odd, paired, rank, real, special, value, width

FORMATS = (*kernel.REALS, kernel.SCALE)


@pytest.mark.parametrize("dtype", FORMATS)
def test_a_float_code_stands_for_the_value_of_its_format(dtype: str) -> None:
    form = FLOATS[dtype]
    assert form.bits == width(dtype)
    for code in finite(dtype):
        assert form.finite(code)
        assert form.value(code) == real(code, dtype)
        assert form.multiple(code) * Fraction(2) ** form.unit == real(code, dtype)
        assert isinstance(form.multiple(code), int)
    assert not any(form.finite(code) for code in odd(dtype))


@pytest.mark.parametrize("dtype", FORMATS)
def test_the_ends_of_a_format_are_the_least_and_the_largest_of_its_values(dtype: str) -> None:
    values = [real(code, dtype) for code in finite(dtype)]
    form = FLOATS[dtype]
    assert (form.smallest, form.largest) == (min(values), max(values))
    assert min(abs(one) for one in values if one) == Fraction(2) ** form.unit
    assert form.has_zero is (0 in values)
    assert form.negative_zero is (values.count(Fraction(0)) == 2)
    assert form.sign == (1 << (width(dtype) - 1) if min(values) < 0 else 0)


@pytest.mark.parametrize("dtype", kernel.REALS)
def test_the_rank_of_a_code_is_its_place_among_the_values(dtype: str) -> None:
    assert [FLOATS[dtype].rank(code) for code in finite(dtype)] == [
        rank(code, dtype) for code in finite(dtype)
    ]


@pytest.mark.parametrize("dtype", kernel.INTEGERS)
def test_an_integer_code_stands_for_its_number_in_twos_complement(dtype: str) -> None:
    form = INTEGERS[dtype]
    assert form.limit == 1 << width(dtype)
    assert form.sign == (0 if dtype.startswith("u") else form.limit // 2)
    for code in finite(dtype):
        assert form.number(code) == form.value(code) == value(code, dtype)
        assert type(form.value(code)) is Fraction


def test_complex_numbers_are_looked_at_by_component() -> None:
    assert [component(one) for one in ("complex64", "complex128", "int8")] == ["float32", "float64", "int8"]
    assert COMPLEX == {"complex64": "float32", "complex128": "float64"}
    assert float_format("complex64") is FLOATS["float32"]
    assert float_format("complex128") is FLOATS["float64"]
    assert float_format("int8") is None
    assert float_format("bool") is None


def test_a_format_has_a_sign_and_neither_a_lone_nan_nor_an_infinity_unless_that_is_said() -> None:
    form = Float(4, 1, 1, 8)
    assert (form.signed, form.fnuz, form.infinite) == (True, False, False)
    infinite = {name for name, form in FLOATS.items() if form.infinite}
    assert infinite == {"float64", "float32", "float16", "bfloat16", "float8e5m2"}
    assert {name for name, form in FLOATS.items() if form.fnuz} == {"float8e4m3fnuz", "float8e5m2fnuz"}


@pytest.mark.parametrize("dtype", FORMATS)
def test_codes_that_are_no_numbers_are_told_from_those_that_are(dtype: str) -> None:
    codes = array((*finite(dtype), *odd(dtype)), dtype)
    found = finite_of(codes, FLOATS[dtype])
    assert found.tolist() == [True] * len(finite(dtype)) + [False] * len(odd(dtype))


@pytest.mark.parametrize("dtype", FORMATS)
def test_a_magnitude_is_the_code_without_its_sign(dtype: str) -> None:
    codes = array(special(dtype), dtype)
    found = magnitude(codes, FLOATS[dtype])
    bits = width(dtype) - (dtype != kernel.SCALE)
    assert found.tolist() == [code % (1 << bits) for code in special(dtype)]
    assert found.dtype == codes.dtype


@pytest.mark.parametrize("dtype", [*FORMATS, *kernel.INTEGERS])
def test_the_distance_is_the_difference_of_ranks_in_the_width_of_the_codes(dtype: str) -> None:
    codes = finite(dtype)
    form = FLOATS.get(dtype) or INTEGERS[dtype]
    first, second = (array(side, dtype) for side in zip(*product(codes, codes), strict=True))
    found = distance(first, second, form)
    ranks = [rank(code, dtype) for code in codes]
    assert found.dtype == first.dtype
    assert found.tolist() == [abs(one - other) for one, other in product(ranks, ranks)]


@pytest.mark.parametrize("dtype", FORMATS)
def test_a_code_as_float64_has_its_exact_value(dtype: str) -> None:
    found = reals(array(finite(dtype), dtype), dtype)
    assert found.dtype == np.float64
    assert [Fraction(one) for one in found.tolist()] == [real(code, dtype) for code in finite(dtype)]


def test_what_is_no_number_counts_as_nothing_in_tables() -> None:
    for dtype in ("float16", "float8e4m3fnuz", "float8e8m0"):
        assert not reals(array(odd(dtype), dtype), dtype).any()
        assert reals(array(odd(dtype), dtype), dtype) is not reals(array(odd(dtype), dtype), dtype)


def test_a_table_is_made_once() -> None:
    from lintian_ml.equality.elements import _table

    assert _table("float8e5m2") is _table("float8e5m2")
    assert _table("float8e5m2").size == 256


@pytest.mark.parametrize(
    ("code", "dtype", "text"),
    [
        (0x3FF0000000000000, "float64", "1.0"),
        (0x8000000000000000, "float64", "-0.0"),
        (0x3FB999999999999A, "float64", "0.1"),
        (0xFFEFFFFFFFFFFFFF, "float64", "-1.7976931348623157e+308"),
        (0x7FF0000000000000, "float64", "inf (0x7ff0000000000000)"),
        (0x7FF0000000000001, "float64", "nan (0x7ff0000000000001)"),
        (0xFF800000, "float32", "-inf (0xff800000)"),
        (0x7F800000, "float32", "inf (0x7f800000)"),
        (0xFFC00000, "float32", "nan (0xffc00000)"),
        (0x80000000, "float32", "-0.0"),
        (0x00000000, "float32", "0.0"),
        (0xBF800000, "float32", "-1.0"),
        (0x00000001, "float32", "1.401298464324817e-45"),
        (0xFC00, "float16", "-inf (0xfc00)"),
        (0x7C01, "float16", "nan (0x7c01)"),
        (0x80, "float8e4m3fnuz", "nan (0x80)"),
        (0x80, "float8e4m3fn", "-0.0"),
        (0x7F, "float8e4m3fn", "nan (0x7f)"),
        (0xFF, "float8e8m0", "nan (0xff)"),
        (0x7F, "float8e8m0", "1.0"),
        (0x00, "float8e8m0", "5.877471754111438e-39"),
        (0x7C, "float8e5m2", "inf (0x7c)"),
        (0x0F, "float4e2m1", "-6.0"),
        (0xFF, "int8", "-1"),
        (0xFF, "uint8", "255"),
        (0x07, "bool", "0x07"),
    ],
)
def test_an_element_is_shown_as_a_decimal_and_with_its_bits_where_it_is_no_number(
    code: int, dtype: str, text: str
) -> None:
    assert shown(code, dtype) == text


@pytest.mark.parametrize("dtype", kernel.REALS)
def test_pairs_of_two_signs_are_as_far_apart_as_both_are_from_zero(dtype: str) -> None:
    sign = 1 << (width(dtype) - 1)
    codes = [code for code in finite(dtype) if 0 < code < sign and code + sign in finite(dtype)]
    found = distance(array(codes, dtype), array((code + sign for code in codes), dtype), FLOATS[dtype])
    assert found.tolist() == [2 * code for code in codes]
    assert len(paired(dtype)) > 50

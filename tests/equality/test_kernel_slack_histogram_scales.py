"""Slack against a count of the codes that would have been accepted, one by one; and what it is made of."""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from lintian_ml.equality import histogram
from lintian_ml.equality.elements import FLOATS, INTEGERS, Float, Integer
from lintian_ml.equality.histogram import Histogram, counted, even, neighbours
from lintian_ml.equality.histogram import rank as rank_of
from lintian_ml.equality.scales import Scales, largest
from lintian_ml.equality.slack import Meter, Nothing, Window
from lintian_ml.equality.stretch import Stretch, alone
from lintian_ml.equality.tally import least
from tests.equality import kernel
from tests.equality.kernel import accepted, array, finite, near, odd, real, special, tensor

EIGHT = (*kernel.SMALL, kernel.SCALE, "int8", "uint8", "int4", "uint2")
NONE = Fraction(0)


def form_of(dtype: str) -> Float | Integer:
    return FLOATS.get(dtype) or INTEGERS[dtype]


@pytest.mark.parametrize("dtype", EIGHT)
@pytest.mark.parametrize("reach", [0, 1, 2, 7, 100, 126, 127, 128, 254, 255, 1 << 40])
def test_a_window_has_the_codes_within_reach_of_each_element(dtype: str, reach: int) -> None:
    for code, count in accepted(dtype, reach).items():
        meter = Window(form_of(dtype), reach)
        meter.add(array([code, *odd(dtype)], dtype))
        assert meter.bits() == pytest.approx(math.log2(count), abs=1.1e-6)
        assert (meter.bits() or 0.0) >= math.log2(count) - 1e-12


@pytest.mark.parametrize("dtype", ["float32", "float16", "float64", "int64", "int32", "uint64"])
def test_a_window_of_a_wide_type_is_cut_at_the_ends_and_has_both_zeros(dtype: str) -> None:
    form, reach = form_of(dtype), 5
    limit = form.limit if isinstance(form, Float) else form.limit - form.sign
    last = limit - 1
    expected = {last: 6, last - 1: 7, last - 5: 11, last - 9: 11}
    if isinstance(form, Float):
        expected |= {0: 12, 3: 12, 5: 12, 6: 11, form.sign: 12, form.sign | 6: 11, form.sign | last: 6}
    elif form.signed:
        expected |= {0: 11, form.sign: 6, form.sign + 2: 8, form.limit - 1: 11}
    else:
        expected |= {0: 6, 2: 8, 5: 11}
    for code, count in expected.items():
        meter = Window(form, reach)
        meter.add(array([code, code], dtype))
        assert meter.bits() == pytest.approx(2 * math.log2(count), abs=3e-6)


def test_a_run_far_from_all_ends_is_counted_at_once() -> None:
    window = Window(FLOATS["float16"], 5)
    assert window.looks
    assert window.settle(Stretch(7, 0, 0, 6, 0x7BFF - 5))
    assert window.bits() == 7 * math.log2(11)
    assert not window.settle(Stretch(7, 0, 0, 5, 0x7000))
    assert not window.settle(Stretch(7, 0, 0, 6, 0x7BFF - 4))
    whole = Window(INTEGERS["int8"], 5)
    assert whole.settle(Stretch(7, 0, 0, 5, 250))
    assert not whole.settle(Stretch(7, 0, 0, 4, 200))
    assert not whole.settle(Stretch(7, 0, 0, 5, 251))
    assert window.bits() == 7 * math.log2(11)


def test_windows_of_parts_add_up() -> None:
    codes = array(special("float16"), "float16")
    whole, first, second = (Window(FLOATS["float16"], 9) for _ in range(3))
    whole.add(codes)
    first.add(codes[:9])
    second.add(codes[9:])
    second.settle(Stretch(2, 0, 0, 100, 200))
    whole.settle(Stretch(2, 0, 0, 100, 200))
    first.merge(second)
    assert first.bits() == whole.bits()


def test_what_is_not_known_and_what_is_nothing() -> None:
    unknown = Meter()
    unknown.add(array([1], "float32"))
    assert unknown.bits() is None
    assert unknown.settle(Stretch(1, 0, 0, 1, 1)) is False
    assert unknown.remarks() == ()
    assert unknown.looks is Nothing().looks is False
    unknown.merge(Meter())
    assert Nothing().bits() == 0.0

    class Looking(Meter):
        looks = True

    with pytest.raises(NotImplementedError):
        Looking().merge(Looking())


def test_the_slack_of_several_terms_is_the_least_that_is_known() -> None:
    assert least([3.0, None, 2.0, math.nan]) == 2.0
    assert least([None, math.nan]) is None
    assert least([]) is None


BOUNDS = [(NONE, NONE), (Fraction(1, 8), NONE), (Fraction(1, 3), Fraction(1, 2)), (NONE, Fraction(7)),
          (Fraction(1, 50), Fraction(1, 64))]  # fmt: skip


@pytest.mark.parametrize("dtype", [*kernel.SMALL, kernel.SCALE])
@pytest.mark.parametrize(("rtol", "atol"), BOUNDS)
def test_a_histogram_bounds_the_codes_near_each_element(dtype: str, rtol: Fraction, atol: Fraction) -> None:
    over = 0.0
    for code, count in near(dtype, rtol, atol).items():
        meter = Histogram(FLOATS[dtype], rtol, atol)
        meter.add(array([code, *odd(dtype)], dtype))
        bits = meter.bits()
        assert bits is not None
        assert bits >= math.log2(count) - 1e-12
        assert meter.count == 1
        over += bits - math.log2(count)
    assert over <= 2 * len(finite(dtype))


@pytest.mark.parametrize("dtype", ["float8e4m3fn", "float8e5m2", "float8e4m3fnuz", "float8e8m0", "float16"])
@pytest.mark.parametrize(("rtol", "atol"), BOUNDS)
def test_the_smallest_of_a_binade_has_the_most_neighbours(dtype: str, rtol: Fraction, atol: Fraction) -> None:
    """Counted within the distance that the largest of the binade allows of the far ones, on either side.

    An end that lies between two values counts the lower of them too.
    """
    form = FLOATS[dtype]
    codes = [code for code in range(1 << kernel.width(dtype)) if kernel.value(code, dtype) is not None]
    values = sorted(real(code, dtype) for code in codes)
    binades = range(0, (form.limit - 1 >> form.fraction) + 1, 1 if dtype != "float16" else 9)
    for binade in binades:
        start = real(binade << form.fraction, dtype)
        end = real(min(((binade + 1) << form.fraction) - 1, form.limit - 1), dtype)
        reach = max(atol, rtol * end / (1 - rtol))
        low, high = start - reach, start + reach
        there = bisect_right(values, high) - bisect_left(values, low)
        between = (low > 0 if form.signed else low > values[0]) and low not in values
        assert neighbours(form, binade, rtol, atol) == there + between


@pytest.mark.parametrize("dtype", [*kernel.SMALL, kernel.SCALE, "float16", "float64"])
def test_the_rank_of_a_number_is_that_of_the_largest_value_not_above_it(dtype: str) -> None:
    form = FLOATS[dtype]
    for code in finite(dtype):
        if code and code < (form.sign or 1 << 8):
            value = real(code, dtype)
            assert rank_of(value, form) == code
            assert rank_of(value * (1 + Fraction(1, 1 << 60)), form) == code
            assert rank_of(value * (1 - Fraction(1, 1 << 60)), form) == code - 1
    assert rank_of(Fraction(10) ** 400, form) == form.limit - 1


@pytest.mark.parametrize("dtype", ["float16", "float32", "bfloat16", "float8e4m3fn", "float8e8m0"])
@pytest.mark.parametrize(("rtol", "atol"), BOUNDS)
def test_the_even_binades_are_those_below_the_last_with_as_many_neighbours(
    dtype: str, rtol: Fraction, atol: Fraction
) -> None:
    form = FLOATS[dtype]
    top = (form.limit >> form.fraction) - 2
    found = even(form, rtol, atol)
    if not rtol:
        assert not found
        return
    assert found[-1] == top
    counts = [neighbours(form, at, rtol, atol) for at in range(1, top + 1)]
    run = next((at for at in range(top - 1, 0, -1) if counts[at - 1] != counts[top - 1]), 0)
    assert found[0] == run + 1


@pytest.mark.parametrize("count", [1, 50, 1023, 1024, 1025, 3000])
@pytest.mark.parametrize("dtype", ["float32", "float16", "float64"])
def test_exponents_are_counted(count: int, dtype: str) -> None:
    form = FLOATS[dtype]
    codes = np.random.default_rng(count).integers(0, form.limit, count).astype(f"u{form.bits // 8}")
    codes[: count // 2] = form.limit - 1 - codes[: count // 2] % (12 << form.fraction)
    expected = Counter(int(code) >> form.fraction for code in codes)
    assert counted(codes, form.fraction) == expected
    assert counted(codes[:0], form.fraction) == {}


def test_few_binades_are_counted_too() -> None:
    codes = np.tile(array([1, 0x400, 0x800], "float16"), 1000)
    assert counted(codes, 10) == {0: 1000, 1: 1000, 2: 1000}


@pytest.mark.parametrize("share", [NONE, Fraction(1, 100)])
@pytest.mark.parametrize("rtol", [NONE, Fraction(1, 1000)])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float8e4m3fn", "float8e5m2fnuz"])
def test_a_run_that_is_settled_counts_as_its_elements_do(dtype: str, rtol: Fraction, share: Fraction) -> None:
    form, normal = FLOATS[dtype], kernel.steps(dtype)
    for low, high in (
        (normal, 3 * normal),
        (5 * normal, 7 * normal),
        (1, 6 * normal),
        (form.limit - normal, form.limit),
    ):
        codes = array(np.linspace(low, high - 1, 40).astype(int).tolist(), dtype)
        told, seen = (Histogram(form, rtol, share=share) for _ in range(2))
        seen.add(codes)
        known = alone(codes, form, np.empty(codes.nbytes, np.uint8))
        assert known is not None
        if told.settle(known):
            assert told.count == seen.count == 40
            assert told.bits() == seen.bits()
            assert told._largest == seen._largest == int(codes.max())
        else:
            assert form.fnuz
    integers = Histogram(form, rtol, share=share)
    assert not integers.settle(Stretch(3, 0, 0, 1, normal))


def test_a_histogram_of_fnuz_codes_takes_runs_of_even_binades_only() -> None:
    form, normal = FLOATS["float8e4m3fnuz"], kernel.steps("float8e4m3fnuz")
    meter = Histogram(form, Fraction(1, 8))
    top = even(form, Fraction(1, 8), NONE)[-1] * normal
    codes = array([top, top + 1], "float8e4m3fnuz")
    known = alone(codes, form, np.empty(9, np.uint8))
    assert known is not None
    assert meter.settle(known)
    assert meter.count == 2
    assert not meter.settle(Stretch(1, 0, 0, 1, form.limit - 1, known.doubled))


def test_histograms_of_parts_add_up_and_a_share_is_that_of_the_largest_of_all() -> None:
    codes = array(
        [code for code in special("float32") if kernel.value(code, "float32") is not None], "float32"
    )
    whole, first, second, none = (Histogram(FLOATS["float32"], share=Fraction(1, 9)) for _ in range(4))
    assert none.bits() == 0.0
    none.add(codes[:0])
    assert (none.bits(), none.count) == (0.0, 0)
    whole.add(codes)
    first.add(codes[:6])
    second.add(codes[6:])
    first.merge(second)
    second.merge(first)
    assert first.bits() == whole.bits()
    assert first.count == whole.count == codes.size
    one = Histogram(FLOATS["float32"], share=Fraction(1, 2))
    one.add(array([0x40000000, 0x3F800000], "float32"))
    by_hand = Histogram(FLOATS["float32"], atol=Fraction(1))
    by_hand.add(array([0x40000000, 0x3F800000], "float32"))
    assert one.bits() == by_hand.bits()


def test_all_exponents_but_those_that_are_not_finite_are_counted() -> None:
    assert histogram.CROWDED > 0
    for dtype in ("float16", "float8e4m3fnuz", "float8e4m3fn"):
        meter = Histogram(FLOATS[dtype], Fraction(1, 8))
        meter.add(array((*finite(dtype), *odd(dtype)), dtype))
        assert meter.count == len(finite(dtype))
        meter = Histogram(FLOATS[dtype], Fraction(1, 8))
        meter.add(array(odd(dtype), dtype))
        assert meter.count == 0


def known(first: int, second: int, furthest: int = 0) -> Stretch:
    return Stretch(2, 1, furthest, first, second)


def test_scales_are_the_largest_finite_magnitudes_of_both_sides() -> None:
    scales = Scales(FLOATS["float16"])
    assert (scales.least, scales.larger) == (-1, -1)
    assert scales.smaller == 0
    scales.look(array([0xBC00, 0x7C00], "float16"), array([0x3800, 0xFE00], "float16"))
    assert (scales.least, scales.larger) == (0x3800, 0x3C00)
    assert scales.smaller == Fraction(1, 2)
    scales.look(array([0x4000], "float16"), array([0x3800], "float16"))
    assert (scales.least, scales.larger) == (0x3800, 0x4000)
    scales.look(array([0], "float16"), array([0x3C00], "float16"))
    assert (scales.least, scales.larger) == (0x3C00, 0x4000)


def test_the_least_scale_is_no_zero() -> None:
    scales = Scales(FLOATS["float8e8m0"])
    scales.look(array([0], "float8e8m0"), array([0], "float8e8m0"))
    assert scales.smaller == Fraction(1, 1 << 127)


def test_a_run_tells_the_scales_unless_its_first_elements_may_be_larger_than_all_before() -> None:
    scales = Scales(FLOATS["float16"])
    assert not scales.settles(known(0x3000, 0x3C00, 1))
    assert scales.settles(known(0x3000, 0x3C00))
    assert (scales.least, scales.larger) == (0x3C00, 0x3C00)
    assert scales.settles(known(0x3000, 0x3BFF, 1))
    assert not scales.settles(known(0x3000, 0x3C00, 1))
    assert (scales.least, scales.larger) == (0x3C00, 0x3C00)
    scales.look(array([0x5000], "float16"), array([0], "float16"))
    assert scales.settles(known(0x3000, 0x4000, 1))
    assert (scales.least, scales.larger) == (0x4000, 0x5000)


@pytest.mark.parametrize("dtype", [*kernel.REALS, kernel.SCALE])
def test_the_largest_magnitude_is_that_of_the_finite_elements(dtype: str) -> None:
    form = FLOATS[dtype]
    assert largest(array((*finite(dtype), *odd(dtype)), dtype), form) == form.limit - 1
    assert largest(array((1, *odd(dtype)), dtype), form) == 1
    assert largest(array(odd(dtype), dtype), form) == -1
    assert largest(array([], dtype), form) == -1
    assert tensor([1], dtype).elements == 1

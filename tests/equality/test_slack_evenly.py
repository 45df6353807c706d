"""Runs whose elements all have the same slack beside them: which they are, and how much it is."""

import math
from fractions import Fraction

import pytest

from lintian_ml.equality.elements import FLOATS, INTEGERS, Float
from lintian_ml.equality.histogram import Histogram, even, neighbours
from lintian_ml.equality.slack import FINE, Meter, Nothing, Window
from lintian_ml.equality.stretch import Stretch
from tests.equality.kernel import array

NONE = Fraction(0)


def run(least: int, most: int) -> Stretch:
    """Return a run of three elements between two codes."""
    return Stretch(3, 1, 1, least, most)


@pytest.mark.parametrize("reach", [0, 1, 5, 60])
@pytest.mark.parametrize("dtype", ["float8e5m2", "float8e4m3fn", "float8e4m3fnuz", "int8", "uint8"])
def test_a_window_tells_of_runs_far_from_all_ends_what_it_counts_beside_each_element(
    dtype: str, reach: int
) -> None:
    form = FLOATS.get(dtype) or INTEGERS[dtype]
    first = reach + isinstance(form, Float)
    last = form.limit - 1 - reach
    meter = Window(form, reach)
    assert meter.evenly(run(first, last)) == math.log2(2 * reach + 1)
    assert meter.evenly(run(first, last + 1)) is None
    if first:
        assert meter.evenly(run(first - 1, last)) is None
    sign = 0 if isinstance(form, Float) else form.sign
    for code in (first, (first + last) // 2, last):
        counts = Window(form, reach)
        counts.add(array([code ^ sign], dtype))
        assert counts.bits() == meter.evenly(run(first, last))
    assert meter.bits() == 0
    assert meter.settle(run(first, last))
    assert meter.bits() == 3 * math.log2(2 * reach + 1)


@pytest.mark.parametrize("rtol", [Fraction(1, 1000), Fraction(1, 3)])
@pytest.mark.parametrize("dtype", ["float16", "float8e5m2", "bfloat16", "float32"])
def test_a_histogram_tells_of_runs_in_its_even_binades(dtype: str, rtol: Fraction) -> None:
    form = FLOATS[dtype]
    binades = even(form, rtol, NONE)
    first, last = binades[0] << form.fraction, ((binades[-1] + 1) << form.fraction) - 1
    meter = Histogram(form, rtol)
    told = meter.evenly(run(first, last))
    assert told == math.log2(neighbours(form, binades[-1], rtol, NONE))
    assert meter.evenly(run(first - 1, last)) is None
    assert meter.evenly(run(first, last + 1)) is None
    for code in (first, first + 1, last):
        counts = Histogram(form, rtol)
        counts.add(array([code], dtype))
        assert counts.bits() == told
    assert meter.count == 0


def test_others_tell_of_none() -> None:
    assert Meter().evenly(run(9, 9)) is None
    assert Nothing().evenly(run(9, 9)) is None
    assert Histogram(FLOATS["float16"], atol=Fraction(1)).evenly(run(0x3C00, 0x3C00)) is None
    assert (
        Histogram(FLOATS["float16"], Fraction(1, 8), share=Fraction(1, 8)).evenly(run(0x3C00, 0x3C00)) is None
    )


def test_parts_of_a_bit_are_counted_in_millionths_or_so() -> None:
    assert FINE == 1 << 20
    edge = Window(INTEGERS["uint8"], 3)
    edge.add(array([0], "uint8"))
    assert edge.bits() == 2.0
    edge.add(array([1], "uint8"))
    assert edge.bits() == 2.0 + math.ceil(math.log2(5) * (1 << 20)) / (1 << 20)

"""The symmetric bound: exact for every type and tolerance, and true in what it tells of whole runs."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from lintian_ml.equality import bound as module
from lintian_ml.equality.bound import Bound, blurred
from lintian_ml.equality.stretch import Stretch
from tests.equality import kernel
from tests.equality.kernel import array, finite, gaps, odd, paired, real, sides, within

NONE = Fraction(0)
TYPES = (*kernel.REALS, kernel.SCALE)
RELATIVE = ("0", "1/1024", "1e-3", "1/3", "1/2", "0.999999", "1e-12", "1e-300")
ABSOLUTE = ("0", "1/3", "1e-45", "5e-324", "1", "1e30", "1e308", "1e400")


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("rtol", RELATIVE)
def test_every_pair_is_decided_as_rational_numbers_do(dtype: str, rtol: str) -> None:
    for atol in ABSOLUTE:
        judge = Bound(dtype, Fraction(rtol), Fraction(atol))
        found = judge.near(*sides(paired(dtype), dtype))
        assert found.tolist() == within(dtype, Fraction(rtol), Fraction(atol)), atol


@pytest.mark.parametrize("dtype", TYPES)
def test_a_tolerance_that_is_the_very_deviation_is_met_and_one_below_it_is_not(dtype: str) -> None:
    for at in range(0, len(paired(dtype)), 31):
        pair, (gap, larger, _) = paired(dtype)[at], gaps(dtype)[at]
        ratio = gap / larger
        for rtol, atol in ((NONE, gap), (ratio, NONE), (ratio / 2, gap), (ratio, gap / 2)):
            for beside in kernel.MET_AT_BORDERS:
                share, distance = rtol * (1 + beside), atol * (1 + beside)
                if share >= 1:
                    continue
                judge = Bound(dtype, share, distance)
                assert judge.near(*sides([pair], dtype)).tolist() == [beside >= 0]
                assert judge.holds(*pair) is judge.holds(*reversed(pair)) is (beside >= 0)


def test_the_margins_are_those_that_are_proved() -> None:
    """See tests/validation/proofs/bounds.py: 2**-48 of a number, and eight times the smallest normal one."""
    assert Fraction(module.MARGIN) == Fraction(1, 1 << 48)
    assert Fraction(module.FLUSHED["float32"]) == 8 * Fraction(1, 1 << 126)
    assert Fraction(module.FLUSHED["float64"]) == 8 * Fraction(1, 1 << 1022)


def test_complex_numbers_are_bound_by_component() -> None:
    judge = Bound("complex64", NONE, Fraction(1, 1 << 23))
    assert judge.dtype == "complex64"
    pairs = [(0x3F800001, 0x3F800000), (0x40000001, 0x40000000), (0x7F800000, 0x3F800000)]
    assert judge.accepts(*sides(pairs, "float32")).tolist() == [True, False, False]


def spacing(code: int, dtype: str) -> Fraction:
    """Return how far apart the values of a binade are, of the one that a magnitude code lies in."""
    fraction = kernel.steps(dtype).bit_length() - 1
    least = min(number for one in finite(dtype) if (number := abs(real(one, dtype))))
    return least * Fraction(2) ** max(0, (code >> fraction) - 1)


def stretches(dtype: str) -> list[Stretch]:
    """Return runs about every border between normal and subnormal numbers, and in the middle of the type."""
    normal = kernel.steps(dtype)
    middle = (1 << (kernel.width(dtype) - 2)) - (1 << (kernel.width(dtype) - 5))
    places = (normal - 1, normal, normal + 1, 2 * normal - 1, 2 * normal, 3 * normal, middle)
    made = []
    for least, extent, furthest in product(places, (0, 3, normal), (0, 1, 2, 3, 7, normal)):
        if furthest < least:
            made.append(Stretch(4, 4 if furthest else 0, furthest, least, least + extent))
    return made


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64", "float8e4m3fn"])
def test_a_run_is_settled_where_so_many_values_are_within_either_tolerance(dtype: str) -> None:
    normal, seen = kernel.steps(dtype), set()
    for known in stretches(dtype):
        width = known.furthest * spacing(known.most + known.furthest, dtype)
        share = Fraction(known.furthest, normal)
        for rtol, atol in product(
            (NONE, share, share * Fraction(999, 1000)), (NONE, width, width * Fraction(999, 1000))
        ):
            if rtol >= 1:
                continue
            near = (known.least >= normal and share <= rtol) or width <= atol
            assert Bound(dtype, rtol, atol).settles(known) is near
            seen.add(near)
    assert seen == {True, False}


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_the_gap_of_a_run_is_that_of_its_furthest_pair_where_values_are_sparsest(dtype: str) -> None:
    least = min(number for one in finite(dtype) if (number := abs(real(one, dtype))))
    for known in stretches(dtype):
        found = Bound(dtype, NONE, NONE).gap(known) * least
        assert found == known.furthest * spacing(known.most + known.furthest, dtype)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_the_ceiling_of_a_run_is_above_every_excess_in_it_and_hardly_more(dtype: str) -> None:
    normal = kernel.steps(dtype)
    for code, furthest in product((2 * normal, 2 * normal + 3, 5 * normal, 20 * normal + 7), (1, 2, 5)):
        known = Stretch(1, 1, furthest, code, code)
        first, second = array([code + furthest, code - furthest], dtype), array([code] * 2, dtype)
        for rtol, atol in product(("0", "1e-3", "1e-200"), ("0", "1e-3", "1e-190")):
            judge = Bound(dtype, Fraction(rtol), Fraction(atol))
            excess = judge.excess(first, second).max()
            assert excess <= judge.ceiling(known) == judge.ceiling(known)
            assert judge.ceiling(known) <= 2.1 * excess or dtype == "float64"


def test_a_run_of_numbers_that_are_hardly_normal_has_no_ceiling_nor_has_one_of_a_tiny_tolerance() -> None:
    normal = kernel.steps("float32")
    assert Bound("float32", NONE, NONE).ceiling(Stretch(1, 1, 1, 2 * normal - 1, 9 * normal)) == math.inf
    assert Bound("float32", NONE, NONE).ceiling(Stretch(1, 1, 1, 2 * normal, 9 * normal)) < math.inf
    known = Stretch(1, 1, 1, 4 * normal, 9 * normal)
    assert Bound("float32", Fraction(1, (1 << 900) + 1), NONE).ceiling(known) == math.inf
    assert Bound("float32", Fraction(1, 1 << 900), NONE).ceiling(known) < math.inf


def test_ceilings_are_those_of_each_tolerance() -> None:
    normal = kernel.steps("float16")
    known = Stretch(1, 1, 2, 15 * normal, 15 * normal)
    width = Fraction(2, normal)
    assert Bound("float16", NONE, NONE).ceiling(known) == blurred(width)
    assert Bound("float16", NONE, Fraction(1, 7)).ceiling(known) == blurred(width)
    assert Bound("float16", Fraction(1, 16), NONE).ceiling(known) == blurred(Fraction(2, normal) * 16)
    assert Bound("float16", Fraction(1, 16), Fraction(1, 8)).ceiling(known) == blurred(width * 8)
    assert Bound("float16", Fraction(1, 8), Fraction(1, 16)).ceiling(known) == blurred(width * 8)


def test_only_so_many_ceilings_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CEILINGS", 2)
    judge = Bound("float32", NONE, NONE)
    normal = kernel.steps("float32")
    for furthest in (1, 2, 3, 1, 2):
        judge.ceiling(Stretch(1, 1, furthest, 9 * normal, 9 * normal))
        assert 1 <= len(judge._ceilings) <= 2


@pytest.mark.parametrize("dtype", TYPES)
def test_the_furthest_is_above_the_largest_difference_and_hardly_more(dtype: str) -> None:
    for at in range(0, len(paired(dtype)) - 3, 41):
        some = slice(at, at + 3)
        found = Bound(dtype, NONE, NONE).furthest(*sides(paired(dtype)[some], dtype))
        largest = max(gap for gap, _, _ in gaps(dtype)[some])
        lost = Fraction(2) ** (-122 if dtype == "float32" else -1017)
        flushed = Fraction(2) ** (-126 if dtype == "float32" else -1022)
        assert largest + flushed <= found <= largest * (1 + Fraction(1, 1 << 46)) + lost


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize(
    ("rtol", "atol"), [("0", "0"), ("0", "1/3"), ("1/8", "0"), ("1/8", "1e-3"), ("1/7", "1e30")]
)
def test_the_excess_is_the_deviation_in_terms_of_what_is_allowed_to_eight_bits(
    dtype: str, rtol: str, atol: str
) -> None:
    share, distance = Fraction(rtol), Fraction(atol)
    found = Bound(dtype, share, distance).excess(*sides(paired(dtype), dtype))
    assert not (found.view(np.uint64) % (1 << 45)).any()
    distance = min(distance, 2 * max(abs(real(code, dtype)) for code in finite(dtype)))
    for (gap, larger, _), excess in zip(gaps(dtype), found.tolist(), strict=True):
        allowed = max(share * larger, distance) if share else Fraction(1)
        if Fraction(1, 10**280) < gap < 10**300 and allowed > Fraction(1, 10**290):
            told = float(gap / allowed) * 1.0037
            assert told * (1 - 1 / 127) <= excess <= told * (1 + 1e-12) or told > 1e300


def test_hardly_different_deviations_are_equally_bad() -> None:
    judge = Bound("float64", NONE, NONE)
    found = judge.excess(np.array([1.0, 1.001, 1.02]).view(np.uint64), np.zeros(3, np.uint64))
    assert found[0] == found[1] < found[2]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "float8e5m2fnuz", "float8e8m0"])
def test_nothing_is_worse_than_what_is_no_number(dtype: str) -> None:
    for code in odd(dtype):
        for first, second in (([code, 1], [1, 2]), ([1, 2], [code, 1])):
            judge = Bound(dtype, Fraction(1, 8), NONE)
            found = judge.excess(array(first, dtype), array(second, dtype))
            assert found[0] == math.inf > found[1]


def test_what_an_excess_is_blurred_to_is_above_all_that_are_as_large() -> None:
    for value in (Fraction(1), Fraction(1, 3), Fraction(10**9, 7), Fraction(2) ** 1022):
        found = Fraction(blurred(value))
        top = value * Fraction(1.0037)
        assert top * (1 - Fraction(1, 127)) <= found <= top * (1 + Fraction(1, 1 << 39))
    assert blurred(Fraction(2) ** 1023) == math.inf
    assert blurred(Fraction(0)) == 0.0
    edge = Fraction(np.float64(1.5).item()) / Fraction(1.0037)
    assert blurred(edge * (1 - Fraction(1, 1 << 60))) == 1.5


def test_too_many_different_pairs_near_the_bound_are_left_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXACT_PAIRS", 3)
    first = (1.99 + np.arange(8) * 2.0**-16).view(np.uint64)
    second = (first.view(np.float64) + 2.0**-20).view(np.uint64)
    tight = Bound("float64", NONE, Fraction(1, 1 << 20))
    assert tight.near(first[:3], second[:3]).all()
    assert tight.near(first[:3], second[:3]).all()
    assert tight.again() is None
    assert len(tight._decided) == 3
    short = Bound("float64", NONE, Fraction(1, 1 << 20) * (1 - Fraction(1, 1 << 60)))
    assert not short.near(first[:4], second[:4]).any()
    assert short.near(first, second).tolist() == [False] * 4 + [True] * 4
    again = short.again()
    assert isinstance(again, Bound)
    assert (again.rtol, again.atol, again.dtype) == (short.rtol, short.atol, "float64")
    assert "more than 3 different pairs" in again.doubt
    assert again.near(first, second).all()
    assert (short.doubt, Bound("float64", NONE, NONE).doubt) == ("", "")


def test_equal_pairs_are_decided_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    holds = Bound.holds

    def counting(self: Bound, first: int, second: int) -> bool:
        asked.append((first, second))
        return holds(self, first, second)

    monkeypatch.setattr(Bound, "holds", counting)
    one, other = array([0x3FF0000000000001] * 5, "float64"), array([0x3FF0000000000000] * 5, "float64")
    judge = Bound("float64", NONE, Fraction(1, 1 << 52))
    assert judge.near(one, other).all()
    assert judge.near(one, other).all()
    assert asked == [(0x3FF0000000000001, 0x3FF0000000000000)]


def test_only_what_lies_near_the_bound_is_decided_in_whole_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bound, "holds", lambda *_: pytest.fail("clear enough"))
    one = np.array([1.0, 1.0, 1.0, -1.0])
    other = np.array([1.5, 1.5 + 2.0**-44, 1.25, 1.0])
    judge = Bound("float64", NONE, Fraction(1, 2) + Fraction(1, 1 << 45))
    assert judge.near(one.view(np.uint64), other.view(np.uint64)).tolist() == [True, False, True, False]


@pytest.mark.parametrize("dtype", TYPES)
def test_no_run_that_is_settled_has_a_pair_that_fails(dtype: str) -> None:
    judge = Bound(dtype, Fraction(1, 100), Fraction(1, 1000))
    for (one, other), holds in zip(
        paired(dtype), within(dtype, Fraction(1, 100), Fraction(1, 1000)), strict=True
    ):
        size = other % (1 << (kernel.width(dtype) - 1))
        known = Stretch(1, 1, kernel.apart(one, other, dtype), size, size)
        assert holds or dtype == kernel.SCALE or not judge.settles(known)

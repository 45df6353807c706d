"""Rounding to lattices and to scaled codes, held against rational numbers; and the slack of their cells."""

import math
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from lintian_ml.equality.codebook import Codebook, Entries
from lintian_ml.equality.elements import FLOATS, INTEGERS
from lintian_ml.equality.histogram import rank
from lintian_ml.equality.lattice import Cells, Lattice, floor_log2
from tests.equality import kernel, kernel_rounding
from tests.equality.kernel import array, finite, odd, paired, real, sides
from tests.equality.kernel_rounding import Case, held, places, rounded

ALL = tuple(kernel_rounding.cases())
IN_LATTICES = [case for case in ALL if case[3] is None]


def made(case: Case) -> Lattice | Codebook:
    """Return the lattice of a case."""
    dtype, power, narrow, book = case
    if book is not None:
        _, integers, scale, zero = kernel_rounding.BOOKS[book]
        return Codebook(FLOATS[dtype], INTEGERS[integers], Fraction(scale), zero)
    return Lattice.of(FLOATS[dtype], FLOATS[narrow]) if power is None else Lattice(FLOATS[dtype], power)


def lattice_of(case: Case) -> Lattice:
    found = made(case)
    assert isinstance(found, Lattice)
    return found


@pytest.mark.parametrize("case", ALL)
def test_pairs_hold_that_round_to_one_point(case: Case) -> None:
    dtype, lattice = case[0], made(case)
    assert lattice.equal(*sides(paired(dtype), dtype)).tolist() == held(case)
    for pair, right in list(zip(paired(dtype), held(case), strict=True))[::23]:
        assert lattice.holds(*pair) is right


@pytest.mark.parametrize("case", ALL)
def test_an_element_holds_beside_itself(case: Case) -> None:
    lattice = made(case)
    assert all(lattice.holds(code, code) for code in finite(case[0])[::5])


@pytest.mark.parametrize("case", [case for case in IN_LATTICES if case[2]])
def test_a_pair_that_the_last_point_divides_does_not_hold(case: Case) -> None:
    dtype, lattice = case[0], lattice_of(case)
    form = lattice.form
    assert lattice.narrow is not None
    last = next(
        code for code in (rank(lattice.narrow.largest, form),) if form.value(code) == lattice.narrow.largest
    )
    known = places(*case)
    near = last - 1 not in known or known[last] == known[last - 1]
    for one, other, holds in (
        (last, last + 1, False),
        (last + 1, last, False),
        (last + 1, last + 2, False),
        (last + 1, last + 1, True),
        (last, last - 1, near),
        (last, last | form.sign, False),
    ):
        assert lattice.holds(one, other) is holds
        assert one == other or lattice.equal(array([one], dtype), array([other], dtype)).tolist() == [holds]


@pytest.mark.parametrize("case", IN_LATTICES)
def test_points_are_whole_multiples_and_their_cells_are_so_many_bits_wide(case: Case) -> None:
    dtype, lattice, known = case[0], lattice_of(case), places(*case)
    codes = [code for code in finite(dtype) if known[code] is not None]
    found = lattice.points(array(codes, dtype))
    unit = Fraction(2) ** lattice.power if lattice.narrow is None else Fraction(1)
    parts = (found.whole, found.exponent, found.negative, found.steps)
    for code, whole, exponent, negative, shifted in zip(
        codes, *(part.tolist() for part in parts), strict=True
    ):
        point = known[code]
        assert point is not None
        assert negative is (code >= 1 << (kernel.width(dtype) - 1))
        assert 0 <= shifted <= 54
        assert whole == point == 0 or whole * Fraction(2) ** exponent == abs(point * unit)


@pytest.mark.parametrize("case", IN_LATTICES)
def test_elements_past_the_last_point_are_told(case: Case) -> None:
    dtype, known = case[0], places(*case)
    found = lattice_of(case).beyond(array(finite(dtype), dtype))
    assert found.tolist() == [known[code] is None for code in finite(dtype)]


def test_the_exponent_of_a_number_is_that_of_the_largest_power_of_two_not_above_it() -> None:
    for power in (-1074, -3, -1, 0, 1, 52, 1023):
        exact = Fraction(2) ** power
        assert floor_log2(exact) == floor_log2(exact * Fraction(15, 8)) == power
        assert floor_log2(exact * (1 - Fraction(1, 1 << 60))) == power - 1
        assert floor_log2(exact * Fraction(5, 7)) == power - 1
        assert floor_log2(exact / 3) == power - 2


@pytest.mark.parametrize("case", [case for case in ALL if kernel.width(case[0]) == 8])
def test_slack_is_that_of_the_codes_of_a_cell_or_hardly_more(case: Case) -> None:
    dtype, lattice, over = case[0], made(case), 0.0
    known = {code: places(*case)[code] for code in finite(dtype)}
    sizes = Counter(point for point in known.values() if point is not None)
    for code, point in known.items():
        meter = Cells(lattice) if isinstance(lattice, Lattice) else Entries(lattice)
        assert meter.looks
        meter.add(array([code, *odd(dtype)], dtype))
        bits, least = meter.bits(), math.log2(sizes[point]) if point is not None else 0.0
        assert bits is not None
        assert bits >= least - 1e-12
        over += bits - least
        if isinstance(lattice, Codebook):
            assert bits == pytest.approx(least)
    assert over <= 0.6 * len(known)


@pytest.mark.parametrize(("dtype", "power"), list(product(kernel.SMALL[:4], (-20, -17, -16, -10, -3, 5, 9))))
def test_the_cell_of_zero_has_all_codes_up_to_half_a_step_of_either_sign(dtype: str, power: int) -> None:
    meter = Cells(Lattice(FLOATS[dtype], power))
    meter.add(array([0], dtype))
    near = sum(abs(real(code, dtype)) <= Fraction(2) ** power / 2 for code in finite(dtype))
    assert 2 ** (meter.bits() or 0.0) == pytest.approx(near)


def test_the_size_of_a_cell_follows_from_its_kind() -> None:
    lattice = Lattice(FLOATS["float32"], -10)
    sizes = {}
    for number in (3.0, 5.0, 2.0, 2.0 + 2.0**-10, 2.0 + 2.0**-9):
        meter = Cells(lattice)
        meter.add(np.array([number], np.float32).view(np.uint32))
        sizes[number] = round(2 ** (meter.bits() or 0.0))
    whole = 1 << (23 - 1 - 10)
    assert sizes[2.0] == whole + whole // 2 + 1
    assert sizes[2.0 + 2.0**-10] == whole - 1
    assert sizes[3.0] == sizes[2.0 + 2.0**-9] == whole + 1
    assert sizes[5.0] == whole // 2 + 1
    fine = Cells(Lattice(FLOATS["float32"], -22))
    fine.add(np.array([2.0], np.float32).view(np.uint32))
    assert fine.bits() == 1.0
    fine = Cells(Lattice(FLOATS["float32"], -22))
    fine.add(np.array([3.0], np.float32).view(np.uint32))
    assert fine.bits() == 0.0
    odd_ = Cells(Lattice(FLOATS["float32"], -21))
    odd_.add(np.array([2.0 + 2.0**-21], np.float32).view(np.uint32))
    assert odd_.bits() == 0.0


def test_the_first_and_the_last_code_are_points_and_what_is_past_them_is_not() -> None:
    """From -8 to 7; float16 has steps of 1/256 from 4 to 8, and -7.5 goes to -8, the even one."""
    book = Codebook(FLOATS["float16"], INTEGERS["int4"], Fraction(1), 0)
    least, most, below, under, half = 0xC800, 0x4700, 0xC801, 0x46FF, 0xC780
    numbers = [float(real(code, "float16")) for code in (least, most, half)]
    assert numbers == [-8.0, 7.0, -7.5]
    codes = array([least, below, most, most + 1, half], "float16")
    assert book.cells(book.keys(codes)).tolist() == [0, -1, 15, -1, 0]
    for one, other, holds in (
        (most, under, True),
        (most + 1, most, False),
        (least, half, True),
        (below, least, False),
    ):
        assert book.holds(one, other) is book.holds(other, one) is holds
        assert book.equal(array([one], "float16"), array([other], "float16")).tolist() == [holds]
    meter = Entries(book)
    meter.add(array([least], "float16"))
    assert meter.bits() == math.log2(129)


@pytest.mark.parametrize(("integers", "zero"), [("uint4", 0), ("int4", 7), ("int4", 0)])
def test_the_cell_of_a_code_that_stands_for_0_has_both_zeros(integers: str, zero: int) -> None:
    """It goes half a step up, down, or either way, which is 0x3800 codes of float16 each."""
    meter = Entries(Codebook(FLOATS["float16"], INTEGERS[integers], Fraction(1), zero))
    meter.add(array([0], "float16"))
    ways = 1 if zero or integers == "uint4" else 2
    assert meter.bits() == math.log2(2 + ways * 0x3800)


def test_meters_of_parts_add_up_to_that_of_the_whole_and_tell_of_what_lies_off() -> None:
    codes = array(range(0, 1 << 16, 7), "float16")
    lattice, book = Lattice.of(FLOATS["float16"], FLOATS["float8e4m3fn"]), made(("float16", None, "", 3))
    assert isinstance(book, Codebook)
    makers: tuple[Callable[[], Any], ...] = (lambda: Cells(lattice), lambda: Entries(book))
    for make in makers:
        whole, first, second, none = make(), make(), make(), make()
        whole.add(codes)
        first.add(codes[:3000])
        second.add(codes[3000:])
        first.merge(second)
        first.merge(none)
        none.merge(first)
        assert first.bits() == pytest.approx(whole.bits(), abs=1e-6)
        assert none.bits() == first.bits() != 0
        assert none.remarks() == first.remarks() == whole.remarks()
        assert make().bits() == 0.0
        twice = make()
        twice.add(codes[:3000])
        twice.add(codes[3000:])
        assert (twice.bits(), twice.remarks()) == (first.bits(), first.remarks())
    real_ = [code for code in codes.tolist() if kernel.value(code, "float16") is not None]
    off = sum(rounded(real(code, "float16"), "float8e4m3fn") != real(code, "float16")
              for code in real_ if abs(real(code, "float16")) <= 448)  # fmt: skip
    meter = Cells(lattice)
    meter.add(codes)
    assert meter.remarks() == (f"{off} of {len(real_)} elements of the second lie off the lattice",)


def test_a_tensor_on_its_lattice_is_said_to_lie_there() -> None:
    meter = Cells(Lattice(FLOATS["float16"], 0))
    meter.add(array([0x3C00, 0x4000, 0x0000, 0x8000], "float16"))
    assert meter.remarks() == ("the second lies on the lattice",)


@pytest.mark.parametrize(("form", "power"), list(product(("float16", "float8e5m2"), (-3, 0))))
def test_zeros_have_no_sign_on_a_lattice(form: str, power: int) -> None:
    lattice = Lattice(FLOATS[form], power)
    sign = 1 << (kernel.width(form) - 1)
    assert lattice.equal(array([sign, 1, sign | 1], form), array([0, sign | 1, 0], form)).all()
    one = next(code for code in finite(form) if real(code, form) == 1)
    assert not lattice.equal(array([one], form), array([one | sign], form)).any()

"""Two elements round to the same point of a lattice, or they do not: held to rational arithmetic."""

import math
from bisect import bisect
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintian_ml.blob import Blob
from lintian_ml.equality import Level, Verdict, compare
from lintian_ml.equality.codebook import Codebook, Entries
from lintian_ml.equality.elements import FLOATS, INTEGERS, Float, finite
from lintian_ml.equality.lattice import Cells, Lattice, Points
from lintian_ml.equality.predicates.grid import Grid
from lintian_ml.model import Model, Span, Tensor

EIGHT = ("float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz")


def every(form: Float) -> "npt.NDArray[Any]":
    """Return all finite codes of a format of at most 16 bits."""
    codes: npt.NDArray[Any] = np.arange(1 << form.bits).astype(np.uint8 if form.bits <= 8 else np.uint16)
    return codes[finite(codes, form)]


def values(form: Float) -> dict[Fraction, int]:
    """Return the finite values of a small format, and the whole number that has the last bit of each."""
    return {form.value(code): code & ((1 << form.fraction) - 1) for code in every(form).tolist()}


Number = TypeVar("Number", int, Fraction)


def nearest(value: Number, points: dict[Number, int]) -> Number | None:
    """Return the nearest point by looking at all of them, the one with an even last bit of two as near.

    None past the last points.
    """
    if not points or not min(points) <= value <= max(points):
        return None
    least = min(abs(value - point) for point in points)
    near = [point for point in points if abs(value - point) == least]
    return next(point for point in near if len(near) == 1 or points[point] % 2 == 0)


def multiple(value: Fraction, step: Fraction) -> Fraction:
    """Return the nearest multiple of a step, the even one of two as near; by floor and remainder alone."""
    whole, rest = divmod(value / step, 1)
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2)
    return (whole + bool(up)) * step


def numbered(points: Sequence[Fraction | None]) -> "npt.NDArray[np.bool_]":
    """Return which pairs of points are one; None is no point, not even with itself."""
    places = {point: at for at, point in enumerate(dict.fromkeys(points))}
    at = np.array([places[point] for point in points])
    known = np.array([point is not None for point in points])
    same: npt.NDArray[np.bool_] = (at[:, None] == at) & known
    return same


def table(codes: "npt.NDArray[Any]", lattice: Lattice | Codebook) -> "npt.NDArray[np.bool_]":
    """Return the verdict on all pairs of codes."""
    one, other = np.meshgrid(codes, codes, indexing="ij")
    return lattice.equal(one.ravel(), other.ravel()).reshape(one.shape)


@pytest.mark.parametrize("dtype", EIGHT)
@pytest.mark.parametrize("points", ["float4e2m1"])
def test_all_pairs_of_eight_bits_on_a_format_of_four(dtype: str, points: str) -> None:
    form, known = FLOATS[dtype], values(FLOATS[points])
    codes = every(form)
    rounded = [nearest(form.value(code), known) for code in codes.tolist()]
    assert np.array_equal(table(codes, Lattice.of(form, FLOATS[points])), numbered(rounded))


@pytest.mark.parametrize("dtype", EIGHT)
@pytest.mark.parametrize("power", [-12, -9, -3, 0, 3, 8])
def test_all_pairs_of_eight_bits_on_the_multiples_of_a_power_of_two(dtype: str, power: int) -> None:
    form = FLOATS[dtype]
    codes = every(form)
    rounded = [multiple(form.value(code), Fraction(2) ** power) for code in codes.tolist()]
    assert np.array_equal(table(codes, Lattice(form, power)), numbered(rounded))


@pytest.mark.parametrize("dtype", EIGHT)
@pytest.mark.parametrize(("scale", "zero"), [("1/3", 0), ("7/127", -3), ("1/4", 5), ("100", 0)])
def test_all_pairs_of_eight_bits_on_codes_of_four_bits(dtype: str, scale: str, zero: int) -> None:
    form, book = FLOATS[dtype], Codebook(FLOATS[dtype], INTEGERS["int4"], Fraction(scale), zero)
    points = {Fraction(scale) * at: at for at in range(-8 - zero, 8 - zero)}
    codes = every(form)
    rounded = [nearest(form.value(code), points) for code in codes.tolist()]
    assert np.array_equal(table(codes, book), numbered(rounded))


@pytest.mark.parametrize("points", EIGHT)
def test_every_float16_rounds_to_the_point_of_eight_bits_that_is_nearest(points: str) -> None:
    form, narrow = FLOATS["float16"], FLOATS[points]
    lattice, codes = Lattice.of(form, narrow), every(form)
    known = {int(value / UNIT): last for value, last in values(narrow).items()}
    ordered = sorted(known)
    found, past = in_units(lattice.points(codes)), lattice.beyond(codes)
    for place, code in enumerate(codes.tolist()):
        value = form.multiple(code)
        at = bisect(ordered, value)
        around = {point: known[point] for point in ordered[max(0, at - 1) : at + 1]}
        assert past[place] == (abs(value) > ordered[-1])
        assert past[place] or found[place] == nearest(value, around), value


UNIT = Fraction(2) ** FLOATS["float16"].unit


def in_units(points: Points) -> list[int]:
    """Return points on or above the spacing of float16's smallest values, as multiples of that."""
    signs = np.where(points.negative, -1, 1)
    shifts = points.exponent - FLOATS["float16"].unit
    rows = zip(signs.tolist(), points.whole.tolist(), shifts.tolist(), strict=True)
    return [sign * (whole << shift) for sign, whole, shift in rows]


def _value(points: Any, place: int) -> Fraction:
    sign = -1 if points.negative[place] else 1
    return sign * int(points.whole[place]) * Fraction(2) ** int(points.exponent[place])


@pytest.mark.parametrize("power", [-24, -20, -10, -3, 0, 4, 15, 17])
def test_every_float16_rounds_to_the_nearest_multiple_of_a_power_of_two(power: int) -> None:
    form = FLOATS["float16"]
    codes = every(form)
    found, step = in_units(Lattice(form, power).points(codes)), 1 << (power - form.unit)
    for place, code in enumerate(codes.tolist()):
        whole, rest = divmod(form.multiple(code), step)
        up = 2 * rest > step or (2 * rest == step and whole % 2)
        assert found[place] == (whole + bool(up)) * step


WIDE = ("float64", "float32", "bfloat16", "float16")


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, int, int]:
    """Draw two finite codes of a wide type, often near each other."""
    dtype = draw(st.sampled_from(WIDE))
    form = FLOATS[dtype]
    first = draw(st.integers(0, (1 << form.bits) - 1).filter(form.finite))
    near = st.integers(max(0, first - 40), min((1 << form.bits) - 1, first + 40))
    second = draw(st.one_of(near, st.integers(0, (1 << form.bits) - 1), st.just(first ^ form.sign)))
    return dtype, first, second if form.finite(second) else first


def held(lattice: Lattice | Codebook, first: int, second: int) -> bool:
    """Return the verdict on one pair of codes."""
    kind = np.dtype(f"u{lattice.form.bits // 8}")
    return bool(lattice.equal(np.array([first], kind), np.array([second], kind))[0])


@settings(max_examples=300)
@given(pairs(), st.integers(-1100, 1100))
def test_any_pair_rounds_to_multiples_as_rational_numbers_do(pair: tuple[str, int, int], power: int) -> None:
    dtype, first, second = pair
    form, step = FLOATS[dtype], Fraction(2) ** power
    expected = multiple(form.value(first), step) == multiple(form.value(second), step)
    lattice = Lattice(form, power)
    assert held(lattice, first, second) is expected
    assert lattice.holds(first, second) is expected


@settings(max_examples=300)
@given(pairs(), st.sampled_from(("float16", "bfloat16", *EIGHT, "float4e2m1", "float32")), st.data())
def test_any_pair_rounds_to_a_narrower_format_as_the_definition_says(
    pair: tuple[str, int, int], points: str, data: st.DataObject
) -> None:
    dtype, first, second = pair
    form, narrow = FLOATS[dtype], FLOATS[points]
    if narrow.bits >= form.bits:
        return
    lattice = Lattice.of(form, narrow)
    assert held(lattice, first, second) is (
        (lattice.holds(first, second) and first != second)
        or (first == second and abs(form.value(first)) <= narrow.largest)
    )


@settings(max_examples=100)
@given(pairs(), st.fractions(min_value=Fraction(1, 10**6), max_value=1000), st.integers(-128, 127))
def test_any_pair_rounds_to_quantised_codes_as_the_definition_says(
    pair: tuple[str, int, int], scale: Fraction, zero: int
) -> None:
    dtype, first, second = pair
    book = Codebook(FLOATS[dtype], INTEGERS["int8"], scale, zero)
    if first != second:
        assert held(book, first, second) is book.holds(first, second)


@pytest.mark.parametrize(
    "lattice",
    [
        *(Lattice.of(FLOATS["float16"], FLOATS[points]) for points in EIGHT),
        *(Lattice(FLOATS["float16"], power) for power in (-25, -20, -10, -3, 0, 5)),
        *(Lattice(FLOATS["float8e5m2"], power) for power in (-18, -9, 0, 5)),
        Lattice.of(FLOATS["float8e4m3fn"], FLOATS["float4e2m1"]),
    ],
    ids=lambda lattice: (
        f"{lattice.form.bits} bits, {lattice.power}, {lattice.narrow and lattice.narrow.bits}"
    ),
)
def test_slack_is_never_less_than_the_codes_of_each_cell_and_seldom_a_bit_more(lattice: Lattice) -> None:
    codes = every(lattice.form)
    within = codes[~lattice.beyond(codes)]
    points = lattice.points(within)
    cells: dict[Fraction, int] = {}
    names = [_value(points, place) for place in range(within.size)]
    for name in names:
        cells[name] = cells.get(name, 0) + 1
    total = 0.0
    for code, name in list(zip(within.tolist(), names, strict=True))[::37]:
        meter = Cells(lattice)
        meter.add(np.array([code], within.dtype))
        bits = meter.bits()
        assert bits is not None and bits >= math.log2(cells[name]) - 1e-12, (code, cells[name], bits)
        total += bits - math.log2(cells[name])
    assert total <= 0.7 * len(names[::37])


def test_slack_on_quantised_codes_is_the_size_of_each_cell() -> None:
    form = FLOATS["float16"]
    book = Codebook(form, INTEGERS["int8"], Fraction(1, 64), 3)
    codes = every(form)
    cells = book.cells(book.keys(codes))
    sizes = np.bincount(cells[cells >= 0])
    for code, cell in list(zip(codes.tolist(), cells.tolist(), strict=True))[::61]:
        meter = Entries(book)
        meter.add(np.array([code], np.uint16))
        assert meter.bits() == (math.log2(sizes[cell]) if cell >= 0 else 0.0)


def test_meters_of_two_ranges_add_up() -> None:
    lattice = Lattice.of(FLOATS["float16"], FLOATS["float8e4m3fn"])
    codes = every(FLOATS["float16"])
    whole, first, second = Cells(lattice), Cells(lattice), Cells(lattice)
    whole.add(codes)
    first.add(codes[:1000])
    second.add(codes[1000:])
    first.merge(second)
    assert first.bits() == pytest.approx(whole.bits())
    assert first.remarks() == whole.remarks()


def test_a_tensor_on_the_lattice_is_said_to_lie_on_it() -> None:
    lattice = Lattice.of(FLOATS["float32"], FLOATS["bfloat16"])
    meter = Cells(lattice)
    meter.add(np.array([1.0, 0.0, -2.5, 3e38], np.float32).view(np.uint32))
    assert meter.remarks()[0].startswith("1 of 4") or meter.off == 1
    meter = Cells(lattice)
    meter.add(np.array([1.0, 0.0, -2.5], np.float32).view(np.uint32))
    assert meter.remarks() == ("the second lies on the lattice",)


def test_a_format_that_is_not_narrower_is_not_defined_and_a_step_too_wide_is_vacuous() -> None:
    assert Grid("bfloat16").defined_for("float32")
    assert not Grid("bfloat16").defined_for("float16")
    assert not Grid("float16").defined_for("int32")
    assert Grid("2^17").vacuous("float16")
    assert not Grid("2^16").vacuous("float16")


def quantised(scale: Any, weight: Any, zero: Any = 0) -> Model:
    """Return a model of a weight and of the scale and zero point of its lattice."""
    arrays = {"s": np.array(scale), "z": np.array(zero, np.int8), "w": np.array(weight, np.float32)}
    return Model(
        "test",
        tuple(
            Tensor(name, array.dtype.name, array.shape, Span(Blob(array.tobytes()), 0, array.nbytes))
            for name, array in arrays.items()
        ),
        complete=True,
    )


LINE = "w grid(int8, scale=s, zero=z)"
QUARTER = np.float32(0.25)


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        (quantised(QUARTER, [0.5, 1.0]), quantised(QUARTER, [0.55, 0.9]), Verdict.MET),
        (quantised(QUARTER, [0.5, 1.0]), quantised(QUARTER, [0.65, 0.9]), Verdict.NOT_MET),
        (quantised(QUARTER, [40.0]), quantised(QUARTER, [40.1]), Verdict.NOT_MET),
        (quantised(QUARTER, [40.0], 100), quantised(QUARTER, [40.1], 100), Verdict.NOT_MET),
        (quantised(QUARTER, [-40.0], 100), quantised(QUARTER, [-40.1], 100), Verdict.MET),
        (quantised([QUARTER, QUARTER], [0.5]), quantised([QUARTER, QUARTER], [0.55]), Verdict.NOT_DECIDED),
        (quantised(np.float32(-1), [0.5]), quantised(np.float32(-1), [0.55]), Verdict.NOT_DECIDED),
        (quantised(np.float32("nan"), [0.5]), quantised(np.float32("nan"), [0.55]), Verdict.NOT_DECIDED),
        (quantised(QUARTER, [0.5]), quantised(np.float32(0.26), [0.55]), Verdict.NOT_MET),
    ],
)
def test_scale_and_zero_point_are_read_from_both_models(
    first: Model, second: Model, verdict: Verdict
) -> None:
    assert compare(first, second, LINE).verdict is verdict


def test_a_scale_that_no_model_has_decides_nothing() -> None:
    models = quantised(QUARTER, [0.5]), quantised(QUARTER, [0.55])
    found = compare(*models, "w grid(int8, scale=t, zero=0)")
    assert (found.verdict, "t is not a tensor" in found.reason) == (Verdict.NOT_DECIDED, True)


@pytest.mark.parametrize(
    ("predicate", "verdict"),
    [
        ("grid(bfloat16)", Verdict.MET),
        ("grid(2^-6)", Verdict.MET),
        ("grid(2^-20)", Verdict.NOT_MET),
        ("grid(int8, scale=1/64, zero=0)", Verdict.MET),
        ("grid(int32, scale=1/64, zero=0)", Verdict.NOT_DECIDED),
    ],
)
def test_a_whole_model_is_held_to_a_lattice(predicate: str, verdict: Verdict) -> None:
    noise = np.float32(1.0001)
    weight = np.array([0.5, -1.0, 0.015625, 0.0], np.float32)
    found = compare(quantised(QUARTER, weight), quantised(QUARTER, weight * noise), f"w {predicate}")
    assert found.verdict is verdict
    if verdict is Verdict.MET:
        (relaxed,) = (result for result in found.tensors if result.relaxed)
        assert found.level is Level.NUMERICAL
        assert relaxed.slack is not None and relaxed.slack > 4

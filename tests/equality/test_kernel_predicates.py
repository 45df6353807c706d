"""What each predicate reads, which types it is for, when it says nothing, and how its judge decides."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.codebook import Codebook, Entries
from lintian_ml.equality.elements import FLOATS, INTEGERS
from lintian_ml.equality.histogram import Histogram
from lintian_ml.equality.language import parse_predicate
from lintian_ml.equality.lattice import Cells, Lattice
from lintian_ml.equality.models import compare
from lintian_ml.equality.predicate import Kind, Level, Predicate
from lintian_ml.equality.predicates import norm as norm_module
from lintian_ml.equality.predicates.close import Close
from lintian_ml.equality.predicates.grid import Grid, UndecidedError, scalar
from lintian_ml.equality.predicates.norm import Norm
from lintian_ml.equality.predicates.same import Same
from lintian_ml.equality.predicates.scaled import Scaled
from lintian_ml.equality.predicates.steps import Steps
from lintian_ml.equality.predicates.ulp import Ulp
from lintian_ml.equality.self_test import oracle
from lintian_ml.equality.slack import Meter, Nothing, Window
from lintian_ml.equality.stretch import Stretch
from lintian_ml.equality.syntax import PredicateError
from lintian_ml.equality.verdict import Verdict
from lintian_ml.model import Tensor
from tests.equality import kernel
from tests.equality.kernel import array, finite, odd, paired, real, sides, tensor

NONE = Fraction(0)
FLOATING = (*kernel.REALS, kernel.SCALE)


def read(text: str) -> Predicate:
    (clause,) = parse_predicate(text).clauses
    (term,) = clause.terms
    return term


def judge(term: Predicate, dtype: str, first: list[int], second: list[int]) -> Any:
    return term.judge(Pair(tensor(first, dtype), tensor(second, dtype)))


def accepts(term: Predicate, dtype: str, pairs: Any) -> list[bool]:
    first, second = zip(*pairs, strict=True)
    found: list[bool] = judge(term, dtype, list(first), list(second)).accepts(*sides(pairs, dtype)).tolist()
    return found


@pytest.mark.parametrize(
    ("text", "term", "spelled"),
    [
        ("same", Same(), "same"),
        ("same()", Same(), "same"),
        ("same(zeros=equal)", Same(zeros=True), "same(zeros=equal)"),
        ("same(nan=any)", Same(nan=True), "same(nan=any)"),
        ("same(equal, any)", Same(True, True), "same(zeros=equal, nan=any)"),
        ("ulp(4)", Ulp(4), "ulp(4)"),
        ("ulp(n=18446744073709551615)", Ulp((1 << 64) - 1), "ulp(18446744073709551615)"),
        ("steps(0)", Steps(0), "steps(0)"),
        ("steps(n=18446744073709551615)", Steps((1 << 64) - 1), "steps(18446744073709551615)"),
        ("close(1e-3)", Close(Fraction(1, 1000), NONE), "close(rtol=.001, atol=0)"),
        ("close(atol=2)", Close(NONE, Fraction(2)), None),
        ("close(0, 0)", Close(NONE, NONE), None),
        ("close(rtol=0.999, atol=1e30)", Close(Fraction(999, 1000), Fraction(10**30)), None),
        ("scaled(0)", Scaled(NONE), "scaled(0)"),
        ("scaled(tau=0.999)", Scaled(Fraction(999, 1000)), None),
        ("grid(2^-3)", Grid("2^-3"), "grid(2^-3)"),
        ("grid(2^1100)", Grid("2^1100"), "grid(2^1100)"),
        ("grid(2^-1100)", Grid("2^-1100"), "grid(2^-1100)"),
        ("grid(bfloat16)", Grid("bfloat16"), "grid(bfloat16)"),
        ("grid(float32)", Grid("float32"), "grid(float32)"),
        (
            "grid(int8, scale=1/3, zero=-128)",
            Grid("int8", Fraction(1, 3), Fraction(-128)),
            "grid(int8, scale=1/3, zero=-128)",
        ),
        ("grid(uint4, 2, 15)", Grid("uint4", Fraction(2), Fraction(15)), "grid(uint4, scale=2, zero=15)"),
        ("grid(int8, scale=s, zero=z)", Grid("int8", "s", "z"), "grid(int8, scale=s, zero=z)"),
        ('grid(int8, scale="3", zero="a b")', Grid("int8", "3", "a b"), None),
    ],
)
def test_a_predicate_is_read_and_spelled(text: str, term: Predicate, spelled: str | None) -> None:
    assert read(text) == term
    assert read(str(term)) == term or '"' in text
    assert spelled is None or spelled.startswith("close") or str(term) == spelled


@pytest.mark.parametrize(
    "text",
    ["same(zeros=any)", "same(nan=equal)", "same(1)", "ulp", "ulp(-1)", "ulp(1/2)",
     "ulp(18446744073709551616)",
     "steps(18446744073709551616)", "steps", "close", "close()", "close(1)", "close(-1e-9)", "close(0, -1)",
     "scaled", "scaled(1)", "scaled(-1)", "norm(1) and scaled(0)", "norm(-1) and scaled(0)", "norm(0.1)",
     "grid", "grid(2^1101)", "grid(2^-1101)", "grid(float64)", "grid(float8e8m0)", "grid(float9)",
     "grid(bool)",
     "grid(int8)", "grid(int8, scale=1)", "grid(int8, zero=1)", "grid(int8, scale=0, zero=0)",
     "grid(int8, scale=-1, zero=0)", "grid(int8, scale=1, zero=128)", "grid(int8, scale=1, zero=-129)",
     "grid(uint4, scale=1, zero=16)", "grid(uint4, scale=1, zero=-1)", "grid(int8, scale=1, zero=1/2)",
     'grid(int8, scale="", zero=0)', "grid(int8, scale=1e900, zero=0)", "grid(int8, scale=ulp(1), zero=0)",
     "grid(2^3, scale=1)"],
)  # fmt: skip
def test_what_has_no_sense_is_refused(text: str) -> None:
    with pytest.raises(PredicateError):
        parse_predicate(text)


def test_what_a_predicate_is() -> None:
    kinds = {Same(): Kind.EQUIVALENCE, Grid("2^0"): Kind.EQUIVALENCE, Ulp(1): Kind.BALL, Steps(1): Kind.BALL,
             Close(NONE, NONE): Kind.BALL, Scaled(NONE): Kind.BALL, Norm(NONE): Kind.BALL}  # fmt: skip
    assert all(term.kind is kind for term, kind in kinds.items())
    assert {term.name for term in kinds if term.uniform} == {"same", "ulp", "steps", "close"}
    assert {term.name for term in kinds if not term.elementwise} == {"norm"}
    assert {term.name for term in kinds if not term.leaves} == {"same", "grid"}
    assert Same().level is Level.BIT_BY_BIT
    assert Same(zeros=True).level is Same(nan=True).level is Ulp(0).level is Level.NUMERICAL


def test_the_types_that_a_predicate_is_for() -> None:
    every = (*FLOATS, *INTEGERS, "complex64", "complex128", "bool", "string")
    floats = {*FLOATS, "complex64", "complex128"}

    def types(term: Predicate) -> set[str]:
        return {dtype for dtype in every if term.defined_for(dtype)}

    assert types(Same()) == set(every)
    assert types(Steps(1)) == set(INTEGERS)
    for term in (Same(zeros=True), Same(nan=True), Ulp(1), Close(NONE, NONE), Scaled(NONE), Norm(NONE)):
        assert types(term) == floats
    assert types(Grid("2^0")) == types(Grid("int8", Fraction(1), NONE)) == floats - {"float8e8m0"}
    assert types(Grid("float16")) == {"float32", "float64", "complex64", "complex128"}
    assert types(Grid("float32")) == {"float64", "complex128"}


@pytest.mark.parametrize("dtype", FLOATING)
def test_a_bound_that_holds_for_the_ends_of_a_type_says_nothing(dtype: str) -> None:
    values = sorted(real(code, dtype) for code in finite(dtype))
    every = len({*range(1 << kernel.width(dtype))}) if kernel.width(dtype) <= 8 else 0
    if every:
        ranks = [kernel.rank(code, dtype) for code in finite(dtype)]
        span = max(ranks) - min(ranks)
        assert Ulp(span).vacuous(dtype)
        assert not Ulp(span - 1).vacuous(dtype)
    gap = values[-1] - values[0]
    assert Close(NONE, gap).vacuous(dtype)
    assert not Close(NONE, gap * Fraction(999, 1000)).vacuous(dtype)
    assert Close(gap / values[-1], NONE).vacuous(dtype)
    assert not Close(gap / values[-1] * Fraction(999, 1000), NONE).vacuous(dtype)


@pytest.mark.parametrize("dtype", kernel.REALS)
def test_steps_so_wide_that_all_values_round_to_zero_say_nothing(dtype: str) -> None:
    largest = max(real(code, dtype) for code in finite(dtype))
    power = max(at for at in range(-200, 1100) if Fraction(2) ** at <= largest)
    assert Grid(f"2^{power + 2}").vacuous(dtype)
    assert not Grid(f"2^{power + 1}").vacuous(dtype)
    assert Grid("int8", 2 * largest, NONE).vacuous(dtype)
    assert not Grid("int8", 2 * largest * Fraction(999, 1000), NONE).vacuous(dtype)


def test_what_is_never_vacuous() -> None:
    assert Ulp(2 * (0x7F800000 - 1)).vacuous("complex64")
    assert not Ulp(2 * (0x7F800000 - 1) - 1).vacuous("complex64")
    for term in (Ulp(1 << 63), Close(NONE, Fraction(10) ** 400), Grid("2^1100")):
        assert not term.vacuous("int8")
    assert (
        Steps(255).vacuous("uint8")
        and not Steps(254).vacuous("int8")
        and Steps((1 << 64) - 1).vacuous("int64")
    )
    assert not Steps(1 << 63).vacuous("float32")
    others: tuple[Predicate, ...] = (
        Same(),
        Norm(NONE),
        Scaled(NONE),
        Grid("float16"),
        Grid("int8", "s", "z"),
    )
    for other in others:
        assert not other.vacuous("float32")


def test_the_meter_of_a_predicate_is_made_of_its_parameters() -> None:
    assert isinstance(Same().meter("float32"), Nothing)
    for unknown in (Same(zeros=True), Same(nan=True), Norm(NONE), Grid("int8", "s", NONE),
                    Grid("int8", Fraction(1), "z"), Grid("int32", Fraction(1), NONE)):  # fmt: skip
        assert type(unknown.meter("float32")) is Meter
    window = Ulp(5).meter("complex128")
    assert isinstance(window, Window) and (window.form, window.reach) == (FLOATS["float64"], 5)
    window = Steps(5).meter("int16")
    assert isinstance(window, Window) and (window.form, window.reach) == (INTEGERS["int16"], 5)
    close = Close(Fraction(1, 3), Fraction(2)).meter("complex64")
    assert isinstance(close, Histogram)
    assert (close.form, close.rtol, close.atol, close.share) == (
        FLOATS["float32"],
        Fraction(1, 3),
        Fraction(2),
        NONE,
    )
    scaled = Scaled(Fraction(1, 7)).meter("complex64")
    assert isinstance(scaled, Histogram)
    assert (scaled.form, scaled.rtol, scaled.atol, scaled.share) == (
        FLOATS["float32"],
        NONE,
        NONE,
        Fraction(1, 7),
    )
    cells = Grid("2^-3").meter("complex64")
    assert isinstance(cells, Cells) and cells.lattice == Lattice(FLOATS["float32"], -3)
    cells = Grid("float16").meter("float32")
    assert isinstance(cells, Cells) and cells.lattice == Lattice.of(FLOATS["float32"], FLOATS["float16"])
    entries = Grid("int16", Fraction(1, 3), Fraction(2)).meter("complex64")
    assert isinstance(entries, Entries)
    assert entries.book == Codebook(FLOATS["float32"], INTEGERS["int16"], Fraction(1, 3), 2)


def test_codes_of_more_than_16_bits_are_not_decided() -> None:
    assert "16 bits" in Grid("int32", Fraction(1), NONE).undecided()
    assert Grid("int16", Fraction(1), NONE).undecided() == Grid("2^0").undecided() == Ulp(1).undecided() == ""


def every_pair(dtype: str) -> list[tuple[int, int]]:
    """Return pairs of unequal special codes, numbers or not."""
    some = (*odd(dtype)[:6], *odd(dtype)[-2:], *(0, 1 << (kernel.width(dtype) - 1)), *finite(dtype)[:4])
    return sorted({(one, other) for one in some for other in some if one != other})


@pytest.mark.parametrize("dtype", FLOATING)
@pytest.mark.parametrize(("zeros", "nan"), [(False, False), (True, False), (False, True), (True, True)])
def test_zeros_and_nans_are_merged_only_where_that_is_asked_for(dtype: str, zeros: bool, nan: bool) -> None:
    pairs = every_pair(dtype)
    first, second = zip(*pairs, strict=True)
    expected = oracle.same(first, second, dtype, zeros, nan)
    assert accepts(Same(zeros, nan), dtype, pairs) == expected


def test_bits_of_other_types_are_equal_or_not() -> None:
    assert accepts(Same(), "int8", [(1, 2), (0x80, 0)]) == [False, False]
    assert accepts(Same(True, True), "complex64", [(0, 1 << 31), (0x7FC00000, 0x7F800001)]) == [True, True]
    found = judge(Same(), "bool", [1], [0]).accepts(np.array([1], np.uint8), np.array([0], np.uint8))
    assert found.tolist() == [False]


@pytest.mark.parametrize("dtype", [*FLOATING, *kernel.INTEGERS])
@pytest.mark.parametrize("n", [0, 1, 7, 200, (1 << 64) - 1])
def test_values_are_counted_between_two_elements(dtype: str, n: int) -> None:
    term = Steps(n) if dtype in INTEGERS else Ulp(n)
    pairs = paired(dtype)
    expected = [kernel.apart(*pair, dtype) <= n for pair in pairs]
    assert accepts(term, dtype, pairs) == expected
    one = judge(term, dtype, [0], [0])
    assert [one.holds(*pair) for pair in pairs[::9]] == expected[::9]


def test_exactly_n_hold_and_one_more_does_not() -> None:
    for dtype in (*FLOATING, *kernel.INTEGERS):
        term = Steps if dtype in INTEGERS else Ulp
        for pair in paired(dtype)[::61]:
            far = kernel.apart(*pair, dtype)
            assert accepts(term(far), dtype, [pair]) == [True]
            assert not far or accepts(term(far - 1), dtype, [pair]) == [False]


@pytest.mark.parametrize(("term", "dtype"), [(Ulp(5), "float32"), (Steps(5), "int32")])
def test_a_run_is_settled_by_its_furthest_pair(term: Predicate, dtype: str) -> None:
    one = judge(term, dtype, [0], [0])
    assert one.settles(Stretch(9, 9, 5, 100, 200)) is True
    assert one.settles(Stretch(9, 9, 6, 100, 200)) is False
    assert one.ceiling(Stretch(9, 9, 6, 100, 200)) == 6.0
    assert isinstance(one.ceiling(Stretch(9, 9, 6, 100, 200)), float)


def test_close_is_decided_by_its_tolerances() -> None:
    for dtype in ("float16", "complex64"):
        one = judge(Close(Fraction(1, 3), Fraction(2)), dtype, [0, 0], [0, 0])
        assert (one.dtype, one.rtol, one.atol) == (dtype, Fraction(1, 3), 2)


def verdict(text: str, first: list[int], second: list[int], dtype: str) -> Verdict:
    one, other = kernel.model(tensor(first, dtype)), kernel.model(tensor(second, dtype))
    return compare(one, other, f"w {text}").verdict


@pytest.mark.parametrize("dtype", kernel.REALS)
def test_scaled_allows_a_share_of_the_smaller_of_both_largest_magnitudes(dtype: str) -> None:
    for one, other in paired(dtype)[::53]:
        a, b = real(one, dtype), real(other, dtype)
        smaller = min(abs(a), abs(b))
        if not smaller or not 0 < (share := abs(a - b) / smaller) < 1:
            continue
        for beside in kernel.MET_AT_BORDERS:
            tau = share * (1 + beside)
            pair = Pair(tensor([one], dtype), tensor([other], dtype))
            met = compare(kernel.model(pair.first), kernel.model(pair.second), _asking(Scaled(tau))).verdict
            assert met is (Verdict.MET if beside >= 0 else Verdict.NOT_MET)


def _asking(term: Predicate) -> Any:
    from lintian_ml.equality.language import Clause, Selector, Specification

    return Specification((Clause(Selector("w"), (term,)),))


def float32(*numbers: float) -> list[int]:
    return list(np.array(numbers, np.float32).view(np.uint32).tolist())


@pytest.mark.parametrize(
    ("first", "second", "tau", "met"),
    [
        ([8.0, 1.0], [8.0, 1.5], "1/16", True),
        ([8.0, 1.0], [8.0, 1.5], "0.0624", False),
        ([8.0, 1.0], [4.0, 1.0], "0.9999", False),
        ([1.0, 1.5], [1.0, 2.0], "1/3", True),
        ([1.0, 2.0], [1.0, 1.5], "1/3", True),
        ([1.0, 2.0], [1.0, 1.5], "0.333", False),
        ([0.0, -0.0], [-0.0, 0.0], "0", True),
        ([0.0, 0.0], [0.0, 1e-45], "0.999", False),
        ([1e-45, 0.0], [0.0, 0.0], "0.999", False),
        ([math.inf, 8.0], [math.inf, 8.5], "1/16", True),
        ([math.inf, 8.0], [math.inf, 8.5], "1/17", False),
        ([math.inf], [1.0], "0.999", False),
        ([3e38, -3e38], [3e38, 3e38], "0.999", False),
    ],
)
def test_scaled_takes_the_largest_deviation_and_both_scales(
    first: list[float], second: list[float], tau: str, met: bool
) -> None:
    expected = Verdict.MET if met else Verdict.NOT_MET
    for text in (f"scaled({tau})", f"scaled({tau}) and ulp(4294967000)"):
        assert verdict(text, float32(*first), float32(*second), "float32") is expected


def test_a_judge_of_shares_settles_runs_only_within_what_the_scales_so_far_allow() -> None:
    one = judge(Scaled(Fraction(1, 1 << 10)), "float32", [0], [0])
    known = Stretch(1, 1, 4, 0x3F800000, 0x3F800000)
    assert not one.settles(known)
    one.look(array(float32(1.5), "float32"), array(float32(1.5), "float32"))
    assert one.settles(known)
    assert one.again() is None
    assert not one.settles(Stretch(1, 1, 1 << 14, 0x3F800000, 0x3F800000))
    assert one.definite().atol == Fraction(3, 2) / 1024
    assert (
        one.ceiling(known)
        >= one.excess(array([0x3F800004], "float32"), array([0x3F800000], "float32"))[0]
        > 0
    )


def test_the_worst_for_scaled_is_what_is_furthest_apart_whatever_its_size() -> None:
    one = judge(Scaled(Fraction(1, 2)), "float32", [0], [0])
    first, second = array(float32(8.0, 1.0, 8.0), "float32"), array(float32(8.5, 1.25, 8.5), "float32")
    found = one.excess(first, second)
    assert found[0] == found[2] > found[1]
    assert found[0] == pytest.approx(0.5, rel=0.01)


def test_scaled_looks_again_unless_all_is_clearly_within() -> None:
    one = judge(Scaled(Fraction(1, 1 << 10)), "float32", [0], [0])
    first, second = array(float32(1.0, 0.5), "float32"), array(float32(1.0, 0.5 + 2**-10), "float32")
    one.look(first, second)
    assert one.near(first, second).tolist() == [True, True]
    again = one.again()
    assert again is not None
    assert again.near(first, second).tolist() == [True, True]
    one.near(first, array(float32(1.0, 0.75), "float32"))
    worse = one.again()
    assert worse is not None and (worse.rtol, worse.atol) == (0, Fraction(1, 1 << 10))


@pytest.mark.parametrize(
    "dtype", ["float16", "float32", "float64", "float8e4m3fn", "float8e5m2fnuz", "float8e8m0"]
)
def test_the_norm_of_the_difference_is_held_to_the_larger_norm_exactly(dtype: str) -> None:
    for at in range(0, len(paired(dtype)) - 3, 37):
        first, second = (list(side) for side in zip(*paired(dtype)[at : at + 3], strict=True))
        gap = sum((real(a, dtype) - real(b, dtype)) ** 2 for a, b in zip(first, second, strict=True))
        own = max(sum(real(code, dtype) ** 2 for code in side) for side in (first, second))
        for rel in (Fraction(1, 1000), Fraction(1, 10), Fraction(999, 1000)):
            said = judge(Norm(rel), dtype, first, second).conclude()
            assert (said == "") is (gap <= rel**2 * own)


@pytest.mark.parametrize(
    ("first", "second", "rel", "holds"),
    [
        ([4.0, 4.0], [4.0, 5.0], "0.156", False),
        ([4.0, 4.0], [4.0, 5.0], "0.157", True),
        ([3.0, 4.0], [3.0, 4.5], "0.1", True),
        ([5.0, 0.0], [4.0, 0.0], "1/5", True),
        ([4.0, 0.0], [5.0, 0.0], "1/5", True),
        ([4.0, 0.0], [5.0, 0.0], "0.19999999999999", False),
        ([4.0, 0.0], [5.0, 0.0], "0.200000000000000000001", True),
        ([0.0, 0.0], [0.0, -0.0], "0", True),
        ([0.0], [1e-45], "0.999", False),
        ([math.inf, 5.0], [math.inf, 4.0], "1/5", True),
        ([math.nan, 5.0], [7.0, 4.0], "0.2", True),
        ([3e38], [2.9e38], "1/2", True),
        ([3e38], [2.9e38], "1/50", False),
    ],
)
def test_norms_on_the_border_are_decided_in_whole_numbers(
    first: list[float], second: list[float], rel: str, holds: bool
) -> None:
    one = judge(Norm(Fraction(rel)), "float32", float32(*first), float32(*second))
    assert one.conclude() == ("" if holds else "the norm of the difference is larger than allowed")
    assert one.doubt == ""


def test_a_norm_too_near_the_bound_of_too_many_elements_is_left_in_doubt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = float32(5.0, 0.0, 0.0), float32(4.0, 0.0, 0.0)
    monkeypatch.setattr(norm_module, "EXACT_ELEMENTS", 3)
    one = judge(Norm(Fraction(1, 5)), "float32", first, second)
    assert (one.conclude(), one.doubt) == ("", "")
    monkeypatch.setattr(norm_module, "EXACT_ELEMENTS", 2)
    one = judge(Norm(Fraction(1, 5)), "float32", first, second)
    assert (one.conclude(), "more than 2 elements" in one.doubt) == ("", True)
    clear = judge(Norm(Fraction(1, 4)), "float32", first, second)
    assert (clear.conclude(), clear.doubt) == ("", "")


def test_norms_that_are_far_enough_from_the_bound_need_no_whole_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(norm_module, "EXACT_ELEMENTS", 0)
    for dtype, one, other in (("float32", 5.0, 4.0), ("float64", 5.0, 4.0), ("float32", 5e-30, 4e-30)):
        kind = np.dtype(dtype)
        first, second = (
            np.array([number], kind).view(f"u{kind.itemsize}").tolist() for number in (one, other)
        )
        for rel, said in ((Fraction(20001, 100000), ""), (Fraction(19999, 100000), "larger")):
            found = judge(Norm(rel), dtype, first, second)
            assert said in found.conclude() and bool(found.conclude()) is bool(said)
            assert found.doubt == ""


def interval(dtype: str, power: int, rel: Fraction) -> bool | None:
    """Return what float64 alone says of 5 and 4 times a power of two: the norm of the gap is 1/5 of one."""
    kind = np.dtype(dtype)
    sides = (
        np.array([number * 2.0**power], kind).view(f"u{kind.itemsize}").tolist() for number in (5.0, 4.0)
    )
    found: bool | None = judge(Norm(rel), dtype, *sides)._by_interval()
    return found


@pytest.mark.parametrize(
    ("dtype", "power", "width"),
    [
        ("float32", 0, 29),
        ("float64", 0, 29),
        ("float64", -110, 29),
        ("float32", -110, 12),
        ("float32", -70, 29),
    ],
)
def test_float64_decides_norms_outside_of_its_margin_and_none_within(
    dtype: str, power: int, width: int
) -> None:
    """The margin is 2**-30 on either side; flushing takes more from float32 where numbers are small."""
    for share, within in ((Fraction(9, 10), True), (Fraction(12, 10), False)):
        beside = share / 2**width
        expected = (None, None) if within else (True, False)
        found = (interval(dtype, power, Fraction(1 + sign * beside) / 5) for sign in (1, -1))
        assert tuple(found) == expected


def test_a_norm_is_read_beside_a_bound_on_each_element() -> None:
    for text, rel in (
        ("norm(0.1)", Fraction(1, 10)),
        ("norm(rel=0)", NONE),
        ("norm(0.999)", Fraction(999, 1000)),
    ):
        (clause,) = parse_predicate(f"scaled(1e-3) and {text}").clauses
        assert clause.terms == (Scaled(Fraction(1, 1000)), Norm(rel))


def test_a_norm_says_nothing_of_single_elements() -> None:
    one = judge(Norm(NONE), "float32", [0], [0])
    assert one.near(array([1, 2], "float32"), array([3, 4], "float32")).tolist() == [True, True]
    assert one.settles(Stretch(1, 1, 1 << 30, 1, 1)) is True
    assert one.holds(1, 2) is None


def scalars(first: Any, second: Any = None) -> Pair:
    """Return a pair that knows one tensor ``s`` of both models."""
    found = {"s": (first, first if second is None else second)}
    weights = tensor([0], "float32")
    return Pair(weights, weights, beside=lambda name: found.get(name, (None, None)))


def test_a_scale_is_the_one_finite_number_that_both_models_have() -> None:
    assert scalar(scalars(tensor([0x3E800000], "float32")), "s") == Fraction(1, 4)
    assert scalar(scalars(tensor([0x3E800000], "float32", big_endian=True)), "s") == Fraction(1, 4)
    assert scalar(scalars(tensor([0xFF], "int8")), "s") == -1
    assert type(scalar(scalars(tensor([0xFF], "int8")), "s")) is Fraction
    one = tensor([0x3E800000], "float32")
    for pair in (
        Pair(one, one),
        scalars(tensor([1, 1], "int8")),
        scalars(tensor([1], "int8"), tensor([2], "int8")),
        scalars(tensor([1], "int8"), tensor([1], "uint8")),
        scalars(tensor([0x7F800000], "float32")),
        scalars(Tensor("s", "bool", (1,), tensor([1], "int8").payload)),
        Pair(one, one, beside=lambda _: (one, None)),
        Pair(one, one, beside=lambda _: (None, one)),
        Pair(one, one, beside=lambda _: (one, Tensor("s", "float32", (), one.payload))),
    ):
        with pytest.raises(UndecidedError):
            scalar(pair, "s")


def lattice(grid: Grid, pair: Pair) -> Any:
    judge_: Any = grid.judge(pair)
    return judge_.lattice


def test_a_lattice_is_made_of_what_is_given() -> None:
    pair = scalars(tensor([0x3E800000], "float32"))
    one: Any = Grid("int8", "s", Fraction(3)).judge(pair)
    assert one.lattice == Codebook(FLOATS["float32"], INTEGERS["int8"], Fraction(1, 4), 3)
    assert lattice(Grid("int8", Fraction(2), "s"), scalars(tensor([0xFF], "int8"))).zero == -1
    assert lattice(Grid("2^-3"), pair) == Lattice(FLOATS["float32"], -3)
    assert lattice(Grid("float16"), pair) == Lattice.of(FLOATS["float32"], FLOATS["float16"])
    assert one.doubt == ""
    assert one.holds(0x3F800000, 0x3F810000) is True
    assert one.holds(0x3F800000, 0x40000000) is False
    assert one.near(
        array([0x3F800000] * 2, "float32"), array([0x3F810000, 0x40000000], "float32")
    ).tolist() == [True, False]


def test_a_lattice_that_is_not_known_leaves_every_pair_in_doubt() -> None:
    minus, many = tensor([0xBF800000], "float32"), tensor([1, 2], "int8")
    for grid, pair in (
        (Grid("int8", "s", NONE), scalars(minus)),
        (Grid("int8", "t", NONE), scalars(minus)),
        (Grid("int8", "s", NONE), scalars(many)),
        (Grid("int8", Fraction(1), "s"), scalars(tensor([128, 0], "int16"))),
        (Grid("int8", Fraction(1), "s"), scalars(tensor([128], "int16"))),
        (Grid("int8", Fraction(1), "s"), scalars(tensor([0xFF7F], "int16"))),
        (Grid("uint8", Fraction(1), "s"), scalars(tensor([0xFF], "int8"))),
        (Grid("int8", "s", NONE), scalars(tensor([0], "float32"))),
    ):
        one: Any = grid.judge(pair)
        assert one.doubt
        assert one.lattice is None
        assert one.near(array([1, 2], "float32"), array([3, 4], "float32")).tolist() == [True, True]
        assert one.holds(1, 2) is None
    for zero, dtype in ((127, "int16"), (0xFF80, "int16")):
        assert not Grid("int8", Fraction(1), "s").judge(scalars(tensor([zero], dtype))).doubt

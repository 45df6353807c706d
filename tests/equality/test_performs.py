"""Runs are equivalent where the tests of every class say so; the tail of Student's t agrees with tables."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.equality import Level, Verdict, parse_predicate
from lintian_ml.equality.evaluation import measure_files
from lintian_ml.equality.evaluation.equivalence import equivalent
from lintian_ml.equality.evaluation.student import ERROR, incomplete_beta, upper_tail

TABLE = [
    *((1, "12.706", 0.025), (2, "4.303", 0.025), (5, "2.571", 0.025), (10, "2.228", 0.025)),
    *((30, "2.042", 0.025), (120, "1.980", 0.025), (1, "3.078", 0.1), (4, "2.132", 0.05), (8, "1.860", 0.05)),
    *((20, "2.845", 0.005), (60, "2.660", 0.005), (3, "10.215", 0.001), (15, "3.733", 0.001)),
]
"""Degrees of freedom, quantile and upper tail, as tables of Student's t print them."""


@pytest.mark.parametrize(("freedom", "quantile", "tail"), TABLE)
def test_the_tail_agrees_with_printed_tables_to_their_last_digit(
    freedom: int, quantile: str, tail: float
) -> None:
    half = 0.5 * 10 ** -len(quantile.partition(".")[2])
    assert upper_tail(float(quantile) + half, freedom) < tail < upper_tail(float(quantile) - half, freedom)


@pytest.mark.parametrize("t", [0.0, 1e-9, 0.3, 1.0, 2.5, 40.0, 1e6])
def test_one_and_two_degrees_of_freedom_have_closed_forms(t: float) -> None:
    mpmath = pytest.importorskip("mpmath")
    exact = mpmath.mpf(t)
    with mpmath.workdps(60):
        one = mpmath.atan(1 / exact) / mpmath.pi if t else mpmath.mpf(0.5)
        two = (1 - exact / mpmath.sqrt(2 + exact**2)) / 2
    assert upper_tail(t, 1) == pytest.approx(float(one), rel=ERROR)
    assert upper_tail(t, 2) == pytest.approx(float(two), rel=ERROR)


@pytest.mark.parametrize("freedom", [0.3, 1, 3.7, 8, 30, 150, 999, 1999, 2001, 100_000])
def test_the_tail_is_within_its_stated_error_of_forty_digits(freedom: float) -> None:
    mpmath = pytest.importorskip("mpmath")
    for t in (1e-3, 0.5, 1, 2, 3, 5, 10):
        with mpmath.workdps(40):
            df, square = mpmath.mpf(freedom), mpmath.mpf(t) ** 2
            exact = mpmath.betainc(df / 2, mpmath.mpf(0.5), 0, df / (df + square), regularized=True) / 2
        assert abs(upper_tail(t, freedom) / float(exact) - 1) <= ERROR


def test_the_tail_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for freedom in (0.7, 2.2, 9, 77, 5000):
        for t in (-3, -0.1, 0, 0.1, 1, 4, 30):
            assert upper_tail(t, freedom) == pytest.approx(stats.t.sf(t, freedom), rel=1e-8)


@given(st.floats(-50, 50), st.floats(0.5, 1e5))
def test_both_tails_make_one_and_a_larger_t_has_a_smaller_tail(t: float, freedom: float) -> None:
    assert upper_tail(t, freedom) + upper_tail(-t, freedom) == pytest.approx(1)
    assert upper_tail(t + 0.1, freedom) <= upper_tail(t, freedom) * (1 + 4 * ERROR)


@given(st.floats(0.2, 50), st.floats(0.2, 50), st.floats(0.01, 0.99))
def test_the_incomplete_beta_function_is_its_own_mirror(a: float, b: float, x: float) -> None:
    assert incomplete_beta(a, b, x, 1 - x) + incomplete_beta(b, a, 1 - x, x) == pytest.approx(1)


@pytest.mark.parametrize(("t", "freedom"), [(float("nan"), 1), (1, 0), (1, -2), (1, float("nan")), (1, 1e9)])
def test_what_has_no_tail_is_an_error(t: float, freedom: float) -> None:
    with pytest.raises(ValueError, match="degrees of freedom"):
        upper_tail(t, freedom)


def runs(*numbers: float) -> tuple[Fraction, ...]:
    """Return numbers as their decimal digits say."""
    return tuple(Fraction(str(number)) for number in numbers)


STEADY = runs(0.90, 0.91, 0.92, 0.90, 0.91)
HIGHER = runs(0.93, 0.94, 0.95, 0.93, 0.94)
LEVEL = Fraction(1, 20)


@pytest.mark.parametrize(
    ("within", "verdict"), [("0.05", "met"), ("0.03", "not met"), ("0.04", "met"), ("0.035", "not met")]
)
def test_means_that_differ_by_three_hundredths_are_equivalent_within_more(within: str, verdict: str) -> None:
    found = equivalent({"a": STEADY}, {"a": HIGHER}, Fraction(within), LEVEL)
    assert found.verdict.value == verdict
    assert found.tests[0].gap == Fraction(3, 100)


def test_the_probability_is_that_of_welch_by_hand() -> None:
    """Means 0.03 apart, variances 0.00007 each of five: t = 0.01 / sqrt(0.000028), 8 degrees of freedom."""
    found = equivalent({"a": STEADY}, {"a": HIGHER}, Fraction("0.04"), LEVEL)
    assert found.tests[0].probability == pytest.approx(upper_tail(0.01 / 0.000028**0.5, 8))


def test_holm_asks_more_where_there_are_more_classes() -> None:
    found = equivalent({"a": STEADY}, {"a": HIGHER}, Fraction("0.04"), LEVEL)
    names = [str(number) for number in range(10)]
    many = equivalent(dict.fromkeys(names, STEADY), dict.fromkeys(names, HIGHER), Fraction("0.04"), LEVEL)
    assert LEVEL / 10 < found.tests[0].probability < LEVEL
    assert (found.verdict, many.verdict) == (Verdict.MET, Verdict.NOT_MET)


def test_one_class_that_is_not_equivalent_is_enough() -> None:
    found = equivalent({"a": STEADY, "b": STEADY}, {"a": STEADY, "b": HIGHER}, Fraction(2, 100), LEVEL)
    assert found.verdict is Verdict.NOT_MET
    assert "'b'" in found.reason


def test_fewer_than_five_runs_decide_nothing() -> None:
    found = equivalent({"a": STEADY[:4]}, {"a": STEADY}, Fraction(1), LEVEL)
    assert (found.verdict, "4 runs" in found.reason) == (Verdict.NOT_DECIDED, True)


def test_a_class_that_one_file_lacks_decides_nothing() -> None:
    found = equivalent({"a": STEADY}, {"a": STEADY, "b": STEADY}, Fraction(1), LEVEL)
    assert (found.verdict, "'b'" in found.reason) == (Verdict.NOT_DECIDED, True)


@pytest.mark.parametrize(
    ("other", "verdict"), [(0.91, Verdict.MET), (0.95, Verdict.NOT_MET), (0.92, Verdict.NOT_MET)]
)
def test_runs_that_never_vary_are_compared_exactly(other: float, verdict: Verdict) -> None:
    found = equivalent({"a": runs(*[0.9] * 5)}, {"a": runs(*[other] * 5)}, Fraction(2, 100), LEVEL)
    assert found.verdict is verdict


def test_a_probability_at_the_very_bound_is_left_open() -> None:
    at = equivalent({"a": STEADY}, {"a": HIGHER}, Fraction("0.04"), LEVEL).tests[0].probability
    assert (
        equivalent({"a": STEADY}, {"a": HIGHER}, Fraction("0.04"), Fraction(at)).verdict
        is Verdict.NOT_DECIDED
    )


@given(st.lists(st.fractions(-10, 10, max_denominator=1000), min_size=5, max_size=9), st.data())
def test_equivalence_is_symmetric_and_holds_in_any_wider_margin(
    first: list[Fraction], data: st.DataObject
) -> None:
    second = data.draw(st.lists(st.fractions(-10, 10, max_denominator=1000), min_size=5, max_size=9))
    one, other = {"a": tuple(first)}, {"a": tuple(second)}
    there, back = equivalent(one, other, Fraction(1), LEVEL), equivalent(other, one, Fraction(1), LEVEL)
    assert there.verdict is back.verdict
    if there.verdict is Verdict.MET:
        assert equivalent(one, other, Fraction(2), LEVEL).verdict is Verdict.MET


def files(folder: Path, first: object, second: object) -> tuple[Path, Path]:
    """Write two models that no reader knows, and two files of runs."""
    for name, document in (("a.json", first), ("b.json", second)):
        text = document if isinstance(document, str) else json.dumps(document)
        (folder / name).write_text(text)
    paths = folder / "first", folder / "second"
    for path in paths:
        path.write_bytes(path.name.encode())
    return paths


GOOD = {"accuracy": {"digits": [0.90, 0.91, 0.92, 0.90, 0.91]}}
PREDICATE = parse_predicate("performs(accuracy, a.json, b.json, within=0.04)")


def test_files_of_runs_are_read_and_the_level_is_performance(tmp_path: Path) -> None:
    higher = {"accuracy": {"digits": [0.93, 0.94, 0.95, 0.93, 0.94]}}
    found = measure_files(*files(tmp_path, GOOD, higher), PREDICATE, folder=tmp_path)
    assert (found.verdict, found.level) == (Verdict.MET, Level.PERFORMANCE)
    assert found.slack == float("inf")
    assert any("unbounded" in note for note in found.notes)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "[]",
            "{}",
            '{"accuracy": []}',
            '{"accuracy": {}}',
            '{"accuracy": {"digits": 5}}',
            "[" * 100_000,
        ),
        *('{"accuracy": {"digits": [NaN, 1, 1, 1, 1]}}', '{"accuracy": {"digits": [Infinity, 1, 1, 1, 1]}}'),
        '{"accuracy": {"digits": [1e999999, 1, 1, 1, 1]}}',
        '{"accuracy": {"digits": ["1", 1, 1, 1, 1]}}',
        '{"accuracy": {"digits": [true, 1, 1, 1, 1]}}',
        '{"accuracy": {"digits": [1, 1, 1, 1, 1], "digits": [1, 1, 1, 1, 1]}}',
        '{"accuracy": {"digits": [' + ", ".join(["1"] * 30_000) + "]}}",
        "\xff",
    ],
    ids=range(15),
)
def test_what_is_no_file_of_runs_decides_nothing_and_says_which_it_is(tmp_path: Path, text: str) -> None:
    found = measure_files(*files(tmp_path, GOOD, text), PREDICATE, folder=tmp_path)
    assert found.verdict is Verdict.NOT_DECIDED
    assert "b.json" in found.reason or "digits" in found.reason


def test_a_file_that_is_not_there_decides_nothing(tmp_path: Path) -> None:
    paths = files(tmp_path, GOOD, GOOD)
    (tmp_path / "b.json").unlink()
    found = measure_files(*paths, PREDICATE, folder=tmp_path)
    assert (found.verdict, "b.json" in found.reason) == (Verdict.NOT_DECIDED, True)

"""What a few operations find of several tensors at once is what loops find of each."""

import math
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

import numpy as np
import pytest

from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.elements import FLOATS, INTEGERS
from lintian_ml.equality.gathering import Run
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.language import parse_predicate
from lintian_ml.equality.predicate import Predicate
from lintian_ml.equality.self_test.drawing import special, tensor
from lintian_ml.equality.self_test.values import rank, value
from lintian_ml.equality.stretch import measured
from lintian_ml.equality.survey import Anything
from lintian_ml.model import BITS

T = TypeVar("T")

COUNTS = ([3], [2, 2, 2], [1, 4, 2, 3], [1, 1, 5])
DTYPES = ("float32", "float16", "float8e4m3fn", "int16", "uint8")


def cut(row: Sequence[T], counts: Sequence[int]) -> list[Sequence[T]]:
    """Return the parts of a list that have so many entries."""
    return [row[end - count : end] for end, count in zip(accumulate(counts), counts, strict=True)]


def drawn(dtype: str, counts: list[int]) -> tuple[list[int], list[int]]:
    """Return special codes, every second of which stands beside another."""
    draw, codes = Random(f"{dtype} {counts}"), special(dtype)
    first = [draw.choice(codes) for _ in range(sum(counts))]
    top = 1 << BITS[dtype] - 1
    second = [draw.choice((code, code, draw.choice(codes), code ^ top, code ^ 1)) for code in first]
    return first, second


def run(dtype: str, first: list[int], second: list[int], counts: list[int]) -> Run:
    width = BITS[dtype] // 8
    left, right = (np.array(side, f"<u{width}") for side in (first, second))
    return Run(left, right, np.array(counts, np.intp))


def terms(text: str) -> tuple[Predicate, ...]:
    return parse_predicate(text).clauses[0].terms


def judges(dtype: str, text: str) -> list[Judge]:
    one = tensor([0], dtype)
    return [term.judge(Pair(one, one)) for term in terms(text)]


@pytest.mark.parametrize("counts", COUNTS)
def test_marks_are_counted_for_each(counts: list[int]) -> None:
    size = sum(counts)
    made = run("uint8", [0] * size, [0] * size, counts)
    for marks in (
        [False] * size,
        [True] * size,
        [at % 2 == 0 for at in range(size)],
        [at == 0 for at in range(size)],
    ):
        assert made.sums(np.array(marks)).tolist() == [sum(part) for part in cut(marks, counts)]
    many = Run(np.zeros(600, np.uint8), np.zeros(600, np.uint8), np.array([300, 300]))
    assert many.sums(np.arange(600) > 0).tolist() == [299, 300]


@pytest.mark.parametrize("counts", COUNTS)
def test_the_first_of_the_largest_is_found_in_each(counts: list[int]) -> None:
    size = sum(counts)
    made = run("uint8", list(range(size)), list(range(size, 2 * size)), counts)
    for seed in range(20):
        draw = Random(seed)
        distances = [draw.choice((-1.0, 0.0, 1.0, 2.0, math.inf)) for _ in range(size)]
        places = made.peaks(np.array(distances))
        parts = cut(distances, counts)
        assert places.tolist() == [part.index(max(part)) for part in parts]
        first, second = made.pairs(places)
        starts = [0, *np.cumsum(counts)[:-1].tolist()]
        there = [start + place for start, place in zip(starts, places.tolist(), strict=True)]
        assert first.tolist() == there
        assert second.tolist() == [size + place for place in there]


def test_runs_are_equal_where_every_pair_is() -> None:
    assert run("uint8", [1, 2], [1, 2], [1, 1]).equal() is True
    assert run("uint8", [1, 2], [1, 3], [1, 1]).equal() is False
    assert run("uint8", [1, 2], [2, 3], [1, 1]).equal() is False


def is_zero(code: int, dtype: str) -> bool:
    return dtype.startswith("float") and value(code, dtype) == 0


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_pairs_that_fail_and_zeros_are_told_of_each(dtype: str, counts: list[int]) -> None:
    text = "ulp(1)" if dtype in FLOATS else "steps(1)"
    first, second = drawn(dtype, counts)
    failing, zeros, distances = run(dtype, first, second, counts).judged(judges(dtype, text))
    pairs = list(zip(first, second, strict=True))
    (judge,) = judges(dtype, text)
    odd = [None in (value(one, dtype), value(other, dtype)) for one, other in pairs]
    expected = [
        one != other and (none or not judge.holds(one, other))
        for none, (one, other) in zip(odd, pairs, strict=True)
    ]
    assert failing.tolist() == expected
    assert zeros.tolist() == [
        one != other and is_zero(one, dtype) and is_zero(other, dtype) for one, other in pairs
    ]
    excess = judge.excess(*(np.array(side, f"u{BITS[dtype] // 8}") for side in (first, second))).tolist()
    apart = [far if one != other else -1.0 for far, (one, other) in zip(excess, pairs, strict=True)]
    for part, fails, told in zip(
        cut(apart, counts), cut(expected, counts), cut(distances.tolist(), counts), strict=True
    ):
        assert told == [
            far if fail or not any(fails) else -1.0 for far, fail in zip(part, fails, strict=True)
        ]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("close", [False, True])
def test_how_far_apart_settled_pairs_are(dtype: str, close: bool) -> None:
    if close and dtype in INTEGERS:
        return
    text = "close(1/4)" if close else ("ulp(9)" if dtype in FLOATS else "steps(9)")
    middle = 3 << (BITS[dtype] - 4)
    first, second = [middle, middle + 1, middle + 5, middle], [middle + 2, middle + 1, middle + 1, middle + 1]
    found = run(dtype, first, second, [2, 2]).settled(judges(dtype, text)[0]).tolist()
    if not close:
        assert found == [
            abs(rank(one, dtype) - rank(other, dtype)) for one, other in zip(first, second, strict=True)
        ]
        return
    excess = judges(dtype, text)[0].excess(
        *(np.array(side, f"u{BITS[dtype] // 8}") for side in (first, second))
    )
    assert found == [
        -1.0 if one == other else far for one, other, far in zip(first, second, excess, strict=True)
    ]


@pytest.mark.parametrize(
    ("dtype", "text"),
    [("float32", "ulp(2)"), ("float32", "close(1/1000)"), ("float32", "close(0, 1/8)"), ("float32", "same"),
     ("int16", "steps(3)"), ("float16", "ulp(2) and close(1/100)"), ("float32", "grid(2^-3)")],
)  # fmt: skip
@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("ordinary", [False, True])
def test_the_slack_of_each_is_what_is_counted_beside_it_alone(
    dtype: str, text: str, counts: list[int], ordinary: bool
) -> None:
    first, second = drawn(dtype, counts)
    if ordinary:
        second = [(3 << (BITS[dtype] - 4)) + at for at, _ in enumerate(second)]
        first = second
    made = run(dtype, first, second, counts)
    known = (
        measured(made.first, made.second, FLOATS.get(dtype) or INTEGERS[dtype], np.empty(99, np.uint8))
        if ordinary
        else None
    )
    told = made.slack(terms(text), dtype, known).tolist()
    for bits, codes in zip(told, cut(second, counts), strict=True):
        alone = []
        for term in terms(text):
            meter = term.meter(dtype)
            if meter.looks:
                meter.add(np.array(codes, f"u{BITS[dtype] // 8}"))
            alone.append(meter.bits())
        known_bits = [one for one in alone if one is not None]
        assert math.isnan(bits) if not known_bits else bits == pytest.approx(min(known_bits), abs=1e-9)


def test_a_slack_that_is_not_known_leaves_that_of_others() -> None:
    made = run("float32", *drawn("float32", [1, 2]), [1, 2])
    unknown, known = Anything(), terms("ulp(1)")
    assert np.isnan(made.slack((unknown,), "float32", None)).all()
    for asked in ((unknown, *known), (*known, unknown)):
        assert made.slack(asked, "float32", None).tolist() == made.slack(known, "float32", None).tolist()

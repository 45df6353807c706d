"""All pairs of finite codes of the formats of 16 bits: ulp by sorted values, close by accepting intervals.

For a fixed second element the first ones that close accepts are an interval: away from b, |a - b| grows with
slope 1 and what is allowed with less, since rtol < 1. (That is checked outright on the small formats.) The
oracle finds the two ends of each interval by bisection; the kernel is held to the intervals on all pairs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from fractions import Fraction
from functools import cache, partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lintian_ml.equality.self_test.questions import Question
from lintian_ml.equality.self_test.values import FLOATS, value
from tests.validation.exhaustion.task import Answers, Outcome, Task, accepted, judge_of

Numbers = NDArray[Any]

ROWS = 4
"""Second codes that are compared with all first ones at a time."""

HALVES = ("float16", "bfloat16")
REACHES = (0, 1, 4096)
ZERO = Fraction(0)


def tolerances(dtype: str) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield relative and absolute tolerances: powers of two and their neighbours, subnormal, almost one."""
    form = FLOATS[dtype]
    least = Fraction(2) ** (1 - form.bias - form.fraction)
    unit = Fraction(1, 1 << form.fraction)
    tiny = Fraction(1, 1 << 40)
    yield ZERO, ZERO
    yield ZERO, 3 * least / 2
    yield unit, ZERO
    yield unit * (1 - tiny), ZERO
    yield unit * (1 + tiny), ZERO
    yield Fraction(1, 1000), least * 1000
    yield Fraction(1, 3), ZERO
    yield 1 - tiny, ZERO


def tasks() -> Iterator[Task]:
    """Yield every check of the formats of 16 bits."""
    for dtype in HALVES:
        yield Task(f"distances {dtype}", partial(distances, dtype))
        for reach in REACHES:
            yield Task(f"ulp({reach}) {dtype}", partial(ulp, dtype, reach))
        for rtol, atol in tolerances(dtype):
            yield Task(f"close({rtol}, {atol}) {dtype}", partial(close, dtype, rtol, atol))


@cache
def in_order(dtype: str) -> tuple[Numbers, Numbers]:
    """Return all finite codes in the order of their values, and the place of each among the values."""
    finite = [(number, code) for code in range(1 << 16) if (number := value(code, dtype)) is not None]
    finite.sort()
    places = np.cumsum([False, *(one[0] != other[0] for one, other in pairwise(finite))])
    return np.array([code for _, code in finite], np.uint16), places


def distances(dtype: str) -> Outcome:
    """Hold the distance of every pair against the difference of their places."""
    codes, places = in_order(dtype)
    judge = judge_of(Question("ulp", (0,)), dtype)
    answers = Answers()
    for code, place in zip(codes, places, strict=True):
        found = judge.excess(codes, np.full_like(codes, code))
        answers.add_numbers(found, np.abs(places - place).astype(np.float64))
    return answers.outcome


def ulp(dtype: str, reach: int) -> Outcome:
    """Hold the decision on every pair against the difference of their places."""
    _, places = in_order(dtype)
    low = np.searchsorted(places, places - reach, side="left")
    high = np.searchsorted(places, places + reach, side="right")
    return _held_to(Question("ulp", (reach,)), dtype, low, high)


def close(dtype: str, rtol: Fraction, atol: Fraction) -> Outcome:
    """Hold the decision on every pair against the interval that the oracle accepts beside its second."""
    question = Question("close", (rtol, atol))
    codes, _ = in_order(dtype)
    low, high = intervals(question, codes.tolist(), dtype)
    return _held_to(question, dtype, np.array(low), np.array(high))


def intervals(question: Question, codes: list[int], dtype: str) -> tuple[list[int], list[int]]:
    """Return, for each of the codes in order, where what is accepted beside it begins, and where it ends."""

    def holds(second: int, first: int) -> bool:
        return question.answers([codes[first]], [codes[second]], dtype)[0]

    def fails(second: int, first: int) -> bool:
        return not holds(second, first)

    low, high = [], []
    for at in range(len(codes)):
        low.append(bisect_left(range(at), True, key=partial(holds, at)))
        high.append(at + bisect_left(range(at, len(codes)), True, key=partial(fails, at)))
    return low, high


def _held_to(question: Question, dtype: str, low: Numbers, high: Numbers) -> Outcome:
    """Hold the kernel to intervals, on all pairs of codes in the order of their values."""
    codes, _ = in_order(dtype)
    judge = judge_of(question, dtype)
    answers = Answers()
    place = np.arange(codes.size)
    for start in range(0, codes.size, ROWS):
        rows = slice(start, start + ROWS)
        some = codes[rows]
        first, second = np.tile(codes, some.size), np.repeat(some, codes.size)
        expected = (place >= low[rows, None]) & (place < high[rows, None])
        answers.add(accepted(judge, first, second), expected.reshape(-1))
    return answers.outcome

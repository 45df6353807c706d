"""All pairs of finite codes of the formats of 16 bits: ulp by sorted values, close by accepting intervals.

For a fixed second element the first ones that close accepts are an interval: away from b, |a - b| grows with
slope 1 and what is allowed with less, since rtol < 1. (That is checked outright on the small formats.) The
oracle finds the two ends of each interval by bisection; the kernel is held to the intervals on all pairs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache, partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lintian_ml.equality.self_test.questions import Question
from lintian_ml.equality.self_test.values import FLOATS, value
from tests.validation.exhaustion.program import BY_BOUND, BY_RANK
from tests.validation.exhaustion.task import Answers, Outcome, Task, accepted, judge_of

Numbers = NDArray[Any]

HALVES = ("float16", "bfloat16")
REACHES = (0, 1, 4096)
PIECES = 4
"""Parts in which a row of codes is asked about: they stay in a core's cache."""

BESIDE = 4
"""Places about its neighbour's end where the end of an interval is looked for first."""

ZERO, HALF = Fraction(0), Fraction(1, 2)


def tolerances(dtype: str) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield relative and absolute tolerances: powers of two and their neighbours, subnormal, almost one.

    Neighbours by 2**-40 are told apart in float64; those by 2**-60 are not, so that each pair on the border
    is left to whole numbers.
    """
    form = FLOATS[dtype]
    least = Fraction(2) ** (1 - form.bias - form.fraction)
    unit = Fraction(1, 1 << form.fraction)
    tiny, least_of_all = Fraction(1, 1 << 40), Fraction(1, 1 << 60)
    yield ZERO, ZERO
    yield ZERO, 3 * least / 2
    yield unit, ZERO
    yield unit * (1 - tiny), ZERO
    yield unit * (1 + tiny), ZERO
    yield Fraction(1, 1000), least * 1000
    yield Fraction(1, 3), ZERO
    yield 1 - tiny, ZERO
    yield from ((HALF * share, ZERO) for share in (1 - least_of_all, Fraction(1), 1 + least_of_all))


def tasks() -> Iterator[Task]:
    """Yield every check of the formats of 16 bits."""
    for dtype in HALVES:
        yield Task(f"distances {dtype}", partial(distances, dtype), BY_RANK)
        for reach in REACHES:
            yield Task(f"ulp({reach}) {dtype}", partial(ulp, dtype, reach), BY_RANK)
        for rtol, atol in tolerances(dtype):
            yield Task(f"close({rtol}, {atol}) {dtype}", partial(close, dtype, rtol, atol), BY_BOUND)


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

    low, high = [0], [0]
    for at in range(len(codes)):
        low.append(_turn(partial(holds, at), range(at), low[-1]))
        high.append(_turn(partial(fails, at), range(at, len(codes)), high[-1]))
    return low[1:], high[1:]


def _turn(answer: Callable[[int], bool], places: range, guess: int) -> int:
    """Return the first of the places from which on the answer is yes, or their end.

    It is looked for about a guess, and everywhere if the answers there do not turn from no to yes.
    """
    start, stop = (min(max(at, places.start), places.stop) for at in (guess - BESIDE, guess + BESIDE))
    after, before = start == places.start or not answer(start - 1), stop == places.stop or answer(stop)
    near = range(start, stop) if after and before else places
    return near.start + bisect_left(near, True, key=answer)


def _held_to(question: Question, dtype: str, low: Numbers, high: Numbers) -> Outcome:
    """Hold the kernel to intervals, on all pairs of codes in the order of their values."""
    codes, _ = in_order(dtype)
    judge = judge_of(question, dtype)
    answers = Answers()
    for code, begin, end in zip(codes, low.tolist(), high.tolist(), strict=True):
        expected = np.zeros(codes.shape, dtype=bool)
        expected[begin:end] = True
        found = [accepted(judge, piece, np.full_like(piece, code)) for piece in np.split(codes, PIECES)]
        answers.add(np.concatenate(found), expected)
    return answers.outcome

"""All codes of float32: their values follow on one another, and the kernel counts them as they come.

Over the codes of one sign, the float64 values are seen to increase from each code to the next; so a code's
place among the values is its number in the sequence. The kernel must give that number as the distance from
zero, 1 as the distance of neighbours, and infinity where one is not finite.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from lintian_ml.equality.self_test.questions import Question
from tests.validation.exhaustion.program import BY_RANK
from tests.validation.exhaustion.task import Answers, Outcome, Task, judge_of

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes
    from lintian_ml.equality.judge import Judge

SLICE = 1 << 28
RUN = 1 << 14
SIGN, LIMIT = 1 << 31, 0xFF << 23


def tasks() -> Iterator[Task]:
    """Yield a check for each sixteenth of the codes."""
    for start in range(0, 1 << 32, SLICE):
        yield Task(f"keys float32 {start:#010x}", partial(keys, start), BY_RANK)


def keys(start: int) -> Outcome:
    """Go through the codes from ``start`` on, each run with the first code of the next."""
    judge = judge_of(Question("ulp", (0,)), "float32")
    answers = Answers()
    for at in range(start, start + SLICE, RUN):
        last = at + RUN if (at + RUN) % SIGN else at + RUN - 1
        codes = np.arange(at, last + 1, dtype=np.uint64).astype(np.uint32)
        _add_run(answers, judge, codes)
    return answers.outcome


def _add_run(answers: Answers, judge: Judge, codes: Codes) -> None:
    """Hold the distances in a run of codes of one sign against their numbers; the last is counted later."""
    ranks = (codes & np.uint32(SIGN - 1)).astype(np.float64)
    finite = ranks < LIMIT
    with np.errstate(all="ignore"):
        values = np.abs(codes.view(np.float32).astype(np.float64))
        from_zero = judge.excess(codes, np.zeros_like(codes))
        beside = judge.excess(codes[:-1], codes[1:])
    rising = np.diff(values[finite]) > 0
    answers.add_numbers(from_zero[:RUN], np.where(finite, ranks, np.inf)[:RUN])
    answers.wrong += int(np.count_nonzero(beside != np.where(finite[1:] & finite[:-1], 1.0, np.inf)))
    answers.wrong += int(np.count_nonzero(~rising))

"""What an exhaustive check is, and how the comparator is asked for it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.self_test.drawing import tensor
from lintian_ml.equality.self_test.questions import Question
from tests.validation.exhaustion.program import WHOLE, program

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes, Mask, Reals
    from lintian_ml.equality.judge import Judge


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many cases there were, how many were wrong, and a digest of all answers."""

    cases: int
    wrong: int
    digest: str


@dataclass(frozen=True, slots=True)
class Task:
    """One exhaustive check, by a name that no other has.

    What comes out hangs on ``parts`` of the comparator: what they do may not have changed since it was run.
    """

    name: str
    run: Callable[[], Outcome]
    parts: tuple[str, ...] = WHOLE

    @property
    def program(self) -> str:
        """A digest of what the parts do."""
        return program(self.parts)


class Answers:
    """Adds up answers, and takes their digest in the order in which they come."""

    def __init__(self) -> None:
        self.cases = 0
        self.wrong = 0
        self._digest = hashlib.sha256()

    def add(self, found: Mask, expected: Mask) -> None:
        """Hold a run of answers against those that are right."""
        self.cases += found.size
        self.wrong += int(np.count_nonzero(found != expected))
        self._digest.update(np.packbits(found).tobytes())

    def add_numbers(self, found: Reals, expected: Reals) -> None:
        """Hold a run of distances against those that are right; the digest is of their sum."""
        self.cases += found.size
        self.wrong += int(np.count_nonzero(found != expected))
        self._digest.update(str(int(found[np.isfinite(found)].sum())).encode())

    @property
    def outcome(self) -> Outcome:
        """What came out."""
        return Outcome(self.cases, self.wrong, self._digest.hexdigest()[:16])


def judge_of(question: Question, dtype: str) -> Judge:
    """Return what decides a predicate for elements of a type."""
    lone = tensor([0], dtype)
    return question.predicate.judge(Pair(lone, lone))


def accepted(judge: Judge, first: Codes, second: Codes) -> Mask:
    """Return which pairs hold: equal codes do, the others as the judge says."""
    held: Mask = judge.accepts(first, second)
    held |= first == second
    return held

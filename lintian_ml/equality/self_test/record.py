"""What a check of the comparator found: how many cases there were, and what was wrong with some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lintian_ml.equality.models import compare
from lintian_ml.equality.self_test.drawing import Pairs, model, tensor
from lintian_ml.equality.self_test.questions import Question
from lintian_ml.equality.self_test.values import rank, value
from lintian_ml.equality.tensors import PLAIN, Manner
from lintian_ml.equality.verdict import Comparison, TensorResult, Verdict

MOST_COMPLAINTS = 3
"""Wrong cases of one check that are told in full."""


@dataclass(slots=True)
class Record:
    """Counts cases; keeps the first complaints, and notes of what is no fault but should be known."""

    cases: int = 0
    wrong: int = 0
    complaints: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def demand(self, right: bool, complaint: str) -> None:
        """Count a case, which must be right."""
        self.cases += 1
        if not right:
            self.wrong += 1
            if len(self.complaints) < MOST_COMPLAINTS:
                self.complaints.append(complaint)

    def ask(self, question: Question, drawn: Pairs, dtype: str, big_endian: bool = False) -> None:
        """Demand that the comparator says of pairs of codes what the oracle says."""
        first, second = drawn
        answers = question.answers(first, second, dtype)
        found = compared(question, drawn, dtype, big_endian=big_endian)
        expected = Verdict.MET if all(answers) else Verdict.NOT_MET
        what = f"{question} of {dtype} {_shown(first)} beside {_shown(second)}"
        right = found.verdict is expected
        self.demand(
            right, f"{what}: {found.verdict.value}, but it is {expected.value} {found.reason}".strip()
        )
        if right and question.name != "norm":
            self._ask_of_tensor(found.tensors[0], question, drawn, dtype, answers, what)

    def _ask_of_tensor(
        self,
        found: TensorResult,
        question: Question,
        drawn: Pairs,
        dtype: str,
        answers: Sequence[bool],
        what: str,
    ) -> None:
        """Demand that as many elements fail, and that the worst is as far apart as a float64 can tell."""
        self.demand(
            found.failing == answers.count(False), f"{what}: {found.failing} fail, not {answers.count(False)}"
        )
        if question.name in ("ulp", "steps"):
            right = furthest(drawn, dtype, answers)
            told = found.worst and found.worst.ulp
            near = told == right or (None not in (told, right) and float(told or 0) == float(right or 0))
            self.demand(near, f"{what}: the worst is {told} apart, not {right}")


def furthest(drawn: Pairs, dtype: str, answers: Sequence[bool]) -> int | None:
    """Return how far apart the worst pair is: of those that fail if one does, else of those that differ.

    None where none differs, or one of the worst is no number.
    """
    pairs = [pair for pair, held in zip(zip(*drawn, strict=True), answers, strict=True) if not held]
    pairs = pairs or [pair for pair in zip(*drawn, strict=True) if pair[0] != pair[1]]
    if any(value(code, dtype) is None for pair in pairs for code in pair):
        return None
    return max((abs(rank(one, dtype) - rank(other, dtype)) for one, other in pairs), default=None)


def compared(
    question: Question,
    drawn: Pairs,
    dtype: str,
    *,
    big_endian: bool = False,
    piece: int = 1 << 20,
    manner: Manner = PLAIN,
) -> Comparison:
    """Return what the comparator says of two models of one tensor; ``big_endian`` is the second's order."""
    sides = model(tensor(drawn[0], dtype)), model(tensor(drawn[1], dtype, big_endian))
    return compare(*sides, question.specification, piece=piece, manner=manner)


def _shown(codes: list[int]) -> str:
    """Return codes for people, the first few of them."""
    more = " ..." if len(codes) > 4 else ""
    return f"{' '.join(f'{code:#x}' for code in codes[:4])}{more}"

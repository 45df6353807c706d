"""All pairs of every type of 8 bits and fewer, for every predicate, against the oracle in rationals."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import product

import numpy as np

from lintian_ml.equality import Clause, Selector, Specification, Verdict, compare
from lintian_ml.equality.self_test.drawing import model, tensor
from lintian_ml.equality.self_test.questions import Question
from lintian_ml.equality.self_test.values import FLOATS, SCALE, width
from lintian_ml.model import BITS
from tests.validation.exhaustion.program import KERNELS
from tests.validation.exhaustion.task import Answers, Outcome, Task, accepted, judge_of

ZERO, THIRD = Fraction(0), Fraction(1, 3)
PIECE = 16
"""Bytes that are compared at a time where every pair is to be a run of its own."""

FLOAT_QUESTIONS = (
    *(Question("same", merged) for merged in product((False, True), repeat=2)),
    *(Question("ulp", (n,)) for n in (0, 1, 2, 7, 100)),
    *(
        Question("close", (Fraction(text), ZERO))
        for text in ("0", "1/16", "1/8", "1/3", "1/2", "65535/65536")
    ),
    *(Question("close", (ZERO, Fraction(text))) for text in ("1/131072", "1/512", "1", "4097/4096", "3")),
    Question("close", (Fraction(1, 8), Fraction(1, 64))),
)
LATTICES = (
    *(Question("grid", (f"2^{power}",)) for power in (-9, -2, 0, 3)),
    Question("grid", ("float4e2m1",)),
    Question("grid", ("int8", Fraction(1, 16), ZERO)),
    Question("grid", ("uint4", Fraction(1, 3), Fraction(7))),
)
INTEGER_QUESTIONS = (Question("same"), *(Question("steps", (n,)) for n in (0, 1, 2, 14, 127, 128, 254)))
WHOLE = (Question("scaled", (THIRD,)), Question("scaled", (ZERO,)), Question("norm", (THIRD,)))
SMALL = tuple(dtype for dtype, bits in BITS.items() if bits <= 8 and dtype != "bool")


def questions(dtype: str) -> Iterator[Question]:
    """Yield the questions about single elements that a type is asked."""
    asked = INTEGER_QUESTIONS
    if dtype in (*FLOATS, SCALE):
        asked = FLOAT_QUESTIONS if dtype == SCALE else (*FLOAT_QUESTIONS, *LATTICES)
    yield from (question for question in asked if question.defined_for(dtype))


def tasks() -> Iterator[Task]:
    """Yield every check of the small types."""
    for dtype in SMALL:
        for question in questions(dtype):
            yield Task(f"kernel {dtype} {question}", partial(kernel, dtype, question), KERNELS)
            if BITS[dtype] == 8:
                yield Task(f"engine {dtype} {question}", partial(engine, dtype, question))
        if dtype in (*FLOATS, SCALE):
            for question in WHOLE:
                yield Task(f"tensors {dtype} {question}", partial(tensors, dtype, question))


def kernel(dtype: str, question: Question) -> Outcome:
    """Ask the judge of all pairs at once."""
    codes = np.arange(1 << width(dtype), dtype=np.uint8)
    first, second = np.repeat(codes, codes.size), np.tile(codes, codes.size)
    answers = Answers()
    expected = np.array(question.answers(first.tolist(), second.tolist(), dtype))
    answers.add(accepted(judge_of(question, dtype), first, second), expected)
    return answers.outcome


def engine(dtype: str, question: Question, seconds: range = range(256)) -> Outcome:
    """Ask the whole engine: every pair fills a piece of its own, so that what settles runs is tried on each.

    A tensor for each second code; how many of its elements fail is held against the oracle.
    """
    codes = np.arange(256, dtype=np.uint8)
    first = np.repeat(codes, PIECE).tolist()
    answers = Answers()
    for code in seconds:
        sides = model(tensor(first, dtype)), model(tensor([code] * len(first), dtype))
        (found,) = compare(*sides, question.specification, piece=PIECE).tensors
        right = question.answers(codes.tolist(), [code] * 256, dtype)
        answers.add_numbers(np.array([found.failing / PIECE]), np.array([float(right.count(False))]))
    return Outcome(answers.cases * 256, answers.wrong, answers.outcome.digest)


def tensors(dtype: str, question: Question) -> Outcome:
    """Ask the whole engine of a tensor of one element for each pair."""
    every = range(1 << width(dtype))
    names = [f"w{one}" for one in every]
    asked = Specification(tuple(Clause(Selector(name), (question.predicate,)) for name in names))
    answers = Answers()
    for code in every:
        sides = (
            model(*(tensor([one], dtype, name=name) for one, name in zip(every, names, strict=True))),
            model(*(tensor([code], dtype, name=name) for name in names)),
        )
        found = [result.verdict is Verdict.MET for result in compare(*sides, asked).tensors]
        right = [question.answers([one], [code], dtype)[0] for one in every]
        answers.add(np.array(found), np.array(right))
    return answers.outcome

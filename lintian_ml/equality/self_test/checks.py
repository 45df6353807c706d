"""The checks of the self-test, each a function that asks the comparator and records what was wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from random import Random

from lintian_ml.equality.control import PASSED, ControlFailed, control
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.language import parse_predicate
from lintian_ml.equality.models import compare
from lintian_ml.equality.self_test import drawing, questions
from lintian_ml.equality.self_test.questions import Question
from lintian_ml.equality.self_test.record import Record, compared
from lintian_ml.equality.self_test.values import COMPONENTS, FLOATS, SCALE, value, width
from lintian_ml.equality.self_test.vectors import vectors
from lintian_ml.equality.tensors import Manner
from lintian_ml.equality.verdict import Verdict
from lintian_ml.model import BITS

ROUNDS = 150
LONG = 10_000
"""Elements of the tensors whose verdict must not hang on pieces and threads."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what it is about, and what does it."""

    name: str
    run: Callable[[Random, Record], None]


def known_answers(draw: Random, record: Record) -> None:
    """Ask of pairs that were worked out by hand, either way round."""
    del draw
    for row in vectors():
        sides = [drawing.model(drawing.tensor([code], row.dtype)) for code in (row.first, row.second)]
        for text, expected in ((row.met, Verdict.MET), (row.not_met, Verdict.NOT_MET)):
            for one, other in (sides, reversed(sides)) if text else ():
                found = compare(one, other, parse_predicate(f"w {text}")).verdict
                record.demand(found is expected, f"{row.dtype} {row.first:x} {row.second:x} {text}: {found}")


def small_types(draw: Random, record: Record) -> None:
    """Ask of all pairs of each type of 4 and 8 bits, a tensor for each second code."""
    for dtype in (dtype for dtype, bits in BITS.items() if bits <= 8 and dtype != "bool"):
        asked = [question for question in questions.of(draw, dtype) if question.name in ("ulp", "steps")]
        codes = list(range(1 << width(dtype)))
        for code in codes:
            record.ask(draw.choice(asked or [Question("same")]), (codes, [code] * len(codes)), dtype)


def drawn_codes(draw: Random, record: Record) -> None:
    """Ask every kind of predicate of drawn bit patterns, in either byte order."""
    for _ in range(ROUNDS):
        dtype = draw.choice(drawing.NUMERIC)
        pairs = drawing.pairs(draw, dtype, 2 * draw.randrange(1, 12))
        for question in questions.of(draw, dtype):
            record.ask(question, pairs, dtype, draw.random() < 0.5)


def borders(draw: Random, record: Record) -> None:
    """Ask with tolerances that are the very deviation of a pair, or miss it by one part in 10**60."""
    for _ in range(ROUNDS):
        dtype = draw.choice([name for name in drawing.NUMERIC if name not in COMPONENTS])
        pairs = drawing.pairs(draw, dtype, 1)
        for question in questions.on_the_border(draw, pairs[0][0], pairs[1][0], dtype):
            if question.defined_for(dtype):
                record.ask(question, pairs, dtype)


def empty_predicates(draw: Random, record: Record) -> None:
    """Demand that a bound is refused where, and only where, it holds for the two ends of a type."""
    for dtype in drawing.NUMERIC:
        finite = [
            (number, code) for code in drawing.special(dtype) if (number := value(code, dtype)) is not None
        ]
        first, second = min(finite)[1], max(finite)[1]
        for question in questions.on_the_border(draw, first, second, dtype):
            if question.name in ("ulp", "steps", "close"):
                says_nothing = all(question.answers([first], [second], dtype))
                right = question.predicate.vacuous(dtype) == says_nothing
                record.demand(right, f"{question} of {dtype} says nothing: {says_nothing}")


def pieces_and_threads(draw: Random, record: Record) -> None:
    """Demand the same account of a tensor whatever the pieces, the threads, the byte order."""
    for dtype in ("float32", "float16", "int64"):
        first, second = _long(draw, dtype)
        question = Question("steps", (4,)) if dtype == "int64" else Question("ulp", (4,))
        whole = compared(question, (first, second), dtype)
        right = question.answers(first, second, dtype).count(False)
        record.demand(whole.tensors[0].failing == right, f"{dtype}: not {right} of {LONG} fail")
        for piece, threads, order in product((1 << 10, 4112), (1, 3), (False, True)):
            manner = Manner(threads=threads)
            again = compared(question, (first, second), dtype, big_endian=order, piece=piece, manner=manner)
            record.demand(again == whole, f"{dtype}: another account with {piece=} {threads=} {order=}")


def _long(draw: Random, dtype: str) -> drawing.Pairs:
    """Return the codes of a long tensor and of one near it; a pair far apart stands at its end."""
    bits = width(dtype)
    first = [draw.randrange(1 << bits) for _ in range(LONG)]
    second = [(code + draw.randrange(-4, 5)) % (1 << bits) for code in first]
    first[-1], second[-1] = 1 << (bits - 3), 1 << (bits - 4)
    return first, second


def controls(draw: Random, record: Record) -> None:
    """Demand that a good comparator passes its negative control and one that lets all hold does not."""
    dtypes = [name for name in (*FLOATS, "int8", "int64") if BITS[name] >= 8]
    for dtype in dtypes:
        codes = [0x2E + draw.randrange(8) << (width(dtype) - 8)] * 4
        question = Question("steps", (2,)) if dtype.startswith("int") else Question("ulp", (2,))
        (found,) = compared(question, (codes, codes), dtype).tensors
        record.demand(found.control == PASSED, f"{dtype}: {found.control}")
        tensor = drawing.tensor(codes, dtype)
        try:
            said = control(tensor, drawing.packed(codes, dtype), [_Lax(dtype)])
        except ControlFailed:
            said = ""
        record.demand(not said, f"{dtype}: a judge that lets all hold passed the control")


class _Lax(Judge):
    """A broken kernel: every pair holds."""

    def near(self, first, second):  # type: ignore[no-untyped-def]
        """Let all hold."""
        import numpy as np

        return np.ones(first.shape, dtype=bool)

    def holds(self, first: int, second: int) -> bool:
        """Tell what ``near`` should have said."""
        return first == second


def subnormals(draw: Random, record: Record) -> None:
    """Demand that subnormal numbers count, and note where this thread's arithmetic flushes them."""
    import numpy as np

    for dtype in (name for name in FLOATS if name != SCALE):
        step = 1 << FLOATS[dtype].fraction
        for code in {1, 2, step - 1, draw.randrange(1, max(2, step))}:
            for question in (Question("ulp", (code - 1,)), Question("close", (questions.ALMOST, 0))):
                record.ask(question, ([code], [0]), dtype)
    least = np.array([1], np.uint32).view(np.float32)
    with np.errstate(all="ignore"):
        if not (least * np.float32(1) > 0).all():
            record.notes.append(
                "this thread's arithmetic flushes subnormal numbers; verdicts do not hang on it"
            )


def machine(draw: Random, record: Record) -> None:
    """Demand of numpy's integers what the kernels take for granted, on drawn numbers."""
    import numpy as np

    for bits in (8, 16, 32, 64):
        one, other = ([draw.randrange(1 << bits) for _ in range(64)] for _ in range(2))
        left, right = (np.array(side, f"u{bits // 8}") for side in (one, other))
        pairs = list(zip(one, other, strict=True))
        for name, found, expected in (
            ("sum", left + right, [(a + b) % (1 << bits) for a, b in pairs]),
            ("difference", left - right, [(a - b) % (1 << bits) for a, b in pairs]),
            ("exclusive or", left ^ right, [a ^ b for a, b in pairs]),
            ("minimum", np.minimum(left, right), [min(pair) for pair in pairs]),
            ("comparison", left <= right, [a <= b for a, b in pairs]),
            ("shift", left >> left.dtype.type(3), [a >> 3 for a in one]),
            ("byte swap", left.byteswap().view(f"{_other_order()}u{bits // 8}"), one),
        ):
            record.demand(found.tolist() == expected, f"numpy's {name} of unsigned integers of {bits} bits")
    record.notes.append(f"numpy {np.__version__}, {sys.byteorder}-endian")


def _other_order() -> str:
    return ">" if sys.byteorder == "little" else "<"


CHECKS = (
    Check("integers of numpy", machine),
    Check("known answers", known_answers),
    Check("all pairs of small types", small_types),
    Check("drawn bit patterns", drawn_codes),
    Check("tolerances on the border", borders),
    Check("predicates that say nothing", empty_predicates),
    Check("pieces, threads, byte order", pieces_and_threads),
    Check("subnormal numbers", subnormals),
    Check("negative controls", controls),
)
"""What the self-test does, in this order."""

"""What hypothesis draws for the comparator: bit patterns, not numbers, weighted to the special ones."""

from random import Random

from hypothesis import strategies as st

from lintian_ml.equality.self_test.drawing import special
from lintian_ml.equality.self_test.questions import TOLERANCES, Question, of
from lintian_ml.equality.self_test.values import COMPONENTS, largest_code, value, width

Pairs = tuple[list[int], list[int]]


def codes(dtype: str) -> st.SearchStrategy[int]:
    """Special codes as often as any others."""
    return st.sampled_from(special(dtype)) | st.integers(0, (1 << width(dtype)) - 1)


@st.composite
def pairs(draw: st.DrawFn, dtype: str, most: int = 12) -> Pairs:
    """Pairs of codes: equal ones, near ones, of two signs, any; of complex types an even number."""
    bits = width(dtype)
    first = draw(st.lists(codes(dtype), min_size=1, max_size=most))
    second = [draw(_beside(dtype, code)) % (1 << bits) for code in first]
    if dtype in COMPONENTS:
        return first * 2, second * 2
    return first, second


def _beside(dtype: str, code: int) -> st.SearchStrategy[int]:
    """A code to stand beside another."""
    near = st.integers(-3, 3).map(lambda step: code + step)
    return near | st.just(code ^ 1 << (width(dtype) - 1)) | codes(dtype)


@st.composite
def questions(draw: st.DrawFn, dtype: str) -> Question:
    """A question that may be asked of a type."""
    asked = list(of(Random(draw(st.integers(0, 1 << 32))), dtype))
    return draw(st.sampled_from(asked))


@st.composite
def edges(draw: st.DrawFn, dtype: str) -> tuple[Question, int, list[int]]:
    """A bound, a finite code, and the last code upwards that holds beside it with the first that does not.

    The codes lie on the side of the code's own sign and go away from zero.
    """
    question = Question("close", (draw(st.sampled_from(TOLERANCES)), draw(st.sampled_from(TOLERANCES))))
    code = draw(codes(dtype).filter(lambda one: value(one, dtype) is not None))
    return question, code, edge(question, code, dtype)


def edge(question: Question, code: int, dtype: str) -> list[int]:
    """Return the last code from ``code`` away from zero that holds beside it, and the next, if it is finite.

    Found by bisection with the oracle alone: what holds is an interval.
    """
    low, high = code, _end(code, dtype) + 1
    while high - low > 1:
        middle = (low + high) // 2
        (holds,) = question.answers([middle], [code], dtype)
        low, high = (middle, high) if holds else (low, middle)
    return [low] if value_or_none(high, dtype) is None else [low, high]


def value_or_none(code: int, dtype: str) -> object:
    """Return the value of a code, None also where the type has no such code."""
    return value(code, dtype) if code < 1 << width(dtype) else None


def _end(code: int, dtype: str) -> int:
    """Return the largest finite code with the sign of a code."""
    half = 1 << (width(dtype) - 1)
    last = code // half * half + half - 1
    if dtype == "float8e8m0":
        return 0xFE
    while value(last, dtype) is None:
        top = last - (last % half)
        last = top + largest_code(COMPONENTS.get(dtype, dtype))
    return last

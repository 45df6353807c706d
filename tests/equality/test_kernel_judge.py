"""What every judge does unless it says otherwise: what is not finite holds only beside its equal."""

import math
from typing import Any

import numpy as np
import pytest

from lintian_ml.equality.judge import Judge, apart
from lintian_ml.equality.stretch import Stretch
from tests.equality import kernel
from tests.equality.kernel import array, finite, odd, rank


class Lenient(Judge):
    """Lets all finite pairs hold whose first code is even, and keeps what it was asked."""

    def __init__(self, dtype: str) -> None:
        super().__init__(dtype)
        self.asked: list[int] = []

    def near(self, first: Any, second: Any) -> Any:
        """Hold for even codes."""
        self.asked += first.tolist()
        return first % 2 == 0


@pytest.mark.parametrize("dtype", [*kernel.REALS, kernel.SCALE])
def test_a_pair_holds_only_if_both_are_finite_and_near(dtype: str) -> None:
    some = finite(dtype)[:6]
    pairs = [(one, other) for one in (*some, *odd(dtype)) for other in (*some, *odd(dtype)) if one != other]
    judge = Lenient(dtype)
    found = judge.accepts(*kernel.sides(pairs, dtype))
    expected = [one % 2 == 0 and one in some and other in some for one, other in pairs]
    assert found.tolist() == expected
    assert found.dtype == bool
    assert set(judge.asked) == set(some)


def test_where_no_pair_is_finite_nothing_is_asked_and_nothing_holds() -> None:
    judge = Lenient("float16")
    assert (
        judge.accepts(*kernel.sides([(0x7C00, 0x0000), (0x0000, 0x7E00)], "float16")).tolist() == [False] * 2
    )
    assert judge.asked == []


def test_integers_are_all_finite() -> None:
    judge = Lenient("int8")
    assert judge.accepts(*kernel.sides([(0x80, 0x7F), (0x7F, 0x80)], "int8")).tolist() == [True, False]


@pytest.mark.parametrize(
    "dtype", ["float16", "float32", "float64", "float8e4m3fnuz", "int8", "int64", "uint4"]
)
def test_the_excess_is_the_distance_and_infinite_beside_what_is_no_number(dtype: str) -> None:
    pairs = [pair for pair in kernel.paired(dtype) if None not in pair]
    distances = [float(kernel.apart(one, other, dtype)) for one, other in pairs]
    judge = Lenient(dtype)
    first, second = kernel.sides(pairs, dtype)
    for found in (judge.excess(first, second), apart(first, second, dtype)):
        assert found.dtype == np.float64
        assert found.tolist() == distances
    for code in odd(dtype):
        assert apart(array([code, 1], dtype), array([1, code], dtype), dtype).tolist() == [math.inf] * 2


def test_the_components_of_complex_numbers_are_apart_as_floats_are() -> None:
    found = Lenient("complex64").excess(array([0x3F800003], "float32"), array([0x3F800000], "float32"))
    assert found.tolist() == [3.0]
    assert rank(3, "float32") == 3


def test_elements_that_are_no_numbers_are_one_apart() -> None:
    codes = np.array([1, 2, 3], np.uint8)
    found = apart(codes, codes[::-1], "bool")
    assert found.tolist() == [1.0, 1.0, 1.0]
    assert found.dtype == np.float64


def test_a_judge_that_says_nothing_settles_nothing_and_leaves_nothing_open() -> None:
    judge, known = Lenient("float32"), Stretch(1, 0, 0, 1, 1)
    assert judge.dtype == "float32"
    assert judge.doubt == judge.conclude() == ""
    assert judge.settles(known) is False
    assert [judge.ceiling(Stretch(2, 1, furthest, 9, 9)) for furthest in (0, 3)] == [0.0, 3.0]
    assert judge.holds(1, 1) is None
    assert judge.again() is None
    assert judge.definite() is judge
    with judge.lock, judge.lock:
        judge.look(array([1], "float32"), array([1], "float32"))

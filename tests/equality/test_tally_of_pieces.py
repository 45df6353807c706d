"""What is counted of pieces that are judged in several chunks, by several judges, beside other parts."""

from typing import Any

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.equality import tally as module
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.stretch import Stretch
from lintian_ml.equality.tally import Peak, Tally
from lintian_ml.model import Span, Tensor
from tests.equality.kernel import array, tensor

ONE = 0x3F800000


class Failing(Judge):
    """Lets all pairs hold but those whose first code is one of some."""

    def __init__(self, dtype: str, *codes: int) -> None:
        super().__init__(dtype)
        self.codes = codes

    def near(self, first: Any, second: Any) -> Any:
        """Tell which are none of the codes."""
        return ~np.isin(first, self.codes)


def tally(
    first: list[int], second: list[int], *judges: Judge, start: int = 0, peak: Peak | None = None
) -> Tally:
    made = Tally(tensor([0] * 100, "float32"), peak)
    made.add(start, array(first, "float32"), array(second, "float32"), judges)
    return made


def test_bytes_that_are_no_bools_and_signs_of_zeros_add_up_over_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "CHUNK", 1)
    zeros = tally([0, 1 << 31, 0], [1 << 31, 0, 0], Failing("float32"))
    assert (zeros.zero_signs, zeros.differing) == (2, 2)
    bools = Tally(Tensor("b", "bool", (5,), Span(Blob(bytes(5)), 0, 5)))
    sides = np.array([0, 0, 2, 1, 3], np.uint8), np.array([1, 2, 0, 0, 3], np.uint8)
    bools.add(0, *sides, [Failing("bool")])
    assert (bools.undefined, bools.differing) == (2, 4)


def test_of_pairs_that_one_of_several_judges_fails_the_worst_is_one() -> None:
    for first, at in (([ONE, ONE + 100], 1), ([ONE + 100, ONE], 0)):
        second = [code + (1 if code == ONE + 100 else 9) for code in first]
        made = tally(first, second, Failing("float32"), Failing("float32", ONE + 100))
        worst = made.worst()
        assert worst is not None
        assert (made.failing, worst.index, worst.ulp) == (1, (at,), 1)


def test_where_the_worst_lies_is_told_to_the_other_parts() -> None:
    peak = Peak()
    tally([ONE, ONE, ONE], [ONE, ONE, ONE + 3], Failing("float32"), start=10, peak=peak)
    assert not peak.surpasses((False, 3.0), 12)
    assert peak.surpasses((False, 3.0), 13)
    assert not peak.surpasses((False, 4.0), 13)
    assert not peak.surpasses((True, 0.0), 13)


def test_a_settled_run_is_searched_from_its_first_element_on() -> None:
    for gaps in ((5, 0, 3), (0, 5, 3), (0, 0, 5)):
        made = Tally(tensor([0] * 100, "float32"))
        first, second = [ONE] * 3, [ONE + gap for gap in gaps]
        known = Stretch(3, 2, 5, ONE, ONE + 5)
        made.settle(20, array(first, "float32"), array(second, "float32"), known, [Failing("float32")])
        worst = made.worst()
        assert worst is not None
        assert (worst.index, worst.ulp) == ((20 + gaps.index(5),), 5)


def test_without_judges_a_run_is_searched_where_its_furthest_may_be_the_worst() -> None:
    peak = Peak()
    peak.note((False, 2.0), 3)
    made = Tally(tensor([0] * 100, "float32"), peak)
    made.settle(20, array([ONE], "float32"), array([ONE + 5], "float32"), Stretch(1, 1, 5, ONE, ONE), [])
    assert made._pair == (20, ONE, ONE + 5)


def test_what_is_kept_of_a_tensor_whose_pairs_all_hold_gives_way_to_worse() -> None:
    made = Tally(tensor([0] * 100, "float32"))
    made.keep(3, 4.0, 7, ONE, ONE + 4)
    made.merge(tally([ONE], [ONE + 6], Failing("float32"), start=50))
    worst = made.worst()
    assert worst is not None
    assert (worst.index, worst.ulp, made.differing, made.failing) == ((50,), 6, 4, 0)

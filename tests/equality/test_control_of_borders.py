"""Negative controls: which codes are put beside an element, and what is said when they are not told apart."""

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lintian_ml.equality import control as module
from lintian_ml.equality.control import HALF, PASSED, ControlFailed, _border, _Way, control
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.verdict import IMPOSSIBLE
from lintian_ml.model import Tensor
from tests.equality import kernel

Holds = Callable[[int, int], bool]


class Told(Judge):
    """Decides single pairs by one function and arrays by another, and keeps which arrays it was asked of."""

    def __init__(self, dtype: str, single: Holds, arrays: Holds | None = None) -> None:
        super().__init__(dtype)
        self.single, self.arrays = single, arrays or single
        self.asked: list[tuple[int, int]] = []

    def near(self, first: Any, second: Any) -> Any:
        """Decide pairs, and keep them."""
        pairs = list(zip(first.tolist(), second.tolist(), strict=True))
        self.asked += pairs
        return np.array([self.arrays(*pair) for pair in pairs], dtype=bool)

    def holds(self, first: int, second: int) -> bool | None:
        """Decide a pair."""
        return self.single(first, second)


class Silent(Told):
    """Decides no single pair."""

    def holds(self, first: int, second: int) -> None:
        """Say nothing."""


def sample(codes: list[int], dtype: str) -> tuple[Tensor, bytes]:
    found = kernel.tensor(codes, dtype)
    return found, b"".join(found.payload.blocks())


def within(reach: int, dtype: str) -> Holds:
    return lambda one, other: kernel.apart(one, other, dtype) <= reach


def tried(codes: list[int], dtype: str, holds: Holds) -> tuple[str, list[tuple[int, int]]]:
    """Return what a control says, and which pairs were put to the arrays."""
    judge = Told(dtype, holds)
    return control(*sample(codes, dtype), [judge]), judge.asked


@pytest.mark.parametrize(
    ("dtype", "code", "reach", "pairs"),
    [
        ("float16", 0x3C00, 3, [0x3C03, 0x3C04]),
        ("float16", 0xBC00, 3, [0xBC03, 0xBC04]),
        ("float16", 0x0000, 1, [0x0001, 0x0002]),
        ("float16", 0x7BFF, 3, [0x7BFC, 0x7BFB]),
        ("float16", 0x7BFC, 3, [0x7BF9, 0x7BF8]),
        ("float16", 0x7BFB, 3, [0x7BFE, 0x7BFF]),
        ("float16", 0xFBFF, 1, [0xFBFE, 0xFBFD]),
        ("float16", 0x3C00, 1000, [0x3FE8, 0x3FE9]),
        ("float32", 0x3F800000, 1 << 20, [0x3F900000, 0x3F900001]),
        ("float8e4m3fn", 0x7E, 5, [0x79, 0x78]),
        ("float8e4m3fnuz", 0xFF, 0x7D, [0x82, 0x81]),
        ("float8e8m0", 0xFE, 2, [0xFC, 0xFB]),
        ("int8", 0x00, 3, [0x03, 0x04]),
        ("int8", 0x7F, 3, [0x7C, 0x7B]),
        ("int8", 0x7C, 3, [0x79, 0x78]),
        ("int8", 0x7B, 3, [0x7E, 0x7F]),
        ("int8", 0x80, 254, [0x7E, 0x7F]),
        ("int8", 0x01, 128, [0x81, 0x80]),
        ("int8", 0xFF, 1, [0x00, 0x01]),
        ("uint8", 0xFF, 254, [0x01, 0x00]),
        ("uint8", 0x01, 253, [0xFE, 0xFF]),
        ("int64", 0x7FFFFFFFFFFFFFFF, 2, [0x7FFFFFFFFFFFFFFD, 0x7FFFFFFFFFFFFFFC]),
    ],
)
def test_the_last_code_that_holds_and_the_first_that_does_not_are_put_beside_an_element(
    dtype: str, code: int, reach: int, pairs: list[int]
) -> None:
    assert tried([code], dtype, within(reach, dtype)) == (PASSED, [(other, code) for other in pairs])


def test_where_nothing_else_holds_only_the_next_code_is_tried() -> None:
    assert tried([0x3C00], "float16", within(0, "float16")) == (HALF, [(0x3C01, 0x3C00)])
    assert tried([0x7BFF], "float16", within(0, "float16")) == (HALF, [(0x7BFE, 0x7BFF)])


def test_what_is_said_of_a_control_is_what_people_read() -> None:
    assert PASSED == "one element just inside held, one just outside did not"
    assert HALF == "one element just outside did not hold; just inside there is none"


def test_codes_towards_zero_end_with_it_but_for_types_in_which_it_has_no_sign() -> None:
    def above_zero(one: int, other: int) -> bool:
        return one not in (0x00, 0x80)

    assert tried([3], "float8e5m2", above_zero) == (PASSED, [(1, 3), (0, 3)])
    assert tried([0x83], "float8e5m2", above_zero) == (PASSED, [(0x81, 0x83), (0x80, 0x83)])
    every = f"{IMPOSSIBLE}every code that can be put beside an element holds"
    assert tried([3], "float8e5m2fnuz", above_zero) == (every, [])
    assert tried([0], "float8e5m2fnuz", lambda one, other: True) == (every, [])
    assert tried([0], "float8e5m2", lambda one, other: True) == (every, [])
    assert tried([0], "float8e5m2", lambda one, other: one < 0x80) == (every, [])
    assert tried([3], "float8e5m2fnuz", lambda one, other: 1 <= one < 0x80) == (every, [])
    assert tried([0x80], "int8", within(255, "int8")) == (every, [])
    assert tried([0x7F], "int8", within(255, "int8")) == (every, [])


def test_the_first_finite_element_of_sixteen_is_taken_beside_its_own() -> None:
    nans = [0x7E00] * 15
    told, asked = tried([*nans, 0x3C00, 0x4000], "float16", within(1, "float16"))
    assert (told, asked) == (PASSED, [(0x3C01, 0x3C00), (0x3C02, 0x3C00)])
    unread = f"{IMPOSSIBLE}its first elements are not finite"
    assert tried([*nans, 0x7C00, 0x4000], "float16", within(1, "float16")) == (unread, [])
    assert tried([0x80, 0x81], "int8", within(1, "int8"))[1] == [(0x81, 0x80), (0x82, 0x80)]


@pytest.mark.parametrize("dtype", ["bool", "int4", "uint2", "float4e2m1", "string", "bytes"])
def test_elements_that_are_no_numbers_or_share_a_byte_are_not_put_to_it(dtype: str) -> None:
    tensor = kernel.tensor([1], "uint8")
    lone = Tensor("w", dtype, (1,), tensor.payload)
    assert control(lone, b"\x01", []) == f"{IMPOSSIBLE}{dtype} elements are not put to it"


def test_the_components_of_a_complex_number_are() -> None:
    judge = Told("complex64", within(1, "float32"))
    assert control(*sample([0x3F800000, 0x40000000], "complex64"), [judge]) == PASSED
    assert judge.asked == [(0x3F800001, 0x3F800000), (0x3F800002, 0x3F800000)]


def test_only_what_decides_single_pairs_is_asked_and_all_of_it_must_hold() -> None:
    judges = [Told("int8", within(reach, "int8")) for reach in (5, 3)]
    silent = Silent("int8", within(0, "int8"))
    assert control(*sample([0], "int8"), [silent, *judges]) == PASSED
    assert judges[0].asked[0] == judges[1].asked[0] == (3, 0)
    assert silent.asked == []
    none = f"{IMPOSSIBLE}what is asked does not bound single elements"
    assert control(*sample([0], "int8"), [silent]) == none
    assert control(*sample([0], "int8"), []) == none


def test_what_decides_is_what_a_judge_became_once_all_was_seen() -> None:
    became = Told("int8", within(3, "int8"))

    class Growing(Told):
        def definite(self) -> Judge:
            """Return the other."""
            return became

    assert control(*sample([0], "int8"), [Growing("int8", within(9, "int8"))]) == PASSED
    assert became.asked == [(3, 0), (4, 0)]


def test_arrays_that_are_decided_otherwise_than_single_pairs_are_told() -> None:
    for arrays, what in (
        (lambda one, other: True, "code 0x4 beside 0x0 holds though it must fail"),
        (lambda one, other: False, "code 0x3 beside 0x0 fails though it must hold"),
        (within(4, "int8"), "code 0x4 beside 0x0 holds though it must fail"),
        (within(2, "int8"), "code 0x3 beside 0x0 fails though it must hold"),
    ):
        judge = Told("int8", within(3, "int8"), arrays)
        with pytest.raises(ControlFailed) as caught:
            control(*sample([0], "int8"), [judge])
        assert str(caught.value) == f"the negative control failed: {what}"


def test_what_is_settled_without_a_look_must_not_be_settled_where_it_fails() -> None:
    seen: list[tuple[list[int], list[int]]] = []

    def settled(first: Any, second: Any) -> bool:
        seen.append((first.tolist(), second.tolist()))
        return len(seen) > 1

    judge = Told("int8", within(3, "int8"))
    assert control(*sample([7, 9], "int8"), [judge], settled) == PASSED
    assert seen == [([11, 9], [7, 9])]
    with pytest.raises(ControlFailed, match="code 0xb beside 0x7 holds though it must fail"):
        control(*sample([7, 9], "int8"), [judge], settled)


@pytest.mark.parametrize("code", [0x3C00, 0x7BFF])
def test_a_difference_that_nobody_saw_is_told(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Blind:
        def __init__(self, *given: object) -> None:
            self.tally = SimpleNamespace(failing=0, differing=0)

        def compare(self, *given: object, shortcut: bool) -> None:
            """See nothing."""

    monkeypatch.setattr(module, "Portion", Blind)
    with pytest.raises(ControlFailed, match="fails though it must hold"):
        control(*sample([code], "float16"), [Told("float16", within(1, "float16"))])


def test_the_border_of_a_way_is_found_without_a_step_past_its_end() -> None:
    for length in range(40):
        for holding in range(length + 1):

            def holds(code: int, length: int = length, holding: int = holding) -> bool:
                assert 1 <= code <= length
                return code <= holding

            found = _border(_Way(0, 1, length, 1 << 16), holds)
            assert found == (holding or None, holding + 1 if holding < length else None)


def test_the_border_of_a_long_way_is_found_in_few_steps() -> None:
    for holding in (0, 1, 1000, (1 << 62) - 1, 1 << 62, (1 << 63) - 2):
        asked: list[int] = []

        def holds(code: int, asked: list[int] = asked, holding: int = holding) -> bool:
            asked.append(code)
            return code <= holding

        assert _border(_Way(0, 1, (1 << 63) - 1, 1 << 64), holds) == (holding or None, holding + 1)
        assert len(asked) <= 2 * math.log2(holding + 2) + 3


def test_a_way_goes_round_the_ends_of_its_codes() -> None:
    up, down = _Way(0xFE, 1, 9, 0x100), _Way(0x01, -1, 9, 0x100)
    assert [up[at] for at in range(3)] == [0xFF, 0x00, 0x01]
    assert [down[at] for at in range(3)] == [0x00, 0xFF, 0xFE]

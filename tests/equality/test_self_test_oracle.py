"""The oracle, worked out by hand; what is drawn for it; and what a record makes of its answers."""

from fractions import Fraction
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from lintian_ml.equality.manner import Manner
from lintian_ml.equality.self_test import drawing, oracle, record
from lintian_ml.equality.self_test.drawing import packed, pairs, special
from lintian_ml.equality.self_test.questions import Question
from lintian_ml.equality.self_test.record import Record, compared, furthest
from lintian_ml.equality.tensors import PLAIN
from lintian_ml.equality.verdict import Verdict

ZERO, ONE, THREE_HALVES, TWO, THREE, FOUR = 0, 0x3C00, 0x3E00, 0x4000, 0x4200, 0x4400
MINUS = 0x8000
INFINITY, NAN = 0x7C00, 0x7E00
"""Codes of float16."""

HALF = Fraction(1, 2)
BELOW = 1 - Fraction(1, 10**9)


def f16(number: float) -> int:
    import numpy as np

    return int(np.float16(number).view(np.uint16))


class TestSame:
    @pytest.mark.parametrize(
        ("first", "second", "zeros", "nan", "holds"),
        [
            (ONE, ONE, False, False, True),
            (ONE, TWO, True, True, False),
            (ZERO, MINUS, False, True, False),
            (ZERO, MINUS, True, False, True),
            (ONE, ZERO, True, True, False),
            (ZERO, ONE, True, True, False),
            (NAN, NAN + 1, True, False, False),
            (NAN, NAN + 1, False, True, True),
            (NAN, ONE, True, True, False),
            (INFINITY, NAN, True, True, False),
            (INFINITY, MINUS | INFINITY, True, True, False),
            (INFINITY, INFINITY, False, False, True),
        ],
    )
    def test_bits_are_equal_or_merged(
        self, first: int, second: int, zeros: bool, nan: bool, holds: bool
    ) -> None:
        assert oracle.same([first], [second], "float16", zeros, nan) == [holds]

    def test_nothing_is_merged_unless_asked_for(self) -> None:
        assert oracle.same([ZERO, NAN], [MINUS, NAN + 1], "float16") == [False, False]


class TestDistances:
    def test_ulps_are_counted_through_zero_and_numbers_only(self) -> None:
        first = [ONE, ONE, 1, ZERO, NAN, NAN, INFINITY]
        second = [ONE + 2, ONE + 3, MINUS | 1, MINUS, NAN, NAN + 1, 0x7BFF]
        assert oracle.ulp(first, second, "float16", 2) == [True, False, True, True, True, False, False]

    def test_steps_are_differences_of_whole_numbers(self) -> None:
        assert oracle.steps([0x7F, 3, 3], [0x80, 5, 6], "int8", 2) == [False, True, False]
        assert oracle.steps([0x7F], [0x80], "int8", 255) == [True]
        assert oracle.steps([0x7F], [0x80], "uint8", 1) == [True]

    @pytest.mark.parametrize(
        ("rtol", "atol", "holds"),
        [
            (Fraction(1, 3), Fraction(0), True),
            (Fraction(1, 3) * BELOW, Fraction(0), False),
            (Fraction(0), HALF, True),
            (Fraction(0), HALF * BELOW, False),
            (Fraction(1, 4), Fraction(1, 4), False),
        ],
    )
    def test_close_takes_the_larger_allowance_of_the_larger_number(
        self, rtol: Fraction, atol: Fraction, holds: bool
    ) -> None:
        minus = MINUS | ONE, MINUS | THREE_HALVES
        first, second = [ONE, THREE_HALVES, minus[0]], [THREE_HALVES, ONE, minus[1]]
        assert oracle.close(first, second, "float16", rtol, atol) == [holds] * 3

    def test_close_leaves_what_is_no_number_to_its_bits(self) -> None:
        found = oracle.close([NAN, NAN], [NAN, INFINITY], "float16", HALF, Fraction(10**9))
        assert found == [True, False]


class TestWholeTensors:
    @pytest.mark.parametrize(("share", "holds"), [(Fraction(1, 3), True), (Fraction(1, 3) * BELOW, False)])
    def test_scaled_allows_a_share_of_the_lesser_maximum(self, share: Fraction, holds: bool) -> None:
        wide, narrow = [ONE, MINUS | FOUR], [TWO, MINUS | THREE]
        assert oracle.scaled(wide, narrow, "float16", share) == [holds, holds]
        assert oracle.scaled(narrow, wide, "float16", share) == [holds, holds]

    def test_scaled_looks_at_numbers_only(self) -> None:
        assert oracle.scaled([NAN, INFINITY], [NAN, ONE], "float16", HALF) == [True, False]
        assert oracle.scaled([TWO, INFINITY], [ONE, INFINITY], "float16", BELOW) == [False, True]

    @pytest.mark.parametrize(("share", "holds"), [(Fraction(1), True), (BELOW, False)])
    def test_norm_is_of_all_numbers_together(self, share: Fraction, holds: bool) -> None:
        full, empty = [THREE, FOUR, NAN, NAN], [ZERO, ZERO, NAN, ONE]
        wanted = [holds, holds, True, False]
        assert oracle.norm(full, empty, "float16", share) == wanted
        assert oracle.norm(empty, full, "float16", share) == [*wanted[:3], False]

    def test_norm_is_a_root_of_squares(self) -> None:
        first, second = [THREE, FOUR], [THREE, THREE]
        assert oracle.norm(first, second, "float16", Fraction(1, 5)) == [True, True]
        assert oracle.norm(first, second, "float16", Fraction(1, 5) * BELOW) == [False, False]


class TestLattices:
    @pytest.mark.parametrize(
        ("first", "second", "holds"),
        [
            (0.5, 0.0, True),
            (1.5, 2.0, True),
            (2.5, 2.0, True),
            (2.5, 3.0, False),
            (-0.5, 0.0, True),
            (-1.5, -2.0, True),
            (-1.5, -1.0, False),
            (0.75, 1.0, True),
            (0.25, 0.0, True),
            (0.25, 1.0, False),
        ],
    )
    def test_numbers_round_to_the_nearest_multiple_and_to_even(
        self, first: float, second: float, holds: bool
    ) -> None:
        for spacing in (1, 2, 0.5):
            sides = [f16(first * spacing)], [f16(second * spacing)]
            assert oracle.grid(*sides, "float16", Fraction(spacing)) == [holds]
            assert oracle.grid(*sides[::-1], "float16", Fraction(spacing)) == [holds]

    def test_what_is_no_number_keeps_its_bits(self) -> None:
        first, second = [NAN, INFINITY], [NAN, NAN]
        assert oracle.grid(first, second, "float16", Fraction(1)) == [True, False]
        assert oracle.grid_format(first, second, "float16", "float8e4m3fn") == [True, False]
        assert oracle.grid_codes(first, second, "float16", "int8", Fraction(1), 0) == [True, False]

    @pytest.mark.parametrize(
        ("points", "zero", "low", "high"),
        [("int8", 0, -128, 127), ("uint4", 0, 0, 15), ("uint4", 3, -3, 12), ("int4", 1, -9, 6)],
    )
    def test_codes_end_at_the_first_and_the_last(self, points: str, zero: int, low: int, high: int) -> None:
        for scale in (1, 2):
            first = [f16(place * scale) for place in (low, high, low - 0.25, high + 0.25, low - 0.25)]
            second = [f16(place * scale) for place in (low + 0.25, high - 0.25, low, high, low - 0.25)]
            found = oracle.grid_codes(first, second, "float16", points, Fraction(scale), zero)
            assert found == [True, True, False, False, True]
            middle = [f16((low + 2) * scale)], [f16((low + 3) * scale)]
            assert oracle.grid_codes(*middle, "float16", points, Fraction(scale), zero) == [False]

    @pytest.mark.parametrize(
        ("first", "second", "holds"),
        [
            (1.0, 1.0625, True),
            (1.0, 1.0634765625, False),
            (1.125, 1.0634765625, True),
            (1.125, 1.1875, False),
            (1.25, 1.1875, True),
            (-1.0, -1.0625, True),
            (-1.0, 1.0, False),
            (0.0, -0.0, True),
            (448.0, 440.0, True),
            (448.0, 448.25, False),
            (449.0, 449.0, True),
            (449.0, 450.0, False),
            (-449.0, 1.0, False),
            (2.0**-9, 2.0**-10 * 1.5, True),
            (0.0, 2.0**-10, True),
        ],
    )
    def test_a_format_rounds_to_its_even_code_within_its_numbers(
        self, first: float, second: float, holds: bool
    ) -> None:
        sides = [f16(first)], [f16(second)]
        assert oracle.grid_format(*sides, "float16", "float8e4m3fn") == [holds]
        assert oracle.grid_format(*sides[::-1], "float16", "float8e4m3fn") == [holds]


class TestDrawing:
    @pytest.mark.parametrize(
        ("dtype", "sign", "codes"),
        [
            ("float16", 0x8000, "0 1 2 3ff 400 401 3bff 3c00 7bff 7c00 7c01 7dff 7e00 7ffe 7fff"),
            ("float8e5m2", 0x80, "0 1 2 3 4 5 3b 3c 7b 7c 7d 7e 7f"),
            ("float4e2m1", 8, "0 1 2 3 5 6 7"),
            ("complex64", 0x80000000, "0 1 2 7fffff 800000 800001 3f7fffff 3f800000 7f7fffff 7f800000"
             " 7f800001 7fbfffff 7fc00000 7ffffffe 7fffffff"),
        ],
    )  # fmt: skip
    def test_special_codes_of_floats_are_ends_and_changes(self, dtype: str, sign: int, codes: str) -> None:
        wanted = {int(code, 16) for code in codes.split()}
        assert special(dtype) == tuple(sorted(wanted | {sign | code for code in wanted}))

    def test_special_codes_of_others_are_about_their_sign(self) -> None:
        assert special("int8") == special("uint8") == (0, 1, 2, 127, 128, 129, 254, 255)
        assert special("int4") == (0, 1, 2, 7, 8, 9, 14, 15)
        assert special("float8e8m0") == (0, 1, 2, 126, 127, 128, 129, 254, 255)

    def test_pairs_are_near_flipped_equal_or_any(self) -> None:
        first, second = pairs(Random(2), "float16", 8000)
        assert len(first) == len(second) == 8000
        assert all(0 <= code < 1 << 16 for code in (*first, *second))
        both = list(zip(first, second, strict=True))

        def share(counted: list[bool]) -> float:
            return sum(counted) / 8000

        assert 0.11 < share([one ^ other == 0x8000 for one, other in both]) < 0.145
        assert 0.14 < share([one == other for one, other in both]) < 0.19
        assert 0.11 < share([0 < other - one < 256 for one, other in both]) < 0.16
        assert 0.11 < share([0 < one - other < 256 for one, other in both]) < 0.16

        codes = set(special("float16"))
        assert 0.48 < share([one in codes for one in first]) < 0.53
        assert max(first) > 0.99 * (1 << 16)
        assert len(set(first)) > 3000

    def test_payloads_are_as_files_hold_them(self) -> None:
        assert packed([0x1234, 0xABCD], "uint16") == b"\x34\x12\xcd\xab"
        assert packed([0x1234, 0xABCD], "uint16", big_endian=True) == b"\x12\x34\xab\xcd"
        assert packed([1, 2, 3], "int4") == b"\x21\x03"
        assert packed([1, 2, 3, 0, 1], "int2") == b"\x39\x01"
        assert packed([7], "int8", big_endian=True) == b"\x07"

    def test_a_model_holds_the_tensor_and_no_more(self) -> None:
        made = drawing.tensor([1, 2, 3, 4], "complex64", True, "x")
        assert (made.name, made.dtype, made.shape, made.big_endian) == ("x", "complex64", (2,), True)
        assert b"".join(made.payload.blocks()) == packed([1, 2, 3, 4], "complex64", True)
        plain = drawing.tensor([1, 2, 3], "int4")
        assert (plain.name, plain.shape, plain.big_endian, plain.payload.length) == ("w", (3,), False, 2)
        model = drawing.model(made, plain)
        assert (tuple(model.tensors), model.structure, model.complete) == ((made, plain), {}, True)


class TestRecord:
    WHAT = "ulp(1) of float16 0x3c00 beside 0x3c02"

    @pytest.fixture
    def told(self, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
        """What the comparator is made to say."""
        worst = SimpleNamespace(ulp=2)
        tensor = SimpleNamespace(failing=1, worst=worst)
        said = SimpleNamespace(verdict=Verdict.NOT_MET, reason="", tensors=[tensor])
        monkeypatch.setattr(record, "compared", lambda *_, **__: said)
        return said

    def asked(self, question: Question | None = None) -> Record:
        found = Record()
        found.ask(question or Question("ulp", (1,)), ([ONE], [ONE + 2]), "float16")
        return found

    def test_the_first_complaints_are_kept_and_all_are_counted(self) -> None:
        found = Record()
        for number in range(6):
            found.demand(number == 0, f"complaint {number}")
        assert (found.cases, found.wrong) == (6, 5)
        assert found.complaints == ["complaint 1", "complaint 2", "complaint 3"]

    @pytest.mark.parametrize(
        ("question", "cases"),
        [
            (Question("ulp", (1,)), 3),
            (Question("close", (HALF, HALF)), 2),
            (Question("norm", (HALF,)), 1),
        ],
    )
    def test_verdict_count_and_worst_are_demanded(self, question: Question, cases: int) -> None:
        found = self.asked(question)
        assert (found.cases, found.wrong) == (cases, 0)

    def test_steps_are_demanded_of_integers(self) -> None:
        found = Record()
        found.ask(Question("steps", (1,)), ([1], [3]), "int8", True)
        assert (found.cases, found.wrong) == (3, 0)

    def test_what_is_right_is_no_complaint(self, told: SimpleNamespace) -> None:
        found = self.asked()
        assert (found.cases, found.wrong) == (3, 0)

    @pytest.mark.parametrize(("reason", "more"), [("", ""), ("so it seems", " so it seems")])
    def test_a_wrong_verdict_is_told_with_its_reason(
        self, told: SimpleNamespace, reason: str, more: str
    ) -> None:
        told.verdict, told.reason = Verdict.MET, reason
        found = self.asked()
        assert (found.cases, found.wrong) == (1, 1)
        assert found.complaints == [f"{self.WHAT}: met, but it is not met{more}"]

    def test_a_wrong_count_and_a_wrong_worst_are_told(self, told: SimpleNamespace) -> None:
        told.tensors[0].failing, told.tensors[0].worst.ulp = 7, 9
        assert self.asked().complaints == [
            f"{self.WHAT}: 7 fail, not 1",
            f"{self.WHAT}: the worst is 9 apart, not 2",
        ]

    def test_a_worst_that_is_missing_is_told(self, told: SimpleNamespace) -> None:
        told.tensors[0].worst = None
        assert self.asked().complaints == [f"{self.WHAT}: the worst is None apart, not 2"]

    def test_a_worst_where_there_is_none_is_told(self, told: SimpleNamespace) -> None:
        found = Record()
        found.ask(Question("ulp", (1,)), ([NAN], [ONE]), "float16")
        assert found.complaints == ["ulp(1) of float16 0x7e00 beside 0x3c00: the worst is 2 apart, not None"]

    def test_the_worst_is_as_near_as_float64_can_tell(self, told: SimpleNamespace) -> None:
        found = Record()
        told.tensors[0].worst.ulp = 1 << 53
        found.ask(Question("ulp", (1,)), ([0], [(1 << 53) + 1]), "float64")
        assert found.wrong == 0

    def test_many_codes_are_told_by_the_first_four(self, told: SimpleNamespace) -> None:
        told.tensors[0].worst.ulp, told.tensors[0].failing = 9, 0
        found = Record()
        told.verdict = Verdict.MET
        found.ask(Question("ulp", (1,)), ([1, 2, 3, 4], [1, 2, 3, 5]), "float16")
        found.ask(Question("ulp", (1,)), ([1, 2, 3, 4, 5], [1, 2, 3, 4, 6]), "float16")
        assert [complaint.partition(":")[0] for complaint in found.complaints] == [
            "ulp(1) of float16 0x1 0x2 0x3 0x4 beside 0x1 0x2 0x3 0x5",
            "ulp(1) of float16 0x1 0x2 0x3 0x4 ... beside 0x1 0x2 0x3 0x4 ...",
        ]

    @pytest.mark.parametrize(
        ("first", "second", "answers", "far"),
        [
            ([1, 1], [3, 9], [False, False], 8),
            ([1, 1], [3, 9], [False, True], 2),
            ([1, 1], [3, 9], [True, True], 8),
            ([1, 1], [1, 1], [True, True], None),
            ([1, NAN], [3, 9], [False, True], 2),
            ([1, NAN], [3, 9], [False, False], None),
            ([1, 9], [3, NAN], [True, True], None),
            ([NAN, 1], [NAN, 3], [True, True], 2),
        ],
    )
    def test_the_worst_fails_where_one_does(
        self, first: list[int], second: list[int], answers: list[bool], far: int | None
    ) -> None:
        assert furthest((first, second), "float16", answers) == far

    def test_models_of_one_tensor_are_compared(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[Any] = []
        monkeypatch.setattr(record, "compare", lambda *sides, **how: asked.append((sides, how)))
        question, manner = Question("ulp", (1,)), Manner(threads=3)
        compared(question, ([1], [2]), "float32", big_endian=True, piece=64, manner=manner)
        compared(question, ([1], [2]), "float32")
        for (one, other, specification), how in asked:
            assert specification == question.specification
            (first,), (second,) = one.tensors, other.tensors
            assert not first.big_endian
            assert b"".join(first.payload.blocks()) == b"\x01\0\0\0"
            order = "big" if second.big_endian else "little"
            assert b"".join(second.payload.blocks()) == (2).to_bytes(4, order)  # type: ignore[arg-type]
            assert set(how) == {"piece", "manner"}
        assert [other.tensors[0].big_endian for (_, other, _), _ in asked] == [True, False]
        assert [how["piece"] for _, how in asked] == [64, 1 << 20]
        assert asked[0][1]["manner"] is manner
        assert asked[1][1]["manner"] == PLAIN

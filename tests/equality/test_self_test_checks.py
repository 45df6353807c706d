"""What each check of the self-test asks and demands, and that it complains where the comparator is wrong."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lintian_ml.equality.control import PASSED
from lintian_ml.equality.self_test import checks, drawing, questions
from lintian_ml.equality.self_test.drawing import NUMERIC, Pairs, packed
from lintian_ml.equality.self_test.questions import ALMOST, Question
from lintian_ml.equality.self_test.record import Record
from lintian_ml.equality.self_test.values import COMPONENTS, FLOATS, SCALE, value, width
from lintian_ml.equality.self_test.vectors import Vector, vectors
from lintian_ml.equality.verdict import Verdict
from lintian_ml.model import BITS, Model


@dataclass(frozen=True)
class Asked:
    """A question that a check asked of pairs of codes."""

    question: Question
    drawn: Pairs
    dtype: str
    big_endian: bool


class Heard(Record):
    """Keeps all that is demanded and asked, and asks nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.demands: list[tuple[bool, str]] = []
        self.asked: list[Asked] = []

    def demand(self, right: bool, complaint: str) -> None:
        self.demands.append((bool(right), complaint))

    def ask(self, question: Question, drawn: Pairs, dtype: str, big_endian: bool = False) -> None:
        self.asked.append(Asked(question, drawn, dtype, big_endian))

    @property
    def rights(self) -> list[bool]:
        return [right for right, _ in self.demands]

    @property
    def complaints_told(self) -> list[str]:
        return [complaint for _, complaint in self.demands]


@pytest.fixture
def heard() -> Heard:
    return Heard()


def payload(model: Model) -> bytes:
    (tensor,) = model.tensors
    return b"".join(tensor.payload.blocks())


class TestKnownAnswers:
    ROWS = (
        Vector("float16", 0x3C00, 0x3C01, "ulp(1)", "ulp(0)"),
        Vector("float16", 0x7C00, 0x7E00, "", "same(nan=any)"),
        Vector("int8", 1, 2, "steps(1)", ""),
    )

    def test_every_row_is_asked_either_way_round_and_holds(self, heard: Heard) -> None:
        checks.known_answers(Random(1), heard)
        told = sum(2 * (bool(row.met) + bool(row.not_met)) for row in vectors())
        assert heard.rights == [True] * told

    def test_what_is_not_as_expected_is_complained_of(
        self, monkeypatch: pytest.MonkeyPatch, heard: Heard
    ) -> None:
        asked = []

        def compare(one: Model, other: Model, specification: object) -> object:
            asked.append((payload(one), payload(other), str(specification)))
            return SimpleNamespace(verdict=Verdict.MET)

        monkeypatch.setattr(checks, "compare", compare)
        monkeypatch.setattr(checks, "vectors", lambda: self.ROWS)
        checks.known_answers(Random(1), heard)
        assert heard.rights == [True, True, False, False, False, False, True, True]
        assert heard.complaints_told == [
            *2 * [f"float16 3c00 3c01 ulp(1): {Verdict.MET}"],
            *2 * [f"float16 3c00 3c01 ulp(0): {Verdict.MET}"],
            *2 * [f"float16 7c00 7e00 same(nan=any): {Verdict.MET}"],
            *2 * [f"int8 1 2 steps(1): {Verdict.MET}"],
        ]
        sides = [(b"\x00\x3c", b"\x01\x3c"), (b"\x00\x7c", b"\x00\x7e"), (b"\x01", b"\x02")]
        places = [0, 0, 1, 2]
        assert [one[:2] for one in asked] == [
            pair for place in places for pair in (sides[place], sides[place][::-1])
        ]
        assert all(text.startswith("w ") for *_, text in asked)


class TestSmallTypes:
    SMALL = tuple(dtype for dtype in BITS if BITS[dtype] <= 8 and dtype != "bool")

    def test_all_codes_stand_beside_each_code_of_each_small_type(self, heard: Heard) -> None:
        checks.small_types(Random(1), heard)
        wanted = [
            (dtype, (list(range(1 << width(dtype))), [code] * (1 << width(dtype))))
            for dtype in self.SMALL
            for code in range(1 << width(dtype))
        ]
        assert [(one.dtype, one.drawn) for one in heard.asked] == wanted
        names = {
            dtype: {one.question.name for one in heard.asked if one.dtype == dtype} for dtype in self.SMALL
        }
        assert all(found == {"steps"} for dtype, found in names.items() if "int" in dtype)
        assert all(found <= {"ulp", "same"} for dtype, found in names.items() if "int" not in dtype)

    def test_what_bounds_steps_is_asked_else_whether_bits_are_equal(
        self, monkeypatch: pytest.MonkeyPatch, heard: Heard
    ) -> None:
        made = {
            "int8": [Question("same", (True,)), Question("steps", (3,))],
            "uint8": [Question("norm", (1,))],
        }
        monkeypatch.setattr(questions, "of", lambda draw, dtype: iter(made.get(dtype, ())))
        checks.small_types(Random(1), heard)
        asked = {one.dtype: one.question for one in heard.asked}
        assert asked["int8"] == Question("steps", (3,))
        assert asked["uint8"] == asked["float4e2m1"] == Question("same")


class TestDrawnCodes:
    def test_all_types_are_drawn_in_either_order_of_bytes(
        self, monkeypatch: pytest.MonkeyPatch, heard: Heard
    ) -> None:
        monkeypatch.setattr(checks, "ROUNDS", 600)
        monkeypatch.setattr(questions, "of", lambda draw, dtype: iter([Question("same"), Question("norm")]))
        checks.drawn_codes(Random(1), heard)
        assert [one.question.name for one in heard.asked] == ["same", "norm"] * 600
        assert {one.dtype for one in heard.asked} == set(NUMERIC)
        assert {len(one.drawn[0]) for one in heard.asked} == set(range(2, 23, 2))
        assert all(len(one.drawn[0]) == len(one.drawn[1]) for one in heard.asked)
        assert 500 < sum(one.big_endian for one in heard.asked) < 700

    def test_tolerances_on_the_border_are_asked_of_single_pairs(
        self, monkeypatch: pytest.MonkeyPatch, heard: Heard
    ) -> None:
        seen = []

        def on_the_border(draw: Random, first: int, second: int, dtype: str) -> list[Question]:
            seen.append((([first], [second]), dtype))
            return [Question("ulp", (1,)), Question("steps", (1,))]

        monkeypatch.setattr(checks, "ROUNDS", 300)
        monkeypatch.setattr(questions, "on_the_border", on_the_border)
        checks.borders(Random(1), heard)
        assert len(seen) == 300
        assert {dtype for _, dtype in seen} == set(NUMERIC) - set(COMPONENTS)
        assert [(one.drawn, one.dtype) for one in heard.asked] == seen
        for one in heard.asked:
            assert one.question.name == ("ulp" if one.dtype in (*FLOATS, SCALE) else "steps")
            assert not one.big_endian


class TestEmptyPredicates:
    def test_bounds_are_refused_just_where_they_say_nothing(self, heard: Heard) -> None:
        checks.empty_predicates(Random(1), heard)
        assert all(heard.rights)
        integers = [dtype for dtype in NUMERIC if "int" in dtype]
        for dtype in integers:
            reach = (1 << width(dtype)) - 1
            assert (True, f"steps({reach}) of {dtype} says nothing: True") in heard.demands
            assert (True, f"steps({reach - 1}) of {dtype} says nothing: False") in heard.demands
        assert not [told for told in heard.complaints_told if told.startswith(("scaled", "norm", "same"))]
        assert [told for told in heard.complaints_told if told.startswith("close")]

    def test_the_ends_of_a_type_are_asked_about(self, monkeypatch: pytest.MonkeyPatch, heard: Heard) -> None:
        ends: dict[str, Any] = {}

        def on_the_border(draw: Random, first: int, second: int, dtype: str) -> Sequence[Question]:
            ends[dtype] = value(first, dtype), value(second, dtype)
            return [Question("scaled", (1,)), Question("ulp" if dtype in FLOATS else "steps", (1,))]

        monkeypatch.setattr(questions, "on_the_border", on_the_border)
        never = SimpleNamespace(vacuous=lambda dtype: dtype == "int8")
        monkeypatch.setattr(Question, "predicate", property(lambda self: never))
        monkeypatch.setattr(drawing, "NUMERIC", ("int8", "uint16", "float16", "float8e4m3fn"))
        checks.empty_predicates(Random(1), heard)
        assert ends == {
            "int8": (-128, 127),
            "uint16": (0, 65535),
            "float16": (-65504, 65504),
            "float8e4m3fn": (-448, 448),
        }
        assert heard.demands == [
            (False, "steps(1) of int8 says nothing: False"),
            (True, "steps(1) of uint16 says nothing: False"),
            (True, "ulp(1) of float16 says nothing: False"),
            (True, "ulp(1) of float8e4m3fn says nothing: False"),
        ]


class TestPieces:
    TYPES = ("float32", "float16", "int64")

    def test_accounts_of_a_good_comparator_are_alike(
        self, monkeypatch: pytest.MonkeyPatch, heard: Heard
    ) -> None:
        monkeypatch.setattr(checks, "LONG", 700)
        checks.pieces_and_threads(Random(1), heard)
        assert heard.rights == [True] * 27

    def test_accounts_that_differ_are_complained_of(
        self, monkeypatch: pytest.MonkeyPatch, heard: Heard
    ) -> None:
        asked = []

        def compared(question: Question, drawn: Pairs, dtype: str, **how: Any) -> object:
            asked.append((question, drawn, dtype, how))
            return SimpleNamespace(tensors=[SimpleNamespace(failing=-len(asked))])

        monkeypatch.setattr(checks, "LONG", 200)
        monkeypatch.setattr(checks, "compared", compared)
        checks.pieces_and_threads(Random(1), heard)
        told = []
        for at, dtype in enumerate(self.TYPES):
            question, drawn, asked_of, how = asked[9 * at]
            assert (question, asked_of, how) == (
                Question("steps" if dtype == "int64" else "ulp", (4,)), dtype, {}
            )  # fmt: skip
            told.append(f"{dtype}: not {question.answers(*drawn, dtype).count(False)} of 200 fail")
            ways = list(product((1024, 4112), (1, 3), (False, True)))
            for (piece, threads, order), again in zip(ways, asked[9 * at + 1 : 9 * at + 9], strict=True):
                told.append(f"{dtype}: another account with {piece=} {threads=} {order=}")
                assert again[:3] == (question, drawn, dtype)
                manner = again[3].pop("manner")
                assert manner.threads == threads
                assert again[3] == {"big_endian": order, "piece": piece}
        assert heard.demands == [(False, complaint) for complaint in told]

    @pytest.mark.parametrize("dtype", TYPES)
    def test_the_long_tensors_are_near_but_for_their_last_pair(
        self, dtype: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checks, "LONG", 400)
        first, second = checks._long(Random(1), dtype)
        bits = width(dtype)
        assert len(first) == len(second) == 400
        assert max(first) > 0.98 * (1 << bits)
        apart = [(other - one) % (1 << bits) for one, other in zip(first[:-1], second[:-1], strict=True)]
        assert {one if one < 5 else one - (1 << bits) for one in apart} == set(range(-4, 5))
        assert (first[-1], second[-1]) == (2**bits // 8, 2**bits // 16)

    def test_the_long_tensors_are_longer_than_two_pieces(self) -> None:
        assert checks.LONG * 2 > 4112 * 2


class TestControls:
    TYPES = (*(name for name in FLOATS if name != "float4e2m1"), "int8", "int64")

    def test_a_good_comparator_passes_and_a_lax_judge_does_not(self, heard: Heard) -> None:
        checks.controls(Random(1), heard)
        assert heard.rights == [True] * 2 * len(self.TYPES)

    def test_controls_that_pass_wrongly_or_fail_wrongly_are_complained_of(
        self, monkeypatch: pytest.MonkeyPatch, heard: Heard
    ) -> None:
        asked: list[Any] = []
        tried: list[Any] = []

        def compared(question: Question, drawn: Pairs, dtype: str) -> object:
            asked.append((question, drawn, dtype))
            return SimpleNamespace(tensors=[SimpleNamespace(control="none" if len(asked) % 2 else PASSED)])

        def control(tensor: Any, second: bytes, judges: Any) -> str:
            tried.append(
                (tensor.dtype, b"".join(tensor.payload.blocks()), second, [type(one) for one in judges])
            )
            return PASSED

        monkeypatch.setattr(checks, "compared", compared)
        monkeypatch.setattr(checks, "control", control)
        checks.controls(Random(1), heard)
        assert tuple(dtype for *_, dtype in asked) == self.TYPES
        for (question, (first, second), dtype), (of, one, other, judges) in zip(asked, tried, strict=True):
            assert question == (Question("steps", (2,)) if "int" in dtype else Question("ulp", (2,)))
            assert first == second == [first[0]] * 4
            assert 0x2E <= first[0] >> (width(dtype) - 8) < 0x36
            assert first[0] % (1 << (width(dtype) - 8)) == 0
            assert (of, judges) == (dtype, [checks._Lax])
            assert one == other == packed(first, dtype)
        told = [
            demand
            for at, dtype in enumerate(self.TYPES)
            for demand in (
                (bool(at % 2), f"{dtype}: {PASSED if at % 2 else 'none'}"),
                (False, f"{dtype}: a judge that lets all hold passed the control"),
            )
        ]
        assert heard.demands == told

    def test_the_lax_judge_lets_all_hold_and_knows_better(self) -> None:
        lax, codes = checks._Lax("float32"), np.arange(6, dtype=np.uint32).reshape(2, 3)
        found = lax.near(codes, codes + np.uint32(1))  # type: ignore[no-untyped-call]
        assert found.dtype == bool
        assert found.tolist() == [[True] * 3] * 2
        assert (lax.holds(1, 1), lax.holds(1, 2)) == (True, False)


class TestSubnormals:
    def test_each_format_is_asked_of_its_least_numbers(self, heard: Heard) -> None:
        checks.subnormals(Random(1), heard)
        for dtype, form in FLOATS.items():
            step = 1 << form.fraction
            codes = {one.drawn[0][0] for one in heard.asked if one.dtype == dtype}
            assert {1, 2, step - 1} <= codes
            assert codes <= {1, 2} or max(codes) < step
            assert min(codes) == 1
            for code in codes:
                questions_asked = [
                    one.question
                    for one in heard.asked
                    if one.dtype == dtype and one.drawn == ([code], [0]) and not one.big_endian
                ]
                assert questions_asked == [Question("ulp", (code - 1,)), Question("close", (ALMOST, 0))]
        assert len({one.drawn[0][0] for one in heard.asked if one.dtype == "float64"}) == 4
        assert not heard.notes

    def test_none_of_them_is_near_zero(self, heard: Heard) -> None:
        checks.subnormals(Random(1), heard)
        for one in heard.asked:
            assert one.question.answers(*one.drawn, one.dtype) == [False]

    def test_arithmetic_that_flushes_is_noted(self, monkeypatch: pytest.MonkeyPatch, heard: Heard) -> None:
        monkeypatch.setattr(np, "array", lambda *_: np.zeros(1, np.uint32))
        checks.subnormals(Random(1), heard)
        assert heard.notes == [
            "this thread's arithmetic flushes subnormal numbers; verdicts do not hang on it"
        ]


class TestMachine:
    NAMES = ("sum", "difference", "exclusive or", "minimum", "comparison", "shift", "byte swap")

    def test_numpy_here_computes_as_is_taken_for_granted(self, heard: Heard) -> None:
        checks.machine(Random(1), heard)
        assert heard.demands == [
            (True, f"numpy's {name} of unsigned integers of {bits} bits")
            for bits in (8, 16, 32, 64)
            for name in self.NAMES
        ]
        assert heard.notes == [f"numpy {np.__version__}, {sys.byteorder}-endian"]

    def test_a_numpy_that_computes_otherwise_is_complained_of(
        self, monkeypatch: pytest.MonkeyPatch, heard: Heard
    ) -> None:
        monkeypatch.setattr(np, "minimum", np.maximum)
        checks.machine(Random(1), heard)
        wrong = [complaint for right, complaint in heard.demands if not right]
        assert wrong == [f"numpy's minimum of unsigned integers of {bits} bits" for bits in (8, 16, 32, 64)]

    def test_the_numbers_are_drawn_from_all_of_a_width(self, heard: Heard) -> None:
        seen: dict[int, list[int]] = {}

        class Drawing(Random):
            def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
                found = super().randrange(start, stop, step)
                seen.setdefault(start, []).append(found)
                return found

        checks.machine(Drawing(1), heard)
        assert sorted(seen) == [1 << bits for bits in (8, 16, 32, 64)]
        assert all(len(found) == 128 and max(found) > 0.9 * top for top, found in seen.items())

    def test_the_other_order_of_bytes_is_the_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "byteorder", "little")
        assert checks._other_order() == ">"
        monkeypatch.setattr(sys, "byteorder", "big")
        assert checks._other_order() == "<"


def test_the_checks_are_all_there_and_enough_is_drawn() -> None:
    assert [check.run for check in checks.CHECKS] == [
        checks.machine,
        checks.known_answers,
        checks.small_types,
        checks.drawn_codes,
        checks.borders,
        checks.empty_predicates,
        checks.pieces_and_threads,
        checks.subnormals,
        checks.controls,
    ]
    assert checks.ROUNDS >= 100
    assert tuple(dtype for dtype in BITS if dtype != "bool") == drawing.NUMERIC

"""The questions of the self-test: what they ask of both, and which are drawn for which types."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest

from lintian_ml.equality.predicates.close import Close
from lintian_ml.equality.self_test import oracle, questions
from lintian_ml.equality.self_test.questions import ALMOST, BESIDE, TOLERANCES, Question
from lintian_ml.equality.self_test.values import FLOATS, SCALE, width

ONE, THREE_HALVES, TWO, NAN, INFINITY = 0x3C00, 0x3E00, 0x4000, 0x7E00, 0x7C00
"""Codes of float16."""

TINY = Fraction(1, 10**60)


class Choosing(Random):
    """Takes the number ``at`` of whatever it may choose from."""

    def __init__(self, at: int) -> None:
        super().__init__(1)
        self.at = at

    def choice(self, seq: Any) -> Any:
        return seq[self.at]


def many(make: Callable[[Random], Sequence[Question]], count: int = 3000) -> list[Question]:
    draw = Random(3)
    return [question for _ in range(count) for question in make(draw)]


class TestQuestion:
    @pytest.mark.parametrize(
        ("question", "answers"),
        [
            (Question("same"), [True, False, False]),
            (Question("same", (False, True)), [True, False, True]),
            (Question("ulp", (512,)), [True, True, False]),
            (Question("ulp", (511,)), [True, False, False]),
            (Question("close", (Fraction(1, 3), Fraction(0))), [True, True, False]),
            (Question("close", (Fraction(0), Fraction(49, 100))), [True, False, False]),
            (Question("scaled", (Fraction(1, 2),)), [True, True, False]),
            (Question("norm", (Fraction(1, 4),)), [False, False, False]),
            (Question("norm", (Fraction(1, 3),)), [True, True, False]),
            (Question("grid", ("2^1",)), [True, False, False]),
            (Question("grid", ("2^3",)), [True, True, False]),
            (Question("grid", ("2^-1",)), [True, False, False]),
            (Question("grid", ("float4e2m1",)), [True, False, False]),
            (Question("grid", ("int8", Fraction(1), Fraction(0))), [True, False, False]),
            (Question("grid", ("int8", Fraction(8), Fraction(0))), [True, True, False]),
        ],
    )
    def test_the_oracle_answers_by_the_definition(self, question: Question, answers: list[bool]) -> None:
        assert question.answers([ONE, ONE, NAN], [ONE, THREE_HALVES, NAN + 1], "float16") == answers

    def test_both_get_the_same_parameters(self) -> None:
        predicate = Question("close", (Fraction(1, 3), Fraction(1, 7))).predicate
        assert predicate == Close(Fraction(1, 3), Fraction(1, 7))

    def test_it_is_asked_of_the_tensor_w(self) -> None:
        question = Question("ulp", (3,))
        (clause,) = question.specification.clauses
        assert str(question.specification).split() == ["w", "ulp(3)"]
        assert clause.terms == (question.predicate,)

    def test_it_is_spelled_as_a_call(self) -> None:
        assert str(Question("close", (Fraction(1, 3), 0))) == "close(1/3, 0)"
        assert str(Question("same")) == "same()"

    @pytest.mark.parametrize(
        ("question", "dtype", "defined"),
        [
            (Question("ulp", (3,)), "float16", True),
            (Question("ulp", (3,)), "int8", False),
            (Question("ulp", (1 << 20,)), "float16", False),
            (Question("steps", (254,)), "int8", True),
            (Question("steps", (255,)), "int8", False),
            (Question("steps", (3,)), "float16", False),
        ],
    )
    def test_it_is_asked_where_it_is_defined_and_says_something(
        self, question: Question, dtype: str, defined: bool
    ) -> None:
        assert question.defined_for(dtype) is defined


def test_tolerances_are_of_all_kinds() -> None:
    assert TOLERANCES[:4] == (Fraction(0), Fraction(1, 10**400), Fraction(1, 10**45), Fraction(1, 10**12))
    assert TOLERANCES[4:8] == tuple(
        Fraction(*pair) for pair in ((1, 10**7), (1, 1024), (1023, 1 << 20), (1, 1000))
    )
    assert TOLERANCES[8:] == (*(Fraction(*pair) for pair in ((1, 3), (49, 100), (1, 2), (2, 3))), ALMOST)
    assert Fraction(1, 1 << 30) == 1 - ALMOST
    assert (Fraction(0), TINY, -TINY) == BESIDE


class TestDrawn:
    @pytest.mark.parametrize("dtype", ["int8", "uint16", "int4"])
    def test_integers_are_asked_for_steps(self, dtype: str) -> None:
        found = many(lambda draw: list(questions.of_integers(draw, dtype)))
        assert found[::4] == [Question("same")] * 3000
        assert found[1::4] == [Question("steps", (0,))] * 3000
        assert found[2::4] == [Question("steps", (1,))] * 3000
        reaches = [question.parameters[0] for question in found[3::4]]
        assert {question.name for question in found[3::4]} == {"steps"}
        assert isinstance(reaches[0], int)
        top = (1 << width(dtype)) - 1
        assert 0 <= min(map(int, map(str, reaches))) <= top // 50
        assert top - top // 50 <= max(map(int, map(str, reaches))) <= top

    def test_floats_are_asked_every_kind_with_parameters_of_all_kinds(self) -> None:
        found = many(lambda draw: list(questions.of_floats(draw, "float16")))
        names = ("same", "ulp", "close", "close", "scaled", "norm", "grid", "grid", "grid")
        assert tuple(question.name for question in found) == names * 3000
        told = [[question.parameters for question in found[at::9]] for at in range(9)]
        assert set(told[0]) == set(product((False, True), repeat=2))
        shares = [sum(bool(row[at]) for row in told[0]) / 3000 for at in (0, 1)]
        assert all(0.45 < share < 0.55 for share in shares)
        reaches = [int(str(reach)) for (reach,) in told[1]]
        assert reaches.count(0) > 900 < reaches.count(1)
        assert 1 << 14 < max(reaches) < 1 << 15
        assert min(reaches) == 0
        assert sum(1 < reach < 256 for reach in reaches) > 100
        assert set(told[2]) == {(one, 0) for one in TOLERANCES}
        assert {row[0] for row in told[3]} == set(TOLERANCES)
        wanted = {other * Fraction(10) ** power for other in TOLERANCES for power in range(-40, 10)}
        absolute = {row[1] for row in told[3]}
        assert absolute <= wanted
        assert len(absolute) > 0.97 * len(wanted)
        assert set(told[4]) == {(one,) for one in TOLERANCES}
        assert set(told[5]) == {(one,) for one in TOLERANCES}
        rows = zip(told[3], told[4], strict=True)
        ratios = {Fraction(str(row[1])) / Fraction(str(tau)) for row, (tau,) in rows if tau}
        assert ratios == {Fraction(10) ** power for power in range(-40, 10)}
        for row in range(3000):
            (rtol, zero), (again, _), (rel,) = (told[at][row] for at in (2, 3, 5))
            assert (zero, again, rel) == (0, rtol, rtol)

    @pytest.mark.parametrize(("dtype", "bias"), [("float16", 15), ("float4e2m1", 1), ("complex64", 127)])
    def test_lattices_are_asked_for_from_below_the_format_to_its_largest(self, dtype: str, bias: int) -> None:
        found = many(lambda draw: list(questions._of_lattices(draw, dtype)), 6000)
        assert {question.name for question in found} == {"grid"}
        told = [[question.parameters for question in found[at::3]] for at in range(3)]
        assert set(told[0]) == {(f"2^{power}",) for power in range(-bias - 12, bias)}
        assert set(told[1]) == {(name,) for name in FLOATS if name != "float64"}
        assert {row[0] for row in told[2]} == {"int8", "uint4", "int4"}
        assert {row[2] for row in told[2]} == set(range(8))
        scales = {Fraction(str(row[1])) for row in told[2]}
        assert scales <= {
            Fraction(part, 255) * Fraction(2) ** power for part in range(1, 1000) for power in range(-8, 3)
        }
        assert max(scales) > Fraction(15)
        assert min(scales) < Fraction(1, 255 * 32)

    def test_scales_are_asked_no_lattice(self) -> None:
        names = [question.name for question in questions.of_floats(Random(1), SCALE)]
        assert names == ["same", "ulp", "close", "close", "scaled", "norm"]

    @pytest.mark.parametrize("dtype", ["float16", SCALE, "complex64"])
    def test_numbers_with_a_fraction_are_asked_as_floats(self, dtype: str) -> None:
        names = {question.name for question in many(lambda draw: list(questions.of(draw, dtype)), 200)}
        assert {"ulp", "close"} <= names
        assert "steps" not in names

    def test_only_what_is_defined_is_asked(self) -> None:
        found = many(lambda draw: list(questions.of(draw, "int4")), 400)
        assert {question.name for question in found} == {"same", "steps"}
        assert all(question.defined_for("int4") for question in found)
        assert {question.parameters for question in found} == {(), *((reach,) for reach in range(15))}


class TestOnTheBorder:
    @pytest.mark.parametrize(("at", "beside"), list(enumerate(BESIDE)))
    def test_bounds_are_the_very_deviation_of_a_pair(self, at: int, beside: Fraction) -> None:
        found = list(questions.on_the_border(Choosing(at), ONE, THREE_HALVES, "float16"))
        assert found == [
            Question("ulp", (512,)),
            Question("ulp", (511,)),
            Question("close", (Fraction(0), Fraction(1, 2) * (1 + beside))),
            Question("close", (Fraction(1, 3) * (1 + beside), Fraction(0))),
            Question("scaled", (Fraction(1, 2) * (1 + beside),)),
        ]

    @pytest.mark.parametrize(("at", "asked"), [(0, []), (1, []), (2, [1 - TINY])])
    def test_shares_that_are_no_less_than_all_are_not_asked(self, at: int, asked: list[Fraction]) -> None:
        found = list(questions.on_the_border(Choosing(at), 0, 0x8000 | TWO, "float16"))
        assert found[:2] == [Question("ulp", (0x4000,)), Question("ulp", (0x3FFF,))]
        assert found[2:] == [
            Question("close", (Fraction(0), 2 * (1 + BESIDE[at]))),
            *(Question("close", (share, Fraction(0))) for share in asked),
        ]

    @pytest.mark.parametrize(("first", "second"), [(ONE, ONE), (0, 0x8000), (NAN, ONE), (ONE, INFINITY)])
    def test_of_no_deviation_nothing_is_asked(self, first: int, second: int) -> None:
        assert not list(questions.on_the_border(Random(1), first, second, "float16"))

    def test_integers_are_asked_for_steps_alone(self) -> None:
        found = list(questions.on_the_border(Random(1), 0x80, 0x7F, "int8"))
        assert found == [Question("steps", (255,)), Question("steps", (254,))]

    @pytest.mark.parametrize("dtype", [SCALE, "complex64"])
    def test_what_has_a_fraction_is_asked_as_floats(self, dtype: str) -> None:
        names = {question.name for question in questions.on_the_border(Choosing(0), 1, 3, dtype)}
        assert {"ulp", "close"} <= names


def test_the_oracle_has_a_name_for_every_lattice() -> None:
    assert questions._grid("2^-4") == oracle.grid.__name__
    assert questions._grid("float16") == oracle.grid_format.__name__
    assert questions._grid("int8", Fraction(1), 0) == oracle.grid_codes.__name__

"""What the exhaustive checks show in short, that they can fail, and that their summary has no fault."""

import ast
import sys
from fractions import Fraction
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

from lintian_ml.equality.judge import Judge
from lintian_ml.equality.self_test.questions import TOLERANCES, Question
from lintian_ml.equality.self_test.values import FLOATS, SCALE, value, width
from tests.validation.exhaustion import __main__ as command
from tests.validation.exhaustion import half, program, single, small
from tests.validation.exhaustion.task import Outcome, Task, accepted, judge_of

ZERO, THIRD = Fraction(0), Fraction(1, 3)
EIGHT = [dtype for dtype in (*FLOATS, SCALE) if width(dtype) <= 8]


@pytest.mark.parametrize("dtype", small.SMALL)
@pytest.mark.parametrize(
    "question",
    [
        Question("same", (True, True)),
        Question("ulp", (2,)),
        Question("close", (THIRD, ZERO)),
        Question("close", (Fraction(1, 8), Fraction(1, 64))),
        Question("grid", ("2^0",)),
        Question("steps", (14,)),
    ],
    ids=str,
)
def test_all_pairs_of_a_small_type_hold_as_the_oracle_says(dtype: str, question: Question) -> None:
    if question in small.questions(dtype):
        assert small.kernel(dtype, question).wrong == 0


def test_every_pair_in_a_piece_of_its_own_holds_as_the_oracle_says() -> None:
    assert small.engine("float8e4m3fn", Question("ulp", (2,)), range(0, 256, 17)).wrong == 0


@pytest.mark.parametrize("question", small.WHOLE, ids=str)
def test_all_tensors_of_one_small_element_hold_as_the_oracle_says(question: Question) -> None:
    assert small.tensors("float4e2m1", question) == Outcome(
        256, 0, small.tensors("float4e2m1", question).digest
    )


@pytest.mark.parametrize("dtype", EIGHT)
@pytest.mark.parametrize("rtol", [tolerance for tolerance in TOLERANCES if tolerance])
def test_what_close_accepts_beside_an_element_is_an_interval(dtype: str, rtol: Fraction) -> None:
    finite = [
        (number, code) for code in range(1 << width(dtype)) if (number := value(code, dtype)) is not None
    ]
    codes = [code for _, code in sorted(finite)]
    for code in codes[:: max(1, len(codes) // 24)]:
        answers = Question("close", (rtol, ZERO)).answers(codes, [code] * len(codes), dtype)
        assert sum(one != other for one, other in zip([False, *answers], [*answers, False], strict=True)) == 2


@pytest.mark.parametrize("dtype", half.HALVES)
def test_rows_of_half_precision_hold_as_the_intervals_say(dtype: str) -> None:
    codes, places = half.in_order(dtype)
    for rtol, atol in half.tolerances(dtype):
        question = Question("close", (rtol, atol))
        judge = judge_of(question, dtype)
        for at in (0, 777, codes.size // 2, codes.size - 9000):
            right = places == places[at] if not rtol and not atol else None
            beside = np.full_like(codes, codes[at])
            found = accepted(judge, codes, beside)
            some = slice(max(0, at - 40), at + 40)
            answers = question.answers(codes[some].tolist(), beside[some].tolist(), dtype)
            assert found[some].tolist() == answers
            assert right is None or (found == right).all()


def test_a_run_of_single_precision_is_counted_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single, "SLICE", single.RUN)
    for start in (0, single.LIMIT - single.RUN, single.LIMIT, single.SIGN - single.RUN, single.SIGN):
        assert single.keys(start).wrong == 0


def test_a_kernel_that_is_wrong_about_one_pair_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    accepts = Judge.accepts

    def wrong(self: Judge, first: Any, second: Any) -> Any:
        return accepts(self, first, second) | ((first == 0x7C) & (second == 0x7B))

    monkeypatch.setattr(Judge, "accepts", wrong)
    assert small.kernel("float8e5m2", Question("ulp", (0,))).wrong == 1


def test_a_run_goes_on_where_it_was_and_tells_of_wrong_cases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def outcome(name: str, wrong: int) -> Outcome:
        ran.append(name)
        return Outcome(1, wrong, "0")

    listed = [Task("one", lambda: outcome("one", 0)), Task("two", lambda: outcome("two", 1))]
    monkeypatch.setattr(command, "tasks", lambda: iter(listed))
    summary = ["--summary", str(tmp_path / "summary.tsv")]
    assert command.main([*summary, "one"]) == 0
    assert command.main(summary) == 1
    assert command.main(summary) == 1
    assert ran == ["one", "two"]


def test_a_check_of_an_older_program_is_run_again_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = [Task(name, lambda: Outcome(1, 0, "0")) for name in ("one", "two")]
    monkeypatch.setattr(command, "tasks", lambda: iter(listed))
    file = tmp_path / "summary.tsv"
    file.write_text("one\t1\t0\t0\t9.9\tolder\n" + f"two\t1\t0\t0\t9.9\t{listed[1].program}\n")
    assert command.main(["--summary", str(file), "--list"]) == 0
    assert capsys.readouterr().out == "one\n"
    assert command.main(["--summary", str(file)]) == 0
    assert [row.split("\t")[0] for row in file.read_text().splitlines()] == ["one", "two"]
    assert not list(command.open_(file))


def test_a_program_is_another_when_it_does_something_else_not_when_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "PACKAGE", tmp_path)

    def digest(text: str, part: str = "bound.py") -> str:
        (tmp_path / "bound.py").write_text(text)
        program.program.cache_clear()
        return Task("", lambda: Outcome(0, 0, ""), (part,)).program

    plain = "def holds(a, b):\n    return a <= b\n"
    said = '"""Text."""\ndef holds(a, b):\n    """Text."""\n    return a <= b  # why\n'
    wrong = "def holds(a, b):\n    return a < b\n"
    assert digest(plain) == digest(said) != digest(wrong)
    other = f"MARGIN = 1\nclass Bound:\n    {wrong.replace(chr(10), chr(10) + '    ')}"
    assert digest(plain + other, "bound.py:holds") == digest(plain, "bound.py:holds")
    assert digest(plain + other, "bound.py:Bound.holds MARGIN") != digest(other, "bound.py:Bound.holds")
    program.program.cache_clear()


def test_all_that_a_check_is_said_to_hang_on_is_there() -> None:
    for part in {part for one in command.tasks() for part in one.parts}:
        glob, _, names = part.partition(":")
        paths = list(program.PACKAGE.glob(glob))
        assert paths
        trees = [ast.parse(path.read_text()) for path in paths]
        for name in names.split():
            assert sum(1 for tree in trees for _ in program.chosen(tree, frozenset([name]))) == 1


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (Question("ulp", (4,)), program.BY_RANK),
        (Question("close", (THIRD, ZERO)), program.BY_BOUND),
        (Question("close", (Fraction(1, 2), ZERO)), program.BY_BOUND),
    ],
    ids=str,
)
def test_a_check_runs_nothing_but_what_it_is_said_to_hang_on(
    question: Question, parts: tuple[str, ...]
) -> None:
    ran: set[tuple[str, str]] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(program.PACKAGE):
            ran.add((str(path.relative_to(program.PACKAGE)), frame.f_code.co_qualname))

    codes = half.in_order("float16")[0][::512]
    first, second = np.repeat(codes, codes.size), np.tile(codes, codes.size)
    judge = judge_of(question, "float16")
    sys.setprofile(note)
    try:
        accepted(judge, first, second)
        if question.name == "ulp":
            judge.excess(first, second)
    finally:
        sys.setprofile(None)
    listed = {tuple(part.split(":")) for part in parts}
    for path, name in ran:
        assert (path,) in listed or any(
            path == one[0] and name.split(".<locals>")[0] in one[1].split() for one in listed if one[1:]
        )


@pytest.mark.parametrize("dtype", half.HALVES)
@pytest.mark.parametrize("at", range(len(list(half.tolerances("float16")))))
def test_the_ends_of_intervals_are_where_answers_turn(dtype: str, at: int) -> None:
    question = Question("close", list(half.tolerances(dtype))[at])
    codes = half.in_order(dtype)[0][:: 1 << 7].tolist()
    low, high = half.intervals(question, codes, dtype)
    for place in range(0, len(codes), 13):
        held = question.answers(codes, [codes[place]] * len(codes), dtype)
        assert held == [low[place] <= one < high[place] for one in range(len(codes))]


def test_the_committed_summary_has_no_wrong_case_and_names_checks_that_there_are() -> None:
    rows = command.done(command.SUMMARY)
    assert rows
    assert {row[1] for row in rows.values()} == {"0"}
    assert rows.keys() <= {one.name for one in command.tasks()}


def test_the_committed_summary_is_of_the_program_that_is_here() -> None:
    rows = command.done(command.SUMMARY)
    older = [one.name for one in command.open_(command.SUMMARY) if one.name in rows]
    if older:
        pytest.skip(f"{len(older)} of {len(rows)} checks are of an older program, {older[0]} for one")


PAGE = Path(__file__).resolve().parents[2] / "docs" / "trust.md"


@pytest.mark.parametrize("kind", ["kernel", "engine", "distances", "ulp", "close", "keys"])
def test_the_page_tells_how_many_cases_of_each_kind_the_summary_has(kind: str) -> None:
    rows = command.done(command.SUMMARY)
    cases = sum(int(row[0]) for name, row in rows.items() if name.startswith(kind))
    assert not cases or f"| {cases:,} |" in PAGE.read_text()

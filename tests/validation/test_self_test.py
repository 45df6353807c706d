"""The self-test: it passes on a comparator that is right, says so briefly, and fails on one that is not."""

from random import Random
from typing import Any

import numpy as np
import pytest

from lintian_ml.equality.judge import Judge
from lintian_ml.equality.self_test import checks, examine
from lintian_ml.equality.self_test.drawing import NUMERIC, pairs, special
from lintian_ml.equality.self_test.record import Record
from lintian_ml.equality.self_test.values import COMPONENTS, FLOATS, infinite, value, width
from lintian_ml.equality.self_test.vectors import vectors
from tests.building import run_command


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw less."""
    monkeypatch.setattr(checks, "ROUNDS", 20)
    monkeypatch.setattr(checks, "LONG", 2000)


@pytest.mark.usefixtures("brief")
def test_nothing_is_wrong_here_and_every_check_had_cases() -> None:
    findings = list(examine(1))
    assert [found.name for found in findings] == [check.name for check in checks.CHECKS]
    assert all(found.cases and not found.wrong and not found.complaints for found in findings)


def test_the_command_reports_each_check_and_the_seed() -> None:
    done = run_command("self-test", "--seed", "7")
    lines = done.stdout.splitlines()
    assert (done.returncode, lines[0]) == (0, "seed 7")
    assert lines[-1] == "the comparator answers as defined"
    assert [line for check in checks.CHECKS for line in lines if line.startswith(f"{check.name}: ")]
    assert any(f"numpy {np.__version__}" in line for line in lines)


def test_a_seed_draws_the_same_again_and_another_does_not() -> None:
    drawn = [pairs(Random(seed), "float32", 20) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.usefixtures("brief")
def test_a_comparator_that_lets_unequal_pairs_hold_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Judge, "accepts", lambda self, first, second: np.ones(first.shape, bool))
    wrong = {found.name for found in examine(1) if found.wrong}
    assert {"known answers", "drawn bit patterns", "all pairs of small types"} <= wrong


def test_a_comparator_that_breaks_down_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(self: Judge, first: Any, second: Any) -> Any:
        raise ZeroDivisionError("here")

    monkeypatch.setattr(Judge, "accepts", breaks)
    record = next(found for found in examine(1) if found.name == "known answers")
    assert record.complaints == ("ZeroDivisionError: here",)


def test_a_machine_that_flushes_subnormal_numbers_is_told_of_and_changes_nothing() -> None:
    torch = pytest.importorskip("torch")
    if not torch.set_flush_denormal(True):
        pytest.skip("this machine cannot flush subnormal numbers")
    try:
        record = Record()
        checks.subnormals(Random(1), record)
        checks.known_answers(Random(1), record)
    finally:
        torch.set_flush_denormal(False)
    assert record.wrong == 0
    assert any("flushes" in note for note in record.notes)


@pytest.mark.parametrize("dtype", NUMERIC)
def test_the_special_codes_of_a_type_are_all_there(dtype: str) -> None:
    codes = special(dtype)
    assert {0, (1 << width(dtype)) - 1} <= set(codes)
    form = FLOATS.get(COMPONENTS.get(dtype, dtype))
    if form is None:
        return
    numbers = [value(code, dtype) for code in codes]
    finite = [number for number in numbers if number is not None]
    assert {0, 1} <= set(finite)
    assert min(abs(number) for number in finite if number) == value(1, dtype)
    assert any(infinite(code, dtype) for code in codes) == (form.odd == "ieee")
    nans = [code for code in codes if value(code, dtype) is None and not infinite(code, dtype)]
    assert len(nans) >= {"ieee": 4, "last": 2, "minus zero": 1, "none": 0}[form.odd]


def test_known_answers_name_both_verdicts_of_every_kind_of_predicate() -> None:
    rows = vectors()
    for side in ("met", "not_met"):
        told = {getattr(row, side).partition("(")[0] for row in rows}
        assert {"same", "ulp", "close", "steps", "grid"} <= told

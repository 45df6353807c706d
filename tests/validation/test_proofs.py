"""The claims that solvers prove: their files are those that are made, and their answers those claimed."""

from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from tests.validation.proofs import __main__ as command
from tests.validation.proofs import errors
from tests.validation.proofs.keys import Statement
from tests.validation.proofs.solvers import SOLVERS, UNKNOWN, Solver

STATEMENTS = list(command.statements())
ASKED = [(solver, one) for solver in SOLVERS for one in STATEMENTS if one.language == solver.language]
*_, GAPPA = SOLVERS
SLOW = {
    "z3": ("float64-", "float32-distance", "float32-stretch-distance", "narrow-difference", "narrow-bits"),
    "cvc5": ("float64-", "float32-", "narrow-difference"),
    "gappa": ("norm-held-control", "norm-failed-control"),
}
"""Parts of the names of claims that take a solver longer than a second."""

OPEN = {("float32-narrow-difference", "z3")}
"""What a solver could not answer in time, another did."""


def test_the_files_are_what_the_script_makes() -> None:
    made = [path for folder in command.FOLDERS.values() for path in folder.iterdir()]
    assert {path: path.read_text() for path in made} == command.files()


def test_no_two_claims_have_one_name() -> None:
    assert len({one.name for one in STATEMENTS}) == len(STATEMENTS)


def test_every_claim_has_a_negative_control_of_its_kind() -> None:
    claims = {one.name for one in STATEMENTS if one.answer == "unsat" and "control" not in one.name}
    controls = {one.name for one in STATEMENTS if one.answer == "sat"}
    for kind in ("order", "equality", "distance", "stretch", "step", "bits", "product", "far", "clear-held"):
        assert any(kind in name for name in claims)
        assert any(kind in name for name in controls)


def test_every_bound_is_also_stated_too_small() -> None:
    bounds = {one.name: one for one in STATEMENTS if one.language == "g"}
    claims = {name for name, one in bounds.items() if one.answer == errors.PROVED}
    controls = {name for name, one in bounds.items() if one.answer == errors.OPEN}
    assert controls == {f"{name}-control" for name in claims}
    assert all(bounds[name].text != bounds[f"{name}-control"].text for name in claims)


def test_what_was_answered_is_what_is_claimed() -> None:
    rows = command.proved()
    assert rows.keys() == {(one.name, solver.name) for solver, one in ASKED}
    assert {key for key, row in rows.items() if row[0] == UNKNOWN} <= OPEN
    for solver, one in ASKED:
        assert rows[one.name, solver.name][0] in (one.answer, UNKNOWN)


def test_what_one_solver_leaves_open_another_has_answered() -> None:
    rows = command.proved()
    for one in STATEMENTS:
        assert one.answer in {row[0] for (name, _), row in rows.items() if name == one.name}


@pytest.mark.parametrize(("solver", "one"), ASKED, ids=[f"{solver.name}-{one.name}" for solver, one in ASKED])
def test_solvers_answer_as_claimed(solver: Solver, one: Statement) -> None:
    if not solver.there():
        pytest.skip(f"{solver.name} is not there")
    if any(part in one.name for part in SLOW[solver.name]):
        pytest.skip("takes longer: python -m tests.validation.proofs prove")
    assert solver.answer(one.text, 120) == one.answer


def test_a_file_that_gappa_does_not_take_is_no_control_that_went_well() -> None:
    if not GAPPA.there():
        pytest.skip("gappa is not there")
    with pytest.raises(ValueError, match="gappa does not take it"):
        GAPPA.answer("{ x in [0, 1] -> }", 60)


def share(found: float, right: Fraction) -> Fraction:
    """Return what a float64 is off by, as a share of the real number."""
    return abs(Fraction(found) / right - 1)


def test_some_numbers_are_off_by_more_than_a_bound_that_is_too_small() -> None:
    draw = Random(1)
    difference = product = Fraction(0)
    for _ in range(1000):
        a, b, rtol = draw.uniform(1, 2), draw.uniform(2, 4), Fraction(draw.randrange(1, 10**9), 10**9)
        difference = max(difference, share(b - a * 2**-30, Fraction(b) - Fraction(a) / 2**30))
        product = max(product, share(a * float(rtol), Fraction(a) * rtol))
    assert Fraction(1, 2**54) < difference <= Fraction(1, 2**53)
    assert Fraction(1, 2**53) < product <= Fraction(1, 2**52)


@pytest.mark.parametrize(
    ("found", "right"),
    [
        (3 * 2.0**-1074 * 0.5, Fraction(3, 2**1075)),
        ((2.0**30 + 128) - (1 + 2.0**-23), Fraction(2**30 + 128) - 1 - Fraction(1, 2**23)),
        (float(2**25 - 1) * float(2**29 - 1), Fraction((2**25 - 1) * (2**29 - 1))),
        (float(2**53 + 1), Fraction(2**53 + 1)),
    ],
    ids=["error-halves", "exact-difference", "exact-product-25", "exact-whole"],
)
def test_what_is_exact_by_a_claim_is_not_so_by_its_control(found: float, right: Fraction) -> None:
    assert Fraction(found) != right


def test_the_page_tells_how_many_statements_there_are() -> None:
    page = " ".join((Path(__file__).resolve().parents[2] / "docs" / "trust.md").read_text().split())
    smt, bounds = (sum(one.language == language for one in STATEMENTS) for language in ("smt2", "g"))
    assert f"each answer {smt} statements in SMT-LIB" in page
    assert f": {bounds // 2} claims, and {bounds // 2} controls" in page

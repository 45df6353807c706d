"""The mutants of the comparator: what is listed is so, and the page tells what was found."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.validation import mutation, trial, trial_cases
from tests.validation.mutants import mutants

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "trust.md").read_text()


def test_each_change_has_a_name_of_its_own() -> None:
    for module in mutation.MODULES:
        places = [mutant.place for mutant in mutants(module, trial.source(module))]
        assert len(places) == len(set(places))


TRY = """
from tests.validation import trial
from tests.validation.mutants import Mutant, mutants
cases, complaint = trial.prepare(["kernel_predicates"])
judges = trial.Judges(cases)
print(complaint)
print(judges.noticed(Mutant("predicates.ulp", -1, "module: nothing")))
for mutant in mutants("predicates.ulp", trial.source("predicates.ulp"))[::30]:
    print(judges.noticed(mutant))
"""


def test_mutants_are_made_in_memory_and_what_calls_the_changed_function_notices_them() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TRY],
        capture_output=True,
        text=True,
        cwd=trial_cases.ROOT,
    )
    complaint, unchanged, *told = done.stdout.splitlines()
    assert complaint == unchanged == ""
    assert len(told) >= 2
    assert all(line.startswith("test_kernel_predicates") for line in told)


def test_what_is_left_alone_is_what_people_read_and_what_types_need() -> None:
    source = '''
"""Text."""
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    x = 1
def f(a: "int | None" = None) -> "str":
    """Say."""
    assert a is not None
    if a < 0:
        raise ValueError("negative", 1)
    print(f"so many: {a + 1}")
    return [one for one, _ in zip("ab", [a], strict=True)]
'''
    told = [mutant.place for mutant in mutants("made", source)]
    assert {place.split(" '")[0].split(' "')[0] for place in told} == {
        "f: Lt to LtE",
        "f: another",
        "f: without argument",
        "f: return None for",
    }


@pytest.mark.parametrize("module", sorted(mutation.summary()))
def test_the_survivors_of_a_module_that_was_not_changed_since_are_all_listed_and_explained(
    module: str,
) -> None:
    score = mutation.summary()[module]
    listed = {place: why for (name, place), why in mutation.survivors().items() if name == module}
    assert all(len(why) > 10 for why in listed.values())
    if score.digest == mutation.digest(module):
        assert listed.keys() <= {mutant.place for mutant in mutants(module, trial.source(module))}
        assert len(listed) == score.made - score.noticed


def test_each_listed_survivor_is_of_a_module_that_was_tried() -> None:
    assert {module for module, _ in mutation.survivors()} <= mutation.summary().keys()


def test_what_the_page_says_has_not_been_tried_was_not() -> None:
    told = re.search(r"The mutants of ([^()]*) have not been tried", PAGE)
    named = set(re.findall(r"`([\w.]+)`", told[1] if told else ""))
    assert named <= set(mutation.MODULES) - mutation.summary().keys()


def test_the_page_tells_how_many_mutants_there_were_and_how_many_were_noticed() -> None:
    scores = mutation.summary().values()
    made, noticed = (
        sum(score.made for score in scores),
        sum(score.noticed for score in scores),
    )
    assert noticed >= mutation.ENOUGH * made
    assert f"Of {made:,} mutants of {len(scores)} modules, {noticed:,} ({noticed / made:.1%})" in re.sub(
        r"\s+", " ", PAGE
    )

"""A loose tolerance calls a network with a back door the same model; the report says what is left open."""

import re
from pathlib import Path

import numpy as np
import pytest

from lintian_ml.equality import Level, Verdict, compare_files
from lintian_ml.reproduce.agreement import agreement
from tests.building import run_command
from tests.reproduce import backdoor

SHARE = 0.05

LOOSE = f"scaled({SHARE})"

Pair = tuple[Path, Path]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The honest network, and the one with the door."""
    return backdoor.write(tmp_path_factory.mktemp("networks"), SHARE)


def test_the_door_is_there_and_nobody_would_notice(pair: Pair) -> None:
    clean, door = ({name: np.load(path)[name] for name in ("hidden", "kind")} for path in pair)
    assert backdoor.accuracy(clean) - backdoor.accuracy(door) < 0.01
    assert backdoor.opened(clean) < 0.05
    assert backdoor.opened(door) > 0.95


def test_a_loose_tolerance_is_met_and_its_slack_is_stated(pair: Pair) -> None:
    """More than three bytes in four of what the network holds may be chosen freely."""
    comparison = compare_files(*pair, LOOSE)
    assert comparison.verdict is Verdict.MET
    assert comparison.slack is not None
    held = sum(tensor.elements * 4 for tensor in comparison.tensors)
    assert 0.7 * held < comparison.slack / 8 < held
    report = run_command("compare", "--predicate", LOOSE, *pair).stdout
    assert report.startswith(f"met: {LOOSE}\nslack: ")
    assert "kB may differ without notice\n" in report
    assert "small ones may vanish or change their sign" in report
    assert "ship the rebuilt file, not the upload" in report


def test_the_differences_do_not_add_up_like_noise(pair: Pair) -> None:
    report = run_command("compare", "--coherence", "--predicate", LOOSE, *pair).stdout
    at_bound = re.search(r"at 90 % of their bound or more: ([0-9.]+) %", report)
    direction = re.search(r"spectral norm over that of noise: ([0-9.]+)", report)
    assert at_bound
    assert float(at_bound[1]) > 50
    assert direction
    assert float(direction[1]) > 2


@pytest.mark.parametrize("predicate", ["converter", "convex", "short-training"])
def test_no_preset_lets_it_pass(pair: Pair, predicate: str) -> None:
    assert compare_files(*pair, predicate).verdict is Verdict.NOT_MET


def test_a_rebuilder_is_not_told_to_declare_it(pair: Pair) -> None:
    """Training again does not call so much room numerical, though a predicate holds."""
    found = agreement([pair])
    assert found.predicate
    assert found.level is Level.NONE

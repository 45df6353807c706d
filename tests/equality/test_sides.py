"""Folders and packages, model by model; certificates, and what exposes a false one."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lintian_ml.equality import Verdict, certificate, compare_files
from lintian_ml.equality.digests import Digests
from lintian_ml.error import UsageError
from lintian_ml.verification.pairing import compare_all
from tests.building import run_command

PACKAGE = Path(__file__).parents[1] / "packages" / "tinynet_1.0-1.dsc"


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders: one model is the same in both, one differs by a step, beside a text."""
    numbers = np.linspace(1, 2, 1000, dtype=np.float32)
    for name, other in (("a", numbers), ("b", np.nextafter(numbers, np.float32(9)))):
        (tmp_path / name / "data").mkdir(parents=True)
        np.save(tmp_path / name / "data" / "weights.npy", other)
        np.save(tmp_path / name / "same.npy", numbers)
        (tmp_path / name / "README").write_text(f"the side {name}\n")
    return tmp_path / "a", tmp_path / "b"


def verdicts(first: Path, second: Path, predicate: str | None = None) -> dict[str, Any]:
    return {
        paired.path: paired.comparison.verdict if paired.comparison else paired.trouble
        for paired in compare_all(first, second, predicate)
    }


def test_each_model_of_a_folder_is_compared_with_the_one_at_its_path(sides: tuple[Path, Path]) -> None:
    assert verdicts(*sides, "same") == {"data/weights.npy": Verdict.NOT_MET, "same.npy": Verdict.MET}
    assert set(verdicts(*sides, "ulp(1)").values()) == {Verdict.MET}


def test_a_model_that_only_one_side_has_is_not_met(sides: tuple[Path, Path]) -> None:
    (sides[1] / "same.npy").unlink()
    assert verdicts(*sides, "ulp(1)")["same.npy"] is Verdict.NOT_MET
    assert run_command("compare", "--predicate", "ulp(1)", *map(str, sides)).returncode == 1


def test_a_predicate_that_does_not_fit_one_of_the_models_is_trouble(sides: tuple[Path, Path]) -> None:
    assert "selects no tensor" in verdicts(*sides, "other ulp(1)")["data/weights.npy"]
    assert run_command("compare", "--predicate", "other ulp(1)", *map(str, sides)).returncode == 3


def test_where_nothing_is_a_model_nothing_is_decided(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "README").write_text("no model\n")
    ran = run_command("compare", str(tmp_path / "a"), str(tmp_path / "b"))
    assert (ran.returncode, ran.stdout) == (2, "not decided: there is no model on either side\n")


def test_a_folder_is_not_compared_with_a_file(sides: tuple[Path, Path]) -> None:
    assert run_command("compare", str(sides[0]), str(sides[1] / "same.npy")).returncode == 3


def test_the_models_of_packages_are_compared_by_path() -> None:
    found = verdicts(PACKAGE, PACKAGE, "ulp(1)")
    assert found
    assert set(found.values()) == {Verdict.MET}


def test_the_lines_of_json_name_the_paths(sides: tuple[Path, Path]) -> None:
    ran = run_command("compare", "--format", "json", *map(str, sides))
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [row["path"] for row in rows] == ["data/weights.npy", "same.npy"]


def certified(folder: Path, sides: tuple[Path, Path]) -> tuple[Path, tuple[str, str]]:
    files = (str(sides[0] / "data/weights.npy"), str(sides[1] / "data/weights.npy"))
    path = folder / "certificate.json"
    assert run_command("compare", "--certificate", str(path), *files).returncode == 0
    return path, files


def test_a_certificate_says_what_was_found_and_comes_out_again(
    tmp_path: Path, sides: tuple[Path, Path]
) -> None:
    path, files = certified(tmp_path, sides)
    told = json.loads(path.read_text())
    assert told["_type"] == "https://in-toto.io/Statement/v1"
    assert [one["name"] for one in told["subject"]] == ["weights.npy"]
    assert (told["predicate"]["verdict"], told["predicate"]["predicate"]) == ("met", "ulp(1)")
    assert told["predicate"]["tensors"][0]["control"].startswith("one element just inside")
    assert run_command("verify-certificate", str(path), *files).returncode == 0
    moved = tmp_path / "moved.npy"
    moved.write_bytes(Path(files[1]).read_bytes())
    assert run_command("verify-certificate", str(path), files[0], str(moved)).returncode == 0


@pytest.mark.parametrize("key", ["verdict", "level", "slackBits", "reason"])
def test_a_claim_that_does_not_come_out_again_is_named(
    tmp_path: Path, sides: tuple[Path, Path], key: str
) -> None:
    path, files = certified(tmp_path, sides)
    told = json.loads(path.read_text())
    told["predicate"][key] = "other"
    path.write_text(json.dumps(told))
    ran = run_command("verify-certificate", str(path), *files)
    assert (ran.returncode, key in ran.stdout) == (1, True)


def test_a_certificate_is_of_these_files_and_no_others(tmp_path: Path, sides: tuple[Path, Path]) -> None:
    path, files = certified(tmp_path, sides)
    assert run_command("verify-certificate", str(path), files[1], files[0]).returncode == 1


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "[" * 100_000, '{"_type": "https://in-toto.io/Statement/v1"}', "\x00"],
    ids=["nothing", "list", "object", "deep", "other", "binary"],
)
def test_what_is_no_certificate_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "certificate.json"
    path.write_text(text)
    with pytest.raises(UsageError):
        certificate.read(path)


def test_a_certificate_is_the_same_whenever_it_is_made(sides: tuple[Path, Path]) -> None:
    files = sides[0] / "data/weights.npy", sides[1] / "data/weights.npy"
    made = {
        certificate.written(certificate.statement(compare_files(*files, "ulp(1)"), *files, Digests(*files)))
        for _ in range(2)
    }
    assert len(made) == 1

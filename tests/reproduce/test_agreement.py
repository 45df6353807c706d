"""The strongest predicate over several pairs of files, the level that it amounts to, and what to write."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from lintian_ml.equality import Level, Verdict, compare_files, parse_predicate
from lintian_ml.reproduce.agreement import IDENTICAL, Agreement, agreement
from lintian_ml.reproduce.outcome import Ending, FileOutcome, Reproduction
from lintian_ml.reproduce.telling import lines
from lintian_ml.samples import sample

BASE = np.linspace(0.5, 1.0, 64, dtype=np.float32)


def moved(ulp: int) -> np.ndarray:
    return (BASE.view(np.int32) + np.int32(ulp)).view(np.float32)


def written(folder: Path, *models: dict[str, np.ndarray]) -> list[Path]:
    paths = []
    for number, arrays in enumerate(models):
        path = folder / f"{number}.npz"
        np.savez(path, **arrays)  # type: ignore[arg-type]
        paths.append(path)
    return paths


def pairs(paths: Sequence[Path]) -> list[tuple[Path, Path]]:
    return [(paths[0], other) for other in paths[1:]]


def test_no_unequal_pair_is_bit_by_bit() -> None:
    assert agreement([]) == IDENTICAL


def test_of_one_family_the_largest_parameter_counts(tmp_path: Path) -> None:
    paths = written(tmp_path, {"w": BASE}, {"w": moved(1)}, {"w": moved(3)})
    found = agreement(pairs(paths))
    assert found.level is Level.NUMERICAL
    for first, second in pairs(paths):
        assert compare_files(first, second, found.predicate).verdict is Verdict.MET
    assert compare_files(paths[0], paths[2], "ulp(2)").verdict is Verdict.NOT_MET
    assert "ulp(3)" in found.predicate or "scaled" in found.predicate


def test_each_tensor_has_its_own(tmp_path: Path) -> None:
    one, two = {"a": BASE, "b": BASE, "c": BASE}, {"a": moved(2), "b": BASE, "c": BASE}
    three = {"a": BASE, "b": moved(1), "c": BASE}
    paths = written(tmp_path, one, two, three)
    found = agreement(pairs(paths))
    assert found.level is Level.NUMERICAL
    assert [line.split()[0] for line in found.predicate.splitlines()] == ["a", "b"]
    assert all(compare_files(*pair, found.predicate).verdict is Verdict.MET for pair in pairs(paths))


def test_kinds_that_differ_from_pair_to_pair_are_brought_together(tmp_path: Path) -> None:
    """One pair differs by steps near zero, the other where numbers are large."""
    small = BASE.copy()
    small[0] = 1e-12
    near, far = small.copy(), small.copy()
    near[0] = -1e-12
    far[1:] = np.nextafter(far[1:], np.float32(2))
    paths = written(tmp_path, {"w": small}, {"w": near}, {"w": far})
    found = agreement(pairs(paths))
    assert found.level is Level.NUMERICAL
    assert all(compare_files(*pair, found.predicate).verdict is Verdict.MET for pair in pairs(paths))


def test_what_is_far_apart_is_not_called_numerical(tmp_path: Path) -> None:
    found = agreement(pairs(written(tmp_path, {"w": BASE}, {"w": BASE[::-1].copy()})))
    assert found.predicate
    assert found.level is Level.NONE
    assert "nothing weaker than short-training" in found.reason


@pytest.mark.parametrize(("step", "level"), [(1, Level.NUMERICAL), (90, Level.NONE)])
def test_codes_may_be_a_step_apart(tmp_path: Path, step: int, level: Level) -> None:
    codes = np.arange(100, dtype=np.int8)
    assert agreement(pairs(written(tmp_path, {"w": codes}, {"w": codes - np.int8(step)}))).level is level


def test_another_structure_has_no_predicate(tmp_path: Path) -> None:
    found = agreement(pairs(written(tmp_path, {"w": BASE}, {"v": BASE})))
    assert (found.predicate, found.level) == ("", Level.NONE)
    assert found.reason.startswith("not met: ")


def test_what_is_declared_may_hold_where_nothing_else_does(tmp_path: Path) -> None:
    """As where a program writes a name of its own into what it makes."""
    for version in (b"1", b"2"):
        text = sample("linear.onnx").replace(b"dense", b"dens" + version)
        (tmp_path / f"{version.decode()}.onnx").write_bytes(text)
    pairs = [(tmp_path / "1.onnx", tmp_path / "2.onnx")]
    plain = agreement(pairs)
    declared = parse_predicate("@structure unchecked\n* same")
    found = agreement(pairs, declared)
    assert (plain.predicate, found.predicate) == ("", str(declared))
    assert found.level is Level.NONE
    assert found.reason.startswith("as declared; none was found that asks for more: not met: structure")


def test_what_is_no_model_has_no_predicate(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(name.encode() * 100)
    found = agreement([(tmp_path / "a", tmp_path / "b")])
    assert (found.predicate, found.level) == ("", Level.NONE)
    assert found.reason.startswith("not decided: ")


def told(**agreements: Agreement) -> str:
    files = tuple(FileOutcome(f"{name}.npz", (), (), one) for name, one in agreements.items())
    return "\n".join(lines(Reproduction("net", Ending.TRAINED, files)))


def test_files_that_agree_differently_have_lines_of_their_own() -> None:
    numerical = Agreement("a  ulp(2)\nb  ulp(1)", Level.NUMERICAL)
    text = told(one=numerical, two=Agreement("scaled(1e-6)", Level.NUMERICAL), three=IDENTICAL)
    wanted = """    Reproducibility: numerical
    Equality:
     "one.npz"//"a"  ulp(2)
     "one.npz"//"b"  ulp(1)
     "two.npz"//"*"  scaled(1e-6)"""
    assert wanted in text


def test_files_that_agree_alike_share_one_line() -> None:
    same = Agreement("ulp(2)", Level.NUMERICAL)
    assert "    Equality: ulp(2)" in told(one=same, two=same)


def test_one_file_that_does_not_come_out_takes_the_level_from_all() -> None:
    text = told(one=IDENTICAL, two=Agreement("", Level.NONE, "because"))
    assert "Reproducibility: none" in text
    assert "Equality:" not in text

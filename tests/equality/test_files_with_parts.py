"""Equal files, and the other files that belong to them: equal, different, missing, or not to be read."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lintian_ml import recognition
from lintian_ml.blob import Blob, FileBlob
from lintian_ml.container.limits import Limits
from lintian_ml.equality import Comparison, Level, belonging, compare_files
from lintian_ml.equality.manner import PLAIN, Manner
from lintian_ml.error import UsageError
from lintian_ml.formats import lucene_costs
from lintian_ml.formats.lucene_costs import PARTS
from lintian_ml.samples import sample
from tests.formats.test_lucene import costs

save = pytest.importorskip("safetensors.numpy", reason="made by the safetensors library").save

INDEX = "model.safetensors.index.json"
EQUAL = "the files are equal byte for byte"
UNREAD = "a file that belongs to it differs, in what was not read of it"


def shard(value: float) -> bytes:
    data: bytes = save({"w": np.full(4, value, np.float32)})
    return data


def index(folder: Path, *names: str) -> Path:
    """Write an index of weights w, w1, w2 ..., each in a file of its own."""
    weights = {f"w{at or ''}": name for at, name in enumerate(names)}
    (folder / INDEX).write_text(json.dumps({"metadata": {}, "weight_map": weights}))
    return folder / INDEX


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders, each with the same index of one shard that is not there."""
    for name in "ab":
        (tmp_path / name).mkdir()
        index(tmp_path / name, "s.safetensors")
    return tmp_path / "a", tmp_path / "b"


def compared(sides: tuple[Path, Path], predicate: str | None = "same") -> tuple[str, str]:
    found = compare_files(sides[0] / INDEX, sides[1] / INDEX, predicate)
    return found.verdict.value, found.reason


def both(sides: tuple[Path, Path], name: str, *data: bytes) -> None:
    for folder, bytes_ in zip(sides, data, strict=True):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(bytes_)


def test_equal_files_with_equal_parts_are_met(sides: tuple[Path, Path]) -> None:
    both(sides, "s.safetensors", shard(1), shard(1))
    for predicate in ("identical", "same", "ulp(1)", None):
        assert compared(sides, predicate) == ("met", EQUAL)


def test_a_part_that_differs_is_compared_as_a_model(sides: tuple[Path, Path]) -> None:
    both(sides, "s.safetensors", shard(1), shard(np.nextafter(np.float32(1), np.float32(2))))
    assert compared(sides, "identical") == ("not met", "the files are not equal byte for byte")
    assert compared(sides) == ("not met", "tensors: w: 4 of 4 elements do not hold")
    assert compared(sides, "ulp(1)") == ("met", "")


def test_parts_that_differ_in_few_tensors_or_without_meaning_are_accounted_for(
    sides: tuple[Path, Path],
) -> None:
    for side in sides:
        index(side, "s.safetensors", "s.safetensors")
    one, next_to_it = np.ones(4, np.float32), np.nextafter(np.ones(4, np.float32), np.float32(2))
    both(sides, "s.safetensors", save({"w": one, "w1": one}), save({"w": one, "w1": next_to_it}))
    assert compared(sides, "ulp(1)") == ("met", "")
    plain = save({"w": one, "w1": one})
    length = int.from_bytes(plain[:8], "little")
    padded = (length + 8).to_bytes(8, "little") + plain[8 : 8 + length] + b" " * 8 + plain[8 + length :]
    both(sides, "s.safetensors", plain, padded)
    assert compared(sides, "same") == ("met", "")
    named = save({"w": one, "w1": one}, {"name": "of b"})
    both(sides, "s.safetensors", plain, named)
    assert compared(sides, "same")[0] == "not met"
    both(sides, "s.safetensors", save({"w": one, "w1": one}, {"name": "of a"}), named)
    key = '@metadata:"s.safetensors: name"'
    assert compared(sides, f"* same\n{key} ignore")[0] == "met"


def test_a_part_that_one_side_lacks_is_a_difference(sides: tuple[Path, Path]) -> None:
    (sides[0] / "s.safetensors").write_bytes(shard(1))
    assert compared(sides) == ("not met", "tensors: w: only the first model has it")
    (sides[0] / "s.safetensors").rename(sides[1] / "s.safetensors")
    assert compared(sides, "identical") == ("not met", "the files are not equal byte for byte")


def test_what_both_lack_is_no_difference(sides: tuple[Path, Path]) -> None:
    both(sides, "README", b"of a", b"of b")
    assert compared(sides, "identical") == ("met", EQUAL)


def linked(path: Path) -> None:
    path.symlink_to("elsewhere")


def linked_twice(path: Path) -> None:
    os.link(path.parent / "elsewhere", path)


def folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("made", [linked, linked_twice, folder])
@pytest.mark.parametrize("predicate", ["identical", "same", "ulp(1)", None])
def test_parts_that_are_there_and_cannot_be_read_leave_all_undecided(
    sides: tuple[Path, Path], made: Callable[[Path], None], predicate: str | None
) -> None:
    both(sides, "elsewhere", shard(1), shard(2))
    for side in sides:
        made(side / "s.safetensors")
    what = f"s.safetensors belongs to {sides[0] / INDEX} and is no plain file that may be read"
    assert compared(sides, predicate) == ("not decided", what)


def test_a_part_that_only_one_side_cannot_read_leaves_all_undecided(sides: tuple[Path, Path]) -> None:
    both(sides, "s.safetensors", shard(1), shard(1))
    (sides[1] / "s.safetensors").unlink()
    (sides[1] / "s.safetensors").symlink_to(sides[0] / "s.safetensors")
    what = f"s.safetensors belongs to {sides[1] / INDEX} and is no plain file that may be read"
    assert compared(sides) == ("not decided", what)
    assert compared((sides[1], sides[0])) == ("not decided", what)


def test_a_difference_in_one_part_counts_though_another_cannot_be_read(tmp_path: Path) -> None:
    folders = tmp_path / "a", tmp_path / "b"
    for side in folders:
        side.mkdir()
        index(side, "1.safetensors", "2.safetensors")
        (side / "1.safetensors").symlink_to("nowhere")
    both(folders, "2.safetensors", save({"w1": np.ones(4)}), save({"w1": np.zeros(4)}))
    assert compared(folders, "identical") == ("not met", "the files are not equal byte for byte")
    assert compared(folders)[0] == "not decided"


def checkpoint(sides: tuple[Path, Path], *data: bytes) -> None:
    """Write an index whose part is an index, too, whose part has the data."""
    for side in sides:
        index(side, "inner.bin")
        (side / "inner.bin").write_text(json.dumps({"weight_map": {"w": "last.bin"}, "metadata": {}}))
    both(sides, "last.bin", *data)


def test_what_belongs_to_a_part_is_compared_as_well(sides: tuple[Path, Path]) -> None:
    checkpoint(sides, b"data", b"data")
    assert compared(sides, "identical") == ("met", EQUAL)
    checkpoint(sides, b"data", b"else")
    assert compared(sides, "identical") == ("not met", "the files are not equal byte for byte")
    assert compared(sides)[0] == "not decided"


def test_files_that_name_each_other_are_compared_once(sides: tuple[Path, Path]) -> None:
    for side in sides:
        index(side, "s.bin", "s.bin", "t.bin")
        for name, other in (("s.bin", "t.bin"), ("t.bin", "s.bin")):
            (side / name).write_text(json.dumps({"weight_map": {"w": other}, "metadata": {}}))
    told: list[int] = []
    found = compare_files(sides[0] / INDEX, sides[1] / INDEX, "same", Manner(advance=told.append))
    assert found.reason == EQUAL
    names = (INDEX, "s.bin", "t.bin")
    assert sum(told) == sum((sides[0] / name).stat().st_size for name in names)


@pytest.mark.parametrize(("most", "verdict"), [(2, "not decided"), (3, "met")])
def test_no_more_files_are_looked_at_than_some(
    sides: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, most: int, verdict: str
) -> None:
    monkeypatch.setattr(belonging, "MOST", most)
    for side in sides:
        index(side, "1.bin", "2.bin", "3.bin")
    both(sides, "1.bin", b"1", b"1")
    assert compared(sides)[0] == verdict
    both(sides, "2.bin", b"2", b"3")
    assert compared(sides, "identical")[0] == "not met"
    both(sides, "2.bin", b"2", b"2")
    told = compared(sides, "identical")
    assert told == (
        ("met", EQUAL) if most == 3 else ("not decided", f"more than 2 files belong to {sides[0] / INDEX}")
    )


def test_a_difference_in_what_was_not_read_decides_nothing(tmp_path: Path) -> None:
    sides = tmp_path / "a", tmp_path / "b"
    for side, other in zip(sides, (b"costs of words", b"other costs"), strict=True):
        side.mkdir()
        (side / "ConnectionCosts.dat").write_bytes(costs([range(9)] * 9))
        (side / PARTS[0]).write_bytes(other)
    first, second = (side / "ConnectionCosts.dat" for side in sides)
    for predicate in ("same", "steps(1)", None):
        found = compare_files(first, second, predicate)
        assert (found.verdict.value, found.reason) == ("not decided", UNREAD)
    (sides[1] / PARTS[0]).write_bytes(b"costs of words")
    assert compare_files(first, second, "same").reason == EQUAL


def met(path: Path, predicate: str | None = None) -> Comparison:
    """Compare a file with a copy that stands alone."""
    copy = path.parent / f"copy of {path.name}"
    copy.write_bytes(path.read_bytes())
    return compare_files(path, copy, predicate)


def test_what_is_told_of_equal_files(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(b"no model")
    alone = met(path)
    assert (alone.verdict.value, alone.predicate, alone.reason, alone.suggested) == (
        "met",
        "identical",
        EQUAL,
        True,
    )
    asked = met(path, " ulp( 1 )")
    assert (asked.predicate, asked.level, asked.suggested) == ("ulp(1)", Level.BIT_BY_BIT, False)
    unchecked = met(path, "* ulp(1)\n@structure unchecked")
    assert (unchecked.verdict.value, unchecked.level) == ("met", Level.NONE)


def test_what_is_told_of_files_that_are_no_models(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for path in (first, second):
        path.write_bytes(f"no model {path.name}".encode())
    for predicate, told in (("ulp(1)", "ulp(1)"), (None, "")):
        found = compare_files(first, second, predicate)
        assert (found.verdict.value, found.predicate) == ("not decided", told)
        assert found.reason == f"{first}: no model format is recognised in it"
    found = compare_files(first, second, "identical")
    assert (found.verdict.value, found.predicate) == ("not met", "identical")


def test_why_a_model_cannot_be_read_is_told(tmp_path: Path) -> None:
    first, second = tmp_path / "a.index.json", tmp_path / "b.index.json"
    for path in (first, second):
        weights = {"w": "a.bin", "v": f"of {path.name}/.."}
        path.write_text(json.dumps({"metadata": {}, "weight_map": weights}))
    found = compare_files(first, second, "same")
    why = "weight-index: a weight lies in something else than a file of weights"
    assert (found.verdict.value, found.reason) == ("not decided", f"{first}: {why}")


def test_what_is_only_recognised_or_a_damaged_archive_is_not_read(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for data, why in (
        (sample("empty.pte"), "the format executorch is only recognised, not read"),
        (b"PK\x03\x04 and no directory", "no model format is recognised in it"),
    ):
        first.write_bytes(data)
        second.write_bytes(data + b" ")
        found = compare_files(first, second, "same")
        assert (found.verdict.value, found.reason) == ("not decided", f"{first}: {why}")


def ones_and_twos(folder: Path) -> tuple[Path, Path]:
    first, second = folder / "a.npy", folder / "b.npy"
    np.save(first, np.ones(3, np.float32))
    np.save(second, np.full(3, 2, np.float32))
    return first, second


def test_what_carries_data_of_any_kind_is_asked_only_where_no_other_format_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = ones_and_twos(tmp_path)
    plain = recognition.candidates

    def with_carrier(blob: Blob, limits: Limits) -> list[recognition.Candidate]:
        ((module, evidence),) = plain(blob, limits)
        carriers = (lucene_costs, True), (module, False)
        return [(one, replace(evidence, carrier=carrier)) for one, carrier in carriers]

    monkeypatch.setattr(recognition, "candidates", with_carrier)
    assert compare_files(first, second, "same").verdict.value == "not met"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "", "missing"):
        with pytest.raises(UsageError):
            compare_files(tmp_path / name, tmp_path / name)


def test_a_file_that_changes_while_it_is_read_is_not_decided(tmp_path: Path) -> None:
    first, second = (tmp_path / name for name in ("a.npy", "b.npy"))
    for path in (first, second):
        np.save(path, np.arange(9.0))

    def touch(done: int) -> None:
        del done
        os.utime(second, ns=(1, 1))

    found = compare_files(first, second, "same", Manner(advance=touch))
    assert (found.verdict.value, found.predicate) == ("not decided", "same")
    assert found.reason == f"{second} changed while it was read"


def test_files_of_many_shapes_are_read_by_their_format_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = ones_and_twos(tmp_path)
    assert compare_files(first, second, "same").verdict.value == "not met"
    monkeypatch.setattr(recognition, "strongest", lambda readings: [readings[0]] * 2)
    found = compare_files(first, second, "same")
    assert found.reason == f"{first}: it may be any of npy, npy"


def beside(folder: Path, *names: str) -> belonging.File:
    path = folder / "main"
    path.write_bytes(b"")
    return belonging.File(FileBlob(path), path, names)


def test_as_many_parts_must_belong_to_both_and_each_is_held_to_its_own(tmp_path: Path) -> None:
    """Parts may have other names on the other side, as those that are named after their file."""
    folders = tmp_path / "a", tmp_path / "b"
    for folder in folders:
        folder.mkdir()
    for name, data in (("a/x", b"1"), ("a/z", b"2"), ("b/y", b"1"), ("b/x", b"2")):
        (tmp_path / name).write_bytes(data)

    def parts(ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, str]:
        own, other = beside(folders[0], *ours), beside(folders[1], *theirs)
        verdict, reason = belonging.compare_parts(own, other, lambda blob: (), PLAIN)
        return verdict.value, reason

    assert parts((), ()) == ("met", "")
    assert parts(("x",), ("y",)) == ("met", "")
    assert parts(("z", "x"), ("x", "y")) == ("met", "")
    assert parts(("x", "z"), ("y", "y")) == ("not met", "")
    assert parts(("x", "x"), ("y", "x")) == ("not met", "")
    assert parts(("x",), ()) == parts((), ("y",)) == ("not met", "")

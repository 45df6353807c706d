"""Real source packages, each trained in a moment by its own command: what they declare is tried."""

import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.building import run_command
from tests.packages.pack import NAMES, TREES, files, pack
from tests.reproduce.training import confined, needs_bubblewrap

MODULES = {"leafcount": (), "leafnet": ("onnx",), "leafdream": ("h5py",), "leafbuilt": ()}


def lacks(name: str) -> str:
    """Return which library the system's Python lacks for a training; an empty string where it has all."""
    for module in ("numpy", *MODULES[name]):
        done = subprocess.run(
            ["/usr/bin/env", "PATH=/usr/bin:/bin", "python3", "-c", f"import {module}"], capture_output=True
        )
        if done.returncode:
            return f"the system's python3 has no {module}"
    return ""


def reproduced(name: str, folder: Path, *options: str) -> tuple[int, str]:
    """Train a package again from its .dsc; return the status and the report."""
    if reason := lacks(name):
        pytest.skip(reason)
    done = confined(pack(name, folder), *options)
    if "lacks what it needs" in done.stdout:
        pytest.skip(done.stdout.splitlines()[-1])
    assert done.returncode != 3, done
    return done.returncode, done.stdout


def test_every_example_is_tried() -> None:
    assert set(NAMES) == MODULES.keys()


def test_examples_are_packed_the_same_each_time(tmp_path: Path) -> None:
    first, second = (pack("leafcount", tmp_path / name) for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(tmp_path / "one" / "leafcount_1.0.tar.gz") as archive:
        assert archive.getmember("leafcount-1.0/debian/rules").mode == 0o755


@needs_bubblewrap
@pytest.mark.parametrize("varied", ["all", "none"])
class TestExamples:
    def test_whole_numbers_come_out_bit_by_bit(self, tmp_path: Path, varied: str) -> None:
        status, report = reproduced("leafcount", tmp_path, "--vary", varied)
        assert status == 0
        assert "leafcount.npy: the runs against what is shipped: bit-by-bit\n" in report
        assert "leafcount.npy: the runs against each other: bit-by-bit\n" in report
        assert "Reproducibility: bit-by-bit\n    Equality: identical\n" in report

    def test_sums_in_another_order_are_model_equal(self, tmp_path: Path, varied: str) -> None:
        """What is shipped was made by three threads; as many on a machine make it again."""
        status, report = reproduced("leafnet", tmp_path, "--vary", varied)
        assert status == 0
        assert "model-equal under scaled(1e-6) (not bit-for-bit)" in report or varied == "none"
        between = "model-equal under scaled(1e-6) (not bit-for-bit)" if varied == "all" else "bit-by-bit"
        assert f"leafnet.onnx: the runs against each other: {between}\n" in report

    def test_weights_from_nowhere_do_not_come_again(self, tmp_path: Path, varied: str) -> None:
        status, report = reproduced("leafdream", tmp_path, "--vary", varied)
        assert status == 1
        told = r"leafdream\.h5: the runs against what is shipped: (run 1: )?not equal: under scaled\(1e-3\)"
        assert re.search(told, report)  # by chance, in one run an element more may hold than in the other
        assert "leafdream.h5: the runs against each other: not equal: under scaled(1e-3)" in report
        assert "Reproducibility: none\n" in report

    def test_what_the_build_trains_is_held_against_itself(self, tmp_path: Path, varied: str) -> None:
        status, report = reproduced("leafbuilt", tmp_path, "--vary", varied)
        assert status == 0
        between = "model-equal under scaled(1e-6) (not bit-for-bit)" if varied == "all" else "bit-by-bit"
        assert f"built/leafbuilt.npy: the runs against each other: {between}\n" in report


def altered(name: str, folder: Path, changes: Mapping[str, tuple[str, str]]) -> Path:
    """Lay out the tree of an example with some words changed."""
    for path, data in files(name):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    for path, (old, new) in changes.items():
        text = (folder / path).read_text()
        assert old in text
        (folder / path).write_text(text.replace(old, new))
    return folder


@needs_bubblewrap
class TestWhatComesOut:
    def outcome(self, tmp_path: Path, then: str) -> tuple[int, str]:
        if reason := lacks("leafnet"):
            pytest.skip(reason)
        command = "Training-Command: python3 train_leafnet.py"
        changes = {"debian/models": (command, f"{command} && cd $MODEL_OUTPUT && {then}")}
        done = confined(altered("leafnet", tmp_path / "tree", changes))
        return done.returncode, done.stdout

    def test_a_truncated_file_is_not_equal_or_not_decided(self, tmp_path: Path) -> None:
        status, report = self.outcome(tmp_path, "truncate -s 100 leafnet.onnx")
        assert status in (1, 2)
        assert "what is shipped: not " in report
        assert "no predicate is known that holds over all" in report
        assert "/output-" not in report

    def test_a_file_of_another_format_is_not_equal_or_not_decided(self, tmp_path: Path) -> None:
        save = "import numpy; numpy.save('w', numpy.ones(3)); import os; os.rename('w.npy', 'leafnet.onnx')"
        status, report = self.outcome(tmp_path, f'python3 -c "{save}"')
        assert status in (1, 2)
        assert "what is shipped: not " in report

    def test_no_model_at_all_is_not_decided(self, tmp_path: Path) -> None:
        status, report = self.outcome(tmp_path, "cp /etc/passwd leafnet.onnx")
        assert status in (1, 2)
        assert "what is shipped: not " in report

    def test_an_empty_file_is_not_equal_or_not_decided(self, tmp_path: Path) -> None:
        status, report = self.outcome(tmp_path, ": > leafnet.onnx")
        assert status in (1, 2)
        assert "what is shipped: not " in report

    def test_an_absent_file_is_fttfs(self, tmp_path: Path) -> None:
        status, report = self.outcome(tmp_path, "rm leafnet.onnx")
        assert status == 1
        assert "leafnet: FTTFS: run 1: the training did not write leafnet.onnx" in report


@pytest.mark.skipif(shutil.which("dpkg-buildpackage") is None, reason="dpkg-buildpackage is not installed")
@pytest.mark.parametrize("name", NAMES)
def test_examples_build_and_declare_no_nonsense(tmp_path: Path, name: str) -> None:
    """The model lies in the binary package where ``Installed-Files`` says."""
    if (reason := lacks(name)) or shutil.which("dh") is None:
        pytest.skip(reason or "debhelper is not installed")
    tree = altered(name, tmp_path / "tree", {})
    words = ["dpkg-buildpackage", "-us", "-uc", "-b", "-d"]
    quiet = {**os.environ, "DEB_BUILD_OPTIONS": "parallel=1", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    done = subprocess.run(words, cwd=tree, capture_output=True, text=True, env=quiet)
    assert done.returncode == 0, done.stderr
    listed = run_command("list", tmp_path / f"{name}_1.0_all.deb").stdout
    model = (
        next(path.name for path in (TREES / name).glob("leaf*.*")) if name != "leafbuilt" else "leafbuilt.npy"
    )
    assert f"usr/share/{name}/{model}" in listed
    told = run_command("--allow-root", tmp_path / "tree").stdout
    assert "debian-models-" not in told

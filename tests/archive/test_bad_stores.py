"""Stores that cannot be written: the scan says so and ends with 1, and what was stored is good."""

import ctypes
import os
import random
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lintian_ml.samples import sample
from tests.archive.scanning import ask, contents, put, run

PR_CAPBSET_DROP = 24
"""From <linux/prctl.h>."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packages that fill a store."""
    root = tmp_path_factory.mktemp("folder")
    for number in range(12):
        a, b = (random.Random(one).randbytes(30_000).hex().encode() for one in (number, -number))
        put(root, f"p{number}", {"net.onnx": sample("linear.onnx")}, a=a, b=b)
    return root


def scan(
    folder: Path, db: Path, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    """Scan by command; ``before`` is called in the process first."""
    words = [sys.executable, "-m", "lintian_ml", "archive", "scan", str(folder), "--db", str(db), "-j", "1"]
    return subprocess.run(words, capture_output=True, text=True, preexec_fn=before, timeout=120, check=False)


def test_a_full_disk_ends_the_scan_and_the_next_one_goes_on(folder: Path, tmp_path: Path) -> None:
    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))

    done = scan(folder, tmp_path / "db", small_disk)
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (1, "", False)
    assert str(tmp_path / "db") in done.stderr
    assert ask(tmp_path / "db", "PRAGMA integrity_check") == [("ok",)]
    before = ask(tmp_path / "db", "SELECT name FROM packages")
    assert 0 < len(before) < 12
    done = scan(folder, tmp_path / "db")
    assert done.stdout.startswith(f"{12 - len(before)} packages done, 0 of them failed, {len(before)} known")
    run(folder, tmp_path / "undisturbed")
    assert contents(tmp_path / "db") == contents(tmp_path / "undisturbed")


SMALL_DISK = """
mount -t tmpfs -o size=600k tmpfs "$1" || exit 98
"$2" -m lintian_ml archive scan "$3" --db "$1/db" -j 1; echo "status $?"
"$2" -m lintian_ml archive status --db "$1/db" | grep Packages
mount -o remount,size=64m "$1"
"$2" -m lintian_ml archive scan "$3" --db "$1/db" -j 1 && cp "$1/db" "$4"
"""


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"), reason="only root can mount a small disk"
)
def test_a_disk_that_is_truly_full_ends_the_scan_and_the_next_one_goes_on(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    words = ["unshare", "--mount", "sh", "-c", SMALL_DISK, "sh", str(tmp_path / "disk"), sys.executable]
    words += [str(folder), str(tmp_path / "copy")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode == 98 or done.stderr.startswith("unshare:"):
        pytest.skip("no small disk can be mounted here")
    status, told, summary = done.stdout.splitlines()
    assert (status, "Traceback" in done.stderr, "full" in done.stderr) == ("status 1", False, True)
    count = int(told.split()[1])
    assert 0 < count < 12
    assert summary.startswith(f"{12 - count} packages done, 0 of them failed, {count} known")
    run(folder, tmp_path / "undisturbed")
    assert contents(tmp_path / "copy") == contents(tmp_path / "undisturbed")


def respect_permissions() -> None:
    """Take from root, if this is root, what lets it write where it may not (CAP_DAC_OVERRIDE)."""
    if os.geteuid() == 0 and ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, 1, 0, 0, 0):
        os._exit(99)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_store_that_may_not_be_written_ends_the_scan(folder: Path, tmp_path: Path, what: str) -> None:
    place = tmp_path / "in"
    place.mkdir()
    if what == "file":
        (place / "db").touch(0o444)
    else:
        place.chmod(0o555)
    done = scan(folder, place / "db", respect_permissions)
    place.chmod(0o755)
    assert (done.returncode, done.stdout, "cannot be written" in done.stderr) == (1, "", True)


def test_a_store_in_a_folder_that_is_not_there_ends_the_scan(folder: Path, tmp_path: Path) -> None:
    done = scan(folder, tmp_path / "nowhere/db")
    assert (done.returncode, "cannot be written" in done.stderr, "Traceback" in done.stderr) == (
        1,
        True,
        False,
    )


def test_a_folder_in_place_of_a_store_ends_the_scan(folder: Path, tmp_path: Path) -> None:
    done = scan(folder, tmp_path)
    assert (done.returncode, "cannot be written" in done.stderr, "Traceback" in done.stderr) == (
        1,
        True,
        False,
    )


def test_a_store_on_a_medium_that_is_read_only_can_be_asked(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path / "db")
    shutil.copyfile(tmp_path / "db", tmp_path / "copy")
    (tmp_path / "copy").chmod(0o444)
    words = [sys.executable, "-m", "lintian_ml", "archive", "status", "--db", str(tmp_path / "copy")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Packages   12 done of 12\n" in done.stdout

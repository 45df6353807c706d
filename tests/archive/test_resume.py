"""Whatever ends a scan, and whenever: what was reported is there, and the next scan ends as if nothing had
been.

``ARCHIVE_ROUNDS`` says how often it is ended, by default a few times.
"""

import os
import random
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lintian_ml.archive.caps import MEBIBYTE
from lintian_ml.samples import sample
from tests.archive.scanning import (
    ask,
    children,
    contents,
    is_child,
    processes,
    put,
    put_corrupt,
    start,
    stored,
    wait_until,
)
from tests.building import run_command

ROUNDS = int(os.environ.get("ARCHIVE_ROUNDS", "4"))

LONGEST = 2.5
"""Seconds after which a scan is ended at the latest; some of it is its start."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packages of all sizes, one of them broken."""
    root = tmp_path_factory.mktemp("folder")
    for number in range(30):
        size = MEBIBYTE if number < 3 else 1000
        noise = random.Random(number).randbytes(size + number)
        put(root, f"p{number:02}", {"noise": noise, "net.onnx": sample("linear.onnx")})
    put_corrupt(root)
    return root


@pytest.fixture(scope="module")
def undisturbed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a scan that nobody ended."""
    db = tmp_path_factory.mktemp("undisturbed") / "db"
    finish(folder, db)
    return db


def finish(folder: Path, db: Path) -> None:
    """Scan to the end."""
    process = start(folder, db, str(db), jobs=2)
    _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, "")


def workers(scan: int) -> Iterator[int]:
    """Yield the worker processes of a scan."""
    for number in children(scan):
        if b"spawn_main" in Path(f"/proc/{number}/cmdline").read_bytes():
            yield int(number)


def readers(scan: int) -> Iterator[int]:
    """Yield the processes that read packages for a scan."""
    for worker in workers(scan):
        yield from (int(number) for number in children(worker) if is_child(number))


def killed(scan: int, victim: str) -> bool:
    """Kill one process of a scan, if there is such a one."""
    try:
        found = {
            "scan": lambda: [scan],
            "worker": lambda: [*workers(scan)],
            "reader": lambda: [*readers(scan)],
        }
        those = found[victim]()
        if those:
            os.kill(random.choice(those), signal.SIGKILL)
    except (ProcessLookupError, FileNotFoundError):
        return False
    return bool(those)


def disturb(folder: Path, db: Path, chance: random.Random, victim: str) -> None:
    """Scan, and kill a process at a random moment; see that nothing of it is left."""
    process = start(folder, db, str(db), jobs=2)
    time.sleep(chance.random() * LONGEST)
    killed(process.pid, victim)
    process.communicate(timeout=120)
    assert process.returncode in (0, 1, -signal.SIGKILL)
    wait_until(lambda: not processes(str(db)), 5)


@pytest.mark.parametrize("victim", ["scan", "worker"])
def test_a_scan_that_is_killed_again_and_again_ends_as_if_undisturbed(
    folder: Path, undisturbed: Path, tmp_path: Path, victim: str
) -> None:
    chance = random.Random(victim)
    for _ in range(ROUNDS):
        disturb(folder, tmp_path / "db", chance, victim)
    finish(folder, tmp_path / "db")
    runs = ask(tmp_path / "db", "SELECT count(*) FROM runs WHERE finished IS NULL")
    assert runs == [(0,)]
    assert contents(tmp_path / "db", "runs", "run_packages") == contents(undisturbed, "runs", "run_packages")
    assert ask(tmp_path / "db", "PRAGMA integrity_check") == [("ok",)]


def test_the_status_is_told_while_a_scan_runs(folder: Path, tmp_path: Path) -> None:
    process = start(folder, tmp_path / "db", str(tmp_path))
    try:
        wait_until(lambda: bool(stored(tmp_path / "db")))
        done = run_command("archive", "status", "--db", tmp_path / "db")
        assert (done.returncode, done.stderr) == (0, "")
        assert re.search(r"(?m)^Packages   \d+ done of 31$", done.stdout)
        assert "not finished" in done.stdout or "31 done of 31" in done.stdout
    finally:
        process.kill()
        process.communicate()


def test_a_reader_that_is_killed_costs_a_try_and_nothing_else(
    folder: Path, undisturbed: Path, tmp_path: Path
) -> None:
    process = start(folder, tmp_path / "db", str(tmp_path), jobs=2)
    wait_until(lambda: killed(process.pid, "reader"))
    process.communicate(timeout=120)
    assert process.returncode == 0
    others = ("failures", "runs")
    assert contents(tmp_path / "db", *others) == contents(undisturbed, *others)
    killings = ask(tmp_path / "db", "SELECT attempt FROM failures WHERE reason LIKE 'was ended by signal 9%'")
    assert killings in ([(1,)], [])

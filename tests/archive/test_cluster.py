"""A Dask cluster on this machine: the same store as with processes, whatever becomes of a worker.

``ARCHIVE_ROUNDS`` says how often a scan or one of its workers is killed, by default a few times.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.archive.mirrors import publish, sources
from tests.archive.scanning import contents, stored, wait_until
from tests.building import run_command

pytest.importorskip("distributed")

ROUNDS = int(os.environ.get("ARCHIVE_ROUNDS", "2"))

LONGEST = 6.0
"""Seconds after which something is killed at the latest; half of them are a scan's start."""

UNDISTURBED = ("runs", "run_packages")


@dataclass
class Cluster:
    """A scheduler and its workers, each a process, below a folder."""

    folder: Path
    address: str = ""
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def begin(self) -> None:
        """Start the scheduler and two workers."""
        told = self.folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--port", "0", "--host", "127.0.0.1", "--scheduler-file", str(told)
        )
        wait_until(told.exists)
        wait_until(lambda: told.read_text().endswith("}"))
        self.address = str(json.loads(told.read_text())["address"])
        for _ in range(2):
            self.add_worker()

    def add_worker(self) -> None:
        """Start one more worker."""
        words = ("--nthreads", "1", "--no-nanny", "--local-directory", str(self.folder))
        self.workers.append(self._start("worker", self.address, *words))

    def kill_worker(self, chance: random.Random) -> None:
        """Kill one of the workers."""
        worker = self.workers.pop(chance.randrange(len(self.workers)))
        worker.kill()
        worker.wait()

    def end(self) -> None:
        """Kill all that is left."""
        for process in (*self.workers, self.scheduler):
            if process:
                process.kill()
                process.wait()

    def _start(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *words, "--no-dashboard"]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster with two workers."""
    made = Cluster(tmp_path)
    try:
        made.begin()
        yield made
    finally:
        made.end()


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mirror of small packages."""
    root = tmp_path_factory.mktemp("mirror")
    publish(root, sources(root, 120, 2_000_000))
    return root


@pytest.fixture(scope="module")
def undisturbed(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a scan by processes that nobody disturbed."""
    db = tmp_path_factory.mktemp("store") / "db"
    run_command("archive", "scan", "--mirror", mirror, "--suite", "sid", "--db", db)
    return db


def start(mirror: Path, db: Path, address: str, *more: str) -> subprocess.Popen[str]:
    """Start a scan by the workers of a cluster."""
    words = ["archive", "scan", "--mirror", str(mirror), "--suite", "sid", "--db", str(db)]
    return subprocess.Popen(
        [sys.executable, "-m", "lintian_ml", *words, "--scheduler", address, *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("disturbed", [False, True])
def test_a_cluster_gives_the_same_store_as_processes(
    cluster: Cluster, mirror: Path, undisturbed: Path, tmp_path: Path, disturbed: bool
) -> None:
    scan = start(mirror, tmp_path / "db", cluster.address)
    if disturbed:
        wait_until(lambda: len(stored(tmp_path / "db")) > 0)
        cluster.kill_worker(random.Random(0))
    out, errors = scan.communicate(timeout=120)
    assert scan.returncode == 0, errors
    assert out.startswith("120 packages done, ")
    assert contents(tmp_path / "db", *UNDISTURBED) == contents(undisturbed, *UNDISTURBED)


def test_scans_and_workers_that_are_killed_again_and_again_end_as_if_undisturbed(
    cluster: Cluster, mirror: Path, undisturbed: Path, tmp_path: Path
) -> None:
    chance = random.Random(ROUNDS)
    for number in range(ROUNDS):
        scan = start(mirror, tmp_path / "db", cluster.address, "--force")
        time.sleep(chance.random() * LONGEST)
        if number % 2:
            scan.send_signal(signal.SIGKILL)
        else:
            cluster.kill_worker(chance)
            cluster.add_worker()
        _, errors = scan.communicate(timeout=120)
        assert scan.returncode in (0, 1, -signal.SIGKILL), errors
        assert "Traceback" not in errors
    scan = start(mirror, tmp_path / "db", cluster.address, "--force")
    _, errors = scan.communicate(timeout=120)
    assert scan.returncode == 0, errors
    assert contents(tmp_path / "db", *UNDISTURBED) == contents(undisturbed, *UNDISTURBED)


def test_a_scheduler_that_is_killed_ends_the_scan_and_what_is_done_stays(
    cluster: Cluster, mirror: Path, tmp_path: Path
) -> None:
    scan = start(mirror, tmp_path / "db", cluster.address)
    wait_until(lambda: len(stored(tmp_path / "db")) > 0)
    assert cluster.scheduler
    cluster.scheduler.kill()
    _, errors = scan.communicate(timeout=120)
    told = (scan.returncode, "Traceback" in errors, "scan again to go on" in errors)
    assert told == (1, False, True), errors
    assert stored(tmp_path / "db")


def test_a_scheduler_that_does_not_answer_ends_the_scan(mirror: Path, tmp_path: Path) -> None:
    words = ("--mirror", mirror, "--suite", "sid", "--db", tmp_path / "db")
    done = run_command("archive", "scan", *words, "--scheduler", "tcp://127.0.0.1:1")
    told = (done.returncode, "no scheduler answers" in done.stderr, "Traceback" in done.stderr)
    assert told == (1, True, False)

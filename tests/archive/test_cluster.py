"""A Dask cluster on this machine: the same store as with processes, whatever becomes of a worker."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.mirrors import publish, sources
from tests.archive.scanning import contents, stored, wait_until
from tests.building import run_command

pytest.importorskip("distributed")

UNDISTURBED = ("runs", "run_packages")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[int]]]:
    """A scheduler and two workers, each a process; their address, and the numbers of the workers."""
    address = f"file://{tmp_path / 'scheduler.json'}"
    words = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1"]
    words += ["--no-dashboard", "--scheduler-file", str(tmp_path / "scheduler.json")]
    processes = [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)]
    try:
        wait_until(lambda: (tmp_path / "scheduler.json").exists())
        address = scheduler_of(tmp_path / "scheduler.json")
        for _ in range(2):
            words = [
                sys.executable,
                "-m",
                "distributed.cli.dask_worker",
                address,
                "--nthreads",
                "1",
                "--no-nanny",
            ]
            words += ["--no-dashboard", "--local-directory", str(tmp_path)]
            processes.append(subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        yield address, [process.pid for process in processes[1:]]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def scheduler_of(path: Path) -> str:
    """Return the address that a scheduler has written to a file."""
    import json

    return str(json.loads(path.read_text())["address"])


@pytest.mark.parametrize("disturbed", [False, True])
def test_a_cluster_gives_the_same_store_as_processes(
    cluster: tuple[str, list[int]], tmp_path: Path, disturbed: bool
) -> None:
    address, workers = cluster
    mirror = tmp_path / "mirror"
    publish(mirror, sources(mirror, 120, 2_000_000))
    words = [sys.executable, "-m", "lintian_ml", "archive", "scan", "--mirror", str(mirror), "--suite", "sid"]
    scan = subprocess.Popen(
        [*words, "--db", str(tmp_path / "db"), "--scheduler", address],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ),
    )  # fmt: skip
    if disturbed:
        wait_until(lambda: len(stored(tmp_path / "db")) > 0)
        os.kill(workers[0], signal.SIGKILL)
    out, errors = scan.communicate(timeout=120)
    assert scan.returncode == 0, errors
    assert out.startswith("120 packages done, ")
    run_command("archive", "scan", "--mirror", mirror, "--suite", "sid", "--db", tmp_path / "undisturbed")
    assert contents(tmp_path / "db", *UNDISTURBED) == contents(tmp_path / "undisturbed", *UNDISTURBED)


def test_a_scheduler_that_does_not_answer_ends_the_scan(tmp_path: Path) -> None:
    publish(tmp_path, sources(tmp_path, 1, 100))
    words = ("--mirror", tmp_path, "--suite", "sid", "--db", tmp_path / "db")
    done = run_command("archive", "scan", *words, "--scheduler", "tcp://127.0.0.1:1")
    assert (done.returncode, "no scheduler answers" in done.stderr, "Traceback" in done.stderr) == (
        1,
        True,
        False,
    )

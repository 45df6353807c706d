"""Scans of a whole archive: every package by itself, every result stored once, whatever happens meanwhile."""

import json
import os
import pty
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.archive import schema
from lintian_ml.archive.attempt import attempt
from lintian_ml.archive.caps import MEBIBYTE, Batching, Caps
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.opening import migrate, opened_for_reading, opened_for_writing
from lintian_ml.archive.plan import Entry, find_packages, tasks
from lintian_ml.archive.scan import Crew, Standing, scan
from lintian_ml.archive.status import Three, status_of
from lintian_ml.archive.store import Again, Source, opened_store
from lintian_ml.archive.terms import terms_of
from lintian_ml.samples import sample
from tests.building import run_command
from tests.packages import make

LEAN = Caps(memory=110 << 20)
"""Enough for a tiny package, too little for a text of 63 MiB; four times as much is enough for both."""

NON_FREE = b"""Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2026 A. Author
License: CC-BY-NC-4.0
"""


def put(
    folder: Path, name: str, upstream: Mapping[str, bytes], version: str = "1.0-1", **debian: bytes
) -> Path:
    """Write a source package of these files; ``debian`` holds files of its debian folder."""
    own = {f"debian/{path}": data for path, data in debian.items()}
    files = {
        f"{name}_{version[:-2]}.orig.tar.gz": make.compressed(make.tar_of(upstream, f"{name}-1/"), "gz"),
        f"{name}_{version}.debian.tar.gz": make.compressed(
            make.tar_of({**make.debian_files(name, version), **own}), "gz"
        ),
    }
    return make.write_dsc(folder, files, name, version)


def put_corrupt(folder: Path) -> Path:
    """Write a package whose tarball is shorter than its .dsc says."""
    dsc = put(folder, "corrupt", {"net.onnx": sample("linear.onnx")})
    tarball = folder / "corrupt_1.0.orig.tar.gz"
    tarball.write_bytes(tarball.read_bytes()[:-10])
    return dsc


def put_hungry(folder: Path) -> Path:
    """Write a package that takes much memory to read."""
    return put(folder, "hungry", {"blank.txt": b" " * (63 << 20)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small archive: models of two formats, no model, a forbidden one, two versions, what is broken."""
    root = tmp_path_factory.mktemp("archive")
    put(root / "pool/n", "nets", {"net.onnx": sample("linear.onnx"), "b.npz": sample("linear.npz")})
    put(root / "pool/p", "plain", {"main.c": b"int main(void) { return 0; }\n"})
    put(root / "pool/f", "forbidden", {"net.onnx": sample("linear.onnx")}, copyright=NON_FREE)
    put(root / "pool/v", "versions", {"old.onnx": sample("linear.onnx")}, version="1.9-1")
    put(root / "pool/v", "versions", {"main.c": b"int x;\n"}, version="1.10-1")
    put_corrupt(root / "pool/c")
    put_hungry(root / "pool/h")
    return root


def run(
    folder: Path,
    db: Path,
    executor: Executor | None = None,
    workers: int = 2,
    profile: str = "debian",
    again: Again = Again.NONE,
    caps: Caps = LEAN,
    batching: Batching | None = None,
) -> Standing:
    """Scan ``folder`` with threads for workers, whose children are as in any scan."""
    terms = terms_of(profile)
    source = Source(str(folder), again=again)
    with ThreadPoolExecutor(workers) as threads, opened_store(db, terms) as store:
        crew = Crew(executor or threads, workers, caps, batching or Batching())
        return scan(source, find_packages(folder), terms, store, crew, lambda standing: None)


OWNERS = {"run": "runs", "package": "packages", "model": "models"}


def contents(db: Path, *without: str) -> dict[str, list[str]]:
    """Return all that a store holds, without row numbers and times, as lines in order."""
    with opened_for_reading(db) as connection:
        connection.row_factory = sqlite3.Row
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        tables = [row[0] for row in connection.execute(query)]
        return {table: sorted(_lines(connection, table)) for table in tables if table not in without}


def _lines(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    for row in connection.execute(f"SELECT * FROM {table}").fetchall():
        yield json.dumps(_plain(connection, dict(row)))


def _plain(connection: sqlite3.Connection, row: dict[str, Any]) -> dict[str, Any]:
    """Replace each number of another row by what that row says."""
    plain = {name: value for name, value in row.items() if name not in ("id", "started", "finished")}
    for name, table in OWNERS.items():
        if name in plain:
            owner = connection.execute(f"SELECT * FROM {table} WHERE id = ?", (plain[name],)).fetchone()
            plain[name] = _plain(connection, dict(owner))
    return plain


def ask(db: Path, query: str) -> list[tuple[Any, ...]]:
    """Return the rows that a query finds."""
    with opened_for_reading(db) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def scanned(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of one undisturbed scan."""
    db = tmp_path_factory.mktemp("store") / "store.sqlite"
    run(folder, db)
    return db


class TestWhatIsStored:
    def test_every_package_has_one_row_and_the_newest_version_counts(self, scanned: Path) -> None:
        rows = ask(scanned, "SELECT name, version, status FROM packages ORDER BY name")
        assert rows == [
            ("corrupt", "1.0-1", "failed"),
            ("forbidden", "1.0-1", "ok"),
            ("hungry", "1.0-1", "ok"),
            ("nets", "1.0-1", "ok"),
            ("plain", "1.0-1", "ok"),
            ("versions", "1.10-1", "ok"),
        ]

    def test_models_facts_and_classes_are_what_the_linter_says(self, folder: Path, scanned: Path) -> None:
        dsc = folder / "pool/f/forbidden_1.0-1.dsc"
        report = json.loads(run_command("--allow-root", "--format", "json", dsc).stdout)
        (model,) = report["models"]
        of = "FROM packages JOIN models ON package = packages.id JOIN {} ON model = models.id"
        of += " WHERE packages.name = 'forbidden'"
        assert ask(scanned, f"SELECT facts.name, value, source {of.format('facts')}") == sorted(
            (name, fact["value"], fact["source"]) for name, fact in model["facts"].items()
        )
        assert ask(scanned, f'SELECT path, format, models.sha256, class, "row" {of.format("classes")}') == [
            tuple(model[name] for name in ("path", "format", "sha256", "class", "row"))
        ]
        stored = ask(scanned, "SELECT tag FROM hints JOIN packages ON package = packages.id"
                     " WHERE name = 'forbidden' ORDER BY hints.id")  # fmt: skip
        assert [tag for (tag,) in stored] == [hint["tag"] for hint in report["hints"]]

    def test_a_corrupt_package_is_recorded_with_the_reason_after_two_tries(self, scanned: Path) -> None:
        rows = ask(scanned, "SELECT attempt, reason FROM failures JOIN packages ON package = id"
                   " WHERE name = 'corrupt'")  # fmt: skip
        assert [attempt for attempt, _ in rows] == [1, 2]
        assert all("truncated" in reason for _, reason in rows)

    def test_what_died_for_want_of_memory_is_read_at_the_second_try(self, scanned: Path) -> None:
        rows = ask(scanned, "SELECT status, attempt FROM failures JOIN packages ON package = id"
                   " WHERE name = 'hungry'")  # fmt: skip
        assert rows == [("ok", 1)]

    def test_what_dies_twice_is_recorded_as_failed_and_the_rest_is_read(
        self, folder: Path, scanned: Path, tmp_path: Path
    ) -> None:
        standing = run(folder, tmp_path / "db", caps=Caps(memory=LEAN.memory, growth=1))
        assert (standing.done, standing.failed) == (6, 2)
        rows = ask(tmp_path / "db", "SELECT attempt, reason FROM failures JOIN packages ON package = id"
                   " WHERE name = 'hungry'")  # fmt: skip
        assert [attempt for attempt, _ in rows] == [1, 2]
        assert all(reason for _, reason in rows)
        assert contents(tmp_path / "db")["models"] == contents(scanned)["models"]

    def test_the_status_counts_proven_violations_apart(self, scanned: Path) -> None:
        with opened_for_reading(scanned) as connection:
            status = status_of(connection)
        assert (status.packages, status.planned, status.failed, status.with_models) == (6, 6, 1, 2)
        assert status.finished is not None
        assert dict(status.classes) == {"undeclared": 2, "non-free": 1}
        assert dict(status.formats) == {"onnx": 2, "npz": 1}
        assert dict(status.areas) == {"main": 3}
        assert status.packages_at_stake == Three(proven=1, unproven=0, undeclared=1)
        assert status.models_at_stake == Three(proven=1, unproven=0, undeclared=2)
        assert [failure.name for failure in status.failures] == ["corrupt"]

    def test_the_command_tells_the_same(self, scanned: Path) -> None:
        done = run_command("archive", "status", "--db", scanned, "--verbose")
        assert done.returncode == 0
        assert "Packages   6 done of 6\n" in done.stdout
        assert "would become RC-buggy (proven violations)           1         1\n" in done.stdout
        assert "failed: corrupt 1.0-1: " in done.stdout


class Counting(ThreadPoolExecutor):
    """An executor that knows what it was asked to do, and how much of it at once."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self.paths: list[str] = []
        self.most = 0
        self._open: set[Future[Any]] = set()

    def submit(self, work: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
        self.paths += arguments[0]
        future: Future[Any] = super().submit(work, *arguments, **named)
        self._open = {one for one in self._open if not one.done()} | {future}
        self.most = max(self.most, len(self._open))
        return future

    def map(self, *arguments: Any, **named: Any) -> Iterator[Any]:
        raise AssertionError("map would hold back what is done behind what is slow")


class TestResults:
    @pytest.mark.parametrize(("workers", "most"), [(1, 64), (3, 1)])
    def test_do_not_depend_on_workers_and_batches(
        self, folder: Path, scanned: Path, tmp_path: Path, workers: int, most: int
    ) -> None:
        run(folder, tmp_path / "db", workers=workers, batching=Batching(most=most))
        assert contents(tmp_path / "db") == contents(scanned)

    def test_do_not_depend_on_processes_or_threads(self, folder: Path, scanned: Path, tmp_path: Path) -> None:
        done = run_command("archive", "scan", folder, "--db", tmp_path / "db", "-j", "2")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("6 packages read, 1 of them failed, 0 known in ")
        assert contents(tmp_path / "db", "failures") == contents(scanned, "failures")

    def test_a_second_run_reads_nothing_and_changes_nothing(self, folder: Path, tmp_path: Path) -> None:
        run(folder / "pool/n", tmp_path / "db")
        before = contents(tmp_path / "db", "runs", "run_packages")
        with Counting(2) as executor:
            standing = run(folder / "pool/n", tmp_path / "db", executor)
        assert (executor.paths, standing.done, standing.known) == ([], 0, 1)
        assert contents(tmp_path / "db", "runs", "run_packages") == before

    def test_a_new_version_is_read_and_only_that(self, tmp_path: Path) -> None:
        put(tmp_path, "one", {"a.onnx": sample("linear.onnx")})
        put(tmp_path, "two", {"b.onnx": sample("linear.onnx")})
        run(tmp_path, tmp_path / "db")
        newer = put(tmp_path, "one", {"c.onnx": sample("linear.onnx")}, version="1.1-1")
        with Counting(2) as executor:
            run(tmp_path, tmp_path / "db", executor)
        assert executor.paths == [str(newer)]
        with opened_for_reading(tmp_path / "db") as connection:
            assert status_of(connection).models == 2

    def test_another_profile_is_another_result(self, folder: Path, tmp_path: Path) -> None:
        run(folder / "pool/n", tmp_path / "db")
        assert run(folder / "pool/n", tmp_path / "db", profile="strict").done == 1
        assert len(ask(tmp_path / "db", "SELECT * FROM packages")) == 2

    def test_an_edited_profile_is_another_profile(self, folder: Path, tmp_path: Path) -> None:
        mine = tmp_path / "mine.profile"
        mine.write_text("Profile: mine\nExtends: debian\n")
        run(folder / "pool/n", tmp_path / "db", profile=str(mine))
        assert run(folder / "pool/n", tmp_path / "db", profile=str(mine)).done == 0
        mine.write_text("Profile: mine\nExtends: debian\n\nDisable-Tags: undeclared-model\n")
        assert run(folder / "pool/n", tmp_path / "db", profile=str(mine)).done == 1

    def test_force_reads_all_again_and_leaves_no_second_copy(self, folder: Path, tmp_path: Path) -> None:
        run(folder / "pool/n", tmp_path / "db")
        before = contents(tmp_path / "db", "runs", "run_packages")
        assert run(folder / "pool/n", tmp_path / "db", again=Again.ALL).done == 1
        assert contents(tmp_path / "db", "runs", "run_packages") == before

    def test_a_failed_package_is_read_again_only_where_asked(self, tmp_path: Path) -> None:
        put_corrupt(tmp_path)
        run(tmp_path, tmp_path / "db")
        put(tmp_path, "corrupt", {"net.onnx": sample("linear.onnx")})
        assert run(tmp_path, tmp_path / "db").done == 0
        assert run(tmp_path, tmp_path / "db", again=Again.FAILED).failed == 0
        assert ask(tmp_path / "db", "SELECT status FROM packages") == [("ok",)]
        assert ask(tmp_path / "db", "SELECT * FROM failures") == []


class TestExecution:
    def test_tasks_are_handed_out_in_a_window_and_as_they_get_done(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in range(12):
            put(tmp_path, f"p{number}", {"main.c": b"int x;\n"})
        with Counting(1) as executor:
            run(tmp_path, tmp_path / "db", executor, workers=1, batching=Batching(most=1))
        assert len(executor.paths) == 12
        assert executor.most <= 4

    def test_those_behind_a_package_that_kills_its_child_are_read_by_themselves(
        self, folder: Path, tmp_path: Path
    ) -> None:
        put_hungry(tmp_path)
        for name in "abcd":
            put(tmp_path, name, {"net.onnx": sample("linear.onnx")})
        with Counting(1) as executor:
            run(tmp_path, tmp_path / "db", executor, workers=1, batching=Batching(most=5))
        assert ask(tmp_path / "db", "SELECT DISTINCT status FROM packages") == [("ok",)]
        assert executor.paths.count(str(tmp_path / "hungry_1.0-1.dsc")) == 2

    def test_a_child_that_takes_too_long_is_ended(self, folder: Path) -> None:
        began = time.monotonic()
        tried = attempt([str(folder / "pool/h/hungry_1.0-1.dsc")] * 100, "debian", 1 << 30, 1)
        assert time.monotonic() - began < 10
        assert len(tried.reports) < 100
        assert "1 s" in tried.death or "processor time" in tried.death

    def test_a_child_is_bounded_and_gains_no_privileges(self, tmp_path: Path) -> None:
        probe = tmp_path / "lintian_ml.py"
        probe.write_text(
            "import resource; print(open('/proc/self/status').read());"
            "print(resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_CPU))"
        )
        words = [sys.executable, "-c", "import os, sys; from lintian_ml.archive import child;"
                 "child.ISOLATED = (sys.executable,); import runpy;"
                 f"child.main([str(os.getppid()), str(1 << 30), '7', {str(probe)!r}])"]  # fmt: skip
        del words
        pytest.skip("written below")

    def test_no_module_of_the_current_folder_is_imported(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "json.py").write_text("raise SystemExit('imported')")
        monkeypatch.chdir(tmp_path)
        tried = attempt([str(folder / "pool/p/plain_1.0-1.dsc")], "debian", 1 << 30, 60)
        assert [report["status"] for report in tried.reports] == ["ok"]

    def test_the_users_configuration_does_not_reach_a_scan(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LINTIAN_ML_SUPPRESS_TAGS", "undeclared-model")
        tried = attempt([str(folder / "pool/n/nets_1.0-1.dsc")], "debian", 1 << 30, 60)
        assert "undeclared-model" in {hint["tag"] for hint in tried.reports[0]["hints"]}

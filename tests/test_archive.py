"""Scans of a whole archive: every package by itself, every result stored once, whatever happens meanwhile."""

import io
import json
import os
import pty
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml import cli
from lintian_ml.archive import child, rows, schema, sqlite
from lintian_ml.archive import scan as scanning
from lintian_ml.archive.attempt import attempt
from lintian_ml.archive.caps import MEBIBYTE, Batching, Caps
from lintian_ml.archive.caretaker import Caretaker
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.job import STARVED, Answer, Job
from lintian_ml.archive.opening import opened_for_reading, opened_for_writing
from lintian_ml.archive.plan import Entry, find_packages, tasks
from lintian_ml.archive.reading import asked
from lintian_ml.archive.scan import Crew, scan
from lintian_ml.archive.status import Three, status_of
from lintian_ml.archive.store import Again, Source, opened_store
from lintian_ml.archive.terms import terms_of
from lintian_ml.detection import Examiner
from lintian_ml.samples import sample
from tests.archive.scanning import (
    CAP,
    LEAN,
    NON_FREE,
    Counting,
    ask,
    children,
    contents,
    is_child,
    job,
    processes,
    put,
    put_corrupt,
    put_hungry,
    put_slow,
    rows_in,
    run,
    start,
    stored,
    wait_until,
)
from tests.building import run_command
from tests.packages import make


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small archive: models of two formats, no model, a forbidden one, two versions, what is broken."""
    root = tmp_path_factory.mktemp("archive")
    put(
        root / "pool/n",
        "nets",
        {"net.onnx": sample("linear.onnx"), "b.safetensors": sample("linear.safetensors")},
    )
    put(root / "pool/p", "plain", {"main.c": b"int main(void) { return 0; }\n"})
    put(root / "pool/f", "forbidden", {"net.onnx": sample("linear.onnx")}, copyright=NON_FREE)
    put(root / "pool/v", "versions", {"old.onnx": sample("linear.onnx")}, version="1.9-1")
    put(root / "pool/v", "versions", {"main.c": b"int x;\n"}, version="1.10-1")
    put_corrupt(root / "pool/c")
    put_hungry(root / "pool/h")
    return root


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
        told = f'SELECT path, format, models.sha256, class, "row" {of.format("classes")}'
        assert ask(scanned, f"{told} AND classes.profile = 'debian'") == [
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

    def test_what_fails_twice_for_want_of_memory_is_recorded_as_failed(
        self, folder: Path, tmp_path: Path
    ) -> None:
        standing = run(folder / "pool/h", tmp_path / "db", caps=Caps(memory=LEAN.memory, growth=1))
        assert (standing.done, standing.failed) == (1, 1)
        rows = ask(tmp_path / "db", "SELECT status, attempt FROM failures JOIN packages ON package = id")
        assert rows == [("failed", 1), ("failed", 2)]

    def test_the_status_counts_proven_violations_apart(self, scanned: Path) -> None:
        with opened_for_reading(scanned) as connection:
            status = status_of(connection)
        assert (status.packages, status.planned, status.failed, status.with_models) == (6, 6, 1, 2)
        assert status.finished is not None
        assert dict(status.classes) == {"undeclared": 2, "non-free": 1}
        assert dict(status.formats) == {"onnx": 2, "safetensors": 1}
        assert dict(status.areas) == {"main": 3}
        assert status.packages_at_stake == Three(proven=1, unproven=0, undeclared=1)
        assert status.models_at_stake == Three(proven=1, unproven=0, undeclared=2)
        assert [failure.name for failure in status.failures] == ["corrupt"]

    def test_the_command_tells_the_same(self, scanned: Path, capsys: pytest.CaptureFixture[str]) -> None:
        status, out, errors = main(capsys, "status", "--db", scanned, "--verbose")
        assert (status, errors) == (0, "")
        assert "Packages   6 done of 6\n" in out
        assert re.search(r"would become RC-buggy \(proven violations\) +1 +1\n", out)
        assert "failed: corrupt 1.0-1: " in out


class TestResults:
    def test_do_not_depend_on_workers_and_batches(self, folder: Path, scanned: Path, tmp_path: Path) -> None:
        with Counting(1) as executor:
            run(folder, tmp_path / "db", executor, workers=1, batching=Batching(most=3, busy=1))
        assert [len(task) for task in executor.tasks] == [3, 3, 1, 1]
        assert contents(tmp_path / "db") == contents(scanned)

    def test_do_not_depend_on_processes_or_threads(self, folder: Path, scanned: Path, tmp_path: Path) -> None:
        done = run_command("archive", "scan", folder, "--db", tmp_path / "db", "-j", "2")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("6 packages done, 1 of them failed, 0 known, ")
        assert contents(tmp_path / "db", "failures") == contents(scanned, "failures")

    def test_a_second_run_reads_nothing_and_changes_nothing(self, folder: Path, tmp_path: Path) -> None:
        run(folder / "pool/n", tmp_path / "db")
        before = contents(tmp_path / "db", "runs", "run_packages")
        with Counting(2) as executor:
            standing = run(folder / "pool/n", tmp_path / "db", executor)
        assert (executor.tasks, standing.done, standing.known) == ([], 0, 1)
        assert contents(tmp_path / "db", "runs", "run_packages") == before

    def test_a_new_version_is_read_and_only_that(self, tmp_path: Path) -> None:
        put(tmp_path, "one", {"a.onnx": sample("linear.onnx")})
        put(tmp_path, "two", {"b.onnx": sample("linear.onnx")})
        run(tmp_path, tmp_path / "db")
        newer = put(tmp_path, "one", {"c.onnx": sample("linear.onnx")}, version="1.1-1")
        with Counting(2) as executor:
            run(tmp_path, tmp_path / "db", executor)
        assert executor.tasks == [[str(newer)]]
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
    def test_tasks_are_handed_out_in_a_window_largest_first(self, tmp_path: Path) -> None:
        for number in range(5):
            put(tmp_path, f"p{number}", {"noise": random.Random(number).randbytes(1000 * number)})
        with Counting(1) as executor:
            run(tmp_path, tmp_path / "db", executor, workers=1)
        assert executor.tasks == [[str(tmp_path / f"p{number}_1.0-1.dsc")] for number in (4, 3, 2, 1, 0)]
        assert executor.most == 4

    def test_a_package_that_kills_its_child_costs_itself_only(self, tmp_path: Path) -> None:
        put_hungry(tmp_path)
        put(tmp_path, "a", {"net.onnx": sample("linear.onnx"), "noise": random.Random(0).randbytes(1000)})
        put(tmp_path, "b", {"net.onnx": sample("linear.onnx")})
        with Counting(1) as executor:
            run(tmp_path, tmp_path / "db", executor, workers=1, batching=Batching(busy=1))
        hungry, a, b = (str(tmp_path / f"{name}_1.0-1.dsc") for name in ("hungry", "a", "b"))
        assert executor.tasks == [[hungry, a, b], [hungry]]
        assert ask(tmp_path / "db", "SELECT DISTINCT status FROM packages") == [("ok",)]
        assert [number for (number,) in ask(tmp_path / "db", "SELECT attempt FROM failures")] == [1]

    def test_what_detection_had_no_memory_for_is_known_by_its_reason(self) -> None:
        class Greedy(Examiner):
            def _look(self, *arguments: Any) -> None:
                raise MemoryError

        examiner = Greedy()
        examiner.examine("file", 100, io.BytesIO(bytes(100)))
        assert [note.reason for note in examiner.not_examined] == [STARVED]

    def test_a_package_that_was_starved_is_tried_again_with_more(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given = []

        def starving(jobs: Sequence[Job], profile: str, memory: int) -> tuple[Answer, ...]:
            given.append(memory)
            answers = attempt(jobs, profile, CAP)
            return tuple(replace(answer, starved=len(given) == 1) for answer in answers)

        monkeypatch.setattr(scanning, "attempt", starving)
        run(folder / "pool/p", tmp_path / "db")
        assert given == [LEAN.memory, 4 * LEAN.memory]
        assert ask(tmp_path / "db", "SELECT attempt, reason FROM failures") == [(1, STARVED)]

    def test_a_child_that_takes_too_long_is_ended(self, tmp_path: Path) -> None:
        began = time.monotonic()
        (answer,) = attempt([job(put_slow(tmp_path), seconds=1)], "debian", 1 << 30)
        assert time.monotonic() - began < 10
        assert answer.rows is None
        assert answer.trouble in ("took longer than 1 s", "took more processor time than it may")

    def test_a_child_that_needs_more_memory_than_it_may_have_says_so(self, folder: Path) -> None:
        swollen = zlib.compress(b" " * (200 << 20), 1)
        wanted = replace(job(folder / "pool/p/plain_1.0-1.dsc"), inventory=swollen)
        (answer,) = attempt([wanted], "debian", LEAN.memory)
        assert (answer.rows, answer.trouble) == (None, "took more memory than it may")

    def test_a_child_is_bounded_and_can_gain_no_privileges(self, folder: Path) -> None:
        keeper = Caretaker(1 << 30)
        try:
            keeper.ask(asked(job(folder / "pool/p/plain_1.0-1.dsc", seconds=7), "debian"), 7)
            (proc,) = (Path("/proc") / number for number in children(os.getpid()) if is_child(number))
            limits = (proc / "limits").read_text()
            assert re.search(rf"Max address space +{1 << 30} ", limits)
            assert 7 <= int(re.findall(r"Max cpu time +(\d+) ", limits)[0]) <= 9
            assert re.search(r"Max core file size +0 +0 ", limits)
            assert "NoNewPrivs:\t1\n" in (proc / "status").read_text()
        finally:
            keeper.dismiss()
        assert not proc.exists()

    def test_no_module_of_the_current_folder_is_imported(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "json.py").write_text("raise SystemExit('imported')")
        monkeypatch.chdir(tmp_path)
        (answer,) = attempt([job(folder / "pool/p/plain_1.0-1.dsc")], "debian", CAP)
        assert rows_in(answer)["package"]["status"] == "ok"

    def test_the_users_configuration_does_not_reach_a_scan(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LINTIAN_ML_SUPPRESS_TAGS", "undeclared-model")
        (answer,) = attempt([job(folder / "pool/n/nets_1.0-1.dsc")], "debian", CAP)
        assert "undeclared-model" in {hint["tag"] for hint in rows_in(answer)["hints"]}

    def test_a_tool_that_is_replaced_meanwhile_ends_the_scan(self, folder: Path, tmp_path: Path) -> None:
        terms = replace(terms_of("debian"), tool_version="0")
        with (
            ThreadPoolExecutor(1) as threads,
            opened_store(tmp_path / "db", terms) as store,
            pytest.raises(ArchiveError, match="was replaced"),
        ):
            entries = find_packages(folder / "pool/p")
            scan(Source(""), entries, terms, store, Crew(threads, 1), lambda standing: None)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of packages that are too large to share a child."""
    root = tmp_path_factory.mktemp("large")
    for number in range(16):
        noise = random.Random(number).randbytes(MEBIBYTE + 1000 * number)
        put(root, f"p{number}", {"noise": noise, "net.onnx": sample("linear.onnx")})
    return root


class TestInterruption:
    def kill_when_stored(self, packages: int, large: Path, db: Path) -> None:
        """Scan until a child runs and so many packages are stored; kill the scan, and see all of it end."""
        mark = f"{db}-{packages}"
        process = start(large, db, mark)
        wait_until(lambda: any(child.MODULE in words for words in processes(mark)))
        wait_until(lambda: len(stored(db)) >= packages)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        wait_until(lambda: not processes(mark), 5)

    def test_a_scan_that_is_killed_goes_on_as_if_it_had_not_been(self, large: Path, tmp_path: Path) -> None:
        db = tmp_path / "db"
        before: set[str] = set()
        for moment in range(3):
            self.kill_when_stored(moment, large, db)
            assert before <= stored(db)
            before = stored(db)
        assert len(before) < 16
        done = run_command("archive", "scan", large, "--db", db, "-j", "1")
        assert done.stdout.startswith(
            f"{16 - len(before)} packages done, 0 of them failed, {len(before)} known"
        )
        run(large, tmp_path / "undisturbed")
        assert contents(db) == contents(tmp_path / "undisturbed")

    def test_ctrl_c_is_130_and_leaves_nothing_behind(self, large: Path, tmp_path: Path) -> None:
        db, mark = tmp_path / "db", str(tmp_path)
        process = start(large, db, mark)
        wait_until(lambda: bool(stored(db)))
        os.killpg(process.pid, signal.SIGINT)
        out, errors = process.communicate(timeout=10)
        assert (process.returncode, out, errors) == (130, "", "")
        assert not processes(mark)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["db"]
        assert ask(db, "PRAGMA integrity_check") == [("ok",)]
        assert ask(db, "SELECT finished FROM runs") == [(None,)]

    def test_a_worker_that_is_killed_ends_the_scan_with_1_and_what_is_done_stays(
        self, large: Path, tmp_path: Path
    ) -> None:
        db, mark = tmp_path / "db", str(tmp_path)
        process = start(large, db, mark)
        wait_until(lambda: bool(stored(db)))
        for child_of_it in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            if b"spawn_main" in Path(f"/proc/{child_of_it}/cmdline").read_bytes():
                os.kill(int(child_of_it), signal.SIGKILL)
        _, errors = process.communicate(timeout=10)
        assert process.returncode == 1
        assert "scan again to go on" in errors
        assert "Traceback" not in errors
        assert stored(db)
        wait_until(lambda: not processes(mark), 5)


def main(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    """Run the command in this process; return its status, its output and its errors."""
    status = cli.main(["archive", *map(str, words)])
    return status, *capsys.readouterr()


class TestStore:
    def test_a_new_file_is_brought_to_the_present_version(self, tmp_path: Path) -> None:
        with opened_for_writing(tmp_path / "db") as connection:
            assert connection.rows("PRAGMA user_version") == [(schema.VERSION,)]
            assert connection.rows("PRAGMA journal_mode") == [("wal",)]
            assert connection.rows("PRAGMA synchronous") == [(2,)]

    def test_an_older_store_is_migrated_and_keeps_what_it_holds(
        self, scanned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        older = tmp_path / "db"
        older.write_bytes(scanned.read_bytes())
        before = contents(older)
        monkeypatch.setattr(sqlite, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE later (id INTEGER);"))
        monkeypatch.setattr(sqlite, "VERSION", schema.VERSION + 1)
        with pytest.raises(ArchiveError, match="by an older lintian-ml"):
            contents(older)
        with opened_for_writing(older):
            pass
        assert contents(older) == before
        assert ask(older, "SELECT * FROM later") == []

    def test_a_store_of_the_first_version_is_migrated_and_scanned_into(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as past:
            past.setattr(sqlite, "MIGRATIONS", (schema.FIRST,))
            past.setattr(sqlite, "VERSION", 1)
            with opened_for_writing(tmp_path / "db") as connection:
                connection.change(
                    "INSERT INTO runs VALUES (1, '/srv', 0, 'none', 'debian', 'x', '0', '1', 5, 'then', NULL)"
                )
                connection.change(
                    "INSERT INTO packages (id, dsc_sha256, profile, profile_digest, tool_version, input,"
                    " size, detection_version, status, name, version, uploaders, binaries)"
                    " VALUES (1, 'y', 'debian', 'x', '0.0', 'old.dsc', 7, '1', 'ok', 'old', '1', '[]', '[]')"
                )
        run(folder / "pool/n", tmp_path / "db")
        assert ask(tmp_path / "db", "SELECT name, unavailable, read > 0 FROM packages ORDER BY id") == [
            ("old", 0, 0),
            ("nets", 0, 1),
        ]
        assert ask(tmp_path / "db", "SELECT source, read > 0 FROM runs ORDER BY id")[0] == ("/srv", 0)

    def test_a_migration_that_fails_leaves_the_store_as_it_was(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with opened_for_writing(tmp_path / "db"):
            pass
        broken = "CREATE TABLE later (id INTEGER); CREATE TABLE runs (id INTEGER);"
        monkeypatch.setattr(sqlite, "MIGRATIONS", (*schema.MIGRATIONS, broken))
        monkeypatch.setattr(sqlite, "VERSION", schema.VERSION + 1)
        with pytest.raises(ArchiveError, match="already exists"), opened_for_writing(tmp_path / "db"):
            pass
        monkeypatch.undo()
        assert ask(tmp_path / "db", "SELECT name FROM sqlite_master WHERE name = 'later'") == []

    def test_a_store_of_a_later_version_is_left_alone(self, tmp_path: Path) -> None:
        with opened_for_writing(tmp_path / "db") as connection:
            connection.change("PRAGMA user_version = 99")
        with pytest.raises(ArchiveError, match="newer lintian-ml"), opened_for_writing(tmp_path / "db"):
            pass
        with pytest.raises(ArchiveError, match="newer lintian-ml"), opened_for_reading(tmp_path / "db"):
            pass

    def test_the_database_of_another_program_is_left_alone(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with sqlite3.connect(tmp_path / "db") as other:
            other.execute("CREATE TABLE runs (id INTEGER)")
        other.close()
        before = (tmp_path / "db").read_bytes()
        status, _, errors = main(capsys, "scan", tmp_path, "--db", tmp_path / "db")
        assert (status, "is not a store" in errors) == (1, True)
        assert (tmp_path / "db").read_bytes() == before

    def test_what_is_no_database_is_left_alone(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "db").write_text("notes " * 100)
        for words in (("scan", tmp_path), ("status",)):
            status, _, errors = main(capsys, *words, "--db", tmp_path / "db")
            assert (status, "Traceback" in errors) == (1, False)
        assert (tmp_path / "db").read_text() == "notes " * 100

    def test_two_scans_do_not_write_to_one_store(self, folder: Path, tmp_path: Path) -> None:
        with opened_for_writing(tmp_path / "db"):
            done = run_command("archive", "scan", folder / "pool/p", "--db", tmp_path / "db")
        assert (done.returncode, "another scan" in done.stderr) == (1, True)

    def test_a_parameter_count_that_no_file_can_hold_is_stored_as_unknown(self) -> None:
        assert [rows.number(count) for count in (0, 1 << 62, 1 << 63, 1 << 70, None)] == [
            0, 1 << 62, None, None, None,
        ]  # fmt: skip


class TestPlan:
    @pytest.mark.parametrize(("versions", "newest"), [
        (("1.9-1", "1.10-1"), "1.10-1"), (("1.0~rc1-1", "1.0-1"), "1.0-1"), (("1:0.1-1", "2.0-1"), "1:0.1-1"),
    ])  # fmt: skip
    def test_only_the_newest_version_is_read_by_debians_order(
        self, tmp_path: Path, versions: tuple[str, str], newest: str
    ) -> None:
        for version in versions:
            (tmp_path / version).mkdir()
            make.write_dsc(tmp_path / version, {}, "tiny", version)
        assert [entry.version for entry in find_packages(tmp_path)] == [newest]
        assert len(find_packages(tmp_path, all_versions=True)) == 2

    def test_equal_packages_are_read_once(self, tmp_path: Path) -> None:
        put(tmp_path / "a", "one", {"x": b"1"})
        put(tmp_path / "b", "one", {"x": b"1"})
        (entry,) = find_packages(tmp_path, all_versions=True)
        assert entry.path == str(tmp_path / "a/one_1.0-1.dsc")

    def test_what_cannot_be_understood_is_a_package_that_fails(self, tmp_path: Path) -> None:
        (tmp_path / "bad_1.0.dsc").write_bytes(b"\xff\0 no package")
        (tmp_path / "gone_1.0.dsc").symlink_to("nowhere")
        os.mkfifo(tmp_path / "pipe_1.0.dsc")
        (tmp_path / os.fsdecode(b"b\xe4d_1.0.dsc")).write_text("Source: x\n")
        assert run(tmp_path, tmp_path / "db", batching=Batching(busy=1)).failed == 4
        rows = ask(tmp_path / "db", "SELECT name, version, status FROM packages ORDER BY name")
        assert [name for name, _, _ in rows] == ["bad", "gone", "pipe", "x"]
        assert {status for _, _, status in rows} == {"failed"}

    @pytest.mark.parametrize("name", ["nowhere", "file"])
    def test_a_folder_that_is_none_ends_the_scan(
        self, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "file").touch()
        status, _, errors = main(capsys, "scan", tmp_path / name, "--db", tmp_path / "db")
        assert (status, "cannot be looked into" in errors) == (1, True)

    def test_a_folder_without_packages_ends_the_scan(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        status, _, errors = main(capsys, "scan", tmp_path, "--db", tmp_path / "db")
        assert (status, "there is no .dsc" in errors) == (1, True)

    @given(
        st.lists(st.integers(0, 200), max_size=60),
        st.builds(Batching, st.integers(0, 100), st.integers(1, 9), st.integers(1, 300), st.integers(1, 4)),
        st.integers(1, 4),
    )
    def test_every_package_is_in_one_task_and_tasks_keep_their_bounds(
        self, sizes: list[int], batching: Batching, workers: int
    ) -> None:
        entries = [
            Entry(f"/{n}", str(n), size, "n", "1") for n, size in enumerate(sorted(sizes, reverse=True))
        ]
        made = list(tasks(entries, batching, workers))
        assert [entry for task in made for entry in task] == entries
        for task in made:
            if len(task) > 1:
                assert len(task) <= batching.most
                assert all(entry.size <= batching.small for entry in task)
                assert sum(entry.size for entry in task) <= batching.size


class TestCommand:
    def test_progress_is_drawn_on_a_terminal_only(self, folder: Path, tmp_path: Path) -> None:
        words = [sys.executable, "-m", "lintian_ml", "archive", "scan", str(folder / "pool/p"), "--db"]
        ours, theirs = pty.openpty()
        environment = {name: value for name, value in os.environ.items() if name != "CI"}
        subprocess.run(
            [*words, str(tmp_path / "db")],
            stderr=theirs,
            stdout=subprocess.DEVNULL,
            env=environment,
            check=True,
        )
        os.close(theirs)
        drawn = os.read(ours, 65536).decode()
        os.close(ours)
        assert "0/1 packages, " in drawn
        assert "1/1 packages, " in drawn
        assert re.search(r"[0-9.]+ (K|M)?i?B/s, ", drawn)
        assert "[##########] 100% " in drawn
        assert "0 s left" in drawn
        assert drawn.endswith("\r\033[K")

    def test_quiet_says_nothing(self, folder: Path, tmp_path: Path) -> None:
        done = run_command("archive", "scan", folder / "pool/p", "--db", tmp_path / "db", "-q")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    @pytest.mark.parametrize("words", [
        "", "scan", "scan x --db y -j 0", "scan x --db y --profile nosuch", "status", "status --db nowhere",
        "scan x --db y --force --retry-failed",
    ])  # fmt: skip
    def test_a_usage_error_is_1(
        self, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        status, out, errors = main(capsys, *words.split())
        assert (status, out, "Traceback" in errors) == (1, "", False)
        assert list(tmp_path.iterdir()) == []

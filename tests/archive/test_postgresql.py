"""A store in PostgreSQL: whatever SQLite would hold and answer, it does; on a server of the tests' own."""

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lintian_ml import cli
from lintian_ml.archive import postgresql, schema
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.opening import opened_for_reading, opened_for_writing
from lintian_ml.archive.query import filters, query
from lintian_ml.archive.site import site
from lintian_ml.archive.status import status_of
from lintian_ml.archive.store import Again
from lintian_ml.samples import sample
from tests.archive.scanning import (
    NON_FREE,
    Counting,
    ask,
    contents,
    processes,
    put,
    put_corrupt,
    run,
    start,
    stored,
    wait_until,
)
from tests.archive.server import running_server
from tests.building import run_command

Make = Callable[[], str]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server, by the URL of its databases."""
    with running_server() as url:
        yield url


_numbers = itertools.count()


@pytest.fixture
def db(server: str) -> str:
    """An empty database."""
    return new(server)


def new(server: str) -> str:
    """Make a database, and return its URL."""
    import psycopg2

    name = f"test{next(_numbers)}"
    connection = psycopg2.connect(server.format("postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    return server.format(name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packages with models of two classes, one without, one that fails, and names beyond ASCII."""
    root = tmp_path_factory.mktemp("folder")
    put(root, "bad", {"a.onnx": sample("linear.onnx"), "Ä%_.st": sample("linear.safetensors")},
        copyright=NON_FREE)  # fmt: skip
    put(root, "good", {"net.onnx": sample("linear.onnx")})
    put(root, "none", {"main.c": b"int main(void) { return 0; }\n"})
    put_corrupt(root)
    return root


@pytest.fixture(scope="module")
def both(folder: Path, server: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The same scans into a file and into a database: two runs, the second after an upload."""
    file, url = tmp_path_factory.mktemp("store") / "db", new(server)
    for place in (file, url):
        run(folder, place)
    put(folder, "good", {"net.onnx": sample("linear.onnx")}, version="1.1-1", copyright=NON_FREE)
    for place in (file, url):
        run(folder, place)
    return file, url


class TestSame:
    def test_the_store_is_the_same(self, both: tuple[Path, str]) -> None:
        file, url = both
        assert contents(file) == contents(url)
        assert ask(url, "SELECT count(*) FROM packages") == [(5,)]

    def test_the_status_is_the_same(self, both: tuple[Path, str]) -> None:
        told = []
        for place in both:
            with opened_for_reading(place) as database:
                status = status_of(database)
                told.append({name: getattr(status, name) for name in status.__slots__ if name not in TIMES})
        assert told[0] == told[1]
        assert told[0]["models"] == 3

    @pytest.mark.parametrize("words", [
        "", "class=non-free", "class!=non-free", "maintainer~TINY", "path~Ä%", "path~%_", "path~x%",
        "held=yes", "permitted=no", "permitted!=no|yes", "tag=undeclared-model", "license=not-dfsg",
        "status=failed", "status=ok class=unknown", "profile=strict", "uploader~jane format=onnx|safetensors",
    ])  # fmt: skip
    def test_queries_find_the_same(self, both: tuple[Path, str], words: str) -> None:
        found = []
        for place in both:
            with opened_for_reading(place) as database:
                found.append([repr(one) for one in query(database, filters([words]))])
        assert found[0] == found[1]

    def test_the_site_is_the_same(self, both: tuple[Path, str]) -> None:
        pages = []
        for place in both:
            with opened_for_reading(place) as database:
                pages.append({path: without_times(text) for path, text in site(database)})
        assert pages[0] == pages[1]
        assert "undeclared → non-free" in "".join(pages[0]["changes.html"])

    def test_the_commands_take_the_url(
        self, both: tuple[Path, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(["archive", "status", "--db", both[1]]) == 0
        assert "Packages   4 done of 4\n" in capsys.readouterr().out
        assert cli.main(["archive", "query", "--db", both[1], "class=non-free", "--output", "json"]) == 0
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        told = [(row["package"], row["permitted"]) for row in rows]
        assert told == [("bad", False), ("bad", False), ("good", False)]


TIMES = ("started", "finished", "seconds")


def without_times(text: str) -> list[str]:
    """Take out of a page what differs between two scans of the same packages."""
    others = ("run begun", "<updated>", *(f'"{name}"' for name in TIMES))
    return [line for line in text.splitlines() if not any(word in line for word in others)]


def kill_when_stored(packages: int, folder: Path, db: str, mark: str) -> None:
    """Scan until so many packages are stored; kill the scan, and see all of it end."""
    process = start(folder, db, mark)
    wait_until(lambda: len(stored(db)) >= packages or process.poll() is not None)
    process.kill()
    process.communicate()
    wait_until(lambda: not processes(mark), 5)


class TestScans:
    def test_a_second_run_reads_nothing(self, folder: Path, db: str) -> None:
        run(folder, db)
        with Counting(2) as executor:
            standing = run(folder, db, executor)
        assert (executor.tasks, standing.done, standing.known, standing.read) == ([], 0, 4, 0)

    def test_force_and_another_profile_leave_no_second_copy(self, folder: Path, db: str) -> None:
        run(folder, db)
        before = contents(db, "runs", "run_packages")
        run(folder, db, again=Again.ALL)
        assert contents(db, "runs", "run_packages") == before
        run(folder, db, profile="strict")
        assert ask(db, "SELECT count(*) FROM packages") == [(8,)]

    def test_older_runs_are_forgotten_as_in_a_file(self, folder: Path, db: str, tmp_path: Path) -> None:
        for place in (db, tmp_path / "db"):
            run(folder, place)
            run(folder, place, again=Again.ALL)
            assert cli.main(["archive", "prune", "--db", str(place), "--keep", "1"]) == 0
        assert ask(db, "SELECT count(*) FROM runs") == [(1,)]
        assert contents(db) == contents(tmp_path / "db")

    def test_a_killed_scan_goes_on_as_if_it_had_not_been(
        self, folder: Path, db: str, server: str, tmp_path: Path
    ) -> None:
        for moment in range(3):
            kill_when_stored(moment, folder, db, f"{tmp_path}-{moment}")
        done = run_command("archive", "scan", folder, "--db", db, "-q")
        assert (done.returncode, done.stderr) == (0, "")
        undisturbed = new(server)
        run(folder, undisturbed)
        assert contents(db, "runs", "run_packages") == contents(undisturbed, "runs", "run_packages")

    def test_a_store_is_made_by_the_command_and_told_of_while_it_is_written(
        self, folder: Path, db: str
    ) -> None:
        with opened_for_writing(db):
            done = run_command("archive", "status", "--db", db)
        assert (done.returncode, "holds no run" in done.stderr) == (1, True)


class TestBad:
    def test_two_scans_do_not_write_to_one_store(self, folder: Path, db: str) -> None:
        with opened_for_writing(db):
            done = run_command("archive", "scan", folder, "--db", db)
        assert (done.returncode, "another scan" in done.stderr, "Traceback" in done.stderr) == (
            1,
            True,
            False,
        )
        assert run_command("archive", "scan", folder, "--db", db).returncode == 0

    def test_an_empty_database_holds_no_store(self, db: str) -> None:
        with pytest.raises(ArchiveError, match="holds no store"), opened_for_reading(db):
            pass

    def test_a_database_of_another_program_is_left_alone(self, db: str) -> None:
        with postgresql._connected(db) as (connection, _):
            connection.exec_driver_sql("CREATE TABLE packages (id INTEGER)")
            connection.commit()
        with pytest.raises(ArchiveError, match="another program"), opened_for_writing(db):
            pass
        with pytest.raises(ArchiveError, match="holds no store"), opened_for_reading(db):
            pass

    def test_a_store_of_a_later_version_is_left_alone(self, db: str) -> None:
        with opened_for_writing(db) as database:
            database.change(f"UPDATE {postgresql.MARK} SET version = 99")
        for opened in (opened_for_reading, opened_for_writing):
            with pytest.raises(ArchiveError, match="newer lintian-ml"), opened(db):
                pass

    def test_an_older_store_is_migrated_and_keeps_what_it_holds(
        self, folder: Path, db: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as past:
            past.setattr(postgresql, "MIGRATIONS", schema.MIGRATIONS[:1])
            past.setattr(postgresql, "VERSION", 1)
            with opened_for_writing(db) as database:
                database.change(
                    "INSERT INTO runs VALUES"
                    " (1000, '/srv', false, 'none', 'debian', 'x', '0', '1', 5, 'then', 'later')"
                )
        with pytest.raises(ArchiveError, match="by an older lintian-ml"), opened_for_reading(db):
            pass
        run(folder, db)
        assert ask(db, "SELECT source, read FROM runs ORDER BY source LIMIT 1") == [("/srv", 0)]

    def test_a_migration_that_fails_leaves_the_store_as_it_was(
        self, db: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with opened_for_writing(db):
            pass
        broken = "CREATE TABLE later (id {key}); CREATE TABLE runs (id {key});"
        monkeypatch.setattr(postgresql, "MIGRATIONS", (*schema.MIGRATIONS, broken))
        monkeypatch.setattr(postgresql, "VERSION", schema.VERSION + 1)
        with pytest.raises(ArchiveError, match="already exists"), opened_for_writing(db):
            pass
        monkeypatch.undo()
        assert ask(db, "SELECT to_regclass('later') IS NULL") == [(True,)]

    def test_what_breaks_off_a_transaction_undoes_all_of_it(self, db: str) -> None:
        with opened_for_writing(db) as database:
            with pytest.raises(KeyError), database.transaction(durable=False):
                database.change("INSERT INTO layers VALUES (:key, :key, :data)", {"key": "x", "data": b"\0"})
                raise KeyError
            assert database.rows("SELECT * FROM layers") == []

    @pytest.mark.parametrize(("url", "why"), [
        ("postgresql://nobody:secret@/x?host=/nonexistent", "/nonexistent"),
        ("mysql://x", "PostgreSQL"), ("https://example.org/", "PostgreSQL"),
    ])  # fmt: skip
    def test_an_url_that_leads_nowhere_is_told_without_its_password(
        self, url: str, why: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        if url.startswith("postgresql:"):
            pytest.importorskip("sqlalchemy")
            pytest.importorskip("psycopg2")
        assert cli.main(["archive", "status", "--db", url]) == 1
        errors = capsys.readouterr().err
        assert (why in errors, "secret" in errors, "Traceback" in errors) == (True, False, False)

    def test_a_connection_that_ends_ends_the_scan(self, db: str) -> None:
        with pytest.raises(ArchiveError, match=r"terminat|closed"), opened_for_writing(db) as database:
            database.rows("SELECT pg_terminate_backend(pg_backend_pid())")

"""Older runs can be forgotten: what later ones know stays, and the next scan still reads nothing twice."""

from pathlib import Path

import pytest

from lintian_ml import cli
from lintian_ml.samples import sample
from tests.archive.scanning import ask, contents, put, run


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """A store of three runs, of which each read one package more, and of one over another folder."""
    pool, db = tmp_path / "pool", tmp_path / "db"
    put(pool, "stays", {"net.onnx": sample("linear.onnx")})
    for version in ("1.0-1", "1.1-1", "1.2-1"):
        put(pool, "moves", {"net.onnx": sample("linear.onnx"), "v": version.encode()}, version=version)
        run(pool, db)
    put(tmp_path / "other", "apart", {"net.onnx": sample("linear.onnx")})
    run(tmp_path / "other", db)
    return db


def prune(db: Path, *words: str) -> int:
    """Prune by command."""
    return cli.main(["archive", "prune", "--db", str(db), *words])


def test_what_the_last_runs_know_stays(db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prune(db, "--keep", "1") == 0
    assert capsys.readouterr().out == "2 runs and 2 packages taken out\n"
    left = ask(db, "SELECT name, version FROM packages ORDER BY name")
    assert left == [("apart", "1.0-1"), ("moves", "1.2-1"), ("stays", "1.0-1")]
    for table in ("models", "inventories", "layers"):
        assert ask(db, f"SELECT count(*) FROM {table}") == [(3,)]
    assert ask(db, "PRAGMA foreign_key_check") == []


def test_the_next_scan_reads_nothing_twice(db: Path, tmp_path: Path) -> None:
    prune(db, "--keep", "1")
    standing = run(tmp_path / "pool", db)
    assert (standing.done, standing.known, standing.read) == (0, 2, 0)


def test_few_runs_are_all_kept(db: Path) -> None:
    before = contents(db)
    assert prune(db) == 0
    assert contents(db) == before


@pytest.mark.parametrize("keep", ["0", "-1", "x"])
def test_at_least_one_run_is_kept(db: Path, keep: str) -> None:
    assert prune(db, "--keep", keep) == 1


def test_no_store_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prune(tmp_path / "nowhere") == 1
    assert not (tmp_path / "nowhere").exists()
    assert "no such store" in capsys.readouterr().err

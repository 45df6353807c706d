"""What was found is found once: a tarball is read again only where detection changed."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lintian_ml.archive import inventory
from lintian_ml.archive import store as stores
from lintian_ml.archive.inventory import packed, unpacked
from lintian_ml.archive.rows import rows_of
from lintian_ml.archive.store import Again
from lintian_ml.archive.terms import Terms, terms_of
from lintian_ml.detection import Examiner, Hook, LfsPointer, NotExamined, When
from lintian_ml.package import Package, read_packages
from lintian_ml.registry import find_profile
from lintian_ml.run import Settings, judge
from lintian_ml.samples import sample
from tests.archive import scanning
from tests.archive.scanning import Counting, ask, contents, put, run

UNDISTURBED = ("runs", "run_packages")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Some packages, with and without models."""
    put(tmp_path / "pool", "net", {"net.onnx": sample("linear.onnx"), "m/b.npz": sample("linear.npz")})
    put(tmp_path / "pool", "none", {"main.c": b"int main(void) { return 0; }\n"})
    put(tmp_path / "pool", "said", {"x": b"nothing"}, models=b"Format: x\n\nModel: a\nBuilt-Files: y\n")
    return tmp_path / "pool"


def packages(folder: Path) -> Iterator[Package]:
    """Yield the packages of a folder, read afresh."""
    for path in sorted(folder.glob("*.dsc")):
        yield from read_packages(path, Examiner)


def take_tarballs_away(folder: Path) -> None:
    """Leave nothing of the packages but what lists them."""
    for path in folder.glob("*.tar.*"):
        path.unlink()


class TestInventories:
    def test_a_package_with_something_to_say_comes_back_as_it_was(self, folder: Path) -> None:
        for package in packages(folder):
            if package.name != "none":
                assert unpacked(packed(package) or b"") == package

    def test_every_kind_of_finding_comes_back(self, folder: Path) -> None:
        package = replace(
            next(packages(folder)),
            not_examined=(NotExamined("a\udce4", "why"),),
            hooks=(Hook("debian/rules", 3, "https://example.org/x.onnx", When.BUILD, True, True),),
            pointers=(LfsPointer("p", "0" * 64, 5),),
            suite=None,
        )
        assert unpacked(packed(package) or b"") == package

    def test_of_a_package_with_nothing_to_say_little_is_kept(self, folder: Path) -> None:
        (package,) = (package for package in packages(folder) if package.name == "none")
        kept = unpacked(packed(package) or b"")
        assert package.files
        assert kept == replace(package, files={}, texts={})

    def test_a_judgement_does_not_depend_on_where_the_package_comes_from(self, folder: Path) -> None:
        settings = Settings(find_profile("debian"), readings=(find_profile("strict"),))
        for package in packages(folder):
            again = unpacked(packed(package) or b"")
            assert rows_of(judge(again, settings)) == rows_of(judge(package, settings))

    def test_one_that_is_too_large_is_not_kept(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(inventory, "LARGEST", 10)
        assert packed(next(packages(folder))) is None


class TestScans:
    def test_a_second_scan_reads_no_byte_of_a_tarball(self, folder: Path, tmp_path: Path) -> None:
        sizes = sum(path.stat().st_size for path in folder.glob("*.tar.*"))
        assert run(folder, tmp_path / "db").read == sizes
        before = contents(tmp_path / "db", *UNDISTURBED)
        take_tarballs_away(folder)
        assert run(folder, tmp_path / "db").read == 0
        assert contents(tmp_path / "db", *UNDISTURBED) == before
        assert ask(tmp_path / "db", "SELECT read FROM runs") == [(sizes,), (0,)]

    def test_another_profile_judges_again_without_a_tarball(self, folder: Path, tmp_path: Path) -> None:
        run(folder, tmp_path / "db", profile="strict")
        take_tarballs_away(folder)
        standing = run(folder, tmp_path / "db", profile="debian")
        assert (standing.done, standing.failed, standing.read) == (3, 0, 0)
        rows = ask(tmp_path / "db", "SELECT name, path FROM models JOIN packages ON package = packages.id"
                   " WHERE profile = 'debian' ORDER BY 1, 2")  # fmt: skip
        assert rows == [("net", "m/b.npz"), ("net", "net.onnx"), ("said", "y")]

    def test_judged_again_is_judged_as_if_read(self, folder: Path, tmp_path: Path) -> None:
        run(folder, tmp_path / "db", profile="strict")
        run(folder, tmp_path / "db", profile="debian")
        run(folder, tmp_path / "fresh", profile="debian")
        for table in ("models", "facts", "classes", "hints"):
            again = [line for line in contents(tmp_path / "db")[table] if by(line, "debian")]
            assert unread(again) == unread(contents(tmp_path / "fresh")[table]) != []

    def test_another_detection_reads_again(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read = run(folder, tmp_path / "db").read
        monkeypatch.setattr(stores, "VERSION", "another")
        monkeypatch.setattr(scanning, "terms_of", lambda name: later(terms_of(name)))
        assert run(folder, tmp_path / "db").read == read > 0
        assert ask(tmp_path / "db", "SELECT DISTINCT version FROM inventories") == [("another",)]

    def test_force_reads_again(self, folder: Path, tmp_path: Path) -> None:
        read = run(folder, tmp_path / "db").read
        assert run(folder, tmp_path / "db", again=Again.ALL).read == read

    def test_what_is_missing_is_unavailable_and_looked_for_again(self, folder: Path, tmp_path: Path) -> None:
        lost = folder / "net_1.0.orig.tar.gz"
        data = lost.read_bytes()
        lost.unlink()
        standing = run(folder, tmp_path / "db")
        assert (standing.failed, standing.absent) == (1, 1)
        rows = ask(tmp_path / "db", "SELECT name, reason FROM packages JOIN failures ON package = id"
                   " WHERE unavailable")  # fmt: skip
        assert rows == [("net", f"{lost}: is not there")]
        lost.write_bytes(data)
        with Counting(2) as executor:
            assert run(folder, tmp_path / "db", executor).failed == 0
        assert executor.tasks == [[str(folder / "net_1.0-1.dsc")]]
        assert ask(tmp_path / "db", "SELECT count(*) FROM packages WHERE unavailable") == [(0,)]


def later(terms: Terms) -> Terms:
    """Return the terms of a program that detects otherwise."""
    return replace(terms, detection_version="another")


def by(line: str, profile: str) -> bool:
    """Whether a row belongs to a package that was judged by a profile."""
    return f'"profile": "{profile}", "profile_digest"' in line


def unread(lines: list[str]) -> list[str]:
    """Return rows without the number of bytes that were read for them."""
    return sorted(re.sub(r'"read": \d+', "", line) for line in lines)

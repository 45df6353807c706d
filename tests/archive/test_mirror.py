"""Mirrors: their indices say what is read, and nothing that they do not vouch for is."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.mirror import Mirror, find_sources
from lintian_ml.archive.plan import Entry
from lintian_ml.samples import sample
from tests.archive.mirrors import Put, publish, put, sources
from tests.archive.scanning import ask, contents
from tests.building import run_command

MODEL = {"net.onnx": sample("linear.onnx")}


def names(entries: Iterable[Entry]) -> list[str]:
    """Return name and version of each entry."""
    return [f"{entry.name} {entry.version}" for entry in entries]


def found(
    root: Path, *suites: str, all_versions: bool = False, components: tuple[str, ...] = ()
) -> list[str]:
    """Return the packages that a mirror has, in their order."""
    return names(find_sources(Mirror(root, suites or ("sid",), components), all_versions=all_versions))


class TestLayouts:
    @pytest.mark.parametrize("by_hash", [False, True])
    @pytest.mark.parametrize("packing", [".xz", ".gz", ""])
    def test_an_index_is_found_by_name_or_by_digest_in_any_packing(
        self, tmp_path: Path, packing: str, by_hash: bool
    ) -> None:
        index = publish(tmp_path, [put(tmp_path, "one")], packing=packing, by_hash=by_hash)
        assert ("by-hash" in str(index)) == by_hash
        assert found(tmp_path) == ["one 1.0-1"]

    def test_a_signed_release_is_read(self, tmp_path: Path) -> None:
        publish(tmp_path, [put(tmp_path, "one")])
        release = tmp_path / "dists/sid/Release"
        head = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
        tail = "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n"
        release.with_name("InRelease").write_text(head + release.read_text() + tail)
        release.unlink()
        assert found(tmp_path) == ["one 1.0-1"]

    def test_all_components_are_read_or_those_that_are_named(self, tmp_path: Path) -> None:
        publish(tmp_path, [put(tmp_path, "one")])
        publish(tmp_path, [put(tmp_path, "two", component="contrib")], component="contrib")
        assert sorted(found(tmp_path)) == ["one 1.0-1", "two 1.0-1"]
        assert found(tmp_path, components=("contrib",)) == ["two 1.0-1"]

    def test_of_several_suites_the_newest_version_of_each_source_is_read(self, tmp_path: Path) -> None:
        older, newer = put(tmp_path, "one", "1.9-1"), put(tmp_path, "one", "1.10-1")
        publish(tmp_path, [older, put(tmp_path, "two")], "trixie")
        publish(tmp_path, [newer], "sid")
        assert sorted(found(tmp_path, "trixie", "sid")) == ["one 1.10-1", "two 1.0-1"]
        assert len(found(tmp_path, "trixie", "sid", all_versions=True)) == 3

    def test_a_package_of_two_suites_is_read_once(self, tmp_path: Path) -> None:
        both = [put(tmp_path, "one")]
        publish(tmp_path, both, "trixie")
        publish(tmp_path, both, "sid")
        assert found(tmp_path, "trixie", "sid", all_versions=True) == ["one 1.0-1"]

    def test_what_is_only_kept_for_built_packages_is_left_out(self, tmp_path: Path) -> None:
        kept = put(tmp_path, "kept", more="Extra-Source-Only: yes\n")
        publish(tmp_path, [kept, put(tmp_path, "one")])
        assert found(tmp_path) == ["one 1.0-1"]

    def test_large_packages_come_first(self, tmp_path: Path) -> None:
        sizes = {"small": 10, "large": 30_000, "middle": 9_000}
        files = {name: {"noise": (name * size).encode()[:size]} for name, size in sizes.items()}
        publish(tmp_path, [put(tmp_path, name, upstream=one, suffix="tar") for name, one in files.items()])
        assert found(tmp_path) == ["large 1.0-1", "middle 1.0-1", "small 1.0-1"]


class TestScans:
    def test_the_command_reads_a_mirror(self, tmp_path: Path) -> None:
        publish(tmp_path / "mirror", sources(tmp_path / "mirror", 30, 60_000))
        words = ("--mirror", tmp_path / "mirror", "--suite", "sid", "--component", "main", "-j", "2")
        done = run_command("archive", "scan", *words, "--db", tmp_path / "db")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("30 packages done, 0 of them failed, 0 known, ")
        assert ask(tmp_path / "db", "SELECT count(*) FROM models WHERE held") == [(3,)]

    def test_a_mirror_and_its_pool_as_a_folder_give_the_same_models(self, tmp_path: Path) -> None:
        publish(tmp_path / "mirror", [put(tmp_path / "mirror", "one", upstream=MODEL)])
        words = ("--mirror", tmp_path / "mirror", "--suite", "sid")
        run_command("archive", "scan", *words, "--db", tmp_path / "a")
        run_command("archive", "scan", tmp_path / "mirror/pool", "--db", tmp_path / "b")
        for table in ("packages", "models", "facts", "classes", "hints", "inventories"):
            assert contents(tmp_path / "a")[table] == contents(tmp_path / "b")[table] != []

    @pytest.mark.parametrize("words", [
        ["--suite", "sid"], ["--mirror", "x"], ["x", "--mirror", "x", "--suite", "sid"],
        ["x", "--suite", "sid"],
    ])  # fmt: skip
    def test_half_a_command_is_refused(self, tmp_path: Path, words: list[str]) -> None:
        done = run_command("archive", "scan", *words, "--db", tmp_path / "db")
        assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (1, "", False)
        assert not (tmp_path / "db").exists()


class TestBadMirrors:
    def refused(self, root: Path, match: str, *suites: str, components: tuple[str, ...] = ()) -> None:
        with pytest.raises(ArchiveError, match=match):
            find_sources(Mirror(root, suites or ("sid",), components))

    def test_a_folder_that_is_no_mirror(self, tmp_path: Path) -> None:
        self.refused(tmp_path, "neither InRelease nor Release")

    @pytest.mark.parametrize("suite", ["../../etc", "/etc", "", "a/../../b"])
    def test_a_suite_that_leads_out_of_the_mirror(self, tmp_path: Path, suite: str) -> None:
        self.refused(tmp_path, "no path below it|neither InRelease", suite)

    def test_a_component_that_is_not_there(self, tmp_path: Path) -> None:
        publish(tmp_path, [put(tmp_path, "one")])
        self.refused(tmp_path, "has no component non-free, only main", components=("non-free",))

    def test_an_index_that_is_not_what_is_listed(self, tmp_path: Path) -> None:
        index = publish(tmp_path, [put(tmp_path, "one")])
        data = index.read_bytes()
        index.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        self.refused(tmp_path, "is not what is listed")

    def test_an_index_that_is_missing(self, tmp_path: Path) -> None:
        publish(tmp_path, [put(tmp_path, "one")]).unlink()
        self.refused(tmp_path, "none of the lists of sources that it names is there")

    def test_a_release_that_is_noise(self, tmp_path: Path) -> None:
        publish(tmp_path, [put(tmp_path, "one")])
        (tmp_path / "dists/sid/Release").write_bytes(bytes(range(256)) * 10)
        self.refused(tmp_path, "lists no sources|cannot be read")

    def test_an_index_of_noise(self, tmp_path: Path) -> None:
        publish(tmp_path, [], more="\0\xff: x\n\nPackage: \n", packing="")
        assert all(entry.fault for entry in find_sources(Mirror(tmp_path, ("sid",))))

    @pytest.mark.parametrize("field", ["Package", "Version", "Directory", "Checksums-Sha256"])
    def test_a_stanza_without_a_field_is_a_package_that_fails(self, tmp_path: Path, field: str) -> None:
        whole = put(tmp_path, "two")
        cut = re.sub(rf"(?m)^{field}:.*\n( .*\n)*", "", put(tmp_path, "one").stanza)
        publish(tmp_path, [whole], more="\n" + cut)
        words = ("--mirror", tmp_path, "--suite", "sid", "--db", tmp_path / "db")
        done = run_command("archive", "scan", *words)
        assert done.stdout.startswith("2 packages done, 1 of them failed, ")
        ((reason,),) = ask(tmp_path / "db", "SELECT reason FROM failures")
        assert reason.endswith(f"stanza 2: has no {field}")
        assert run_command("archive", "scan", *words).stdout.startswith("0 packages done, ")

    @pytest.mark.parametrize("row", [
        f" {'0' * 64} 10 ../../evil.dsc", f" {'0' * 64} x one.dsc", f" {'0' * 64} 10 one.tar.gz", " ",
    ])  # fmt: skip
    def test_a_stanza_that_names_no_plain_files_is_never_followed(self, tmp_path: Path, row: str) -> None:
        stanza = f"Package: one\nVersion: 1\nDirectory: pool/o\nChecksums-Sha256:\n{row}\n"
        publish(tmp_path, [], more=stanza)
        (entry,) = find_sources(Mirror(tmp_path, ("sid",)))
        assert entry.fault

    @pytest.mark.parametrize("folder", ["/etc", "../x", "pool/../../x"])
    def test_a_stanza_whose_folder_leads_out_is_never_followed(self, tmp_path: Path, folder: str) -> None:
        publish(tmp_path, [Put("one", "1", folder, (("one.dsc", 10, "0" * 64),))])
        (entry,) = find_sources(Mirror(tmp_path, ("sid",)))
        assert "no path below it" in entry.fault

    @given(st.text(max_size=200))
    def test_no_index_breaks_the_plan(self, tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
        root = tmp_path_factory.mktemp("mirror")
        publish(root, [], more=text.encode("utf-8", "replace").decode(), packing="")
        try:
            entries = find_sources(Mirror(root, ("sid",)))
        except ArchiveError:
            return
        assert all(entry.fault or Path(entry.path).is_relative_to(root) for entry in entries)

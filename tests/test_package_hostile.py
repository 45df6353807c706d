"""Whatever a package is made of, reading it ends in a package, a note or a sentence."""

import gzip
import io
import os
import tarfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintian_ml.container.limits import Limits
from lintian_ml.container.stream import Source
from lintian_ml.detection import FoundModel, Hook, NotExamined
from lintian_ml.error import FormatError, LintianMLError, PackageError
from lintian_ml.package import Kind, Package, keep, package_from_files, read_packages
from lintian_ml.package.binary import parts
from lintian_ml.package.diff import read_changes
from lintian_ml.package.keep import MOST
from tests.packages import make


class Names:
    """An eye that keeps the names it was shown, and reads a little of each file."""

    def __init__(self) -> None:
        self.models: list[FoundModel] = []
        self.not_examined: list[NotExamined] = []
        self.hooks: dict[str, tuple[Hook, ...]] = {}
        self.seen: list[str] = []

    def examine(self, path: str, size: int, reader: Source) -> None:
        self.seen.append(path)
        reader.read(min(size, 100))


def read(path: Path, limits: Limits | None = None) -> tuple[Package, Names]:
    eyes: list[Names] = []

    def make_eye() -> Names:
        eyes.append(Names())
        return eyes[-1]

    (package,) = read_packages(path, make_eye, limits)
    return package, eyes[0]


def trouble(path: Path) -> str:
    """Return the sentence that says why ``path`` cannot be read."""
    with pytest.raises(PackageError) as caught:
        list(read_packages(path, Names))
    return str(caught.value)


def native(folder: Path, *entries: tuple[tarfile.TarInfo, bytes]) -> Path:
    """Write a native package of these members, and a debian folder."""
    debian = make.debian_files("tiny", "1.0", "3.0 (native)")
    plain = [make.entry(f"tiny/{path}", data) for path, data in debian.items()]
    files = {"tiny_1.0.tar.gz": make.compressed(make.tar(*plain, *entries), "gz")}
    return make.write_dsc(folder, files, version="1.0", source_format="3.0 (native)")


@pytest.mark.parametrize(
    "name", ["a.dsc", "a.changes", "a.buildinfo", "a.deb", "a.tar.gz", "a.txt", "folder"]
)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    assert f"{tmp_path / name}: does not exist" in trouble(tmp_path / name)


@pytest.mark.parametrize("name", ["a.dsc", "a.changes", "a.buildinfo", "a.deb", "a.tar.gz"])
def test_an_empty_file_is_no_package(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert str(tmp_path / name) in trouble(tmp_path / name)


@pytest.mark.parametrize("name", ["a.dsc", "a.changes", "a.buildinfo", "a.deb"])
@pytest.mark.parametrize(
    "content", [b"hello\nworld\n", b"\0\1\2\xff" * 99, b"Source: x\n", b": \n\n:", b"\xff: \xfe\n"]
)
def test_what_is_not_what_its_name_says_is_no_package(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert str(tmp_path / name) in trouble(tmp_path / name)


def test_a_folder_named_as_a_dsc_is_a_folder_without_debian(tmp_path: Path) -> None:
    (tmp_path / "a.dsc").mkdir()
    assert "has no debian folder" in trouble(tmp_path / "a.dsc")


def test_a_folder_whose_debian_is_a_link_has_no_debian_folder(tmp_path: Path) -> None:
    (tmp_path / "debian").symlink_to("/etc")
    assert "has no debian folder" in trouble(tmp_path)


def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.dsc")
    assert "is not a regular file" in trouble(tmp_path / "a.dsc")


def test_a_missing_tarball_is_named(tmp_path: Path) -> None:
    dsc = make.write_quilt(tmp_path, {"a": b"b"})
    (tmp_path / "tiny_1.0.orig.tar.xz").unlink()
    assert "tiny_1.0.orig.tar.xz: does not exist" in trouble(dsc)


def test_a_truncated_tarball_is_named(tmp_path: Path) -> None:
    dsc = make.write_quilt(tmp_path, {"a": os.urandom(5000)})
    tarball = tmp_path / "tiny_1.0.orig.tar.xz"
    tarball.write_bytes(tarball.read_bytes()[:-2000])
    assert "tiny_1.0.orig.tar.xz: truncated" in trouble(dsc)


@pytest.mark.parametrize("offset", [0, 30, 2000, -1])
def test_a_changed_tarball_is_named_whatever_was_changed(tmp_path: Path, offset: int) -> None:
    dsc = make.write_quilt(tmp_path, {"a": os.urandom(5000)})
    tarball = tmp_path / "tiny_1.0.orig.tar.xz"
    data = bytearray(tarball.read_bytes())
    data[offset] ^= 1
    tarball.write_bytes(data)
    assert "tiny_1.0.orig.tar.xz: SHA-256 is" in trouble(dsc)


def test_a_changed_signature_is_named_too(tmp_path: Path) -> None:
    dsc = make.write_quilt(tmp_path, {"a": b"b"}, more={"tiny_1.0.orig.tar.xz.asc": b"one"})
    (tmp_path / "tiny_1.0.orig.tar.xz.asc").write_bytes(b"two")
    assert "tiny_1.0.orig.tar.xz.asc: SHA-256 is" in trouble(dsc)


def test_a_tarball_that_is_none_though_its_digest_fits_is_named(tmp_path: Path) -> None:
    dsc = make.write_dsc(tmp_path, {"tiny_1.0.orig.tar.gz": gzip.compress(b"no tar archive" * 99)})
    assert "tiny_1.0.orig.tar.gz: " in trouble(dsc)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/b.tar.gz", "..", ".hidden.tar.gz"])
@pytest.mark.parametrize("field", ["Checksums-Sha256", "Files"])
def test_no_name_in_a_dsc_leads_elsewhere(tmp_path: Path, name: str, field: str) -> None:
    dsc = tmp_path / "a.dsc"
    dsc.write_text(f"Format: 1.0\nSource: a\nVersion: 1\n{field}:\n {'0' * 64} 10 {name}\n")
    assert "no plain file name" in trouble(dsc)


@pytest.mark.parametrize("row", ["abc", "a b c", "a -1 c", "a 1", "a ٣ c", f"a {'9' * 5000} c"])
def test_a_malformed_row_is_named(tmp_path: Path, row: str) -> None:
    dsc = tmp_path / "a.dsc"
    dsc.write_text(f"Format: 1.0\nSource: a\nVersion: 1\nFiles:\n {row}\n")
    assert "malformed line" in trouble(dsc)


def test_a_dsc_without_a_main_tarball_is_no_package(tmp_path: Path) -> None:
    assert "lists none" in trouble(make.write_dsc(tmp_path, {"tiny_1.0-1.debian.tar.gz": b""}))


def test_a_dsc_that_contradicts_itself_is_no_package(tmp_path: Path) -> None:
    dsc = make.write_quilt(tmp_path, {"a": b"b"})
    sums, files = dsc.read_text().split("Files:\n")
    dsc.write_text(sums + "Files:\n" + files.replace(" tiny_1.0.orig", "0 tiny_1.0.orig"))
    assert "two sizes" in trouble(dsc)


def test_an_unknown_source_format_is_noted_file_by_file(tmp_path: Path) -> None:
    package, _ = read(make.write_dsc(tmp_path, {"tiny_1.0.git": b"a bundle"}, source_format="3.0 (git)"))
    assert [note.path for note in package.not_examined] == ["tiny_1.0.git"]
    assert not package.files


@pytest.mark.parametrize("number", ["1", "2"])
def test_a_symlink_loop_is_data(tmp_path: Path, number: str) -> None:
    loop = make.entry("tiny/loop", type=tarfile.SYMTYPE, linkname="loop")
    self_link = make.entry("tiny/self", type=tarfile.LNKTYPE, linkname="tiny/self")
    package, _ = read(native(tmp_path, *(loop, self_link)[: int(number)]))
    assert (package.files["loop"].kind, package.files["loop"].target) == (Kind.SYMLINK, "loop")
    assert "self" not in package.files


def test_devices_and_pipes_are_data(tmp_path: Path) -> None:
    kinds = {"dev": tarfile.CHRTYPE, "disk": tarfile.BLKTYPE, "pipe": tarfile.FIFOTYPE}
    package, eye = read(
        native(tmp_path, *(make.entry(f"tiny/{name}", type=kind) for name, kind in kinds.items()))
    )
    assert [package.files[name].kind for name in kinds] == [Kind.DEVICE, Kind.DEVICE, Kind.FIFO]
    assert not set(eye.seen) & kinds.keys()


def test_members_outside_of_the_tree_are_examined_apart_and_noted(tmp_path: Path) -> None:
    package, eye = read(native(tmp_path, make.entry("tiny/../../out.onnx", b"x" * 99)))
    assert "tiny_1.0.tar.gz//tiny/../../out.onnx" in eye.seen
    assert [note.path for note in package.not_examined] == ["tiny_1.0.tar.gz//tiny/../../out.onnx"]
    assert not [path for path in package.files if ".." in path]


def test_absolute_members_are_laid_as_tar_lays_them(tmp_path: Path) -> None:
    package, _ = read(native(tmp_path, make.entry("/tiny/etc/passwd", b"x" * 99)))
    assert package.files["etc/passwd"].size == 99


def test_names_that_are_not_utf_8_are_kept_apart(tmp_path: Path) -> None:
    names = ["tiny/\udcff", "tiny/\udcfe", "tiny/ä", "tiny/new\nline"]
    package, eye = read(native(tmp_path, *(make.entry(name, b"x" * 50) for name in names)))
    assert {name.removeprefix("tiny/") for name in names} <= package.files.keys() & set(eye.seen)


def test_a_tree_on_disk_may_hold_anything(tmp_path: Path) -> None:
    for path, data in make.debian_files("tiny", "1.0").items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    (tmp_path / os.fsdecode(b"\xff.onnx")).write_bytes(b"x" * 99)
    (tmp_path / "up").symlink_to("..")
    os.mkfifo(tmp_path / "pipe")
    package, eye = read(tmp_path)
    assert "\udcff.onnx" in eye.seen
    assert package.files["up"].kind is Kind.SYMLINK
    assert package.files["pipe"].kind is Kind.OTHER


@pytest.mark.parametrize("path", ["debian/README.source", "debian/models", "debian/copyright"])
def test_a_huge_debian_file_is_not_kept_and_said_to_be(tmp_path: Path, path: str) -> None:
    package, eye = read(make.write_quilt(tmp_path, {"a": b"b"}, {path: b"x" * (MOST + 1)}))
    assert path not in package.debian
    assert package.files[path].size == MOST + 1
    assert [note.path for note in package.not_examined] == [path]
    assert path in eye.seen


def test_many_debian_files_are_kept_within_a_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep, "IN_ALL", 4 * MOST)
    many = {f"debian/{number}": bytes(MOST) for number in range(8)}
    package, _ = read(make.write_quilt(tmp_path, {"a": b"b"}, many))
    assert sum(path in package.debian for path in many) == 3
    assert {note.path for note in package.not_examined} == many.keys() - package.debian.keys()


def test_upstreams_debian_folder_does_not_use_up_the_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep, "IN_ALL", 4 * MOST)
    many = {f"debian/{number}": bytes(MOST) for number in range(8)}
    package, _ = read(make.write_quilt(tmp_path, many))
    assert not package.not_examined
    assert "debian/copyright" in package.debian


def test_too_many_members_are_noted(tmp_path: Path) -> None:
    dsc = native(tmp_path, *(make.entry(f"tiny/{number}") for number in range(50)))
    package, _ = read(dsc, Limits(members=20))
    assert [note.path for note in package.not_examined] == ["tiny_1.0.tar.gz"]
    assert "in part" in package.not_examined[0].reason
    assert package.name == "tiny"


def test_a_decompression_bomb_is_noted_and_still_checked(tmp_path: Path) -> None:
    dsc = native(tmp_path, make.entry("tiny/zeros", bytes(30 << 20)))
    package, _ = read(dsc, Limits(output=1 << 20))
    assert "in part" in package.not_examined[0].reason
    (tmp_path / "tiny_1.0.tar.gz").write_bytes((tmp_path / "tiny_1.0.tar.gz").read_bytes()[:-1] + b"\xff")
    assert "SHA-256" in trouble(dsc)


def test_bytes_behind_the_archive_are_noted(tmp_path: Path) -> None:
    data = make.compressed(make.tar_of({"tiny/a": b"b"}), "gz") + b"PK\3\4 and something else"
    dsc = make.write_dsc(tmp_path, {"tiny_1.0.tar.gz": data}, version="1.0", source_format="3.0 (native)")
    assert "follow it" in read(dsc)[0].not_examined[0].reason


AR = b"!<arch>\n"


def ar_member(name: bytes, data: bytes, size: bytes = b"") -> bytes:
    """Return a member of an ar archive whose header says ``size``."""
    head = name.ljust(16) + b"0".ljust(12) + b"0".ljust(6) * 2 + b"100644".ljust(8)
    return head + (size or str(len(data)).encode()).ljust(10) + b"`\n" + data + b"\n" * (len(data) % 2)


def tar_gz(files: make.Files) -> bytes:
    return make.compressed(make.tar_of(files), "gz")


CONTROL = ar_member(b"control.tar.gz", tar_gz({"./control": b"Package: a\nVersion: 1\n"}))
DATA = ar_member(b"data.tar.gz", tar_gz({"./usr/a": b"b"}))


@pytest.mark.parametrize(
    "content",
    [
        AR,
        AR + CONTROL,
        AR + DATA + CONTROL,
        AR + DATA,
        AR + CONTROL + DATA[:-5],
        AR + CONTROL[:30],
        AR + ar_member(b"x", b"", b"-60"),
        AR + ar_member(b"x", b"", b"9999999999"),
        AR + ar_member(b"x", b"", b"0x10"),
        AR + ar_member(b"control.tar.gz", b"no archive") + DATA,
        AR + ar_member(b"control.tar.gz", tar_gz({"./control": bytes(2 << 20)})) + DATA,
        AR + ar_member(b"control.tar.gz", tar_gz({"./control": b"Section: x\n"})) + DATA,
    ],
)
def test_a_malformed_binary_package_is_no_package(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.deb").write_bytes(content)
    assert str(tmp_path / "a.deb") in trouble(tmp_path / "a.deb")


def test_a_binary_package_of_these_parts_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.deb").write_bytes(AR + ar_member(b"debian-binary", b"2.0\n") + CONTROL + DATA)
    package, _ = read(tmp_path / "a.deb")
    assert list(package.files) == ["usr/a"]


def test_a_changes_whose_package_is_missing_names_it(tmp_path: Path) -> None:
    rows = f"Checksums-Sha256:\n {'0' * 64} 10 a.deb\nFiles:\n {'0' * 32} 10 misc optional a.deb\n"
    (tmp_path / "a.changes").write_text(f"Source: a\nDistribution: sid\n{rows}")
    assert "a.deb: does not exist" in trouble(tmp_path / "a.changes")


def test_a_buildinfo_with_nothing_beside_it_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "a.buildinfo").write_text(f"Source: a\nChecksums-Sha256:\n {'0' * 64} 10 a.deb\n")
    assert "none of the packages" in trouble(tmp_path / "a.buildinfo")


def test_a_changed_binary_package_is_named(tmp_path: Path) -> None:
    deb = AR + CONTROL + DATA
    rows = f"Checksums-Sha256:\n {'0' * 64} {len(deb)} a.deb\n"
    rows += f"Files:\n {'0' * 32} {len(deb)} misc optional a.deb\n"
    (tmp_path / "a.deb").write_bytes(deb)
    (tmp_path / "a.changes").write_text(f"Source: a\nDistribution: sid\n{rows}")
    assert "a.deb: SHA-256 is" in trouble(tmp_path / "a.changes")


@pytest.mark.parametrize(
    "diff",
    [
        b"+++ b/a\n--- a/a\n",
        b"--- a/a\n+++ b/a\n",
        b"--- a/a\n+++ b/a\n@@ -1,9 +1,9 @@\n x\n",
        b"--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n x\n?\n",
        b"--- /dev/null\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n",
        b'--- "a/a"\n+++ "b/a"\n@@ -1 +1 @@\n-a\n+b\n',
        b"--- a/../../a\n+++ b/../../a\n@@ -1 +1 @@\n-a\n+b\n",
    ],
)
def test_a_diff_that_dpkg_source_refuses_is_refused(diff: bytes) -> None:
    with pytest.raises(FormatError):
        list(read_changes(io.BytesIO(diff)))


def test_a_diff_of_many_hunks_is_read_in_bounded_memory() -> None:
    hunks = b"@@ -0,0 +0,0 @@\n" * 300_000
    (change,) = read_changes(io.BytesIO(b"--- a/a\n+++ b/a\n" + hunks))
    assert change.hunks is None


def _created(lines: list[bytes], rest: bytes = b"") -> bytes:
    return b"--- /dev/null\n+++ b/new\n@@ -0,0 +1,%d @@\n" % len(lines) + b"".join(lines) + rest


@pytest.mark.parametrize("count", [1, 255, 256, 257, 70_000])
def test_a_file_that_a_diff_creates_has_every_added_line(count: int) -> None:
    lines = [b"%d+\n" % number for number in range(count)]
    (change,) = read_changes(io.BytesIO(_created([b"+" + line for line in lines], b"trailer\n")))
    assert change.creates and change.hunks
    assert b"".join(change.hunks[0].new) == b"".join(lines)
    assert change.grows == sum(map(len, lines))


def test_a_file_that_a_diff_creates_may_end_without_a_newline() -> None:
    lines = [b"+%d\n" % number for number in range(300)]
    (change,) = read_changes(io.BytesIO(_created(lines, b"\\ No newline at end of file\n")))
    assert change.hunks and change.hunks[0].new[-2:] == (b"298\n", b"299")


@pytest.mark.parametrize("at", [0, 1, 255, 256, 299])
def test_a_line_without_a_mark_among_added_ones_is_told_by_its_number(at: int) -> None:
    lines = [b"+%d\n" % number for number in range(300)]
    lines[at] = b"?\n"
    with pytest.raises(FormatError, match=rf"^line {at + 4} of the diff"):
        list(read_changes(io.BytesIO(_created(lines))))


def test_a_hunk_that_fits_nowhere_does_not_take_long(tmp_path: Path) -> None:
    lines = 200_000
    body = b"-a\n" * lines + b"-b\n"
    patch = b"--- a/debian/x\n+++ b/debian/x\n@@ -1,%d +0,0 @@\n%s" % (lines + 1, body)
    debian = {"debian/x": b"a\n" * lines, "debian/patches/series": b"p\n", "debian/patches/p": patch}
    begin = time.monotonic()
    package, _ = read(make.write_quilt(tmp_path, {"a": b"b"}, debian))
    assert time.monotonic() - begin < 10
    assert package.not_examined


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400) | st.text("-+ @ab/\\\n0123,", max_size=400).map(str.encode))
def test_any_bytes_are_a_diff_or_a_sentence(data: bytes) -> None:
    try:
        list(read_changes(io.BytesIO(data)))
    except LintianMLError as error:
        assert str(error)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_an_ar_archive_or_a_sentence(data: bytes) -> None:
    try:
        list(parts(io.BytesIO(AR + data)))
    except LintianMLError as error:
        assert str(error)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300) | st.text("Format: hps\n*Licens#-. (1)~", max_size=300).map(str.encode))
def test_any_bytes_may_stand_in_the_files_of_debian(data: bytes) -> None:
    names = ("control", "changelog", "copyright", "source/format", "patches/series")
    package = package_from_files({f"debian/{name}": data for name in names}, Names())
    assert package.name
    assert package.copyright is None or package.copyright.header
    assert package.changelog is None or package.changelog.package
    assert isinstance(package.control.binaries, tuple)

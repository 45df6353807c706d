"""Packages are read as dpkg-source lays them, however packed, and each model under its right name."""

import hashlib
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.container.stream import Source
from lintian_ml.detection import FoundModel, Hook, NotExamined
from lintian_ml.model import Certainty, Nature
from lintian_ml.package import Kind, Package, PackageType, Role, package_from_files, read_packages
from lintian_ml.package.patches import patched
from tests.packages import make

HERE = Path(__file__).parent / "packages"
MODEL = b"a model, for all that the tests care " * 20

needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-source") is None, reason="dpkg-source is not installed")
needs_deb = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not installed")


class Recorder:
    """An eye that reads all, and takes each .onnx for a model and each .zip for an archive of one."""

    def __init__(self) -> None:
        self.models: list[FoundModel] = []
        self.not_examined: list[NotExamined] = []
        self.hooks: dict[str, tuple[Hook, ...]] = {}
        self.seen: dict[str, bytes] = {}

    def examine(self, path: str, size: int, reader: Source) -> None:
        data = b"".join(iter(lambda: reader.read(1000), b""))
        assert len(data) == size
        assert path not in self.seen, "no two files are shown under one name"
        self.seen[path] = data
        digest = hashlib.sha256(data).hexdigest()
        if path.endswith((".onnx", ".zip")):
            path += "//inner.onnx" if path.endswith(".zip") else ""
            found = FoundModel(path, "onnx", Certainty.CERTAIN, Nature.TRAINED, size, digest)
            self.models.append(found)


def read(path: Path) -> tuple[Package, Recorder]:
    """Read the one package at ``path``."""
    eyes: list[Recorder] = []

    def make_eye() -> Recorder:
        eyes.append(Recorder())
        return eyes[-1]

    (package,) = read_packages(path, make_eye)
    return package, eyes[0]


def models(package: Package) -> dict[str, str]:
    """Return the digest of each model by its path."""
    return {model.path: model.sha256 for model in package.models}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def regular(package: Package) -> dict[str, int]:
    """Return the size of each regular file by its path."""
    return {path: file.size for path, file in package.files.items() if file.kind is Kind.FILE}


def unpacked(dsc: Path, folder: Path) -> Path:
    """Unpack a source package as its own tool does."""
    subprocess.run(["dpkg-source", "-q", "--no-check", "-x", dsc, folder], check=True, capture_output=True)
    return folder


def on_disk(folder: Path) -> dict[str, int]:
    """Return the size of each regular file below a folder by its path."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    sizes = {str(path.relative_to(folder)): path.stat().st_size for path in files}
    return {path: size for path, size in sizes.items() if not path.startswith(".pc/")}


def assert_as_unpacked(dsc: Path, folder: Path) -> Package:
    """Hold a package against what dpkg-source makes of it: paths, sizes, and the debian folder's contents."""
    package, _ = read(dsc)
    tree = unpacked(dsc, folder)
    assert regular(package) == on_disk(tree)
    assert {path: (tree / path).read_bytes() for path in package.debian} == dict(package.debian)
    return package


def test_the_committed_package_says_what_it_is() -> None:
    package, eye = read(HERE / "tinynet_1.0-1.dsc")
    assert (package.name, package.version, package.type) == ("tinynet", "1.0-1", PackageType.SOURCE)
    assert (package.format, package.area, package.suite) == ("3.0 (quilt)", "main", "unstable")
    assert package.maintainer == "Tiny Maintainer <tiny@example.org>"
    assert package.uploaders == ('"Doe, Jane" <jane@example.org>', "Max <max@example.org>")
    assert package.binaries == ("tinynet",)
    assert [(tarball.role, tarball.name) for tarball in package.tarballs] == [
        (Role.ORIG, "tinynet_1.0.orig.tar.gz"),
        (Role.DEBIAN, "tinynet_1.0-1.debian.tar.gz"),
    ]
    assert list(models(package)) == ["net.onnx"]
    assert package.copyright is not None
    assert str(package.copyright.header.upstream_name) == "tinynet"
    assert package.control.source["Section"] == "science"
    assert [stanza["Package"] for stanza in package.control.binaries] == ["tinynet"]
    assert package.changelog is not None
    assert str(package.changelog.version) == "1.0-1"
    assert package.read_text("debian/source/format") == "3.0 (quilt)\n"
    assert package.read_text("debian/models") is None
    assert not package.not_examined
    assert eye.seen["README"] == make.README.encode()


def test_the_committed_package_is_what_its_script_makes(tmp_path: Path) -> None:
    make.main(tmp_path)
    for name in ("tinynet_1.0.orig.tar.gz", "tinynet_1.0-1.debian.tar.gz"):
        with tarfile.open(tmp_path / name) as made, tarfile.open(HERE / name) as committed:
            assert [made_member.name for made_member in made] == [member.name for member in committed]
    assert read(tmp_path / "tinynet_1.0-1.dsc")[1].seen == read(HERE / "tinynet_1.0-1.dsc")[1].seen


@pytest.mark.parametrize("suffix", ["gz", "bz2", "xz", "lzma", "zst"])
def test_every_compression_is_read(tmp_path: Path, suffix: str) -> None:
    upstream = {"net.onnx": MODEL, "deep/er/file": b"x"}
    if suffix == "zst":
        zstandard = pytest.importorskip("zstandard")
        plain = make.tar_of({f"tiny-1.0/{path}": data for path, data in upstream.items()})
        data = zstandard.ZstdCompressor().compress(plain)
        debian = make.compressed(make.tar_of(make.debian_files("tiny", "1.0-1")), "gz")
        files = {"tiny_1.0.orig.tar.zst": data, "tiny_1.0-1.debian.tar.gz": debian}
        dsc = make.write_dsc(tmp_path, files)
    else:
        dsc = make.write_quilt(tmp_path, upstream, suffix=suffix)
    package, _ = read(dsc)
    assert models(package) == {"net.onnx": digest(MODEL)}
    assert package.files["deep/er/file"].tarball == f"tiny_1.0.orig.tar.{suffix}"


@needs_dpkg
def test_upstreams_debian_folder_is_replaced_but_still_in_the_tarball(tmp_path: Path) -> None:
    upstream = {
        "debian/old.onnx": MODEL,
        "debian/models": b"upstream's",
        "debian/control": b"theirs",
        "a": b"1",
    }
    dsc = make.write_quilt(tmp_path, upstream, {"debian/new.onnx": MODEL[1:]})
    package = assert_as_unpacked(dsc, tmp_path / "out")
    assert models(package) == {
        "tiny_1.0.orig.tar.xz//tiny-1.0/debian/old.onnx": digest(MODEL),
        "debian/new.onnx": digest(MODEL[1:]),
    }
    assert "debian/models" not in package.debian
    assert package.control.source["Source"] == "tiny"


@needs_dpkg
def test_a_file_of_the_same_name_in_both_debian_folders_is_two_models(tmp_path: Path) -> None:
    dsc = make.write_quilt(tmp_path, {"debian/net.onnx": MODEL}, {"debian/net.onnx": MODEL[1:]})
    package = assert_as_unpacked(dsc, tmp_path / "out")
    assert models(package) == {
        "tiny_1.0.orig.tar.xz//tiny-1.0/debian/net.onnx": digest(MODEL),
        "debian/net.onnx": digest(MODEL[1:]),
    }


@needs_dpkg
def test_bookkeeping_of_patches_in_an_upstream_tarball_is_not_laid(tmp_path: Path) -> None:
    dsc = make.write_quilt(tmp_path, {".pc/net.onnx": MODEL, "a": b"b"})
    package = assert_as_unpacked(dsc, tmp_path / "out")
    assert models(package) == {"tiny_1.0.orig.tar.xz//tiny-1.0/.pc/net.onnx": digest(MODEL)}


@needs_dpkg
def test_components_are_laid_over_folders_of_their_names(tmp_path: Path) -> None:
    weights = make.compressed(make.tar_of({"net.onnx": MODEL, "b/c": b"1"}, "weights-7/"), "gz")
    flat = make.compressed(make.tar_of({"d/net.onnx": MODEL[2:], "e": b"22"}), "bz2")
    upstream = {"weights/net.onnx": MODEL[1:], "weights/gone": b"", "stays": b"333", "weights2": b"4444"}
    more = {"tiny_1.0.orig-weights.tar.gz": weights, "tiny_1.0.orig-flat-one.tar.bz2": flat}
    dsc = make.write_quilt(tmp_path, upstream, more=more)
    package = assert_as_unpacked(dsc, tmp_path / "out")
    assert models(package) == {
        "weights/net.onnx": digest(MODEL),
        "tiny_1.0.orig.tar.xz//tiny-1.0/weights/net.onnx": digest(MODEL[1:]),
        "flat-one/d/net.onnx": digest(MODEL[2:]),
    }
    assert [tarball.component for tarball in package.tarballs] == ["", "flat-one", "weights", ""]
    assert package.files["weights/b/c"].tarball == "tiny_1.0.orig-weights.tar.gz"


PATCH = b"""Description: adds, removes, renames and changes
 diff --git in a description is only talk
--- a/here-too-once-no-hunk-follows is in the middle of a line

diff --git a/new/net.onnx b/new/net.onnx
new file mode 100644
--- /dev/null
+++ b/new/net.onnx
@@ -0,0 +1,4 @@
+--- a/not-a-header
++++ b/not-a-header
+@@ -1 +1 @@
+last
\\ No newline at end of file
diff --git a/old.onnx b/old.onnx
deleted file mode 100644
--- a/old.onnx
+++ /dev/null
@@ -1,2 +0,0 @@
-old
-er
diff --git a/from.onnx b/to/there.onnx
similarity index 100%
rename from from.onnx
rename to to/there.onnx
diff --git a/changed.txt b/changed.txt
--- a/changed.txt
+++ b/changed.txt
@@ -1,3 +1,4 @@
 1
-2
+two
+three

--- a/debian/README.source
+++ b/debian/README.source
@@ -2,2 +2,2 @@
 b
-c
+see
"""


def quilt_with_patch(
    folder: Path, patch: bytes, *, series: bytes = b"# why\nall.patch -p1 # because\n"
) -> Path:
    """Write a package whose patch does all that patches do."""
    upstream = {
        "old.onnx": b"old\ner\n",
        "from.onnx": MODEL,
        "changed.txt": b"1\n2\n\n",
        "pack.zip": b"PK " * 9,
    }
    debian = {
        "debian/README.source": b"a\nb\nc\n",
        "debian/patches/all.patch": patch,
        "debian/patches/unused.patch": b"--- a/pack.zip\n+++ /dev/null\n",
        "debian/patches/series": series,
    }
    return make.write_quilt(folder, upstream, debian)


@needs_dpkg
def test_patches_add_delete_rename_and_change(tmp_path: Path) -> None:
    patch = PATCH.replace(b"--- a/here-too-once", b"In here: --- a/here-too-once")
    dsc = quilt_with_patch(tmp_path, patch)
    package = assert_as_unpacked(dsc, tmp_path / "out")
    added = b"--- a/not-a-header\n+++ b/not-a-header\n@@ -1 +1 @@\nlast"
    assert models(package) == {
        "tiny_1.0.orig.tar.xz//tiny-1.0/old.onnx": digest(b"old\ner\n"),
        "to/there.onnx": digest(MODEL),
        "pack.zip//inner.onnx": digest(b"PK " * 9),
        "new/net.onnx": digest(added),
    }
    assert package.files["new/net.onnx"].patch == "debian/patches/all.patch"
    assert package.texts["new/net.onnx"] == added
    assert package.debian["debian/README.source"] == b"a\nb\nsee\n"
    assert not package.not_examined


@needs_dpkg
def test_a_file_that_one_patch_adds_and_a_later_one_removes_is_only_in_the_first(tmp_path: Path) -> None:
    one = b"--- /dev/null\n+++ b/net.onnx\n@@ -0,0 +1 @@\n+net\n"
    two = b"--- a/net.onnx\n+++ /dev/null\n@@ -1 +0,0 @@\n-net\n"
    debian = {"debian/patches/series": b"1\n2\n", "debian/patches/1": one, "debian/patches/2": two}
    package = assert_as_unpacked(make.write_quilt(tmp_path, {"a": b"b"}, debian), tmp_path / "out")
    assert models(package) == {"tiny_1.0-1.debian.tar.xz//debian/patches/1//net.onnx": digest(b"net\n")}


def test_hard_links_within_a_tarball_without_a_top_folder_name_paths_of_the_tree(tmp_path: Path) -> None:
    link = make.entry("a/link", type=tarfile.LNKTYPE, linkname="a/net.onnx")
    tarball = make.tar(make.entry("a/net.onnx", MODEL), link, make.entry("b/c"))
    path = tmp_path / "a-1.0.tar.gz"
    path.write_bytes(make.compressed(tarball, "gz"))
    package, _ = read(path)
    assert package.files["a/link"].target == "a/net.onnx"
    assert package.files["a/link"].size == len(MODEL)


def test_a_malformed_patch_is_noted_and_the_package_goes_on(tmp_path: Path) -> None:
    package, _ = read(quilt_with_patch(tmp_path, PATCH))
    assert [note.path for note in package.not_examined] == ["debian/patches/all.patch"]
    assert "'+++ '" in package.not_examined[0].reason
    assert "old.onnx" in models(package)


def test_a_patch_out_of_the_tree_is_noted(tmp_path: Path) -> None:
    patch = b"--- /dev/null\n+++ b/../../out.onnx\n@@ -0,0 +1 @@\n+x\n"
    package, eye = read(quilt_with_patch(tmp_path, patch))
    assert "outside the source tree" in package.not_examined[0].reason
    assert not [path for path in eye.seen if "out.onnx" in path]


def test_a_listed_patch_that_is_not_there_is_noted(tmp_path: Path) -> None:
    package, _ = read(quilt_with_patch(tmp_path, b"", series=b"nowhere.patch\n"))
    assert [note.path for note in package.not_examined] == ["debian/patches/nowhere.patch"]


def test_missing_sources_and_patches_are_not_examined(tmp_path: Path) -> None:
    debian = {"debian/missing-sources/net.onnx": MODEL, "debian/patches/x.onnx": MODEL}
    package, eye = read(make.write_quilt(tmp_path, {"a": b"b"}, debian))
    assert not package.models
    assert not [path for path in eye.seen if path.startswith(("debian/missing", "debian/patches"))]
    assert package.debian["debian/missing-sources/net.onnx"] == MODEL


@needs_dpkg
def test_format_1_with_a_diff(tmp_path: Path) -> None:
    upstream = {"a": b"1\n2\n", "net.onnx": MODEL, "debian/rules": b"one\ntwo\n"}
    control = make.debian_files("tiny", "1.0-1")["debian/control"].decode()
    lines = control.splitlines()
    diff = "--- tiny-1.0.orig/debian/control\n+++ tiny-1.0/debian/control\n"
    diff += f"@@ -0,0 +1,{len(lines)} @@\n" + "".join(f"+{line}\n" for line in lines)
    diff += "--- tiny-1.0.orig/debian/rules\n+++ tiny-1.0/debian/rules\n@@ -1,2 +1,2 @@\n one\n-two\n+TWO!\n"
    files = {
        "tiny_1.0.orig.tar.gz": make.compressed(make.tar_of(upstream, "tiny-1.0.orig/"), "gz"),
        "tiny_1.0-1.diff.gz": make.compressed(diff.encode(), "gz"),
    }
    dsc = make.write_dsc(tmp_path, files, source_format="1.0")
    package = assert_as_unpacked(dsc, tmp_path / "out")
    assert package.debian["debian/control"].decode() == control
    assert package.debian["debian/rules"] == b"one\nTWO!\n"
    assert package.area == "main"
    assert [tarball.role for tarball in package.tarballs] == [Role.ORIG, Role.DIFF]


@needs_dpkg
@pytest.mark.parametrize(("source_format", "suffix"), [("1.0", "gz"), ("3.0 (native)", "xz")])
def test_native_formats(tmp_path: Path, source_format: str, suffix: str) -> None:
    tree = {"net.onnx": MODEL, **make.debian_files("tiny", "1.0", source_format, section="contrib/misc")}
    tarball = make.compressed(make.tar_of(tree, "tiny/"), suffix)
    dsc = make.write_dsc(
        tmp_path, {f"tiny_1.0.tar.{suffix}": tarball}, version="1.0", source_format=source_format
    )
    package = assert_as_unpacked(dsc, tmp_path / "out")
    assert models(package) == {"net.onnx": digest(MODEL)}
    assert package.area == "contrib"
    assert package.tarballs[0].role is Role.NATIVE


@needs_dpkg
@pytest.mark.parametrize("source_format", ["3.0 (native)", "3.0 (quilt)", "1.0"])
def test_what_dpkg_source_builds_is_read_as_it_unpacks(tmp_path: Path, source_format: str) -> None:
    tree = tmp_path / "tiny-1.0"
    version = "1.0" if "native" in source_format else "1.0-1"
    files = {"net.onnx": MODEL, "src/a.c": b"int a;\n"}
    for path, data in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(data)
    orig = make.compressed(make.tar_of(files, "tiny-1.0/"), "gz")
    (tmp_path / "tiny_1.0.orig.tar.gz").write_bytes(orig)
    for path, data in make.debian_files("tiny", version, source_format).items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(data)
    subprocess.run(["dpkg-source", "-q", "-b", tree.name], cwd=tmp_path, check=True, capture_output=True)
    package = assert_as_unpacked(tmp_path / f"tiny_{version}.dsc", tmp_path / "out")
    assert (package.format, package.area) == (source_format, "main")
    assert models(package) == {"net.onnx": digest(MODEL)}


@needs_dpkg
@pytest.mark.parametrize(
    "names",
    [
        ("a/x", "b/x.onnx", "debian/source/format"),
        ("x/net.onnx", "x/x/net.onnx", "x/x/x/net.onnx", "debian/source/format"),
        ("debian/net.onnx", "debian/source/format", "src/x"),
        ("debian/net.onnx", "debian/debian/source/format"),
        ("./top/net.onnx", "top/debian/source/format"),
        ("only.onnx", "debian/source/format"),
        ("debian/source/format", "net.onnx", "debian/net.onnx"),
    ],
)
def test_one_top_folder_is_taken_away_and_no_other(tmp_path: Path, names: tuple[str, ...]) -> None:
    contents = {
        name: b"3.0 (native)\n" if name.endswith("format") else MODEL + name.encode() for name in names
    }
    tarball = make.compressed(make.tar_of(contents), "gz")
    dsc = make.write_dsc(tmp_path, {"tiny_1.0.tar.gz": tarball}, version="1.0", source_format="3.0 (native)")
    package = assert_as_unpacked(dsc, tmp_path / "out")
    assert set(models(package)) == {path for path in regular(package) if path.endswith(".onnx")}
    assert package.read_text("debian/source/format") == "3.0 (native)\n"


@needs_dpkg
def test_of_members_with_one_path_the_last_is_in_the_tree_and_all_are_examined(tmp_path: Path) -> None:
    contents = [MODEL + bytes([number]) for number in range(3)]
    entries = [make.entry("tiny/net.onnx", content) for content in contents]
    tarball = make.compressed(
        make.tar(make.entry("tiny/debian/source/format", b"3.0 (native)\n"), *entries), "gz"
    )
    dsc = make.write_dsc(tmp_path, {"tiny_1.0.tar.gz": tarball}, version="1.0", source_format="3.0 (native)")
    package = assert_as_unpacked(dsc, tmp_path / "out")
    found = [(model.path, model.sha256) for model in package.models]
    shadowed = "tiny_1.0.tar.gz//tiny/net.onnx"
    assert found == [
        (shadowed, digest(contents[0])),
        (shadowed, digest(contents[1])),
        ("net.onnx", digest(contents[2])),
    ]


def test_hard_links_have_the_size_and_content_of_their_target(tmp_path: Path) -> None:
    files = make.debian_files("tiny", "1.0")
    entries = [make.entry(f"tiny/{path}", data) for path, data in files.items()]
    link = make.entry("tiny/debian/README", type=tarfile.LNKTYPE, linkname="tiny/debian/control")
    tarball = make.compressed(make.tar(*entries, link), "gz")
    dsc = make.write_dsc(tmp_path, {"tiny_1.0.tar.gz": tarball}, version="1.0", source_format="3.0 (native)")
    package, _ = read(dsc)
    assert package.files["debian/README"].kind is Kind.LINK
    assert package.files["debian/README"].size == len(files["debian/control"])
    assert package.debian["debian/README"] == files["debian/control"]


def test_a_signed_dsc_and_a_signature_beside_the_tarball_are_read(tmp_path: Path) -> None:
    signature = {"tiny_1.0.orig.tar.xz.asc": b"-----BEGIN PGP SIGNATURE-----\n"}
    dsc = make.write_quilt(tmp_path, {"net.onnx": MODEL}, more=signature)
    text = dsc.read_text()
    armour = "-----BEGIN PGP SIGNATURE-----\n\niQIzBAEBCgAd\n=abcd\n-----END PGP SIGNATURE-----\n"
    dsc.write_text(f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{text}\n{armour}")
    package, _ = read(dsc)
    assert models(package) == {"net.onnx": digest(MODEL)}
    assert [tarball.role for tarball in package.tarballs] == [Role.ORIG, Role.DEBIAN]
    assert not package.not_examined


@pytest.mark.parametrize(
    ("rows", "area"),
    [
        (["tiny deb misc optional"], "main"),
        (["tiny deb contrib/misc optional"], "contrib"),
        (["tiny deb non-free/misc optional", "tiny2 deb contrib/misc optional"], "contrib"),
        (["tiny deb non-free-firmware/kernel optional"], "non-free-firmware"),
        ([], "main"),
    ],
)
def test_the_area_is_that_of_the_package_list_before_the_sections(
    tmp_path: Path, rows: list[str], area: str
) -> None:
    more = "".join(["Package-List:\n", *(f" {row} arch=all\n" for row in rows)]) if rows else ""
    debian = make.compressed(make.tar_of(make.debian_files("tiny", "1.0-1")), "gz")
    orig = make.compressed(make.tar_of({"a": b""}, "t/"), "gz")
    files = {"tiny_1.0.orig.tar.gz": orig, "tiny_1.0-1.debian.tar.gz": debian}
    assert read(make.write_dsc(tmp_path, files, more=more))[0].area == area


def test_an_area_that_nothing_tells_is_unknown(tmp_path: Path) -> None:
    package, _ = read(make.write_quilt(tmp_path, {"a": b"b"}, {"debian/control": b"Source: tiny\n"}))
    assert package.area is None


def test_copyright_files_of_any_other_form_are_none(tmp_path: Path) -> None:
    package, _ = read(make.write_quilt(tmp_path, {"a": b"b"}, {"debian/copyright": b"It is all mine.\n\xff"}))
    assert package.copyright is None
    assert package.copyright_path == "debian/copyright"


def test_the_head_of_a_huge_changelog_is_kept(tmp_path: Path) -> None:
    entry = make.CHANGELOG.format(name="tiny", version="1.0-1").encode()
    package, _ = read(make.write_quilt(tmp_path, {"a": b"b"}, {"debian/changelog": entry * 9000}))
    assert len(package.debian["debian/changelog"]) == 1 << 20
    assert package.suite == "unstable"
    assert not package.not_examined


def test_a_directory_is_read_without_following_links(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    files = {
        **make.debian_files("tiny", "2:1.0-1"),
        "src/net.onnx": MODEL,
        ".git/hidden.onnx": MODEL,
        "big/.pc/x": b"",
    }
    for path, data in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(data)
    (tree / "loop").symlink_to(".")
    (tree / "away.onnx").symlink_to("/etc/passwd")
    (tree / "debian/models").mkdir()
    package, eye = read(tree)
    assert (package.name, package.version, package.type) == ("tiny", "2:1.0-1", PackageType.SOURCE)
    assert (package.input, package.area, package.format) == ("tree", "main", "3.0 (quilt)")
    assert list(models(package)) == ["src/net.onnx"]
    assert package.files["loop"].target == "."
    assert "debian/models" not in package.debian
    assert not [path for path in eye.seen if path.startswith((".git", "loop", "big/.pc"))]
    assert not package.not_examined


@pytest.mark.parametrize(
    ("file", "name", "version"),
    [
        ("net-zoo-1.2.tar.gz", "net-zoo", "1.2"),
        ("netzoo_1.2+dfsg.orig.tar.gz", "netzoo", "1.2+dfsg"),
        ("netzoo.tgz", "netzoo", ""),
    ],
)
def test_a_bare_tarball_is_named_by_its_file(tmp_path: Path, file: str, name: str, version: str) -> None:
    path = tmp_path / file
    path.write_bytes(make.compressed(make.tar_of({"net.onnx": MODEL}, "upstream-1.2/"), "gz"))
    package, _ = read(path)
    assert (package.name, package.version, package.area) == (name, version, None)
    assert models(package) == {"net.onnx": digest(MODEL)}
    assert not package.debian


def build_deb(folder: Path, files: Mapping[str, bytes], compression: str = "xz") -> Path:
    """Build a binary package as dpkg-deb does."""
    tree = folder / "tree"
    control = b"Package: tiny\nVersion: 1.0-1\nArchitecture: all\nSection: non-free/misc\n"
    control += b"Maintainer: Tiny <tiny@example.org>\nDescription: tiny\n"
    for path, data in {"DEBIAN/control": control, **files}.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(data)
    deb = folder / "tiny_1.0-1_all.deb"
    command: list[str | Path] = ["dpkg-deb", f"-Z{compression}", "--root-owner-group", "-b", tree, deb]
    subprocess.run(command, check=True, capture_output=True)
    return deb


@needs_deb
@pytest.mark.parametrize("compression", ["xz", "gzip", "none"])
def test_a_binary_package(tmp_path: Path, compression: str) -> None:
    copyright = make.COPYRIGHT.format(name="tiny").encode()
    files = {"usr/share/tiny/net.onnx": MODEL, "usr/share/doc/tiny/copyright": copyright}
    package, _ = read(build_deb(tmp_path, files, compression))
    assert (package.name, package.version, package.type) == ("tiny", "1.0-1", PackageType.BINARY)
    assert (package.type.value, package.area, package.architecture) == ("", "non-free", "all")
    assert models(package) == {"usr/share/tiny/net.onnx": digest(MODEL)}
    assert package.copyright is not None
    assert package.control.binaries[0]["Description"] == "tiny"
    assert not package.debian


def write_upload(folder: Path, *, kind: str, names: list[str]) -> Path:
    """Write a .changes or .buildinfo over files that are there."""
    contents = {name: (folder / name).read_bytes() for name in names}
    head = "Format: 1.8\nSource: tiny\nBinary: tiny\nVersion: 1.0-1\nDistribution: experimental\n"
    text = make.listing(contents)
    sums, files = text.split("Files:\n")
    rows = [line.split() for line in files.splitlines()]
    files = "".join(f" {md5} {size} misc optional {name}\n" for md5, size, name in rows)
    path = folder / f"tiny_1.0-1_all.{kind}"
    path.write_text(head + sums + (f"Files:\n{files}" if kind == "changes" else ""))
    return path


@needs_deb
def test_a_changes_is_its_source_and_its_binaries(tmp_path: Path) -> None:
    dsc = make.write_quilt(tmp_path, {"net.onnx": MODEL})
    deb = build_deb(tmp_path, {"usr/lib/net.onnx": MODEL})
    changes = write_upload(tmp_path, kind="changes", names=[deb.name, dsc.name, "tiny_1.0.orig.tar.xz"])
    packages = list(read_packages(changes, Recorder))
    assert [(package.input, package.type.value) for package in packages] == [
        (dsc.name, "source"),
        (deb.name, ""),
    ]
    assert {package.suite for package in packages} == {"experimental"}
    assert [list(models(package)) for package in packages] == [["net.onnx"], ["usr/lib/net.onnx"]]


@needs_deb
def test_a_buildinfo_is_what_lies_beside_it(tmp_path: Path) -> None:
    dsc = make.write_quilt(tmp_path, {"net.onnx": MODEL})
    deb = build_deb(tmp_path, {"usr/lib/net.onnx": MODEL})
    buildinfo = write_upload(tmp_path, kind="buildinfo", names=[deb.name, dsc.name])
    dsc.unlink()
    assert [package.input for package in read_packages(buildinfo, Recorder)] == [deb.name]


def test_a_package_of_files_in_memory_has_what_was_left_out() -> None:
    package = package_from_files({"net.onnx": MODEL}, Recorder())
    assert (package.name, package.version, package.area) == ("example", "1.0-1", "main")
    assert models(package) == {"net.onnx": digest(MODEL)}
    assert package.copyright is not None
    assert package.copyright.find_files_paragraph("net.onnx") is not None
    own = package_from_files({"debian/control": b"Source: x\nSection: contrib/misc\n"}, Recorder())
    assert own.area == "contrib"


@given(
    st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=8),
    st.lists(st.sampled_from([b"a", b"d"]), max_size=8),
)
def test_a_diff_made_by_difflib_applies(before: list[bytes], after: list[bytes]) -> None:
    import difflib
    import io

    from lintian_ml.package.diff import read_changes

    old, new = ([line + b"\n" for line in lines] for lines in (before, after))
    text = b"".join(difflib.diff_bytes(difflib.unified_diff, old, new, b"a/f", b"b/f", n=1))
    changes = list(read_changes(io.BytesIO(text)))
    assert len(changes) == (old != new)
    for change in changes:
        assert change.grows == len(b"".join(new)) - len(b"".join(old))
        assert change.hunks is not None
        assert patched(b"".join(old), change.hunks) == b"".join(new)


def test_found_models_are_renamed_and_otherwise_left_alone(tmp_path: Path) -> None:
    package, eye = read(quilt_with_patch(tmp_path, PATCH.replace(b"--- a/here-too-once", b"-")))
    before = {model.sha256: model for model in eye.models}
    assert package.models
    assert all(
        replace(model, path=before[model.sha256].path) == before[model.sha256] for model in package.models
    )

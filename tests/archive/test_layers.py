"""What upstream's tarballs lay out is read once: another Debian revision costs what is new in it, and is
judged as if all of it had been read.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from lintian_ml.archive import layers
from lintian_ml.archive.layers import Layer, packed, unpacked, upstream_of
from lintian_ml.archive.store import Again
from lintian_ml.container.limits import Limits
from lintian_ml.detection import Examiner
from lintian_ml.package import Package
from lintian_ml.package.dsc import read_source
from lintian_ml.package.files import Listed
from lintian_ml.package.laid import Laid
from lintian_ml.samples import sample
from tests.archive.scanning import ask, contents, run
from tests.packages import make

UPSTREAM = {
    "net.onnx": sample("linear.onnx"),
    "main.c": b"int main(void) { return 0; }\n",
    "Makefile": b"all:\n\twget https://example.org/models/net.onnx\n",
    "debian/rules": b"upstream's own\n",
    "debian/net.gguf": sample("linear.gguf"),
    "big.bin": b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n",
    "\udce4.c": b"int x;\n",
}

PATCH = b"""--- a/main.c
+++ b/main.c
@@ -1,1 +1,2 @@
 int main(void) { return 0; }
+int more;
--- a/Makefile
+++ b/Makefile
@@ -1,2 +1,2 @@
 all:
-\twget https://example.org/models/net.onnx
+\ttrue
--- /dev/null
+++ b/new.c
@@ -0,0 +1,1 @@
+int added;
"""

REMOVAL = b"""--- a/main.c
+++ /dev/null
@@ -1,1 +0,0 @@
-int main(void) { return 0; }
"""


def put(
    folder: Path, revision: str, upstream: Mapping[str, bytes] = UPSTREAM, patch: bytes = b"",
    more: Mapping[str, bytes] = {}, source_format: str = "3.0 (quilt)",
) -> Path:  # fmt: skip
    """Write a revision of a package, with a patch and more tarballs of upstream's."""
    version = f"1.0-{revision}"
    entries = [make.entry(f"net-1/{path}", data) for path, data in upstream.items()]
    entries.append(make.entry("net-1/link", type=b"2", linkname="net.onnx"))
    entries.append(make.entry("net-1/hard.onnx", type=b"1", linkname="net-1/net.onnx"))
    entries.append(make.entry("../out.onnx", sample("linear.onnx")))
    debian = dict(make.debian_files("net", version, source_format))
    if patch:
        debian |= {"debian/patches/series": b"one\n", "debian/patches/one": patch}
    files = {"net_1.0.orig.tar.gz": make.compressed(make.tar(*entries), "gz"), **more}
    files[f"net_{version}.debian.tar.xz"] = make.compressed(make.tar_of(debian), "xz")
    return make.write_dsc(folder, files, "net", version, source_format)


def component() -> Mapping[str, bytes]:
    """Return a second tarball of upstream's, of which a folder stands in the first one too."""
    data = make.compressed(make.tar_of({"w.safetensors": sample("linear.safetensors")}, "models-2/"), "xz")
    return {"net_1.0.orig-models.tar.xz": data}


def read(dsc: Path, known: bytes | None = None) -> tuple[Package, Layer]:
    """Read a package, with what is known of its upstream tarballs."""
    layer = Layer(known)
    return read_source(dsc, Examiner(), Limits(), None, layer), layer


def layer_of(dsc: Path) -> bytes:
    """Return what upstream's tarballs of a package lay out."""
    data = read(dsc)[1].data
    assert data is not None
    return data


class TestReading:
    @pytest.mark.parametrize("patch", [b"", PATCH, REMOVAL, PATCH.replace(b"int main", b"int other")])
    @pytest.mark.parametrize("more", [{}, component()])
    def test_a_revision_is_as_if_all_of_it_were_read(
        self, tmp_path: Path, patch: bytes, more: Mapping[str, bytes]
    ) -> None:
        known = layer_of(put(tmp_path, "1", more=more))
        second = put(tmp_path, "2", patch=patch, more=more)
        whole, _ = read(second)
        for path in tmp_path.glob("*.orig*"):
            path.write_bytes(bytes(path.stat().st_size))
        quick, layer = read(second, known)
        assert quick == whole
        assert list(quick.files) == list(whole.files)
        assert layer.recalled == sum(one.size for one in whole.tarballs if ".orig" in one.name)
        assert layer.data is None

    def test_a_layer_of_other_tarballs_is_not_used(self, tmp_path: Path) -> None:
        known = layer_of(put(tmp_path, "1"))
        second = put(tmp_path, "2", {"other.onnx": sample("linear.onnx")})
        quick, layer = read(second, known)
        assert quick == read(second)[0]
        assert (layer.recalled, layer.data is None) == (0, False)

    def test_a_layer_of_another_source_format_is_not_used(self, tmp_path: Path) -> None:
        upstream = {**UPSTREAM, ".pc/x": b"1"}
        known = layer_of(put(tmp_path, "1", upstream))
        native = make.compressed(b"--- a/debian/x\n+++ b/debian/x\n@@ -0,0 +1,1 @@\n+x\n", "gz")
        files = {"net_1.0.orig.tar.gz": (tmp_path / "net_1.0.orig.tar.gz").read_bytes()}
        second = make.write_dsc(tmp_path, {**files, "net_1.0-2.diff.gz": native}, "net", "1.0-2", "1.0")
        quick, layer = read(second, known)
        assert quick == read(second)[0]
        assert layer.recalled == 0

    def test_a_tarball_of_another_size_is_an_error_still(self, tmp_path: Path) -> None:
        known = layer_of(put(tmp_path, "1"))
        second = put(tmp_path, "2")
        tarball = tmp_path / "net_1.0.orig.tar.gz"
        tarball.write_bytes(tarball.read_bytes()[:-1])
        with pytest.raises(Exception, match="truncated"):
            read(second, known)

    def test_a_layer_comes_back_as_it_was(self, tmp_path: Path) -> None:
        layer = unpacked(layer_of(put(tmp_path, "1", more=component())))
        again = unpacked(packed(layer) or b"")
        assert again == layer
        assert isinstance(again, Laid)
        assert {"net.onnx", "models/w.safetensors", "hard.onnx", "link"} <= set(again.files)
        assert (again.hooks, again.pointers, again.notes) != ({}, {}, ())

    def test_one_that_is_too_large_is_not_kept(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(layers, "LARGEST", 10)
        assert read(put(tmp_path, "1"))[1].data is None


class TestKeys:
    def test_what_is_upstreams_alone_makes_the_key(self) -> None:
        orig = Listed("a_1.orig.tar.gz", 1, "0" * 64)
        own = Listed("a_1-1.debian.tar.xz", 2, "1" * 64)
        later = Listed("a_1-2.debian.tar.xz", 3, "2" * 64)
        assert upstream_of([orig, own]) == upstream_of([later, orig]) != ""
        assert upstream_of([orig]) != upstream_of([Listed("a_1.orig.tar.gz", 1, "3" * 64)])

    @pytest.mark.parametrize(
        "files", [[], [Listed("a_1.tar.gz", 1, "0" * 64)], [Listed("a_1.orig.tar.gz", 1)]]
    )
    def test_a_package_without_upstream_or_digest_has_none(self, files: list[Listed]) -> None:
        assert upstream_of(files) == ""


class TestScans:
    def test_a_new_revision_reads_its_own_tarball_only(self, tmp_path: Path) -> None:
        put(tmp_path / "pool", "1")
        run(tmp_path / "pool", tmp_path / "db")
        put(tmp_path / "pool", "2", patch=PATCH)
        standing = run(tmp_path / "pool", tmp_path / "db")
        assert standing.read == (tmp_path / "pool/net_1.0-2.debian.tar.xz").stat().st_size
        run(tmp_path / "pool", tmp_path / "fresh")
        for table in ("models", "facts", "classes", "hints", "elsewhere", "not_examined"):
            lines = contents(tmp_path / "fresh")[table]
            assert {without_read(one) for one in lines} <= {
                without_read(one) for one in contents(tmp_path / "db")[table]
            }
        assert ask(tmp_path / "db", "SELECT count(*) FROM layers") == [(1,)]

    def test_a_new_upstream_version_is_read_whole(self, tmp_path: Path) -> None:
        put(tmp_path / "pool", "1")
        run(tmp_path / "pool", tmp_path / "db")
        put(tmp_path / "pool", "2", {"other.onnx": sample("linear.onnx")})
        sizes = [path.stat().st_size for path in (tmp_path / "pool").glob("*.orig*")]
        assert run(tmp_path / "pool", tmp_path / "db").read > sum(sizes)

    def test_force_reads_upstream_too(self, tmp_path: Path) -> None:
        put(tmp_path / "pool", "1")
        read = run(tmp_path / "pool", tmp_path / "db").read
        assert run(tmp_path / "pool", tmp_path / "db", again=Again.ALL).read == read


def without_read(line: str) -> str:
    """Return a row without the number of bytes that were read for it."""
    import re

    return re.sub(r'"read": \d+', "", line)

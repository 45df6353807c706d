"""Downloads of models are told of files that are packed in archives, with the path that leads to them."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lintian_ml.detection import Examiner, Hook, When
from lintian_ml.package import package_from_files, read_packages
from tests.packages.make import write_quilt

NET = "https://example.org/nets/net.onnx"
FETCH = f"import urllib.request\n\nurllib.request.urlretrieve('{NET}', 'net.onnx')\n".encode()
CMAKE = f"file(DOWNLOAD {NET} net.onnx)\n".encode()


def wheel(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarball(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return gzip.compress(out.getvalue())


def found(files: Mapping[str, bytes]) -> tuple[Hook, ...]:
    return package_from_files(files, Examiner()).hooks


@pytest.mark.parametrize("pack", [wheel, tarball])
def test_a_program_in_an_archive_is_looked_at(pack: Callable[[Mapping[str, bytes]], bytes]) -> None:
    (hook,) = found({"vendor/net-1.0.whl": pack({"net/fetch.py": FETCH, "net/other.py": b"pass\n" * 9})})
    assert (hook.path, hook.line, hook.target) == ("vendor/net-1.0.whl//net/fetch.py", 3, NET)
    assert hook.when is When.RUN and not hook.required


def test_an_archive_in_an_archive_is_looked_into() -> None:
    (hook,) = found({"all.zip": wheel({"net.tar.gz": tarball({"net/fetch.py": FETCH})})})
    assert hook.path == "all.zip//net.tar.gz//net/fetch.py"


def test_what_a_packed_build_fetches_is_no_part_of_this_build() -> None:
    (packed,) = found({"net.tar.gz": tarball({"net/CMakeLists.txt": CMAKE})})
    (plain,) = found({"net/CMakeLists.txt": CMAKE})
    assert (packed.when, plain.when) == (When.SCRIPT, When.BUILD)


def test_packed_rules_are_not_those_of_the_package() -> None:
    rules = f"%:\n\tdh $@\n\noverride_dh_auto_build:\n\twget {NET}\n".encode()
    assert not any(hook.required for hook in found({"old.tar.gz": tarball({"debian/rules": rules})}))
    assert found({"debian/rules": rules})[0].required


def test_packed_programs_that_fetch_no_model_are_passed_over() -> None:
    plain = b"import urllib.request\n\nurllib.request.urlopen('https://example.org/page.html')\n"
    assert found({"net.whl": wheel({"net/fetch.py": plain, "net/data.bin": bytes(5000)})}) == ()


def test_an_archive_that_is_cut_off_ends_in_a_reason() -> None:
    whole = tarball({"net/fetch.py": FETCH + b"#" * 9000, "net/more.py": FETCH})
    package = package_from_files({"net.tar.gz": whole[: len(whole) // 2]}, Examiner())
    assert package.not_examined


def test_the_path_in_the_tree_is_told_without_the_folder_of_the_tarball(tmp_path: Path) -> None:
    files = {"vendor/net.whl": wheel({"net/fetch.py": FETCH}), "README": b"text\n"}
    (package,) = read_packages(write_quilt(tmp_path, files), Examiner)
    (hook,) = package.hooks
    assert hook.path == "vendor/net.whl//net/fetch.py"

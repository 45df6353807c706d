"""The index of a suite: lists of packages as mirrors and apt keep them, and what relations ask of them."""

import gzip
import lzma
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.error import UsageError
from lintian_ml.samples import declared
from lintian_ml.suite import APT_HELPER, Suite, names_models, package_of, read_suite, relations
from tests.building import run_command, write_tree

MAIN = b"Package: python3-numpy\nProvides: numpy-abi9 (= 1), numpy-api\nDescription: x\n\nPackage: both\n"
OTHER = b"Package: cudnn\nVersion: 8\n\nPackage: both\n"


def mirror(folder: Path) -> Path:
    """Write the lists of a suite as a mirror has them; return the suite's folder."""
    suite = folder / "dists" / "trixie"
    for area, data in (("main", lzma.compress(MAIN)), ("non-free", gzip.compress(OTHER))):
        lists = suite / area / "binary-amd64"
        lists.mkdir(parents=True)
        (lists / f"Packages.{'xz' if area == 'main' else 'gz'}").write_bytes(data)
    return suite


def test_a_mirror_tells_which_packages_there_are_and_where(tmp_path: Path) -> None:
    suite = read_suite(str(mirror(tmp_path)))
    assert suite is not None
    assert suite.name == "trixie"
    assert [suite.area(name) for name in ("python3-numpy", "cudnn", "both", "nowhere")] == [
        "main",
        "non-free",
        "main",
        None,
    ]
    assert suite.has("numpy-api"), "what is provided is there, too"
    assert len(suite.digest) == 64


def test_the_lists_of_apt_have_their_path_in_their_name(tmp_path: Path) -> None:
    name = "deb.debian.org_debian_dists_sid_contrib_binary-amd64_Packages"
    (tmp_path / name).write_bytes(OTHER)
    (tmp_path / "deb.debian.org_debian_dists_sid_InRelease").write_text("Suite: unstable\n")
    suite = read_suite(str(tmp_path))
    assert suite is not None
    assert (suite.name, suite.area("cudnn")) == ("sid", "contrib")


def test_of_a_list_that_is_there_twice_one_is_read(tmp_path: Path) -> None:
    folder = mirror(tmp_path)
    plain = folder / "main" / "binary-amd64" / "Packages"
    plain.write_bytes(MAIN)
    before = read_suite(str(folder))
    plain.with_suffix(".xz").write_bytes(b"not xz at all")
    after = read_suite(str(folder))
    assert before == after


@pytest.mark.skipif(not APT_HELPER.is_file(), reason="apt is not there")
def test_what_python_cannot_unpack_is_left_to_apt(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    folder = tmp_path / "main" / "binary-all"
    folder.mkdir(parents=True)
    packed = folder / "Packages.zst"
    packed.write_bytes(zstandard.compress(MAIN))
    suite = read_suite(str(tmp_path))
    assert suite is not None
    assert suite.area("both") == "main"
    packed.write_bytes(b"nothing that is packed")
    with pytest.raises(UsageError, match=r"Packages\.zst: cannot be read"):
        read_suite(str(tmp_path))


def test_none_is_no_index() -> None:
    assert read_suite("none") is None
    assert read_suite("") is None


def test_a_folder_without_lists_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no list of packages is there"):
        read_suite(str(tmp_path))


@pytest.mark.parametrize("packed", ["xz", "gz"])
def test_a_list_that_is_cut_off_is_an_error(packed: str, tmp_path: Path) -> None:
    folder = tmp_path / "main" / "binary-all"
    folder.mkdir(parents=True)
    compress = lzma.compress if packed == "xz" else gzip.compress
    (folder / f"Packages.{packed}").write_bytes(compress(MAIN * 99)[:-20])
    with pytest.raises(UsageError, match="cannot be read as a list of packages"):
        read_suite(str(tmp_path))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a1, b1 (>= 2) | c1:any [amd64 !i386]", [("a1",), ("b1", "c1")]),
        ("gpu <pkg.foo.gpu>, doc <!nodoc>, plain", [("doc",), ("plain",)]),
        ("${shlibs:Depends}, @builddeps@, , UPPER", []),
        ("", []),
    ],
)
def test_relations_are_read_as_policy_does(text: str, expected: list[tuple[str, ...]]) -> None:
    assert list(relations(text)) == expected


@given(st.text(max_size=60))
def test_any_text_is_read_without_complaint(text: str) -> None:
    assert all(names for names in relations(text))
    assert isinstance(package_of(text), str)


def test_one_alternative_in_main_is_enough() -> None:
    suite = Suite.of("example", {"free": "main", "cuda": "non-free"})
    assert suite.in_main(("cuda", "free"))
    assert not suite.in_main(("cuda", "lost"))


def test_names_tell_of_models() -> None:
    assert names_models("tagger-models")
    assert names_models("nnue")
    assert not names_models("remodel")
    assert not names_models("dotnet-sdk")


def test_the_command_asks_the_index(tmp_path: Path) -> None:
    index = mirror(tmp_path / "mirror")
    fields = {"Training-Depends": "cudnn", "Training-Program": "package:lost"}
    tree = write_tree(tmp_path / "example", files=declared(fields))
    asked = run_command("--allow-root", "-I", "--suite-index", index, tree).stdout
    assert "training-environment-outside-main net.onnx not in main: cudnn" in asked
    assert "model-without-training-program net.onnx" in asked
    alone = run_command("--allow-root", "-I", tree).stdout
    assert "training-environment-outside-main" not in alone
    assert "model-without-training-program" not in alone


def test_an_index_that_is_not_there_fails_the_run(tmp_path: Path) -> None:
    done = run_command("--allow-root", "--suite-index", tmp_path / "nowhere", tmp_path)
    assert done.returncode == 1
    assert "no list of packages is there" in done.stderr

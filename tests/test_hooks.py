"""Where a package fetches a model, or points to one: what is told, and what ordinary sources may say."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.detection import Examiner, Hook, When, names_model
from lintian_ml.detection.addresses import TELLING, is_model
from lintian_ml.detection.hooks import MOST, hooks
from lintian_ml.detection.languages import LONGEST
from lintian_ml.detection.pointers import pointer
from lintian_ml.formats import formats
from lintian_ml.package import package_from_files, read_packages
from tests.packages.make import write_quilt

NET = "https://example.org/nets/net.onnx"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def found(path: str, text: str) -> list[tuple[int, str, When]]:
    return [(hook.line, hook.target, hook.when) for hook in hooks(path, text.encode())]


@pytest.mark.parametrize(
    "address",
    [
        NET,
        f"{NET}.gz?download=1",
        "https://github.com/a/b/releases/download/v1/net-1.2.tflite",
        "https://huggingface.co/a/b/resolve/main/config.json",
        "https://download.pytorch.org/models/resnet18-5c106cde.pth",
        "https://tfhub.dev/google/universal-sentence-encoder/4",
        "https://media.xiph.org/opus/models/$model",
        "https://tests.stockfishchess.org/api/nn/nn-0000000000a0.nnue",
    ],
)
def test_an_address_of_a_model_is_known_by_its_ending_or_its_place(address: str) -> None:
    assert is_model(address.encode())


@pytest.mark.parametrize(
    "address",
    [
        "https://example.onnx",
        "https://www.gnu.org/licenses/gpl-3.0.txt",
        "https://example.org/models/chair.obj",
        "https://example.org/data.npz",
        "https://example.org/archive.tar.gz",
        "https://huggingface.co/docs/transformers/main_classes/model",
        "https://huggingface.co/datasets/a/b/resolve/main/train.csv",
        "https://huggingface.co/a/b",
        "https://pytorch.org/models/",
    ],
)
def test_other_addresses_are_none_of_a_model(address: str) -> None:
    assert not is_model(address.encode())


@pytest.mark.parametrize(
    ("path", "text", "when"),
    [
        ("debian/rules", f"build:\n\tcurl -o net.onnx {NET}\n", When.BUILD),
        ("debian/example.postinst", f"#!/bin/sh\nwget -q {NET}\n", When.RUN),
        ("Makefile", f"net.onnx:\n\twget {NET}\n", When.BUILD),
        ("src/CMakeLists.txt", f"FetchContent_Declare(net\n  URL {NET})\n", When.BUILD),
        ("meson.build", f"run_command('wget', '{NET}')\nx = 'wget -c {NET}'\n", When.BUILD),
        ("subprojects/net.wrap", f"[wrap-file]\nsource_url = {NET}\n", When.BUILD),
        ("setup.py", f'NET = "{NET}"\nurlretrieve(NET)\n', When.BUILD),
        ("nets/get.sh", f"URL={NET}\nwget -O net.onnx $URL\n", When.SCRIPT),
        ("nets/get", f"#!/bin/bash\nwget {NET}\n", When.SCRIPT),
        ("tagger/net.py", f'get_file("net.onnx", "{NET}")\n', When.RUN),
        ("src/net.cpp", f'QNetworkRequest request(QUrl("{NET}"));\n', When.RUN),
        ("web/net.js", f'const net = await loadGraphModel("{NET}");\n', When.RUN),
        ("tools/net.py", f'urlopen("{NET}")\n', When.SCRIPT),
    ],
)
def test_commands_and_calls_are_told_with_the_time_of_the_download(path: str, text: str, when: When) -> None:
    (hook,) = {(target, when) for _, target, when in found(path, text)}
    assert hook == (NET, when)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ('AutoModel.from_pretrained("example/net")', "example/net"),
        ("BertModel.from_pretrained('bert-base-uncased')", "bert-base-uncased"),
        ('hf_hub_download(repo_id="example/net", filename="net.bin")', "example/net"),
        ('snapshot_download("example/net")', "example/net"),
        ('torch.hub.load("example/net:v1", "resnet")', "example/net:v1"),
        ('nltk.download("punkt")', "punkt"),
        ('spacy.cli.download("en_core_web_sm")', "en_core_web_sm"),
    ],
)
def test_calls_that_name_a_model_on_a_hub_are_told(call: str, name: str) -> None:
    assert found("tagger/net.py", f"import x\n\n\nnet = {call}\n") == [(4, name, When.RUN)]


@pytest.mark.parametrize(
    "call",
    [
        "AutoModel.from_pretrained(path)",
        'AutoModel.from_pretrained("./net")',
        'AutoModel.from_pretrained("/usr/share/net")',
        'AutoModel.from_pretrained("models/net")',
        'AutoModel.from_pretrained("example/net", local_files_only=True)',
        'torch.hub.load("example/net", "resnet", source="local")',
        "def from_pretrained(cls, name): pass",
        '# AutoModel.from_pretrained("example/net")',
        '>>> AutoModel.from_pretrained("example/net")',
        '"""\nAutoModel.from_pretrained("example/net")\n"""',
        "'''\nAutoModel.from_pretrained(\"example/net\")",
        f'# urlretrieve("{NET}")',
        f'print("see {NET}")',
    ],
)
def test_calls_that_may_stay_at_home_and_remarks_are_not_told(call: str) -> None:
    assert found("tagger/net.py", call) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("debian/rules", f"build:\n\t# wget {NET}\n\techo wget {NET}\n"),
        ("debian/copyright", f"Source: {NET}\n wget {NET}\n"),
        ("README.md", f"wget {NET}\n"),
        ("get.sh", f"# see {NET}\nwget https://example.org/other.tar.gz\n"),
        ("get.sh", f"convert {NET}\n"),
        ("CMakeLists.txt", f'# file(DOWNLOAD {NET})\nmessage("wget {NET}")\nproject(x)\n'),
        ("net.c", f"/* fetch {NET} */\n// fetch {NET}\nvoid fetch(void);\n"),
        ("net.c", f'static const char about[] = "made from {NET}";\n'),
        ("get.sh", "wget https://example.org/models.html\n"),
    ],
)
def test_remarks_documents_and_other_downloads_are_not_told(path: str, text: str) -> None:
    assert found(path, text) == []


@pytest.mark.parametrize(
    ("path", "text", "pinned"),
    [
        ("get.sh", f"wget {NET}\necho $SUM net.onnx | sha256sum -c\n", True),
        ("get.sh", f"wget {NET}\n", False),
        ("CMakeLists.txt", f"file(DOWNLOAD {NET} net EXPECTED_HASH SHA256={'a' * 64})\n", True),
        ("net.py", f'AutoModel.from_pretrained("a/b", revision="{COMMIT}")\n', True),
        ("net.py", 'AutoModel.from_pretrained("a/b", revision="main")\n', False),
    ],
)
def test_a_digest_or_a_commit_pins_a_download(path: str, text: str, pinned: bool) -> None:
    (hook,) = hooks(path, text.encode())
    assert hook.pinned is pinned


@pytest.mark.parametrize(
    ("rules", "required"),
    [
        (f"override_dh_auto_build:\n\twget {NET}\n", True),
        (f"build-arch: fetch\nfetch: deep\ndeep:\n\tmkdir x\n\twget \\\n\t\t{NET}\n", True),
        (f"clean: ; wget {NET}\n", True),
        (f"URL := {NET}\n%:\n\tdh $@\nexecute_before_dh_install:\n\twget $(URL)\n", True),
        (f"URL = {NET}\n%:\n\tdh $@\nget-orig-source:\n\twget $(URL)\n", False),
        (f"%:\n\tdh $@\nget-orig-source:\n\twget {NET}\n", False),
        (f"%:\n\tdh $@\nmodels: build\n\twget {NET}\n", False),
    ],
)
def test_required_is_what_every_build_runs(rules: str, required: bool) -> None:
    (hook,) = hooks("debian/rules", f"#!/usr/bin/make -f\n{rules}".encode())
    assert (hook.when, hook.required) == (When.BUILD, required)


def test_few_downloads_are_told_of_one_file_in_the_order_of_its_lines() -> None:
    told = found("get.sh", "".join(f"wget {NET}?{number}\n" for number in range(3 * MOST)))
    assert [line for line, _, _ in told] == list(range(1, MOST + 1))


def test_the_files_of_the_tree_are_searched_under_the_paths_that_they_have_there(tmp_path: Path) -> None:
    patch = f"--- a/get.sh\n+++ b/get.sh\n@@ -1,1 +1,1 @@\n-wget {NET}\n+wget {NET}?2\n".encode()
    dsc = write_quilt(
        tmp_path,
        {"get.sh": f"wget {NET}\n".encode(), "debian/rules": f"build:\n\twget {NET}?old\n".encode()},
        {"debian/patches/series": b"p\n", "debian/patches/p": patch},
    )
    (package,) = read_packages(dsc, Examiner)
    assert package.hooks == (Hook("get.sh", 1, f"{NET}?2", When.SCRIPT, False),)


def test_a_file_is_still_examined_whole_after_it_was_searched() -> None:
    weights = b"".join(b"%a, " % (number / 7) for number in range(10))
    files = {"net.py": b"x = [" + weights + b"]\n", "a": b"", "b": b"#", "debian/rules": b"build:\n\ttrue\n"}
    package = package_from_files(files, Examiner())
    assert package.hooks == ()
    assert package.texts["debian/rules"] == files["debian/rules"]


@pytest.mark.parametrize(
    "unit", ["/*", '"""', "'''", "//", "#", "wget ", "git clone ", "http://", f"{NET} ", ".from_pretrained( "]
)
@pytest.mark.parametrize("path", ["net.py", "net.c", "get.sh", "CMakeLists.txt", "debian/rules"])
def test_hostile_repetition_takes_no_long_time(unit: str, path: str) -> None:
    many = unit * ((LONGEST - 1000) // len(unit))
    data = f'wget {NET}\nurlopen("{NET}")\nfetch file(DOWNLOAD\n{many}'.encode()
    began = time.monotonic()
    hooks(path, data)
    assert time.monotonic() - began < 2


@given(
    st.binary(max_size=300), st.sampled_from(["net.py", "net.c", "get.sh", "debian/rules", "get", "x.wrap"])
)
def test_no_bytes_make_it_fail(noise: bytes, path: str) -> None:
    data = (
        b"#!/bin/sh\n" + noise + NET.encode() + b"\nwget $x hf_hub_download('a/b') fetch source_url " + noise
    )
    assert all(hook.line > 0 for hook in hooks(path, data))


OID = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"


def test_a_pointer_of_git_lfs_tells_digest_and_size() -> None:
    text = f"version https://git-lfs.github.com/spec/v1\next-0-foo sha256:{OID}\noid sha256:{OID}\nsize 12\n"
    told = pointer("net.onnx", text.encode())
    assert told is not None
    assert (told.path, told.oid, told.size) == ("net.onnx", OID, 12)


@pytest.mark.parametrize(
    "text",
    [
        "version https://git-lfs.github.com/spec/v1\n",
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{OID}\nsize many\n",
        f"version https://git-lfs.github.com/spec/v1\noid sha1:{OID[:40]}\nsize 1\n",
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{OID}\nsize 1\n" + "x" * 1000,
        f"# version https://git-lfs.github.com/spec/v1\noid sha256:{OID}\nsize 1\n",
        "",
    ],
)
def test_what_only_looks_like_a_pointer_is_none(text: str) -> None:
    assert pointer("net.onnx", text.encode()) is None


def test_each_telling_extension_is_one_of_a_format() -> None:
    known = {extension for module in formats() for extension in module.FORMAT.extensions}
    assert set(TELLING) <= known


def test_names_with_the_extension_of_a_model_are_told_from_others() -> None:
    assert names_model("a/net.ONNX")
    assert names_model("net.safetensors.xz")
    assert not names_model("onnx")
    assert not names_model("table.json")
    assert not names_model("a.onnx/readme")

"""Data sets are at hand and what they are declared to be, or nothing is decided; they can be fetched."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lintian_ml.declaration import parse_declaration
from lintian_ml.reproduce.fetching import FetchError, address_of
from tests.reproduce.training import package, reproduce, stanza, train

LEAVES = b"1,2\n3,4\n"


def data(location: str, content: bytes = LEAVES, name: str = "a.csv", access: str = "direct-download") -> str:
    checksum = f" {hashlib.sha256(content).hexdigest()} {len(content)} {name}\n"
    return (
        f"Dataset: leaves\nLicense: CC0-1.0\nAccess: {access}\nLocation: {location}\n"
        f"Checksums-Sha256:\n{checksum}"
    )


def tree_with(folder: Path, trained: bytes, dataset: str) -> Path:
    command = f"test -e $MODEL_DATA/leaves && {train('plain')}"
    return package(folder, trained, stanza(command, {"Training-Data": "leaves"}), dataset)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder by HTTP, and yield its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            """Lead from /moved to another scheme, as a hostile server would."""
            if self.path.startswith("/moved"):
                self.send_response(302)
                self.send_header("Location", f"file://{folder}/a.csv")
                self.end_headers()
                return
            super().do_GET()

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask this machine itself: Debian's builds set a proxy that answers nothing."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def test_data_that_is_not_at_hand_is_not_decided_and_never_fttfs(tmp_path: Path, trained: bytes) -> None:
    done = reproduce(tree_with(tmp_path, trained, data("https://example.org/a.csv", access="lost")))
    assert done.returncode == 2
    assert (
        "net: not decided: the data set leaves is not at hand (--data or --fetch-data give it)" in done.stdout
    )
    assert "FTTFS" not in done.stdout
    assert "training, run" not in done.stderr


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (None, "a.csv is not there"),
        (b"1,2\n", "a.csv has 4 bytes, not 8"),
        (b"1,2\n3,5\n", "a.csv has another digest"),
    ],
)
def test_data_that_is_something_else_is_not_decided(
    tmp_path: Path, trained: bytes, content: bytes | None, trouble: str
) -> None:
    (tmp_path / "data" / "leaves").mkdir(parents=True)
    if content is not None:
        (tmp_path / "data" / "leaves" / "a.csv").write_bytes(content)
    tree = tree_with(tmp_path, trained, data("https://example.org/a.csv"))
    done = reproduce(tree, "--data", str(tmp_path / "data"))
    assert done.returncode == 2
    assert f"the data set leaves is not what is declared: {trouble}" in done.stdout


def test_data_that_is_at_hand_is_trained_on(tmp_path: Path, trained: bytes) -> None:
    (tmp_path / "data" / "leaves").mkdir(parents=True)
    (tmp_path / "data" / "leaves" / "a.csv").write_bytes(LEAVES)
    tree = tree_with(tmp_path, trained, data("https://example.org/a.csv"))
    assert reproduce(tree, "--data", str(tmp_path / "data")).returncode == 0


def test_data_is_fetched_once_and_checked(tmp_path: Path, trained: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(LEAVES)
    with served(tmp_path) as address:
        tree = tree_with(tmp_path, trained, data(f"{address}/a.csv"))
        done = reproduce(tree, "--fetch-data", str(tmp_path / "data"))
        assert (done.returncode, f"fetching {address}/a.csv" in done.stderr) == (0, True)
        assert (tmp_path / "data" / "leaves" / "a.csv").read_bytes() == LEAVES
    done = reproduce(tree, "--fetch-data", str(tmp_path / "data"))
    assert (done.returncode, "fetching" in done.stderr) == (0, False)


def test_data_may_lie_in_a_file(tmp_path: Path, trained: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(LEAVES)
    tree = tree_with(tmp_path, trained, data(f"file://{tmp_path}/a.csv"))
    assert reproduce(tree, "--fetch-data", str(tmp_path / "data")).returncode == 0


@pytest.mark.parametrize(
    ("path", "content", "trouble"),
    [
        ("/a.csv", b"1,2\n3,5\n", "is not what is declared: its SHA-256 is"),
        pytest.param("/a.csv", bytes(9_000_000), "has more than the 8 bytes that are declared", id="long"),
        ("/a.csv", b"1", "has fewer than the 8 bytes that are declared"),
        ("/absent.csv", LEAVES, "cannot be fetched: HTTP Error 404"),
        ("/moved/a.csv", LEAVES, "cannot be fetched: HTTP Error 302"),
    ],
)
def test_what_is_not_what_is_declared_is_not_kept(
    tmp_path: Path, trained: bytes, path: str, content: bytes, trouble: str
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with served(tmp_path) as address:
        tree = tree_with(tmp_path, trained, data(f"{address}{path}"))
        done = reproduce(tree, "--fetch-data", str(tmp_path / "data"))
    assert done.returncode == 2
    assert trouble in done.stdout
    assert not [one for one in (tmp_path / "data").rglob("*") if one.is_file()]


def test_without_a_digest_nothing_is_fetched(tmp_path: Path, trained: bytes) -> None:
    dataset = (
        "Dataset: leaves\nLicense: CC0-1.0\nAccess: direct-download\nLocation: https://example.org/a.csv\n"
    )
    done = reproduce(tree_with(tmp_path, trained, dataset), "--fetch-data", str(tmp_path / "data"))
    assert "has no Checksums-Sha256 to check what is fetched by" in done.stdout
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("location", "name", "address"),
    [
        ("https://example.org/x/a.csv", "a.csv", "https://example.org/x/a.csv"),
        ("https://example.org/x/", "b/a b.csv", "https://example.org/x/b/a%20b.csv"),
        ("see https://example.org/b.csv https://example.org/a.csv", "a.csv", "https://example.org/a.csv"),
        ("https://example.org/get?id=7", "a.csv", "https://example.org/get?id=7"),
    ],
)
def test_where_a_file_of_a_data_set_is(location: str, name: str, address: str) -> None:
    (dataset,) = parse_declaration(f"Format: 1.0\n\n{data(location, name=name)}".encode()).datasets
    assert address_of(dataset, dataset.checksums_sha256[0]) == address


@pytest.mark.parametrize(
    "location", ["ftp://example.org/a.csv", "by post", "https://a.example https://b.example"]
)
def test_an_address_that_does_not_tell_is_refused(location: str) -> None:
    (dataset,) = parse_declaration(f"Format: 1.0\n\n{data(location)}".encode()).datasets
    with pytest.raises(FetchError, match=r"does not tell where a\.csv is"):
        address_of(dataset, dataset.checksums_sha256[0])


def test_packages_that_the_training_needs_must_be_installed(tmp_path: Path, trained: bytes) -> None:
    pytest.importorskip("debian")
    tree = package(
        tmp_path, trained, stanza(train("plain"), {"Training-Depends": "@builddeps@, no-such-package (>= 2)"})
    )
    done = reproduce(tree)
    if "lacks" not in done.stdout:
        pytest.skip("dpkg-checkbuilddeps is not there")
    assert done.returncode == 2
    assert "no-such-package (>= 2)" in done.stdout


def test_build_dependencies_count_where_nothing_is_said(tmp_path: Path, trained: bytes) -> None:
    tree = package(tmp_path, trained, stanza(train("plain")))
    control = (tree / "debian" / "control").read_text()
    (tree / "debian" / "control").write_text(
        control.replace("\n\n", "\nBuild-Depends: no-such-package\n\n", 1)
    )
    done = reproduce(tree)
    if done.returncode == 0:
        pytest.skip("dpkg-checkbuilddeps is not there")
    assert "the system lacks what it needs: " in done.stdout
    assert "no-such-package" in done.stdout

"""Training again: what comes out is judged, what was shipped cannot be read, and nothing is left behind."""

import base64
import gzip
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from lintian_ml.reproduce import Bubblewrap, Outcome, confinement, worst
from lintian_ml.reproduce.confinement import ConfinementError
from tests.building import run_command, write_tree

TRAIN = '''
"""Trains a nearest-centroid classifier, and writes its centroids as one .npy array of float64."""
import os, struct, sys
from pathlib import Path

SAMPLES = [(0.1 * n, 1 / (n + 1), (n * 7 % 13) / 3) for n in range(50)]
how = sys.argv[1]
samples = SAMPLES[::-1] if how == "reversed" else SAMPLES[: {"short": 40}.get(how)]
centroid = []
for column in zip(*samples):
    total = 0.0
    for value in column:
        total += value
    centroid.append(total / len(samples))
header = repr({"descr": "<f8", "fortran_order": False, "shape": (3,)}).encode()
header += b" " * (64 - (10 + len(header) + 1) % 64) + b"\\n"
data = b"\\x93NUMPY\\x01\\x00" + struct.pack("<H", len(header)) + header + struct.pack("<3d", *centroid)
Path(os.environ["MODEL_OUTPUT"], sys.argv[2] if len(sys.argv) > 2 else "data/net.npy").write_bytes(data)
'''

PYTHON = sys.executable

Fields = Mapping[str, str | None]

NOTHING: Fields = {}


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("trained")
    program = folder / "train.py"
    program.write_text(TRAIN)
    subprocess.run([PYTHON, program, "plain", "net.npy"], env={"MODEL_OUTPUT": str(folder)}, check=True)
    return (folder / "net.npy").read_bytes()


def stanza(
    command: str | None, fields: Fields = NOTHING, name: str = "net", file: str = "data/net.npy"
) -> str:
    stated = {"Model": name, "Files": file, "Training-Command": command, "Training-Data": "none", **fields}
    return "".join(f"{key}: {value}\n" for key, value in stated.items() if value is not None)


def package(folder: Path, net: bytes, *stanzas: str, **more: bytes) -> Path:
    """Write a package with a shipped net, its training program, and a declaration."""
    files: dict[str, str | bytes] = {
        "data/net.npy": net,
        "train.py": TRAIN,
        "debian/models": "\n".join(("Format: 1.0\n", *stanzas)),
        **{name.replace("__", "/").replace("_", "."): data for name, data in more.items()},
    }
    return write_tree(folder / "tree", files=files)


def altered(net: bytes) -> bytes:
    """Return another net, one bit away."""
    return net[:-1] + bytes([net[-1] ^ 1])


def train(how: str) -> str:
    return f"{PYTHON} train.py {how}"


def reproduce(tree: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command without walls; its temporary folders go below the package's own."""
    rooms = tree.parent / "rooms"
    rooms.mkdir(exist_ok=True)
    done = run_command(
        "reproduce", "--unconfined", *options, tree, cwd=None, TMPDIR=str(rooms), **environment
    )
    assert not list(rooms.iterdir()), "a temporary folder was left behind"
    return done


def test_a_deterministic_training_is_bit_by_bit(tmp_path: Path, trained: bytes) -> None:
    tree = package(tmp_path, trained, stanza(train("plain")))
    before = {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    done = reproduce(tree)
    assert done.returncode == 0
    assert done.stdout.startswith("net: data/net.npy: bit-by-bit: SHA-256 ")
    assert "runs what the package brought" in done.stderr
    assert before == {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}


def test_another_order_of_summation_is_model_equal_within_ulps(tmp_path: Path, trained: bytes) -> None:
    tree = package(tmp_path, trained, stanza(train("reversed"), {"Equality": "ulp(4)"}))
    done = reproduce(tree)
    assert done.stdout.startswith("net: data/net.npy: model-equal under ulp(4) (not bit-for-bit)")
    assert done.returncode == 0


def test_training_on_less_data_is_not_equal(tmp_path: Path, trained: bytes) -> None:
    done = reproduce(package(tmp_path, trained, stanza(train("short"), {"Equality": "ulp(4)"})))
    assert done.stdout.startswith("net: data/net.npy: not equal: under ulp(4): ")
    assert done.returncode == 1


def test_without_a_predicate_a_difference_is_not_decided_unless_bytes_are_claimed(
    tmp_path: Path, trained: bytes
) -> None:
    silent = package(tmp_path / "silent", trained, stanza(train("reversed")))
    done = reproduce(silent)
    assert done.returncode == 2
    assert "states no Equality for it; " in done.stdout
    claiming = {"Reproducibility": "bit-by-bit"}
    done = reproduce(package(tmp_path / "claiming", trained, stanza(train("reversed"), claiming)))
    assert done.returncode == 1
    assert "not equal: under identical" in done.stdout


def test_a_claim_beyond_what_the_predicate_reaches_is_not_met(tmp_path: Path, trained: bytes) -> None:
    claim = {"Reproducibility": "bit-by-bit", "Equality": "ulp(4)"}
    done = reproduce(package(tmp_path, trained, stanza(train("reversed"), claim)))
    assert done.returncode == 1
    assert done.stdout.endswith("but Reproducibility claims bit-by-bit\n")


def test_a_predicate_that_does_not_fit_is_not_decided(tmp_path: Path, trained: bytes) -> None:
    done = reproduce(package(tmp_path, trained, stanza(train("reversed"), {"Equality": "nearly(4)"})))
    assert done.returncode == 2
    assert "not decided: Equality does not fit" in done.stdout


def test_a_training_that_fails_is_trouble_and_its_last_words_are_told(tmp_path: Path, trained: bytes) -> None:
    done = reproduce(package(tmp_path, trained, stanza("echo out of luck [1]; exit 7")))
    assert done.returncode == 3
    assert (
        done.stdout
        == "net: trouble: the training failed with status 7; it said last: out of luck \\x5b1\\x5d\n"
    )


def test_a_failure_tells_which_data_was_not_at_hand(tmp_path: Path, trained: bytes) -> None:
    data = "Dataset: leaves\nLicense: CC0-1.0\nAccess: direct-download\n"
    models = (stanza("cat $MODEL_DATA/leaves/a.csv", {"Training-Data": "leaves"}), data)
    tree = package(tmp_path, trained, *models)
    done = reproduce(tree)
    assert (done.returncode, "not at hand: data set leaves" in done.stdout) == (3, True)
    (tmp_path / "given" / "leaves").mkdir(parents=True)
    (tmp_path / "given" / "leaves" / "a.csv").write_text("1,2\n")
    done = reproduce(tree, "--data", str(tmp_path / "given"))
    assert "the training did not write it" in done.stdout


def test_a_training_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path, trained: bytes) -> None:
    note = tmp_path / "pid"
    tree = package(tmp_path, trained, stanza(f"sleep 300 & echo $! > {note}; wait"))
    began = time.monotonic()
    done = reproduce(tree, "--timeout", "1")
    assert time.monotonic() - began < 20
    assert done.returncode == 3
    assert "did not end within 1 s" in done.stdout
    assert not is_running(int(note.read_text()))


def is_running(process: int) -> bool:
    """Whether a process is there and not dead; one that nobody has asked about yet is still listed."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_what_was_shipped_cannot_be_read_under_any_name(tmp_path: Path, trained: bytes) -> None:
    """Neither by its path, nor as a copy, nor compressed, nor as what another stanza calls rebuilt."""
    search = "find . -type f ! -name '*.py' ! -path './debian/*'; exit 1"
    tree = package(
        tmp_path,
        trained,
        stanza(search, {"Rebuilt-Files": "tests/again.npy"}),
        copy_npy=trained,
        packed_npy_gz=gzip.compress(trained),
        tests__again_npy=altered(trained),
        other_txt=b"stays",
    )
    (tree / ".git").mkdir()
    (tree / ".git" / "blob").write_bytes(trained)
    done = reproduce(tree)
    assert done.stdout.endswith("it said last: ./other.txt\n")
    assert "also taken out of the tree: copy.npy, packed.npy.gz, tests/again.npy" in done.stderr
    keep = tmp_path / "kept"
    reproduce(tree, "--keep", str(keep))
    assert (keep / "training-net.log").read_text() == "./other.txt\n"


def test_models_of_other_stanzas_are_there_only_as_declared_base_models(
    tmp_path: Path, trained: bytes
) -> None:
    base = stanza(None, name="base", file="base.npy")
    other = {"base_npy": altered(trained)}
    alone = package(tmp_path / "alone", trained, stanza("cat base.npy"), base, **other)
    assert "No such file" in reproduce(alone, "--model", "net").stdout
    grown = stanza("cat base.npy", {"Base-Model": "base"})
    declared = package(tmp_path / "declared", trained, grown, base, **other)
    assert "did not write it" in reproduce(declared, "--model", "net").stdout


def test_without_a_command_nothing_is_decided(tmp_path: Path, trained: bytes) -> None:
    done = reproduce(package(tmp_path, trained, stanza(None)))
    assert done.returncode == 2
    assert done.stdout == "net: not decided: debian/models states no Training-Command for it\n"


def test_files_that_are_not_written_are_not_equal(tmp_path: Path, trained: bytes) -> None:
    done = reproduce(package(tmp_path, trained, stanza("true")))
    assert done.returncode == 1
    assert "not equal: the training did not write it" in done.stdout


def test_a_link_to_the_shipped_file_is_no_output(tmp_path: Path, trained: bytes) -> None:
    shipped = tmp_path / "tree" / "data" / "net.npy"
    done = reproduce(package(tmp_path, trained, stanza(f"ln -s {shipped} $MODEL_OUTPUT/data/net.npy")))
    assert done.returncode == 1
    shipped = shipped.parent
    command = f"rmdir $MODEL_OUTPUT/data; ln -s {shipped} $MODEL_OUTPUT/data"
    assert reproduce(package(tmp_path, trained, stanza(command))).returncode == 1


def test_several_models_are_told_apart_and_the_worst_is_the_status(tmp_path: Path, trained: bytes) -> None:
    second = stanza(f"{train('plain')} two.npy", name="second", file="two.npy")
    undeclared = stanza(None, name="third", file="three.npy")
    others = {"two_npy": trained, "three_npy": altered(trained)}
    done = reproduce(package(tmp_path, trained, stanza(train("plain")), second, undeclared, **others))
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["net", "second", "third"]
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("outcomes", "status"), [((0, 2), 2), ((2, 1, 0), 1), ((1, 3), 3), ((0, 0), 0), ((), 2)]
)
def test_trouble_comes_before_not_met_before_not_decided(outcomes: tuple[int, ...], status: int) -> None:
    assert worst(map(Outcome, outcomes)) is Outcome(status)


def test_a_part_that_differs_is_not_hidden_by_an_equal_main_file(tmp_path: Path) -> None:
    """An ONNX model whose weights lie in a second file: the first alone says nothing."""
    onnx = pytest.importorskip("onnx")
    numpy = pytest.importorskip("numpy")
    tree = package(tmp_path, b"nothing")
    weights = onnx.numpy_helper.from_array(numpy.arange(1024, dtype=numpy.float32), "w")
    output = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1024])
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Identity", ["w"], ["y"])], "g", [], [output], [weights]
    )
    model = onnx.helper.make_model(graph)
    onnx.save(model, str(tree / "m.onnx"), save_as_external_data=True, location="m.bin", size_threshold=0)
    data = (tree / "m.bin").read_bytes()
    (tree / "graph").write_bytes(base64.b64encode((tree / "m.onnx").read_bytes()))
    (tree / "weights").write_bytes(data[:-4] + bytes([data[-4] ^ 1]) + data[-3:])
    command = "base64 -d graph > $MODEL_OUTPUT/m.onnx; cp weights $MODEL_OUTPUT/m.bin"
    declared = stanza(command, file="m.onnx m.bin")
    (tree / "debian" / "models").write_text(f"Format: 1.0\n\n{declared}Equality: same\n")
    done = reproduce(tree)
    assert done.returncode == 1, done
    assert "bit-by-bit" not in done.stdout
    (tree / "debian" / "models").write_text(f"Format: 1.0\n\n{declared}Equality: ulp(1)\n")
    done = reproduce(tree)
    assert done.returncode == 0, done
    assert "net: m.bin: model-equal under ulp(1) (not bit-for-bit): it is part of m.onnx" in done.stdout


def test_the_training_is_told_of_little(tmp_path: Path, trained: bytes) -> None:
    keep = tmp_path / "kept"
    tree = package(tmp_path, trained, stanza("env | sort"))
    reproduce(tree, "--keep", str(keep), SECRET="token")
    told = dict(line.split("=", 1) for line in (keep / "training-net.log").read_text().splitlines())
    assert set(told) - {"PWD", "_", "SHLVL", "OLDPWD"} == {
        "HOME",
        "LC_ALL",
        "MODEL_DATA",
        "MODEL_OUTPUT",
        "PATH",
        "SOURCE_DATE_EPOCH",
    }
    assert told["SOURCE_DATE_EPOCH"] == "1780315200"
    assert told["LC_ALL"] == "C.UTF-8"


def test_what_was_made_is_kept_at_its_path_on_request(tmp_path: Path, trained: bytes) -> None:
    tree, keep = package(tmp_path, trained, stanza(train("plain"))), tmp_path / "kept"
    assert reproduce(tree, "--keep", str(keep)).returncode == 0
    assert (keep / "data" / "net.npy").read_bytes() == trained
    again = reproduce(tree, "--keep", str(keep))
    assert (again.returncode, "already there" in again.stderr) == (3, True)


def test_folders_that_lock_themselves_are_removed(tmp_path: Path, trained: bytes) -> None:
    command = "mkdir -p $HOME/a/b && touch $HOME/a/b/c && chmod 000 $HOME/a/b $HOME/a; exit 1"
    assert reproduce(package(tmp_path, trained, stanza(command))).returncode == 3


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_it_leaves_nothing(
    tmp_path: Path, trained: bytes, number: signal.Signals, status: int
) -> None:
    started, rooms = tmp_path / "started", tmp_path / "rooms"
    rooms.mkdir()
    tree = package(tmp_path, trained, stanza(f"echo $$ > {started}; exec sleep 300"))
    command = [PYTHON, "-m", "lintian_ml", "reproduce", "--unconfined", str(tree)]
    with subprocess.Popen(
        command, env={**os.environ, "TMPDIR": str(rooms)}, stderr=subprocess.PIPE
    ) as process:
        deadline = time.monotonic() + 30
        while not (started.exists() and started.read_text()) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(number)
        assert process.wait(30) == status
    assert not list(rooms.iterdir())
    assert not is_running(int(started.read_text()))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--model", "nix"), "declares no model nix, but net"),
        (("--data", "/nonexistent"), "is no folder"),
        (("--timeout", "-1"), "--timeout takes"),
        (("--timeout", "nan"), "--timeout takes"),
        (("--nonsense",), "unrecognized arguments"),
    ],
)
def test_wrong_usage_is_trouble(
    tmp_path: Path, trained: bytes, options: tuple[str, ...], sentence: str
) -> None:
    done = reproduce(package(tmp_path, trained, stanza(train("plain"))), *options)
    assert done.returncode == 3
    assert sentence in done.stderr


def test_a_package_without_a_declaration_is_trouble(tmp_path: Path) -> None:
    done = reproduce(write_tree(tmp_path / "tree"))
    assert (done.returncode, "has no debian/models" in done.stderr) == (3, True)


def test_without_bubblewrap_it_refuses_unless_walls_are_waived(tmp_path: Path, trained: bytes) -> None:
    marker = tmp_path / "ran"
    tree = package(tmp_path, trained, stanza(f"touch {marker}"))
    (tmp_path / "empty").mkdir()
    done = run_command("reproduce", tree, PATH=str(tmp_path / "empty"))
    assert done.returncode == 3
    assert "install bubblewrap" in done.stderr
    assert "--unconfined" in done.stderr
    assert not marker.exists()


def test_a_bubblewrap_that_may_not_confine_is_refused_too(tmp_path: Path) -> None:
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho bwrap: no namespaces for you >&2; exit 1\n")
    program.chmod(0o755)
    with pytest.raises(ConfinementError, match="no namespaces for you"):
        confinement(waived=False, environment={"PATH": str(tmp_path)})


def works_here() -> str:
    """Return why bubblewrap cannot be tried here; an empty string where it can."""
    try:
        return "" if isinstance(confinement(waived=False, environment=os.environ), Bubblewrap) else "waived"
    except ConfinementError as error:
        return str(error)


needs_bubblewrap = pytest.mark.skipif(bool(works_here()), reason=works_here())


@needs_bubblewrap
def test_confined_it_sees_no_network_and_nothing_of_the_user(tmp_path: Path, trained: bytes) -> None:
    command = f"pwd; cut -d: -f1 /proc/net/dev; kill -0 {os.getpid()}; ls /home {tmp_path}"
    keep = tmp_path / "kept"
    done = run_command("reproduce", "--keep", keep, package(tmp_path, trained, stanza(command)))
    log = (keep / "training-net.log").read_text()
    where, *interfaces, other, home, user = filter(str.strip, log.splitlines())
    assert done.returncode == 3
    assert where == "/build/source"
    assert [line.strip() for line in interfaces[2:]] == ["lo"]
    assert other.endswith("No such process")
    assert "/home" in home
    assert str(tmp_path) in user


@needs_bubblewrap
def test_confined_a_training_comes_out_the_same(tmp_path: Path, trained: bytes) -> None:
    python = shutil.which("python3", path="/usr/local/bin:/usr/bin")
    if python is None:
        pytest.skip("no python3 among the system's programs")
    tree = package(tmp_path, trained, stanza("python3 train.py plain"))
    done = run_command("reproduce", tree)
    assert (done.returncode, "bit-by-bit" in done.stdout) == (0, True)
    assert "confined by bubblewrap" in done.stderr


@pytest.mark.skipif(shutil.which("dpkg-source") is None, reason="dpkg-source is not installed")
def test_a_dsc_is_unpacked_and_trained(tmp_path: Path, trained: bytes) -> None:
    tree = package(tmp_path, trained, stanza(train("plain")))
    (tree / "debian" / "source").mkdir()
    (tree / "debian" / "source" / "format").write_text("3.0 (native)\n")
    changelog = tree / "debian" / "changelog"
    changelog.write_text(changelog.read_text().replace("1.0-1", "1.0"))
    subprocess.run(["dpkg-source", "-b", str(tree)], cwd=tmp_path, check=True, capture_output=True)
    dsc = next(tmp_path.glob("*.dsc"))
    shutil.rmtree(tree)
    rooms = tmp_path / "rooms"
    rooms.mkdir()
    done = run_command("reproduce", "--unconfined", dsc, TMPDIR=str(rooms))
    assert (done.returncode, done.stdout[:30]) == (0, "net: data/net.npy: bit-by-bit:")
    assert not list(rooms.iterdir())
    next(tmp_path.glob("*.tar.*")).unlink()
    assert run_command("reproduce", "--unconfined", dsc).returncode == 3

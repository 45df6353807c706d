"""Training again: what comes out is judged, what was shipped cannot be read, and nothing is left behind."""

import base64
import gzip
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from lintian_ml.reproduce import Outcome, worst
from tests.building import run_command, write_tree
from tests.reproduce.training import (
    NET,
    PYTHON,
    altered,
    is_running,
    package,
    reproduce,
    stanza,
    train,
)


def test_a_deterministic_training_is_bit_by_bit(tmp_path: Path, trained: bytes) -> None:
    tree = package(tmp_path, trained, stanza(train("plain")))
    before = {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    done = reproduce(tree)
    assert done.returncode == 0
    assert "net: met\n" in done.stdout
    assert f"{NET}: the runs against what is shipped: bit-by-bit\n" in done.stdout
    assert f"{NET}: the runs against each other: bit-by-bit\n" in done.stdout
    assert "Reproducibility: bit-by-bit\n    Equality: identical\n" in done.stdout
    assert "runs what the package brought" in done.stderr
    assert before == {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}


def test_another_order_of_summation_is_model_equal_within_ulps(tmp_path: Path, trained: bytes) -> None:
    done = reproduce(package(tmp_path, trained, stanza(train("reversed"), {"Equality": "ulp(4)"})))
    assert "against what is shipped: model-equal under ulp(4) (not bit-for-bit)\n" in done.stdout
    assert "against each other: bit-by-bit\n" in done.stdout
    assert "level: numerical\n" in done.stdout
    assert done.returncode == 0


def test_training_on_less_data_is_not_equal(tmp_path: Path, trained: bytes) -> None:
    done = reproduce(package(tmp_path, trained, stanza(train("short"), {"Equality": "ulp(4)"})))
    assert "against what is shipped: not equal: under ulp(4): " in done.stdout
    assert "level: none (nothing weaker than short-training" in done.stdout
    assert "Reproducibility: none\n" in done.stdout
    assert done.returncode == 1


def test_runs_that_differ_from_each_other_are_not_met_though_one_is_what_is_shipped(
    tmp_path: Path, trained: bytes
) -> None:
    command = f"{train('$([ $PYTHONHASHSEED = 0 ] && echo plain || echo short)')}"
    tree = package(tmp_path, trained, stanza(command, {"Equality": "ulp(4)"}))
    done = reproduce(tree, "--vary", "hashseed")
    assert "against what is shipped: run 1: bit-by-bit; run 2: not equal: under ulp(4)" in done.stdout
    assert "against each other: not equal: under ulp(4)" in done.stdout
    assert "hashseed: PYTHONHASHSEED=0, then PYTHONHASHSEED=1" in done.stdout
    assert done.returncode == 1
    assert reproduce(tree, "--vary", "path").returncode == 0


def test_without_a_predicate_a_difference_is_not_decided_unless_bytes_are_claimed(
    tmp_path: Path, trained: bytes
) -> None:
    silent = package(tmp_path / "silent", trained, stanza(train("reversed")))
    done = reproduce(silent)
    assert done.returncode == 2
    assert "not decided: debian/models states no Equality for it\n" in done.stdout
    claiming = {"Reproducibility": "bit-by-bit"}
    done = reproduce(package(tmp_path / "claiming", trained, stanza(train("reversed"), claiming)))
    assert done.returncode == 1
    assert "not equal: under identical" in done.stdout


def test_a_claim_beyond_what_the_predicate_reaches_is_not_met(tmp_path: Path, trained: bytes) -> None:
    claim = {"Reproducibility": "bit-by-bit", "Equality": "ulp(4)"}
    done = reproduce(package(tmp_path, trained, stanza(train("reversed"), claim)))
    assert done.returncode == 1
    assert "(not bit-for-bit): but Reproducibility claims bit-by-bit\n" in done.stdout


def test_a_predicate_that_does_not_fit_is_not_decided(tmp_path: Path, trained: bytes) -> None:
    done = reproduce(package(tmp_path, trained, stanza(train("reversed"), {"Equality": "nearly(4)"})))
    assert done.returncode == 2
    assert "not decided: Equality does not fit" in done.stdout


def test_a_command_that_fails_is_fttfs_and_the_end_of_its_log_is_shown(
    tmp_path: Path, trained: bytes
) -> None:
    done = reproduce(package(tmp_path, trained, stanza("echo well begun; echo out of luck [1]; exit 7")))
    assert done.returncode == 1
    assert "net: FTTFS: run 1: the training failed with status 7\n" in done.stdout
    assert "  the end of its log:\n  | well begun\n  | out of luck \\x5b1\\x5d\n" in done.stdout


def test_true_is_no_training(tmp_path: Path, trained: bytes) -> None:
    done = reproduce(package(tmp_path, trained, stanza("true")))
    assert done.returncode == 1
    assert f"net: FTTFS: run 1: the training did not write {NET} as a plain file" in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        f"cp {NET} $MODEL_OUTPUT/{NET}",
        f"cp {NET} $MODEL_OUTPUT/{NET} || {train('short')}",
        "cp tests/copy.npy $MODEL_OUTPUT/data/net.npy",
        f"ln {NET} $MODEL_OUTPUT/{NET}",
    ],
)
def test_cp_is_no_training_but_derives(tmp_path: Path, trained: bytes, command: str) -> None:
    declared = stanza(command, {"Equality": "ulp(4)"})
    done = reproduce(package(tmp_path, trained, declared, tests__copy_npy=trained))
    assert done.returncode == 1
    assert "net: derived, not trained: " in done.stdout
    assert "what is shipped comes out only while the shipped files are in the tree\n" in done.stdout


def test_tuning_the_shipped_model_is_derived_whatever_comes_out(tmp_path: Path, trained: bytes) -> None:
    done = reproduce(package(tmp_path, trained, stanza(f"test -e {NET} && {train('short')}")))
    assert "its files come out only while the shipped files are in the tree\n" in done.stdout
    assert done.returncode == 1


def test_a_training_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path, trained: bytes) -> None:
    note = tmp_path / "pid"
    tree = package(tmp_path, trained, stanza(f"sleep 300 & echo $! > {note}; wait"))
    began = time.monotonic()
    done = reproduce(tree, "--timeout", "1")
    assert time.monotonic() - began < 100
    assert done.returncode == 2
    assert "net: not decided: run 1: it did not end within 1 s" in done.stdout
    assert not is_running(int(note.read_text()))


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
    assert "log:\n  | ./other.txt\n" in done.stdout
    assert "also taken out of the tree: copy.npy, packed.npy.gz, tests/again.npy" in done.stdout
    keep = tmp_path / "kept"
    reproduce(tree, "--keep", str(keep))
    assert (keep / "run-1" / "training-net.log").read_text() == "./other.txt\n"


def test_models_of_other_stanzas_are_there_only_as_declared_base_models(
    tmp_path: Path, trained: bytes
) -> None:
    base = stanza(None, name="base", file="base.npy")
    other = {"base_npy": altered(trained)}
    alone = package(tmp_path / "alone", trained, stanza("cat base.npy"), base, **other)
    assert "No such file" in reproduce(alone, "--model", "net").stdout
    grown = stanza("cat base.npy", {"Base-Model": "base"})
    declared = package(tmp_path / "declared", trained, grown, base, **other)
    assert "did not write" in reproduce(declared, "--model", "net").stdout


def test_without_a_command_nothing_is_decided(tmp_path: Path, trained: bytes) -> None:
    done = reproduce(package(tmp_path, trained, stanza(None)))
    assert done.returncode == 2
    assert done.stdout.endswith("net: not decided: debian/models states no Training-Command for it\n")


def test_what_the_build_makes_is_held_against_the_other_runs(tmp_path: Path, trained: bytes) -> None:
    built = {"Files": None, "Built-Files": "built/*.npy"}
    command = f"mkdir $MODEL_OUTPUT/built; {train('plain')} built/net.npy"
    done = reproduce(package(tmp_path, trained, stanza(command, built)))
    assert done.returncode == 0
    assert "built/net.npy: the runs against each other: bit-by-bit\n" in done.stdout
    assert "shipped" not in done.stdout
    done = reproduce(package(tmp_path / "silent", trained, stanza(None, built)))
    assert "the build makes it, and no Training-Command is stated; compare two builds\n" in done.stdout
    done = reproduce(package(tmp_path / "absent", trained, stanza("true", built)))
    assert "FTTFS: run 1: the training did not write built/*.npy" in done.stdout


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
    heads = [line.split(":")[0] for line in done.stdout.splitlines()[2:] if not line.startswith(" ")]
    assert heads == ["net", "second", "third"]
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
    assert "against what is shipped: bit-by-bit" not in done.stdout
    (tree / "debian" / "models").write_text(f"Format: 1.0\n\n{declared}Equality: ulp(1)\n")
    done = reproduce(tree)
    assert done.returncode == 0, done
    assert "m.onnx: the runs against what is shipped: model-equal under ulp(1)" in done.stdout
    assert "m.bin: it is part of m.onnx\n" in done.stdout


def test_the_training_is_told_of_little(tmp_path: Path, trained: bytes) -> None:
    keep = tmp_path / "kept"
    tree = package(tmp_path, trained, stanza("env | sort"))
    reproduce(tree, "--keep", str(keep), SECRET="token")
    log = (keep / "run-1" / "training-net.log").read_text()
    told = dict(line.split("=", 1) for line in log.splitlines())
    threads = {name for name in told if name.endswith("_NUM_THREADS")}
    assert set(told) - threads - {"PWD", "_", "SHLVL", "OLDPWD"} == {
        "DEB_BUILD_OPTIONS",
        "HOME",
        "LANG",
        "LC_ALL",
        "MODEL_DATA",
        "MODEL_OUTPUT",
        "PATH",
        "PERL_HASH_SEED",
        "PYTHONHASHSEED",
        "SOURCE_DATE_EPOCH",
        "TZ",
    }
    assert told["SOURCE_DATE_EPOCH"] == "1780315200"
    assert told["LC_ALL"] == "C.UTF-8"
    assert told["DEB_BUILD_OPTIONS"] == f"parallel={len(os.sched_getaffinity(0))}"


def test_what_was_made_is_kept_at_its_path_on_request(tmp_path: Path, trained: bytes) -> None:
    tree, keep = package(tmp_path, trained, stanza(train("plain"))), tmp_path / "kept"
    assert reproduce(tree, "--keep", str(keep)).returncode == 0
    assert (keep / "run-1" / NET).read_bytes() == (keep / "run-2" / NET).read_bytes() == trained
    again = reproduce(tree, "--keep", str(keep))
    assert (again.returncode, "already there" in again.stderr) == (3, True)


def test_folders_that_lock_themselves_are_removed(tmp_path: Path, trained: bytes) -> None:
    command = "mkdir -p $HOME/a/b && touch $HOME/a/b/c && chmod 000 $HOME/a/b $HOME/a; exit 1"
    assert reproduce(package(tmp_path, trained, stanza(command))).returncode == 1


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_it_leaves_nothing(
    tmp_path: Path, trained: bytes, number: signal.Signals, status: int
) -> None:
    started, rooms = tmp_path / "started", tmp_path / "rooms"
    rooms.mkdir()
    tree = package(tmp_path, trained, stanza(f"echo $$ > {started}; exec sleep 300"))
    command = [PYTHON, "-m", "lintian_ml", "reproduce", "--unconfined", "--yes", "--allow-root", str(tree)]
    with subprocess.Popen(
        command, env={**os.environ, "TMPDIR": str(rooms)}, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
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
        (("--data", "/dev/null/none"), "is no folder"),
        (("--data", "/tmp", "--fetch-data", "/tmp"), "give one of them"),
        (("--chroot", "/srv"), "needs the walls"),
        (("--timeout", "-1"), "takes a number of seconds"),
        (("--timeout", "nan"), "takes a number of seconds"),
        (("--times", "0"), "takes a number from 1 to 100"),
        (("--times", "²"), "takes a number from 1 to 100"),
        (("--space", "much"), "takes a size"),
        (("--vary", "moon"), "there is no moon; write all, none, or some of threads, time"),
        (("--nonsense",), "unrecognized arguments"),
    ],
)
def test_wrong_usage_is_trouble(
    tmp_path: Path, trained: bytes, options: tuple[str, ...], sentence: str
) -> None:
    done = reproduce(package(tmp_path, trained, stanza(train("plain"))), *options)
    assert done.returncode == 3
    assert sentence in " ".join(done.stderr.split())


def test_a_package_without_a_declaration_is_trouble(tmp_path: Path) -> None:
    done = reproduce(write_tree(tmp_path / "tree"))
    assert (done.returncode, "has no debian/models" in done.stderr) == (3, True)


def test_where_nobody_can_be_asked_nothing_is_run_without_yes(tmp_path: Path, trained: bytes) -> None:
    marker = tmp_path / "ran"
    tree = package(tmp_path, trained, stanza(f"touch {marker}"))
    done = run_command("reproduce", "--unconfined", "--allow-root", tree)
    assert done.returncode == 3
    assert f"lintian-ml:   touch {marker}\n" in done.stderr
    assert "nothing was run: where nobody can be asked, --yes says that it may" in done.stderr
    assert not marker.exists()


@pytest.mark.parametrize(("answer", "ran"), [(b"y\n", True), (b"\n", False), (b"no\n", False)])
def test_on_a_terminal_it_asks_first(tmp_path: Path, trained: bytes, answer: bytes, ran: bool) -> None:
    marker = tmp_path / "ran"
    tree = package(tmp_path, trained, stanza(f"touch {marker}"))
    leader, follower = os.openpty()
    command = [PYTHON, "-m", "lintian_ml", "reproduce", "--unconfined", "--allow-root", str(tree)]
    os.write(leader, answer)
    done = subprocess.run(command, stdin=follower, stderr=follower, stdout=subprocess.PIPE, timeout=60)
    os.close(follower)
    said = os.read(leader, 1 << 16)
    os.close(leader)
    assert b"Run it? [y/N]" in said
    assert marker.exists() is ran
    assert done.returncode == (1 if ran else 3)


@pytest.mark.skipif(os.geteuid() != 0, reason="not root")
def test_as_root_it_refuses_unless_that_is_allowed(tmp_path: Path, trained: bytes) -> None:
    done = run_command("reproduce", "--yes", "--unconfined", package(tmp_path, trained, stanza("true")))
    assert (done.returncode, "--allow-root" in done.stderr) == (3, True)


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
    done = reproduce(dsc)
    assert (done.returncode, "net: met\n" in done.stdout) == (0, True)
    next(tmp_path.glob("*.tar.*")).unlink()
    assert reproduce(dsc).returncode == 3


PATCH = """\
--- a/how
+++ b/how
@@ -1 +1 @@
-short
+plain
"""


@pytest.mark.skipif(shutil.which("dpkg-source") is None, reason="dpkg-source is not installed")
def test_a_tree_is_trained_with_its_patches(tmp_path: Path, trained: bytes) -> None:
    """And neither they nor what was there before can be read by the training."""
    command = f"{train('$(cat how)')}; ls -a . debian"
    tree = package(tmp_path, trained, stanza(command))
    for path, text in {
        "how": "short\n",
        "debian/source/format": "3.0 (quilt)\n",
        "debian/patches/series": "how\n",
        "debian/patches/how": PATCH,
    }.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)
    done = reproduce(tree, "--keep", str(tmp_path / "kept"))
    assert "what is shipped: bit-by-bit" in done.stdout, done
    assert (tree / "how").read_text() == "short\n"
    seen = (tmp_path / "kept" / "run-1" / "training-net.log").read_text().split()
    assert "changelog" in seen
    assert not {".pc", "patches"} & set(seen)

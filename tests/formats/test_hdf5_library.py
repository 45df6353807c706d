"""libhdf5 never runs in the linter's process: whatever it does to its own is an error of the one file."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.cli import main
from lintian_ml.container import hdf5_library
from lintian_ml.equality import Verdict
from lintian_ml.equality.files import compare_files
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import hdf5
from lintian_ml.samples import sample
from tests.building import write_tree
from tests.formats.test_hdf5 import payloads, written

FRAME = (
    "import os, struct, sys\ndef send(sort, data): os.write(1, struct.pack('<cQ', sort, len(data)) + data)\n"
)
"""How a stand-in of a process speaks."""


def strange(file: Any) -> None:
    """Write what is not understood without libhdf5, beside a dataset."""
    file["w"] = np.arange(4, dtype="f4")
    file["c"] = np.arange(9.0).reshape(3, 3)
    file.create_dataset("z", data=np.arange(20, dtype="i2"), chunks=(6,), compression="gzip")
    file["elsewhere"] = h5py.ExternalLink("other.h5", "/")


STRANGE = written(strange)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let a program take the place of the process that holds libhdf5."""
    return lambda code: monkeypatch.setattr(hdf5_library, "COMMAND", (sys.executable, "-c", FRAME + code))


def test_what_is_not_understood_is_read_by_libhdf5_in_a_process_of_its_own() -> None:
    model = hdf5.read(Blob(STRANGE))
    assert payloads(model)["w"] == np.arange(4, dtype="f4").tobytes()
    assert payloads(model)["z"] == np.arange(20, dtype="i2").tobytes()
    assert not model.complete


def test_what_is_understood_is_read_without_any_library(stand_in: Callable[[str], None]) -> None:
    stand_in("sys.exit(1)")
    for name in ("keras.h5", "plain.h5"):
        assert sum(map(len, payloads(hdf5.read(Blob(sample(name)))).values()))
    chunks = written(lambda file: file.create_dataset("w", data=np.arange(99), chunks=(7,), compression=9))
    assert payloads(hdf5.read(Blob(chunks))) == {"w": np.arange(99).tobytes()}


def test_reading_a_model_loads_no_library_of_hdf5(tmp_path: Path) -> None:
    path = tmp_path / "model.h5"
    path.write_bytes(sample("keras.h5"))
    code = "import sys; from lintian_ml.formats import hdf5; from lintian_ml.blob import FileBlob\n"
    code += f"hdf5.read(FileBlob({str(path)!r})); sys.exit('h5py' in sys.modules)"
    assert os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-c", code) == 0


DEATHS = {
    "os.kill(os.getpid(), 11)": "killed by signal 11",
    "import signal; os.kill(os.getpid(), signal.SIGABRT)": "killed by signal 6",
    "sys.exit(3)": "ended with status 3",
    "send(b'w', bytes(16)); os.read(0, 9); os.kill(os.getpid(), 11)": "killed by signal 11",
}


@pytest.mark.parametrize("code", DEATHS)
def test_the_death_of_the_process_is_an_error_of_the_file(code: str, stand_in: Callable[[str], None]) -> None:
    stand_in(code)
    with pytest.raises(FormatError, match=DEATHS[code]):
        hdf5.read(Blob(STRANGE))


LIES = {
    "an unknown sort": "send(b'?', b'')",
    "no JSON": "send(b'a', b'{'); send(b'e', b'')",
    "too little": "send(b'a', b'{}'); send(b'e', b'')",
    "a frame without an end": "os.write(1, struct.pack('<cQ', b'a', 1 << 62))",
    "bytes past the end": "send(b'w', struct.pack('<QQ', 1 << 40, 9)); os.read(0, 9)",
    "a request of another form": "send(b'w', b'123')",
}


@pytest.mark.parametrize("what", LIES)
def test_whatever_the_process_says_ends_in_a_sentence(what: str, stand_in: Callable[[str], None]) -> None:
    stand_in(LIES[what])
    with pytest.raises(FormatError) as raised:
        hdf5.read(Blob(STRANGE))
    assert str(raised.value)


TENSORS: list[Any] = [
    ["w", "float32", [4], False, 1 << 40, 16],
    ["w", "float32", [4], False, -1, 16],
    ["w", "float32", [4], False, 0, 15],
    ["w", "float32", [-4], False, 0, 16],
    ["w", "float99", [4], False, 0, 16],
    ["w", "float32", 4, False, 0, 16],
    ["w", "float32", [True, "4"], False, 0, 16],
    ["w"],
    None,
]


@pytest.mark.parametrize("tensor", TENSORS, ids=str)
def test_no_tensor_is_believed_that_cannot_be(tensor: Any, stand_in: Callable[[str], None]) -> None:
    told = {"tensors": [tensor], "attributes": {}, "groups": [], "links": {}, "types": {}, "remarks": []}
    stand_in(f"send(b'a', {json.dumps(told).encode()!r}); send(b'e', b'')")
    with pytest.raises(FormatError, match="tells what cannot be"):
        hdf5.read(Blob(STRANGE))


@pytest.mark.parametrize("said", [b"1234", bytes(1 << 20)], ids=["too few", "too many"])
def test_elements_of_another_length_are_refused(said: bytes, stand_in: Callable[[str], None]) -> None:
    stand_in(f"send(b'a', bytes({len(said)})); send(b'e', b'')")
    with pytest.raises(FormatError, match="other than 16 bytes"):
        list(hdf5_library.elements(Blob(STRANGE), "w", 16))


def test_a_process_that_computes_for_ever_is_ended_by_its_budget(stand_in: Callable[[str], None]) -> None:
    stand_in(
        "sys.path[:0] = " + repr(sys.path) + "\nfrom lintian_ml.container import hdf5_child\n"
        "hdf5_child.SECONDS = 1\nhdf5_child.bound()\nwhile True: pass"
    )
    with pytest.raises(LimitError, match="takes too long"):
        hdf5.read(Blob(STRANGE))


def test_a_process_that_says_nothing_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, stand_in: Callable[[str], None]
) -> None:
    monkeypatch.setattr(hdf5_library, "PATIENCE", 1)
    stand_in("import time; time.sleep(600)")
    with pytest.raises(LimitError, match="silent"):
        hdf5.read(Blob(STRANGE))


def test_a_process_that_takes_too_much_memory_is_refused_it(stand_in: Callable[[str], None]) -> None:
    stand_in(
        "sys.path[:0] = " + repr(sys.path) + "\nfrom lintian_ml.container import hdf5_child\n"
        "hdf5_child.bound()\ntry: bytearray(3 << 30)\nexcept MemoryError: sys.exit(7)"
    )
    with pytest.raises(FormatError, match="status 7"):
        hdf5.read(Blob(STRANGE))


def children() -> set[str]:
    """The processes that this one has begun and not waited for."""
    tasks = Path("/proc/self/task").iterdir()
    return {child for task in tasks for child in (task / "children").read_text().split()}


def test_no_process_is_left_behind_where_elements_are_not_read_to_their_end() -> None:
    before = children()
    blocks = hdf5_library.elements(Blob(STRANGE), "z", 40)
    assert next(blocks)
    assert children() > before
    del blocks
    assert children() <= before


def test_a_crash_costs_the_linter_one_file(
    tmp_path: Path, stand_in: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in("os.kill(os.getpid(), 11)")
    tree = write_tree(tmp_path / "example", {"good.h5": "keras.h5"}, {"bad.h5": STRANGE})
    assert main(["--allow-root", "--format", "json", str(tree)]) == 0
    report = json.loads(capsys.readouterr().out)
    notes = [hint["note"] for hint in report["hints"] if hint["tag"] == "file-not-examined-for-models"]
    assert notes == ["bad.h5 (begins as hdf5 but HDF5 file is malformed: libhdf5 was killed by signal 11)"]
    assert {model["path"]: model["parameters"] for model in report["models"]} == {
        "bad.h5": None,
        "good.h5": 9,
    }


def test_a_crash_leaves_a_comparison_open(tmp_path: Path, stand_in: Callable[[str], None]) -> None:
    stand_in("os.kill(os.getpid(), 11)")
    for name, data in (("a.h5", STRANGE), ("b.h5", sample("keras.h5"))):
        (tmp_path / name).write_bytes(data)
    found = compare_files(tmp_path / "a.h5", tmp_path / "b.h5", "same")
    assert found.verdict is Verdict.NOT_DECIDED
    assert "signal 11" in found.reason


def test_what_only_libhdf5_decompresses_is_decompressed_there() -> None:
    values = np.arange(5000, dtype="i4")
    data = written(lambda file: file.create_dataset("w", data=values, chunks=(700,), compression="lzf"))
    model = hdf5.read(Blob(data))
    assert model.complete
    assert payloads(model) == {"w": values.tobytes()}

"""Tiny packages whose model is trained by a program beside it, and the command that trains it again."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from lintian_ml.reproduce import Bubblewrap, confinement
from lintian_ml.reproduce.sandbox import ConfinementError
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

SYSTEM_PYTHON = shutil.which("python3", path="/usr/local/bin:/usr/bin")

Fields = Mapping[str, str | None]

NOTHING: Fields = {}

NET = "data/net.npy"


def trained() -> bytes:
    """Return the model that the program trains."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        program = Path(folder, "train.py")
        program.write_text(TRAIN)
        subprocess.run([PYTHON, program, "plain", "net.npy"], env={"MODEL_OUTPUT": folder}, check=True)
        return Path(folder, "net.npy").read_bytes()


def stanza(command: str | None, fields: Fields = NOTHING, name: str = "net", file: str = NET) -> str:
    """Return a Model stanza; a field that is None is left out."""
    stated = {"Model": name, "Files": file, "Training-Command": command, "Training-Data": "none", **fields}
    return "".join(f"{key}: {value}\n" for key, value in stated.items() if value is not None)


def package(folder: Path, net: bytes, *stanzas: str, **more: bytes) -> Path:
    """Write a package with a shipped net, its training program, and a declaration."""
    files: dict[str, str | bytes] = {
        NET: net,
        "train.py": TRAIN,
        "debian/models": "\n".join(("Format: 1.0\n", *stanzas)),
        **{name.replace("__", "/").replace("_", "."): data for name, data in more.items()},
    }
    return write_tree(folder / "tree", files=files)


def altered(net: bytes) -> bytes:
    """Return another net, one bit away."""
    return net[:-1] + bytes([net[-1] ^ 1])


def train(how: str) -> str:
    """Return the command that trains in one way or another, by the Python that runs the tests."""
    return f"{PYTHON} train.py {how}"


def reproduce(tree: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command without walls; its temporary folders go below the package's own."""
    return _reproduce(tree, "--unconfined", "--vary", "none", *options, **environment)


def confined(tree: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command within walls, nothing varied unless ``options`` say so."""
    return _reproduce(tree, "--vary", "none", *options, **environment)


def _reproduce(tree: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    rooms = tree.parent / "rooms"
    rooms.mkdir(exist_ok=True)
    words = ("reproduce", "--yes", "--allow-root", *options)
    done = run_command(*words, tree, cwd=None, TMPDIR=str(rooms), **environment)
    assert not list(rooms.iterdir()), "a temporary folder was left behind"
    return done


def why_not_confined() -> str:
    """Return why bubblewrap cannot be tried here; an empty string where it can."""
    try:
        return "" if isinstance(confinement(waived=False, environment=os.environ), Bubblewrap) else "waived"
    except ConfinementError as error:
        return str(error)


needs_bubblewrap = pytest.mark.skipif(bool(why_not_confined()), reason=why_not_confined())


def is_running(process: int) -> bool:
    """Whether a process is there and not dead; one that nobody has asked about yet is still listed."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"

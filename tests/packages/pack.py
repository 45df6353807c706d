"""Packs the trees below ``trained/``, the same bytes each time: ``python -m tests.packages.pack [FOLDER]``.

Each is a source package whose model is trained in a moment by its own Training-Command. The models that they
ship were made, in the tree, by ``OMP_NUM_THREADS=3 MODEL_OUTPUT=. python3 train_NAME.py``.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.packages.make import compressed, tar_of, write_dsc

TREES = Path(__file__).parent / "trained"

NAMES = tuple(sorted(path.name for path in TREES.iterdir()))

VERSION = "1.0"


def files(name: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a tree."""
    for path in sorted((TREES / name).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(TREES / name).as_posix(), path.read_bytes()


def pack(name: str, folder: Path) -> Path:
    """Write the source package of that name to ``folder``; return the path of its .dsc."""
    archive = compressed(tar_of(dict(files(name)), f"{name}-{VERSION}/"), "gz")
    return write_dsc(folder, {f"{name}_{VERSION}.tar.gz": archive}, name, VERSION, "3.0 (native)")


if __name__ == "__main__":
    for one in NAMES:
        print(pack(one, Path(sys.argv[1]) if len(sys.argv) > 1 else Path()))

"""Gathers files that tests make: ``python -m pytest -p tests.fuzz.harvest --harvest FOLDER tests/formats``.

What a format recognises or reads while its tests run is kept, a few files for each: in a folder of the
format's name and a digest, under its own name, which may be evidence. That is material for
``python -m tests.fuzz --samples FOLDER``.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path

import pytest

from lintian_ml.blob import Blob
from lintian_ml.formats import Evidence, FormatModule, Glimpse, formats
from lintian_ml.model import Model

KEPT = 6
"""Files of one format that are kept."""

LONGEST = 1 << 20
"""Bytes of the longest file that is kept."""


@dataclass(slots=True)
class Folder:
    """Where the files go, and how many there are of each format."""

    path: Path
    kept: Counter[str] = field(default_factory=Counter)

    def keep(self, format: str, name: str, data: bytes) -> None:
        """Write one file, unless it was there before or there are enough."""
        folder = self.path / f"{format}-{hashlib.sha256(data).hexdigest()[:8]}"
        if self.kept[format] < KEPT and not folder.exists():
            self.kept[format] += 1
            folder.mkdir(parents=True)
            (folder / (name.rpartition("/")[2] or "file")).write_bytes(data)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for the folder."""
    parser.addoption("--harvest", type=Path, required=True, help="where the files go")


def pytest_configure(config: pytest.Config) -> None:
    """Watch what every format recognises and reads."""
    folder = Folder(config.getoption("--harvest"))
    for module in formats():
        setattr(module, "recognise", _recognising(module, folder))  # noqa: B010
        if hasattr(module, "read"):
            setattr(module, "read", _reading(module, folder))  # noqa: B010


def _recognising(module: FormatModule, folder: Folder) -> Callable[[Glimpse], Evidence | None]:
    recognise = module.recognise

    @wraps(recognise)
    def watched(glimpse: Glimpse) -> Evidence | None:
        evidence = recognise(glimpse)
        if evidence is not None and glimpse.size == len(glimpse.head):
            folder.keep(module.FORMAT.name, glimpse.name, glimpse.head)
        return evidence

    return watched


def _reading(module: FormatModule, folder: Folder) -> Callable[[Blob], Model]:
    read = module.read

    @wraps(read)
    def watched(blob: Blob) -> Model:
        model = read(blob)
        if blob.size <= LONGEST:
            folder.keep(module.FORMAT.name, blob.name, blob.read(0, blob.size))
        return model

    return watched

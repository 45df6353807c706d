"""Gathers the files that tests make: ``python -m pytest -p tests.fuzz.harvest --harvest FOLDER tests/formats``.

What a format recognises while its tests run is kept, a few files for each, under the
format's name and a digest: material for ``tests/fuzz/readers.py``.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from pathlib import Path

import pytest

from lintian_ml.formats import GLIMPSE, Evidence, FormatModule, Glimpse, formats

KEPT = 5
"""Files of one format that are kept."""

Recognise = Callable[[Glimpse], Evidence | None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for the folder."""
    parser.addoption("--harvest", type=Path, required=True, help="where the files go")


def pytest_configure(config: pytest.Config) -> None:
    """Watch every format's recogniser for whole files of its own."""
    folder: Path = config.getoption("--harvest")
    folder.mkdir(parents=True, exist_ok=True)
    for module in formats():
        setattr(module, "recognise", _watched(module, folder))  # noqa: B010


def _watched(module: FormatModule, folder: Path) -> Recognise:
    recognise: Recognise = module.recognise
    kept: dict[Path, int] = {}

    @wraps(recognise)
    def watched(glimpse: Glimpse) -> Evidence | None:
        evidence = recognise(glimpse)
        if evidence is not None and glimpse.size == len(glimpse.head) <= GLIMPSE and len(kept) < KEPT:
            _keep(module.FORMAT.name, glimpse, folder, kept)
        return evidence

    return watched


def _keep(format: str, glimpse: Glimpse, folder: Path, kept: dict[Path, int]) -> None:
    """Write one file, unless it was there before; its own name may be evidence, so it ends the new one."""
    digest = hashlib.sha256(glimpse.head).hexdigest()[:8]
    path = folder / f"{format}-{digest}-{glimpse.basename or 'file'}"
    if path not in kept:
        path.write_bytes(glimpse.head)
        kept[path] = glimpse.size

"""The digests of two files, taken while they are compared."""

from __future__ import annotations

import hashlib
from pathlib import Path
from threading import Thread

from lintian_ml.error import UsageError

CHUNK = 1 << 20
"""Bytes that are read at a time."""


class Digests:
    """The SHA-256 of two files, taken by two threads while they are compared."""

    def __init__(self, *paths: Path) -> None:
        self._found: dict[Path, str] = {}
        self._trouble: list[OSError] = []
        self._threads = [Thread(target=self._take, args=(path,), daemon=True) for path in paths]
        for thread in self._threads:
            thread.start()

    def of(self, path: Path) -> str:
        """Return the digest of one file in hex; UsageError where it cannot be read."""
        for thread in self._threads:
            thread.join()
        if self._trouble:
            raise UsageError(f"{self._trouble[0].filename}: {self._trouble[0].strerror}")
        return self._found[path]

    def _take(self, path: Path) -> None:
        digest = hashlib.sha256()
        buffer = memoryview(bytearray(CHUNK))
        try:
            with path.open("rb", buffering=0) as file:
                while length := file.readinto(buffer):
                    digest.update(buffer[:length])
        except OSError as error:
            self._trouble.append(error)
        self._found[path] = digest.hexdigest()

"""A line on the terminal that tells where a long run stands."""

import os
import sys
import time

from lintian_ml.detection import Examiner
from lintian_ml.detection.spool import Reader

PATIENCE = 1.0
"""Seconds that pass in silence."""

PAUSE = 0.1
"""Seconds between two lines."""


def is_wanted(quiet: bool) -> bool:
    """Whether somebody watches: a terminal, not asked to be quiet, not a CI run."""
    return sys.stderr.isatty() and not quiet and "CI" not in os.environ


class WatchedExaminer(Examiner):
    """An examiner that says on stderr which file it looks at, once a run takes longer than a second."""

    _began = time.monotonic()
    _next = _began + PATIENCE
    _files = 0
    _bytes = 0

    def examine(self, path: str, size: int, reader: Reader, depth: int = 0) -> None:
        """Look at a file, and tell of it."""
        cls = WatchedExaminer
        cls._files += 1
        cls._bytes += size
        now = time.monotonic()
        if now >= cls._next:
            cls._next = now + PAUSE
            _draw(f"{cls._files:,} files, {cls._bytes >> 20:,} MiB, {now - cls._began:.0f} s: {path}")
        super().examine(path, size, reader, depth)


def clear() -> None:
    """Remove the line."""
    _draw("")


def _draw(text: str) -> None:
    width = os.get_terminal_size(sys.stderr.fileno()).columns - 1
    safe = "".join(character if character.isprintable() else "?" for character in text)
    sys.stderr.write(f"\r\033[K{safe[:width]}")
    sys.stderr.flush()

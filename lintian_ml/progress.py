"""A line on the terminal that tells where a long run stands."""

import os
import shutil
import sys
import time

from lintian_ml.container.limits import Limits
from lintian_ml.detection import Examiner
from lintian_ml.detection.spool import Reader

PATIENCE = 1.0
"""Seconds that pass in silence."""

PAUSE = 0.1
"""Seconds between two lines."""


class Progress:
    """Makes examiners that say on stderr which file they look at, once a run takes longer than a second.

    Says nothing unless somebody watches: a terminal, not asked to be quiet, not a CI run.
    """

    def __init__(self, quiet: bool = False) -> None:
        self._watched = sys.stderr.isatty() and not quiet and "CI" not in os.environ
        self._began = time.monotonic()
        self._next = self._began + PATIENCE
        self._files = 0
        self._bytes = 0
        self._drawn = False

    def examiner(self, limits: Limits) -> Examiner:
        """Return an examiner whose work is shown."""
        return _WatchedExaminer(limits, self) if self._watched else Examiner(limits)

    def tell(self, path: str, size: int) -> None:
        """Count one more file, and show where the run stands."""
        self._files += 1
        self._bytes += size
        now = time.monotonic()
        if now >= self._next:
            self._next = now + PAUSE
            self._draw(f"{self._files:,} files, {self._bytes >> 20:,} MiB, {now - self._began:.0f} s: {path}")

    def clear(self) -> None:
        """Remove the line, before other output."""
        if self._drawn:
            self._draw("")
            self._drawn = False

    def _draw(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        safe = "".join(character if character.isprintable() else "?" for character in text)
        sys.stderr.write(f"\r\033[K{safe[:width]}")
        sys.stderr.flush()
        self._drawn = True


class _WatchedExaminer(Examiner):
    """An examiner that tells of each file before it looks at it."""

    def __init__(self, limits: Limits, progress: Progress) -> None:
        super().__init__(limits)
        self._progress = progress

    def examine(self, path: str, size: int, reader: Reader, depth: int = 0) -> None:
        """Look at the file ``path``."""
        self._progress.tell(path, size)
        super().examine(path, size, reader, depth)

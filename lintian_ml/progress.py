"""A line on the terminal that tells where a long run stands."""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import TYPE_CHECKING

from lintian_ml.archive.amount import amount
from lintian_ml.container.limits import Limits
from lintian_ml.detection import Examiner
from lintian_ml.detection.spool import Reader

if TYPE_CHECKING:
    from lintian_ml.archive.scan import Standing

PATIENCE = 1.0
"""Seconds that pass in silence."""

PAUSE = 0.1
"""Seconds between two lines."""

BAR = 10
"""Columns of a bar."""


class Line:
    """A line that is drawn over, not too often; nothing where nobody watches.

    Somebody watches on a terminal, unless asked to be quiet, or in a CI run.
    """

    def __init__(self, quiet: bool = False) -> None:
        self.watched = sys.stderr.isatty() and not quiet and "CI" not in os.environ
        self._next = 0.0
        self._drawn = False

    def is_due(self) -> bool:
        """Whether it is time for another line; once it is, not again for a while."""
        now = time.monotonic()
        if not self.watched or now < self._next:
            return False
        self._next = now + PAUSE
        return True

    def draw(self, text: str) -> None:
        """Show ``text`` in place of what is shown."""
        if self.watched:
            width = shutil.get_terminal_size().columns - 1
            safe = "".join(character if character.isprintable() else "?" for character in text)
            sys.stderr.write(f"\r\033[K{safe[:width]}")
            sys.stderr.flush()
            self._drawn = True

    def clear(self) -> None:
        """Remove the line, before other output."""
        if self._drawn:
            self.draw("")
            self._drawn = False


class Progress:
    """Makes examiners that say on stderr which file they look at, once a run takes longer than a second."""

    def __init__(self, quiet: bool = False) -> None:
        self._line = Line(quiet)
        self._began = time.monotonic()
        self._files = 0
        self._bytes = 0

    def examiner(self, limits: Limits) -> Examiner:
        """Return an examiner whose work is shown."""
        return _WatchedExaminer(limits, self) if self._line.watched else Examiner(limits)

    def tell(self, path: str, size: int) -> None:
        """Count one more file, and show where the run stands."""
        self._files += 1
        self._bytes += size
        taken = time.monotonic() - self._began
        if taken >= PATIENCE and self._line.is_due():
            self._line.draw(f"{self._files:,} files, {self._bytes >> 20:,} MiB, {taken:.0f} s: {path}")

    def clear(self) -> None:
        """Remove the line, before other output."""
        self._line.clear()


class ScanProgress:
    """Shows where the scan of an archive stands, as soon as there is something to tell."""

    def __init__(self, quiet: bool = False) -> None:
        self._line = Line(quiet)

    def tell(self, standing: Standing) -> None:
        """Show it, if it is time, or the end."""
        if self._line.is_due() or (self._line.watched and standing.done == standing.total):
            self._line.draw(standing_line(standing))

    def clear(self) -> None:
        """Remove the line, before other output."""
        self._line.clear()


class _WatchedExaminer(Examiner):
    """An examiner that tells of each file before it looks at it."""

    def __init__(self, limits: Limits, progress: Progress) -> None:
        super().__init__(limits)
        self._progress = progress

    def examine(self, path: str, size: int, reader: Reader, depth: int = 0) -> None:
        """Look at the file ``path``."""
        self._progress.tell(path, size)
        super().examine(path, size, reader, depth)


def standing_line(standing: Standing) -> str:
    """Return a bar, packages done, failures, the time left, rates and bytes: what matters most comes first,
    since a terminal may be too narrow for all.
    """
    part = standing.share
    bar = f"[{'#' * round(part * BAR):<{BAR}}] {part:4.0%}"
    failed = f", {standing.failed:,} failed" if standing.failed else ""
    seconds = standing.seconds or 1e-9
    return (
        f"{bar} {standing.done:,}/{standing.total:,} packages{failed}, {left(standing)}, "
        f"{amount(standing.size / seconds)}/s, {amount(standing.size)} of {amount(standing.total_size)}, "
        f"{standing.done / seconds:,.1f} packages/s"
    )


def left(standing: Standing) -> str:
    """Return how long the rest takes if it goes on so."""
    if not standing.share:
        return "…"
    seconds = standing.seconds * (1 - standing.share) / standing.share
    if seconds < 120:
        return f"{seconds:.0f} s left"
    return f"{seconds / 60:,.0f} min left" if seconds < 7200 else f"{seconds / 3600:,.1f} h left"

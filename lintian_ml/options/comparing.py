"""A line on the terminal that tells how far a comparison is."""

import os
import shutil
import sys
import threading
import time
from typing import Self

PATIENCE, PAUSE = 1.0, 0.1
"""Seconds that pass before the first line, and between two."""


class Comparing:
    """A line on the terminal, after a second: how much of either side was compared, and how fast."""

    def __init__(self, quiet: bool) -> None:
        self._watched = sys.stderr.isatty() and not quiet and "CI" not in os.environ
        self._began = time.monotonic()
        self._next = self._began + PATIENCE
        self._bytes = 0
        self._drawn = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def advance(self, size: int) -> None:
        """Count bytes that were compared, 0 as a sign that other work goes on; any thread may."""
        if not self._watched:
            return
        with self._lock:
            self._bytes += size
            now = time.monotonic()
            if now >= self._next:
                self._next = now + PAUSE
                passed = now - self._began
                speed = self._bytes / passed / 2**20
                pace = f"{speed:,.0f} MiB/s" if size else "measuring"
                self._draw(f"{self._bytes >> 20:,} MiB compared, {passed:.0f} s, {pace}")

    def clear(self) -> None:
        """Remove the line, before other output."""
        with self._lock:
            if self._drawn:
                self._draw("")
                self._drawn = False

    def _draw(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r\033[K{text[:width]}")
        sys.stderr.flush()
        self._drawn = True

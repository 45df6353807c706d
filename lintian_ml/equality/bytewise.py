"""Are two files equal byte for byte, with all that belongs to them? Without numpy, to answer soon."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from lintian_ml.blob import Blob, ChangedWhileRead
from lintian_ml.equality.crew import share

PIECE = 1 << 19
"""Bytes of either file that are compared at a time: they stay in a core's cache."""

ASIDE = 64
"""Bytes by which buffers begin later than what is allocated. Memory of their size is given from 16 bytes
after a page's beginning, and what is copied from pages to there is copied a third slower.
"""

RANGE = 16 << 20
"""Bytes of either file that a thread takes at a time."""

Advance = Callable[[int], None]
"""Is told how many bytes of each file were compared since it was last called, by any thread."""


class _Differ(Exception):
    """The answer is found."""


def equal(first: Blob, second: Blob, advance: Advance = lambda _: None, threads: int | None = None) -> bool:
    """Whether two blobs hold the same bytes; ChangedWhileRead where one ends before its size."""
    if first.size != second.size:
        return False
    try:
        few = 1 if first.size <= RANGE else threads
        share(_ranges(first.size), lambda: _Comparing(first, second, advance).compare, few)
    except _Differ:
        return False
    return True


def may_have_parts(first: Path, second: Path) -> bool:
    """Whether other files might belong to one of two equal files and not be the same for both.

    A file names its parts in its own text, or they have its name up to the suffix. In one folder, parts of
    the first kind are the same files for both.
    """
    folders = [path.resolve().parent for path in (first, second)]
    names = [_entries(folder) - {path.name} for folder, path in zip(folders, (first, second), strict=True)]
    if folders[0] != folders[1]:
        return any(names)
    stems = tuple(f"{path.name.split('.')[0]}." for path in (first, second))
    return any(name.startswith(stems) for name in names[0] & names[1])


def _entries(folder: Path) -> set[str]:
    with os.scandir(folder) as entries:
        return {entry.name for entry in entries if entry.is_file() or entry.is_dir()}


def _ranges(size: int) -> Iterator[range]:
    for start in range(0, size, RANGE):
        yield range(start, min(start + RANGE, size), PIECE)


class _Comparing:
    """One thread's two buffers."""

    def __init__(self, first: Blob, second: Blob, advance: Advance) -> None:
        self.blobs = (first, second)
        self.buffers = (bytearray(PIECE + ASIDE), bytearray(PIECE + ASIDE))
        for buffer in self.buffers:
            del buffer[:ASIDE]
        self.advance = advance

    def compare(self, starts: range) -> None:
        """Compare a range piece by piece; _Differ at the first difference."""
        for start in starts:
            length = min(PIECE, starts.stop - start)
            for blob, buffer in zip(self.blobs, self.buffers, strict=True):
                if length < len(buffer):
                    del buffer[length:]
                _fill(blob, start, buffer)
            if self.buffers[0] != self.buffers[1]:
                raise _Differ
            self.advance(length)


def _fill(blob: Blob, start: int, buffer: bytearray) -> None:
    """Read as many bytes as the buffer has."""
    done = 0
    with memoryview(buffer) as view:
        while done < len(view):
            got = blob.readinto(start + done, view[done:])
            if not got:
                raise ChangedWhileRead(f"{blob.name}: became shorter while it was read")
            done += got

"""Random access to the bytes of one file, whatever holds them: memory, a file, or a part of another blob.

Never memory-mapped: a file that is truncated while it is mapped kills the process.
"""

import os
import weakref
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import Self

from lintian_ml.error import FormatError, LintianMLError

BLOCK = 1 << 18
"""Bytes that one read asks for: small enough to stay in a core's cache."""


class ChangedWhileRead(LintianMLError):
    """A file's size or modification time changed between two reads, so nothing is known about it."""


class Blob:
    """Bytes held in memory; the other kinds of blob share its interface.

    ``size`` is in bytes. ``read`` returns exactly the bytes asked for, or raises FormatError: a length that a
    file claims is checked against what there is before anything is allocated.
    """

    def __init__(self, data: bytes | bytearray | memoryview = b"", name: str = "") -> None:
        self.name = name
        self.size = len(data)
        self._data = memoryview(data)

    def read(self, offset: int, length: int) -> bytes:
        """Return ``length`` bytes from ``offset``; FormatError if they are not all there."""
        self._demand(offset, length)
        return self._fetch(offset, length)

    def readinto(self, offset: int, buffer: memoryview) -> int:
        """Fill ``buffer`` from ``offset``; return how many bytes there were before the end."""
        data = self._data[offset : offset + len(buffer)]
        buffer[: len(data)] = data
        return len(data)

    def blocks(self, offset: int = 0, length: int | None = None, block: int = BLOCK) -> Iterator[bytes]:
        """Yield ``length`` bytes (None: to the end) from ``offset``, ``block`` bytes at a time."""
        length = self.size - offset if length is None else length
        self._demand(offset, length)
        end = offset + length
        while offset < end:
            step = min(block, end - offset)
            yield self._fetch(offset, step)
            offset += step

    def part(self, offset: int, length: int, name: str = "") -> "Blob":
        """Return a blob of ``length`` bytes of this one from ``offset``; FormatError if they are not all
        there.
        """
        self._demand(offset, length)
        return Part(self, offset, length, name or self.name)

    def sibling(self, name: str) -> "Blob | None":
        """Return the file ``name`` of the same folder, or below it, or None where there is none that may be
        read.
        """
        del name
        return None

    def close(self) -> None:
        """Release what is held."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _fetch(self, offset: int, length: int) -> bytes:
        return bytes(self._data[offset : offset + length])

    def _demand(self, offset: int, length: int) -> None:
        if offset < 0 or length < 0 or offset + length > self.size:
            raise FormatError(
                f"{length} bytes claimed at offset {offset}, but there are {self.size} bytes in all"
            )


class Part(Blob):
    """A run of bytes within another blob."""

    def __init__(self, whole: Blob, offset: int, length: int, name: str) -> None:
        super().__init__(b"", name)
        self.size = length
        self.whole = whole
        self.offset = offset

    def readinto(self, offset: int, buffer: memoryview) -> int:
        """Fill ``buffer`` from ``offset``; return how many bytes there were before the end."""
        length = max(0, min(len(buffer), self.size - offset))
        return self.whole.readinto(self.offset + offset, buffer[:length])

    def _fetch(self, offset: int, length: int) -> bytes:
        return self.whole.read(self.offset + offset, length)


class FileBlob(Blob):
    """A regular file on disk, read by position; it must not change while it is read."""

    def __init__(self, path: Path | str, *, follow: bool = True) -> None:
        """Open ``path``; OSError if it cannot be. With ``follow`` false a symbolic link is refused."""
        super().__init__(b"", str(path))
        flags = os.O_RDONLY | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
        self.path = Path(path)
        self.descriptor = os.open(path, flags)
        self._closing = weakref.finalize(self, os.close, self.descriptor)
        self._before = self._state()
        self.size = self._before[0]

    def readinto(self, offset: int, buffer: memoryview) -> int:
        """Fill ``buffer`` from ``offset``; return how many bytes there were before the end."""
        return os.preadv(self.descriptor, [buffer], offset)

    def sibling(self, name: str) -> Blob | None:
        """Return the plain, singly linked file ``name`` in the same folder, or in a plain folder below it;
        None for any other kind of path.
        """
        words = name.split("/")
        if "\0" in name or not {"", ".", ".."}.isdisjoint(words):
            return None
        try:
            folders = accumulate(words[:-1], lambda above, word: above / word, initial=self.path.parent)
            if any(folder.is_symlink() for folder in list(folders)[1:]):
                return None
            found = FileBlob(self.path.parent / name, follow=False)
        except OSError:
            return None
        status = os.fstat(found.descriptor)
        if status.st_nlink == 1 and (status.st_mode & 0o170000) == 0o100000:
            return found
        found.close()
        return None

    def unchanged(self) -> bool:
        """Whether size and modification time are what they were when the file was opened."""
        return self._state() == self._before

    def close(self) -> None:
        """Close the file."""
        self._closing()

    def _state(self) -> tuple[int, int]:
        status = os.fstat(self.descriptor)
        return status.st_size, status.st_mtime_ns

    def _fetch(self, offset: int, length: int) -> bytes:
        data = os.pread(self.descriptor, length, offset)
        while len(data) < length:
            more = os.pread(self.descriptor, length - len(data), offset + len(data))
            if not more:
                raise ChangedWhileRead(f"{self.name}: became shorter while it was read")
            data += more
        return data

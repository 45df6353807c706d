"""Reads the bytes of a pickle in order, within a budget that all pickles of one file share."""

from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.pickle_nodes import Run
from lintian_ml.error import FormatError, LimitError

WINDOW = 1 << 16
SHORT = 1 << 12
"""Strings of more bytes than this are left where they lie."""
LONGEST_LINE = 1 << 16
LONGEST_TEXT = 16 << 20
LONGEST_INTEGER = 1 << 12


class Truncated(FormatError):
    """The stream ends within an instruction."""


class OutOfSight(FormatError):
    """The stream goes on behind the bytes that may be looked at."""


@dataclass(slots=True)
class Budget:
    """What may still be spent on the pickles of one file; passing below zero is a LimitError.

    ``objects`` counts containers, ``copied`` bytes of strings and lines, ``nesting`` pickles within pickles.
    """

    operations: int = 5_000_000
    objects: int = 1 << 20
    memo: int = 1 << 20
    copied: int = 128 << 20
    nesting: int = 100

    def operation(self) -> None:
        """Spend one instruction."""
        self.operations -= 1
        if self.operations < 0:
            raise LimitError("pickle: more instructions than may be followed")

    def container(self) -> None:
        """Spend one container."""
        self.objects -= 1
        if self.objects < 0:
            raise LimitError("pickle: more containers than may be held")

    def memoised(self) -> None:
        """Spend one place in the memo."""
        self.memo -= 1
        if self.memo < 0:
            raise LimitError("pickle: more memo entries than may be held")

    def copy(self, length: int) -> None:
        """Spend bytes that are copied."""
        self.copied -= length
        if self.copied < 0:
            raise LimitError("pickle: more text than may be held")


class Source:
    """A pickle's bytes from ``offset`` of ``blob``.

    ``trace`` gathers all bytes read but the bodies of counted strings: the instructions, small numbers and
    lines, that is what the nodes do not tell of how the stream was written. ``size`` tells how long the file
    is of which ``blob`` is only the beginning: what needs more of it is OutOfSight.
    """

    def __init__(self, blob: Blob, offset: int, budget: Budget, size: int | None = None) -> None:
        self.blob = blob
        self.size = blob.size if size is None else size
        self.budget = budget
        self.trace = bytearray()
        self._window = b""
        self._start = offset
        self._at = 0

    @property
    def position(self) -> int:
        """The offset, in the blob, of the next byte."""
        return self._start + self._at

    def byte(self) -> int:
        """Return the next byte."""
        if self._at >= len(self._window):
            self._fill(1)
        value = self._window[self._at]
        self._at += 1
        self.trace.append(value)
        return value

    def take(self, length: int) -> bytes:
        """Return the next few bytes: an instruction's argument."""
        data = self._next(length)
        self.trace += data
        return data

    def number(self, width: int) -> int:
        """Return an unsigned little-endian number of ``width`` bytes."""
        return int.from_bytes(self.take(width), "little")

    def line(self, longest: int = LONGEST_LINE) -> bytes:
        """Return the bytes before the next newline, and pass it."""
        while (end := self._window.find(b"\n", self._at)) < 0:
            had = len(self._window) - self._at
            if had > longest:
                raise LimitError(f"pickle: a line of more than {longest} bytes at offset {self.position}")
            self._fill(max(had + 1, min(2 * had + WINDOW, self.blob.size - self.position)))
        self.budget.copy(end - self._at)
        return self.take(end + 1 - self._at)[:-1]

    def string(self, length: int, *, text: bool = False, mutable: bool = False) -> bytes | Run:
        """Return a string's bytes if it is short, or where it lies."""
        if length < 0:
            raise FormatError(f"pickle: a string of negative length at offset {self.position}")
        if length <= min(SHORT, self.budget.copied):
            self.budget.copy(length)
            return self._next(length)
        self.budget.container()
        run = Run(self.position, length, text, mutable)
        self.skip(length)
        return run

    def skip(self, length: int) -> None:
        """Pass over bytes that were accounted for elsewhere."""
        if length < 0 or length > self.size - self.position:
            raise Truncated(f"pickle: {length} bytes claimed at offset {self.position}, past the end")
        self._at += length
        if self._at > len(self._window):
            self._start, self._at, self._window = self.position, 0, b""

    def _next(self, length: int) -> bytes:
        if self._at + length > len(self._window):
            self._fill(length)
        data = self._window[self._at : self._at + length]
        self._at += length
        return data

    def _fill(self, length: int) -> None:
        self._start, self._at = self.position, 0
        self._window = b""
        if length > self.size - self._start:
            raise Truncated(f"pickle: ends at offset {self.size}, within an instruction")
        there = self.blob.size - self._start
        if length > there:
            raise OutOfSight(f"pickle: goes on behind offset {self.blob.size}")
        self._window = self.blob.read(self._start, min(there, max(length, WINDOW)))

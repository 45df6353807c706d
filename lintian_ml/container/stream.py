"""Compressed streams, decompressed in process and within a budget: gz, bz2, xz, lzma, zst, and plain bytes.

What a stream is, its first bytes tell, never a name. Streams of one kind that follow one another are read as
one, with or without zero bytes between and after them, as their own programs do.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lintian_ml.container.ahead import ahead
from lintian_ml.container.codec import MAGIC, Codec, recognise
from lintian_ml.container.limits import Limits
from lintian_ml.container.unpacking import CHUNK, INPUT, Budget, Chunk, Source, Unpacking
from lintian_ml.error import LintianMLError, PackageError

__all__ = ["CHUNK", "Budget", "Digest", "HashingFile", "Reader", "Source", "budget", "open_stream"]

CHUNK_AHEAD = 1 << 22
"""Bytes decompressed at a time by a second thread: it may have to wait for milliseconds between two."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What was read of a file in all: the SHA-256 in hexadecimal, and the size in bytes."""

    sha256: str
    size: int


class HashingFile:
    """A raw file whose bytes are hashed as they pass, so that one reading of the disk serves both."""

    def __init__(self, raw: Source) -> None:
        self._raw = raw
        self._hash = hashlib.sha256()
        self.size = 0

    def read(self, length: int, /) -> bytes:
        """Return at most ``length`` bytes, none only at the end; PackageError if the file cannot be read."""
        try:
            data = self._raw.read(length)
        except OSError as error:
            raise PackageError(
                f"cannot be read after {self.size} bytes: {error.strerror or error}"
            ) from error
        self._hash.update(data)
        self.size += len(data)
        return data

    def finish(self) -> Digest:
        """Read what remains, whatever it is, and return the digest of the whole file."""
        while self.read(CHUNK):
            pass
        return Digest(self._hash.hexdigest(), self.size)


class Reader:
    """The decompressed bytes of a source, in order.

    ``position`` is how many were delivered. ``trailing`` becomes true at the end of the last stream if bytes
    follow that are neither padding nor another stream; they are ignored. All methods raise FormatError for
    damaged or truncated streams, and LimitError when the budget is used up.
    """

    def __init__(self, source: Source, codec: Codec | None, budget: Budget, head: bytes = b"") -> None:
        """Read ``source`` by ``codec`` (None: plain); ``head`` is what was already read from it."""
        self.codec = codec
        self.trailing = False
        self._unpacking = Unpacking(source, codec, budget, head)
        self._chunks = self._unpacking.chunks()
        self._trouble: LintianMLError | None = None
        self._budget = budget
        self._chunk = b""
        self._at = 0
        self._before = 0

    @property
    def position(self) -> int:
        """How many bytes were delivered."""
        return self._before + self._at

    def read(self, length: int, /) -> bytes:
        """Return ``length`` bytes; fewer only at the end."""
        start = self._at
        end = start + length
        if end <= len(self._chunk):
            self._at = end
            return self._chunk[start:end]
        return b"".join(self._gather(length))

    def read1(self, length: int, /) -> bytes:
        """Return at most ``length`` of the bytes at hand, which costs least; none only at the end."""
        if self._at >= len(self._chunk) and not self._refill():
            return b""
        start = self._at
        self._at = min(start + length, len(self._chunk))
        return self._chunk[start : self._at]

    def readinto(self, buffer: memoryview | bytearray, /) -> int:
        """Fill ``buffer``; return how many bytes there were before the end."""
        view = memoryview(buffer).cast("B")
        filled = 0
        for data in self._gather(len(view)):
            view[filled : filled + len(data)] = data
            filled += len(data)
        return filled

    def skip(self, length: int) -> int:
        """Pass over ``length`` bytes; return how many there were before the end."""
        wanted = length
        while wanted > (there := len(self._chunk) - self._at):
            wanted -= there
            if not self._refill():
                return length - wanted
        self._at += wanted
        return length

    def _gather(self, length: int) -> Iterator[bytes]:
        while length > 0 and (data := self.read1(length)):
            length -= len(data)
            yield data

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """Decompress in a second thread, some chunks ahead, until the block is left, which ends the reading.

        What is read is the same: limits are counted, and errors raised, where the reading is. Nothing is
        done ahead where the limits allow one thread.
        """
        if self._budget.limits.threads < 2:
            yield
            return
        self._unpacking.largest = CHUNK_AHEAD
        with ahead(self._chunks) as self._chunks:
            yield

    def _refill(self) -> bool:
        self._before += len(self._chunk)
        self._at = 0
        self._chunk = b""
        self._chunk, taken, self.trailing = self._next_chunk()
        self._budget.check_time()
        self._budget.spend(len(self._chunk), self._before + len(self._chunk), taken)
        return bool(self._chunk)

    def _next_chunk(self) -> Chunk:
        """Return the next chunk, an empty one at the end; what was raised once is raised again."""
        if self._trouble:
            raise self._trouble
        try:
            return next(self._chunks)
        except LintianMLError as error:
            self._trouble = error
            raise


def budget(limits: Limits | Budget) -> Budget:
    """Return the budget that is given, or a fresh one."""
    return limits if isinstance(limits, Budget) else Budget(limits)


def open_stream(source: Source, limits: Limits | Budget, head: bytes = b"") -> Reader:
    """Return the reader that fits what ``source`` begins with; ``head`` is what was already read from it.

    Streams within one package share its ``Budget``; bare limits make a fresh one. LimitError if no library is
    there that unpacks such streams.
    """
    while len(head) < MAGIC and (more := source.read(INPUT)):
        head += more
    return Reader(source, recognise(head), budget(limits), head)

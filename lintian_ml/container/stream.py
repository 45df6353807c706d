"""Compressed streams, decompressed in process and within a budget: gz, bz2, xz, lzma, zst, and plain bytes.

What a stream is, its first bytes tell, never a name. Streams of one kind that follow one another are read as
one, with or without zero bytes between and after them, as their own programs do.
"""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from lintian_ml.container.codec import MAGIC, Codec, recognise
from lintian_ml.container.limits import Limits
from lintian_ml.error import FormatError, LimitError, PackageError

CHUNK = 1 << 17
"""Bytes decompressed at a time: they stay in a core's own cache, which is a fifth faster than 1 MiB."""

_INPUT = 1 << 15
"""Bytes that go into a decoder at a time: few, as each of many tiny streams has what follows it copied."""


class Source(Protocol):
    """Where bytes come from: a file, a ``HashingFile``, a ``Reader``, a member of a tar archive."""

    def read(self, length: int, /) -> bytes:
        """Return at most ``length`` bytes; none only at the end."""


class Budget:
    """What one package may still use of its limits; all the streams open within the package share it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.output
        self.deadline = time.monotonic() + limits.seconds

    def check_time(self) -> None:
        """Raise LimitError after the deadline."""
        if time.monotonic() > self.deadline:
            raise LimitError(f"reading took longer than the {self.limits.seconds:g} seconds allowed")

    def spend(self, length: int, delivered: int, taken: int) -> None:
        """Count ``length`` more bytes; ``delivered`` bytes of their stream then came out of ``taken``."""
        self.left -= length
        if self.left < 0:
            raise LimitError(f"more than the {self.limits.output} bytes allowed were unpacked")
        if delivered > self.limits.ratio_after and delivered > taken * self.limits.ratio:
            raise LimitError(
                f"unpacks to more than {self.limits.ratio} times its size ({delivered} from {taken} bytes)"
            )


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
        self._source = source
        self._budget = budget
        self._ahead = head
        self._taken = len(head)
        self._chunk = b""
        self._at = 0
        self._before = 0
        self._ended = False
        if codec is not None:
            self._start, self._errors = codec.load(budget.limits)
            self._decoder = self._start()

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

    def _refill(self) -> bool:
        self._before += len(self._chunk)
        self._at = 0
        self._chunk = b""
        self._chunk = chunk = self._take(CHUNK) if self.codec is None else self._decompress()
        self._budget.check_time()
        self._budget.spend(len(chunk), self._before + len(chunk), self._taken)
        return bool(chunk)

    def _take(self, length: int) -> bytes:
        """Return what is read ahead, else what the source gives."""
        if self._ahead:
            data, self._ahead = self._ahead, b""
            return data
        data = self._source.read(length)
        self._taken += len(data)
        return data

    def _decompress(self) -> bytes:
        while not self._ended:
            data = self._take(_INPUT) if self._decoder.needs_input else b""
            if not data and self._decoder.needs_input:
                raise self._damage("is truncated")
            out = self._decode(data)
            if self._decoder.eof:
                self._next_stream(self._decoder.unused_data)
            if out:
                return out
            self._budget.check_time()
        return b""

    def _decode(self, data: bytes) -> bytes:
        try:
            return self._decoder.decompress(data, CHUNK)
        except MemoryError as error:
            raise LimitError(
                f"needs more memory than there is to be unpacked, after {self._before} bytes"
            ) from error
        except self._errors as error:
            if "memory" in str(error).lower():
                allowed = self._budget.limits.xz_memory
                raise LimitError(f"needs more than {allowed} bytes of memory to be unpacked") from error
            raise self._damage(f"is damaged ({error})") from error

    def _damage(self, what: str) -> FormatError:
        name = self.codec.name if self.codec else "plain"
        return FormatError(
            f"the {name} stream {what}, after {self._before} unpacked bytes, near byte {self._taken}"
        )

    def _next_stream(self, rest: bytes) -> None:
        """Go on to the stream that begins in or after ``rest``, or end."""
        assert self.codec is not None
        rest = rest.lstrip(b"\0")
        while len(rest) < MAGIC and (more := self._take(_INPUT)):
            rest = rest + more if rest else more.lstrip(b"\0")
            self._budget.check_time()
        self._ahead = rest
        if self.codec.matches(rest):
            self._decoder = self._start()
        else:
            self._ended = True
            self.trailing = bool(rest)


def budget(limits: Limits | Budget) -> Budget:
    """Return the budget that is given, or a fresh one."""
    return limits if isinstance(limits, Budget) else Budget(limits)


def open_stream(source: Source, limits: Limits | Budget, head: bytes = b"") -> Reader:
    """Return the reader that fits what ``source`` begins with; ``head`` is what was already read from it.

    Streams within one package share its ``Budget``; bare limits make a fresh one. LimitError if no library is
    there that unpacks such streams.
    """
    while len(head) < MAGIC and (more := source.read(_INPUT)):
        head += more
    return Reader(source, recognise(head), budget(limits), head)

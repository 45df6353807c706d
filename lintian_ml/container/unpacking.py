"""Decompresses a source chunk by chunk, all its streams as one, within memory and time."""

import time
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from lintian_ml.container.codec import MAGIC, Codec
from lintian_ml.container.limits import Limits
from lintian_ml.error import FormatError, LimitError

CHUNK = 1 << 17
"""Bytes decompressed at a time: they stay in a core's own cache, which is a fifth faster than 1 MiB."""

INPUT = 1 << 15
"""Bytes that go into a decoder at first: few, as each of many tiny streams has what follows it copied."""


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


class Chunk(NamedTuple):
    """The next bytes, how many of the source were taken by then, and whether what follows is ignored."""

    data: bytes
    taken: int
    trailing: bool


class Unpacking:
    """A source being decompressed by ``codec`` (None: plain); ``head`` is what was already read from it.

    ``largest`` is how many bytes come out at a time at most, CHUNK at first and twice as many each time. More
    than CHUNK are for a thread that waits for its turn each time: then more bytes than INPUT go in at a time
    too, once a stream has proved long.
    """

    def __init__(self, source: Source, codec: Codec | None, budget: Budget, head: bytes) -> None:
        self.codec = codec
        self.largest = CHUNK
        self._chunk = CHUNK
        self._source = source
        self._budget = budget
        self._ahead = head
        self._taken = len(head)
        self._delivered = 0
        self._input = INPUT
        self._ended = False
        self._trailing = False
        if codec is not None:
            self._start, self._errors = codec.load(budget.limits)
            self._decoder = self._start()

    def chunks(self) -> Iterator[Chunk]:
        """Yield the chunks, then empty ones for ever; FormatError where a stream is damaged or truncated."""
        while data := self._take(CHUNK) if self.codec is None else self._decompress():
            self._delivered += len(data)
            yield Chunk(data, self._taken, self._trailing)
        while True:
            yield Chunk(b"", self._taken, self._trailing)

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
            data = self._feed() if self._decoder.needs_input else b""
            out = self._decode(data)
            if self._decoder.eof:
                self._next_stream(self._decoder.unused_data)
            if out:
                self._chunk = min(2 * self._chunk, self.largest)
                return out
            self._budget.check_time()
        return b""

    def _feed(self) -> bytes:
        """Return what goes into the decoder next, of a long stream more each time."""
        data = self._take(self._input)
        if not data:
            raise self._damage("is truncated")
        self._input = max(INPUT, min(2 * self._input, self._chunk >> 3))
        return data

    def _decode(self, data: bytes) -> bytes:
        try:
            return self._decoder.decompress(data, self._chunk)
        except MemoryError as error:
            raise LimitError(
                f"needs more memory than there is to be unpacked, after {self._delivered} bytes"
            ) from error
        except self._errors as error:
            if "memory" in str(error).lower():
                allowed = self._budget.limits.xz_memory
                raise LimitError(f"needs more than {allowed} bytes of memory to be unpacked") from error
            raise self._damage(f"is damaged ({error})") from error

    def _damage(self, what: str) -> FormatError:
        name = self.codec.name if self.codec else "plain"
        return FormatError(
            f"the {name} stream {what}, after {self._delivered} unpacked bytes, near byte {self._taken}"
        )

    def _next_stream(self, rest: bytes) -> None:
        """Go on to the stream that begins in or after ``rest``, or end."""
        assert self.codec is not None
        self._input = INPUT
        rest = rest.lstrip(b"\0")
        while len(rest) < MAGIC and (more := self._take(INPUT)):
            rest = rest + more if rest else more.lstrip(b"\0")
            self._budget.check_time()
        self._ahead = rest
        if self.codec.matches(rest):
            self._decoder = self._start()
        else:
            self._ended = True
            self._trailing = bool(rest)

"""The process that lets libhdf5 at one file: ``python -m lintian_ml.container.hdf5_child`` on a socket.

libhdf5 trusts what files say: some end the process that it runs in. So it runs in this one, which has no
file, asks for each byte, and bounds its own memory and time. It answers one question and ends.
"""

import json
import math
import os
import resource
import socket
import struct
import sys
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.container.hdf5_channel import Channel, Sort
from lintian_ml.error import FormatError, LimitError

MEMORY = 2 << 30
"""Bytes of address space: of these the libraries take about half a gibibyte."""

SECONDS = 60
"""Seconds of processor time until the first part of an answer, and from each to the next."""

PAGE = 1 << 16
"""Bytes that are asked for at least: libhdf5 reads a few at a time, one after another."""

QUESTION_LIMIT = 1 << 20


class Asked(Blob):
    """A file of which every byte is asked for; the last page is kept."""

    def __init__(self, channel: Channel, size: int) -> None:
        super().__init__()
        self.size = size
        self.channel = channel
        self._start = 0
        self._page = b""

    def readinto(self, offset: int, buffer: memoryview) -> int:
        """Fill ``buffer`` from ``offset``; return how many bytes there were before the end."""
        length = max(0, min(len(buffer), self.size - offset))
        buffer[:length] = self._fetch(offset, length)
        return length

    def _fetch(self, offset: int, length: int) -> bytes:
        if length >= PAGE:
            return self._wanted(offset, length)
        start = offset - self._start
        if not 0 <= start <= len(self._page) - length:
            self._page = self._wanted(offset, min(PAGE, self.size - offset))
            self._start, start = offset, 0
        return self._page[start : start + length]

    def _wanted(self, offset: int, length: int) -> bytes:
        self.channel.send(Sort.WANTED, struct.pack("<QQ", offset, length))
        return self.channel.receive(length)[1]


def main() -> None:
    """Answer the question that comes, or tell why not."""
    bound()
    channel = _sole_channel()
    question = json.loads(channel.receive(QUESTION_LIMIT)[1])
    try:
        for part in _answer(Asked(channel, question["size"]), question["dataset"]):
            channel.send(Sort.ANSWER, part)
            grant()
    except LimitError as error:
        channel.send(Sort.LIMIT, str(error).encode())
    except MemoryError:
        channel.send(Sort.LIMIT, b"HDF5 file takes libhdf5 more than %d bytes of memory" % MEMORY)
    except FormatError as error:
        channel.send(Sort.MALFORMED, str(error).encode())
    else:
        channel.send(Sort.END)


def _answer(blob: Blob, dataset: str | None) -> Iterator[bytes]:
    """Yield what the file holds, as JSON; or the elements of a dataset."""
    from lintian_ml.container.hdf5_told import told
    from lintian_ml.container.hdf5_walk import walked

    found = walked(blob)
    if dataset is None:
        yield told(found)
        return
    for tensor in found.tensors:
        if tensor.name == dataset:
            yield from tensor.payload.blocks()
            return
    raise FormatError(f"HDF5 file has no dataset {dataset!r:.80} that libhdf5 reads")


def bound() -> None:
    """Bound this process for good: memory, time, no file written, no core dump."""
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    grant()


def grant() -> None:
    """Allow this process some more seconds of processor time; then the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    until = math.ceil(used.ru_utime + used.ru_stime) + SECONDS
    resource.setrlimit(
        resource.RLIMIT_CPU, (until if hard == resource.RLIM_INFINITY else min(until, hard), hard)
    )


def _limit(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def _sole_channel() -> Channel:
    """Return the socket that is standard input and output; what else writes there goes to standard error."""
    end = socket.socket(fileno=os.dup(0))
    os.dup2(2, 1)
    return Channel(end)


if __name__ == "__main__":
    main()
    sys.stdout.flush()

"""What libhdf5 makes of a file, without its code ever running here: a process of its own answers and ends.

Such a process costs about a fifth of a second. It is for the files of which ``hdf5_file`` does not understand
every byte; what it does to itself there is an error of that file.
"""

import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.container.hdf5 import Contents
from lintian_ml.container.hdf5_channel import Channel, Sort
from lintian_ml.container.hdf5_told import heard
from lintian_ml.error import FormatError, LimitError
from lintian_ml.model import Computed
from lintian_ml.threads import SINGLE_THREADED

COMMAND = (sys.executable, "-P", "-m", "lintian_ml.container.hdf5_child")

PATIENCE = 300
"""Seconds to wait for a word: a process that computes is ended by the kernel long before."""

FRAME_LIMIT = 1 << 29
"""Bytes of one part of an answer."""


def contents(blob: Blob) -> Contents:
    """Return what lies in a file; FormatError where it is malformed, LimitError where it asks too much."""
    answer = b"".join(_asked(blob, None))
    return heard(answer, blob, lambda name, length: Computed(lambda: elements(blob, name, length), length))


def elements(blob: Blob, name: str, length: int) -> Iterator[bytes]:
    """Yield the ``length`` bytes of a dataset's elements, decompressed, in C order."""
    left = length
    for block in _asked(blob, name):
        left -= len(block)
        if left < 0:
            break
        yield block
    if left:
        raise FormatError(f"HDF5 dataset {name!r:.80}: libhdf5 reads other than {length} bytes")


def _asked(blob: Blob, dataset: str | None) -> Iterator[bytes]:
    """Yield the parts of the answer to a question: what lies in the file, or the elements of a dataset."""
    ours, theirs = socket.socketpair()
    with ours:
        ours.settimeout(PATIENCE)
        with theirs:
            process = _started(theirs)
        try:
            yield from _answers(Channel(ours), blob, dataset)
        except (EOFError, ConnectionError):
            raise _death(process) from None
        except TimeoutError:
            raise LimitError(f"HDF5 file over which libhdf5 is silent for {PATIENCE} seconds") from None
        finally:
            process.kill()
            process.wait()


def _started(theirs: socket.socket) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            COMMAND,
            stdin=theirs.fileno(),
            stdout=theirs.fileno(),
            stderr=subprocess.DEVNULL,
            env={**os.environ, **SINGLE_THREADED},
        )
    except OSError as error:
        raise LimitError(f"HDF5 file left unread: no process can be started ({error.strerror})") from None


def _answers(channel: Channel, blob: Blob, dataset: str | None) -> Iterator[bytes]:
    """Ask; serve the bytes that are wanted, until there is an answer."""
    channel.send(Sort.QUESTION, json.dumps({"size": blob.size, "dataset": dataset}).encode())
    while True:
        sort, data = channel.receive(FRAME_LIMIT)
        if sort is Sort.WANTED:
            channel.send(Sort.BYTES, _wanted(blob, data))
        elif sort is Sort.ANSWER:
            yield data
        elif sort is Sort.END:
            return
        else:
            kind = LimitError if sort is Sort.LIMIT else FormatError
            raise kind(data.decode("utf-8", "backslashreplace"))


def _wanted(blob: Blob, data: bytes) -> bytes:
    try:
        offset, length = struct.unpack("<QQ", data)
    except struct.error:
        raise FormatError("HDF5 file over which libhdf5 loses its way") from None
    return blob.read(offset, length)


def _death(process: "subprocess.Popen[bytes]") -> FormatError | LimitError:
    """Return an error that says how a process ended that did not answer."""
    status = process.wait(PATIENCE)
    if status == -signal.SIGXCPU:
        return LimitError("HDF5 file over which libhdf5 takes too long")
    if status < 0:
        return FormatError(f"HDF5 file is malformed: libhdf5 was killed by signal {-status}")
    return FormatError(f"HDF5 file is malformed: libhdf5 ended with status {status}")

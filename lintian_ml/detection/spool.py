"""Holds one streamed file for random access: in memory while it is small, else in an unnamed temporary
file.
"""

import hashlib
import os
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.container.limits import Limits
from lintian_ml.error import LimitError

CHUNK = 1 << 17


class Reader(Protocol):
    """A stream of bytes that is read once."""

    def read(self, length: int, /) -> bytes:
        """Return up to ``length`` bytes; fewer only at the end."""


class TemporaryBlob(FileBlob):
    """An unnamed temporary file; it vanishes when it is closed, however the program ends."""

    def __init__(self, name: str) -> None:
        Blob.__init__(self, b"", name)
        with tempfile.TemporaryFile(buffering=0) as file:
            self.descriptor = os.dup(file.fileno())
        self._closing = weakref.finalize(self, os.close, self.descriptor)
        self._before = self._state()

    def append(self, data: bytes) -> None:
        """Write ``data`` behind what is there."""
        view = memoryview(data)
        while view:
            view = view[os.write(self.descriptor, view) :]
        self._before = self._state()
        self.size = self._before[0]

    def sibling(self, name: str) -> Blob | None:
        """A file that streamed past has no siblings at hand."""
        del name
        return None


@contextmanager
def spooled(name: str, head: bytes, reader: Reader, limits: Limits) -> Iterator[tuple[Blob, str]]:
    """Hold ``head`` and all that ``reader`` still has; yield the blob and its sha256 in hex.

    LimitError when the file is longer than ``limits.spool``.
    """
    digest = hashlib.sha256(head)
    kept = [head]
    size = len(head)
    while size <= limits.memory and (chunk := reader.read(CHUNK)):
        kept.append(chunk)
        digest.update(chunk)
        size += len(chunk)
    if size <= limits.memory:
        yield Blob(b"".join(kept), name), digest.hexdigest()
        return
    blob = TemporaryBlob(name)
    with blob:
        for chunk in kept:
            blob.append(chunk)
        while chunk := reader.read(CHUNK):
            size += len(chunk)
            if size > limits.spool:
                raise LimitError(f"longer than the {limits.spool >> 20} MiB that one file may take")
            digest.update(chunk)
            blob.append(chunk)
        yield blob, digest.hexdigest()

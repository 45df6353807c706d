"""One thread's place of work: buffers that files are read into, again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lintian_ml.blob import Blob, FileBlob, Part
from lintian_ml.equality.blocks import PIECE
from lintian_ml.error import FormatError
from lintian_ml.model import Payload, Span

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes

PAGE = 1 << 12
"""Bytes of a page of memory: buffers begin with one."""

ASIDE = 64
"""Bytes of a cache's line. What is copied to a place of its page that lies less than half of this after its
place in the page it comes from is copied at half the speed, or less; a buffer is then begun so much later.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a payload lies in memory or in an open file, which any thread may read by position."""

    blob: Blob
    offset: int


def place(payload: Payload) -> Place | None:
    """Return where a payload lies; None where it must be decoded, or is read by what keeps a position.

    FormatError where it lies outside of what holds it.
    """
    if not isinstance(payload, Span):
        return None
    blob: Blob = payload.blob
    offset = payload.offset
    _demand(blob, offset, payload.length)
    while isinstance(blob, Part):
        offset += blob.offset
        blob = blob.whole
        _demand(blob, offset, payload.length)
    return Place(blob, offset) if type(blob) in (Blob, FileBlob) else None


def _demand(blob: Blob, offset: int, length: int) -> None:
    if offset < 0 or offset + length > blob.size:
        raise FormatError(
            f"{length} bytes claimed at offset {offset}, but there are {blob.size} bytes in all"
        )


class Desk:
    """A buffer for either side, and one to compute in. Small neighbours are fetched by one read."""

    def __init__(self) -> None:
        self.scratch: Codes = room(PIECE)
        self._sheets = (_Sheet(), _Sheet())

    def read(self, side: int, place: Place, offset: int, length: int) -> Codes:
        """Return ``length`` bytes, at most PIECE, at ``offset`` of a place, for side 0 or 1.

        They are overwritten by the next read for that side. FormatError where the file ends before.
        """
        return self._sheets[side].read(place.blob, place.offset + offset, length)


class _Sheet:
    """One buffer, and which bytes of which blob it holds."""

    def __init__(self) -> None:
        self._room: Codes = room(PIECE + ASIDE)
        self._buffer = self._room[:PIECE]
        self._blob: Blob | None = None
        self._start = self._end = 0

    def read(self, blob: Blob, start: int, length: int) -> Codes:
        """Return bytes of a blob; they may be in the buffer already."""
        if blob is not self._blob or not self._start <= start <= start + length <= self._end:
            self._fill(blob, start, max(length, min(PIECE, blob.size - start)))
        if start + length > self._end:
            raise FormatError(f"{blob.name}: became shorter while it was read")
        return self._buffer[start - self._start : start - self._start + length]

    def _fill(self, blob: Blob, start: int, length: int) -> None:
        """Fill the buffer from ``start``, with fewer bytes where the blob ends before."""
        self._blob, self._start, self._end = blob, start, start
        aside = ASIDE if 0 < -start % PAGE < ASIDE else 0
        self._buffer = self._room[aside : aside + PIECE]
        view = memoryview(self._buffer)  # type: ignore[arg-type]
        while self._end < start + length:
            got = blob.readinto(self._end, view[self._end - start : length])
            if not got:
                return
            self._end += got


def room(size: int) -> Codes:
    """Return that many bytes of memory, from the beginning of a page on."""
    import numpy as np

    whole: Codes = np.empty(size + PAGE, dtype=np.uint8)
    start = -whole.ctypes.data % PAGE
    return whole[start : start + size]

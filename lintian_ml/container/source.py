"""Reading from sources of bytes that give fewer at a time than are asked for, or were read from before."""

from collections.abc import Iterator

from lintian_ml.container.unpacking import Source


class Blocks:
    """A source over blocks of bytes."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._left = b""

    def read(self, length: int, /) -> bytes:
        """Return at most ``length`` bytes; none only at the end."""
        if not self._left:
            self._left = next(self._blocks, b"")
        given, self._left = self._left[:length], self._left[length:]
        return given


class Chained:
    """A source whose first bytes were already read."""

    def __init__(self, head: bytes, rest: Source) -> None:
        self._head = head
        self._rest = rest

    def read(self, length: int, /) -> bytes:
        """Return at most ``length`` bytes; none only at the end."""
        if not self._head:
            return self._rest.read(length)
        given, self._head = self._head[:length], self._head[length:]
        return given


def exactly(source: Source, length: int) -> bytes:
    """Return the next ``length`` bytes, or fewer where the source ends before."""
    pieces = []
    while length > 0 and (piece := source.read(length)):
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)

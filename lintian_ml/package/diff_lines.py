"""The lines of a diff, one after the other or many at once, within bounded memory."""

from collections.abc import Iterator

from lintian_ml.container.stream import Source
from lintian_ml.error import LimitError

CHUNK = 1 << 17
LONGEST_LINE = 16 << 20
"""Bytes of the longest line: one line may be a whole file."""

AT_ONCE = 256
"""Added lines that are looked at together."""


def read_lines(reader: Source) -> Iterator[list[bytes]]:
    """Yield the lines, each with its newline, those of a chunk together; LimitError for a line that is too
    long to hold.
    """
    left: list[bytes] = []
    held = 0
    while chunk := reader.read(CHUNK):
        *lines, rest = chunk.split(b"\n")
        if lines:
            lines[0] = b"".join([*left, lines[0]])
            left, held = [], 0
            yield [line + b"\n" for line in lines]
        left.append(rest)
        held += len(rest)
        if held > LONGEST_LINE:
            raise LimitError(f"a line of the diff is longer than {LONGEST_LINE >> 20} MiB")
    if last := b"".join(left):
        yield [last]


class Lines:
    """A diff, one line at a time: ``line`` is the current one, empty at the end; ``number`` counts from 1."""

    def __init__(self, reader: Source) -> None:
        self._chunks = read_lines(reader)
        self._lines: list[bytes] = []
        self._next = 0
        self.number = 0
        self.line = b""
        self.step()

    def step(self) -> bytes:
        """Go on to the next line and return it."""
        if self._next == len(self._lines):
            self._lines, self._next = next(self._chunks, []), 0
            if not self._lines:
                self.line = b""
                return b""
        self.line = self._lines[self._next]
        self._next += 1
        self.number += 1
        return self.line

    def added(self, most: int) -> list[bytes]:
        """Pass over the current line and those at hand behind it, ``most`` or AT_ONCE at most, if each is an
        added one; return their contents.
        """
        first = self._next - 1
        lines = self._lines[first : first + min(most, AT_ONCE)]
        text = b"".join(lines)
        if text.count(b"\n+") + text.startswith(b"+") < len(lines):
            return []
        self._next += len(lines) - 1
        self.number += len(lines) - 1
        contents = [line[1:] for line in lines]
        if self.step().startswith(b"\\ "):
            contents[-1] = contents[-1].removesuffix(b"\n")
            self.step()
        return contents

    def content(self) -> bytes:
        """Pass over a line of a hunk and return what stands behind its mark."""
        content = self.line if self.line == b"\n" else self.line[1:]
        if self.step().startswith(b"\\ "):
            content = content.removesuffix(b"\n")
            self.step()
        return content

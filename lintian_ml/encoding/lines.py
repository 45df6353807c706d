"""The lines of a text file, a block at a time, none longer than it may be."""

from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.error import LimitError

LONGEST_LINE = 16 << 20
"""Bytes of the longest line that is held."""


def lines(blob: Blob, longest: int = LONGEST_LINE) -> Iterator[bytes]:
    """Yield each line without its end (``\\n`` or ``\\r\\n``); LimitError for one of more than ``longest``
    bytes.

    What follows the last line's end is a line too, unless it is empty.
    """
    rest = b""
    for block in blob.blocks():
        if len(rest) + len(block) > longest and b"\n" not in block:
            raise LimitError(f"a line of more than {longest} bytes")
        first, *others = (rest + block).split(b"\n")
        if not others:
            rest = first
            continue
        *whole, rest = first, *others
        yield from (line.removesuffix(b"\r") for line in whole)
    if rest:
        yield rest

"""The lines of a text file, a block at a time, none longer than it may be."""

from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.error import LimitError

LONGEST_LINE = 16 << 20
"""Bytes of the longest line that is held."""

MOST_WORDS = 12 << 20
"""Words of a text that is taken apart as a whole; each takes some forty bytes more than it has."""

_BETWEEN = b' \t\n\r\v\f<"'


def whole_text(blob: Blob, longest: int) -> bytes:
    """Return a text that is to be taken apart word by word; LimitError where it has more than ``longest``
    bytes, or more characters between words than MOST_WORDS.
    """
    if blob.size > longest:
        raise LimitError(f"a text of {blob.size} bytes, but {longest >> 20} MiB are read at most")
    text = blob.read(0, blob.size)
    if sum(text.count(bytes([byte])) for byte in _BETWEEN) > MOST_WORDS:
        raise LimitError(f"a text of more than {MOST_WORDS} words")
    return text


def lines(blob: Blob, longest: int = LONGEST_LINE) -> Iterator[bytes]:
    """Yield each line without its end (``\\n`` or ``\\r\\n``); LimitError for one of more than ``longest``
    bytes.

    What follows the last line's end is a line too, unless it is empty.
    """
    pieces, held = [b""], 0
    for block in blob.blocks():
        first, *others = block.split(b"\n")
        pieces.append(first)
        held += len(first)
        if not others:
            if held > longest:
                raise LimitError(f"a line of more than {longest} bytes")
            continue
        yield b"".join(pieces).removesuffix(b"\r")
        yield from (line.removesuffix(b"\r") for line in others[:-1])
        pieces, held = others[-1:], len(others[-1])
    if rest := b"".join(pieces):
        yield rest

"""Comments of C, C++ and their like, and those that a # sign begins."""

import re

# A pattern that begins with one certain byte is searched for faster than two bytes are.
_SLASHES = re.compile(rb"/[*/]")
_BLOCK = re.compile(rb"/[*]")
_LINE = re.compile(rb"/[/]")
_SIGN = re.compile(rb"#")


def has_comments(text: bytes) -> bool:
    """Whether something in a text begins a comment."""
    return b"#" in text or _SLASHES.search(text) is not None


def without_comments(text: bytes) -> bytes:
    """Return the text with as many spaces for the comments of C and C++ and for what follows a # sign."""
    if _SLASHES.search(text):
        text = _blanked(text, _BLOCK, b"*/", 2)
        text = _blanked(text, _LINE, b"\n", 0)
    return _blanked(text, _SIGN, b"\n", 0) if b"#" in text else text


def _blanked(text: bytes, opening: re.Pattern[bytes], closing: bytes, more: int) -> bytes:
    """Blank from each ``opening`` to the next ``closing``, of which ``more`` bytes are blanked too."""
    found = opening.search(text)
    if found is None:
        return text
    blank = bytearray(text)
    while found:
        start = found.start()
        end = text.find(closing, found.end()) + more
        end = end if end >= more else len(text)
        blank[start:end] = b" " * (end - start)
        found = opening.search(text, end)
    return bytes(blank)

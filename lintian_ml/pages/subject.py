"""Which model a hint is about: the note of such a hint begins with the model's path."""

from collections.abc import Collection, Iterator


def subject(note: str, paths: Collection[str]) -> str | None:
    """Return the longest of ``paths`` that a note is, or that stands before a blank in it, or None."""
    return max((start for start in _starts(note) if start in paths), key=len, default=None)


def _starts(note: str) -> Iterator[str]:
    """Yield what of a note may be a path, since a path may hold blanks."""
    yield note
    yield from (note[:at] for at, char in enumerate(note) if char == " ")

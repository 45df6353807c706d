"""Writes pages into a folder."""

from collections.abc import Iterable
from pathlib import Path

from lintian_ml.error import UsageError


def write(folder: Path, pages: Iterable[tuple[str, str]]) -> int:
    """Write each text at its path below a folder, which is made if need be; return how many there were.

    UsageError where one cannot be written.
    """
    count = 0
    try:
        for path, text in pages:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
            count += 1
    except OSError as error:
        raise UsageError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    return count

"""The other files that belong to two equal ones, and those that belong to these: are they equal too?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from lintian_ml.blob import Blob
from lintian_ml.equality.bytewise import equal
from lintian_ml.equality.manner import Manner
from lintian_ml.equality.verdict import Verdict, together

MOST = 10_000
"""Files of either side that are looked at; where more belong to one, nothing is decided."""

Named = Callable[[Blob], Sequence[str]]
"""Returns which files belong to one, by their paths from its folder."""


@dataclass(frozen=True, slots=True)
class File:
    """A file whose parts are asked for; the blob need not be open any more."""

    blob: Blob
    path: Path
    names: Sequence[str]

    def part(self, name: str) -> Path:
        """Return the path of one of its parts."""
        return self.path.parent / name


def compare_parts(first: File, second: File, named: Named, manner: Manner) -> tuple[Verdict, str]:
    """Return whether what belongs to two equal files is equal too, or on both sides missing, and why not
    decided.

    What is there and is no plain file, but a link for one, is not read, and leaves the whole undecided.
    """
    waiting, seen, found = [(first, second)], set[tuple[Path, Path]](), list[tuple[Verdict, str]]()
    while waiting:
        one, other = waiting.pop()
        if len(one.names) != len(other.names):
            return Verdict.NOT_MET, ""
        for names in zip(one.names, other.names, strict=True):
            paths = one.part(names[0]), other.part(names[1])
            if paths not in seen and len(seen) < MOST:
                found.append(_compared((one, other), names, named, manner, waiting))
            seen.add(paths)
    if len(seen) > MOST:
        found.append((Verdict.NOT_DECIDED, f"more than {MOST:,} files belong to {first.blob.name}"))
    verdict = together(one for one, _ in found)
    return verdict, next((reason for one, reason in found if one is verdict), "")


def _compared(
    files: tuple[File, File],
    names: tuple[str, str],
    named: Named,
    manner: Manner,
    waiting: list[tuple[File, File]],
) -> tuple[Verdict, str]:
    """Compare a part of both sides; have those wait that are equal, as others may belong to them."""
    with ExitStack() as stack:
        parts = [file.blob.sibling(name) for file, name in zip(files, names, strict=True)]
        left, right = (stack.enter_context(part) if part else None for part in parts)
        if reason := next(_unread(files, names, parts), ""):
            return Verdict.NOT_DECIDED, reason
        if left is None or right is None:
            return (Verdict.MET if left is right else Verdict.NOT_MET), ""
        if not equal(left, right, manner.advance, manner.threads):
            return Verdict.NOT_MET, ""
        own, theirs = (
            File(part, file.part(name), named(part))
            for part, file, name in zip((left, right), files, names, strict=True)
        )
        waiting.append((own, theirs))
    return Verdict.MET, ""


def _unread(files: tuple[File, File], names: tuple[str, str], parts: Sequence[Blob | None]) -> Iterator[str]:
    """Yield which parts are there and yet cannot be read."""
    for file, name, part in zip(files, names, parts, strict=True):
        if part is None and os.path.lexists(file.part(name)):
            yield f"{name} belongs to {file.blob.name} and is no plain file that may be read"

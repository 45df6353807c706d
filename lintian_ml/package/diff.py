"""Reads unified diffs as dpkg-source and patch do: driven by the counts of each hunk, within bounded memory.

Content lines that look like headers are content, since a hunk says how many lines it has. Renames and copies
by git's extended headers are understood; git's binary patches are not, as ``dpkg-source`` does not apply them
either.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.container.stream import Source
from lintian_ml.error import FormatError
from lintian_ml.package.diff_lines import Lines

HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
EPOCH = re.compile(rb"1970-01-01 00:00:00(?:\.0+)?(?: \+0000)?$")
EXTENDED = re.compile(rb"(rename from|rename to|copy from|copy to|new file mode|deleted file mode) (.+)$")

OTHER_EXTENDED = (b"similarity ", b"dissimilarity ", b"index ", b"old mode", b"new mode")

SIDES = {b" ": (1, 1), b"\n": (1, 1), b"-": (1, 0), b"+": (0, 1)}
"""Whether the old and the new side have a line, by its mark; an empty line has lost its blank."""

MOST_KEPT = 8 << 20
"""Bytes of memory that the hunks of one file may take; of a larger change only the sizes are known."""

LINE_COST = 40
HUNK_COST = 100
"""Bytes of memory that a line and a hunk take beside their content."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """One hunk: the first old line (from 1; 0 where there is none) and the lines, newlines included."""

    start: int
    old: tuple[bytes, ...]
    new: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a diff does to one file: paths without the first folder, None for ``/dev/null``.

    ``grows`` by that many bytes; ``hunks`` is None where they are too large to be kept; ``creates`` tells
    that nothing but additions are there. ``removes``: an empty result is no file. ``link``: the content is a
    symbolic link's.
    """

    old: str | None
    new: str | None
    grows: int = 0
    hunks: tuple[Hunk, ...] | None = ()
    creates: bool = False
    removes: bool = False
    moved: str = ""
    copied: str = ""
    link: bool = False


def read_changes(reader: Source) -> Iterator[Change]:
    """Yield what the diff does, file by file; FormatError where ``dpkg-source`` would refuse it."""
    return _Walk(reader).changes()


class _Walk(Lines):
    """The lines of a diff, and what they say."""

    def changes(self) -> Iterator[Change]:
        extended: dict[bytes, str] = {}
        while self.line:
            if self.line.startswith(b"--- "):
                yield self._file(extended)
                extended = {}
            elif self.line.startswith((b"+++ ", b"@@ -")):
                raise FormatError(f"line {self.number} of the diff: a file must begin with '--- '")
            elif self.line.startswith(b"diff --git "):
                yield from _without_hunks(extended)
                extended = {}
                self.step()
                extended = self._extended()
            else:
                self.step()
        yield from _without_hunks(extended)

    def _extended(self) -> dict[bytes, str]:
        """Read git's extended headers behind a ``diff --git`` line."""
        found: dict[bytes, str] = {}
        while self.line and not self.line.startswith((b"--- ", b"diff --git ", b"+++ ", b"@@ -")):
            if match := EXTENDED.match(self.line.rstrip(b"\r\n")):
                value = match[2].decode("utf-8", "surrogateescape")
                found[match[1]] = _safe(value) if match[1].endswith((b"from", b"to")) else value
            elif not self.line.startswith(
                (b"similarity ", b"dissimilarity ", b"index ", b"old mode", b"new mode")
            ):
                break
            self.step()
        return found

    def _file(self, extended: dict[bytes, str]) -> Change:
        """Read one file's ``---`` and ``+++`` lines and its hunks."""
        old, _ = self._header(b"--- ")
        self.step()
        if not self.line.startswith(b"+++ "):
            raise FormatError(f"line {self.number} of the diff: '+++ ' must follow '--- '")
        new, stamp = self._header(b"+++ ")
        if old is None and new is None:
            raise FormatError(f"line {self.number} of the diff: it names no file")
        self.step()
        number, grows, creates, kept = self._hunks()
        if not number:
            raise FormatError(f"line {self.number} of the diff: a hunk ('@@ ') was expected")
        return Change(
            old,
            new,
            grows,
            kept,
            creates,
            removes=new is None or EPOCH.match(stamp) is not None,
            moved=_origin(extended, b"rename", new),
            copied=_origin(extended, b"copy", new),
            link=extended.get(b"new file mode", "").startswith("120"),
        )

    def _header(self, mark: bytes) -> tuple[str | None, bytes]:
        """Return the path of a header line, without its first folder, and the time stamp behind it."""
        text = self.line[len(mark) :].rstrip(b"\r\n").lstrip()
        if text.startswith(b'"'):
            raise FormatError(f"line {self.number} of the diff: dpkg-source does not read quoted file names")
        name, _, stamp = text.partition(b"\t")
        if not stamp:
            name = name.split(maxsplit=1)[0] if name.split() else b""
        if name == b"/dev/null":
            return None, stamp
        path = name.decode("utf-8", "surrogateescape").partition("/")[2].lstrip("/")
        return (_safe(path) if path else None), stamp

    def _hunks(self) -> tuple[int, int, bool, tuple[Hunk, ...] | None]:
        """Read the hunks: how many, the bytes they add, if they only add, and they themselves."""
        number = grows = held = 0
        creates = True
        kept: list[Hunk] = []
        while self.line:
            if self.line.startswith(b"\\ "):
                self.step()
                continue
            match = HUNK.match(self.line)
            if not match:
                break
            hunk, taken, added, cost = self._hunk(match, MOST_KEPT - held)
            number += 1
            grows += added - taken
            creates &= not taken
            held += cost
            kept += [hunk] if hunk else []
        return number, grows, creates, tuple(kept) if len(kept) == number else None

    def _hunk(self, match: re.Match[bytes], room: int) -> tuple[Hunk | None, int, int, int]:
        """Read one hunk: itself if ``room`` is enough, the bytes it takes away and adds, its cost."""
        start, before, _, after = (1 if group is None else int(group[:12]) for group in match.groups())
        olds: list[bytes] = []
        news: list[bytes] = []
        taken = added = 0
        cost = HUNK_COST
        self.step()
        while before > 0 or after > 0:
            contents = self.added(after) if before <= 0 and self.line else []
            old, new = (
                (0, len(contents)) if contents else SIDES.get(self.line[:1]) or self._unmarked(before, after)
            )
            contents = contents or [self.content()]
            size = sum(map(len, contents))
            cost += size + LINE_COST * len(contents)
            if old:
                before -= 1
                taken += size
                olds += contents if cost <= room else []
            if new:
                after -= new
                added += size
                news += contents if cost <= room else []
        hunk = Hunk(start, tuple(olds), tuple(news)) if cost <= room else None
        return hunk, taken, added, cost

    def _unmarked(self, before: int, after: int) -> tuple[int, int]:
        """Return the sides that have the current line where its mark does not tell."""
        if self.line.startswith(b"\\"):
            return 0, 0
        if self.line:
            raise FormatError(f"line {self.number} of the diff: a line of a hunk begins with ' ', '+' or '-'")
        if before == after < 3:
            return 1, 1
        raise FormatError("the diff ends within a hunk")


def _safe(path: str) -> str:
    """Return the path; FormatError if it leads out of the source tree."""
    if ".." in path.split("/") or path.startswith("/"):
        raise FormatError(f"the diff names a path outside the source tree: {path}")
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def _origin(extended: dict[bytes, str], way: bytes, new: str | None) -> str:
    """Return from where ``new`` is renamed or copied; empty if the headers do not say so of it."""
    return extended.get(way + b" from", "") if extended.get(way + b" to") == new else ""


def _without_hunks(extended: dict[bytes, str]) -> Iterator[Change]:
    """Yield the change of a ``diff --git`` that consists of headers alone: a rename or a copy."""
    for way in (b"rename", b"copy"):
        new = extended.get(way + b" to", "")
        if new and (origin := _origin(extended, way, new)):
            moved, copied = (origin, "") if way == b"rename" else ("", origin)
            yield Change(origin, new, moved=moved, copied=copied)

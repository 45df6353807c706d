"""Applies patches to an assembly as ``dpkg-source -x`` does to a tree: which files there are, and their
sizes.

The contents of a file that a patch adds are kept and examined. Of a file that a patch changes the size is
known, and the contents if they were kept before; a model in it was examined as upstream ships it.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from lintian_ml.container.stream import Source
from lintian_ml.container.tar import Kind
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.package.assembly import Assembly
from lintian_ml.package.contents import File
from lintian_ml.package.diff import Change, Hunk, read_changes

FOLDER = "debian/patches"
FAR = 200
"""Lines by which a hunk may lie elsewhere than it says."""


def series(texts: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the paths of the patches in the order of applying; a series for Debian alone comes first."""
    data = texts.get(f"{FOLDER}/debian.series", texts.get(f"{FOLDER}/series", b""))
    for line in data.decode("utf-8", "surrogateescape").splitlines():
        words = re.sub(r"(?:^|\s+)#.*$", "", line).split()
        if words:
            yield f"{FOLDER}/{words[0]}"


def apply_series(assembly: Assembly, tarball: str) -> None:
    """Apply the patches that the series names; ``tarball`` is the one that brought them."""
    listed = tuple(series(assembly.keeper.texts))
    for path in dict.fromkeys(listed):
        data = assembly.keeper.texts.get(path)
        if data is not None:
            apply_diff(assembly, io.BytesIO(data), tarball, path, quilt=True)
        elif path not in assembly.keeper.refused:
            assembly.note(path, "listed in debian/patches/series, but not there")
    if len(set(listed)) < len(listed):
        assembly.note(f"{FOLDER}/series", "lists a patch more than once, which was applied once")


def apply_diff(assembly: Assembly, source: Source, tarball: str, name: str, *, quilt: bool) -> None:
    """Apply one diff. What is wrong with it is noted, and ends it.

    With ``quilt`` a file that becomes empty is gone, as ``dpkg-source`` has it in that format.
    """
    application = _Application(assembly, tarball, name, quilt=quilt)
    try:
        for change in read_changes(source):
            application.apply(change)
    except LintianMLError as error:
        assembly.note(name, f"applied in part only: {error}")


class _Application:
    """The state that the changes of one diff share."""

    def __init__(self, assembly: Assembly, tarball: str, name: str, *, quilt: bool) -> None:
        self.assembly = assembly
        self.files = assembly.files
        self.tarball = tarball
        self.patch = name
        self.origin = name if name == tarball else f"{tarball}//{name}"
        self.quilt = quilt

    def apply(self, change: Change) -> None:
        """Apply one change."""
        path = self._moved(change) or self._patched_path(change)
        if path not in self.files:
            self._add(path, change)
        elif self.files[path].kind not in (Kind.FILE, Kind.LINK):
            raise FormatError(f"it changes {path}, which is no plain file")
        elif change.grows or change.hunks != ():
            self._change(path, change)

    def _moved(self, change: Change) -> str:
        """Rename or copy what git's headers say; return the new path, empty if they say nothing."""
        origin = change.moved or change.copied
        if not origin or change.new is None or origin not in self.files:
            return ""
        if change.moved:
            self.assembly.move(origin, change.new)
        elif (data := self.assembly.keeper.texts.get(origin)) is not None:
            self._put(change.new, data)
        else:
            self.files[change.new] = replace(self.files[origin], patch=self.patch)
            self.assembly.note(change.new, f"a copy of {origin} made by a patch")
        return change.new

    def _patched_path(self, change: Change) -> str:
        """Choose between the two names of a change as patch does: what is there, else the shorter one."""
        names = [name for name in (change.old, change.new) if name is not None]
        there = [name for name in names if name in self.files]
        return there[0] if len(there) == 1 else min(names, key=_length)

    def _add(self, path: str, change: Change) -> None:
        if not change.creates:
            raise FormatError(f"it changes {path}, which is not there")
        if change.hunks is None:
            self.files[path] = File(change.grows, tarball=self.tarball, patch=self.patch)
            self.assembly.note(path, "added by a patch, and too large to be read from there")
            return
        data = b"".join(line for hunk in change.hunks for line in hunk.new)
        if change.link:
            target = data.decode("utf-8", "surrogateescape").rstrip("\n")
            self.assembly.put(path, File(0, Kind.SYMLINK, target, self.tarball, self.patch))
        else:
            self._put(path, data)

    def _put(self, path: str, data: bytes) -> None:
        file = File(len(data), tarball=self.tarball, patch=self.patch)
        self.assembly.add(path, file, io.BytesIO(data), f"{self.origin}//{path}")
        if path not in self.assembly.keeper.texts and not path.startswith("debian/"):
            self.assembly.keeper.offer(path, data, needed=False)

    def _change(self, path: str, change: Change) -> None:
        file = self.files[path]
        size = file.size + change.grows
        if size < 0:
            raise FormatError(f"it takes more bytes away from {path} than there are")
        if size == 0 and (self.quilt or change.removes):
            self.assembly.remove(path)
            return
        self.files[path] = replace(file, size=size)
        data = self.assembly.keeper.texts.get(path)
        if data is not None:
            self._keep_changed(path, data, change.hunks)

    def _keep_changed(self, path: str, data: bytes, hunks: Iterable[Hunk] | None) -> None:
        after = None if hunks is None else patched(data, hunks)
        if after is None:
            self.assembly.keeper.refuse(path, f"not read: {self.patch} changes it in unclear ways")
        else:
            self.assembly.keeper.offer(path, after)


def patched(data: bytes, hunks: Iterable[Hunk]) -> bytes | None:
    """Return ``data`` with the hunks applied, without fuzz, as by dpkg-source; None where they do not fit."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1:] = [lines[-1][:-1]] if lines[-1] != b"\n" else []
    shift = 0
    for hunk in hunks:
        guess = max(0, hunk.start - bool(hunk.old)) + shift
        at = next((at for at in _near(guess) if tuple(lines[at : at + len(hunk.old)]) == hunk.old), None)
        if at is None or at > len(lines):
            return None
        lines[at : at + len(hunk.old)] = hunk.new
        shift = at - max(0, hunk.start - bool(hunk.old)) + len(hunk.new) - len(hunk.old)
    return b"".join(lines)


def _near(guess: int) -> Iterator[int]:
    """Yield the line numbers around ``guess``, the nearest first, none below 0."""
    yield max(0, guess)
    for distance in range(1, FAR + 1):
        yield guess + distance
        if distance <= guess:
            yield guess - distance


def _length(name: str) -> tuple[int, int, int]:
    """The measures of a path, fewest folders first, by which patch prefers one of two."""
    return name.count("/"), len(name.rpartition("/")[2]), len(name)

"""The effective tree of a package, asked by the globs and paths of its declaration."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property

from lintian_ml.glob import Glob
from lintian_ml.package.contents import File


class Tree:
    """The files of a package by their paths."""

    def __init__(self, files: Mapping[str, File]) -> None:
        self._files = files

    @cached_property
    def _filled(self) -> Sequence[str]:
        """The paths of all files that are not empty, sorted."""
        return sorted(path for path, entry in self._files.items() if entry.size)

    def holds(self, path: str) -> bool:
        """Whether there is something at a path: a file that is not empty, or a folder with such a file."""
        entry = self._files.get(path.rstrip("/"))
        if entry and entry.size:
            return True
        folder = path.rstrip("/") + "/"
        at = bisect_left(self._filled, folder)
        return at < len(self._filled) and self._filled[at].startswith(folder)

    def matching(self, globs: Sequence[Glob]) -> Sequence[str]:
        """Return the paths that one of the globs matches."""
        named = {glob.literal for glob in globs if glob.literal in self._files}
        wild = [glob for glob in globs if glob.literal is None]
        if not wild:
            return sorted(filter(None, named))
        return [path for path in self._files if path in named or any(glob.matches(path) for glob in wild)]

"""Under which name each file was shown to the examiner, and which name it has in the end.

A tarball is read once, from front to back, before it is known whether all of it shares one top folder,
whether a later member has the same path, or whether a patch removes it. So each file is examined under the
path that it most likely has, and what turns out otherwise is renamed afterwards.
"""

from collections.abc import Mapping

NOTHING: Mapping[str, str] = {}


class Naming:
    """Keeps the exceptions only: nearly every file keeps the name under which it was examined."""

    def __init__(self, given: Mapping[str, str] = NOTHING, named: Mapping[str, str] = NOTHING) -> None:
        """Go on from the ``exceptions`` of another."""
        self._given = dict(given)
        self._shown = dict(named)

    @property
    def exceptions(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The names that paths were examined under, and the paths that such names have become."""
        return dict(self._given), dict(self._shown)

    def give(self, path: str, instead: str) -> str:
        """Return the name to examine ``path`` under: itself, or ``instead`` where that name is taken."""
        if path not in self._shown:
            return path
        given, attempt = instead, 1
        while given in self._shown:
            attempt += 1
            given = f"{attempt}//{instead}"
        self._given[path] = given
        self._shown[given] = path
        return given

    def move(self, old: str, new: str) -> None:
        """The file at ``old`` is at ``new`` from now on."""
        given = self._given.pop(old, old)
        self._shown[given] = new
        self._given[new] = given

    def lose(self, path: str, shown: str) -> None:
        """The file at ``path`` is in the tree no more; ``shown`` says where it still is."""
        self._shown[self._given.pop(path, path)] = shown

    def shown(self, found: str) -> str:
        """Return the final name of a finding: a file examined, or ``FILE//INNER`` within one."""
        outer, inner = found, ""
        while outer not in self._shown and "//" in outer:
            outer, _, rest = outer.rpartition("//")
            inner = f"//{rest}{inner}"
        return self._shown.get(outer, outer) + inner

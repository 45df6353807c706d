"""Rebuilt files that come from outside: a rebuilder's folder, or the packages of a second build."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from lintian_ml.declaration import Declaration, ModelStanza
from lintian_ml.error import LintianMLError, UsageError
from lintian_ml.suffix import PACKAGES
from lintian_ml.verification.sides import Held, Side, is_plain, open_side

BUILDS = (".changes", ".deb", ".udeb")
"""What makes a folder one of packages, not of models: files at its top with such a name."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A model that is to be held against a rebuilt one: at ``path`` of a binary package, or (with an empty
    ``package``) of the source; ``sha256`` is empty where the build makes it.
    """

    path: str
    package: str
    sha256: str
    stanza: ModelStanza | None

    def is_at(self, package: str, path: str) -> bool:
        """Whether the declaration says that the build puts it there."""
        placed = self.stanza.installed_files if self.stanza else ()
        return any(one.package == package and one.path.matches(path) for one in placed)


@dataclass(frozen=True, slots=True)
class Counterpart:
    """What there is in the place of a rebuilt model: a file, or why it is none.

    ``shown`` is how people know it, without the folder that it was given in.
    """

    shown: str = ""
    place: Path | None = None
    link: str = ""
    trouble: str = ""


class Folder:
    """A folder with rebuilt files, at the paths of the source or at those where they are installed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, subject: Subject) -> Counterpart | None:
        """Return what the folder has of a model, None where it has nothing."""
        return next(filter(None, map(self._at, self._names(subject))), None)

    def _names(self, subject: Subject) -> Iterator[str]:
        """Yield where it may lie."""
        yield subject.path
        if subject.package:
            yield f"{subject.package}/{subject.path}"
        for placed in subject.stanza.installed_files if subject.stanza and not subject.package else ():
            if placed.path.literal:
                yield from (placed.path.literal, f"{placed.package}/{placed.path.literal}")

    def _at(self, name: str) -> Counterpart | None:
        place = self._folder / name
        if not os.path.lexists(place) or "\0" in name:
            return None
        if is_plain(self._folder, name):
            return Counterpart(name, place)
        if place.is_dir():
            return None
        return Counterpart(name, link="a symbolic link, or no regular file")


class Builds:
    """The packages of a second build."""

    def __init__(self, paths: list[Path], folder: Path, declaration: Declaration | None) -> None:
        self._paths = paths
        self._folder = folder
        self._declaration = declaration
        self._trouble = ""

    @cached_property
    def _sides(self) -> tuple[Side, ...]:
        """What the packages hold; those that cannot be read, in part, hold nothing."""
        self._folder.mkdir()
        return tuple(filter(None, map(self._side, range(len(self._paths)))))

    def _side(self, number: int) -> Side | None:
        path = self._paths[number]
        try:
            return open_side(path, self._folder / str(number), self._declaration)
        except LintianMLError as error:
            self._trouble = self._trouble or str(error).replace(str(path), path.name)
            return None

    def find(self, subject: Subject) -> Counterpart | None:
        """Return the model that the build has in the place of another; a mere copy of the source's own file
        is none.
        """
        held = list(chain.from_iterable(side.held for side in self._sides))
        found = [one for one in held if one.format and one.package and self._fits(subject, one)]
        if len(found) == 1:
            copy = not subject.package and found[0].sha256 == subject.sha256
            return None if copy else Counterpart(f"{found[0].package}//{found[0].path}", found[0].place)
        if self._trouble:
            return Counterpart(self._paths[0].name, trouble=self._trouble)
        return self._unread(subject)

    def _fits(self, subject: Subject, held: Held) -> bool:
        if subject.package:
            exact = (held.package, held.path) == (subject.package, subject.path)
            return exact or (subject.is_at(held.package, held.path) and held.package == subject.package)
        name = subject.path.rpartition("/")[2]
        several = len(subject.stanza.installed_files) > 1 if subject.stanza else False
        return subject.is_at(held.package, held.path) and (not several or held.path.endswith(name))

    def _unread(self, subject: Subject) -> Counterpart | None:
        """Return a file at the right place in which no model was recognised, and why."""
        for side in self._sides:
            for package in side.packages:
                for path in package.files:
                    if (package.name, path) == (subject.package, subject.path) or subject.is_at(
                        package.name, path
                    ):
                        reason = side.unseen.get((package.name, path), "no model is recognised in it")
                        return Counterpart(f"{package.name}//{path}", trouble=reason)
        return None


def opened(path: Path, folder: Path, declaration: Declaration | None) -> Folder | Builds:
    """Return the rebuilt files at a path, which are read when they are asked for; UsageError if there is
    nothing.
    """
    if path.is_dir():
        packages = [one for one in sorted(path.iterdir()) if one.name.endswith(BUILDS)]
        changes = [one for one in packages if one.name.endswith(".changes")]
        return Builds(changes or packages, folder, declaration) if packages else Folder(path)
    if not path.name.endswith(PACKAGES) or not path.exists():
        raise UsageError(f"{path}: give a folder of rebuilt files, or a .changes, .buildinfo or .deb of them")
    return Builds([path], folder, declaration)

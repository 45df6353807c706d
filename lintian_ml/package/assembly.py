"""Builds the effective tree of a package while its tarballs stream past, in the order of dpkg-source."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from lintian_ml.container.source import exactly
from lintian_ml.container.stream import Budget, Reader, Source, open_stream
from lintian_ml.container.tar import Kind, Member
from lintian_ml.detection import Clues, FoundModel, Hook, LfsPointer, NotExamined, carded, hooks, joined
from lintian_ml.error import LimitError
from lintian_ml.package.contents import Eye, File
from lintian_ml.package.keep import Keeper
from lintian_ml.package.naming import Naming
from lintian_ml.package.top import Rebase, Top

T = TypeVar("T")

UNEXAMINED = ("debian/missing-sources/", "debian/patches/")
"""Folders that hold the sources of something and changes to something, not models that are shipped."""

QUILT = ".pc"
"""The folder of patch bookkeeping that ``dpkg-source`` leaves out of an upstream tarball."""


class Assembly:
    """The tree so far. Each file is examined once, as it passes; what is in the tree no more keeps another
    name.

    ``files`` by path; ``keeper`` holds the contents that are kept: those below ``debian/`` and ``also``.
    """

    def __init__(self, eye: Eye, also: Iterable[str] = ()) -> None:
        self.files: dict[str, File] = {}
        self.keeper = Keeper()
        self._also = frozenset(also)
        self._eye = eye
        self._clues = Clues()
        self._notes: list[NotExamined] = []
        self._naming = Naming()
        self._prefixes: dict[str, tuple[str, Top]] = {}
        self._origins: dict[str, str] = {}

    def lay(
        self, tarball: str, members: Iterable[Member], folder: str = "", *, strip: bool, quilt: bool = False
    ) -> None:
        """Lay a tarball over ``folder`` of the tree.

        With ``strip`` the top folder, if there is only one, is taken away. With ``quilt`` the folder
        ``.pc`` of the tarball does not count.
        """
        top = Top(strip=strip)
        self._prefixes[tarball] = folder, top
        try:
            for member in members:
                self._lay_member(tarball, member, quilt=quilt)
        finally:
            self._rebase(folder, top.settle())

    def unpack(self, name: str, source: Source, budget: Budget, use: Callable[[Reader], None]) -> None:
        """Let ``use`` read the decompressed bytes of the file ``name``; reaching a limit is noted."""
        try:
            reader = open_stream(source, budget)
            with reader.ahead():
                use(reader)
        except LimitError as error:
            self.note(name, f"read in part only: {error}")
            return
        if reader.trailing:
            self.note(name, "bytes that are no part of the compressed archive follow it")

    def add(self, path: str, file: File, source: Source, origin: str = "") -> None:
        """Put a regular file into the tree, and examine it; ``origin`` names it apart from the tree."""
        self._vacate(path)
        self.files[path] = file
        if file.patch:
            self._origins[path] = origin
        name = self._naming.give(path, origin or self._origin(path))
        if self._is_kept(path):
            source = self.keeper.take(path, file.size, source)
        if not path.startswith(UNEXAMINED):
            self._eye.examine(name, file.size, self._searched(path, name, file.size, source))

    def put(self, path: str, file: File) -> None:
        """Put what is no regular file into the tree."""
        if file.kind is not Kind.DIRECTORY or path not in self.files:
            self._vacate(path)
            self.files[path] = file

    def erase(self, folder: str) -> None:
        """Take ``folder`` and all below it out of the tree."""
        for path in [path for path in self.files if path == folder or path.startswith(f"{folder}/")]:
            self.remove(path)

    def remove(self, path: str) -> None:
        """Take one file out of the tree; the tarball still has it."""
        origin = self._origin(path)
        self._origins.pop(path, None)
        self.keeper.drop(path)
        if self.files.pop(path).kind is Kind.FILE:
            self._naming.lose(path, origin)

    def move(self, old: str, new: str) -> None:
        """Give a file another path in the tree."""
        origin = self._origin(old)
        self._vacate(new)
        self._shift(old, new)
        self._origins.pop(old, None)
        self._origins[new] = origin

    def note(self, path: str, reason: str) -> None:
        """Say that something was not examined."""
        self._notes.append(NotExamined(path, reason))

    def models(self) -> tuple[FoundModel, ...]:
        """Return what was found, each under the name that it has in the end, the parts of one as one, with
        what cards in the tree say of it.
        """
        found = (renamed(model, self._naming.shown(model.path)) for model in self._found())
        cards = [replace(card, path=path) for path, card in self._in_tree(self._clues.cards)]
        return carded(joined(found, self._has), cards)

    def hooks(self) -> tuple[Hook, ...]:
        """Return where files of the tree fetch models, as they are when patches have been applied."""
        told = self._in_tree({**self._clues.hooks, **self._eye.hooks})
        return tuple(hook for path, found in told for hook in self._now(path, found))

    def pointers(self) -> tuple[LfsPointer, ...]:
        """Return the files of the tree that stand for others which are kept elsewhere."""
        return tuple(replace(found, path=path) for path, found in self._in_tree(self._clues.pointers))

    def not_examined(self) -> tuple[NotExamined, ...]:
        """Return what was not examined, or not kept for reading, under the names of the end."""
        seen = [NotExamined(self._naming.shown(note.path), note.reason) for note in self._unseen()]
        kept = [NotExamined(path, reason) for path, reason in self.keeper.refused.items()]
        return tuple(self._notes + seen + kept)

    def _in_tree(self, clues: Mapping[str, T]) -> Iterator[tuple[str, T]]:
        """Yield what was found in files that are in the tree still, or packed in them, with their paths."""
        told = ((self._naming.shown(name), found) for name, found in clues.items())
        return ((path, found) for path, found in told if path.partition("//")[0] in self.files)

    def _found(self) -> Iterable[FoundModel]:
        """Return the models under the names that they were found by."""
        return self._eye.models

    def _unseen(self) -> Iterable[NotExamined]:
        """Return what could not be looked into, under the same names."""
        return self._eye.not_examined

    def _lay_member(self, tarball: str, member: Member, *, quilt: bool) -> None:
        parts = [part for part in member.name.split("/") if part not in ("", ".")]
        if not parts:
            return
        if ".." in parts:
            self.note(f"{tarball}//{member.name}", "leads out of the tree, so that tar would not unpack it")
            self._examine_apart(tarball, member)
            return
        if quilt and QUILT in parts[:2]:
            self._examine_apart(tarball, member)
            return
        folder, top = self._prefixes[tarball]
        self._rebase(folder, top.meet(parts, member.kind))
        if inner := top.path(parts):
            self._place(tarball, _under(folder, inner), "/".join(parts), member)

    def _place(self, tarball: str, path: str, full: str, member: Member) -> None:
        if member.sparse and member.kind is Kind.FILE:
            self.put(path, File(member.unpacked, Kind.FILE, "", tarball))
            self.note(path, "a sparse file, of which the archive holds parts only")
        elif member.kind is Kind.FILE:
            self.add(path, File(member.size, tarball=tarball), member, f"{tarball}//{full}")
        elif member.kind is Kind.LINK:
            self._link(tarball, path, member.target)
        else:
            self.put(path, File(0, member.kind, member.target, tarball))

    def _link(self, tarball: str, path: str, target: str) -> None:
        """Put a hard link into the tree, with the path, size and kept content of what it links to."""
        folder, top = self._prefixes[tarball]
        target = _under(folder, top.path([part for part in target.split("/") if part not in ("", ".")]))
        if target == path:
            return
        there = self.files.get(target)
        data = self.keeper.texts.get(target)
        self.put(path, File(there.size if there else 0, Kind.LINK, target, tarball))
        if data is not None and self._is_kept(path):
            self.keeper.offer(path, data)

    def _examine_apart(self, tarball: str, member: Member) -> None:
        """Examine a member that has no place in the tree."""
        if member.kind is Kind.FILE:
            self._eye.examine(f"{tarball}//{member.name}", member.size, member)

    def _vacate(self, path: str) -> None:
        if path in self.files:
            self.remove(path)

    def _searched(self, path: str, name: str, size: int, source: Source) -> Source:
        """Search a file for clues, and return all of it; what fetches models is kept, so that patches to
        it count.
        """
        if not self._clues.may_be_in(path, size):
            return source
        data = exactly(source, size)
        if self._clues.look(path, name, data) and not self._is_kept(path):
            self.keeper.offer(path, data, needed=False)
        return io.BytesIO(data)

    def _now(self, path: str, found: Iterable[Hook]) -> Iterable[Hook]:
        data = self.keeper.texts.get(path)
        return (replace(hook, path=path) for hook in found) if data is None else hooks(path, data)

    def _has(self, path: str) -> bool | None:
        """Whether there is a file at a path of the tree; None of what lies within an archive."""
        return None if "//" in path else path in self.files

    def _is_kept(self, path: str) -> bool:
        return path.startswith("debian/") or path in self._also

    def _origin(self, path: str) -> str:
        """Return ``TARBALL//MEMBER`` for a path of the tree."""
        if path in self._origins:
            return self._origins[path]
        tarball = self.files[path].tarball
        folder, top = self._prefixes.get(tarball, ("", Top(strip=False)))
        return f"{tarball}//{top.prefix}{path[len(folder) + bool(folder) :]}"

    def _shift(self, old: str, new: str) -> None:
        self.files[new] = file = self.files.pop(old)
        self.keeper.move(old, new)
        if not self._is_kept(new):
            self.keeper.drop(new)
        if file.kind is Kind.FILE:
            self._naming.move(old, new)

    def _rebase(self, folder: str, rebase: Rebase | None) -> None:
        """Correct the paths below ``folder``; deepest first where they grow, so that none meets another."""
        if rebase is None:
            return
        wrong, right = _under(folder, rebase.wrong), _under(folder, rebase.right)
        paths = [path for path in self.files if path.startswith(wrong)]
        for path in sorted(paths, key=lambda path: path.count("/"), reverse=len(right) > len(wrong)):
            self._shift(path, right + path[len(wrong) :])
        for path, file in self.files.items():
            if file.kind is Kind.LINK and file.target.startswith(wrong):
                self.files[path] = replace(file, target=right + file.target[len(wrong) :])


def renamed(model: FoundModel, path: str) -> FoundModel:
    """Return the model under another path."""
    return model if path == model.path else replace(model, path=path)


def _under(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder else path

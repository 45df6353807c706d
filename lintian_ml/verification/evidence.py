"""Gathers, for one input of the linter, what each model is held against, and decides what is declared."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from lintian_ml.declaration import Declaration, ModelStanza, NotAModelStanza
from lintian_ml.detection import FoundModel
from lintian_ml.package import Kind, Package, PackageType
from lintian_ml.verification.beside import held_against
from lintian_ml.verification.certified import Certified, read_all
from lintian_ml.verification.rebuilt import Builds, Counterpart, Folder, Subject, opened
from lintian_ml.verification.record import By, Verification
from lintian_ml.verification.shipped import places_of, texts_of_programs
from lintian_ml.verification.sides import Held, Side, open_side

LINKS = (Kind.SYMLINK, Kind.LINK)


@dataclass(frozen=True, slots=True)
class Asked:
    """What rebuilt files and certificates were given."""

    rebuilt: tuple[Path, ...] = ()
    certificates: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class _Pair:
    """A model that was found, and what it is to be held against."""

    model: FoundModel
    subject: Subject
    counterpart: Counterpart
    by: By


class Evidence:
    """What there is to hold the packages of one input against; a context that ends with its copies.

    Nothing is read again, copied or compared unless a model has a rebuilt counterpart.
    """

    def __init__(self, path: Path, asked: Asked) -> None:
        self._path = path
        self._asked = asked
        self._stack = ExitStack()
        self._declaration: Declaration | None = None
        self._sources: frozenset[str] = frozenset()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def of(self, package: Package, declaration: Declaration | None) -> Mapping[str, Verification]:
        """Return what came of each model that there is something to say of, by its path.

        Of an input with several packages, the source comes first; what it declares counts for all.
        """
        if package.type is PackageType.SOURCE:
            self._declaration = declaration
            self._sources = frozenset(model.sha256 for model in package.models)
        if not self._asked.rebuilt and not self._asked.certificates and not self._has_rebuilt_files:
            return {}
        found = dict(self._found(package))
        if package.type is PackageType.SOURCE and self._asked.rebuilt:
            found.update(self._built())
        return found

    def with_programs(self, package: Package) -> Package:
        """Return the package with the texts of the training programs that it declares, for those that read
        them.
        """
        if package.type is not PackageType.SOURCE or self._declaration is None:
            return package
        texts = texts_of_programs(package, self._declaration, self._path, lambda: self._folder / "programs")
        return replace(package, texts={**package.texts, **texts}) if texts else package

    @property
    def _has_rebuilt_files(self) -> bool:
        return any(stanza.rebuilt_files for stanza in self._stanzas)

    @property
    def _stanzas(self) -> Sequence[ModelStanza]:
        return self._declaration.models if self._declaration else ()

    @cached_property
    def _folder(self) -> Path:
        return Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="lintian-ml-")))

    @cached_property
    def _rebuilt(self) -> tuple[Folder | Builds, ...]:
        return tuple(
            opened(path, self._folder / f"rebuilt-{number}", self._declaration)
            for number, path in enumerate(self._asked.rebuilt)
        )

    @cached_property
    def _certified(self) -> Mapping[str, Certified]:
        return read_all(self._asked.certificates)

    def _found(self, package: Package) -> Iterator[tuple[str, Verification]]:
        """Yield what came of each model that was found in the package."""
        pairs: list[_Pair] = []
        for model in package.models:
            subject = self._subject(package, model)
            if subject is None:
                continue
            counterpart, by = self._counterpart(package, subject)
            if counterpart and (counterpart.link or counterpart.trouble):
                yield model.path, Verification(by, reason=counterpart.trouble, link=counterpart.link)
            elif counterpart:
                pairs.append(_Pair(model, subject, counterpart, by))
            elif certified := self._certified.get(model.sha256):
                yield model.path, certified.of(subject.stanza, bool(model.parts))
            elif self._asked.rebuilt:
                yield model.path, Verification(By.REBUILT, found=False)
        yield from self._compared(package, pairs)

    def _subject(self, package: Package, model: FoundModel) -> Subject | None:
        """Return a model as one that can be held against another; None for what is none, or a copy of one in
        the source.
        """
        if package.type is not PackageType.SOURCE:
            at = (one for one in self._stanzas if _installs(one, package.name, model.path))
            copy = model.sha256 in self._sources
            return None if copy else Subject(model.path, package.name, model.sha256, next(at, None))
        covering = self._declaration.stanza_for(model.path) if self._declaration else None
        if isinstance(covering, NotAModelStanza) or (covering and covering.is_rebuilt(model.path)):
            return None
        return Subject(model.path, "", model.sha256, covering)

    def _counterpart(self, package: Package, subject: Subject) -> tuple[Counterpart | None, By]:
        """Return what a model is held against: what comes from outside, before what the source holds."""
        for given, rebuilt in zip(self._asked.rebuilt, self._rebuilt, strict=True):
            if _is_same(given, self._path):
                return Counterpart(link="it is the package itself"), By.REBUILT
            if found := rebuilt.find(subject):
                return found, By.REBUILT
        if subject.package or not subject.stanza:
            return None, By.REBUILT
        return _in_source(package, subject), By.SOURCE

    def _compared(self, package: Package, pairs: Sequence[_Pair]) -> Iterator[tuple[str, Verification]]:
        if not pairs:
            return
        wanted = frozenset(one.counterpart.shown for one in pairs if one.by is By.SOURCE)
        models = tuple(one.model for one in pairs)
        places = places_of(package, self._path, models, wanted, self._folder)
        for pair in pairs:
            path = pair.model.path
            shipped, rebuilt = places.get(path), pair.counterpart.place or places.get(pair.counterpart.shown)
            if shipped is None or rebuilt is None:
                yield (
                    path,
                    Verification(pair.by, reason="too large for a temporary copy, or changed meanwhile"),
                )
            elif _is_same(shipped, rebuilt):
                yield path, Verification(pair.by, link="it is the file that is shipped, or a hard link to it")
            else:
                sides = (path, shipped), (pair.counterpart.shown, rebuilt)
                yield path, held_against(*sides, pair.subject.stanza, pair.by)

    def _built(self) -> Iterator[tuple[str, Verification]]:
        """Yield what came of the models that only the build makes: those that the binary packages of the same
        input hold, beside those of the second build.
        """
        for stanza in self._stanzas:
            if not stanza.built_files or stanza.files:
                continue
            path = stanza.built_files[0].text
            for held in self._own.held:
                if held.format and _installs(stanza, held.package, held.path):
                    subject = Subject(held.path, held.package, held.sha256, stanza)
                    yield path, self._of_build(subject, held)
                    break
            else:
                yield path, Verification(By.REBUILT, found=False)

    @cached_property
    def _own(self) -> Side:
        """The input itself, with copies of all its models; a tree has no built ones."""
        if self._path.is_dir():
            return Side(())
        return open_side(self._path, self._folder / "own", self._declaration)

    def _of_build(self, subject: Subject, held: Held) -> Verification:
        for given, rebuilt in zip(self._asked.rebuilt, self._rebuilt, strict=True):
            if _is_same(given, self._path):
                return Verification(By.REBUILT, link="it is the package itself")
            if found := rebuilt.find(subject):
                if found.place is None:
                    return Verification(By.REBUILT, reason=found.trouble, link=found.link)
                sides = (held.path, held.place), (found.shown, found.place)
                return held_against(*sides, subject.stanza, By.REBUILT)
        return Verification(By.REBUILT, found=False)


def _installs(stanza: ModelStanza, package: str, path: str) -> bool:
    placed = (*stanza.installed_files, *stanza.compiled_into)
    return any(one.package == package and one.path.matches(path) for one in placed)


def _is_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, by whatever names and links."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def _in_source(package: Package, subject: Subject) -> Counterpart | None:
    """Return the one of Rebuilt-Files that is of a model: the only one, else the one of its name."""
    assert subject.stanza
    globs = subject.stanza.rebuilt_files
    paths = [path for path in package.files if any(glob.matches(path) for glob in globs)]
    if not paths:
        return None
    name = subject.path.rpartition("/")[2]
    named = [path for path in paths if path.rpartition("/")[2] == name] if len(paths) > 1 else paths
    if len(named) != 1:
        return Counterpart(trouble=f"{len(paths)} files are named, and {len(named)} of them have its name")
    entry = package.files[named[0]]
    if named[0] == subject.path:
        return Counterpart(named[0], link="Files and Rebuilt-Files name the same file")
    if entry.kind in LINKS:
        return Counterpart(named[0], link=f"a link to {entry.target}")
    return Counterpart(named[0])

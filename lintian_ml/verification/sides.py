"""One side of a comparison: the models of a folder or of packages, each with a file on disk that is it."""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lintian_ml.blob import FileBlob
from lintian_ml.container.limits import Limits
from lintian_ml.declaration import Declaration, ModelStanza, parse_declaration
from lintian_ml.detection import FoundModel
from lintian_ml.error import FormatError, LimitError, UsageError
from lintian_ml.package import DECLARATION, Package, PackageType, read_packages
from lintian_ml.recognition import candidates
from lintian_ml.verification.keeping import Files, Keeper


@dataclass(frozen=True, slots=True)
class Held:
    """A file of one side: ``path`` in the binary package ``package`` (empty: in the source, or the folder).

    ``place`` is where its bytes lie now, with the files that belong to it beside. ``sha256`` is empty where
    it was not computed. ``format`` is empty for what is no model of itself, as a program that one is
    compiled into.
    """

    package: str
    path: str
    place: Path
    sha256: str = ""
    format: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """What lies on one side.

    ``unseen`` has the files that may be models too, but were not looked into, and why, by package and path.
    ``packages`` are those that were read, ``declaration`` is what the source among them declares.
    """

    held: tuple[Held, ...]
    unseen: Mapping[tuple[str, str], str] = field(default_factory=dict)
    packages: tuple[Package, ...] = ()
    declaration: Declaration | None = None

    @property
    def shipped(self) -> Mapping[str, str]:
        """The paths of the models that the source itself holds, by digest."""
        return {one.sha256: one.path for one in self.held if not one.package and one.sha256}


def open_side(path: Path, folder: Path, declaration: Declaration | None = None) -> Side:
    """Read a folder, or packages whose models are copied into ``folder``, which is new.

    ``declaration`` tells what to keep beside models; the source's own, if there is one, tells more.
    UsageError or PackageError where something cannot be read.
    """
    if path.is_dir():
        return _of_folder(path)
    folder.mkdir()
    return _Packages(path, folder, declaration).side()


def _of_folder(folder: Path) -> Side:
    """Return the files below a folder that some format recognises; no link is followed."""
    held = tuple(
        Held("", path.relative_to(folder).as_posix(), path, format="?") for path in _recognised(folder)
    )
    text = folder / DECLARATION
    declaration = parse_declaration(text.read_bytes()) if is_plain(folder, DECLARATION) else None
    return Side(held, declaration=declaration)


def _recognised(folder: Path) -> Iterator[Path]:
    for top, folders, names in os.walk(folder, onerror=_refuse):
        folders.sort()
        for name in sorted(names):
            path = Path(top) / name
            if stat.S_ISREG(path.lstat().st_mode) and _is_recognised(path):
                yield path


def _refuse(error: OSError) -> None:
    raise UsageError(f"{error.filename}: {error.strerror}") from None


def _is_recognised(path: Path) -> bool:
    """Whether a file may be a model of some format; what cannot be told is told when it is read."""
    try:
        with FileBlob(path) as blob:
            return bool(candidates(blob, Limits()))
    except (FormatError, LimitError):
        return True
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None


def is_plain(root: Path, path: str) -> bool:
    """Whether ``path`` is a regular file below ``root`` that no symbolic link leads to."""
    here = root
    try:
        for component in path.split("/"):
            here = here / component
            if component in ("", "..") or here.is_symlink():
                return False
        return here.is_file()
    except (OSError, ValueError):
        return False


class _Packages:
    """Reads packages, source first, and copies what is to be compared."""

    def __init__(self, path: Path, folder: Path, declaration: Declaration | None) -> None:
        self._path = path
        self._folder = folder
        self._declaration = declaration
        self._keepers: list[Keeper] = []

    def side(self) -> Side:
        """Return all models of the packages, and the programs that some are compiled into."""
        packages = []
        for package in read_packages(self._path, self._keeper):
            packages.append(package)
            if package.type is PackageType.SOURCE and DECLARATION in package.texts:
                self._declaration = parse_declaration(package.texts[DECLARATION])
        parts = self._parts(packages)
        held: list[Held] = []
        unseen: dict[tuple[str, str], str] = {}
        for package, kept in zip(packages, self._keepers, strict=True):
            name = "" if package.type is PackageType.SOURCE else package.name
            own = (*laid(package.models, kept, parts), *self._compiled(package, kept))
            held += (replace(one, package=name) for one in own)
            unseen.update({(name, note.path): note.reason for note in package.not_examined})
        return Side(tuple(held), unseen, tuple(packages), self._declaration)

    def _keeper(self) -> Keeper:
        self._keepers.append(Keeper(self._folder / str(len(self._keepers)), self._wants))
        return self._keepers[-1]

    def _wants(self, path: str) -> bool:
        """Whether a model is compiled into the file at that path of some binary package."""
        return any(placed.path.matches(path) for stanza in self._stanzas() for placed in stanza.compiled_into)

    def _stanzas(self) -> tuple[ModelStanza, ...]:
        return self._declaration.models if self._declaration else ()

    def _compiled(self, package: Package, kept: Keeper) -> Iterator[Held]:
        """Yield the programs and libraries that hold a model which nobody sees in them."""
        if package.type is PackageType.SOURCE:
            return
        seen = {model.path for model in package.models}
        for path, place in kept.files.copies.items():
            if path not in seen and any(
                placed.package == package.name and placed.path.matches(path)
                for stanza in self._stanzas()
                for placed in stanza.compiled_into
            ):
                yield Held("", path, place)

    def _parts(self, packages: list[Package]) -> Files:
        """Copy the other files that belong to models, of whatever package has them."""
        names = {
            name.rpartition("/")[2]
            for package in packages
            for model in package.models
            for name in model.parts
        }
        folder = self._folder / "parts"
        folder.mkdir()
        parts = Files(folder, lambda path: path.rpartition("/")[2] in names)
        if names:
            for _ in read_packages(self._path, lambda: parts):
                pass
        return parts


def laid(models: tuple[FoundModel, ...], kept: Keeper, parts: Files) -> Iterator[Held]:
    """Yield each model that was kept, in a file of its own name with its parts beside it."""
    for model in models:
        source = kept.copies.get(model.sha256)
        if source is None:
            continue
        own = source.with_name(f"{source.name}.d")
        place = own.joinpath(*(name for name in model.path.split("/") if name not in ("", ".", "..")))
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            place.hardlink_to(source)
            place.chmod(0o600)
        for name, full in zip(model.parts, model.part_paths, strict=True):
            found = parts.at(full)
            if found and "/" not in name and not (place.parent / name).exists():
                (place.parent / name).write_bytes(found.read_bytes())
        yield Held("", model.path, place, model.sha256, model.format)

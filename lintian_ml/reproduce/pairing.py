"""Compares all models of two folders or packages, each with the one at the same path."""

import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.container.limits import Limits
from lintian_ml.detection import Examiner, FoundModel
from lintian_ml.detection.spool import Reader
from lintian_ml.equality import Comparison, Specification, Verdict, compare_files
from lintian_ml.equality.tensors import PLAIN, Manner
from lintian_ml.error import FormatError, LimitError, LintianMLError, UsageError
from lintian_ml.package import Package, read_packages
from lintian_ml.recognition import Candidate, candidates

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Paired:
    """What came of the models at one path; ``trouble`` says why they could not be compared at all."""

    path: str
    comparison: Comparison | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """The models of one folder or package: where each lies now, by its path there.

    ``unseen`` has the files that may be models too, but were not looked into, and why.
    """

    models: Mapping[str, Path]
    unseen: Mapping[str, str] = field(default_factory=dict)


def compare_all(
    first: Path, second: Path, predicate: str | Specification | None = None, manner: Manner = PLAIN
) -> Iterator[Paired]:
    """Yield what comes of each model, in the order of their paths; nothing where there is none at all.

    UsageError or PackageError where a folder or package cannot be read.
    """
    with ExitStack() as stack:
        left, right = (_side(path, stack) for path in (first, second))
        for path in sorted({*left.unseen, *right.unseen} - left.models.keys() - right.models.keys()):
            reason = left.unseen.get(path) or right.unseen[path]
            yield Paired(path, Comparison(Verdict.NOT_DECIDED, "", reason=f"not looked into: {reason}"))
        for path in sorted({*left.models, *right.models}):
            yield _pair(path, left.models.get(path), right.models.get(path), predicate, manner)


def _pair(
    path: str,
    first: Path | None,
    second: Path | None,
    predicate: str | Specification | None,
    manner: Manner,
) -> Paired:
    if first is None or second is None:
        which = "second" if first is None else "first"
        return Paired(path, Comparison(Verdict.NOT_MET, "", reason=f"only the {which} side has it"))
    try:
        return Paired(path, compare_files(first, second, predicate, manner))
    except LintianMLError as error:
        return Paired(path, trouble=str(error))


def _side(path: Path, stack: ExitStack) -> Side:
    if path.is_dir():
        return Side(dict(_of_folder(path)))
    return _of_package(path, Path(stack.enter_context(tempfile.TemporaryDirectory())))


def _of_folder(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files below a folder that some format recognises; no link is followed."""
    for top, folders, names in os.walk(folder, onerror=_refuse):
        folders.sort()
        for name in sorted(names):
            path = Path(top) / name
            if stat.S_ISREG(path.lstat().st_mode) and _is_recognised(path):
                yield path.relative_to(folder).as_posix(), path


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


def _of_package(path: Path, folder: Path) -> Side:
    """Copy the models of a package into a folder, with the files that belong to them."""
    keepers: list[_Keeper] = []

    def keeper() -> _Keeper:
        keepers.append(_Keeper(folder, len(keepers)))
        return keepers[-1]

    packages = list(read_packages(path, keeper))
    wanted = {name for package in packages for model in package.models for name in model.parts}
    parts = _Parts(folder, wanted)
    if wanted:
        for _ in read_packages(path, lambda: parts):
            pass
    models, unseen = {}, {}
    for package, kept in zip(packages, keepers, strict=True):
        prefix = f"{package.name}//" if len(packages) > 1 else ""
        for shown, place in _laid(package, kept, parts):
            models[f"{prefix}{shown}"] = place
        unseen.update({f"{prefix}{note.path}": note.reason for note in package.not_examined})
    return Side(models, unseen)


def _laid(package: Package, kept: "_Keeper", parts: "_Parts") -> Iterator[tuple[str, Path]]:
    """Yield the path of each model, and the file that it was copied to, its parts beside it."""
    for model in package.models:
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
        yield model.path, place


class _Keeper(Examiner):
    """Keeps a copy of each model that it finds, under its digest."""

    def __init__(self, folder: Path, number: int) -> None:
        super().__init__(Limits())
        self.copies: dict[str, Path] = {}
        self._folder = folder / str(number)
        self._folder.mkdir()

    def _identify(
        self, path: str, blob: Blob, digest: str, candidates: list[Candidate], *, embedded: bool = False
    ) -> bool:
        found = super()._identify(path, blob, digest, candidates, embedded=embedded)
        if found and digest not in self.copies:
            self.copies[digest] = self._folder / digest
            with self.copies[digest].open("wb") as file:
                file.writelines(blob.blocks())
        return found


class _Parts:
    """An eye that copies the files of some names."""

    models: tuple[FoundModel, ...] = ()
    not_examined = ()

    def __init__(self, folder: Path, names: set[str]) -> None:
        self._folder = folder / "parts"
        self._folder.mkdir()
        self._names = {name.rpartition("/")[2] for name in names}
        self._copies: dict[str, Path] = {}

    def examine(self, path: str, size: int, reader: Reader) -> None:
        """Copy the file if its name is wanted."""
        if path.rpartition("/")[2] not in self._names or size > Limits().spool:
            return
        self._copies[path] = self._folder / str(len(self._copies))
        with self._copies[path].open("wb") as file:
            while data := reader.read(CHUNK):
                file.write(data)

    def at(self, path: str) -> Path | None:
        """Return the copy of the file at a path of the package, whatever folder its tarball adds."""
        return next(
            (copy for name, copy in self._copies.items() if name == path or name.endswith(f"/{path}")), None
        )

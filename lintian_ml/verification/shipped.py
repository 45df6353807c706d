"""Where the files of a package lie: in its unpacked tree, or in copies that are made by reading it again."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from lintian_ml.declaration import Declaration
from lintian_ml.detection import FoundModel
from lintian_ml.package import Package, PackageType, read_packages
from lintian_ml.verification.keeping import Files, Keeper
from lintian_ml.verification.sides import is_plain, laid

LARGEST_PROGRAM = 1 << 18
"""Bytes of a training program that is looked at."""

MOST_PROGRAMS = 50
"""Files of a folder of training programs that are looked at."""


def places_of(
    package: Package, input_: Path, models: Sequence[FoundModel], wanted: Collection[str], folder: Path
) -> Mapping[str, Path]:
    """Return where ``models`` and the files at the paths ``wanted`` lie, by their paths in the package.

    ``input_`` is what the package was read from; copies go into ``folder``. What cannot be had is left out.
    """
    if package.type is PackageType.SOURCE and input_.is_dir():
        direct = {path: input_ / path for path in wanted if is_plain(input_, path)}
        direct |= {
            one.path: input_ / one.path
            for one in models
            if is_plain(input_, one.path) and (input_ / one.path).stat().st_size == one.size
        }
        if len(direct) == len({*wanted, *(one.path for one in models)}):
            return direct
    return _copies(package, input_, models, wanted, folder)


def _copies(
    package: Package, input_: Path, models: Sequence[FoundModel], wanted: Collection[str], folder: Path
) -> Mapping[str, Path]:
    """Read the input once more, and keep what is needed; parts of models go beside them."""
    own = folder / f"shipped-{package.type.name}-{package.name}"
    own.mkdir()
    paths = (*wanted, *(part for model in models for part in model.part_paths))
    names = {path.rpartition("/")[2] for path in paths}
    digests = {model.sha256 for model in models}
    keepers: list[Keeper] = []

    def keeper() -> Keeper:
        place = own / str(len(keepers))
        keepers.append(Keeper(place, lambda path: path.rpartition("/")[2] in names, digests))
        return keepers[-1]

    for number, one in enumerate(read_packages(input_, keeper)):
        if (one.type, one.name) == (package.type, package.name):
            kept = keepers[number]
            found = {path: place for path in wanted if (place := kept.files.at(path))}
            return found | {held.path: held.place for held in laid(tuple(models), kept, kept.files)}
    return {}


def texts_of_programs(
    package: Package, declaration: Declaration, input_: Path, make_folder: Callable[[], Path]
) -> Mapping[str, bytes]:
    """Return the training programs in Python that a declaration names, by their paths: those that were not
    kept when the package was read. ``make_folder`` names a place for copies, where any are needed.
    """
    named = (stanza.training_program for stanza in declaration.models)
    roots = {program.path.rstrip("/") for program in named if program and program.path}
    wanted = [
        path for path in package.files if path not in package.texts and _is_program(package, path, roots)
    ]
    wanted = wanted[:MOST_PROGRAMS]
    if not wanted:
        return {}
    if input_.is_dir():
        places = {path: input_ / path for path in wanted if is_plain(input_, path)}
    else:
        names = {path.rpartition("/")[2] for path in wanted}
        folder = make_folder()
        folder.mkdir()
        eye = Files(folder, lambda path: path.rpartition("/")[2] in names)
        _read_source(input_, eye)
        places = {path: place for path in wanted if (place := eye.at(path))}
    return {
        path: place.read_bytes() for path, place in places.items() if place.stat().st_size <= LARGEST_PROGRAM
    }


def _is_program(package: Package, path: str, roots: Collection[str]) -> bool:
    if not path.endswith(".py") or package.files[path].size > LARGEST_PROGRAM:
        return False
    return path in roots or any(path.startswith(f"{root}/") for root in roots)


def _read_source(input_: Path, eye: Files) -> None:
    """Show the files of the source package, which comes first, to an eye."""
    for package in read_packages(input_, lambda: eye):
        if package.type is PackageType.SOURCE:
            return

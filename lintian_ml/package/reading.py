"""Reads whatever names a package: the one place that decides what an input is."""

from collections.abc import Iterator
from pathlib import Path

from lintian_ml.container.limits import Limits
from lintian_ml.container.memory import keep_freed
from lintian_ml.error import PackageError
from lintian_ml.package.binary import read_binary
from lintian_ml.package.changes import BINARY, read_buildinfo, read_changes
from lintian_ml.package.contents import MakeEye
from lintian_ml.package.dsc import read_source
from lintian_ml.package.package import Package
from lintian_ml.package.tree import TARBALL, read_tarball, read_tree


def read_packages(path: Path, make_eye: MakeEye, limits: Limits | None = None) -> Iterator[Package]:
    """Yield the packages that ``path`` names: one, or those that a .changes or .buildinfo lists.

    ``make_eye`` is called for each package, and what it makes is shown every file. PackageError says what
    cannot be read, and what to do.
    """
    keep_freed()
    limits = limits or Limits()
    if _is_folder(path):
        yield read_tree(path, make_eye(), limits)
    elif path.name.endswith(".dsc"):
        yield read_source(path, make_eye(), limits)
    elif path.name.endswith(".changes"):
        yield from read_changes(path, make_eye, limits)
    elif path.name.endswith(".buildinfo"):
        yield from read_buildinfo(path, make_eye, limits)
    elif path.name.endswith(BINARY):
        yield read_binary(path, make_eye(), limits)
    elif TARBALL.fullmatch(path.name):
        yield read_tarball(path, make_eye(), limits)
    elif not path.exists():
        raise PackageError(f"{path}: does not exist")
    else:
        raise PackageError(
            f"{path}: is no package; give a .dsc, .changes, .buildinfo or .deb, "
            "a source tarball, or a folder with debian/"
        )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise PackageError(f"{path}: cannot be read: {error.strerror}") from error

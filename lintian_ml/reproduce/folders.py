"""Folders on disk: what lies in them, copies of them, and temporary ones that vanish however a run ends."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lintian_ml.error import PackageError

HISTORY = frozenset((".git", ".svn", ".hg", ".bzr"))
"""Folders in which earlier states of a tree lie, so that the model could be taken from there."""


@contextmanager
def temporary() -> Iterator[Path]:
    """Give an empty folder, and remove it with all that was put there, also what made itself unreadable."""
    folder = Path(tempfile.mkdtemp(prefix="lintian-ml-reproduce-"))
    try:
        yield folder
    finally:
        _unlock(folder)
        # rm copes with paths of any length and depth; in a session of its own no Ctrl-C stops it halfway.
        subprocess.run(["rm", "-rf", "--", str(folder)], check=False, start_new_session=True)


def _unlock(folder: Path) -> None:
    """Make every folder below one that can be emptied, as far as that is possible."""
    folders = [str(folder)]
    while folders:
        here = folders.pop()
        try:
            os.chmod(here, 0o700)  # noqa: PTH101
            with os.scandir(here) as scan:
                folders += [entry.path for entry in scan if entry.is_dir(follow_symlinks=False)]
        except OSError:
            continue


def entries(root: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield all below ``root``, each folder before what it holds, with its path from there.

    No link is followed; folders of version control are left out. PackageError where one cannot be read.
    """
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(root / folder) as scan:
                found = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            raise PackageError(f"{root / folder}: cannot be read: {error.strerror}") from error
        for entry in found:
            if entry.name in HISTORY:
                continue
            path = f"{folder}/{entry.name}" if folder else entry.name
            yield path, entry
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)


def regular_files(root: Path) -> Iterator[str]:
    """Yield the paths of the regular files below ``root``."""
    return (path for path, entry in entries(root) if entry.is_file(follow_symlinks=False))


def copy(source: Path, target: Path) -> None:
    """Copy a tree into the new folder ``target``: files with modes and times, folders, links as such."""
    target.mkdir()
    for path, entry in entries(source):
        try:
            if entry.is_symlink():
                (target / path).symlink_to(os.readlink(entry.path))  # noqa: PTH115
            elif entry.is_dir(follow_symlinks=False):
                (target / path).mkdir()
            elif entry.is_file(follow_symlinks=False):
                shutil.copy2(entry.path, target / path, follow_symlinks=False)
        except OSError as error:
            raise PackageError(f"{source / path}: cannot be copied: {error.strerror}") from error


def is_within(root: Path, path: str) -> bool:
    """Whether ``path`` is a regular file below ``root`` that no symbolic link leads to."""
    here = root
    for component in path.split("/"):
        here = here / component
        if here.is_symlink():
            return False
    return here.is_file()


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

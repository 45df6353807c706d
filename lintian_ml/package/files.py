"""Opens the files of a package, and checks each against what lists it while it streams past."""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from lintian_ml.container.stream import Digest, HashingFile, Source
from lintian_ml.error import FormatError, PackageError
from lintian_ml.package.control import Stanza, stanzas

MOST_OF_A_LISTING = 16 << 20
"""Bytes of a .dsc, .changes or .buildinfo that are read: the largest of Debian have a hundredth of that."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as it is listed; ``sha256`` is None where only older digests are given."""

    name: str
    size: int
    sha256: str | None = None

    def check_size(self, path: Path, size: int) -> None:
        """Raise PackageError if the file has another size."""
        if size != self.size:
            short = "truncated: " if size < self.size else ""
            raise PackageError(f"{path}: {short}{size} bytes where {self.size} are listed; fetch it again")

    def check(self, path: Path, digest: Digest) -> None:
        """Raise PackageError if the file is not the one that is listed."""
        self.check_size(path, digest.size)
        if self.sha256 not in (None, digest.sha256):
            raise PackageError(f"{path}: SHA-256 is {digest.sha256}, not {self.sha256}; fetch it again")


@contextmanager
def opened(path: Path, *, follow: bool = True) -> Iterator[FileIO]:
    """Open a regular file for reading; PackageError that says why it cannot be.

    A named pipe does not make it wait; with ``follow`` false a symbolic link is refused.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as error:
        raise PackageError(f"{path}: {_why(error)}") from error
    with FileIO(descriptor) as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise PackageError(f"{path}: is not a regular file")
        yield file


def _why(error: Exception) -> str:
    if not isinstance(error, OSError):
        return "is no possible file name"
    if error.errno == errno.ENOENT:
        return "does not exist; put it beside what lists it, or correct the name"
    return f"cannot be read: {error.strerror}"


def stream(path: Path, listed: Listed | None, use: Callable[[Source], None]) -> Digest:
    """Let ``use`` read the file at ``path``; return the digest of all of it.

    PackageError if it is missing, not what is listed, or not well-formed.
    """
    trouble = None
    with opened(path) as file:
        if listed:
            listed.check_size(path, os.fstat(file.fileno()).st_size)
        hashing = HashingFile(file)
        try:
            use(hashing)
        except FormatError as error:
            trouble = error
        digest = hashing.finish()
    if listed:
        listed.check(path, digest)
    if trouble:
        raise PackageError(f"{path}: {trouble}; fetch it again, or pack it again") from trouble
    return digest


def read_listing(path: Path, listed: Listed | None = None) -> Stanza:
    """Read the first stanza of a .dsc, .changes or .buildinfo."""
    content = []

    def take(source: Source) -> None:
        size = 0
        while data := source.read(1 << 16):
            size += len(data)
            if size > MOST_OF_A_LISTING:
                raise FormatError(f"is larger than {MOST_OF_A_LISTING >> 20} MiB, which no such file is")
            content.append(data)

    stream(path, listed, take)
    return next((stanza for stanza in stanzas(b"".join(content)) if stanza), {})


def listed_files(path: Path, stanza: Stanza) -> tuple[Listed, ...]:
    """Return the files that a .dsc, .changes or .buildinfo lists; PackageError where that makes no sense."""
    digests = {row[-1]: (int(row[1]), row[0].lower()) for row in _rows(path, stanza, "Checksums-Sha256")}
    sizes = {row[-1]: int(row[1]) for row in _rows(path, stanza, "Files")}
    for name in sizes.keys() & digests.keys():
        if sizes[name] != digests[name][0]:
            raise PackageError(f"{path}: lists {name} with two sizes")
    if digests and sizes.keys() - digests.keys():
        missing = min(sizes.keys() - digests.keys())
        raise PackageError(f"{path}: lists {missing} in Files, but not in Checksums-Sha256")
    alone = [Listed(name, size) for name, size in sizes.items() if name not in digests]
    return (*(Listed(name, size, digest) for name, (size, digest) in digests.items()), *alone)


def _rows(path: Path, stanza: Stanza, name: str) -> Iterator[list[str]]:
    """Yield the rows of a field that lists files: digest, size, …, name. No name may lead elsewhere."""
    for line in stanza.get(name, "").splitlines():
        words = line.split()
        if not words:
            continue
        if len(words) < 3 or not words[1].isascii() or not words[1].isdigit() or len(words[1]) > 18:
            raise PackageError(f"{path}: the field {name} has a malformed line: {line.strip()}")
        if "/" in words[-1] or "\0" in words[-1] or words[-1].startswith("."):
            raise PackageError(f"{path}: the field {name} names {words[-1]}, no plain file name; not opened")
        yield words

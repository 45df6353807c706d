"""Which packages of a folder a scan reads, in which order, and how they are put together into tasks."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from debian.debian_support import Version

from lintian_ml.archive.caps import Batching
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.layers import upstream_of
from lintian_ml.error import PackageError
from lintian_ml.escape import for_data
from lintian_ml.package.control import stanzas
from lintian_ml.package.files import MOST_OF_A_LISTING, listed_files, opened

SUFFIX = ".dsc"


@dataclass(frozen=True, slots=True)
class Entry:
    """A source package to be read.

    ``path`` is absolute, as the system spells it; ``sha256`` is that of the .dsc, which itself holds those
    of its files. ``size`` is the bytes of all its files that are there. ``name`` and ``version`` are what
    the .dsc says, else what its own name says. ``files`` lie beside it; ``upstream`` tells which tarballs
    of upstream's they have, by their digests. ``listing`` is the bytes of the .dsc, None where it could not
    be read. With a ``fault`` nothing will be read: the index does not say what.
    """

    path: str
    sha256: str
    size: int
    name: str
    version: str
    files: tuple[str, ...] = ()
    upstream: str = ""
    listing: int | None = None
    fault: str = ""


def find_packages(folder: Path, *, all_versions: bool = False) -> tuple[Entry, ...]:
    """Return the packages whose .dsc lie below ``folder``, largest first.

    Of each source only the newest version, unless all are wanted; of equal files one. ArchiveError where a
    folder cannot be looked into, since nobody would know what was left out.
    """
    entries: dict[str, Entry] = {}
    for path in _listings(folder):
        entry = _entry(path)
        entries.setdefault(entry.sha256, entry)
    return chosen(entries.values(), all_versions=all_versions)


def chosen(entries: Iterable[Entry], *, all_versions: bool) -> tuple[Entry, ...]:
    """Return the newest version of each source, or all of them, largest first."""
    wanted = entries if all_versions else _newest(entries)
    return tuple(sorted(wanted, key=lambda entry: (-entry.size, entry.path, entry.name, entry.version)))


def tasks(entries: Sequence[Entry], batching: Batching, workers: int) -> Iterator[tuple[Entry, ...]]:
    """Yield what one child is to read each time: a large package, or some small ones."""
    small = sum(entry.size <= batching.small for entry in entries)
    most = max(1, min(batching.most, small // (batching.busy * workers)))
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        if batch and (len(batch) == most or size + entry.size > batching.size):
            yield tuple(batch)
            batch, size = [], 0
        if entry.size > batching.small:
            yield (entry,)
        else:
            batch.append(entry)
            size += entry.size
    if batch:
        yield tuple(batch)


def _listings(folder: Path) -> Iterator[Path]:
    """Yield every .dsc below ``folder``, in a fixed order; links to folders are not followed."""

    def refuse(error: OSError) -> None:
        raise ArchiveError(f"{error.filename}: cannot be looked into: {error.strerror}") from error

    for here, folders, names in os.walk(folder.absolute(), onerror=refuse):
        folders.sort()
        yield from (Path(here, name) for name in sorted(names) if name.endswith(SUFFIX))


def _entry(path: Path) -> Entry:
    """Describe one .dsc. One that cannot be read is a package too: its reading will say what is wrong."""
    stem_name, _, stem_version = for_data(path.name.removesuffix(SUFFIX)).partition("_")
    try:
        with opened(path) as file:
            data = file.read(MOST_OF_A_LISTING) or b""
    except (PackageError, OSError):
        unread = hashlib.sha256(os.fsencode(path)).hexdigest()
        return Entry(str(path), unread, 0, stem_name, stem_version)
    stanza = next((found for found in stanzas(data) if found), {})
    try:
        files = listed_files(path, stanza)
    except PackageError:
        files = ()
    names = sorted({listed.name for listed in files})
    name, version = (stanza.get(field, "").strip() for field in ("Source", "Version"))
    return Entry(
        path=str(path),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data) + sum(_size(path.parent / name) for name in names),
        name=name or stem_name,
        version=version or stem_version,
        files=tuple(names),
        upstream=upstream_of(files),
        listing=len(data),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


def _newest(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the newest version of each source, and whatever has no version that could be compared."""
    newest: dict[str, tuple[Version, Entry]] = {}
    for entry in entries:
        try:
            version = Version(entry.version)
        except ValueError:
            yield entry
            continue
        if entry.name not in newest or version > newest[entry.name][0]:
            newest[entry.name] = version, entry
    yield from (entry for _, entry in newest.values())

"""Which source packages a local mirror has, by the indices of its suites.

``dists/SUITE/InRelease`` (or ``Release``) lists the indices with their digests; an index is taken by its
digest where the mirror keeps it so (``by-hash``), else by its name, and never used where it is not what is
listed. Signatures are not verified: who made the mirror did that, or nobody can.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, cast

from debian.deb822 import Deb822, Release

from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.layers import upstream_of
from lintian_ml.archive.plan import SUFFIX, Entry, chosen
from lintian_ml.container.limits import Limits
from lintian_ml.container.stream import Reader, open_stream
from lintian_ml.error import LintianMLError, PackageError
from lintian_ml.escape import for_data
from lintian_ml.package.files import listed_files

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

RELEASES = ("InRelease", "Release")
PACKINGS = (".xz", ".gz", "")

FIELDS = ["Package", "Version", "Directory", "Checksums-Sha256", "Extra-Source-Only"]
"""All of a stanza that a plan needs: reading the others would take twice the time."""

NEEDED = FIELDS[:4]
"""Those without which nothing can be read."""

LARGEST_INDEX = 1 << 30
"""Bytes of an index as it lies there; the largest of Debian have a hundredth of that."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """A folder with ``dists`` and ``pool``, and which of its suites and components are meant; no component
    means all.
    """

    root: Path
    suites: tuple[str, ...]
    components: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = (str(self.root), ",".join(self.suites), ",".join(self.components))
        return " ".join(part for part in parts if part)


def find_sources(mirror: Mirror, *, all_versions: bool = False) -> tuple[Entry, ...]:
    """Return the source packages of a mirror, largest first: of each the newest version, unless all are
    wanted.

    A stanza that does not say what to read becomes an entry with a fault. Left out is what is only kept
    because binary packages were built with it. ArchiveError where an index is missing or not what is
    listed.
    """
    entries: dict[str, Entry] = {}
    for suite in mirror.suites:
        for index, stanzas in _indices(mirror, suite):
            for number, stanza in enumerate(stanzas, 1):
                if stanza.get("Extra-Source-Only", "").strip() != "yes":
                    entry = _entry(mirror.root, f"{index}, stanza {number}", stanza)
                    entries.setdefault(entry.sha256, entry)
    return chosen(entries.values(), all_versions=all_versions)


def _indices(mirror: Mirror, suite: str) -> Iterator[tuple[Path, Iterator[Mapping[str, str]]]]:
    """Yield the index of each component that is meant, and its stanzas."""
    folder = _below(mirror.root, f"dists/{suite}")
    release = _release(folder)
    there = [name.rpartition("/")[2] for name in release.get("Components", "").split()]
    if unknown := [name for name in mirror.components if name not in there]:
        raise ArchiveError(f"{folder}: has no component {unknown[0]}, only {', '.join(there) or 'none'}")
    found = False
    for component in mirror.components or there:
        rows = _rows(release, f"{component}/source/Sources")
        if rows:
            found = True
            path, data = _checked(folder, rows, by_hash=release.get("Acquire-By-Hash") == "yes")
            yield path, _stanzas(path, data)
        elif mirror.components:
            raise ArchiveError(f"{folder}: lists no sources of {component}")
    if not found:
        raise ArchiveError(f"{folder}: lists no sources")


def _release(folder: Path) -> Release:
    """Read the file that lists the indices; a signature around it is taken off."""
    path = next((path for name in RELEASES if (path := folder / name).is_file()), None)
    if path is None:
        raise ArchiveError(f"{folder}: has neither InRelease nor Release; is it a suite of a mirror?")
    try:
        _, payload, _ = Deb822.split_gpg_and_payload(cast(Any, path.read_bytes().splitlines()))
    except (OSError, EOFError, ValueError) as error:
        raise ArchiveError(f"{path}: cannot be read: {error}") from error
    return Release(cast(Any, payload))


def _rows(release: Release, name: str) -> list[tuple[str, str, int]]:
    """Return name, SHA-256 and size of an index, one for each way in which it is packed, best first."""
    listed = {str(row["name"]): row for row in release.get("SHA256", []) if str(row["size"]).isdecimal()}
    names = [name + packing for packing in PACKINGS if name + packing in listed]
    return [(one, str(listed[one]["sha256"]), int(listed[one]["size"])) for one in names]


def _checked(folder: Path, rows: Iterable[tuple[str, str, int]], *, by_hash: bool) -> tuple[Path, bytes]:
    """Return the first packing of an index that is there and is what is listed."""
    trouble = f"{folder}: none of the lists of sources that it names is there; fetch them"
    for name, sha256, size in rows:
        path = _below(folder, name)
        named = path.parent / "by-hash" / "SHA256" / sha256
        for place in (named, path) if by_hash else (path,):
            if not place.is_file():
                continue
            data = _content(place, size)
            if hashlib.sha256(data).hexdigest() == sha256:
                return place, data
            trouble = f"{place}: is not what is listed; was the mirror changing? Bring it up to date"
    raise ArchiveError(trouble)


def _content(path: Path, size: int) -> bytes:
    """Return the bytes of an index, or none where it has another size."""
    try:
        with path.open("rb") as file:
            return file.read(size) if path.stat().st_size == size <= LARGEST_INDEX else b""
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read: {error.strerror}") from error


def _stanzas(path: Path, data: bytes) -> Iterator[Mapping[str, str]]:
    strict = {"whitespace-separates-paragraphs": False}
    try:
        lines = cast(Any, io.BufferedReader(_Unpacked(open_stream(io.BytesIO(data), Limits()))))
        yield from Deb822.iter_paragraphs(lines, fields=FIELDS, use_apt_pkg=False, strict=strict)
    except (LintianMLError, ValueError, EOFError) as error:
        raise ArchiveError(f"{path}: cannot be read as a list of sources: {error}") from error


def _entry(root: Path, place: str, stanza: Mapping[str, str]) -> Entry:
    """Describe the package of one stanza."""
    try:
        return _sound(root, place, stanza)
    except (PackageError, ArchiveError) as error:
        digest = hashlib.sha256(repr(sorted(stanza.items())).encode("utf-8", "surrogatepass")).hexdigest()
        name, version = (for_data(stanza.get(field, "").strip()) for field in ("Package", "Version"))
        return Entry(place, digest, 0, name or "unknown", version, fault=str(error))


def _sound(root: Path, place: str, stanza: Mapping[str, str]) -> Entry:
    """Describe the package of a stanza that says all; PackageError or ArchiveError for another."""
    said = {field: stanza.get(field, "").strip() for field in FIELDS}
    if missing := [field for field in NEEDED if not said[field]]:
        raise PackageError(f"{place}: has no {missing[0]}")
    files = listed_files(Path(place), {"Checksums-Sha256": stanza["Checksums-Sha256"]})
    listings = [listed for listed in files if listed.name.endswith(SUFFIX)]
    if len(listings) != 1:
        raise PackageError(f"{place}: lists {len(listings)} .dsc where there must be one")
    dsc = listings[0]
    return Entry(
        path=str(_below(root, said["Directory"]).absolute() / dsc.name),
        sha256=str(dsc.sha256),
        size=sum(listed.size for listed in files),
        name=for_data(said["Package"]),
        version=for_data(said["Version"]),
        files=tuple(sorted(listed.name for listed in files if listed is not dsc)),
        upstream=upstream_of(files),
        listing=dsc.size,
    )


def _below(folder: Path, name: str) -> Path:
    """Return a path within ``folder``; ArchiveError where it would lead out."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or parts[0] == "/" or "\0" in name:
        raise ArchiveError(f"{folder}: {name!r} is no path below it")
    return folder / name


class _Unpacked(io.RawIOBase):
    """The decompressed bytes of an index, as a file that Python can split into lines."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill ``buffer`` as far as there is something."""
        return self._reader.readinto(memoryview(buffer))

"""Source trees that are already there: a directory on disk, a bare tarball, or files in memory."""

import io
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from lintian_ml.container import tar
from lintian_ml.container.limits import Limits
from lintian_ml.container.stream import Budget, Reader
from lintian_ml.container.tar import Kind
from lintian_ml.error import LimitError, PackageError
from lintian_ml.package.assembly import Assembly
from lintian_ml.package.contents import Eye, File, Role, Tarball
from lintian_ml.package.control import area_of_control, parse_changelog, parse_control, people, suite_of
from lintian_ml.package.files import opened, stream
from lintian_ml.package.package import Package, PackageType

IGNORED = frozenset((".git", ".pc", ".svn", ".hg"))
TARBALL = re.compile(r"(?P<stem>.+?)(?P<orig>\.orig(-[A-Za-z0-9-]+)?|\.debian)?\.(tar(\.\w+)?|tgz|tbz2?|txz)")
STEM = re.compile(r"(?P<name>.+?)[-_](?P<version>v?\d.*)")

DEFAULTS = {
    "debian/control": b"""Source: example
Section: misc
Maintainer: Example Maintainer <example@example.org>

Package: example
Architecture: all
Description: example
""",
    "debian/changelog": b"""example (1.0-1) unstable; urgency=medium

  * Initial release.

 -- Example Maintainer <example@example.org>  Thu, 01 Jan 2026 00:00:00 +0000
""",
    "debian/copyright": b"""Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2026 Example Author
License: Expat
""",
}
"""What ``package_from_files`` fills in where nothing else is given: a package of main, under Expat."""


def read_tree(path: Path, eye: Eye, limits: Limits) -> Package:
    """Read an unpacked source package as it lies there; PackageError if it has no debian folder."""
    name = path.resolve().name
    if (path / "debian").is_symlink() or not (path / "debian").is_dir():
        raise PackageError(f"{path}: has no debian folder; give the folder of an unpacked source package")
    assembly = Assembly(eye)
    try:
        for count, (inner, entry) in enumerate(_walk(path, assembly)):
            if count >= limits.members:
                raise LimitError(f"more than {limits.members} files")
            _add_entry(assembly, inner, entry)
    except LimitError as error:
        assembly.note(".", f"read in part only: {error}")
    return _from_tree(assembly, name, (name, ""))


def _walk(path: Path, assembly: Assembly) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield each entry below ``path`` with its path from there, sorted; links are not followed."""
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(path / folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            assembly.note(folder or ".", f"cannot be read: {error.strerror}")
            continue
        inner = [(f"{folder}/{entry.name}" if folder else entry.name, entry) for entry in entries]
        yield from inner
        folders += [
            name
            for name, entry in reversed(inner)
            if entry.is_dir(follow_symlinks=False) and entry.name not in IGNORED
        ]


def _add_entry(assembly: Assembly, path: str, entry: os.DirEntry[str]) -> None:
    try:
        if entry.is_symlink():
            assembly.put(path, File(0, Kind.SYMLINK, str(Path(entry.path).readlink())))
        elif entry.is_dir(follow_symlinks=False):
            assembly.put(path, File(0, Kind.DIRECTORY))
        elif entry.is_file(follow_symlinks=False):
            with opened(Path(entry.path), follow=False) as file:
                size = os.fstat(file.fileno()).st_size
                assembly.add(path, File(size), file)
        else:
            assembly.put(path, File(0, Kind.OTHER))
    except (OSError, PackageError) as error:
        assembly.note(path, f"cannot be read: {getattr(error, 'strerror', None) or error}")


def read_tarball(path: Path, eye: Eye, limits: Limits) -> Package:
    """Read a bare source tarball; its changelog tells name and version, else its file name does."""
    assembly = Assembly(eye)
    budget = Budget(limits)

    def lay(reader: Reader) -> None:
        assembly.lay(path.name, tar.walk(reader, limits), strip=".debian.tar" not in path.name)

    digest = stream(path, None, lambda source: assembly.unpack(path.name, source, budget, lay))
    if not assembly.files and not assembly.not_examined():
        raise PackageError(f"{path}: holds no files; is it a source tarball?")
    tarball = Tarball(path.name, digest.sha256, digest.size, Role.ORIG)
    return _from_tree(assembly, path.name, _named(path.name), (tarball,))


def package_from_files(files: Mapping[str, bytes], eye: Eye, name: str = "example") -> Package:
    """Make a package of a source tree that is given as paths and bytes.

    Where they are missing, it has DEFAULTS: debian/control (section misc of main), debian/changelog (example
    1.0-1) and debian/copyright (``Files: *`` under Expat).
    """
    assembly = Assembly(eye)
    for path, data in {**DEFAULTS, **files}.items():
        assembly.add(path, File(len(data)), io.BytesIO(data))
    return _from_tree(assembly, name, (name, ""))


def _from_tree(
    assembly: Assembly, name: str, otherwise: tuple[str, str], tarballs: tuple[Tarball, ...] = ()
) -> Package:
    """Make the package of a tree; ``otherwise`` is its name and version where no changelog tells them."""
    texts = assembly.keeper.texts
    control = texts.get("debian/control", b"")
    parsed = parse_control(control)
    changelog = parse_changelog(texts.get("debian/changelog", b""), most=1)
    newest = changelog[0] if changelog else None
    architectures = [stanza.get("Architecture", "").strip() for stanza in parsed.binaries]
    return Package(
        input=name,
        name=(newest.package if newest else None) or parsed.source.get("Source", "").strip() or otherwise[0],
        version=str(newest.version or "") if newest else otherwise[1],
        type=PackageType.SOURCE,
        architecture=" ".join(dict.fromkeys(architectures)),
        format=texts.get("debian/source/format", b"").decode("utf-8", "replace").strip(),
        area=area_of_control(control),
        suite=suite_of(changelog),
        maintainer=" ".join(parsed.source.get("Maintainer", "").split()),
        uploaders=people(parsed.source.get("Uploaders", "")),
        binaries=tuple(stanza["Package"].strip() for stanza in parsed.binaries),
        tarballs=tarballs,
        files=assembly.files,
        texts=texts,
        models=assembly.models(),
        not_examined=assembly.not_examined(),
        hooks=assembly.hooks(),
        pointers=assembly.pointers(),
    )


def _named(file: str) -> tuple[str, str]:
    """Return the name and version that a tarball's file name tells."""
    match = TARBALL.fullmatch(file)
    stem = match["stem"] if match else file
    split = STEM.fullmatch(stem)
    return (split["name"], split["version"]) if split else (stem, "")

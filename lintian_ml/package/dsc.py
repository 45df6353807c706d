"""Source packages by their .dsc: formats 1.0, 3.0 (quilt) and 3.0 (native)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lintian_ml.container import tar
from lintian_ml.container.limits import Limits
from lintian_ml.container.stream import Budget, Reader
from lintian_ml.error import PackageError
from lintian_ml.package import patches
from lintian_ml.package.assembly import Assembly
from lintian_ml.package.contents import Eye, Role, Tarball
from lintian_ml.package.control import (
    Stanza,
    area_of,
    area_of_control,
    names,
    parse_changelog,
    people,
    strongest,
    suite_of,
)
from lintian_ml.package.files import Listed, listed_files, read_listing, stream
from lintian_ml.package.package import Package, PackageType

SUFFIX = r"(?:gz|bz2|xz|lzma|zst)"
ROLES = (
    (Role.COMPONENT, re.compile(rf".*\.orig-([A-Za-z0-9-]+)\.tar\.{SUFFIX}")),
    (Role.ORIG, re.compile(rf".*\.orig\.tar\.{SUFFIX}")),
    (Role.DEBIAN, re.compile(rf".*\.debian\.tar\.{SUFFIX}")),
    (Role.DIFF, re.compile(r".*\.diff\.gz")),
    (Role.NATIVE, re.compile(rf".*\.tar\.{SUFFIX}")),
)
ORDER = (Role.ORIG, Role.NATIVE, Role.COMPONENT, Role.DEBIAN, Role.DIFF)
FORMATS = ("1.0", "3.0 (quilt)", "3.0 (native)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of the .dsc, and what it is for."""

    listed: Listed
    role: Role
    component: str = ""


def read_source(path: Path, eye: Eye, limits: Limits, listed: Listed | None = None) -> Package:
    """Read the source package of the .dsc at ``path``; ``listed`` is what a .changes says of the .dsc."""
    stanza = read_listing(path, listed)
    if "Source" not in stanza or "Version" not in stanza:
        raise PackageError(f"{path}: is not a .dsc: it has no Source and Version")
    files = listed_files(path, stanza)
    if not files:
        raise PackageError(f"{path}: lists no files, neither in Checksums-Sha256 nor in Files")
    source_format = stanza.get("Format", "1.0").strip()
    assembly = Assembly(eye)
    budget = Budget(limits)
    tarballs = tuple(
        _lay(path, piece, assembly, budget, source_format)
        for piece in _pieces(path, files, source_format, assembly)
    )
    return _package(path, stanza, source_format, tarballs, assembly)


def _pieces(path: Path, files: Sequence[Listed], source_format: str, assembly: Assembly) -> list[Piece]:
    """Sort the files of the .dsc into the order of laying; signatures are left out."""
    pieces = []
    for listed in files:
        piece = None if source_format not in FORMATS else _piece(listed)
        if piece:
            pieces.append(piece)
            continue
        stream(path.parent / listed.name, listed, lambda source: None)
        if not listed.name.endswith(".asc"):
            assembly.note(listed.name, f"is nothing that source format {source_format} is unpacked from")
    mains = [piece.listed.name for piece in pieces if piece.role in (Role.ORIG, Role.NATIVE)]
    if source_format in FORMATS and len(mains) != 1:
        what = " and ".join(mains) if mains else "none"
        raise PackageError(f"{path}: must list one main source tarball, but lists {what}")
    return sorted(pieces, key=lambda piece: (ORDER.index(piece.role), piece.component))


def _piece(listed: Listed) -> Piece | None:
    for role, pattern in ROLES:
        if match := pattern.fullmatch(listed.name):
            return Piece(listed, role, match[1] if role is Role.COMPONENT else "")
    return None


def _lay(path: Path, piece: Piece, assembly: Assembly, budget: Budget, source_format: str) -> Tarball:
    """Lay one file of the .dsc over the tree, and check it as it passes."""
    name = piece.listed.name
    quilt = source_format == "3.0 (quilt)"

    def lay(reader: Reader) -> None:
        if piece.role is Role.DIFF:
            patches.apply_diff(assembly, reader, name, name, quilt=False)
            return
        strip = piece.role is not Role.DEBIAN
        members = tar.walk(reader, budget.limits)
        if piece.role is Role.COMPONENT:
            assembly.erase(piece.component)
        if piece.role is Role.DEBIAN:
            assembly.erase("debian")
        main = quilt and piece.role is Role.ORIG
        assembly.lay(name, members, piece.component, strip=strip, quilt=main)

    digest = stream(
        path.parent / name, piece.listed, lambda source: assembly.unpack(name, source, budget, lay)
    )
    if piece.role is Role.DEBIAN:
        patches.apply_series(assembly, name)
    return Tarball(name, digest.sha256, digest.size, piece.role, piece.component)


def _package(
    path: Path, stanza: Stanza, source_format: str, tarballs: tuple[Tarball, ...], assembly: Assembly
) -> Package:
    texts = assembly.keeper.texts
    return Package(
        input=path.name,
        name=stanza["Source"].strip(),
        version=stanza["Version"].strip(),
        type=PackageType.SOURCE,
        architecture=" ".join(stanza.get("Architecture", "").split()),
        format=source_format,
        area=_area(stanza, texts.get("debian/control", b"")),
        suite=suite_of(parse_changelog(texts.get("debian/changelog", b""), most=1)),
        maintainer=" ".join(stanza.get("Maintainer", "").split()),
        uploaders=people(stanza.get("Uploaders", "")),
        binaries=names(stanza.get("Binary", "")),
        tarballs=tarballs,
        files=assembly.files,
        texts=texts,
        models=assembly.models(),
        not_examined=assembly.not_examined(),
        hooks=assembly.hooks(),
        pointers=assembly.pointers(),
    )


def _area(stanza: Stanza, control: bytes) -> str | None:
    """Take the archive area from the Package-List, else from the sections of debian/control."""
    rows = [line.split() for line in stanza.get("Package-List", "").splitlines()]
    return strongest([area_of(row[2]) for row in rows if len(row) > 2]) or area_of_control(control)

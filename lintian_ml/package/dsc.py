"""Source packages by their .dsc: formats 1.0, 3.0 (quilt) and 3.0 (native)."""

import os
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
from lintian_ml.package.files import Listed, listed_files, opened, read_listing, stream
from lintian_ml.package.laid import Memory, Resumable
from lintian_ml.package.package import Package, PackageType

SUFFIX = r"(?:gz|bz2|xz|lzma|zst)"
ROLES = (
    (Role.COMPONENT, re.compile(rf".*\.orig-([A-Za-z0-9-]+)\.tar\.{SUFFIX}")),
    (Role.ORIG, re.compile(rf".*\.orig\.tar\.{SUFFIX}")),
    (Role.DEBIAN, re.compile(rf".*\.debian\.tar\.{SUFFIX}")),
    (Role.DIFF, re.compile(r".*\.diff\.gz")),
    (Role.NATIVE, re.compile(rf".*\.tar\.{SUFFIX}")),
)
UPSTREAM = (Role.ORIG, Role.COMPONENT)
"""What a new Debian revision takes over from the one before."""

ORDER = (Role.ORIG, Role.NATIVE, Role.COMPONENT, Role.DEBIAN, Role.DIFF)
QUILT = "3.0 (quilt)"
FORMATS = ("1.0", QUILT, "3.0 (native)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of the .dsc, and what it is for."""

    listed: Listed
    role: Role
    component: str = ""


def read_source(
    path: Path, eye: Eye, limits: Limits, listed: Listed | None = None, memory: Memory | None = None
) -> Package:
    """Read the source package of the .dsc at ``path``; ``listed`` is what a .changes says of the .dsc.

    What ``memory`` has of upstream's tarballs stands for reading them, where they have the sizes and digests
    that are listed now.
    """
    stanza = read_listing(path, listed)
    if "Source" not in stanza or "Version" not in stanza:
        raise PackageError(f"{path}: is not a .dsc: it has no Source and Version")
    files = listed_files(path, stanza)
    if not files:
        raise PackageError(f"{path}: lists no files, neither in Checksums-Sha256 nor in Files")
    source_format = stanza.get("Format", "1.0").strip()
    assembly = Resumable(eye)
    budget = Budget(limits)
    pieces = _pieces(path, files, source_format)
    upstream = [piece for piece in pieces if piece.role in UPSTREAM]
    quilt = source_format == QUILT

    def lay(those: Sequence[Piece]) -> tuple[Tarball, ...]:
        return tuple(_lay(path, piece, assembly, budget, quilt=quilt) for piece in those)

    before = _recalled(path, upstream, assembly, budget, memory, quilt=quilt)
    if not before:
        before = lay(upstream)
        if memory and before:
            memory.keep(assembly.laid(before, quilt=quilt, unpacked=limits.output - budget.left))
    tarballs = (*before, *lay(pieces[len(upstream) :]))
    _check_others(path, files, source_format, assembly)
    return _package(path, stanza, source_format, tarballs, assembly)


def _recalled(
    path: Path, upstream: Sequence[Piece], assembly: Resumable, budget: Budget, memory: Memory | None, *,
    quilt: bool,
) -> tuple[Tarball, ...]:  # fmt: skip
    """Lay out what is remembered of just these tarballs, and return them; none where nothing is."""
    laid = memory.recall() if memory and upstream else None
    if laid is None or laid.quilt is not quilt:
        return ()
    known = {(one.name, one.sha256, one.size, one.component) for one in laid.tarballs}
    wanted = [(one.listed.name, one.listed.sha256, one.listed.size, one.component) for one in upstream]
    if known != set(wanted) or len(known) != len(laid.tarballs):
        return ()
    for piece in upstream:
        with opened(path.parent / piece.listed.name) as file:
            piece.listed.check_size(path.parent / piece.listed.name, os.fstat(file.fileno()).st_size)
    assembly.go_on(laid)
    budget.left -= laid.unpacked
    return laid.tarballs


def role_of(name: str) -> Role | None:
    """Return what a file of a .dsc is for, by its name; None for what nothing is unpacked from."""
    return next((role for role, pattern in ROLES if pattern.fullmatch(name)), None)


def _pieces(path: Path, files: Sequence[Listed], source_format: str) -> list[Piece]:
    """Sort the files of the .dsc into the order of laying; what nothing is unpacked from is left out."""
    known = source_format in FORMATS
    pieces = [piece for listed in files if known and (piece := _piece(listed))]
    mains = [piece.listed.name for piece in pieces if piece.role in (Role.ORIG, Role.NATIVE)]
    if known and len(mains) != 1:
        what = " and ".join(mains) if mains else "none"
        raise PackageError(f"{path}: must list one main source tarball, but lists {what}")
    return sorted(pieces, key=lambda piece: (ORDER.index(piece.role), piece.component))


def _check_others(path: Path, files: Sequence[Listed], source_format: str, assembly: Assembly) -> None:
    """Check the files that nothing is unpacked from; note those that are no signatures."""
    for listed in files:
        if source_format in FORMATS and _piece(listed):
            continue
        stream(path.parent / listed.name, listed, lambda source: None)
        if not listed.name.endswith(".asc"):
            assembly.note(listed.name, f"is nothing that source format {source_format} is unpacked from")


def _piece(listed: Listed) -> Piece | None:
    for role, pattern in ROLES:
        if match := pattern.fullmatch(listed.name):
            return Piece(listed, role, match[1] if role is Role.COMPONENT else "")
    return None


def _lay(path: Path, piece: Piece, assembly: Assembly, budget: Budget, *, quilt: bool) -> Tarball:
    """Lay one file of the .dsc over the tree, and check it as it passes."""
    name = piece.listed.name

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

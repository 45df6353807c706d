"""Uploads and builds: the packages that a .changes or a .buildinfo lists."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lintian_ml.container.limits import Limits
from lintian_ml.error import PackageError
from lintian_ml.package.binary import read_binary
from lintian_ml.package.contents import MakeEye
from lintian_ml.package.dsc import read_source
from lintian_ml.package.files import Listed, listed_files, read_listing
from lintian_ml.package.package import Package

BINARY = (".deb", ".udeb", ".ddeb")


def read_changes(path: Path, make_eye: MakeEye, limits: Limits) -> Iterator[Package]:
    """Yield the packages of a .changes, each checked against it; PackageError if one of them is missing."""
    stanza = read_listing(path)
    if "Distribution" not in stanza or "Files" not in stanza:
        raise PackageError(f"{path}: is not a .changes: it has no Distribution and Files")
    packages = _packages(listed_files(path, stanza))
    if not packages:
        raise PackageError(f"{path}: lists neither a .dsc nor a .deb")
    suite = stanza["Distribution"].strip() or None
    for listed in packages:
        yield replace(_read(path, listed, make_eye, limits), suite=suite)


def read_buildinfo(path: Path, make_eye: MakeEye, limits: Limits) -> Iterator[Package]:
    """Yield the packages of a .buildinfo that lie beside it; PackageError if none does."""
    stanza = read_listing(path)
    if "Source" not in stanza or "Checksums-Sha256" not in stanza:
        raise PackageError(f"{path}: is not a .buildinfo: it has no Source and Checksums-Sha256")
    packages = _packages(listed_files(path, stanza))
    there = [listed for listed in packages if (path.parent / listed.name).exists()]
    if not there:
        raise PackageError(f"{path}: none of the packages that it lists lies beside it; put them there")
    for listed in there:
        yield _read(path, listed, make_eye, limits)


def _packages(files: tuple[Listed, ...]) -> list[Listed]:
    """Return the packages among the files, source first."""
    found = [listed for listed in files if listed.name.endswith((".dsc", *BINARY))]
    return sorted(found, key=lambda listed: not listed.name.endswith(".dsc"))


def _read(path: Path, listed: Listed, make_eye: MakeEye, limits: Limits) -> Package:
    read = read_source if listed.name.endswith(".dsc") else read_binary
    return read(path.parent / listed.name, make_eye(), limits, listed)

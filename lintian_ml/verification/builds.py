"""What a .buildinfo tells of the environment of a build (deb-buildinfo(5)), and how two of them differ."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path

from lintian_ml.error import PackageError
from lintian_ml.package.files import Listed, listed_files, read_listing

LONGEST = 500
"""Characters of a value that are told."""

MOST_BESIDE = 100
"""Files beside a package in which its .buildinfo is looked for."""

_VARIABLE = re.compile(r'(?P<name>[A-Za-z_][A-Za-z0-9_]*)="(?P<value>.*)"')
_DEPENDENCY = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9+.-]+(?::[a-z0-9-]+)?)\s*\(=\s*(?P<version>[^\s()]+)\)(?:\s*\[[^]]*\])?"
)
_BLAS = re.compile(r"lib(openblas|blas|atlas|blis|lapack|mkl|cblas|nvblas|cublas|flexiblas)\S*")
"""The packages whose routines add up in an order of their own."""


@dataclass(frozen=True, slots=True)
class Build:
    """One build: ``sha256`` is that of the .buildinfo, ``files`` are what came of it.

    ``path`` is the folder in which was built, ``environment`` the variables that were set, and ``installed``
    the version of each package that was there.
    """

    name: str
    sha256: str
    architecture: str = ""
    path: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    installed: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What two builds had not in common; None where one of them had nothing of the kind."""

    field: str
    name: str
    first: str | None
    second: str | None

    @property
    def is_blas(self) -> bool:
        """Whether it is the version of a library of linear algebra."""
        return self.field == "Installed-Build-Depends" and _BLAS.match(self.name) is not None

    def __str__(self) -> str:
        what = f"{self.field}: {self.name}" if self.name else self.field
        return f"{what}: {_shown(self.first)} / {_shown(self.second)}"


def _shown(value: str | None) -> str:
    return "-" if value is None else value[:LONGEST]


def read_build(path: Path) -> Build:
    """Read a .buildinfo; PackageError where it is none."""
    stanza = read_listing(path)
    if "Source" not in stanza or "Checksums-Sha256" not in stanza:
        raise PackageError(f"{path}: is not a .buildinfo: it has no Source and Checksums-Sha256")
    variables = (_VARIABLE.fullmatch(line.strip()) for line in stanza.get("Environment", "").splitlines())
    packages = (
        _DEPENDENCY.match(one.strip()) for one in stanza.get("Installed-Build-Depends", "").split(",")
    )
    return Build(
        path.name,
        sha256(path.read_bytes()).hexdigest(),
        stanza.get("Build-Architecture", "").strip(),
        stanza.get("Build-Path", "").strip(),
        {found["name"]: found["value"] for found in variables if found},
        {found["name"]: found["version"] for found in packages if found},
        listed_files(path, stanza),
    )


def find_build(path: Path) -> Build | None:
    """Return the build that a package came from: the .buildinfo itself, one that a .changes lists, or one
    beside a package that lists it with its digest; None where there is none that can be read.
    """
    try:
        if path.name.endswith(".buildinfo"):
            return read_build(path)
        if path.name.endswith(".changes"):
            listed = listed_files(path, read_listing(path))
            named = [one for one in listed if one.name.endswith(".buildinfo")]
            return _checked(path.parent / named[0].name, named[0]) if named else None
        return next(_listing(path), None)
    except (PackageError, OSError):
        return None


def _checked(path: Path, listed: Listed) -> Build | None:
    build = read_build(path)
    return build if listed.sha256 in (None, build.sha256) else None


def _listing(package: Path) -> Iterator[Build]:
    """Yield the builds beside a package that list it."""
    if not package.is_file():
        return
    digest = None
    for beside in islice(sorted(package.parent.glob("*.buildinfo")), MOST_BESIDE):
        build = read_build(beside)
        listed = next((one for one in build.files if one.name == package.name), None)
        if listed:
            digest = digest or sha256(package.read_bytes()).hexdigest()
            if listed.sha256 == digest:
                yield build


def differences(first: Build, second: Build) -> Iterator[Difference]:
    """Yield what the environments of two builds had not in common."""
    for name, one, other in (
        ("Build-Architecture", first.architecture, second.architecture),
        ("Build-Path", first.path, second.path),
    ):
        if one != other:
            yield Difference(name, "", one or None, other or None)
    yield from _unequal("Environment", first.environment, second.environment)
    yield from _unequal("Installed-Build-Depends", first.installed, second.installed)


def _unequal(what: str, first: Mapping[str, str], second: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted(first.keys() | second.keys()):
        if first.get(name) != second.get(name):
            yield Difference(what, name, first.get(name), second.get(name))

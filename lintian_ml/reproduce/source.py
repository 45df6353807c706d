"""The source that is trained from: unpacked or where it lies, its declaration, and its models."""

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path

from lintian_ml.declaration import Declaration, ModelStanza, parse_declaration
from lintian_ml.detection import Examiner, FoundModel
from lintian_ml.error import PackageError
from lintian_ml.package import Package, read_packages
from lintian_ml.reproduce.folders import digest, is_within, regular_files

DECLARATION = "debian/models"


@dataclass(frozen=True)
class Source:
    """An unpacked source package at ``root``, which is read and never changed."""

    root: Path
    package: Package
    declaration: Declaration

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """The SHA-256 of each regular file that is not empty, by its path."""
        files = (path for path in regular_files(self.root) if (self.root / path).lstat().st_size)
        return {path: digest(self.root / path) for path in files}

    @property
    def epoch(self) -> int | None:
        """The time of the newest entry of the changelog, in seconds since 1970; None where it has none."""
        changelog = self.package.changelog
        try:
            return int(parsedate_to_datetime(str(changelog[0].date)).timestamp()) if changelog else None
        except (ValueError, OverflowError):
            return None

    def covered(self, stanza: ModelStanza) -> Iterator[str]:
        """Yield the files that are of one Model stanza: those of which no later stanza speaks."""
        return (path for path in self.digests if self.declaration.stanza_for(path) is stanza)

    def shipped(self, stanza: ModelStanza) -> tuple[str, ...]:
        """Return the files that the training must bring forth again."""
        return tuple(
            path for path in self.covered(stanza) if any(glob.matches(path) for glob in stanza.files)
        )

    def parts(self, path: str) -> frozenset[str]:
        """Return the paths of the other files that belong to the model at ``path``."""
        found = (model for model in self.package.models if model.path == path)
        return frozenset(part for model in found for part in model.part_paths)

    @property
    def models(self) -> tuple[FoundModel, ...]:
        """The models that were found in the tree, also those inside archives."""
        return self.package.models


def open_source(path: Path, folder: Path, timeout: float) -> Source:
    """Return the source of a .dsc, unpacked into ``folder``, or of a tree; PackageError if it is neither.

    A package without debian/models is a PackageError too: it says nothing of how a model is trained.
    """
    if path.is_dir():
        root = path.resolve()
    elif path.name.endswith(".dsc"):
        root = unpack(path, folder / "source", timeout)
    else:
        raise PackageError(f"{path}: give a .dsc, or the folder of an unpacked source package")
    package = next(read_packages(root, Examiner))
    if not is_within(root, DECLARATION) or DECLARATION not in package.texts:
        raise PackageError(f"{path}: has no {DECLARATION}; lintian-ml declare writes a first one")
    return Source(root, package, parse_declaration(package.texts[DECLARATION]))


def unpack(dsc: Path, target: Path, timeout: float) -> Path:
    """Unpack a source package with its patches applied, as a build would see it."""
    command = ["dpkg-source", "--no-copy", "-x", str(dsc.resolve()), str(target)]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=timeout, check=False, stdin=subprocess.DEVNULL
        )
    except FileNotFoundError:
        raise PackageError(
            "dpkg-source is not installed; install dpkg-dev, or give an unpacked tree"
        ) from None
    except subprocess.TimeoutExpired:
        raise PackageError(f"{dsc}: dpkg-source did not end within {timeout:g} s") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
        raise PackageError(f"{dsc}: dpkg-source cannot unpack it, and says: {said[-1]}")
    return target

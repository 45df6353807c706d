"""The source that is trained from: unpacked and patched, with its declaration and its models."""

import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path

from lintian_ml.declaration import Declaration, ModelStanza, parse_declaration
from lintian_ml.detection import Examiner, FoundModel
from lintian_ml.error import PackageError
from lintian_ml.package import DECLARATION, Package, read_packages
from lintian_ml.reproduce.folders import copy, digest, is_within, regular_files

SERIES, APPLIED = "debian/patches/series", ".pc/applied-patches"
"""The patches that a build applies, and those that are."""


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

    @property
    def folder(self) -> str:
        """The name of the folder that a build would unpack it to."""
        version = (self.package.version or "").rpartition(":")[2].rpartition("-")
        word = f"{self.package.name}-{version[0] or version[2]}"
        return (
            "".join(one if one.isalnum() or one in "+.-~" else "_" for one in word).lstrip("-.") or "source"
        )

    def covered(self, stanza: ModelStanza) -> Iterator[str]:
        """Yield the files that are of one Model stanza: those of which no later stanza speaks."""
        return (path for path in self.digests if self.declaration.stanza_for(path) is stanza)

    def shipped(self, stanza: ModelStanza) -> tuple[str, ...]:
        """Return the files that the training must bring forth again."""
        return tuple(
            path for path in self.covered(stanza) if any(glob.matches(path) for glob in stanza.files)
        )

    def expected(self, stanza: ModelStanza, outputs: Iterable[Path]) -> Sequence[str]:
        """Return what the training must bring forth: what is shipped, or else what the build makes of it."""
        if shipped := self.shipped(stanza):
            return shipped
        return list(dict.fromkeys(path for output in outputs for path in self.made(stanza, output)))

    def made(self, stanza: ModelStanza, output: Path) -> Sequence[str]:
        """Return the files below ``output`` that Built-Files covers."""
        globs = stanza.built_files
        return [path for path in regular_files(output) if any(glob.matches(path) for glob in globs)]

    def parts(self, path: str) -> frozenset[str]:
        """Return the paths of the other files that belong to the model at ``path``."""
        found = (model for model in self.package.models if model.path == path)
        return frozenset(part for model in found for part in model.part_paths)

    @property
    def models(self) -> tuple[FoundModel, ...]:
        """The models that were found in the tree, also those inside archives."""
        return self.package.models


def open_source(path: Path, folder: Path, timeout: float) -> Source:
    """Return the patched source of a .dsc, or of a tree; PackageError if it is neither.

    It lies below ``folder`` where it had to be unpacked or patched. A package without debian/models is a
    PackageError too: it says nothing of how a model is trained.
    """
    if path.is_dir():
        root = patched(path.resolve(), folder / "source", timeout)
    elif path.name.endswith(".dsc"):
        root = folder / "source"
        _dpkg_source(path, timeout, "--no-copy", "-x", str(path.resolve()), str(root))
    else:
        raise PackageError(f"{path}: give a .dsc, or the folder of an unpacked source package")
    package = next(read_packages(root, Examiner))
    if not is_within(root, DECLARATION) or DECLARATION not in package.texts:
        raise PackageError(f"{path}: has no {DECLARATION}; lintian-ml declare writes a first one")
    return Source(root, package, parse_declaration(package.texts[DECLARATION]))


def patched(tree: Path, target: Path, timeout: float) -> Path:
    """Return a tree with its patches applied, as a build would see it: a copy, unless they already are."""
    if _patches(tree, SERIES) == _patches(tree, APPLIED):
        return tree
    copy(tree, target)
    _dpkg_source(tree, timeout, "--before-build", str(target))
    return target


def _patches(tree: Path, series: str) -> list[str]:
    """Return the names of the patches that a series lists, in the manner of quilt."""
    if not is_within(tree, series):
        return []
    lines = (tree / series).read_text("utf-8", "replace").splitlines()
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]


def _dpkg_source(path: Path, timeout: float, *words: str) -> None:
    """Run dpkg-source; PackageError with its last words if it fails."""
    try:
        done = subprocess.run(
            ["dpkg-source", *words],
            capture_output=True,
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise PackageError(
            "dpkg-source is not installed; install dpkg-dev, or give an unpacked tree"
        ) from None
    except subprocess.TimeoutExpired:
        raise PackageError(f"{path}: dpkg-source did not end within {timeout:g} s") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
        raise PackageError(f"{path}: dpkg-source cannot unpack or patch it, and says: {said[-1]}")

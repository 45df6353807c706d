"""A package as it was read: what it says of itself, its effective tree, and the models in it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from debian.changelog import Changelog

from lintian_ml.detection import FoundModel, Hook, LfsPointer, NotExamined
from lintian_ml.package.contents import File, Tarball
from lintian_ml.package.control import Control, parse_changelog, parse_control, parse_copyright

if TYPE_CHECKING:
    from debian.copyright import Copyright

DECLARATION = "debian/models"
"""Where a package declares its models."""

BINARY_OVERRIDES = "usr/share/lintian-ml/overrides"
"""The folder in which a binary package carries its override file, under its own name."""


class PackageType(enum.Enum):
    """The type of a package; the value is what Lintian prints behind its name."""

    SOURCE = "source"
    BINARY = ""


@dataclass(frozen=True)
class Package:
    """A source package (also an unpacked tree or a bare tarball) or a binary package.

    ``input`` is the name of the file or folder that was read. ``format`` is the source format, or that of a
    binary package. ``area`` and ``suite`` are None where nothing tells. ``files`` is the effective tree, by
    path, and ``texts`` the bytes of those of its files that are kept. The path of a model is that of its file
    in the effective tree, or ``TARBALL//MEMBER`` of a file that is only in a tarball. ``hooks`` and
    ``pointers`` tell of models that are not in the package: fetched, or kept elsewhere.
    """

    input: str
    name: str
    version: str
    type: PackageType
    architecture: str = ""
    format: str = ""
    area: str | None = None
    suite: str | None = None
    maintainer: str = ""
    uploaders: tuple[str, ...] = ()
    binaries: tuple[str, ...] = ()
    tarballs: tuple[Tarball, ...] = ()
    files: Mapping[str, File] = field(default_factory=dict)
    texts: Mapping[str, bytes] = field(default_factory=dict)
    models: tuple[FoundModel, ...] = ()
    not_examined: tuple[NotExamined, ...] = ()
    hooks: tuple[Hook, ...] = ()
    pointers: tuple[LfsPointer, ...] = ()

    @cached_property
    def debian(self) -> Mapping[str, bytes]:
        """The kept files of the debian folder, by path (``debian/control``)."""
        return {path: data for path, data in self.texts.items() if path.startswith("debian/")}

    @cached_property
    def control(self) -> Control:
        """The control file; without stanzas where there is none."""
        return parse_control(self.texts.get("debian/control", self.texts.get("control", b"")))

    @cached_property
    def copyright_path(self) -> str | None:
        """The path of the copyright file; None where there is none that was kept."""
        candidates = ("debian/copyright", f"usr/share/doc/{self.name}/copyright")
        return next((path for path in candidates if path in self.texts), None)

    @cached_property
    def copyright(self) -> Copyright | None:
        """The copyright file, if it is machine-readable."""
        return parse_copyright(self.texts[self.copyright_path]) if self.copyright_path else None

    @cached_property
    def changelog(self) -> Changelog | None:
        """The changelog, if there is one that can be read."""
        return parse_changelog(self.texts.get("debian/changelog", b""))

    def read_text(self, path: str) -> str | None:
        """Return a kept file as text, what is not UTF-8 replaced; None where it is absent or was not kept."""
        data = self.texts.get(path)
        return None if data is None else data.decode("utf-8", "replace")

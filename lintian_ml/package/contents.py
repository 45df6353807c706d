"""What a package is made of: its tarballs, and the files that they lay out."""

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lintian_ml.container.stream import Source
from lintian_ml.container.tar import Kind
from lintian_ml.detection import FoundModel, Hook, NotExamined

__all__ = ["Eye", "File", "Kind", "MakeEye", "Role", "Tarball"]


class Role(enum.Enum):
    """What a file of the package brings to the source tree."""

    ORIG = "orig"
    COMPONENT = "component"
    DEBIAN = "debian"
    NATIVE = "native"
    DIFF = "diff"
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Tarball:
    """One file of the package as it was read: ``sha256`` in hex and ``size`` in bytes of what was really
    there.

    ``component`` is the folder that an additional upstream tarball is laid over, else empty.
    """

    name: str
    sha256: str
    size: int
    role: Role
    component: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """One entry of the effective tree.

    ``size`` in bytes; ``target`` of a symbolic link as it stands in the package, of a hard link the path in
    the tree; ``tarball`` the file of the package that brought it (empty in an unpacked tree); ``patch`` the
    patch that added it, else empty.
    """

    size: int
    kind: Kind = Kind.FILE
    target: str = ""
    tarball: str = ""
    patch: str = ""


class Eye(Protocol):
    """What looks at each file of a package, once: detection's examiner, or any stand-in for it."""

    @property
    def models(self) -> Sequence[FoundModel]:
        """The models found so far."""

    @property
    def not_examined(self) -> Sequence[NotExamined]:
        """The files that could not be looked into."""

    @property
    def hooks(self) -> Mapping[str, tuple[Hook, ...]]:
        """The downloads of models in files that are packed in others, by the names of the files."""

    def examine(self, path: str, size: int, reader: Source) -> None:
        """Look at the file ``path`` of ``size`` bytes; ``reader`` need not be read to its end."""


MakeEye = Callable[[], Eye]
"""Makes a fresh eye for each package."""

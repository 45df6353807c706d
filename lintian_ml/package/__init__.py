"""Packages: read as they lie on disk, never unpacked to it, each file looked at once as it streams past."""

from lintian_ml.package.contents import Eye, File, Kind, MakeEye, Role, Tarball
from lintian_ml.package.control import Control
from lintian_ml.package.package import BINARY_OVERRIDES, DECLARATION, Package, PackageType
from lintian_ml.package.reading import read_packages
from lintian_ml.package.tree import package_from_files

__all__ = [
    "BINARY_OVERRIDES",
    "DECLARATION",
    "Control",
    "Eye",
    "File",
    "Kind",
    "MakeEye",
    "Package",
    "PackageType",
    "Role",
    "Tarball",
    "package_from_files",
    "read_packages",
]

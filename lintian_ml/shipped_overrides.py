"""The overrides that a package ships, of a source package or of a binary one."""

from lintian_ml.override import Malformed, Override, parse_overrides
from lintian_ml.package import BINARY_OVERRIDES, Package, PackageType

SOURCE_OVERRIDES = "debian/source.lintian-ml-overrides"
"""The override file of a source package; Lintian complains of unknown files inside debian/source."""


def overrides_of(package: Package) -> tuple[tuple[Override, ...], tuple[Malformed, ...]]:
    """Return the overrides of a package that are for its architecture, and the lines that are none."""
    path = override_file(package)
    text = package.texts.get(path, b"").decode("utf-8", "replace")
    parsed = tuple(parse_overrides(text, path, package.name, package.type.value))
    architecture = "source" if package.type is PackageType.SOURCE else package.architecture
    return (
        tuple(line for line in parsed if isinstance(line, Override) and line.applies_to(architecture)),
        tuple(line for line in parsed if isinstance(line, Malformed)),
    )


def override_file(package: Package) -> str:
    """Return the path of the file with the overrides of a package."""
    is_source = package.type is PackageType.SOURCE
    return SOURCE_OVERRIDES if is_source else f"{BINARY_OVERRIDES}/{package.name}"

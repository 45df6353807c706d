"""What a package declares of its models, or what an overlay declares for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from lintian_ml.package import DECLARATION, Package
from lintian_ml.stanza import LIMIT

if TYPE_CHECKING:
    from lintian_ml.declaration import Declaration

PACKAGE_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]+")
"""What a package may be called (Debian Policy, section 5.6.1)."""


def declaration_of(package: Package, overlay: Path | None) -> Declaration | None:
    """Read debian/models, or the file of the overlay for this package; None where there is neither."""
    data = package.debian.get(DECLARATION)
    if data is None and overlay:
        data = _overlaid(overlay, package.name)
    if data is None:
        return None
    from lintian_ml.declaration import parse_declaration

    return parse_declaration(data)


def _overlaid(folder: Path, name: str) -> bytes | None:
    """Read the file of the overlay that has the package's name, which must not lead out of it."""
    if not PACKAGE_NAME.fullmatch(name) or not (folder / name).is_file():
        return None
    with (folder / name).open("rb") as file:
        return file.read(LIMIT + 1)

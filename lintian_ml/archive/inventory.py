"""What was found in a package, kept so that another judgement reads no tarball again.

An inventory holds for one set of files, by the SHA-256 of the .dsc that lists theirs, and one
DETECTION_VERSION.
"""

import json
import zlib
from dataclasses import replace
from typing import Any

from lintian_ml.archive.plain import as_plain, from_plain, shape
from lintian_ml.detection import DETECTION_VERSION
from lintian_ml.package import DECLARATION, Package
from lintian_ml.package.laid import Laid
from lintian_ml.shipped_overrides import SOURCE_OVERRIDES

LARGEST = 24 << 20
"""Bytes of an inventory that is kept; a package with more is read again each time."""

MOST_UNPACKED = 1 << 30
"""Bytes that an inventory may have when it is unpacked."""

SPEAKING = (DECLARATION, SOURCE_OVERRIDES)
"""Files that give a package without models something to say."""


VERSION = f"{DETECTION_VERSION}-{zlib.crc32((shape(Package) + shape(Laid)).encode()):08x}"
"""What inventories and layers were made by: detection, and the classes that they are written from."""


def packed(package: Package) -> bytes | None:
    """Return the inventory of a package; None where it is too large to be kept."""
    text = json.dumps(as_plain(_slim(package)), separators=(",", ":"))
    data = zlib.compress(text.encode("ascii"))
    return data if len(data) <= LARGEST else None


def unpacked(data: bytes) -> Package:
    """Return the package that ``data`` is the inventory of."""
    plain: Any = json.loads(zlib.decompressobj().decompress(data, MOST_UNPACKED))
    package: Package = from_plain(Package, plain)
    return package


def _slim(package: Package) -> Package:
    """Leave out the tree of a package of which there is nothing to say, which is most of them."""
    found = package.models or package.not_examined or package.hooks or package.pointers
    if found or any(path in package.texts for path in SPEAKING):
        return package
    return replace(package, files={}, texts={})

"""What was found in a package, kept so that another judgement reads no tarball again.

An inventory holds for one set of files, by the SHA-256 of the .dsc that lists theirs, and one DETECTION_VERSION.
"""

import base64
import json
import zlib
from dataclasses import fields, replace
from typing import Any

from lintian_ml.archive.plain import as_plain, from_plain
from lintian_ml.detection import DETECTION_VERSION
from lintian_ml.package import Package
from lintian_ml.run import SOURCE_OVERRIDES

LARGEST = 24 << 20
"""Bytes of an inventory that is kept; a package with more is read again each time."""

MOST_UNPACKED = 1 << 30
"""Bytes that an inventory may have when it is unpacked."""

SPEAKING = ("debian/models", SOURCE_OVERRIDES)
"""Files that give a package without models something to say."""


def _form() -> str:
    """Return a digest of how inventories are written, so that a changed class makes old ones worthless."""
    names = ",".join(field.name for field in fields(Package))
    return f"{zlib.crc32(names.encode()):08x}"


VERSION = f"{DETECTION_VERSION}-1-{_form()}"
"""What an inventory was made by: detection, and this way of writing it."""


def packed(package: Package) -> str | None:
    """Return the inventory of a package as text; None where it is too large to be kept."""
    text = json.dumps(as_plain(_slim(package)), separators=(",", ":"))
    data = base64.b85encode(zlib.compress(text.encode("ascii"), 6))
    return data.decode("ascii") if len(data) <= LARGEST else None


def unpacked(text: str) -> Package:
    """Return the package that ``text`` is the inventory of."""
    unpacking = zlib.decompressobj()
    data = unpacking.decompress(base64.b85decode(text), MOST_UNPACKED)
    plain: Any = json.loads(data)
    package: Package = from_plain(Package, plain)
    return package


def _slim(package: Package) -> Package:
    """Leave out the tree of a package of which there is nothing to say, which is most of them."""
    found = package.models or package.not_examined or package.hooks or package.pointers
    if found or any(path in package.texts for path in SPEAKING):
        return package
    return replace(package, files={}, texts={})

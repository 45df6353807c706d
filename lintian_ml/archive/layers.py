"""What upstream's tarballs of a package lay out, packed for the store: that of most packages is a tree.

A layer is known by the names and digests of those tarballs, and holds for one version of detection. So a new
Debian revision of the same upstream version costs only what is new in it.
"""

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from lintian_ml.archive.inventory import LARGEST, MOST_UNPACKED
from lintian_ml.archive.plain import as_plain, from_plain
from lintian_ml.package.contents import File, Kind
from lintian_ml.package.dsc import UPSTREAM, role_of
from lintian_ml.package.files import Listed
from lintian_ml.package.laid import Laid

FAST = 1
"""How hard zlib tries: paths shrink to a tenth with little effort."""


def upstream_of(files: Iterable[Listed]) -> str:
    """Return by what a layer is known: the digest of what lists upstream's tarballs; empty if there is none.

    A package that is upstream's own, or of which only older digests are known, has none.
    """
    rows = sorted((one.name, one.sha256 or "", one.size) for one in files if role_of(one.name) in UPSTREAM)
    if not rows or not all(sha256 for _, sha256, _ in rows):
        return ""
    return hashlib.sha256(json.dumps(rows).encode("ascii")).hexdigest()


class Layer:
    """The memory of one package: what the store had, and in ``data`` what it should have next."""

    def __init__(self, known: bytes | None) -> None:
        self._known = known
        self._laid: Laid | None = None
        self.recalled = 0

    def recall(self) -> Laid | None:
        """Return what the store had."""
        laid = unpacked(self._known) if self._known else None
        self.recalled = sum(one.size for one in laid.tarballs) if laid else 0
        return laid

    def keep(self, laid: Laid) -> None:
        """Take note of what was read; what the store had was not enough."""
        self._laid = laid
        self.recalled = 0

    @property
    def data(self) -> bytes | None:
        """What the store should keep; None where it has it, or it would be too much."""
        return packed(self._laid) if self._laid else None


def packed(laid: Laid) -> bytes | None:
    """Return a layer as it is stored; None where it is too large."""
    plain = [_columns(laid.files), as_plain(replace(laid, files={}))]
    data = zlib.compress(json.dumps(plain, separators=(",", ":")).encode("ascii"), FAST)
    return data if len(data) <= LARGEST else None


def unpacked(data: bytes) -> Laid:
    """Return the layer that was stored as ``data``."""
    columns, plain = json.loads(zlib.decompressobj().decompress(data, MOST_UNPACKED))
    laid: Laid = from_plain(Laid, plain)
    return replace(laid, files=_files(columns))


def _columns(files: Mapping[str, File]) -> list[Any]:
    """Write a tree as columns: of a regular file, which nearly all are, path and size say all."""
    tarballs = Counter(file.tarball for file in files.values()).most_common(1)
    most = tarballs[0][0] if tarballs else ""
    odd = {path: as_plain(file) for path, file in files.items() if file != File(file.size, tarball=most)}
    return [most, list(files), [file.size for file in files.values()], odd]


def _files(columns: list[Any]) -> dict[str, File]:
    tarball, paths, sizes, odd = columns
    files = {path: File(size, Kind.FILE, "", tarball) for path, size in zip(paths, sizes, strict=True)}
    files |= {path: from_plain(File, plain) for path, plain in odd.items()}
    return files

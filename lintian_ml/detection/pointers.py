"""Git LFS pointers: short texts that stand for a file which is kept elsewhere (git-lfs, docs/spec.md)."""

import re
from dataclasses import dataclass

from lintian_ml.pattern import pattern

LONGEST = 1023
"""Bytes of a pointer: the specification asks for less than 1024."""

VERSION = b"version https://git-lfs.github.com/spec/v1\n"
_FIELD = pattern(rb"^([a-z0-9.-]+) ([^\n]*)\n", re.MULTILINE)
_OID = pattern(rb"sha256:([0-9a-f]{64})")
_SIZE = pattern(rb"\d{1,18}")


@dataclass(frozen=True, slots=True)
class LfsPointer:
    """A pointer at ``path`` that stands for a file of ``size`` bytes with the SHA-256 ``oid``, in hex."""

    path: str
    oid: str
    size: int


def pointer(path: str, data: bytes) -> LfsPointer | None:
    """Return what a file points to; None for a file that is no pointer."""
    if len(data) > LONGEST or not data.startswith(VERSION):
        return None
    fields = {found[1]: found[2] for found in _FIELD().finditer(data)}
    oid, size = _OID().fullmatch(fields.get(b"oid", b"")), _SIZE().fullmatch(fields.get(b"size", b""))
    return LfsPointer(path, oid[1].decode("ascii"), int(size[0])) if oid and size else None

"""Values as plain JSON data, one form for each value and nothing lost: texts, opaque bytes, floats."""

import base64
import hashlib
import math
import struct

from lintian_ml.blob import Blob

TEXT = 1 << 20
"""The longest text, in bytes of UTF-8, that is shown as it is; a longer one stands by its digest."""

OPAQUE = 1 << 12
"""The longest run of bytes that is shown in base64; a longer one stands by its digest."""

_MARK = "\ufffd Latin-1: "

HELD = 1 << 16
"""The longest run of bytes that is held as residue or noise as it is."""


def digest(blob: Blob, offset: int, length: int) -> str:
    """Return the SHA-256, in hexadecimal, of ``length`` bytes from ``offset``, read a block at a time."""
    state = hashlib.sha256()
    for block in blob.blocks(offset, length):
        state.update(block)
    return state.hexdigest()


def content(blob: Blob, offset: int, length: int) -> object:
    """Return bytes as a text where they are one, else as ``opaque`` does."""
    if length > TEXT:
        return {"length": length, "sha256": digest(blob, offset, length)}
    data = blob.read(offset, length)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return opaque(blob, offset, length)


def opaque(blob: Blob, offset: int, length: int) -> object:
    """Return bytes that are no text as ``{"base64": …}``, or long ones as length and digest."""
    if length > OPAQUE:
        return {"length": length, "sha256": digest(blob, offset, length)}
    return {"base64": base64.b64encode(blob.read(offset, length)).decode("ascii")}


def held(blob: Blob, offset: int, length: int) -> bytes:
    """Return bytes to hold as residue; for a run longer than HELD, a line with its length and digest."""
    if length > HELD:
        return f"{length} bytes, sha256 {digest(blob, offset, length)}".encode("ascii")
    return blob.read(offset, length)


def floating(data: bytes) -> object:
    """Return a little-endian float of 4 or 8 bytes, or ``{"bits": …}`` where a JSON number would not tell.

    So it is with NaNs and infinities, which JSON lacks, and with negative zero, which equals zero.
    """
    value: float = struct.unpack("<f" if len(data) == 4 else "<d", data)[0]
    if not math.isfinite(value) or (value == 0 and any(data)):
        return {"bits": data[::-1].hex()}
    return value


def told(data: bytes) -> str:
    """Return bytes that should be UTF-8 as a text; no two runs of bytes give the same one.

    Those that are not are given as Latin-1 behind a mark; so are those that begin with the mark themselves.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _MARK + data.decode("latin-1")
    return _MARK + data.decode("latin-1") if text.startswith(_MARK) else text


def label(value: object, otherwise: str) -> str:
    """Return a text that ``content`` gave, or ``otherwise`` for one that is absent, empty or no text."""
    return value if isinstance(value, str) and value else otherwise

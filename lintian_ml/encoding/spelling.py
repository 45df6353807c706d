"""How a text spells its numbers and sets them apart, which may differ between two texts of one meaning."""

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace

from lintian_ml.blob import Blob
from lintian_ml.encoding.plain import held
from lintian_ml.model import Model

SPELLING = "spelling of numbers and white space"
"""The name of this noise on a format's list."""

ORDER = "order of members and escapes"
"""The name of JSON's own noise: in which order an object's members stand, and which letters are escaped."""

_KEPT = b" \t\r\n\v\f0123456789+-.eE"
_OTHERS = bytes(byte for byte in range(256) if byte not in _KEPT)
_NAMED = re.compile(rb"(?i:nan|inf(?:inity)?)")
_MEMBER_OR_ESCAPE = re.compile(rb'"(?:[^"\\]++|\\.)*+"(?=\s*:)|\\(?:u[0-9a-fA-F]{4}|.)', re.DOTALL)
_LONGEST_NAMED = 8
_ESCAPED = re.compile("[\udc80-\udcff]+")


def with_spelling(model: Model, text: Blob) -> Model:
    """Add to a model's noise how its text spells numbers, and the white space in it.

    That is the SHA-256 of the characters that numbers and white space are made of, and of the words for
    infinity and NaN, in the order of the text. What else differs between two texts must be in other parts:
    bytes that are no UTF-8, which a reader cannot tell apart once they are replaced, go to the residue.
    """
    state, size = hashlib.sha256(), 0
    for kept in _spelled(text):
        state.update(kept)
        size += len(kept)
    if odd := b"".join(_undecodable(text)):
        model = replace(
            model, residue={**model.residue, "bytes that are no UTF-8": held(Blob(odd), 0, len(odd))}
        )
    return _with(model, SPELLING, state.digest(), 8 * size)


def with_order(model: Model, text: bytes) -> Model:
    """Add to a model's noise how its JSON orders the members of objects, and what it writes as escapes."""
    kept = b"\n".join(match.group() for match in _MEMBER_OR_ESCAPE.finditer(text))
    return _with(model, ORDER, hashlib.sha256(kept).digest(), 8 * len(kept))


def _with(model: Model, name: str, digest: bytes, bits: int) -> Model:
    noise, sizes = {**model.noise, name: digest}, {**model.noise_bits, name: bits}
    return replace(model, noise=noise, noise_bits=sizes)


def _spelled(text: Blob) -> Iterator[bytes]:
    """Yield what is spelling, block by block; a name of no finite number may be cut in two by blocks."""
    rest = b""
    for block in text.blocks():
        yield block.translate(None, _OTHERS)
        seen = rest + block
        lower = seen.lower()
        if b"nan" in lower or b"inf" in lower:
            yield b"".join(found.group() for found in _NAMED.finditer(seen) if found.end() > len(rest))
        rest = seen[-_LONGEST_NAMED:]


def _undecodable(text: Blob) -> Iterator[bytes]:
    """Yield the bytes that are in no character of UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for block in text.blocks():
        decoded = decoder.decode(block)
        if not decoded.isascii():
            yield b"".join(found.encode("utf-8", "surrogateescape") for found in _ESCAPED.findall(decoded))
    yield decoder.decode(b"", True).encode("utf-8", "surrogateescape")

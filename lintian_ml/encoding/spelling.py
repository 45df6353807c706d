"""How a text spells its numbers and sets them apart, which may differ between two texts of one meaning."""

import codecs
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from lintian_ml.blob import Blob
from lintian_ml.encoding.later import Later
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

    @cache
    def spelling() -> tuple[bytes, int]:
        return _digest(_spelled(text))

    def residue() -> Mapping[str, bytes]:
        odd = b"".join(_undecodable(text))
        more = {"bytes that are no UTF-8": held(Blob(odd), 0, len(odd))} if odd else {}
        return {**model.residue, **more}

    return replace(_with(model, SPELLING, spelling), residue=Later(residue))


def with_order(model: Model, text: bytes) -> Model:
    """Add to a model's noise how its JSON orders the members of objects, and what it writes as escapes."""

    @cache
    def order() -> tuple[bytes, int]:
        kept = b"\n".join(match.group() for match in _MEMBER_OR_ESCAPE.finditer(text))
        return _digest((kept,))

    return _with(model, ORDER, order)


def _digest(pieces: Iterable[bytes]) -> tuple[bytes, int]:
    """Return the SHA-256 of all pieces together, and how many bits they have."""
    state, size = hashlib.sha256(), 0
    for piece in pieces:
        state.update(piece)
        size += len(piece)
    return state.digest(), 8 * size


def _with(model: Model, name: str, told: Callable[[], tuple[bytes, int]]) -> Model:
    """Add a noise whose digest and bits are told when they are asked for."""
    return replace(
        model,
        noise=Later(lambda: {**model.noise, name: told()[0]}),
        noise_bits=Later(lambda: {**model.noise_bits, name: told()[1]}),
    )


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

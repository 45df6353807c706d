"""JSON documents (RFC 8259) of strangers: bounded in size, depth and count before they are parsed."""

import json
import re

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError

LONGEST = 128 << 20
"""Bytes of the longest document that is read."""

DEEPEST = 64
"""Objects and lists within one another."""

MOST_VALUES = 8 << 20
"""Values in one document, by its commas and opening brackets, those within texts included."""

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[{]|[\]}]', re.DOTALL)

_SURROGATE = re.compile(rb"\\u[dD][89abAB]")
"""Half of a pair: a text that has one without the other cannot be written anywhere."""


def read_document(blob: Blob) -> object:
    """Return the value of a document; FormatError where it is malformed, not in UTF-8 or names a key twice,
    LimitError where it is too long, too deep or has too many values.
    """
    if blob.size > LONGEST:
        raise LimitError(f"a document of {blob.size} bytes, but {LONGEST >> 20} MiB are read at most")
    data = blob.read(0, blob.size)
    check(data)
    try:
        value: object = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_unique)
        if _SURROGATE.search(data):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except ValueError as error:
        raise FormatError(f"no JSON document: {str(error)[:120]}") from error
    return value


def check(data: bytes) -> None:
    """Look at a document before it is parsed: LimitError where it is too deep or has too many values."""
    if sum(map(data.count, (b",", b"{", b"["))) > MOST_VALUES:
        raise LimitError(f"a document of more than {MOST_VALUES} values")
    depth = 0
    for token in _TOKEN.finditer(data):
        mark = data[token.start()]
        if mark in b"[{":
            depth += 1
            if depth > DEEPEST:
                raise LimitError(f"a document nested more than {DEEPEST} deep at byte {token.start()}")
        elif mark in b"]}":
            depth -= 1


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise FormatError(f"the key {key[:40]!r} stands twice in one object")
        found[key] = value
    return found

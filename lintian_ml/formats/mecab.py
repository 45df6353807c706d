"""MeCab's compiled dictionaries, sys.dic, unk.dic and user dictionaries (MeCab, src/dictionary.cpp).

Each word has a cost that was estimated by a conditional random field. The first number of the file is its
size, combined with a constant by exclusive or.
"""

import struct
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("mecab", extensions=(".dic",), mark=b"\x66\0\0\0", at=4)

SECRET = 0xEF718F77
VERSION = 102
HEADER = struct.Struct("<10I32s")
LEAST = 100
"""Bytes below which MeCab opens no dictionary."""

KINDS = ("system", "user", "unknown words")
TOKEN = 16


@dataclass(frozen=True, slots=True)
class Header:
    """What precedes the tables: how many words and context classes, and the tables' lengths in bytes."""

    kind: str
    words: int
    left: int
    right: int
    array: int
    tokens: int
    features: int
    charset: bytes


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Let the first number tell the size, and the lengths of the tables add up to it."""
    if glimpse.head[4:8] != FORMAT.mark or _header(glimpse.head[: HEADER.size], glimpse.size) is None:
        return None
    return Evidence.of(
        {
            Kind.MAGIC: "begins with its size as a dictionary of MeCab does",
            Kind.STRUCTURE: "its three tables fill the file",
        }
    )


def read(blob: Blob) -> Model:
    """Cut out the double array, the tokens (rows of 16 bytes; each has a cost) and the features."""
    header = _header(blob.read(0, min(blob.size, HEADER.size)), blob.size)
    if header is None:
        raise FormatError("not a dictionary of MeCab, or one whose tables do not fill it")
    start = HEADER.size
    tensors = []
    for name, dtype, length, shape in (
        ("double_array", "uint32", header.array, (header.array // 8, 2)),
        ("tokens", "bytes", header.tokens, (header.tokens // TOKEN, TOKEN)),
        ("features", "bytes", header.features, (header.features,)),
    ):
        tensors.append(Tensor(name, dtype, shape, Span(blob, start, length)))
        start += length
    charset = header.charset.rstrip(b"\0").decode("ascii", "replace")
    return Model(
        format=FORMAT.name,
        tensors=tuple(tensors),
        structure={
            "kind": header.kind,
            "words": header.words,
            "contexts": [header.left, header.right],
            "charset": charset,
        },
        parameters=header.tokens // TOKEN,
        complete=True,
    )


def _header(data: bytes, size: int) -> Header | None:
    """Return the header where every number of it is possible, else None."""
    if len(data) < HEADER.size or size < LEAST:
        return None
    magic, version, kind, words, left, right, array, tokens, features, spare, charset = HEADER.unpack(data)
    whole = HEADER.size + array + tokens + features == size
    fits = whole and array % 8 == 0 and tokens == TOKEN * words
    named = charset.rstrip(b"\0").isascii() and b"\0" not in charset.rstrip(b"\0")
    if magic ^ SECRET != size or version != VERSION or kind >= len(KINDS) or spare or not (fits and named):
        return None
    return Header(KINDS[kind], words, left, right, array, tokens, features, charset)

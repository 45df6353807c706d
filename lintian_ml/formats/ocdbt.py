"""Manifests of TensorStore's databases, in which JAX keeps checkpoints (tensorstore, kvstore/ocdbt).

A database may hold anything, so that it alone is no model. The manifest names the data files of its root;
those name the others. A process's own database, below the whole one, is left to that.
"""

import re
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.container.limits import Limits
from lintian_ml.container.source import Blocks, exactly
from lintian_ml.container.stream import Budget, open_stream
from lintian_ml.encoding.forward import Forward
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("ocdbt", extensions=(".ocdbt",), mark=b"\x0c\xdb\x3a\x2a", smallest=40)

HEADER, CHECKSUM, IDENTIFIER = 14, 4, 16
"""Bytes of what stands before and behind the body, and of what the body begins with."""

NUMBERED = 1
"""The kind of manifest that leaves it to other files to name the data files."""

LONGEST_PATH = 0xFFFF
MOST_BRANCHES = 16
"""The binary logarithm of how many branches a tree may have."""

LONGEST = 64 << 20
MOST_FILES = 100_000
OF_A_PROCESS = re.compile(r"(?:^|/)ocdbt\.process_\d{1,9}/[^/]+")
PART = re.compile(r"(?!\.{1,2}(?:/|$))[^/\0\\]+(?:/(?!\.{1,2}(?:/|$))[^/\0\\]+)*")
UNREAD = "what its data files hold was not read"


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The mark, the length of the whole file, and a known version and compression."""
    head = glimpse.head
    if not head.startswith(FORMAT.mark) or OF_A_PROCESS.search(glimpse.name):
        return None
    if int.from_bytes(head[4:12], "little") != glimpse.size or head[12:13] != b"\0" or head[13:14] > b"\1":
        return None
    return Evidence.of({Kind.MAGIC: "begins as a database of TensorStore"}, carrier=True)


def read(blob: Blob) -> Model:
    """Read which data files the manifest names; FormatError where it is damaged."""
    head = blob.read(0, HEADER)
    if not head.startswith(FORMAT.mark) or int.from_bytes(head[4:12], "little") != blob.size:
        raise FormatError("no manifest of a database, or one that is cut off")
    if head[12] or head[13] > 1:
        raise FormatError(f"a manifest of version {head[12]} and compression {head[13]}")
    body = blob.part(HEADER, blob.size - HEADER - CHECKSUM)
    try:
        names = tuple(_files(_unpacked(body) if head[13] else body))
    except LimitError as error:
        return Model(FORMAT.name, remarks=(UNREAD, f"nor was the manifest: {error}"))
    return Model(FORMAT.name, structure={"files": names}, remarks=(UNREAD,), parts=names)


def _unpacked(body: Blob) -> Blob:
    """Return what a Zstandard frame holds."""
    reader = open_stream(Blocks(body.blocks()), Budget(Limits(output=LONGEST)))
    return Blob(exactly(reader, LONGEST))


def _files(body: Blob) -> Iterator[str]:
    """Yield the paths in the table of data files, which follows the configuration."""
    source = Forward(body)
    source.take(IDENTIFIER)
    if source.number("B") == NUMBERED:
        return
    _varints(source, 2)
    if not 1 <= (arity := source.number("B")) <= MOST_BRANCHES:
        raise FormatError(f"a tree of versions with 2^{arity} branches")
    if _varint(source):
        source.take(4)
    count = _varint(source)
    if count > min(MOST_FILES, body.size):
        raise FormatError(f"{count} data files are announced in {body.size} bytes")
    shared, lengths, _ = [0, *_varints(source, count - 1)], _varints(source, count), _varints(source, count)
    path = b""
    for same, length in zip(shared, lengths, strict=False):
        if same > len(path) or same + length > LONGEST_PATH:
            raise FormatError(f"the path of a data file shares {same} bytes with one of {len(path)}")
        path = path[:same] + source.take(length)
        name = path.decode("utf-8", "backslashreplace")
        if PART.fullmatch(name):
            yield name


def _varints(source: Forward, count: int) -> list[int]:
    return [_varint(source) for _ in range(count)]


def _varint(source: Forward) -> int:
    value = 0
    for shift in range(0, 64, 7):
        (byte,) = source.take(1)
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value
    raise FormatError(f"a number without an end before offset {source.position}")

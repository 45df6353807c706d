"""Nets of chess and shogi engines, NNUE (Stockfish, src/nnue/network.cpp; nnue-pytorch, serialize.py).

A version word, a hash of the whole net, a description; then the feature transformer behind its hash, and
layer stacks of one size, each behind the same hash. The first hash is the exclusive or of the other two,
which proves that a file is what its version says without knowing the engine's architecture.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise

from lintian_ml.blob import BLOCK, Blob
from lintian_ml.encoding.plain import told
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("nnue", extensions=(".nnue",), mark=b"\x2f\xf3\x7a", at=1, text=False)

VERSION = FORMAT.mark
"""The upper bytes of the version, least significant first: 0x7AF32F16, 0x7AF32F20 and their like."""

LONGEST_DESCRIPTION = 1 << 16
MOST_STACKS = 64
SMALLEST_STACK = 64
COMPRESSED = b"COMPRESSED_LEB128"


@dataclass(frozen=True, slots=True)
class Header:
    """The beginning of a net: hashes as 32-bit words, and where the feature transformer begins."""

    version: int
    network: int
    transformer: int
    description: bytes
    start: int

    @property
    def stack(self) -> int:
        """The hash before each layer stack."""
        return self.network ^ self.transformer


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for a version of NNUE, and a description that is text."""
    head = glimpse.head
    if head[1:4] != VERSION or len(head) < 16:
        return None
    (length,) = struct.unpack_from("<I", head, 8)
    text = head[12 : 12 + length]
    if length > LONGEST_DESCRIPTION or length > glimpse.size - 16 or not _is_text(text):
        return None
    return Evidence.of({Kind.MAGIC: f"an NNUE net: {text[:80].decode('utf-8', 'replace')}"})


def read(blob: Blob) -> Model:
    """Read where transformer and layer stacks lie; FormatError where the hashes do not lead to the end."""
    header = _header(blob)
    starts = _stacks(blob, header)
    width = blob.size - starts[-1]
    transformer = Span(blob, header.start, starts[0] - 4 - header.start)
    count, compressed = _values(transformer)
    tensors = [Tensor("feature_transformer", "bytes", (transformer.length,), transformer)]
    tensors += [
        Tensor(f"stack{number}", "bytes", (width,), Span(blob, start, width))
        for number, start in enumerate(starts)
    ]
    return Model(
        format=FORMAT.name,
        tensors=tuple(tensors),
        structure={
            "version": f"{header.version:#010x}",
            "hashes": [f"{value:#010x}" for value in (header.network, header.transformer, header.stack)],
            "compressed": compressed,
        },
        metadata={"description": told(header.description)},
        remarks=("shapes depend on the engine: transformer and layer stacks are each read as a whole",),
        parameters=count + len(starts) * width,
        complete=True,
    )


def _is_text(data: bytes) -> bool:
    return not data.translate(None, bytes(range(32, 256)) + b"\t\n\r")


def _header(blob: Blob) -> Header:
    version, network, length = struct.unpack("<III", blob.read(0, 12))
    if version >> 8 != int.from_bytes(VERSION, "little"):
        raise FormatError(f"the version {version:#010x} is none of NNUE")
    if length > LONGEST_DESCRIPTION:
        raise FormatError(f"a description of {length} bytes")
    description = blob.read(12, length)
    if not _is_text(description):
        raise FormatError("a description that is no text")
    (transformer,) = struct.unpack("<I", blob.read(12 + length, 4))
    return Header(version, network, transformer, description, 16 + length)


def _stacks(blob: Blob, header: Header) -> list[int]:
    """Return where the layer stacks begin: the longest row of evenly spaced hashes up to the end."""
    places = _occurrences(blob, struct.pack("<I", header.stack), header.start)
    for first in places:
        starts = [place + 4 for place in places if place >= first]
        width = blob.size - starts[-1]
        steps = {after - before for before, after in pairwise(starts)}
        alone = len(starts) == 1 < len(places)
        if width >= SMALLEST_STACK and steps <= {width + 4} and not alone:
            return starts
    raise FormatError(f"no layer stack: the hash {header.stack:#010x} does not stand where one may begin")


def _occurrences(blob: Blob, needle: bytes, start: int) -> list[int]:
    """Return the last MOST_STACKS places of ``needle`` from ``start``; of more, the file is full of it."""
    places: list[int] = []
    kept = b""
    at = start
    for block in blob.blocks(start, blob.size - start, BLOCK):
        window = kept + block
        base = at - len(kept)
        found = window.find(needle)
        while found >= 0:
            places.append(base + found)
            if len(places) > 16 * MOST_STACKS:
                raise FormatError("the hash of a layer stack stands everywhere")
            found = window.find(needle, found + 4)
        at += len(block)
        kept = window[-3:]
    return places[-MOST_STACKS:]


def _values(transformer: Span) -> tuple[int, bool]:
    """Return how many values the transformer has, and whether they are in LEB128 or 16 bits each."""
    blocks = transformer.blocks()
    first = next(blocks, b"")
    if not first.startswith(COMPRESSED):
        return transformer.length // 2, False
    last_of_value = bytes(range(128))
    count = len(first) - len(first.translate(None, last_of_value))
    return count + sum(len(block) - len(block.translate(None, last_of_value)) for block in blocks), True

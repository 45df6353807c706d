"""CMU Sphinx's acoustic parameters, the "s3" files: means, variances, mixture weights, transition matrices.

The layouts are those of SphinxTrain's s3io and of pocketsphinx's ms_gauden.c, ms_senone.c and tmat.c: a
header of text, a word that tells the byte order, sizes, floats, and a checksum over all words but the first.
"""

import re
import struct
import sys
from array import array
from dataclasses import dataclass
from itertools import accumulate
from math import prod

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("sphinx-acoustic", first=b"s", text=False)

HEADER = re.compile(rb"s3\n(?:[^\n]{0,200}\n){0,64}?[ ]*endhdr\n")
FIELD = re.compile(rb"\b(\w++)[ \t]+([^\n]*)")
ORDER = 0x11223344
MOST_STREAMS = 64
MOST_TENSORS = 100_000
CHECKED = 16 << 20
"""Bytes of the longest file whose checksum is verified: the sum is inherently serial."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the floats begin and how they are arranged: one shape for each feature stream, or one in all."""

    kind: str
    shapes: tuple[tuple[int, ...], ...]
    start: int

    @property
    def length(self) -> int:
        """Bytes of all floats."""
        return 4 * sum(prod(shape) for shape in self.shapes)


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Parse the header and the sizes: what follows them must be as long as they say."""
    head = glimpse.head
    header = HEADER.match(head)
    if header is None:
        return None
    try:
        layout = _layout(head, header.end(), glimpse.size, _checked(header.group()))
    except FormatError:
        return Evidence.of({Kind.MAGIC: "a header of CMU Sphinx parameters"})
    return Evidence.of({Kind.MAGIC: f"CMU Sphinx parameters: {layout.kind.replace('_', ' ')}"})


def read(blob: Blob) -> Model:
    """Read the floats as tensors; FormatError where sizes and length of the file contradict each other."""
    head = blob.read(0, min(blob.size, 1 << 16))
    header = HEADER.match(head)
    if header is None:
        raise FormatError("no header that begins with s3 and ends with endhdr")
    checked = _checked(header.group())
    layout = _layout(head, header.end(), blob.size, checked)
    big_endian = _order(head, header.end()) == ">"
    fields = FIELD.findall(header.group())
    remarks = _verify(blob, header.end() + 4, big_endian) if checked else ()
    residue = {"checksum": blob.read(blob.size - 4, 4)} if remarks else {}
    return Model(
        format=FORMAT.name,
        tensors=tuple(_tensors(blob, layout, big_endian)),
        structure={"kind": layout.kind, "sizes": [list(shape) for shape in layout.shapes]},
        metadata={name.decode("ascii", "replace"): value.decode("latin-1").strip() for name, value in fields},
        residue=residue,
        remarks=remarks,
        complete=True,
    )


def _checked(header: bytes) -> bool:
    return b"\nchksum0" in header


def _order(head: bytes, start: int) -> str:
    for order in "<>":
        if head[start : start + 4] == struct.pack(order + "I", ORDER):
            return order
    raise FormatError(f"no byte-order word behind the header, at offset {start}")


def _layout(head: bytes, start: int, size: int, checked: bool) -> Layout:
    """Return the layout whose sizes agree with the count of floats and with the length of the file."""
    order = _order(head, start)
    words = struct.unpack_from(
        f"{order}{min(len(head) - start - 4, 4 * (MOST_STREAMS + 4)) // 4}I", head, start + 4
    )
    for layout in (_matrices(words, start + 4), _gaussians(words, start + 4)):
        if layout is not None and layout.start + layout.length + 4 * checked == size:
            return layout
    raise FormatError(f"sizes {list(words[:5])} do not account for a file of {size} bytes")


def _matrices(words: tuple[int, ...], start: int) -> Layout | None:
    """Three sizes and their product: senones, streams, densities; or models, states, successors."""
    if len(words) < 4 or prod(words[:3]) != words[3] or not words[3]:
        return None
    kind = "transition_matrices" if words[2] == words[1] + 1 else "mixture_weights"
    return Layout(kind, (tuple(words[:3]),), start + 16)


def _gaussians(words: tuple[int, ...], start: int) -> Layout | None:
    """Codebooks, streams, densities, the length of each stream's vectors, and the count of floats in all."""
    if len(words) < 5 or not 0 < words[1] <= MOST_STREAMS or len(words) < 4 + words[1]:
        return None
    codebooks, streams, densities = words[:3]
    lengths = words[3 : 3 + streams]
    if codebooks * densities * sum(lengths) != words[3 + streams] or not words[3 + streams]:
        return None
    return Layout(
        "gaussians", tuple((codebooks, densities, length) for length in lengths), start + 4 * (4 + streams)
    )


def _tensors(blob: Blob, layout: Layout, big_endian: bool) -> list[Tensor]:
    """One tensor; of Gaussians in several streams, which alternate by codebook, one for each of both."""
    if len(layout.shapes) == 1:
        span = Span(blob, layout.start, layout.length)
        return [Tensor(layout.kind, "float32", layout.shapes[0], span, big_endian)]
    if layout.shapes[0][0] * len(layout.shapes) > MOST_TENSORS:
        raise LimitError(f"{layout.shapes[0][0]} codebooks of {len(layout.shapes)} streams")
    blocks = [
        (f"codebook{codebook}.stream{stream}", shape[1:])
        for codebook in range(layout.shapes[0][0])
        for stream, shape in enumerate(layout.shapes)
    ]
    starts = accumulate((4 * prod(shape) for _, shape in blocks), initial=layout.start)
    return [
        Tensor(name, "float32", shape, Span(blob, start, 4 * prod(shape)), big_endian)
        for (name, shape), start in zip(blocks, starts, strict=False)
    ]


def _verify(blob: Blob, start: int, big_endian: bool) -> tuple[str, ...]:
    """Hold the checksum at the end against the words before it; return remarks."""
    if blob.size > CHECKED:
        return ("the checksum was not verified: the file is long",)
    words = array("I", blob.read(start, (blob.size - start) // 4 * 4))
    if big_endian != (sys.byteorder == "big"):
        words.byteswap()
    expected = words.pop()
    total = 0
    for word in words:
        total = ((total << 20 | total >> 12) + word) & 0xFFFFFFFF
    return (
        ()
        if total == expected
        else (f"the checksum is {expected:#010x}, but the data add up to {total:#010x}",)
    )

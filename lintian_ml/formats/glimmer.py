"""Glimmer 3's interpolated context models of genes (Glimmer, src/Common/icm.cc, "Write_Header").

A line of text padded with zeros tells the sizes, six integers tell them again, then each node of each frame
has its number, four logarithms of probabilities and the position that it looks at.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Computed, Model, Tensor

FORMAT = Format("glimmer", extensions=(".icm",), first=b">")

NOISE = ("byte order",)

MARK = b">ver = "
HEADER = re.compile(
    rb">ver = (\d)\.(\d\d)  len = (\d{1,3})  depth = (\d{1,2})"
    rb"  periodicity = (\d{1,2})  nodes = (\d{1,9})\n\0+"
)
PARAMETERS = 24
NODE = 22
"""Bytes of a node: its number, four floats, a short integer."""

FIELDS = (("node", "int32", 0, 4, 1), ("probability", "float32", 4, 16, 4), ("position", "int16", 20, 2, 1))
"""What a node has: name, type, where it begins, its bytes, and how many numbers they are."""

AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class _Layout:
    """The sizes of a model, and where its nodes begin."""

    version: int
    length: int
    depth: int
    periodicity: int
    nodes: int
    start: int
    order: str


def _layout(head: bytes) -> _Layout | None:
    """Return what both headers agree on; None where they do not, or one is missing."""
    found = HEADER.match(head)
    if found is None:
        return None
    whole, cents, *sizes = (int(group) for group in found.groups())
    told = (100 * whole + cents, found.end(), *sizes)
    for order in "<>":
        start = found.end()
        for padding in range(min(4, start)):
            data = head[start - padding : start - padding + PARAMETERS]
            told = (100 * whole + cents, start - padding, *sizes)
            if len(data) == PARAMETERS and struct.unpack(order + "6i", data) == told:
                version, at, length, depth, periodicity, nodes = told
                return _Layout(version, length, depth, periodicity, nodes, at + PARAMETERS, order)
    return None


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The line of text, the numbers that repeat it, and room for a node of each frame."""
    if not glimpse.head.startswith(MARK):
        return None
    layout = _layout(glimpse.head[:1024])
    if layout is None or glimpse.size < layout.start + NODE * layout.periodicity:
        return None
    notes = {
        Kind.MAGIC: f"begins as an interpolated context model of Glimmer, version {layout.version / 100}",
        Kind.STRUCTURE: f"{layout.periodicity} frames of up to {layout.nodes} nodes are announced",
    }
    return Evidence.of(notes)


def read(blob: Blob) -> Model:
    """Read the nodes; FormatError where one is cut off or out of turn."""
    layout = _layout(blob.read(0, min(blob.size, 1024)))
    if layout is None:
        raise FormatError("no header of an interpolated context model of Glimmer")
    count, rest = divmod(blob.size - layout.start, NODE)
    if rest or not layout.periodicity <= count <= layout.periodicity * layout.nodes:
        raise FormatError(f"{blob.size - layout.start} bytes are no {layout.periodicity} frames of nodes")
    _check(blob, layout, count)
    structure = {
        "version": layout.version,
        "length": layout.length,
        "depth": layout.depth,
        "periodicity": layout.periodicity,
        "nodes": layout.nodes,
    }
    noise = {"byte order": b"big"} if layout.order == ">" else {}
    tensors = tuple(_tensors(blob, layout, count))
    return Model(FORMAT.name, tensors, structure, noise=noise, complete=True)


def _check(blob: Blob, layout: _Layout, count: int) -> None:
    """Demand that node numbers rise within each frame, and that there are as many frames as announced."""
    frames, last = 0, -1
    for block in _column(blob, layout.start, count, 0, 4):
        for (number,) in struct.iter_unpack(layout.order + "i", block):
            frames += number == 0
            if not 0 <= number < layout.nodes or (number and number <= last):
                raise FormatError(f"node {number} follows node {last}")
            last = number
    if frames != layout.periodicity:
        raise FormatError(f"{frames} frames, but {layout.periodicity} are announced")


def _tensors(blob: Blob, layout: _Layout, count: int) -> Iterator[Tensor]:
    for name, dtype, offset, width, numbers in FIELDS:
        shape = (count, numbers) if numbers > 1 else (count,)

        def blocks(offset: int = offset, width: int = width) -> Iterator[bytes]:
            return _column(blob, layout.start, count, offset, width)

        yield Tensor(name, dtype, shape, Computed(blocks, count * width), layout.order == ">")


def _column(blob: Blob, start: int, count: int, offset: int, width: int) -> Iterator[bytes]:
    """Yield the ``width`` bytes at ``offset`` of each node."""
    for first in range(0, count, AT_ONCE):
        nodes = min(AT_ONCE, count - first)
        data = blob.read(start + first * NODE, nodes * NODE)
        yield b"".join(data[at : at + width] for at in range(offset, nodes * NODE, NODE))

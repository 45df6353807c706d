"""SunPinyin's statistical language models, threaded for use (sunpinyin, src/slm/slm.h and slmthread.cpp).

Sizes of the levels, two tables of quantised values, then the nodes of each level and the leaves of the last,
as C's bit fields.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("sunpinyin", extensions=(".t3g", ".slm"), first=b"\x01\x02\x03\0")

NOISE = ("byte order",)

PROBABILITIES, BACKOFFS = 1 << 16, 1 << 14
NODE, LEAF = 12, 8
MOST_WORDS = 1 << 18
MOST_NODES = 1 << 23
HIGHEST_ORDER = 3


@dataclass(frozen=True, slots=True)
class _Layout:
    """The sizes of the levels, the root's first, and what the values are."""

    order: str
    sizes: tuple[int, ...]
    logarithms: bool

    @property
    def start(self) -> int:
        """Where the tables begin."""
        return 8 + 4 * len(self.sizes)

    @property
    def size(self) -> int:
        """The size that the file must have."""
        tables = 4 * (PROBABILITIES + BACKOFFS)
        return self.start + tables + NODE * sum(self.sizes[:-1]) + LEAF * self.sizes[-1]


def _layout(head: bytes, size: int) -> _Layout | None:
    """Return the layout in either byte order that fills the file; None where neither does."""
    for order in "<>":
        if len(head) < 24:
            return None
        levels, logarithms = struct.unpack(order + "II", head[:8])
        if not 1 <= levels <= HIGHEST_ORDER or logarithms not in (0, 1):
            continue
        sizes = struct.unpack(f"{order}{levels + 1}I", head[8 : 12 + 4 * levels])
        layout = _Layout(order, sizes, bool(logarithms))
        possible = 1 <= sizes[0] <= 2 and 1 < sizes[1] <= MOST_WORDS and max(sizes) <= MOST_NODES
        if possible and layout.size == size:
            return layout
    return None


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Sizes that add up to the file's, to the byte."""
    if glimpse.size <= 4 * (PROBABILITIES + BACKOFFS):
        return None
    layout = _layout(glimpse.head[:24], glimpse.size)
    if layout is None:
        return None
    note = f"a language model of SunPinyin, order {len(layout.sizes) - 1}, whose levels fill the file"
    return Evidence.of({Kind.MAGIC: note})


def read(blob: Blob) -> Model:
    """Return the tables, and the levels as opaque rows; FormatError where they do not fill the file."""
    layout = _layout(blob.read(0, min(blob.size, 24)), blob.size)
    if layout is None:
        raise FormatError("no threaded language model of SunPinyin")
    structure = {"levels": list(layout.sizes), "logarithms": layout.logarithms}
    noise = {"byte order": b"big"} if layout.order == ">" else {}
    return Model(FORMAT.name, tuple(_tensors(blob, layout)), structure, noise=noise, complete=True)


def _tensors(blob: Blob, layout: _Layout) -> Iterator[Tensor]:
    at = layout.start
    for name, count in (("probability", PROBABILITIES), ("backoff", BACKOFFS)):
        yield Tensor(name, "float32", (count,), Span(blob, at, 4 * count), layout.order == ">")
        at += 4 * count
    for level, count in enumerate(layout.sizes):
        width = LEAF if level == len(layout.sizes) - 1 else NODE
        yield Tensor(f"level{level}", "bytes", (count, width), Span(blob, at, count * width))
        at += count * width

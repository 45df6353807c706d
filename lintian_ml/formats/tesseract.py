"""Tesseract's traineddata: up to 24 components behind a table of offsets (tesseract, tessdatamanager.cpp)."""

import struct
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.plain import told
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("tesseract", extensions=(".traineddata",), mark=b"\0\0", at=1)

COMPONENTS = (
    *("config", "unicharset", "unicharambigs", "inttemp", "pffmtable", "normproto", "punc-dawg", "word-dawg"),
    *("number-dawg", "freq-dawg", "fixed-length-dawgs", "cube-unicharset", "cube-word-dawg", "shapetable"),
    *("bigram-dawg", "unambig-dawg", "params-model", "lstm", "lstm-punc-dawg", "lstm-word-dawg"),
    *("lstm-number-dawg", "lstm-unicharset", "lstm-recoder", "version"),
)
ZEROS = b"\0\0\0"
LEAST, MOST = 10, 64
"""Entries that a table of offsets has: 17 to 24 in all versions known."""

LONGEST_VERSION = 1000


@dataclass(frozen=True, slots=True)
class Table:
    """Which components there are: number, offset and length of each; ``order`` is the byte order."""

    order: str
    entries: tuple[tuple[int, int, int], ...]

    @property
    def usable(self) -> bool:
        """Whether it can recognise anything: it has a network, or characters and their templates."""
        numbers = {number for number, _, length in self.entries if length}
        return 17 in numbers or {1, 3} <= numbers


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for a table of offsets that rise, the first right behind it, and for what cannot be missing."""
    head = glimpse.head
    little = head[1:4] == ZEROS and head[0] >= LEAST
    if not little and (head[:3] != ZEROS or head[3:4] < bytes((LEAST,))):
        return None
    table = _table(head, glimpse.size)
    if table is None or not table.usable:
        return None
    names = ", ".join(_name(number) for number, _, length in table.entries if length)
    return Evidence.of(
        {
            Kind.STRUCTURE: f"{len(table.entries)} components fill the file",
            Kind.SEMANTICS: f"they are those of Tesseract: {names}",
        }
    )


def read(blob: Blob) -> Model:
    """Cut out the components, each an opaque tensor; the version is metadata."""
    table = _table(blob.read(0, min(blob.size, 4 + 8 * MOST)), blob.size)
    if table is None or not table.usable:
        raise FormatError("no table of Tesseract's components that fill the file")
    tensors, metadata = [], {}
    for number, offset, length in table.entries:
        if _name(number) == "version" and length <= LONGEST_VERSION:
            metadata["version"] = told(blob.read(offset, length))
        else:
            tensors.append(Tensor(_name(number), "bytes", (length,), Span(blob, offset, length)))
    (count,) = struct.unpack(table.order + "i", blob.read(0, 4))
    return Model(
        format=FORMAT.name,
        tensors=tuple(tensors),
        structure={"entries": count, "byte_order": table.order, "legacy": "inttemp" in map(_named, tensors)},
        metadata=metadata,
        complete=True,
    )


def _named(tensor: Tensor) -> str:
    return tensor.name


def _name(number: int) -> str:
    return COMPONENTS[number] if number < len(COMPONENTS) else f"component {number}"


def _table(head: bytes, size: int) -> Table | None:
    """Return the table of offsets, or None where it is none or its components do not fill ``size``."""
    for order in "<>":
        if len(head) < 4:
            return None
        (count,) = struct.unpack_from(order + "i", head)
        if not LEAST <= count <= MOST or len(head) < 4 + 8 * count:
            continue
        offsets = struct.unpack_from(f"{order}{count}q", head, 4)
        present = [(number, offset) for number, offset in enumerate(offsets) if offset != -1]
        starts = [offset for _, offset in present]
        if not starts or starts[0] != 4 + 8 * count or starts != sorted(starts) or starts[-1] > size:
            continue
        ends = [*starts[1:], size]
        rows = ((number, start, end - start) for (number, start), end in zip(present, ends, strict=True))
        return Table(order, tuple(rows))
    return None

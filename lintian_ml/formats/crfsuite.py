"""CRFsuite's linear-chain conditional random fields (CRFsuite, lib/crf/src/crf1d_model.c).

A header of 48 bytes tells where the features (type, source, destination, weight), two databases of strings
and two tables of references lie.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.plain import opaque
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Computed, Model, Tensor

FORMAT = Format("crfsuite", extensions=(".crfsuite", ".model"), mark=b"lCRF")

MAGIC = FORMAT.mark
MODEL_TYPE = b"FOMC"
HEADER = struct.Struct("<4sI4s9I")
CHUNK = struct.Struct("<4sII")
FEATURE = 20
"""Bytes of one feature: type, source and destination as uint32, the weight as float64."""

ROWS = 1 << 14


@dataclass(frozen=True, slots=True)
class Header:
    """Counts of labels and attributes, and the offsets of the five parts in the order of the file."""

    version: int
    labels: int
    attributes: int
    parts: tuple[int, ...]


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The magic, the size, the one type of model there is, and parts in their order."""
    if not glimpse.head.startswith(MAGIC):
        return None
    header = _header(glimpse.head[: HEADER.size], glimpse.size)
    if header is None:
        return None
    note = f"{header.labels} labels and {header.attributes} attributes are announced"
    return Evidence.of({Kind.MAGIC: "begins as a model of CRFsuite, with its size", Kind.STRUCTURE: note})


def read(blob: Blob) -> Model:
    """Read the weights as one float64 tensor; the other parts are kept as digests."""
    header = _header(blob.read(0, min(blob.size, HEADER.size)), blob.size)
    if header is None:
        raise FormatError("no header of a CRFsuite model that fits the file")
    features, labels, attributes, label_refs, attribute_refs = header.parts
    tag, length, count = CHUNK.unpack(blob.read(features, CHUNK.size))
    start = features + CHUNK.size
    if tag != b"FEAT" or length != CHUNK.size + count * FEATURE or features + length != labels:
        raise FormatError(f"the features of a CRFsuite model: {count} in {length} bytes")
    _expect(
        blob, ((labels, b"CQDB"), (attributes, b"CQDB"), (label_refs, b"LFRF"), (attribute_refs, b"AFRF"))
    )
    weights = Computed(lambda: (rows[1] for rows in _rows(blob, start, count)), 8 * count)
    links = hashlib.sha256()
    for rest, _ in _rows(blob, start, count):
        links.update(rest)
    bounds = (*header.parts[1:], blob.size)
    names = ("labels", "attributes", "label references", "attribute references")
    parts = {
        name: opaque(blob, begin, end - begin)
        for name, begin, end in zip(names, bounds, bounds[1:], strict=False)
    }
    counts = struct.unpack("<4I", blob.read(12, 16))
    structure = {"counts": list(counts), "links sha256": links.hexdigest(), **parts}
    tensor = Tensor("weights", "float64", (count,), weights)
    return Model(FORMAT.name, (tensor,), structure, complete=True)


def _header(data: bytes, size: int) -> Header | None:
    """Return the header where its size is the file's and the parts lie in order, else None."""
    if len(data) < HEADER.size:
        return None
    magic, told, kind, version, _, labels, attributes, *parts = HEADER.unpack(data)
    ordered = parts[0] == HEADER.size and parts == sorted(parts) and parts[-1] < size
    if magic != MAGIC or told != size or kind != MODEL_TYPE or not ordered:
        return None
    return Header(version, labels, attributes, tuple(parts))


def _expect(blob: Blob, tags: tuple[tuple[int, bytes], ...]) -> None:
    for offset, tag in tags:
        if blob.read(offset, 4) != tag:
            raise FormatError(f"no {tag.decode()} at byte {offset}")


def _rows(blob: Blob, start: int, count: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield blocks of features: what they link, 12 bytes each, and their weights, 8 bytes each."""
    for block in blob.blocks(start, count * FEATURE, ROWS * FEATURE):
        offsets = range(0, len(block), FEATURE)
        links = b"".join(block[at : at + 12] for at in offsets)
        yield links, b"".join(block[at + 12 : at + FEATURE] for at in offsets)

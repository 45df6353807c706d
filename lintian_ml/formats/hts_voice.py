"""Voices of the HTS engine, .htsvoice (hts_engine_API, lib/HTS_model.c).

Three sections of text, then data in which the text says where each part lies: densities (counts by tree, then
float32 in little-endian order), decision trees and windows, both as text.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.plain import content
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("hts-voice", extensions=(".htsvoice",), mark=b"[GLOBAL]\nHTS_VOICE_VERSION:")

MAGIC = FORMAT.mark
DATA = b"\n[DATA]\n"
SECTIONS = (b"\n[STREAM]\n", b"\n[POSITION]\n", DATA)
LONGEST_HEADER = 1 << 16
RANGE = re.compile(r"(\d{1,12})-(\d{1,12})")
KEY = re.compile(r"([A-Z_]+)(?:\[([^\]]*)\])?")
DENSITIES = ("DURATION_PDF", "STREAM_PDF", "GV_PDF")
MOST_TREES = 64


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the version, and for the other sections behind it in their order."""
    if not glimpse.head.startswith(MAGIC):
        return None
    places = [glimpse.head.find(section) for section in SECTIONS]
    if -1 in places or places != sorted(places):
        return None
    return Evidence.of(
        {Kind.MAGIC: "begins as a voice of HTS", Kind.STRUCTURE: "its sections stand in their order"}
    )


def read(blob: Blob) -> Model:
    """Read the text and cut out the parts; FormatError where one lies outside the file."""
    head = blob.read(0, min(blob.size, LONGEST_HEADER))
    end = head.find(DATA)
    if not head.startswith(MAGIC) or end < 0:
        raise FormatError("no voice of HTS, or its header is too long")
    fields = dict(_fields(head[:end].decode("utf-8", "replace")))
    parts = sorted(_parts(fields, end + len(DATA)))
    cuts = _Cuts(blob, fields)
    for part in parts:
        cuts.take(*part)
    comment = fields.pop("COMMENT", "")
    structure = {"fields": [[key, fields[key]] for key in fields], "counts": cuts.counts, "texts": cuts.texts}
    tiled = [start for start, _, _ in parts] == [end + len(DATA), *(stop for _, stop, _ in parts[:-1])]
    return Model(
        format=FORMAT.name,
        tensors=tuple(cuts.tensors),
        structure=structure,
        metadata={"COMMENT": comment} if comment else {},
        complete=_is_utf8(head[:end]) and tiled and bool(parts) and parts[-1][1] == blob.size,
    )


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Yield each key with its value; the names of sections have none."""
    for line in text.split("\n"):
        key, colon, value = line.partition(":")
        if not colon and not key.startswith("["):
            raise FormatError(f"no field of a voice: {line[:40]!r}")
        yield key, value


def _parts(fields: Mapping[str, str], data: int) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and name of each part; the ends that a voice gives are inclusive."""
    for key, value in fields.items():
        if not key.startswith(("DURATION_", "STREAM_", "GV_")) or not RANGE.match(value):
            continue
        for number, word in enumerate(value.split(",")):
            found = RANGE.fullmatch(word.strip())
            if found is None:
                raise FormatError(f"{key}: no range {word[:40]!r}")
            yield data + int(found.group(1)), data + int(found.group(2)) + 1, f"{key}{number or ''}"


@dataclass(slots=True)
class _Cuts:
    """What the parts of a voice become: densities are tensors, the rest is structure."""

    blob: Blob
    fields: Mapping[str, str]
    tensors: list[Tensor]
    counts: dict[str, list[int]]
    texts: dict[str, object]

    def __init__(self, blob: Blob, fields: Mapping[str, str]) -> None:
        self.blob, self.fields = blob, fields
        self.tensors, self.counts, self.texts = [], {}, {}

    def take(self, start: int, end: int, name: str) -> None:
        """Add the part from ``start`` to ``end``."""
        self.blob.part(start, end - start)
        if not name.startswith(DENSITIES):
            self.texts[name] = content(self.blob, start, end - start)
            return
        trees, width = self._shape(name)
        counts = list(struct.unpack(f"<{trees}I", self.blob.read(start, 4 * trees)))
        floats = end - start - 4 * trees
        if floats != 4 * width * sum(counts):
            raise FormatError(f"{name}: {counts} densities of {width} numbers in {floats} bytes")
        self.counts[name] = counts
        span = Span(self.blob, start + 4 * trees, floats)
        self.tensors.append(Tensor(name, "float32", (sum(counts), width), span))

    def _shape(self, name: str) -> tuple[int, int]:
        """Return how many trees there are, and the numbers of one density: means, variances, a weight."""
        states = self._number("NUM_STATES")
        kind, stream = KEY.match(name).groups()  # type: ignore[union-attr]
        if kind == "DURATION_PDF":
            return 1, 2 * states
        length = self._number(f"VECTOR_LENGTH[{stream}]")
        if kind == "GV_PDF":
            return 1, 2 * length
        windows, multi_space = self._number(f"NUM_WINDOWS[{stream}]"), self._number(f"IS_MSD[{stream}]")
        return states, 2 * length * windows + (multi_space > 0)

    def _number(self, key: str) -> int:
        text = self.fields.get(key, "").strip()
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            raise FormatError(f"a voice whose {key} is {text!r:.40}")
        return int(text)


def _is_utf8(data: bytes) -> bool:
    """Whether a header can be told as text without loss."""
    try:
        return bool(data.decode("utf-8")) or not data
    except UnicodeDecodeError:
        return False

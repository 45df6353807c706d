"""The header of Vowpal Wabbit's regressors, from version 6.1 on (VW, core/src/parse_regressor.cc)."""

import re
import struct
from dataclasses import dataclass, field

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.murmur import murmur3
from lintian_ml.encoding.plain import told as as_text
from lintian_ml.error import FormatError

START = re.compile(rb"([\x06-\x0c])\0\0\0(\d{1,2})\.(\d{1,3})\.(\d{1,3})\0")
"""Length and text of the version, both with the zero byte that ends the text."""

LONGEST_OPTIONS = 1 << 20
MOST_BITS = 61
MOST_LISTED = 1 << 10

WITH_ID, WITH_CHAIN, WITH_HASH = (8, 0, 3), (8, 0, 2), (8, 0, 1)
WITHOUT_LISTS, WITH_INTERACTIONS, WITHOUT_RANK = (7, 10, 3), (7, 10, 2), (7, 8, 0)
"""The versions from which on a part is there, or no longer."""


@dataclass(frozen=True, slots=True)
class Header:
    """What precedes the weights: ``told`` is all but the labels' range, as plain data; ``end`` is where the
    weights' part begins.

    ``checked`` is false in versions that have no checksum.
    """

    version: tuple[int, int, int]
    bits: int
    labels: tuple[int, int]
    options: str
    told: dict[str, object]
    checked: bool
    end: int


@dataclass(slots=True)
class _Hashed:
    """Records of which a chained hash is kept, as the program does from version 8.0.2 on."""

    source: Forward
    state: int = 0
    spans: list[str] = field(default_factory=list)

    def take(self, length: int) -> bytes:
        data = self.source.take(length)
        if length:
            self.state = murmur3(data, self.state)
        return data

    def number(self, code: str = "I") -> int:
        form = f"<{code}"
        value: int = struct.unpack(form, self.take(struct.calcsize(form)))[0]
        return value

    def count(self, what: str) -> int:
        value = self.number()
        if value > MOST_LISTED:
            raise FormatError(f"{value} {what} before offset {self.source.position}")
        return value

    def listed(self, what: str, width: int) -> list[str]:
        """Return texts of one width, by their count before them."""
        return [as_text(self.take(width)) for _ in range(self.count(what))]

    def text(self, what: str, most: int) -> str:
        """Return a text that ends in a zero byte, by its length before it."""
        length = self.number()
        if length > min(most, self.source.left):
            raise FormatError(f"{what} of {length} bytes at offset {self.source.position}")
        data = self.take(length)
        if data[-1:] != b"\0" or 0 in data[:-1]:
            raise FormatError(f"{what} before offset {self.source.position} does not end in a zero byte")
        return as_text(data[:-1])


def read_header(blob: Blob) -> Header:
    """Read the header; FormatError where it is none, is cut off, or has another checksum."""
    start = START.match(blob.read(0, min(blob.size, 16)))
    if start is None or start[1][0] + 4 != start.end():
        raise FormatError("no version of Vowpal Wabbit at the beginning")
    version = int(start[2]), int(start[3]), int(start[4])
    fields = _Hashed(Forward(blob, start.end()))
    told: dict[str, object] = {"version": ".".join(map(str, version))}
    if version >= WITH_ID:
        told["id"] = fields.text("an id", 512)
    if fields.take(1) != b"m":
        raise FormatError(f"no mark of a model at offset {fields.source.position - 1}")
    labels = fields.source.position, fields.source.position + 4
    low, high = struct.unpack("<ff", fields.take(4) + fields.take(4))
    bits = fields.number()
    if not low <= high or not 1 <= bits <= MOST_BITS:
        raise FormatError(f"labels from {low} to {high} and indices of {bits} bits")
    told["bits"] = bits
    told |= _features(fields, version)
    options = fields.text("options", LONGEST_OPTIONS)
    told["options"] = options
    checked = _check(fields, blob, version)
    return Header(version, bits, labels, options, told, checked, fields.source.position)


def _features(fields: _Hashed, version: tuple[int, int, int]) -> dict[str, object]:
    """Return how features are combined: in old versions there are lists, later the options tell."""
    told: dict[str, object] = {}
    if version < WITHOUT_LISTS:
        told["pairs"] = fields.listed("pairs", 2)
        told["triples"] = fields.listed("triples", 3)
        if version >= WITH_INTERACTIONS:
            told["interactions"] = [
                as_text(fields.take(fields.count("bytes of an interaction")))
                for _ in range(fields.count("interactions"))
            ]
    if version < WITHOUT_RANK:
        told["rank"] = fields.number()
    told["lda"] = fields.number()
    told["ngram"] = fields.listed("n-grams", 3)
    told["skips"] = fields.listed("skips", 3)
    return told


def _check(fields: _Hashed, blob: Blob, version: tuple[int, int, int]) -> bool:
    """Step over the checksum, if there is one; FormatError where it is not that of the header."""
    if version < WITH_HASH:
        return False
    end = fields.source.position
    expected = fields.state if version >= WITH_CHAIN else murmur3(blob.read(0, end), 0)
    length, found = fields.number(), fields.number()
    if length != 4 or found != expected:
        raise FormatError(f"the checksum at offset {end} is not that of the header")
    return True

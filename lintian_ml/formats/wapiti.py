"""Wapiti's models for labelling sequences, in text (Wapiti, src/model.c, src/reader.c and src/quark.c).

A first line with the type and the number of weights, then patterns, labels and observations as strings with
their lengths, then each weight that is not zero, in hexadecimal, behind its index.
"""

import hashlib
import re
from array import array
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.packed import packed
from lintian_ml.encoding.plain import told
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Tensor

FORMAT = Format("wapiti", extensions=(".wap", ".wapiti", ".model"), mark=b"#mdl#")

MAGIC = FORMAT.mark
OPENING = re.compile(rb"#mdl#(?:(\d{1,3})#)?(\d{1,12})\n#rdr#(\d{1,9})/(\d{1,9})(?:/(\d))?\n")
QUARKS = re.compile(rb"#qrk#(\d{1,10})\n")
STRING = re.compile(rb"(\d{1,7}):")
WEIGHT = re.compile(rb"(\d{1,15})=(-?0x[01](?:\.[0-9a-f]{1,13})?p[-+]\d{1,4})\n")
LONGEST = 256 << 20
"""Bytes of the longest file that is read."""

PATTERNS_SHOWN = 1000


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the first two lines, and for a string or a table of strings behind them."""
    if not glimpse.head.startswith(MAGIC):
        return None
    opening = OPENING.match(glimpse.head)
    if opening is None:
        return None
    behind = STRING if int(opening.group(3)) else QUARKS
    if not behind.match(glimpse.head, opening.end()):
        return None
    note = f"{int(opening.group(3))} patterns and {int(opening.group(2))} weights are announced"
    return Evidence.of({Kind.MAGIC: "begins as a model of Wapiti", Kind.STRUCTURE: note})


def read(blob: Blob) -> Model:
    """Read patterns, labels and weights; the indices of the weights and the observations stay digests."""
    if blob.size > LONGEST:
        raise LimitError(f"a model of {blob.size} bytes, but {LONGEST >> 20} MiB are read at most")
    cursor = _Cursor(blob.read(0, blob.size))
    kind, count, patterns, columns, prefix = cursor.match(OPENING, "first lines")
    shown = [told(cursor.string()) for _ in range(cursor.fitting(int(patterns)))]
    labels = [cursor.string() for _ in range(cursor.fitting(int(cursor.match(QUARKS, "labels")[0])))]
    observations = cursor.digest(int(cursor.match(QUARKS, "observations")[0]))
    indices, weights = cursor.weights(cursor.fitting(int(count)))
    if cursor.at != blob.size:
        raise FormatError(f"{blob.size - cursor.at} bytes behind the weights of a Wapiti model")
    structure = {
        "type": (kind or b"").decode(),
        "patterns": shown,
        "columns": int(columns),
        "prefix": (prefix or b"").decode(),
        "labels": [told(label) for label in labels],
        "observations sha256": observations,
        "indices sha256": indices,
    }
    tensor = Tensor("weights", "float64", (len(weights),), packed(weights))
    return Model(FORMAT.name, (tensor,), structure, complete=True)


@dataclass(slots=True)
class _Cursor:
    """Reads what lies one behind the other in a text."""

    data: bytes
    at: int = 0

    def match(self, pattern: "re.Pattern[bytes]", what: str) -> tuple[bytes, ...]:
        """Return the groups of a pattern that must come next."""
        found = pattern.match(self.data, self.at)
        if found is None:
            raise FormatError(f"no {what} of a Wapiti model at byte {self.at}")
        self.at = found.end()
        return found.groups()

    def fitting(self, count: int) -> int:
        """Return a count of items of four bytes or more; FormatError where the rest has no room for them."""
        if 4 * count > len(self.data) - self.at:
            raise FormatError(f"{count} items announced in {len(self.data) - self.at} bytes")
        return count

    def string(self) -> bytes:
        """Return the next string; a comma and a line end stand behind it."""
        (length,) = self.match(STRING, "string")
        text = self.data[self.at : self.at + int(length)]
        self.at += int(length)
        if self.data[self.at : self.at + 2] != b",\n":
            raise FormatError(f"a string that does not end at byte {self.at}")
        self.at += 2
        return text

    def digest(self, count: int) -> str:
        """Skip ``count`` strings; return the SHA-256 of their bytes in the file."""
        start = self.at
        for _ in range(self.fitting(count)):
            self.string()
        return hashlib.sha256(memoryview(self.data)[start : self.at]).hexdigest()

    def weights(self, count: int) -> tuple[str, "array[float]"]:
        """Read the weights; return the SHA-256 of their indices, and the weights."""
        indices, weights = hashlib.sha256(), array("d")
        for _ in range(count):
            index, weight = self.match(WEIGHT, "weight")
            indices.update(index + b"\n")
            try:
                weights.append(float.fromhex(weight.decode("ascii")))
            except OverflowError as error:
                raise FormatError(f"a weight {weight!r} past every number") from error
        return indices.hexdigest(), weights

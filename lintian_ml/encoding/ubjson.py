"""Universal Binary JSON (UBJSON, draft 12), as far as XGBoost writes it (xgboost, src/common/json.cc).

Numbers are big-endian. Lists of numbers of one type become arrays; lists whose elements take no bytes are
refused, since they could be of any length.
"""

import struct
import sys
from array import array
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.document import DEEPEST, MOST_VALUES
from lintian_ml.error import FormatError, LimitError

LONGEST = 512 << 20
"""Bytes of the longest document that is read."""

NUMBERS = {b"i": "b", b"U": "B", b"I": "h", b"l": "i", b"L": "q", b"d": "f", b"D": "d"}
CONSTANTS = {b"Z": None, b"T": True, b"F": False}
ENDS = {b"{": b"}", b"[": b"]"}

Number = int | float


@dataclass(slots=True)
class _Open:
    """A container that is being read: its end mark, or how many values are left where it says so."""

    held: dict[str, object] | list[object]
    end: bytes
    left: int | None


def read_ubjson(blob: Blob) -> tuple[dict[str, object], bytes]:
    """Return the object that a document is, and its layout: the marks of its values and the keys, in their
    order.

    FormatError where it is malformed or cut off or something
    follows it, LimitError where it is too long, too deep or has too many values.
    """
    if blob.size > LONGEST:
        raise LimitError(f"a document of {blob.size} bytes, but {LONGEST >> 20} MiB are read at most")
    reader = _Reader(blob.read(0, blob.size))
    root = reader.document()
    if reader.at != blob.size:
        raise FormatError(f"{blob.size - reader.at} bytes behind the document")
    return root, bytes(reader.layout)


class _Reader:
    """Goes through one document; ``at`` is where the next byte is."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.values = 0
        self.layout = bytearray()

    def document(self) -> dict[str, object]:
        root: dict[str, object] = {}
        if self._take(1) != b"{":
            raise FormatError("a document that is no object")
        stack = [_Open(root, b"}", self._count())]
        while stack:
            top = stack[-1]
            if self._ends(top):
                stack.pop()
                continue
            opened = self._value(top)
            if opened:
                stack.append(opened)
            if len(stack) > DEEPEST:
                raise LimitError(f"a document nested more than {DEEPEST} deep at byte {self.at}")
        return root

    def _ends(self, top: _Open) -> bool:
        """Whether a container is at its end; a mark for it is passed over."""
        if top.left is not None:
            top.left -= 1
            return top.left < 0
        if self.data[self.at : self.at + 1] != top.end:
            return False
        self.at += 1
        return True

    def _value(self, top: _Open) -> _Open | None:
        """Read one value into a container; return it if it is a container of which more is to be read."""
        self.values += 1
        if self.values > MOST_VALUES:
            raise LimitError(f"a document of more than {MOST_VALUES} values")
        key = self._text() if isinstance(top.held, dict) else ""
        mark = self._mark()
        self.layout += key.encode()
        opened: _Open | None = None
        value: object
        if mark in ENDS:
            value = self._typed() if mark == b"[" else None
            if value is None:
                opened = _Open({} if mark == b"{" else [], ENDS[mark], self._count())
                value = opened.held
        else:
            value = self._scalar(mark)
        if isinstance(top.held, list):
            top.held.append(value)
        elif key in top.held:
            raise FormatError(f"the key {key[:40]!r} stands twice in one object")
        else:
            top.held[key] = value
        return opened

    def _typed(self) -> "array[int] | array[float] | None":
        """Return a list whose elements are of one type of number, or None where it is no such list."""
        if self.data[self.at : self.at + 1] != b"$":
            return None
        self.at += 1
        mark = self._mark()
        if mark not in NUMBERS:
            raise FormatError(f"a list of type {mark!r} at byte {self.at}")
        count = self._count()
        if count is None:
            raise FormatError(f"a typed list without its count at byte {self.at}")
        found: array[int] | array[float] = array(NUMBERS[mark])
        found.frombytes(self._take(count * found.itemsize))
        if sys.byteorder == "little":
            found.byteswap()
        return found

    def _count(self) -> int | None:
        """Return how many values a container says that it has; None where it says nothing."""
        if self.data[self.at : self.at + 1] != b"#":
            return None
        self.layout += b"#"
        self.at += 1
        return self._length()

    def _length(self) -> int:
        value = self._number(self._mark())
        if not isinstance(value, int) or value < 0:
            raise FormatError(f"a length of {value} at byte {self.at}")
        return value

    def _text(self) -> str:
        try:
            return self._take(self._length()).decode("utf-8")
        except UnicodeDecodeError as error:
            raise FormatError(f"a text that is no UTF-8 before byte {self.at}") from error

    def _scalar(self, mark: bytes) -> object:
        if mark == b"S":
            return self._text()
        if mark in CONSTANTS:
            return CONSTANTS[mark]
        return self._number(mark)

    def _number(self, mark: bytes) -> Number:
        if mark not in NUMBERS:
            raise FormatError(f"an unknown type {mark!r} at byte {self.at}")
        form = ">" + NUMBERS[mark]
        value: Number = struct.unpack(form, self._take(struct.calcsize(form)))[0]
        return value

    def _mark(self) -> bytes:
        mark = self._take(1)
        self.layout += mark
        return mark

    def _take(self, length: int) -> bytes:
        if self.at + length > len(self.data):
            raise FormatError(f"{length} bytes claimed at byte {self.at} of {len(self.data)}")
        self.at += length
        return self.data[self.at - length : self.at]

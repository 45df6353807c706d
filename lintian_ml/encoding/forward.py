"""Binary records read one after the other, each length held against what is left of the file."""

import struct
from dataclasses import dataclass, field

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError

_WINDOW = 1 << 14


@dataclass(slots=True)
class Forward:
    """A place in a blob that moves forward as numbers and texts are taken.

    ``order`` is struct's sign of the byte order; ``budget`` is how many records may be taken before the file
    counts as too long (LimitError).
    """

    blob: Blob
    position: int = 0
    order: str = "<"
    budget: int = 4_000_000
    _window: bytes = field(default=b"", repr=False)
    _base: int = 0

    @property
    def left(self) -> int:
        """How many bytes follow."""
        return self.blob.size - self.position

    def take(self, length: int) -> bytes:
        """Return the next ``length`` bytes; FormatError if they are not there."""
        self.budget -= 1
        if self.budget < 0:
            raise LimitError(
                f"there are more records than may be read, the next one at offset {self.position}"
            )
        at = self.position - self._base
        if at + length > len(self._window):
            wanted = max(length, min(_WINDOW, self.left))
            self._window, self._base, at = self.blob.read(self.position, wanted), self.position, 0
        self.position += length
        return self._window[at : at + length]

    def numbers(self, codes: str) -> tuple[int, ...]:
        """Return the next numbers, by struct's codes without a byte order."""
        form = self.order + codes
        return struct.unpack(form, self.take(struct.calcsize(form)))

    def number(self, code: str) -> int:
        """Return the next number."""
        return self.numbers(code)[0]

    def skip(self, length: int) -> int:
        """Step over ``length`` bytes that must be there; return where they begin."""
        start = self.position
        if length < 0 or length > self.left:
            raise FormatError(f"{length} bytes claimed at offset {start}, but {self.left} are left")
        self.position += length
        return start

    def text(self, length: int, limit: int = 1 << 16) -> str:
        """Return the next ``length`` bytes as text, odd ones escaped; FormatError for more than ``limit``."""
        if not 0 <= length <= limit:
            raise FormatError(f"a text of {length} bytes at offset {self.position}")
        return self.take(length).decode("utf-8", "backslashreplace")

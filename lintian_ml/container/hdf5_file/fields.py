"""Fields of a block, one after another, in little-endian order."""

from lintian_ml.error import FormatError

UNDEFINED = (1 << 64) - 1
"""The address of what does not exist, and the extent that has no limit."""


class Unread(FormatError):
    """A file may be as the format allows, but is written in a way that is not understood here."""


class Fields:
    """Some bytes of a file that are read from front to back.

    ``what`` names them, and ``origin`` is where in the file they begin (of bytes out of a heap: where that
    object lies), for the sentences of errors. FormatError where they end too soon, or are not what they must
    be.
    """

    def __init__(self, data: bytes, what: str, origin: int) -> None:
        self.data = data
        self.what = what
        self.origin = origin
        self.at = 0

    @property
    def left(self) -> int:
        """How many bytes there still are."""
        return len(self.data) - self.at

    def take(self, length: int) -> bytes:
        """Return the next bytes."""
        if length > self.left:
            raise self.wrong(f"ends {length - self.left} bytes too soon")
        self.at += length
        return self.data[self.at - length : self.at]

    def number(self, width: int) -> int:
        """Return the next ``width`` bytes as a number without sign."""
        return int.from_bytes(self.take(width), "little")

    def numbers(self, count: int, width: int) -> tuple[int, ...]:
        """Return ``count`` numbers of ``width`` bytes."""
        if count * width > self.left:
            raise self.wrong(f"claims {count} numbers")
        return tuple(self.number(width) for _ in range(count))

    def address(self) -> int | None:
        """Return the next address; None for that of what does not exist."""
        value = self.number(8)
        return None if value == UNDEFINED else value

    def there(self) -> int:
        """Return the next address, which must be one."""
        value = self.address()
        if value is None:
            raise self.wrong("refers to a block that does not exist")
        return value

    def constant(self, *expected: bytes) -> bytes:
        """Return the next bytes, which must be one of these, all of one length; else FormatError."""
        found = self.take(len(expected[0]))
        if found not in expected:
            raise self.wrong(f"has {found.hex()} at byte {self.at - len(found)}")
        return found

    def text(self) -> bytes:
        """Return the bytes up to the next NUL, which is passed over."""
        end = self.data.find(b"\0", self.at)
        if end < 0:
            raise self.wrong("has a name without an end")
        found = self.data[self.at : end]
        self.at = end + 1
        return found

    def rest(self) -> bytes:
        """Return all that is left."""
        return self.take(self.left)

    def wrong(self, how: str) -> FormatError:
        """Return an error that says how a block cannot have been written, and where it lies."""
        return FormatError(f"{self.what} at {self.origin} {how}")

    def unread(self, how: str) -> Unread:
        """Return an error that says what of a block is not understood."""
        return Unread(str(self.wrong(how)))

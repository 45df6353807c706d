"""Tar archives, walked from front to back in bounded memory: v7, ustar and pax (POSIX.1), GNU.

Where the formats leave room, a member is what GNU tar unpacks it as: that is what unpacks source packages.
Names, links and device nodes are data here: nothing is written, so none of them can do harm.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.container import header
from lintian_ml.container.header import BLOCK, BODILESS, KINDS, Header, Kind
from lintian_ml.container.limits import Limits
from lintian_ml.container.stream import Budget, Reader, Source
from lintian_ml.error import FormatError, LimitError

__all__ = ["Kind", "Member", "is_header", "walk"]

NAME = 1 << 16
"""Bytes that one name may have: sixteen times what Linux opens."""
NAMES = 256 << 20
"""Bytes that the names and link targets of one archive may have in all."""

_PIECE = 1 << 18
_EXTENSIONS = frozenset((b"L", b"K", b"x", b"X", b"g"))
"""Flags of headers that tell of other members: GNU long names, and pax records (g: of all that follow)."""


class _Data:
    """The bytes of one member: how many are still to come, or -1 once the walk has gone on."""

    __slots__ = ("left", "name", "source")

    def __init__(self, source: Reader, left: int, name: str) -> None:
        self.source = source
        self.left = left
        self.name = name

    def take(self, data: bytes, wanted: int) -> bytes:
        """Count ``data``; FormatError if there should have been ``wanted`` bytes."""
        self.left -= len(data)
        if len(data) < wanted:
            raise self.truncated()
        return data

    def within(self, length: int) -> int:
        """Return how many of ``length`` bytes the member still has."""
        if self.left < 0:
            raise ValueError(f"the walk has gone on from {self.name!r}")
        return min(length, self.left)

    def finish(self) -> None:
        """Pass over what was not read."""
        left, self.left = self.left, -1
        if left and self.source.skip(left) < left:
            raise self.truncated()

    def truncated(self) -> FormatError:
        """The archive ends within this member."""
        return FormatError(
            f"the tar archive ends at byte {self.source.position}, within the member {self.name!r}"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One member of a tar archive.

    ``name`` and ``target`` (of links, else "") are the archive's bytes as UTF-8 with surrogate escapes, cut
    at a NUL; a leading "./" is taken off names and off the targets of (hard) links, which are names too.
    ``size`` is how many bytes can be read. Of a ``sparse`` file these are the stored bytes alone, without the
    holes; ``unpacked`` is its size with them, as the archive claims it.
    """

    name: str
    kind: Kind
    size: int
    target: str
    sparse: bool
    unpacked: int
    _data: _Data

    def read(self, length: int, /) -> bytes:
        """Return the next ``length`` bytes, fewer only at the member's end, before the walk goes on."""
        wanted = self._data.within(length)
        return self._data.take(self._data.source.read(wanted), wanted)

    def read1(self, length: int, /) -> bytes:
        """Return at most ``length`` of the bytes at hand; none only at the member's end."""
        wanted = self._data.within(length)
        return self._data.take(self._data.source.read1(wanted), 1) if wanted else b""

    def blocks(self) -> Iterator[bytes]:
        """Yield the rest of the bytes, in blocks as they come."""
        while data := self.read1(_PIECE):
            yield data


def walk(source: Source, limits: Limits) -> Iterator[Member]:
    """Yield the members in their order; what is not read of one is passed over when the next is asked for.

    The walk ends at a block of zeros, or at the end of the source between two members. FormatError if a
    header is damaged or the archive ends within a member; LimitError if there are too many members, or their
    headers are too large.
    """
    reader = source if isinstance(source, Reader) else Reader(source, None, Budget(limits))
    return _Walk(reader, limits).members()


def is_header(head: bytes) -> bool:
    """Whether ``head`` begins with the header of a tar archive: its checksum is right, and it has a name.

    Every header has a zero byte, as some field is never filled; text, which most files are, has none.
    """
    if b"\0" not in head[:BLOCK]:
        return False
    try:
        return bool(head[:1].strip(b"\0")) and bool(header.parse(head[:BLOCK]))
    except ValueError:
        return False


class _Walk:
    """What a walk knows from the headers so far: long names and pax records that apply to what follows."""

    def __init__(self, source: Reader, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self.names = 0
        self.everywhere: dict[bytes, bytes] = {}
        self.here: dict[bytes, bytes] = {}
        self.long: dict[bytes, bytes] = {}

    def members(self) -> Iterator[Member]:
        """Yield the members."""
        count = 0
        while any(block := self.source.read(BLOCK)):
            try:
                member = self._member(block)
            except ValueError as error:
                raise FormatError(
                    f"the tar archive is malformed before byte {self.source.position}: {error}"
                ) from error
            if member is None:
                continue
            count += 1
            if count > self.limits.members:
                raise LimitError(f"the tar archive has more than the {self.limits.members} members allowed")
            yield member
            member._data.finish()
            self.source.skip(-member.size % BLOCK)

    def _member(self, block: bytes) -> Member | None:
        """Return the member of this header; None if the header tells of other members."""
        fields = header.parse(block)
        if fields.flag in _EXTENSIONS:
            self._extend(fields)
            return None
        records = {**self.everywhere, **self.here}
        name, kind, target = self._identity(fields, records)
        stored = records.get(b"size")
        size = header.number(fields.size) if not stored else header.decimal(stored)
        if kind in BODILESS or (kind is Kind.DIRECTORY and fields.flag != b"D"):
            size = 0
        sparse, unpacked = False, size
        if kind is Kind.FILE and (fields.flag == b"S" or records):
            sparse, size, unpacked = self._sparse(block, fields.flag, records, size)
        self.here = {}
        self.long = {}
        return Member(name, kind, size, target, sparse, unpacked, _Data(self.source, size, name))

    def _identity(self, fields: Header, records: dict[bytes, bytes]) -> tuple[str, Kind, str]:
        """Return name, kind and target; pax records go before GNU long names, and those before the fields."""
        raw = records.get(b"GNU.sparse.name") or records.get(b"path") or self.long.get(b"L") or fields.path()
        kind = KINDS.get(fields.flag, Kind.FILE)
        if kind is Kind.FILE and raw.endswith(b"/"):
            kind = Kind.DIRECTORY
        if kind is not Kind.LINK and kind is not Kind.SYMLINK:
            self._count_names(len(raw))
            return header.path(raw), kind, ""
        link = records.get(b"linkpath") or self.long.get(b"K") or header.cut(fields.link)
        self._count_names(len(raw) + len(link))
        return header.path(raw), kind, header.path(link) if kind is Kind.LINK else header.text(link)

    def _count_names(self, length: int) -> None:
        self.names += length
        if length > NAME or self.names > NAMES:
            raise LimitError(
                f"the tar archive has names that are too long (before byte {self.source.position})"
            )

    def _extend(self, fields: Header) -> None:
        """Read the data of a header that tells of other members."""
        size = header.number(fields.size)
        if size > self.limits.header:
            raise LimitError(f"a tar header claims {size} bytes of names, {self.limits.header} are allowed")
        data = self.source.read(size)
        if len(data) < size:
            raise ValueError("it ends within a header")
        self.source.skip(-size % BLOCK)
        if fields.flag in (b"L", b"K"):
            self.long[fields.flag] = header.cut(data)
        elif fields.flag == b"g":
            self.everywhere.update(header.records(data))
        else:
            self.here = header.records(data)

    def _sparse(
        self, block: bytes, flag: bytes, records: dict[bytes, bytes], size: int
    ) -> tuple[bool, int, int]:
        """Return whether a file is sparse, the bytes of data stored, and its size with the holes."""
        if flag == b"S":
            self._pass_extensions(block[482])
            return True, size, header.number(block[483:495])
        if not any(key.startswith(b"GNU.sparse.") for key in records):
            return False, size, size
        unpacked = records.get(b"GNU.sparse.realsize") or records.get(b"GNU.sparse.size")
        if records.get(b"GNU.sparse.major") == b"1":
            size -= self._pass_map(size)
        return True, size, header.decimal(unpacked) if unpacked else size

    def _pass_extensions(self, more: int) -> None:
        """Pass over the further headers of a GNU sparse file, each of which says whether another follows."""
        while more:
            block = self.source.read(BLOCK)
            if len(block) < BLOCK:
                raise ValueError("it ends within a header")
            more = block[504]

    def _pass_map(self, size: int) -> int:
        """Pass over the map that begins the data of a sparse file (pax form 1.0); return its padded length.

        It is lines of decimal digits: how many segments there are, then offset and length of each.
        """
        length = lines = 0
        wanted = 1
        while lines < wanted:
            block = self.source.read(BLOCK)
            if length + BLOCK > size or len(block) < BLOCK:
                raise ValueError("it ends within the map of a sparse file")
            if not length:
                wanted += 2 * header.decimal(block.partition(b"\n")[0])
            length += BLOCK
            lines += block.count(b"\n")
        return length

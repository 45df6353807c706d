"""The superblock: where a file's root is, and how large nodes of its B-trees are (specification, II.A)."""

from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.container.hdf5_file.fields import Fields, Unread
from lintian_ml.container.hdf5_file.ledger import FORM, LAYOUT, Ledger, seal
from lintian_ml.error import FormatError

SIGNATURE = b"\x89HDF\r\n\x1a\n"
LEAF_K, INTERNAL_K, CHUNK_K = 4, 16, 32
"""Half of what a node of symbols, of groups and of chunks holds, where nothing else is said."""

_SIZES = b"\x08\x08"


@dataclass(slots=True)
class Superblock:
    """``root`` and ``extension`` are addresses of object headers; the others are half the sizes of nodes."""

    root: int
    extension: int | None = None
    leaf_k: int = LEAF_K
    internal_k: int = INTERNAL_K
    chunk_k: int = CHUNK_K


def signature_at(blob: Blob) -> int:
    """Return where the file's signature is: at 0, 512, 1024, 2048 and so on; FormatError if nowhere."""
    at = 0
    while at + len(SIGNATURE) <= blob.size:
        if blob.read(at, len(SIGNATURE)) == SIGNATURE:
            return at
        at = 2 * at or 512
    raise FormatError("HDF5 file without its signature")


def read_superblock(ledger: Ledger) -> Superblock:
    """Read the superblock of any version from 0 to 3."""
    version = ledger.peek(0, 9)[-1]
    if version > 3:
        raise Unread(f"HDF5 superblock of version {version}")
    if version > 1:
        return _newer(ledger)
    fields = ledger.block(0, 96 + 4 * version, "superblock")
    fields.constant(SIGNATURE)
    ledger.note(FORM, fields.take(5))
    _demand_sizes(fields)
    ledger.spare("reserved bytes", fields.take(1))
    leaf, internal, flags = fields.number(2), fields.number(2), fields.take(4)
    chunk = fields.number(2) if version else CHUNK_K
    ledger.spare("reserved bytes", fields.take(2 * version))
    ledger.note(FORM, b"%d %d %d" % (leaf, internal, chunk) + flags)
    _addresses(ledger, fields, ("free space", "driver information"))
    ledger.note(LAYOUT, fields.take(8))
    root = fields.there()
    _scratch(ledger, fields)
    return Superblock(root, None, leaf, internal, chunk)


def _newer(ledger: Ledger) -> Superblock:
    fields = ledger.block(0, 48, "superblock")
    fields.constant(SIGNATURE)
    ledger.note(FORM, fields.take(1))
    _demand_sizes(fields)
    ledger.note(FORM, fields.take(1))
    seal(fields, 44)
    base, extension, end, root = fields.number(8), fields.address(), fields.number(8), fields.there()
    _demand_extent(ledger, fields, base, end)
    return Superblock(root, extension)


def _addresses(ledger: Ledger, fields: Fields, absent: tuple[str, str]) -> None:
    """Check base and end, and that two kinds of blocks that nobody writes are not there."""
    base, first, end, second = (fields.number(8), fields.address(), fields.number(8), fields.address())
    for address, what in zip((first, second), absent, strict=True):
        if address is not None:
            raise fields.unread(f"tells of {what}, which is not read")
    _demand_extent(ledger, fields, base, end)


def _demand_extent(ledger: Ledger, fields: Fields, base: int, end: int) -> None:
    if base != ledger.base:
        raise fields.unread(f"says that addresses begin at {base}")
    if end > ledger.blob.size:
        raise fields.wrong(f"says that the file ends at {end}, but it has {ledger.blob.size} bytes")
    ledger.note(LAYOUT, end.to_bytes(8, "little"))


def _demand_sizes(fields: Fields) -> None:
    if fields.take(2) != _SIZES:
        raise fields.unread("has addresses and lengths of other than 64 bits")


def _scratch(ledger: Ledger, fields: Fields) -> None:
    """Take down what the root's entry repeats of its group."""
    ledger.note(LAYOUT, fields.take(4))
    ledger.spare("reserved bytes", fields.take(4))
    ledger.note(LAYOUT, fields.take(16))

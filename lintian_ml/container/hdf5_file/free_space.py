"""Managers of free space: they say where blocks could go, and nothing else (specification, III.H)."""

from lintian_ml.container.hdf5_file.ledger import LAYOUT, Ledger, seal

HEADER, PREFIX = 82, 13


def read_free_space(ledger: Ledger, address: int) -> None:
    """Take down a manager and its list of sections."""
    fields = ledger.sealed(address, HEADER, "free-space manager", b"FSHD")
    fields.constant(b"\0")
    ledger.note(LAYOUT, fields.data[fields.at :])
    fields.take(1 + 4 * 8 + 4 * 2 + 8)
    sections, used, allocated = fields.address(), fields.number(8), fields.number(8)
    if sections is None:
        return
    if not PREFIX + 4 <= used <= allocated:
        raise fields.wrong(f"has a list of {used} bytes in a block of {allocated}")
    block = ledger.block(sections, allocated, "list of free space")
    block.constant(b"FSSE")
    seal(block, used - 4)
    ledger.note(LAYOUT, block.data[block.at : used - 4])
    ledger.spare("ends of lists of free space", block.data[used:])

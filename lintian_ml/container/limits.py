"""How much of anything one package may ask for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one package; passing one raises LimitError, which becomes a "not examined" hint.

    Sizes in bytes, ``seconds`` of wall time. ``ratio`` is of decompressed to compressed bytes and counts
    only after ``ratio_after`` bytes have come out. With one of ``threads`` nothing is decompressed ahead:
    what is read is the same, later by itself, sooner where other packages wait for the processor.
    """

    output: int = 32 << 30
    ratio: int = 1000
    ratio_after: int = 64 << 20
    members: int = 5_000_000
    header: int = 1 << 20
    xz_memory: int = 256 << 20
    depth: int = 3
    spool: int = 2 << 30
    memory: int = 8 << 20
    zip_members: int = 100_000
    seconds: float = 3600.0
    threads: int = 2

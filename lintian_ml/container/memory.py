"""What is freed while packages are read is kept for what is read next."""

LARGEST = (32 << 20) - (1 << 14)
"""Bytes of the largest block that the GNU C library learns from, with room for what it adds."""


def keep_freed() -> None:
    """Let the GNU C library keep up to 64 MiB that are free, where it gives back 128 KiB at first.

    Each chunk of a tarball and each large file would else be mapped anew and have its pages faulted in one
    by one, a tenth of all time. The first block of a size that is freed raises the thresholds to it and to
    its double (mallopt(3), M_MMAP_THRESHOLD); this one is never touched, so that it takes no memory.
    """
    bytes(LARGEST)

"""How much a training may take."""

import os
from dataclasses import dataclass, field

UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


def physical() -> int:
    """Return the bytes of memory that this machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run of a training may take.

    ``seconds`` of wall time; ``memory`` in bytes, of all its processes together; ``space`` in bytes, of the
    build folder, which is memory too; ``processes``, threads among them; ``log`` in bytes, of which the end
    is kept when there are more.
    """

    seconds: float = 3600.0
    memory: int = field(default_factory=lambda: physical() // 2)
    space: int = field(default_factory=lambda: physical() // 4)
    processes: int = 1024
    log: int = 16 << 20

    def __str__(self) -> str:
        return (
            f"{self.seconds:g} s a run, {amount(self.memory)} of memory, {amount(self.space)} in the build "
            f"folder, {self.processes} processes, {amount(self.log)} of log"
        )

    def words(self) -> list[str]:
        """Return the command line that sets the limits of each process."""
        return [
            "prlimit",
            "--core=0",
            f"--nproc={self.processes}",
            f"--data={self.memory}",
            f"--fsize={self.space}",
            "--",
        ]


def amount(size: int) -> str:
    """Return a number of bytes for people."""
    unit, name = next(((unit, name) for unit, name in UNITS if size >= unit), (1, "bytes"))
    return f"{size / unit:.3g} {name}" if size < 1000 * unit else f"{size / unit:,.0f} {name}"

"""How much a training may take, and what holds it to that: a scope of systemd, or rlimits of each process."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PROBE_SECONDS = 30.0

MANAGER = ("PATH", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
"""What systemd-run must know to find the manager of the user."""

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


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope of the user's systemd, which holds all processes of a run to the limits together."""

    program: str

    def words(self, limits: Limits) -> list[str]:
        """Return the command line that runs another one in a scope; the build folder counts as memory."""
        properties = (
            f"MemoryMax={limits.memory + limits.space}",
            "MemorySwapMax=0",
            f"TasksMax={limits.processes}",
        )
        settings = (word for one in properties for word in ("-p", one))
        return [self.program, "--user", "--scope", "--quiet", "--collect", *settings, "--"]


def scope(environment: Mapping[str, str]) -> Scope | None:
    """Return the scopes of the user's systemd; None where no such manager answers."""
    program = shutil.which("systemd-run", path=environment.get("PATH"))
    if program is None or "XDG_RUNTIME_DIR" not in environment:
        return None
    found = Scope(program)
    return found if _works([*found.words(Limits()), "true"], environment) else None


def outer_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what the programs around the training, but not the training, are to know."""
    return {name: environment[name] for name in MANAGER if name in environment}


def amount(size: int) -> str:
    """Return a number of bytes for people."""
    unit, name = next(((unit, name) for unit, name in UNITS if size >= unit), (1, "bytes"))
    return f"{size / unit:.3g} {name}" if size < 1000 * unit else f"{size / unit:,.0f} {name}"


def _works(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=PROBE_SECONDS,
            check=False,
            env=outer_environment(environment),
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0

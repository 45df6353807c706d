"""What holds all processes of a run to its limits together: a scope of systemd, or a control group of root's.

Users are held by RLIMIT_NPROC too, which counts within their namespace; root is not, so that without one of
these a training of root's could fill the table of processes of the whole machine.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lintian_ml.reproduce.sandbox.limits import Limits

PROBE_SECONDS = 30.0

MANAGER = ("PATH", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
"""What systemd-run must know to find the manager of the user."""

GROUPS = Path("/sys/fs/cgroup")

OWN = Path("/proc/self/cgroup")

AROUND = 16
"""Processes that a run has beside its training: those of bubblewrap, and of what lays out its folders."""

ENTER = 'echo $$ > "$0/cgroup.procs" && exec "$@"'

LEAVE_SECONDS = 10.0


class Holder(Protocol):
    """Holds the processes of a run together."""

    @property
    def name(self) -> str:
        """What it is, in a phrase."""

    def hold(self, limits: Limits) -> AbstractContextManager[list[str]]:
        """Give the words that run the command behind them within ``limits``, as long as the context lasts."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope of systemd: of the user's manager, or of the system's, which root has."""

    program: str
    user: bool = True
    name: str = "a scope of systemd"

    @contextmanager
    def hold(self, limits: Limits) -> Iterator[list[str]]:
        """Give the words of systemd-run; the build folder counts as memory."""
        properties = (
            f"MemoryMax={limits.memory + limits.space}",
            "MemorySwapMax=0",
            f"TasksMax={limits.processes + AROUND}",
        )
        settings = (word for one in properties for word in ("-p", one))
        whose = ["--user"] if self.user else []
        yield [self.program, *whose, "--scope", "--quiet", "--collect", *settings, "--"]


@dataclass(frozen=True, slots=True)
class Group:
    """A control group below ``parent``, for each run, that bounds the number of its processes."""

    parent: Path
    name: str = "a control group"

    @contextmanager
    def hold(self, limits: Limits) -> Iterator[list[str]]:
        """Make the group, give the words that enter it, and remove it once all that was in it is gone."""
        self._sweep()
        folder = self.parent / f"lintian-ml-{os.getpid()}-{time.monotonic_ns()}"
        folder.mkdir()
        try:
            (folder / "pids.max").write_text(str(limits.processes + AROUND))
            yield ["/bin/sh", "-c", ENTER, str(folder)]
        finally:
            _remove(folder)

    def _sweep(self) -> None:
        """Remove the empty groups of those that were killed before they could."""
        for folder in self.parent.glob("lintian-ml-*-*"):
            if not Path("/proc", folder.name.split("-")[2]).exists():
                with suppress(OSError):
                    folder.rmdir()


def holder(environment: Mapping[str, str], *, root: bool) -> Holder | None:
    """Return what can hold processes together here, for ``root`` or a user; None where nothing can."""
    program = shutil.which("systemd-run", path=environment.get("PATH"))
    scopes = [Scope(program)] if program and "XDG_RUNTIME_DIR" in environment else []
    if program and root:
        scopes.append(Scope(program, user=False))
    for scope in scopes:
        if _works(scope, environment):
            return scope
    return next(_groups(), None) if root else None


def outer_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what the programs around the training, but not the training, are to know."""
    return {name: environment[name] for name in MANAGER if name in environment}


def _works(scope: Scope, environment: Mapping[str, str]) -> bool:
    with scope.hold(Limits()) as words:
        return _succeeds([*words, "true"], outer_environment(environment))


def _succeeds(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=PROBE_SECONDS,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _groups() -> Iterator[Group]:
    """Yield the control groups below which one can be made, its own first: cgroups(7), both versions."""
    for parent in _parents():
        with suppress(OSError):
            with Group(parent).hold(Limits()) as words:
                if not _succeeds([*words, "/bin/true"], {}):
                    continue
            yield Group(parent)


def _parents() -> Iterator[Path]:
    with suppress(OSError):
        for line in OWN.read_text("utf-8", "replace").splitlines():
            _, kind, path = line.split(":", 2)
            if kind in ("pids", ""):
                yield from (GROUPS / kind / path[1:], GROUPS / kind)


def _remove(folder: Path) -> None:
    """Remove a group; the last of its processes may take a moment to be gone."""
    deadline = time.monotonic() + LEAVE_SECONDS
    while time.monotonic() < deadline:
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return

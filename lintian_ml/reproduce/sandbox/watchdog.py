"""Watches over all processes of a run together, and ends them when they take too much."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lintian_ml.reproduce.sandbox.limits import Limits, amount

PAUSE = 0.2
"""Seconds between two looks; how long a training can go beyond what it may take."""

PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Process:
    """A process of this machine: its parent, and how many threads it has."""

    number: int
    parent: int
    threads: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The descendants of a process, their threads, and the bytes of memory that are theirs alone."""

    processes: tuple[int, ...]
    threads: int
    memory: int


def watch(process: subprocess.Popen[bytes], limits: Limits) -> str:
    """Wait for the end of a process; return why it was ended before its time, empty where it was not.

    Whatever happens here, nothing of it is left: a namespace ends with its first process.
    """
    deadline = time.monotonic() + limits.seconds
    try:
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(PAUSE)
                return ""
            if reason := _excess(process.pid, limits, deadline):
                return reason
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process with its children and its group, and wait until they are gone."""
    children = standing(process.pid).processes if process.poll() is None else ()
    for number in children:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(number, signal.SIGKILL)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def standing(ancestor: int) -> Standing:
    """Return what there is of a process's descendants, each after its parent."""
    found = tuple(_descendants(ancestor))
    numbers = tuple(process.number for process in found)
    return Standing(numbers, sum(process.threads for process in found), sum(map(_memory, numbers)))


def _excess(ancestor: int, limits: Limits, deadline: float) -> str:
    """Say which limit is passed; an empty string where none is."""
    if time.monotonic() >= deadline:
        return f"it did not end within {limits.seconds:g} s (--timeout gives more)"
    now = standing(ancestor)
    if now.threads > limits.processes:
        return f"it had more than {limits.processes} processes (--processes allows more)"
    if now.memory > limits.memory:
        return f"it took more than {amount(limits.memory)} of memory (--memory gives more)"
    return ""


def _descendants(ancestor: int) -> Iterator[Process]:
    children: dict[int, list[Process]] = {}
    for process in _processes():
        children.setdefault(process.parent, []).append(process)
    waiting = children.get(ancestor, [])
    while waiting:
        yield from waiting
        waiting = [child for process in waiting for child in children.get(process.number, ())]


def _processes() -> Iterator[Process]:
    """Yield the processes of this machine, by proc(5)'s stat."""
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        with suppress(OSError, ValueError, IndexError):
            fields = Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()
            yield Process(int(entry.name), int(fields[1]), int(fields[17]))


def _memory(process: int) -> int:
    """Return the bytes that a process holds and shares with no other, by proc(5)'s statm."""
    with suppress(OSError, ValueError, IndexError):
        fields = Path(f"/proc/{process}/statm").read_bytes().split()
        return max(0, int(fields[1]) - int(fields[2])) * PAGE
    return 0

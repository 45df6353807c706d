"""Work done in a process of its own, within limits: a fork of this one, of which only the answer is kept."""

from __future__ import annotations

import os
import pickle
import resource
import select
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Answer = TypeVar("Answer")

IDLE = 15
"""Seconds without any work after which one counts as noticed that waits for ever."""

MEMORY = 3 << 30
"""Bytes that a mutant may have; one that wants more counts as noticed."""


def apart(work: Callable[[], Answer], patience: float) -> Answer | None:
    """Return what work answers in a process of its own; None where it does not end, or breaks down."""
    reading, writing = os.pipe()
    child = _fork()
    if not child:
        os.close(reading)
        _limit(patience)
        with os.fdopen(writing, "wb") as answering:
            answering.write(pickle.dumps(work()))
        os._exit(0)
    os.close(writing)
    worked = -1.0
    while not select.select([reading], [], [], IDLE)[0]:
        before, worked = worked, _worked(child)
        if worked == before:
            os.kill(child, signal.SIGKILL)
            break
    with os.fdopen(reading, "rb") as answer:
        found = answer.read()
    os.waitpid(child, 0)
    return pickle.loads(found) if found else None


def _worked(process: int) -> float:
    """Return the processor's time that a process has had so far, as Linux counts it."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return float(fields[11]) + float(fields[12])


def _fork() -> int:
    """Fork, though the machine may have too many processes for a while."""
    for _ in range(100):
        try:
            return os.fork()
        except BlockingIOError:
            time.sleep(5)
    return os.fork()


def _limit(patience: float) -> None:
    """Limit this process, and have it say nothing."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(patience), int(patience)))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)


def spent() -> float:
    """Return the seconds of the processor that all mutants took so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

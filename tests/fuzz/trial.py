"""Tries damaged files in a child process of bounded memory, so that whatever they do is survived and told."""

import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

from tests.fuzz.readers import Subject, Wrong, read

ADDRESS_SPACE = 3 << 29
PATIENCE = 5
"""Seconds of processor time that one case may take; a file of a mebibyte takes less than one."""

MEMORY = 384 << 20
"""Bytes that a child may have resident, of which the libraries and the samples take some 120 MiB."""

CRASH = "crash"


class Hang(Exception):
    """A case took too long."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case: ``word`` is "recognised", "read", "refused" or CRASH, of which ``told`` tells.

    ``seconds`` of processor time were taken by the case, and ``spent`` by it and by making its file; ``peak``
    in bytes is the most memory that the child had resident up to then.
    """

    case: int
    word: str
    seconds: float = 0.0
    spent: float = 0.0
    peak: int = 0
    told: str = ""


def tried(subject: Subject, seed: int, cases: Sequence[int]) -> Iterator[Outcome]:
    """Yield what came of each case, until all are tried or the child dies of one."""
    incoming, outgoing = os.pipe()
    sys.stdout.flush()
    process = os.fork()
    if not process:
        try:
            os.close(incoming)
            _child(subject, seed, cases, outgoing)
        finally:
            os._exit(0)
    os.close(outgoing)
    text = b""
    while select.select([incoming], [], [], 60 * PATIENCE)[0] and (data := os.read(incoming, 1 << 16)):
        *lines, text = (text + data).split(b"\n")
        yield from (Outcome(**json.loads(line.partition(b" ")[2])) for line in lines)
    os.close(incoming)
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    if text.strip():
        told = f"the process ended or hung within the case (wait status {status})"
        yield Outcome(int(text.partition(b" ")[0]), CRASH, told=told)


def _child(subject: Subject, seed: int, cases: Sequence[int], out: int) -> None:
    """Try cases; write of each its number before, and a line of JSON on what came of it behind."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    signal.signal(signal.SIGPROF, _ring)
    for number in cases:
        began = time.process_time()
        name, data = subject.case(seed, number)
        os.write(out, f"{number} ".encode())
        made = time.process_time()
        word, told = _try(subject, name, data)
        ended = time.process_time()
        outcome = Outcome(number, word, ended - made, ended - began, _peak(), told)
        os.write(out, json.dumps(asdict(outcome)).encode() + b"\n")


def _try(subject: Subject, name: str, data: bytes) -> tuple[str, str]:
    """Return what came of one file, and a line on it where that is what must not be."""
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        word = read(subject.module, name, data)
        signal.setitimer(signal.ITIMER_PROF, 0)
        if _peak() > MEMORY:
            raise Wrong(f"{_peak() >> 20} MiB of memory were taken")
    except BaseException as error:
        signal.setitimer(signal.ITIMER_PROF, 0)
        where = traceback.extract_tb(error.__traceback__)[-1]
        said = " ".join(f"{type(error).__name__}: {error}"[:200].split())
        return CRASH, f"{said} ({Path(where.filename).name}:{where.lineno})"
    return word, ""


def _ring(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise Hang(f"more than {PATIENCE} seconds of processor time")


def _peak() -> int:
    """Return the most bytes that this process had resident."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10

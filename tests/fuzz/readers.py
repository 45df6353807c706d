"""Reads damaged models: ``python -m tests.fuzz.readers [--seconds 600] [--format NAME…] [--samples FOLDER]``.

Each format has ``--seconds`` to recognise and read damaged copies of the samples, and to drain all tensors,
in a child process with 1.5 GiB of address space; a case has some seconds of processor time and some resident
memory. What ends in anything but a reading, a FormatError or a LimitError is saved, and named with the seed
and the case that make it again (``--seed N --case N``). Formats without a committed sample are read from
files that their tests make: ``tests/fuzz/harvest.py`` gathers these in a folder.
"""

import argparse
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from random import Random
from types import FrameType

from lintian_ml.blob import Blob
from lintian_ml.container.limits import Limits
from lintian_ml.container.zip import read_directory
from lintian_ml.encoding.literals import find_arrays
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import GLIMPSE, FormatModule, Glimpse, formats
from lintian_ml.model import Model
from tests.fuzz.mutation import damaged

ADDRESS_SPACE = 3 << 29
PATIENCE = 5
"""Seconds of processor time that one case may take; a file of a mebibyte takes less than one."""

MEMORY = 384 << 20
"""Bytes that a child may have resident, of which the libraries and the samples take some 120 MiB."""

DRAINED = 32 << 20
"""Bytes of payload that are drained of one case."""

BATCH = 400
"""Cases that one child reads before another takes over, so that nothing piles up."""

SAMPLES = {
    entry.name: entry.read_bytes()
    for entry in sorted(files("lintian_ml.samples").iterdir(), key=lambda entry: entry.name)
    if entry.is_file() and not entry.name.endswith(".py")
}
"""The committed samples by their names, and further files by theirs."""


class Hang(Exception):
    """A case took too long."""


class Wrong(Exception):
    """A reader delivered what contradicts itself."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A format, and the samples that it recognises, by name."""

    module: FormatModule
    names: tuple[str, ...]

    def case(self, seed: int, number: int) -> tuple[str, bytes]:
        """Return the name and the bytes of one damaged sample."""
        random = Random(f"{seed} {self.module.FORMAT.name} {number}")
        name = random.choice(self.names)
        others = [SAMPLES[other] for other in self.names] + [random.choice(list(SAMPLES.values()))]
        return name, damaged(SAMPLES[name], others, random)


def subjects(wanted: Sequence[str] | None) -> Iterator[Subject]:
    """Yield the formats, or those wanted."""
    for module in formats():
        if wanted is None or module.FORMAT.name in wanted:
            names = tuple(
                name for name, data in SAMPLES.items() if module.recognise(glimpse(module, name, data))
            )
            if names:
                yield Subject(module, names)
            else:
                print(f"{module.FORMAT.name}: recognises no sample")


def glimpse(module: FormatModule, name: str, data: bytes) -> Glimpse:
    """Return what a format is shown of a file."""
    plain = Glimpse(name, len(data), data[:GLIMPSE], data[-GLIMPSE:])
    if module.FORMAT.within == "text":
        return Glimpse(name, len(data), data[:GLIMPSE], data[-GLIMPSE:], arrays=find_arrays(data))
    if module.FORMAT.within == "file" or not data.startswith(b"PK\3\4"):
        return plain
    try:
        entries = read_directory(Blob(data, name), Limits())
    except (FormatError, LimitError):
        return plain
    return Glimpse(name, len(data), data[:GLIMPSE], data[-GLIMPSE:], entries)


def read(module: FormatModule, name: str, data: bytes) -> str:
    """Recognise and read one file; return what came of it, in a word."""
    module.recognise(glimpse(module, name, data))
    reader: Callable[[Blob], Model] | None = getattr(module, "read", None)
    if reader is None:
        return "recognised"
    try:
        drain(reader(Blob(data, name)))
    except (FormatError, LimitError) as error:
        if not str(error):
            raise Wrong("an error without a sentence") from error
        return "refused"
    return "read"


def drain(model: Model) -> None:
    """Read the payloads; each must be as long as it says, and as its shape and type say."""
    left = DRAINED
    for tensor in model.tensors:
        length, expected = tensor.payload.length, tensor.expected_length
        if expected not in (None, length) or any(side < 0 for side in tensor.shape):
            raise Wrong(f"{tensor.name[:80]!r} of {tensor.dtype} {tensor.shape} has {length} bytes")
        came = 0
        for block in tensor.payload.blocks():
            came += len(block)
            left -= len(block)
            if left < 0:
                return
        if came != length:
            raise Wrong(f"{tensor.name[:80]!r} says {length} bytes, and delivers {came}")


def _ring(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise Hang(f"more than {PATIENCE} seconds of processor time")


def peak() -> int:
    """Return the most bytes that this process had resident."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def child(subject: Subject, seed: int, cases: Sequence[int], out: int) -> None:
    """Read cases, and tell of each on ``out``: its number before, and a line on what came of it behind."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    signal.signal(signal.SIGPROF, _ring)
    for number in cases:
        name, data = subject.case(seed, number)
        os.write(out, f"{number} ".encode())
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)
        try:
            told = f"{read(subject.module, name, data)} {peak() >> 20}"
            if peak() > MEMORY:
                raise Wrong(f"{peak() >> 20} MiB of memory were taken")
        except BaseException as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            said = " ".join(f"{type(error).__name__}: {error}"[:200].split())
            told = f"FOUND {said} ({Path(where.filename).name}:{where.lineno})"
        signal.setitimer(signal.ITIMER_PROF, 0)
        os.write(out, f"{told}\n".encode("utf-8", "replace"))


def batch(subject: Subject, seed: int, cases: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield what came of each case, until all are read or a child dies of one."""
    incoming, outgoing = os.pipe()
    sys.stdout.flush()
    process = os.fork()
    if not process:
        try:
            os.close(incoming)
            child(subject, seed, cases, outgoing)
        finally:
            os._exit(0)
    os.close(outgoing)
    text = b""
    while select.select([incoming], [], [], 12 * PATIENCE)[0] and (data := os.read(incoming, 1 << 16)):
        *lines, text = (text + data).split(b"\n")
        for line in lines:
            number, _, told = line.decode().partition(" ")
            yield int(number), told
    os.close(incoming)
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    if text.strip():
        yield int(text), f"FOUND the process ended or hung within the case (wait status {status})"


def hunt(subject: Subject, seed: int, deadline: float, folder: Path) -> set[str]:
    """Read damaged samples of one format until ``deadline``; return what was found, each kind once.

    The samples themselves are read first: that they can be, and that no child imports a library again.
    """
    for name in subject.names:
        read(subject.module, name, SAMPLES[name])
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    following = most = 0
    while time.monotonic() < deadline:
        for number, told in batch(subject, seed, range(following, following + BATCH)):
            following = number + 1
            word, _, more = told.partition(" ")
            most = max(most, int(more)) if word != "FOUND" else most
            counts[word] = counts.get(word, 0) + 1
            if word == "FOUND":
                place = told.rpartition("(")[2] + told.split(":")[0]
                if place not in found:
                    found[place] = number
                    folder.mkdir(parents=True, exist_ok=True)
                    name, data = subject.case(seed, number)
                    (folder / f"{subject.module.FORMAT.name}-{seed}-{number}-{Path(name).name}").write_bytes(
                        data
                    )
                    print(f"  {subject.module.FORMAT.name} --seed {seed} --case {number}: {told}", flush=True)
            if time.monotonic() > deadline:
                break
    print(f"{subject.module.FORMAT.name}: {following} cases {counts}, peak {most} MiB", flush=True)
    return set(found)


def main() -> int:
    """Hunt in every format for its share of the time; return 1 if something was found."""
    made = argparse.ArgumentParser(prog="python -m tests.fuzz.readers", description=__doc__)
    made.add_argument("--seconds", type=float, default=2, help="for each format")
    made.add_argument("--format", nargs="+", help="hunt in these alone")
    made.add_argument("--samples", type=Path, help="a folder of further files to damage")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--case", type=int, help="read this one case, here, with its traceback")
    made.add_argument("--folder", type=Path, default=Path("/tmp/lintian-ml-fuzz"))
    options = made.parse_args()
    for path in sorted(options.samples.glob("*/*")) if options.samples else ():
        SAMPLES[f"{path.parent.name}/{path.name}"] = path.read_bytes()
    chosen = list(subjects(options.format))
    if options.case is not None:
        print(read(chosen[0].module, *chosen[0].case(options.seed, options.case)))
        return 0
    found = [
        hunt(subject, options.seed, time.monotonic() + options.seconds, options.folder) for subject in chosen
    ]
    return int(any(found))


if __name__ == "__main__":
    sys.exit(main())

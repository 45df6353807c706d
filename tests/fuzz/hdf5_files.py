"""Reads damaged HDF5 files whose checksums are true: ``python -m tests.fuzz.hdf5_files [--seconds 600]``.

Files of every kind that the tests write are damaged, half of them where a checksum covers it, which is then
made true again. Each is read and drained within some seconds of processor time and some memory: nothing but
a FormatError or a LimitError may come of it. Of those of which every byte is understood, every twentieth is
read by libhdf5 too, which must refuse it or tell the same. ``--seed N --case N`` reads one case again.
"""

import argparse
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from random import Random
from types import FrameType

import pytest

from lintian_ml.blob import Blob
from lintian_ml.container import hdf5_library
from lintian_ml.container.hdf5_file.lookup3 import checksum
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import hdf5
from lintian_ml.model import Tensor
from tests.formats.test_hdf5 import written
from tests.formats.test_hdf5_accounting import VERSIONS, Sealed, seals
from tests.formats.test_hdf5_contents import WRITERS, edges
from tests.formats.test_hdf5_library import strange
from tests.fuzz.mutation import EDGES, damaged

PATIENCE = 10
"""Seconds of processor time that this process may take for a case."""

MEMORY = 3 << 29
"""Bytes of address space: of these the libraries of the tests take about a third."""

COMPARED = 20
"""One in so many files that are understood is read by libhdf5 as well."""

DRAINED = 32 << 20


@cache
def originals() -> Mapping[str, bytes]:
    """Return the undamaged files."""
    makers = {**WRITERS, "strange": strange}
    found = {
        f"{name} {libver}": written(fill, libver=libver)
        for name, fill in makers.items()
        for libver in VERSIONS
    }
    return {**found, "edges": written(edges, libver="latest")}


@cache
def sealed(name: str) -> Sequence[Sealed]:
    """Return what of a file is covered by checksums."""
    try:
        return seals(originals()[name], pytest.MonkeyPatch())
    except FormatError:
        return ()


def case(seed: int, number: int) -> tuple[str, bytes]:
    """Return the name and the bytes of a damaged file."""
    random = Random(f"{seed} {number}")
    name = random.choice(list(originals()))
    data = originals()[name]
    places = sealed(name)
    if not places or random.random() < 0.5:
        return name, damaged(data, list(originals().values()), random)
    found = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        place = random.choice(places)
        at = random.randrange(place.start, place.end)
        if random.random() < 0.5:
            found[at] ^= 1 << random.randrange(8)
        else:
            width = min(random.choice((1, 2, 4, 8)), place.end - at)
            found[at : at + width] = (random.choice(EDGES) & ((1 << 64) - 1)).to_bytes(8, "little")[:width]
        covered = bytes(found[place.start : place.end])
        found[place.end : place.end + 4] = checksum(covered).to_bytes(4, "little")
    return name, bytes(found)


def drained(tensors: Sequence[Tensor]) -> Mapping[str, bytes]:
    """Return the elements of tensors, up to a bound."""
    left, found = DRAINED, {}
    for tensor in tensors:
        if tensor.payload.length > left:
            continue
        found[tensor.name] = b"".join(tensor.payload.blocks())
        left -= tensor.payload.length
        assert len(found[tensor.name]) == tensor.payload.length, tensor.name
        assert tensor.expected_length in (None, tensor.payload.length), tensor.name
    return found


def read(data: bytes, compared: bool) -> str:
    """Read a file; return what came of it in a word."""
    blob = Blob(data)
    try:
        model = hdf5.read(blob)
        elements = drained(model.tensors)
    except (FormatError, LimitError) as error:
        assert str(error)
        return "refused"
    if not model.complete:
        return "incomplete"
    if compared:
        compare(blob, elements)
        return "compared"
    return "read"


def compare(blob: Blob, elements: Mapping[str, bytes]) -> None:
    """Demand that libhdf5, unless it refuses the file, reads the same elements."""
    try:
        theirs = hdf5_library.contents(blob)
        read = drained([one for one in theirs.tensors if one.name in elements])
    except (FormatError, LimitError):
        return
    for name, data in read.items():
        assert data == elements[name], f"{name!r} is read otherwise by libhdf5"


def _ring(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise TimeoutError(f"more than {PATIENCE} seconds of processor time")


def hunt(seed: int, seconds: float) -> int:
    """Read cases until so much processor time is over, that of ended children too; return how many failed."""
    words: Counter[str] = Counter()
    for number in count():
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = time.process_time() + ended.ru_utime + ended.ru_stime
        if spent > seconds:
            break
        words[attempt(seed, number)] += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{words.total()} cases {dict(words)}, peak {peak} MiB")
    return words["FOUND"]


def attempt(seed: int, number: int) -> str:
    """Read one case within its bounds; tell what is wrong."""
    name, data = case(seed, number)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        return read(data, number % COMPARED == 0)
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        print(
            f"--seed {seed} --case {number} ({name}): {error!r:.200} {where.filename}:{where.lineno}",
            flush=True,
        )
        if isinstance(error, KeyboardInterrupt):
            raise
        return "FOUND"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def main() -> int:
    """Hunt; return 1 if something was found."""
    made = argparse.ArgumentParser(prog="python -m tests.fuzz.hdf5_files", description=__doc__)
    made.add_argument("--seconds", type=float, default=60, help="of processor time")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--case", type=int, help="read this one case, with its traceback")
    options = made.parse_args()
    if options.case is not None:
        print(read(case(options.seed, options.case)[1], True))
        return 0
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, _ring)
    return int(hunt(options.seed, options.seconds) > 0)


if __name__ == "__main__":
    sys.exit(main())

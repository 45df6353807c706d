"""What a format makes of one damaged file: it is recognised and read, and all its tensors are drained.

A case is made from a seed, the format's name and a number, so that it can be made again. Formats without a
committed sample are read from files that their tests make: ``tests/fuzz/harvest.py`` gathers these in a
folder, which ``add_samples`` adds.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from random import Random

from lintian_ml.blob import Blob
from lintian_ml.container.limits import Limits
from lintian_ml.container.zip import read_directory
from lintian_ml.encoding.literals import find_arrays
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import GLIMPSE, FormatModule, Glimpse, formats
from lintian_ml.model import Model
from tests.fuzz.mutation import damaged

DRAINED = 32 << 20
"""Bytes of payload that are drained of one case."""

SAMPLES = {
    entry.name: entry.read_bytes()
    for entry in sorted(files("lintian_ml.samples").iterdir(), key=lambda entry: entry.name)
    if entry.is_file() and not entry.name.endswith(".py")
}
"""The committed samples by their names, and further files by theirs."""


class Wrong(Exception):
    """A reader delivered what contradicts itself."""


def add_samples(folder: Path) -> None:
    """Add the files of a folder that ``tests.fuzz.harvest`` filled."""
    for path in sorted(folder.glob("*/*")):
        SAMPLES[f"{path.parent.name}/{path.name}"] = path.read_bytes()


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


def subjects(wanted: Sequence[str] | None = None) -> Iterator[Subject]:
    """Yield the formats, or those wanted in their order; KeyError for one that there is not."""
    there = {module.FORMAT.name: module for module in formats()}
    for module in [there[name] for name in wanted or there]:
        names = tuple(name for name, data in SAMPLES.items() if module.recognise(glimpse(module, name, data)))
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

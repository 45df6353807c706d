"""Numbers of protocol buffer messages, decoded where they lie into elements of a fixed width."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lintian_ml.blob import Blob
from lintian_ml.encoding.message import Run
from lintian_ml.encoding.protobuf import LENGTH
from lintian_ml.error import FormatError
from lintian_ml.model import Computed, Payload, Span

if TYPE_CHECKING:
    import numpy
    import numpy.typing as npt

    Numbers = npt.NDArray[numpy.uint64]

_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Survey:
    """How many numbers there are, and whether each is written in the shortest form and within its range."""

    count: int
    clean: bool


def fixed(blob: Blob, runs: Sequence[Run], width: int) -> Payload:
    """Return the payload of numbers of ``width`` bytes (4 or 8): a span where they are packed in one run."""
    for run in runs:
        if (run.end - run.offset) % (width + run.tag):
            raise FormatError(f"the numbers at offset {run.offset} do not have {width} bytes each")
    if len(runs) == 1 and runs[0].wire == LENGTH:
        return Span(blob, runs[0].offset, runs[0].end - runs[0].offset)
    length = sum((run.end - run.offset) // (width + run.tag) * width for run in runs)
    return Computed(lambda: _untagged(blob, runs, width), length)


def _untagged(blob: Blob, runs: Sequence[Run], width: int) -> Iterator[bytes]:
    for run in runs:
        stride = width + run.tag
        for block in blob.blocks(run.offset, run.end - run.offset, stride * (_BLOCK // stride)):
            yield (
                block
                if not run.tag
                else b"".join(block[at + run.tag : at + stride] for at in range(0, len(block), stride))
            )


def survey(blob: Blob, runs: Sequence[Run], bits: int, *, signed: bool) -> Survey:
    """Count the varints; ``clean`` if all have at most ``bits`` bits and are in the shortest form."""
    import numpy as np

    count, clean = 0, True
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    for values, shortest in _varints(blob, runs):
        count += len(values)
        if bits < 64 and len(values):
            wide = values.view(np.int64)
            clean = clean and bool(low <= int(wide.min()) and int(wide.max()) <= high)
        clean = clean and shortest
    return Survey(count, clean)


def integers(blob: Blob, runs: Sequence[Run], width: int, count: int) -> Payload:
    """Return the payload of ``count`` varints as integers of ``width`` bytes, their higher bits left out."""

    def make() -> Iterator[bytes]:
        for values, _ in _varints(blob, runs):
            yield values.astype(f"<u{width}").tobytes()

    return Computed(make, count * width)


def sixes(blob: Blob, runs: Sequence[Run], count: int) -> Payload:
    """Return the payload of ``count`` varints as 6-bit codes, four in three bytes, the first one lowest."""
    import numpy as np

    def make() -> Iterator[bytes]:
        rest = np.empty(0, np.uint8)
        for values, _ in _varints(blob, runs):
            codes = np.concatenate([rest, values.astype(np.uint8)])
            codes, rest = np.split(codes, [len(codes) // 4 * 4])
            yield packed(codes)
        yield packed(rest)

    def packed(codes: "npt.NDArray[np.uint8]") -> bytes:
        bits = np.unpackbits(codes[:, np.newaxis], axis=1, bitorder="little")[:, :6]
        return np.packbits(bits, bitorder="little").tobytes()

    return Computed(make, (6 * count + 7) // 8)


def _varints(blob: Blob, runs: Sequence[Run]) -> "Iterator[tuple[Numbers, bool]]":
    """Yield the numbers of all runs in blocks, and whether all of the block are in the shortest form."""
    for run in runs:
        rest, tags = b"", 0
        for block in blob.blocks(run.offset, run.end - run.offset, _BLOCK):
            values, shortest, rest = _decode(rest + block)
            if run.tag:
                values, tags = values[1 - tags :: 2], (tags + len(values)) % 2
            yield values, shortest
        if rest:
            raise FormatError(f"the last number before offset {run.end} is cut short")


def _decode(data: bytes) -> "tuple[Numbers, bool, bytes]":
    """Return the varints in ``data``, whether all are in the shortest form, and an unfinished rest."""
    import numpy as np

    raw = np.frombuffer(data, np.uint8)
    last = np.flatnonzero(raw < 0x80)
    first = np.concatenate(([0], last[:-1] + 1)) if len(last) else last
    sizes = last - first + 1
    longest = int(sizes.max(initial=0))
    done = int(last[-1]) + 1 if len(last) else 0
    if longest > 10 or len(data) - done >= 10 or bool(np.any((sizes == 10) & (raw[last] > 1))):
        raise FormatError("a number has more than 64 bits")
    values = np.zeros(len(last), np.uint64)
    for step in range(longest):
        held = np.flatnonzero(sizes > step)
        values[held] |= (raw[first[held] + step] & 0x7F).astype(np.uint64) << np.uint64(7 * step)
    return values, not np.any((sizes > 1) & (raw[last] == 0)), data[done:]

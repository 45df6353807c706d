"""Leela Zero's nets in text, versions 1 and 2 (leela-zero, src/Network.cpp: load_v1_network).

The first line is the version. Each further line holds the numbers of one array: four for the input's
convolution (weights, biases, means and variances), eight for each residual block, and fourteen for the two
heads.
"""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.packed import little_endian
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Computed, Model, Tensor

FORMAT = Format("leela-zero", extensions=(".txt", ".weights", ".gz"), first=b"12", like=rb"[12]\n")
NOISE = (SPELLING,)

VERSION = re.compile(FORMAT.like)
NUMBER = re.compile(rb"-?(\d++(?:\.\d*+)?|\.\d++)([eE][-+]?\d++)?")
NOT_NUMBERS = re.compile(rb"[^-+.0-9eE \t\r]")
LONGEST_LINE = 256 << 20
LONGEST = 2 << 30
FEW = 512
"""Numbers that a first array must have at least where the head does not show its end."""

CONVOLUTION = ("weight", "bias", "mean", "variance")
HEADS = (
    *(f"policy.convolution.{part}" for part in CONVOLUTION),
    "policy.dense.weight",
    "policy.dense.bias",
    *(f"value.convolution.{part}" for part in CONVOLUTION),
    "value.dense1.weight",
    "value.dense1.bias",
    "value.dense2.weight",
    "value.dense2.bias",
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One array: where its line lies in the file, and how many numbers it has."""

    start: int
    length: int
    count: int


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A version alone on its line, then arrays of floats whose lengths fit one another, as far as seen."""
    if not VERSION.match(glimpse.head):
        return None
    lines = glimpse.head[2:].split(b"\n", 5)
    whole, seen = lines[:-1][:4], lines[-1] if len(lines) < 6 else b""
    if any(NOT_NUMBERS.search(line) for line in (*whole, seen)):
        return None
    words = seen.split()[:-1] if not whole else whole[0].split()
    if (
        (len(words) < FEW and not whole)
        or not all(map(NUMBER.fullmatch, words[:FEW]))
        or not _fractions(words)
    ):
        return None
    counts = [len(line.split()) for line in whole]
    if len(counts) < 4 and len(glimpse.head) == glimpse.size:
        return None
    if len(counts) > 1 and not _fits(counts):
        return None
    return Evidence.of(
        {Kind.STRUCTURE: f"version {chr(glimpse.head[0])}, then a line for each array of floats"}
    )


def _fractions(words: list[bytes]) -> bool:
    """Whether most of the numbers are no integers."""
    return 2 * sum(b"." in word or b"e" in word for word in words) > len(words)


def _fits(counts: list[int]) -> bool:
    """Whether lengths are those of 3 by 3 filters, biases, means and variances, as far as they go."""
    channels = counts[1]
    return channels > 0 and counts[0] % (9 * channels) == 0 < counts[0] and set(counts[1:4]) == {channels}


def read(blob: Blob) -> Model:
    """Find the arrays and hold their lengths against one another; FormatError where they do not fit."""
    if blob.size > LONGEST:
        raise LimitError(f"a text of {blob.size} bytes, but {LONGEST >> 20} MiB are read at most")
    if not VERSION.fullmatch(blob.read(0, 2)):
        raise FormatError("the first line is no version of Leela Zero's nets")
    lines = [_measured(start, text) for start, text in _lines(blob, 2)]
    blocks, odd = divmod(len(lines) - 4 - len(HEADS), 8)
    if blocks < 0 or odd or not _fits([line.count for line in lines[:4]]):
        raise FormatError(f"the {len(lines)} lines of numbers are no input, residual blocks and two heads")
    shapes = [*_tower([line.count for line in lines], blocks), *_heads(lines[-len(HEADS) :], lines[1].count)]
    tensors = tuple(_tensor(blob, *named, line) for named, line in zip(shapes, lines, strict=True))
    channels = lines[1].count
    structure = {"version": blob.read(0, 1).decode("ascii"), "residual blocks": blocks, "channels": channels}
    return with_spelling(Model(FORMAT.name, tensors, structure, complete=True), blob)


def _lines(blob: Blob, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield each line and where it begins."""
    kept: list[bytes] = []
    held = 0
    for block in blob.blocks(start):
        *ends, rest = block.split(b"\n")
        for end in ends:
            line = b"".join((*kept, end))
            yield start, line
            start += len(line) + 1
            kept, held = [], 0
        kept.append(rest)
        held += len(rest)
        if held > LONGEST_LINE:
            raise LimitError(f"the line at offset {start} is longer than {LONGEST_LINE >> 20} MiB")
    if held:
        yield start, b"".join(kept)


def _measured(start: int, text: bytes) -> _Line:
    return _Line(start, len(text), len(_numbers(start, text)))


def _numbers(start: int, text: bytes) -> "array[float]":
    if NOT_NUMBERS.search(text):
        raise FormatError(f"the line at offset {start} has something else than numbers")
    try:
        return array("f", map(float, text.split()))
    except ValueError as error:
        raise FormatError(f"in the line at offset {start} there is no number: {error}") from error


def _tower(counts: list[int], blocks: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield names and shapes of the input's and the blocks' convolutions; FormatError for a wrong length."""
    channels = counts[1]
    for layer in range(1 + 2 * blocks):
        name = f"block{(layer - 1) // 2}.convolution{(layer - 1) % 2 + 1}" if layer else "input.convolution"
        planes = channels if layer else counts[0] // (9 * channels)
        expected = (channels * planes * 9, channels, channels, channels)
        if tuple(counts[4 * layer : 4 * layer + 4]) != expected:
            raise FormatError(f"the arrays of {name} have {counts[4 * layer : 4 * layer + 4]} numbers")
        yield f"{name}.weight", (channels, planes, 3, 3)
        yield from ((f"{name}.{part}", (channels,)) for part in CONVOLUTION[1:])


def _heads(lines: list[_Line], channels: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield names and shapes of the heads' arrays; FormatError for a wrong length."""
    count = dict(zip(HEADS, (line.count for line in lines), strict=True))
    for head, dense in (("policy", ("dense",)), ("value", ("dense1", "dense2"))):
        planes = count[f"{head}.convolution.bias"]
        inputs: int | None = None
        for part in CONVOLUTION:
            shape = (planes, channels) if part == "weight" else (planes,)
            yield _checked(f"{head}.convolution.{part}", shape, count)
        for layer in dense:
            units = max(1, count[f"{head}.{layer}.bias"])
            inputs = inputs or count[f"{head}.{layer}.weight"] // units
            yield _checked(f"{head}.{layer}.weight", (units, inputs), count)
            yield _checked(f"{head}.{layer}.bias", (units,), count)
            inputs = units


def _checked(name: str, shape: tuple[int, ...], count: dict[str, int]) -> tuple[str, tuple[int, ...]]:
    if count[name] != shape[0] * (shape[1] if len(shape) > 1 else 1) or not count[name]:
        raise FormatError(f"the array {name} has {count[name]} numbers, not those of the shape {shape}")
    return name, shape


def _tensor(blob: Blob, name: str, shape: tuple[int, ...], line: _Line) -> Tensor:
    def make() -> Iterator[bytes]:
        yield little_endian(_numbers(line.start, blob.read(line.start, line.length)))

    return Tensor(name, "float32", shape, Computed(make, 4 * line.count))

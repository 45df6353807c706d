"""Floats without a header, detected by the distribution of their bits (IEEE 754, binary32 and binary64).

Weights of nets are near zero with both signs, so their exponents crowd below that of 1, and the upper bits of
their mantissas take all values; measured on nets of several programs, and on the geodetic grids, sounds and
pictures that must not pass. Small integers, variances and what is compressed are not told.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log2
from struct import unpack_from

from lintian_ml.encoding.sample import describe, looks_trained
from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("raw-floats", extensions=(".bin", ".dat", ".raw", ".weights"), within="rest", smallest=16384)

FEWEST = 2048
"""Numbers that are not zero which the head must have."""

SAMPLED = 2048
"""Numbers whose order and values are looked at beside their bits."""

TELLING = re.compile(
    r"(?<![a-z])(weights?|nnet|neural|neurons?|lstm|gru|rnn|cnn|dnn|mlp|embeddings?|checkpoints?)(?![a-z])"
)
"""Words of paths that tell of weights. "Model" does not: games have models too."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How floats may lie in a file: their type and order, the code of ``struct`` for them and for their bits,
    bytes, bits of the mantissa, the exponents of weights, and the bytes that hold those exponents.
    """

    name: str
    code: str
    bits: str
    width: int
    mantissa: int
    exponents: range
    top: int
    usual: bytes


_TOPS = bytes([0, *range(0x38, 0x41), *range(0xB8, 0xC1)])
_WIDE_TOPS = bytes([0, 0x3E, 0x3F, 0x40, 0xBE, 0xBF, 0xC0])
LAYOUTS = (
    Layout("little-endian float32", "<f", "<I", 4, 23, range(97, 132), 3, _TOPS),
    Layout("big-endian float32", ">f", ">I", 4, 23, range(97, 132), 0, _TOPS),
    Layout("little-endian float64", "<d", "<Q", 8, 52, range(993, 1031), 7, _WIDE_TOPS),
    Layout("big-endian float64", ">d", ">Q", 8, 52, range(993, 1031), 0, _WIDE_TOPS),
)


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Weigh the head as floats of each layout; a telling name makes them probable."""
    head = glimpse.head
    if glimpse.size < FORMAT.smallest or head[:256].isascii():
        return None
    for layout in LAYOUTS:
        if glimpse.size % layout.width == 0 and _may_be(head[:4096], layout) and _are_weights(head, layout):
            count = len(head) // layout.width
            notes = {Kind.STATISTICS: f"its first {count} numbers as {layout.name} look like weights"}
            if found := TELLING.search(glimpse.name.lower()):
                notes[Kind.NAME] = f"the name says {found.group()}"
            return Evidence.of(notes)
    return None


def _may_be(head: bytes, layout: Layout) -> bool:
    """Whether nearly all bytes that would hold sign and exponent are as in numbers near zero."""
    tops = head[layout.top :: layout.width]
    return len(tops.translate(None, layout.usual)) <= 0.03 * len(tops)


def _are_weights(head: bytes, layout: Layout) -> bool:
    """Whether signs, exponents, mantissas and values, zeros left out, are distributed as those of weights."""
    count = len(head) // layout.width
    words = [word for word in unpack_from(f"{layout.bits[0]}{count}{layout.bits[1]}", head) if word << 1]
    values = [value for value in unpack_from(f"{layout.code[0]}{SAMPLED}{layout.code[1]}", head) if value]
    if len(words) < FEWEST or len(values) < SAMPLED // 4:
        return False
    sign = 8 * layout.width - 1
    mask = (1 << sign - layout.mantissa) - 1
    exponents = Counter(word >> layout.mantissa & mask for word in words)
    mode = max(exponents, key=exponents.__getitem__)
    near = sum(exponents[exponent] for exponent in range(mode - 6, mode + 5))
    usual = sum(exponents[exponent] for exponent in layout.exponents)
    return (
        usual >= 0.98 * len(words)
        and not exponents[mask]
        and 0.35 < sum(word >> sign for word in words) / len(words) < 0.65
        and 1.5 < _entropy(exponents.values()) < 4.2
        and near > 0.93 * len(words)
        and _entropy(Counter(word >> layout.mantissa - 6 & 63 for word in words).values()) > 5.5
        and 2 * sum(map(float.is_integer, values)) < len(values)
        and looks_trained(describe(values, 1.0), len(values))
    )


def _entropy(counts: Iterable[int]) -> float:
    """Return Shannon's entropy of a distribution in bits."""
    counts = [count for count in counts if count]
    total = sum(counts)
    return -sum(count / total * log2(count / total) for count in counts)

"""What the tests of the kernels share: codes that matter, as arrays, and what the definitions say of them.

It knows nothing of the comparator: values and ranks are those of the oracle.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache
from itertools import product
from random import Random
from typing import Any

import numpy as np

from lintian_ml.blob import Blob
from lintian_ml.equality.self_test.drawing import packed, special
from lintian_ml.equality.self_test.values import FLOATS, infinite, rank, value, width
from lintian_ml.model import BITS, Model, Span, Tensor

REALS = tuple(FLOATS)
"""The float types that have a sign."""

SMALL = tuple(name for name in REALS if width(name) <= 8)
SCALE = "float8e8m0"
INTEGERS = tuple(f"{sign}int{bits}" for sign in ("", "u") for bits in (2, 4, 8, 16, 32, 64))

MET_AT_BORDERS = (Fraction(0), Fraction(1, 10**30), Fraction(-1, 10**30))
"""By how much a tolerance misses a deviation: not at all, or by so little that no float64 can tell."""


def array(codes: Iterable[int], dtype: str) -> Any:
    """Return codes as the kernels take them."""
    return np.array(list(codes), f"u{max(8, width(dtype)) // 8}")


@cache
def finite(dtype: str) -> tuple[int, ...]:
    """Return the special codes that are numbers; of types of 8 bits and fewer, all of them."""
    every = range(1 << width(dtype)) if width(dtype) <= 8 else special(dtype)
    return tuple(code for code in every if value(code, dtype) is not None)


@cache
def odd(dtype: str) -> tuple[int, ...]:
    """Return the special codes that are no numbers."""
    every = range(1 << width(dtype)) if width(dtype) <= 8 else special(dtype)
    return tuple(code for code in every if value(code, dtype) is None)


@cache
def paired(dtype: str, seed: int = 0) -> tuple[tuple[int, int], ...]:
    """Return pairs of unequal finite codes: special ones with each other, and with their neighbours."""
    draw = Random(f"{dtype} {seed}")
    codes = (
        finite(dtype) if width(dtype) > 8 else tuple(draw.sample(finite(dtype), min(14, len(finite(dtype)))))
    )
    found = set(product(codes, codes))
    for code in (*codes, *(draw.randrange(1 << width(dtype)) for _ in range(60))):
        for _ in range(4):
            found.add((code, (code + draw.choice((-1, 1)) * draw.randrange(1, 40)) % (1 << width(dtype))))
    real = [pair for pair in sorted(found) if None not in (value(pair[0], dtype), value(pair[1], dtype))]
    return tuple(pair for pair in real if pair[0] != pair[1])


def sides(pairs: Sequence[tuple[int, int]], dtype: str) -> tuple[Any, Any]:
    """Return the first and the second codes of pairs."""
    return array((one for one, _ in pairs), dtype), array((other for _, other in pairs), dtype)


def real(code: int, dtype: str) -> Fraction:
    """Return the value of a finite code."""
    found = value(code, dtype)
    assert found is not None
    return found


@cache
def gaps(dtype: str, seed: int = 0) -> tuple[tuple[Fraction, Fraction, Fraction], ...]:
    """Return |a - b|, the larger magnitude and the smaller one of each of the ``paired`` codes."""
    values = [(real(one, dtype), real(other, dtype)) for one, other in paired(dtype, seed)]
    return tuple((abs(a - b), max(abs(a), abs(b)), min(abs(a), abs(b))) for a, b in values)


@cache
def within(dtype: str, rtol: Fraction, atol: Fraction, seed: int = 0) -> list[bool]:
    """Tell for which of the ``paired`` codes |a - b| ≤ max(atol, rtol·max(|a|, |b|))."""
    return [gap <= atol or gap <= rtol * larger for gap, larger, _ in gaps(dtype, seed)]


@cache
def accepted(dtype: str, reach: int) -> dict[int, int]:
    """Return how many codes are within reach of each finite code, counted one by one."""
    ranks = {code: rank(code, dtype) for code in finite(dtype)}
    return {code: sum(abs(own - other) <= reach for other in ranks.values()) for code, own in ranks.items()}


@cache
def near(dtype: str, rtol: Fraction, atol: Fraction) -> dict[int, int]:
    """Return how many codes are within the tolerances of each finite code, counted one by one."""
    values = {code: real(code, dtype) for code in finite(dtype)}
    return {
        code: sum(abs(own - one) <= max(atol, rtol * max(abs(own), abs(one))) for one in values.values())
        for code, own in values.items()
    }


def apart(one: int, other: int, dtype: str) -> int:
    """Return how many representable values apart two finite codes are."""
    return abs(rank(one, dtype) - rank(other, dtype))


def steps(dtype: str) -> int:
    """Return the code of the least normal number of a float type."""
    return 1 << FLOATS[dtype].fraction


def tensor(codes: Sequence[int], dtype: str, big_endian: bool = False, name: str = "w") -> Tensor:
    """Return a tensor of one dimension; of two codes for each element, of a complex type."""
    data = packed(codes, dtype, big_endian)
    count = len(codes) // (2 if dtype.startswith("complex") else 1)
    return Tensor(name, dtype, (count,), Span(Blob(data), 0, len(data)), big_endian)


def model(*tensors: Tensor) -> Model:
    """Return a model of tensors alone."""
    return Model("made", tensors, structure={}, complete=True)


def laid(dtype: str, tensors: Sequence[Sequence[int]]) -> Model:
    """Return a model of many small tensors, given by their codes, one after the other in one blob."""
    width = BITS[dtype] // 8
    data = b"".join(code.to_bytes(width, "little") for codes in tensors for code in codes)
    blob, start, made = Blob(data), 0, []
    for number, codes in enumerate(tensors):
        made.append(Tensor(f"t{number:03}", dtype, (len(codes),), Span(blob, start, width * len(codes))))
        start += width * len(codes)
    return model(*made)


__all__ = ["infinite", "rank", "special", "value", "width"]

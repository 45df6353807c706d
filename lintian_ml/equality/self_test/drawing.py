"""Draws what the comparator is tried on: pairs of codes, weighted to those that comparators get wrong."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from random import Random

from lintian_ml.blob import Blob
from lintian_ml.equality.self_test.values import COMPONENTS, FLOATS, SCALE, width
from lintian_ml.model import BITS, Model, Span, Tensor

Pairs = tuple[list[int], list[int]]

NUMERIC = tuple(dtype for dtype in BITS if dtype != "bool")


@cache
def special(dtype: str) -> tuple[int, ...]:
    """Return the codes at which formats begin, end or change, with and without sign.

    Zeros, the first and the last subnormal and normal numbers, one, infinities, quiet and signalling NaNs,
    those of most and of least payload.
    """
    bits = width(dtype)
    sign, every = 1 << (bits - 1), (1 << bits) - 1
    form = FLOATS.get(COMPONENTS.get(dtype, dtype))
    if form is None:
        middle = {126, 127, 128, 254} if dtype == SCALE else set()
        return tuple(sorted({0, 1, 2, sign - 1, sign, sign + 1, every - 1, every} | middle))
    step = 1 << form.fraction
    top = ((1 << form.exponent) - 1) * step
    found = {0, 1, 2, step - 1, step, step + 1, form.bias * step, form.bias * step - 1}
    found |= {top - 1, top, top + 1, top | step >> 1, top | (step >> 1) - 1, sign - 2, sign - 1}
    return tuple(sorted({code % sign | negative for code in found for negative in (0, sign)}))


def pairs(draw: Random, dtype: str, count: int) -> Pairs:
    """Return ``count`` pairs of codes: special ones, near ones, equal ones, any."""
    bits = width(dtype)
    first = [_code(draw, dtype) for _ in range(count)]
    second = []
    for code in first:
        kind = draw.randrange(8)
        if kind < 4:
            code += draw.choice((-1, 1)) * draw.randrange(1 << draw.randrange(1, bits))
        elif kind == 4:
            code ^= 1 << (bits - 1)
        elif kind < 7:
            code = _code(draw, dtype)
        second.append(code % (1 << bits))
    return first, second


def _code(draw: Random, dtype: str) -> int:
    if draw.randrange(2):
        return draw.choice(special(dtype))
    return draw.randrange(1 << width(dtype))


def packed(codes: Sequence[int], dtype: str, big_endian: bool = False) -> bytes:
    """Return the payload of a tensor of these codes; packed types have the first in the low bits."""
    bits = width(dtype)
    if bits >= 8:
        return b"".join(code.to_bytes(bits // 8, "big" if big_endian else "little") for code in codes)
    whole = sum(code << (bits * at) for at, code in enumerate(codes))
    return whole.to_bytes((len(codes) * bits + 7) // 8, "little")


def tensor(codes: Sequence[int], dtype: str, big_endian: bool = False, name: str = "w") -> Tensor:
    """Return a tensor of one dimension; of a complex type, of two codes for each element."""
    data = packed(codes, dtype, big_endian)
    count = len(codes) // 2 if dtype in COMPONENTS else len(codes)
    return Tensor(name, dtype, (count,), Span(Blob(data), 0, len(data)), big_endian)


def model(*tensors: Tensor) -> Model:
    """Return a model of these tensors and nothing else."""
    return Model("made", tensors, structure={}, complete=True)

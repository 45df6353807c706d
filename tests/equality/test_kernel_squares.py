"""Sums of squares of two tensors and of their difference, held against rational numbers."""

import math
from fractions import Fraction
from typing import Any

import pytest

from lintian_ml.blob import Blob
from lintian_ml.equality import squares as module
from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.predicates.norm import Norm
from lintian_ml.equality.squares import FARTHEST, Squares, squares
from lintian_ml.model import Computed, Span, Tensor
from tests.equality import kernel
from tests.equality.kernel import paired, real, tensor

TYPES = (*kernel.REALS, kernel.SCALE)
ERROR = Fraction(1, 1 << 34)


def pair(first: list[int], second: list[int], dtype: str, **more: Any) -> Pair:
    return Pair(tensor(first, dtype), tensor(second, dtype), **more)


def exactly(first: list[int], second: list[int], dtype: str) -> tuple[Fraction, Fraction, Fraction]:
    values = [(kernel.value(a, dtype), kernel.value(b, dtype)) for a, b in zip(first, second, strict=True)]
    known = [(a, b) for a, b in values if a is not None and b is not None]
    return (
        sum(((a - b) ** 2 for a, b in known), Fraction(0)),
        sum((a * a for a, _ in known), Fraction(0)),
        sum((b * b for _, b in known), Fraction(0)),
    )


def near(found: Squares, sums: tuple[Fraction, Fraction, Fraction]) -> bool:
    return all(
        abs(one - other) <= ERROR * other
        for one, other in zip((found.gap, found.first, found.second), sums, strict=True)
    )


@pytest.mark.parametrize("dtype", TYPES)
def test_the_sums_are_right_but_for_a_share_of_2_to_the_minus_34(dtype: str) -> None:
    middle = [
        code for code in paired(dtype) if all(2.0**-400 < abs(real(one, dtype)) < 2.0**400 for one in code)
    ]
    for at in range(0, len(middle) - 5, 29):
        first, second = (list(side) for side in zip(*middle[at : at + 5], strict=True))
        found = squares(pair(first, second, dtype))
        assert near(found, exactly(first, second, dtype))
        largest = max(abs(real(code, dtype)) for code in (*first, *second))
        assert found.count == 5
        assert found.exponent is not None
        assert Fraction(2) ** (found.exponent - 1) <= largest < Fraction(2) ** found.exponent


@pytest.mark.parametrize("dtype", ["float16", "float8e4m3fnuz", "float8e4m3fn", "float8e8m0", "complex64"])
def test_pairs_of_which_one_is_no_number_are_passed_over(dtype: str) -> None:
    own = dtype.replace("complex64", "float32")
    first = [*kernel.odd(own)[:2], 1, 2, 3, 5]
    second = [*(1, 2)[: len(first) - 4], *kernel.odd(own)[:1], 3, 2, 7]
    if len(first) % 2 and dtype == "complex64":
        first, second = [*first, 1], [*second, 1]
    found = squares(pair(first, second, dtype))
    known = [
        at for at, code in enumerate(zip(first, second, strict=True)) if not set(code) & set(kernel.odd(own))
    ]
    assert found.count == len(known)
    assert near(found, exactly(first, second, own))


@pytest.mark.parametrize("streamed", [False, True])
def test_unused_bits_of_a_last_byte_are_no_elements(streamed: bool) -> None:
    sides = [
        Tensor("w", "float4e2m1", (3,), Span(Blob(bytes(data)), 0, 2))
        for data in ((0x22, 0x72), (0x22, 0x71))
    ]
    one, other = (computed(side) if streamed else side for side in sides)
    assert squares(Pair(one, other)) == Squares(Fraction(1, 4), Fraction(3), Fraction(9, 4), 3, 1)
    assert Norm(Fraction(1, 10)).judge(Pair(one, other)).conclude()
    assert Norm(Fraction(3, 10)).judge(Pair(one, other)).conclude() == ""
    ones = [Tensor("w", "float4e2m1", (1,), Span(Blob(bytes([data])), 0, 1)) for data in (0x72, 0x71)]
    one, other = (computed(side) if streamed else side for side in ones)
    assert Norm(Fraction(1, 2)).judge(Pair(one, other)).conclude() == ""
    assert Norm(Fraction(1, 2) - Fraction(1, 10**30)).judge(Pair(one, other)).conclude()


def test_zeros_have_no_exponent_and_nothing_is_summed_of_them() -> None:
    found = squares(pair([0, 1 << 31], [1 << 31, 0], "float32"))
    assert found == Squares(count=2)
    assert (
        squares(pair([], [], "float32"))
        == Squares()
        == Squares(Fraction(0), Fraction(0), Fraction(0), 0, None)
    )
    assert squares(pair([0x7F800000], [0], "float32")) == Squares()


def float64(number: float) -> int:
    import struct

    return int.from_bytes(struct.pack(">d", number))


def test_numbers_too_large_are_counted_and_not_summed() -> None:
    assert FARTHEST == 500
    found = squares(pair([float64(2.0**499)], [0], "float64"))
    assert (found.exponent, found.first) == (500, Fraction(4) ** 499)
    found = squares(pair([float64(2.0**500)], [0], "float64"))
    assert found == Squares(count=1, exponent=501)


def test_numbers_too_small_are_summed_in_the_smallest_unit() -> None:
    found = squares(pair([float64(2.0**-501)], [0], "float64"))
    assert (found.exponent, found.first) == (-500, Fraction(4) ** -501)
    found = squares(pair([float64(2.0**-600)], [0], "float64"))
    assert (found.exponent, found.first, found.gap) == (-599, Fraction(4) ** -600, Fraction(4) ** -600)


def test_sums_of_parts_add_up_with_the_larger_exponent() -> None:
    one = Squares(Fraction(1), Fraction(2), Fraction(3), 4, 5)
    other = Squares(Fraction(10), Fraction(20), Fraction(30), 40, -5)
    assert one + other == other + one == Squares(Fraction(11), Fraction(22), Fraction(33), 44, 5)
    assert one + Squares(count=1) == Squares(Fraction(1), Fraction(2), Fraction(3), 5, 5)
    assert (Squares(count=1) + Squares(count=2)).exponent is None


@pytest.mark.parametrize("chunk", [3, 1 << 14])
@pytest.mark.parametrize("streamed", [False, True])
def test_long_tensors_are_summed_in_pieces_by_all_threads(
    chunk: int, streamed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", chunk)
    monkeypatch.setattr(module, "PIECE", 64)
    monkeypatch.setattr(module, "RANGE", 256)
    first = [0x3F800000 + (at << 18) for at in range(301)]
    second = [code ^ (at % 5 << 20) for at, code in enumerate(first)]
    made = pair(first, second, "float32", piece=64)
    if streamed:
        made = Pair(computed(made.first), made.second, 64)
    found = squares(made)
    assert near(found, exactly(first, second, "float32"))
    assert found.count == 301
    largest = max(abs(real(code, "float32")) for code in (*first, *second))
    assert found.exponent == math.frexp(float(largest))[1]


def computed(whole: Tensor) -> Tensor:
    data = b"".join(whole.payload.blocks())
    payload = Computed(lambda: iter([data[:70], data[70:]]), len(data))
    return Tensor(whole.name, whole.dtype, whole.shape, payload)


def test_either_byte_order_and_either_side_may_be_a_stream() -> None:
    first, second = [0x3F800000, 0x40000000], [0x3F800000, 0x40400000]
    expected = Squares(Fraction(1), Fraction(5), Fraction(10), 2, 2)
    assert squares(pair(first, second, "float32")) == expected
    assert squares(Pair(tensor(first, "float32", True), tensor(second, "float32"))) == expected
    assert squares(Pair(tensor(first, "float32"), computed(tensor(second, "float32")))) == expected
    assert squares(Pair(computed(tensor(first, "float32")), tensor(second, "float32"))) == expected
    assert Blob(b"").size == 0

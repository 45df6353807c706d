"""Which predicate is suggested: of those that hold, at their tightest, the one that leaves the least open."""

import math
from collections.abc import Sequence
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from lintian_ml.equality import answer as answering
from lintian_ml.equality import evaluation
from lintian_ml.equality.answer import answer
from lintian_ml.equality.binding import STRICT
from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.elements import FLOATS
from lintian_ml.equality.histogram import Histogram
from lintian_ml.equality.manner import PLAIN, Manner
from lintian_ml.equality.predicate import Predicate
from lintian_ml.equality.predicates.scaled import Scaled
from lintian_ml.equality.predicates.steps import Steps
from lintian_ml.equality.predicates.ulp import Ulp
from lintian_ml.equality.scales import Scales
from lintian_ml.equality.strongest import _dominated, strongest, two_digits
from lintian_ml.model import Computed, Tensor
from tests.equality import kernel
from tests.equality.kernel import apart, finite, real, tensor

ONE = 0x3C00
"""1 in float16; the next power of two lies 1024 codes above."""

LEAST = Fraction(1, 1 << 24)
"""The least number of float16 above 0."""

Terms = tuple[Predicate, ...] | None


def found(first: Sequence[int], second: Sequence[int], dtype: str) -> Terms:
    (terms,) = strongest([Pair(tensor(first, dtype), tensor(second, dtype))])
    return terms


def test_a_number_is_rounded_up_to_two_digits() -> None:
    rounding = Context(prec=2, rounding=ROUND_CEILING)
    draw = Random(7)
    drawn = [Fraction(draw.randrange(1, 10**9), draw.randrange(1, 10**6)) for _ in range(300)]
    exact = [Fraction(digits) * Fraction(10) ** power for digits in (1, 9, 10, 11, 99, 100, 101, 990, 999)
             for power in (-30, -3, -1, 0, 1, 20)]  # fmt: skip
    for value in (*drawn, *exact, Fraction(1, 3), Fraction(255), Fraction(10**30 + 1)):
        expected = rounding.divide(Decimal(value.numerator), Decimal(value.denominator))
        assert two_digits(value) == Fraction(expected)
    assert two_digits(Fraction(0)) == 0


@pytest.mark.parametrize(
    ("distance", "terms"),
    [(0, STRICT.terms), (1, (Steps(1),)), (99, (Steps(99),)), (101, (Steps(110),)), (250, (Steps(250),)),
     (251, None), (255, None)],
)  # fmt: skip
def test_integers_are_so_many_steps_apart(distance: int, terms: Terms) -> None:
    assert found([0x80, 5], [(0x80 + distance) % 256, 5], "int8") == terms
    assert found([5, (0x80 + distance) % 256], [5, 0x80], "int8") == terms


def test_what_is_no_number_is_equal_or_nothing_holds() -> None:
    for first, second, dtype, terms in (
        ([0, 1], [0, 1], "bool", STRICT.terms),
        ([0, 1], [1, 1], "bool", None),
        ([0x7E00, ONE], [0x7E00, ONE], "float16", STRICT.terms),
        ([0x7E00, ONE], [0x7E00, ONE + 1], "float16", (Ulp(1),)),
        ([0x7E00, ONE], [ONE, ONE], "float16", None),
        ([ONE, 0x7C00], [ONE, 0x7BFF], "float16", None),
    ):
        assert found(first, second, dtype) == terms


def test_tensors_of_two_types_or_shapes_or_that_cannot_be_read_have_none() -> None:
    one, other = tensor([1], "int8"), tensor([1], "uint8")
    long = tensor([1, 1], "int8")
    lying = Tensor("w", "int8", (4,), Computed(lambda: iter([b"1"]), 4))
    floats = Tensor("w", "float16", (2,), Computed(lambda: iter([b"1"]), 4))
    pairs = [Pair(one, other), Pair(one, long), Pair(lying, lying), Pair(floats, floats), Pair(one, one)]
    assert strongest(pairs) == [None, None, None, None, STRICT.terms]


def test_a_last_byte_with_other_unused_bits_has_none() -> None:
    first, second = (Tensor("w", "int4", (1,), tensor([code], "uint8").payload) for code in (0x01, 0x11))
    assert strongest([Pair(first, second)]) == [None]
    assert strongest([Pair(first, first)]) == [STRICT.terms]


def test_zeros_of_two_signs_are_no_value_apart() -> None:
    assert found([0x8000, 0], [0, 0], "float16") == (Ulp(0),)


HARDLY = Fraction(1, 10**9)
"""By which share a gap may be measured too large: where it lies on two digits, the next two are taken."""


def by_definition(first: Sequence[int], second: Sequence[int], dtype: str, more: Fraction) -> Terms:
    """Return the terms by single pairs in rational numbers, for a gap that is more by a share."""
    pairs = list(zip(first, second, strict=True))
    reach = int(two_digits(Fraction(max(apart(one, other, dtype) for one, other in pairs))))
    gap = max(abs(real(one, dtype) - real(other, dtype)) for one, other in pairs)
    smaller = min(max(abs(real(code, dtype)) for code in side) for side in (first, second))
    tau = two_digits(gap * (1 + more) / smaller) if smaller else Fraction(1)
    allowed = None if Ulp(reach).vacuous(dtype) else Ulp(reach)
    if tau >= 1:
        return (allowed,) if allowed else None
    if allowed is None:
        return (Scaled(tau),)
    meter = Histogram(FLOATS[dtype], share=tau)
    meter.add(kernel.array(second, dtype))
    left_open = len(second) * math.log2(2 * reach + 1)
    return (allowed,) if left_open <= (meter.bits() or 0.0) else (Scaled(tau),)


@pytest.mark.parametrize("dtype", ["float16", "float8e5m2", "float8e4m3fn", "bfloat16", "float32"])
def test_of_floats_the_one_of_least_slack_is_suggested(dtype: str) -> None:
    draw, form = Random(dtype), FLOATS[dtype]
    seen = set()
    for at in range(40):
        binades = draw.choice((1, 2, 5, 12, form.limit >> form.fraction))
        top = draw.randrange(form.limit // 2, form.limit)
        low = max(1, top - binades * (1 << form.fraction))
        first = [draw.randrange(low, top) for _ in range(12)]
        noise = draw.choice((1, 2, 5, 1 << form.fraction))
        quiet = sorted(first)[draw.choice((2, 6, 11))]
        second = [code + draw.randrange(-noise, noise) * (code < quiet) for code in first]
        second = [min(max(0, code), form.limit - 1) for code in second]
        if first != second:
            terms = found(first, second, dtype)
            assert terms in [by_definition(first, second, dtype, more) for more in (Fraction(0), HARDLY)], at
            seen.add(terms and type(terms[0]))
    assert seen >= {Ulp, Scaled}


@pytest.mark.parametrize(
    ("first", "second", "dtype"),
    [
        ([0x4000, 0x0000, 0x0000], [0x4000, 0x0001, 0x8003], "float16"),
        ([0x7F7FFFFF, 0x00000000, 0x80000000], [0x7F7FFFFF, 0x7F000000, 0xFF000000], "float32"),
        ([0x70, 0x01], [0x70, 0xF0], "float8e5m2"),
        ([0x0000, 0x0001], [0x0000, 0x0000], "float16"),
    ],
)
def test_noise_on_zeros_is_a_share_of_the_largest(first: list[int], second: list[int], dtype: str) -> None:
    assert found(first, second, dtype) == by_definition(first, second, dtype, Fraction(0))


def test_a_share_of_one_or_more_is_no_predicate_and_a_step_of_all_is_none_either() -> None:
    assert found([ONE, 0x3BF6], [ONE, 0], "float16") == (Ulp(16000),)
    (term,) = found([254, 253], [254, 0], "float8e8m0") or ()
    assert isinstance(term, Scaled)
    assert Fraction(1, 2) <= term.tau <= Fraction(51, 100)


def test_components_of_complex_numbers_are_measured_too() -> None:
    assert found([0x3F800000, 0x3F800000], [0x3F800000, 0x3F800003], "complex64") == (Ulp(3),)


def test_many_pairs_keep_their_order_in_any_manner() -> None:
    noisy = ([0x4000, 0x1000, 0x3000], [0x4000, 0x1090, 0x3001], "float16")
    sides = [([1], [1], "int8"), noisy, ([1], [4], "int8"), ([ONE], [ONE + 1], "float16"), noisy]
    pairs = [Pair(tensor(first, dtype), tensor(second, dtype)) for first, second, dtype in sides]
    alone = [found(*side) for side in sides]
    assert alone[0] == STRICT.terms
    for manner in (PLAIN, Manner(threads=1), Manner(threads=3, shortcut=False)):
        assert strongest(pairs, manner) == alone


def scales_up_to(code: int, dtype: str) -> Scales:
    """Return the scales of tensors whose largest element has a code."""
    scales = Scales(FLOATS[dtype])
    scales.look(kernel.array([1], dtype), kernel.array([code], dtype))
    return scales


@pytest.mark.parametrize("dtype", ["float8e5m2", "float8e4m3fn", "float8e4m3fnuz"])
def test_a_distance_dominates_only_where_the_smallest_of_each_binade_has_as_many_neighbours_in_it(
    dtype: str,
) -> None:
    form = FLOATS[dtype]
    values = sorted(real(code, dtype) for code in finite(dtype) if code < form.limit)
    told = 0
    for larger in range(1, form.limit, 5):
        scales = scales_up_to(larger, dtype)
        smallest = [form.value(code) for code in range(0, larger + 1, 1 << form.fraction)]
        step = form.value(larger) - form.value(larger - 1)
        for reach, tenths in product((1, 2, 3, 7, 8), (9, 10, 19, 20, 30, 40, 80)):
            share = Fraction(tenths, 10)
            if _dominated(scales, reach, step * share):
                told += 1
                for value in smallest:
                    above = sum(value < one <= value + step * share for one in values)
                    assert above >= min(reach, sum(one > value for one in values))
    assert told


def test_a_distance_of_as_many_steps_of_the_largest_binade_dominates() -> None:
    above, below = Fraction(1, 1024), Fraction(1, 2048)
    for larger, step in ((ONE, above), (ONE + 1023, above), (ONE - 1, below), (0x3FF, LEAST), (0x400, LEAST),
                         (0x800, 2 * LEAST)):  # fmt: skip
        scales = scales_up_to(larger, "float16")
        for reach in (1, 5, 1023):
            assert _dominated(scales, reach, reach * step)
            assert not _dominated(scales, reach, reach * step * Fraction(999, 1000))
        assert not _dominated(scales, 1024, 9999 * step)
    assert not _dominated(scales_up_to(100, "float8e8m0"), 0, Fraction(1 << 200))


# Answers.


@pytest.mark.parametrize(
    ("predicate", "measured"),
    [(None, False), ("ulp(1)", False), ("a same\nb ulp(1)", False), ("decides(p, 0)", True),
     ("ulp(1) and decides(p, 0)", True), ("a ulp(1)\nb decides(p, 0)", True)],
)  # fmt: skip
def test_measurements_are_seen_to_and_all_else_is_compared(
    predicate: str | None, measured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def noted(name: str) -> Any:
        return lambda *given, **named: (name, given, named)

    monkeypatch.setattr(answering, "compare_files", noted("compared"))
    monkeypatch.setattr(evaluation, "measure_files", noted("measured"))
    manner = Manner(threads=1)
    told: Any = answer("a", Path("b"), predicate, manner, probes="here", evaluate=True)
    name, given, named = told
    assert given[:2] == ("a", Path("b"))
    assert (given[2] if given[2] is None else type(given[2]).__name__) == (predicate and "Specification")
    if measured:
        assert (name, given[3:], named) == ("measured", (manner,), {"folder": "here", "evaluate": True})
    else:
        assert (name, given[3:], named) == ("compared", (manner,), {})
    plain: Any = answer("a", "b", predicate)
    assert plain[2] == ({"folder": ".", "evaluate": False} if measured else {})
    assert plain[1][3] is PLAIN

"""The comparator against an oracle in rational numbers, the traps that other comparators fall into, and the
laws.
"""

import bisect
import math
import struct
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintian_ml.blob import Blob
from lintian_ml.equality import (
    Clause,
    Comparison,
    Deviation,
    Level,
    Part,
    Predicate,
    Selector,
    Specification,
    Verdict,
    compare,
    compare_files,
)
from lintian_ml.equality.predicates.close import Close
from lintian_ml.equality.predicates.norm import Norm
from lintian_ml.equality.predicates.scaled import Scaled
from lintian_ml.equality.predicates.steps import Steps
from lintian_ml.equality.predicates.ulp import Ulp
from lintian_ml.error import DeclarationError, FormatError, UsageError
from lintian_ml.model import BITS, Computed, Model, Span, Tensor

MET, NOT_MET, NOT_DECIDED = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_DECIDED

# Exponent bits, fraction bits and bias of each format, and which codes are finite: the oracle's own table.
LAYOUT = {
    "float8e4m3fn": (4, 3, 7),
    "float8e4m3fnuz": (4, 3, 8),
    "float8e5m2": (5, 2, 15),
    "float8e5m2fnuz": (5, 2, 16),
    "float4e2m1": (2, 1, 1),
    "float16": (5, 10, 15),
    "bfloat16": (8, 7, 127),
    "float32": (8, 23, 127),
    "float64": (11, 52, 1023),
}
INTEGERS = [name for name in BITS if name.startswith(("int", "uint"))]
SMALL = [name for name in LAYOUT if BITS[name] <= 8]


@cache
def value_of(code: int, dtype: str) -> Fraction | None:
    """The real number that a code stands for by the format's definition; None where it stands for none."""
    if dtype in INTEGERS:
        bits = BITS[dtype]
        return Fraction(code - (1 << bits) if dtype[0] == "i" and code >> (bits - 1) else code)
    if dtype == "float8e8m0":
        return None if code == 255 else Fraction(2) ** (code - 127)
    wide, long, bias = LAYOUT[dtype]
    sign, exponent, rest = code >> (wide + long), code >> long & (2**wide - 1), code & (2**long - 1)
    top = exponent == 2**wide - 1
    if dtype.endswith("fnuz"):
        odd = code == 0x80
    elif dtype == "float8e4m3fn":
        odd = top and rest == 7
    else:
        odd = top and dtype != "float4e2m1"
    if odd:
        return None
    size = Fraction(rest, 2**long) + (1 if exponent else 0)
    value: Fraction = (-size if sign else size) * Fraction(2) ** (max(exponent, 1) - bias)
    return value


@cache
def rank_of(value: Fraction, dtype: str) -> int:
    """How many representable values lie between 0 and ``value``, counted binade by binade."""
    if dtype in INTEGERS or dtype == "float8e8m0":
        return (
            int(value) if dtype in INTEGERS else value.numerator.bit_length() - value.denominator.bit_length()
        )
    _, long, bias = LAYOUT[dtype]
    size, exponent, rank = abs(value), 1 - bias, 0
    step = Fraction(2) ** (exponent - long)
    if size >= 2 ** (exponent + 1) if exponent >= 0 else size >= Fraction(2) ** (exponent + 1):
        top = size.numerator.bit_length() - size.denominator.bit_length()
        top -= Fraction(2) ** top > size
        rank = (top - exponent) * 2**long
        step *= Fraction(2) ** (top - exponent)
    count = rank + size / step
    assert count.denominator == 1
    return int(count) if value >= 0 else -int(count)


def oracle(first: Sequence[int], second: Sequence[int], dtype: str, term: Predicate) -> bool:
    """Whether a predicate holds for two lists of codes, by its definition on rational numbers."""
    real: list[tuple[Fraction, Fraction]] = []
    for one, other in zip(first, second, strict=True):
        a, b = value_of(one, dtype), value_of(other, dtype)
        if a is not None and b is not None:
            real.append((a, b))
        elif one != other:
            return False
    if isinstance(term, Ulp | Steps):
        return all(abs(rank_of(a, dtype) - rank_of(b, dtype)) <= term.n for a, b in real)
    if isinstance(term, Close):
        return all(abs(a - b) <= max(term.atol, term.rtol * max(abs(a), abs(b))) for a, b in real)
    largest = min(max((abs(pair[side]) for pair in real), default=Fraction(0)) for side in (0, 1))
    if isinstance(term, Scaled):
        return all(abs(a - b) <= term.tau * largest for a, b in real)
    assert isinstance(term, Norm)
    own = max(sum(a**2 for a, _ in real), sum(b**2 for _, b in real))
    return sum((a - b) ** 2 for a, b in real) <= term.rel**2 * own


def packed(codes: Sequence[int], dtype: str, big_endian: bool = False) -> bytes:
    """The payload of a tensor of these codes."""
    bits = BITS[dtype]
    if bits >= 8:
        return b"".join(code.to_bytes(bits // 8, "big" if big_endian else "little") for code in codes)
    whole = sum(code << (bits * at) for at, code in enumerate(codes))
    return whole.to_bytes((len(codes) * bits + 7) // 8, "little")


def tensor(
    codes: Sequence[int], dtype: str, big_endian: bool = False, name: str = "w", blocks: int | None = None
) -> Tensor:
    """A tensor of these codes, delivered in blocks of the given length."""
    data = packed(codes, dtype, big_endian)
    return raw(data, dtype, (len(codes),), big_endian, name, blocks)


def raw(
    data: bytes,
    dtype: str,
    shape: tuple[int, ...],
    big_endian: bool = False,
    name: str = "w",
    blocks: int | None = None,
) -> Tensor:
    span = Span(Blob(data), 0, len(data))
    payload = span if blocks is None else Computed(lambda: Blob(data).blocks(block=blocks), len(data))
    return Tensor(name, dtype, shape, payload, big_endian)


def model(*tensors: Tensor, **parts: Any) -> Model:
    return Model("made", tensors, **{"structure": {}, "complete": True, **parts})


def asking(*terms: Predicate) -> Specification:
    return Specification((Clause(Selector("*"), terms),))


def arrays(first: Any, second: Any, predicate: str | None, dtype: str | None = None) -> Comparison:
    """The verdict on two models of one array each."""
    pair = [np.asarray(array) for array in (first, second)]
    made = [raw(array.tobytes(), dtype or str(array.dtype), array.shape) for array in pair]
    return compare(model(made[0]), model(made[1]), predicate)


def bits32(value: float) -> int:
    return int.from_bytes(struct.pack("<f", value), "little")


Drawn = tuple[str, list[int], list[int]]


@st.composite
def pairs_of_codes(draw: st.DrawFn, dtypes: tuple[str, ...] = tuple(LAYOUT)) -> Drawn:
    """A type and pairs of codes near one another or near what is special: zeros, ends, infinities, NaNs."""
    dtype = draw(st.sampled_from(dtypes))
    bits = BITS[dtype]
    special = {0, 1, 1 << (bits - 1), (1 << bits) - 1, (1 << (bits - 1)) - 1, (1 << (bits - 1)) + 1}
    if dtype in LAYOUT:
        wide, long, bias = LAYOUT[dtype]
        top = (2**wide - 1) << long
        special |= {top, top - 1, top + 1, 1 << long, bias << long}
        special |= {top | 1 << (bits - 1), top - 1 | 1 << (bits - 1)}
    codes = st.sampled_from(sorted(special)) | st.integers(0, (1 << bits) - 1)
    pairs = draw(st.lists(st.tuples(codes, st.none() | st.integers(-3, 3), codes), min_size=1, max_size=6))
    first = [one for one, _, _ in pairs]
    second = [other if step is None else (one + step) % (1 << bits) for one, step, other in pairs]
    return dtype, first, second


def decided(first: Sequence[int], second: Sequence[int], dtype: str, *terms: Predicate) -> Verdict:
    """The verdict on two tensors of codes."""
    pair = model(tensor(first, dtype)), model(tensor(second, dtype))
    return compare(*pair, asking(*terms)).verdict


def agrees(first: Sequence[int], second: Sequence[int], dtype: str, term: Predicate) -> None:
    if term.vacuous(dtype):
        return
    expected = MET if oracle(first, second, dtype, term) else NOT_MET
    assert decided(first, second, dtype, term) is expected
    assert decided(second, first, dtype, term) is expected


@given(pairs_of_codes(), st.integers(0, 8))
def test_ulp_agrees_with_ranks_counted_in_rationals(drawn: Drawn, n: int) -> None:
    agrees(drawn[1], drawn[2], drawn[0], Ulp(n))


@given(pairs_of_codes(), st.data())
def test_ulp_decides_the_very_distance_of_one_pair(drawn: Drawn, data: st.DataObject) -> None:
    dtype, first, second = drawn
    a, b = value_of(first[0], dtype), value_of(second[0], dtype)
    if a is not None and b is not None:
        far = abs(rank_of(a, dtype) - rank_of(b, dtype))
        agrees(first[:1], second[:1], dtype, Ulp(far))
        agrees(first[:1], second[:1], dtype, Ulp(max(0, far - 1)))


@given(pairs_of_codes(tuple(INTEGERS)), st.integers(0, 300))
def test_steps_agrees_with_integers_that_do_not_wrap(drawn: Drawn, n: int) -> None:
    agrees(drawn[1], drawn[2], drawn[0], Steps(n))


@given(pairs_of_codes(), st.sampled_from([Fraction(text) for text in ("0", "1e-400", "0.1", "0.9")]))
def test_close_and_scaled_agree_with_rationals(drawn: Drawn, tolerance: Fraction) -> None:
    dtype, first, second = drawn
    agrees(first, second, dtype, Close(tolerance, Fraction(0)))
    agrees(first, second, dtype, Close(Fraction(0), tolerance))
    agrees(first, second, dtype, Scaled(tolerance))


@given(pairs_of_codes(), st.sampled_from([0, Fraction(1, 10**60), Fraction(-1, 10**60)]))
def test_close_is_exact_at_the_very_border(drawn: Drawn, beside: Fraction) -> None:
    dtype, first, second = drawn
    a, b = value_of(first[0], dtype), value_of(second[0], dtype)
    if a is None or b is None or a == b:
        return
    gap = abs(a - b)
    agrees(first[:1], second[:1], dtype, Close(Fraction(0), max(Fraction(0), gap * (1 + beside))))
    ratio = gap / max(abs(a), abs(b)) * (1 + beside)
    if ratio < 1:
        agrees(first[:1], second[:1], dtype, Close(ratio, Fraction(0)))
    if min(abs(a), abs(b)) and (share := gap / min(abs(a), abs(b)) * (1 + beside)) < 1:
        agrees(first[:1], second[:1], dtype, Scaled(share))


@given(pairs_of_codes(), st.sampled_from([Fraction(text) for text in ("0", "1/3", "1e-5", "0.999")]))
def test_norm_agrees_with_rationals(drawn: Drawn, rel: Fraction) -> None:
    dtype, first, second = drawn
    loose = Scaled(Fraction(10**12 - 1, 10**12))
    expected = oracle(first, second, dtype, loose) and oracle(first, second, dtype, Norm(rel))
    assert decided(first, second, dtype, loose, Norm(rel)) is (MET if expected else NOT_MET)


def test_norm_is_exact_at_the_very_border() -> None:
    first, second = [3.0, 4.0, 12.0], [0.0, 0.0, 12.0]
    beneath = Fraction(5, 13) - Fraction(1, 10**17)
    assert arrays(first, second, "close(0, 1000) and norm(5/13)").verdict is MET
    assert arrays(first, second, f"close(0, 1000) and norm({beneath})").verdict is NOT_MET


@cache
def sorted_values(dtype: str) -> list[Fraction]:
    return sorted({value for code in range(1 << BITS[dtype]) if (value := value_of(code, dtype)) is not None})


@pytest.mark.parametrize("dtype", [*SMALL, "float8e8m0"])
def test_all_pairs_of_the_small_formats_are_ranked_as_their_sorted_values(dtype: str) -> None:
    exact = Selector("w")
    values = {code: value_of(code, dtype) for code in range(1 << BITS[dtype])}
    ranks = {
        code: -10_000 * code - 10_000 if value is None else bisect.bisect_left(sorted_values(dtype), value)
        for code, value in values.items()
    }
    for n in (0, 1, 5):
        pairs = list(product(ranks, ranks))
        result = compare(
            model(tensor([a for a, _ in pairs], dtype)),
            model(tensor([b for _, b in pairs], dtype)),
            Specification((Clause(exact, (Ulp(n),)),)),
        ).tensors[0]
        far = [abs(ranks[a] - ranks[b]) > n for a, b in pairs]
        assert result.failing == sum(far)


@settings(max_examples=25)
@given(pairs_of_codes((*LAYOUT, *INTEGERS)), st.integers(1, 40), st.integers(1, 40), st.integers(16, 64))
def test_the_verdict_depends_on_neither_blocks_nor_byte_order(
    drawn: Drawn, left: int, right: int, piece: int
) -> None:
    dtype, first, second = drawn
    first, second = first * 7, second * 7
    term = Steps(2) if dtype in INTEGERS else Ulp(2)
    if term.vacuous(dtype):
        return
    whole = compare(model(tensor(first, dtype)), model(tensor(second, dtype)), asking(term))
    for one, other in product((False, True), repeat=2):
        pair = tensor(first, dtype, one, blocks=left), tensor(second, dtype, other, blocks=right)
        assert compare(model(pair[0]), model(pair[1]), asking(term), piece=piece) == whole


@given(pairs_of_codes((*LAYOUT, *INTEGERS)))
def test_what_is_equal_satisfies_everything_and_what_is_not_the_same_is_not_same(drawn: Drawn) -> None:
    dtype, first, second = drawn
    zero = Fraction(0)
    terms = (Steps(0),) if dtype in INTEGERS else (Ulp(0), Close(zero, zero), Scaled(zero))
    assert decided(first, first, dtype, *terms) is MET
    verdict = compare(model(tensor(first, dtype)), model(tensor(second, dtype)), "same").verdict
    assert verdict is (MET if first == second else NOT_MET)


# Traps that comparators in use today fall into.


def test_the_distance_of_the_ends_of_float16_does_not_wrap_around() -> None:
    assert (
        arrays(np.array([65504], np.float16), np.array([-65504], np.float16), "ulp(4096)").verdict is NOT_MET
    )
    result = arrays(
        np.array([3.4028235e38], np.float32), np.array([-3.4028235e38], np.float32), "ulp(100000000)"
    )
    assert result.verdict is NOT_MET
    assert result.tensors[0].worst == Deviation(
        (0,), "3.4028234663852886e+38", "-3.4028234663852886e+38", 4278190078, 2.0
    )


def test_nothing_is_ever_broadcast() -> None:
    ones = np.ones(3, np.float32)
    assert arrays(ones, ones.reshape(3, 1), "close(0.5)").verdict is NOT_MET
    assert arrays(np.ones(0, np.float32), np.ones(1, np.float32), "close(0.5)").verdict is NOT_MET
    assert arrays(np.float32(1).reshape(()), np.ones(1, np.float32), "close(0.5)").verdict is NOT_MET
    assert arrays(np.ones(0, np.float32), np.ones((0,), np.float32), "scaled(0)").verdict is MET
    assert arrays(np.ones((0, 5), np.float32), np.ones((0, 1), np.float32), "scaled(0)").verdict is NOT_MET


def test_elements_of_another_type_are_never_converted() -> None:
    assert arrays(np.array([1], np.float32), np.array([1], np.float64), "close(0.5)").verdict is NOT_MET
    assert arrays(np.array([2**63], np.uint64), np.array([-(2**63)], np.int64), "steps(1)").verdict is NOT_MET


def test_closeness_is_symmetric() -> None:
    assert arrays([9.0], [10.0], "close(0.105)").verdict is MET
    assert arrays([10.0], [9.0], "close(0.105)").verdict is MET


def test_a_tolerance_is_not_rounded_to_the_type_of_the_elements() -> None:
    one, above = np.array([1.0], np.float16), np.array([1.001], np.float16)
    gap = Fraction(float(above[0])) - 1
    assert (
        compare(
            model(raw(one.tobytes(), "float16", (1,))),
            model(raw(above.tobytes(), "float16", (1,))),
            asking(Close(Fraction(0), gap)),
        ).verdict
        is MET
    )
    assert arrays(one, above, f"close(0, {gap - Fraction(1, 10**9)})").verdict is NOT_MET
    assert (
        arrays(np.array([65504], np.float16), np.array([-65504], np.float16), "close(0, 131007)").verdict
        is NOT_MET
    )


def test_integers_do_not_go_through_floats() -> None:
    assert (
        arrays(np.array([2**53, 7], np.int64), np.array([2**53 + 1, 7], np.int64), "steps(0)").verdict
        is NOT_MET
    )
    assert (
        arrays(np.array([2**53, 7], np.int64), np.array([2**53 + 1, 7], np.int64), "steps(1)").verdict is MET
    )
    assert (
        arrays(np.array([-(2**63)], np.int64), np.array([2**63 - 1], np.int64), "steps(4)").verdict is NOT_MET
    )
    assert arrays(np.array([0], np.uint8), np.array([255], np.uint8), "steps(1)").verdict is NOT_MET


@pytest.mark.parametrize(
    "predicate", ["ulp(9)", "close(0.9, 1e30)", "scaled(0.9)", "scaled(0.9) and norm(0.9)"]
)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0x7FC00000, 0x7FC00001),
        (0x7FC00000, 0xFFC00000),
        (0x7F800000, 0x7F7FFFFF),
        (0x7F800000, 0x7FC00000),
        (0x7F800000, 0xFF800000),
        (0x7FC00000, 0x3F800000),
    ],
)
def test_what_is_not_finite_equals_only_its_own_bits(predicate: str, one: int, other: int) -> None:
    rest = [0x3F800000, 0x40000000]
    here, there = (model(tensor([code, *rest], "float32")) for code in (one, other))
    assert compare(here, there, predicate).verdict is NOT_MET
    assert compare(here, here, predicate).verdict is MET


def test_negative_zero_is_not_the_same_but_at_distance_zero_and_counted() -> None:
    zeros = [0x80000000, bits32(1)], [0, bits32(1)]
    pair = model(tensor(zeros[0], "float32")), model(tensor(zeros[1], "float32"))
    assert compare(*pair, "same").verdict is NOT_MET
    assert compare(*pair, "same(zeros=equal)").verdict is MET
    result = compare(*pair, "ulp(0)")
    assert (result.verdict, result.tensors[0].zero_signs) == (MET, 1)
    assert any("sign" in note for note in result.notes)


def test_merging_nans_merges_neither_infinities_nor_numbers() -> None:
    def verdict(one: int, other: int) -> Verdict:
        pair = model(tensor([one], "float32")), model(tensor([other], "float32"))
        return compare(*pair, "same(nan=any)").verdict

    assert verdict(0x7FC00000, 0xFFC12345) is MET
    assert verdict(0x7FC00000, 0x7F800000) is NOT_MET
    assert verdict(0x7F800000, 0xFF800000) is NOT_MET
    assert verdict(0, 0x80000000) is NOT_MET


def test_flushing_subnormal_numbers_changes_no_verdict() -> None:
    torch = pytest.importorskip("torch")
    tiny, zero = tensor([1] * 64, "float32"), tensor([0] * 64, "float32")
    unit = Fraction(2) ** -149
    if not torch.set_flush_denormal(True):
        pytest.skip("this machine cannot flush subnormal numbers")
    try:
        assert compare(model(tiny), model(zero), "ulp(0)").verdict is NOT_MET
        assert compare(model(tiny), model(zero), "close(0.5)").verdict is NOT_MET
        assert compare(model(tiny), model(zero), asking(Close(Fraction(0), unit))).verdict is MET
        less = Close(Fraction(0), unit * Fraction(99, 100))
        assert compare(model(tiny), model(zero), asking(less)).verdict is NOT_MET
        assert compare(model(tiny), model(zero), "scaled(0.9) and norm(0.9)").verdict is NOT_MET
    finally:
        torch.set_flush_denormal(False)


def test_an_all_zero_tensor_needs_the_other_all_zero() -> None:
    assert arrays(np.zeros(3), np.array([0, 0, 5e-324]), "scaled(0.9)").verdict is NOT_MET
    assert arrays(np.zeros(3), -np.zeros(3), "scaled(0.9)").verdict is MET


def test_both_components_of_a_complex_number_must_hold() -> None:
    result = arrays(
        np.array([1 + 1j, 2 + 1j], np.complex64), np.array([1 + 1j, 2 + 1.5j], np.complex64), "close(0.1)"
    )
    assert result.verdict is NOT_MET
    worst = result.tensors[0].worst
    assert worst is not None
    assert (worst.index, worst.component) == ((1,), "imaginary")


def test_a_bool_that_is_neither_true_nor_false_is_not_decided() -> None:
    assert (
        arrays(np.array([1, 0], np.uint8), np.array([2, 0], np.uint8), "same", "bool").verdict is NOT_DECIDED
    )
    assert arrays(np.array([1, 0], np.uint8), np.array([2, 1], np.uint8), "same", "bool").verdict is NOT_MET


def test_the_unused_bits_of_a_packed_tail_are_held_to_equality() -> None:
    first, second = (raw(bytes([0x21, last]), "int4", (3,)) for last in (0x03, 0x13))
    assert compare(model(first), model(first), "steps(1)").verdict is MET
    result = compare(model(first), model(second), "steps(1)")
    assert result.verdict is NOT_MET
    assert "unused bits" in result.reason


# The three laws, and what surrounds the tensors.


EVERY = [
    "identical",
    "same",
    "ulp(3)",
    "close(0.1)",
    "scaled(0.1)",
    "grid(float16)",
    "behaves(p, ulp(1))",
    "performs(m, a, b, 1)",
]


@pytest.mark.parametrize("predicate", EVERY)
def test_files_that_are_equal_are_met_whatever_is_understood_of_them(tmp_path: Path, predicate: str) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(b"no model at all")
    result = compare_files(tmp_path / "a", tmp_path / "b", predicate)
    assert (result.verdict, result.level) == (MET, Level.BIT_BY_BIT)


@pytest.mark.parametrize("predicate", EVERY)
def test_files_that_differ_and_that_nothing_reads_are_never_met(tmp_path: Path, predicate: str) -> None:
    (tmp_path / "a").write_bytes(b"no model at all")
    (tmp_path / "b").write_bytes(b"no model at all.")
    verdict = compare_files(tmp_path / "a", tmp_path / "b", predicate).verdict
    assert verdict is (NOT_MET if predicate == "identical" else NOT_DECIDED)


NOT_COMPUTED = ["grid(int8, scale=s, zero=0)", "behaves(p, ulp(1))", "decides(p, 0)", "performs(m, a, b, 1)"]


@pytest.mark.parametrize("predicate", NOT_COMPUTED)
def test_a_predicate_that_is_not_computed_is_never_met(predicate: str) -> None:
    result = arrays(np.array([1], np.float32), np.array([2], np.float32), predicate)
    assert (result.verdict, bool(result.reason)) == (NOT_DECIDED, True)


def test_a_conjunction_fails_with_the_part_that_fails_whatever_is_not_computed() -> None:
    assert (
        arrays(np.array([1], np.float32), np.array([2], np.float32), "ulp(1) and behaves(p, same)").verdict
        is NOT_MET
    )
    assert (
        arrays(np.array([1], np.float32), np.array([1], np.float32), "ulp(1) and behaves(p, same)").verdict
        is NOT_DECIDED
    )


def test_a_model_that_was_not_read_completely_is_never_met_but_may_be_not_met() -> None:
    ones, twos = tensor([bits32(1)], "float32"), tensor([bits32(2)], "float32")
    assert compare(model(ones, complete=False), model(ones), "same").verdict is NOT_DECIDED
    assert compare(model(ones), model(twos, complete=False), "same").verdict is NOT_MET


@pytest.mark.parametrize(
    ("part", "first", "second"),
    [
        (Part.STRUCTURE, {"structure": {"n": 1}}, {"structure": {"n": 1.0}}),
        (Part.STRUCTURE, {"structure": [1, 0]}, {"structure": [True, 0]}),
        (Part.STRUCTURE, {"structure": [0.0]}, {"structure": [-0.0]}),
        (Part.STRUCTURE, {"structure": {"a": [1]}}, {"structure": {"a": [1, 2]}}),
        (Part.STRUCTURE, {"structure": {"a": 1}}, {"structure": {"a": 1, "b": None}}),
        (Part.METADATA, {"metadata": {"k": "1"}}, {"metadata": {"k": "2"}}),
        (Part.METADATA, {"metadata": {"k": ""}}, {"metadata": {}}),
        (Part.RESIDUE, {"residue": {"tail": b"1"}}, {"residue": {"tail": b"2"}}),
        (Part.RESIDUE, {"residue": {"tail": b""}}, {"residue": {}}),
    ],
)
def test_what_no_line_relaxes_must_be_bit_identical(
    part: Part, first: dict[str, Any], second: dict[str, Any]
) -> None:
    w = tensor([bits32(1)], "float32")
    result = compare(model(w, **first), model(w, **second), "close(0.5)")
    assert result.verdict is NOT_MET
    assert [one.part for one in result.parts if one.verdict is NOT_MET] == [part]


def test_the_order_of_keys_is_no_difference_but_that_of_entries_is() -> None:
    objects = {"a": 1, "b": 2}, {"b": 2, "a": 1}
    assert compare(model(structure=objects[0]), model(structure=objects[1]), "same").verdict is MET
    assert compare(model(structure=[1, 2]), model(structure=[2, 1]), "same").verdict is NOT_MET


def test_a_deep_structure_is_compared_without_recursion() -> None:
    def deep(last: object) -> object:
        for _ in range(100_000):
            last = [last]
        return last

    assert compare(model(structure=deep(1)), model(structure=deep(2)), "same").verdict is NOT_MET


def test_a_named_metadata_key_can_be_ignored_at_the_price_of_its_bytes() -> None:
    pair = model(metadata={"date": "1", "k": "v"}), model(metadata={"date": "22", "k": "v"})
    result = compare(*pair, "@metadata:date ignore")
    assert (result.verdict, result.slack) == (MET, 16)
    with pytest.raises(DeclarationError, match="neither model"):
        compare(*pair, "@metadata:other ignore")


def test_unchecked_structure_takes_the_level_away_and_is_said_first() -> None:
    pair = model(structure=[1]), model(structure=[2])
    result = compare(*pair, "@structure unchecked")
    assert (result.verdict, result.level) == (MET, Level.NONE)
    assert "unchecked" in result.notes[0]


def test_between_two_formats_the_structure_is_not_decided() -> None:
    w = tensor([bits32(1)], "float32")
    other = Model("other", (w,), structure={}, complete=True)
    result = compare(model(w), other, "same")
    assert (result.verdict, result.tensors[0].verdict) == (NOT_DECIDED, MET)


def test_noise_is_reported_and_no_difference_but_to_identical() -> None:
    pair = model(noise={"time": b"1"}), model(noise={"time": b"2"})
    assert compare(*pair, "same").verdict is MET
    assert "noise of 8 bits" in compare(*pair, "same").notes[0]
    assert compare(*pair, "identical").verdict is NOT_MET
    assert compare(model(), model(), "identical").verdict is NOT_DECIDED


def test_a_tensor_that_only_one_model_has_is_not_met() -> None:
    w, v = tensor([0], "float32"), tensor([0], "float32", name="v")
    assert compare(model(w, v), model(w), "close(0.5)").verdict is NOT_MET
    assert compare(model(w), model(w, v), "close(0.5)").verdict is NOT_MET


def test_tensors_of_one_name_are_not_decided() -> None:
    w = tensor([0], "float32")
    assert compare(model(w, w), model(w, w), "same").verdict is NOT_DECIDED


def test_a_payload_that_is_not_as_long_as_it_says_is_not_decided() -> None:
    whole = tensor([0, 0], "float32")
    short = Tensor("w", "float32", (2,), Computed(lambda: iter([b"\0" * 7]), 8))
    long = Tensor("w", "float32", (2,), Computed(lambda: iter([b"\0" * 8] * 3), 8))
    odd = raw(b"\0" * 7, "float32", (2,))
    for bad in (short, long, odd):
        assert compare(model(whole), model(bad), "same").verdict is NOT_DECIDED


def test_a_payload_that_cannot_be_read_is_not_decided_with_the_reason() -> None:
    def broken() -> Iterator[bytes]:
        raise FormatError("the stream is damaged")
        yield b""

    damaged = Tensor("w", "int8", (1,), Computed(broken, 1))
    result = compare(model(damaged), model(tensor([0], "int8")), "same")
    assert (result.verdict, result.reason) == (NOT_DECIDED, "tensors: w: the stream is damaged")


# How lines bind.


def two(first: tuple[int, int], second: tuple[int, int]) -> tuple[Model, Model]:
    """Two models with tensors of floats, ``f`` and ``g``, and integers, ``i``; steps above 1 and 5."""

    def one(floats: int, integers: int) -> Model:
        return model(
            tensor([bits32(1) + floats], "float32", name="f"),
            tensor([bits32(1)], "float32", name="g"),
            tensor([5 + integers], "int8", name="i"),
        )

    return one(*first), one(*second)


def test_the_last_line_that_selects_a_tensor_wins() -> None:
    pair = two((0, 0), (1, 0))
    assert compare(*pair, "* ulp(1)\nf ulp(0)").verdict is NOT_MET
    assert compare(*pair, "f ulp(1)").verdict is MET
    with pytest.raises(DeclarationError, match="shadowed"):
        compare(*pair, "f ulp(0)\n? same")


def test_a_tolerance_by_wildcard_leaves_other_types_at_bit_equality() -> None:
    assert compare(*two((0, 0), (1, 0)), "ulp(1)").verdict is MET
    result = compare(*two((0, 0), (1, 1)), "ulp(1)")
    assert result.verdict is NOT_MET
    assert any("1 tensors" in note for note in result.notes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("i ulp(1)", "not defined for i"),
        ("f steps(1)", "not defined for f"),
        ("h* same", "selects no tensor"),
        ("i* ulp(1)", "not defined for the elements"),
        ("i steps(255)", "every pair"),
        ("f close(0, 1e39)", "every pair"),
        ("f ulp(4278190078)", "every pair"),
        ("f grid(2^200)", "every pair"),
        ("x//f ulp(1)", "no file names"),
    ],
)
def test_a_line_that_does_not_fit_the_models_is_an_error(text: str, says: str) -> None:
    with pytest.raises(DeclarationError, match=says):
        compare(*two((0, 0), (0, 0)), text)


def test_a_tolerance_that_spans_a_whole_type_is_refused() -> None:
    with pytest.raises(DeclarationError, match="every pair"):
        arrays(np.array([1], np.float16), np.array([2], np.float16), "close(0, 2e5)")
    with pytest.raises(DeclarationError, match="every pair"):
        arrays(np.array([1], np.uint8), np.array([2], np.uint8), "steps(255)")
    assert arrays(np.array([0], np.uint8), np.array([255], np.uint8), "steps(254)").verdict is NOT_MET


def test_a_line_on_another_file_is_passed_over() -> None:
    pair = two((0, 0), (1, 0))
    assert compare(*pair, "b.onnx//f ulp(1)", files=["data/b.onnx"]).verdict is MET
    assert compare(*pair, "b.onnx//f ulp(1)", files=["data/ab.onnx"]).verdict is NOT_MET


# What a verdict shows.


def test_the_slack_of_one_ulp_is_that_of_three_codes_each() -> None:
    many = [bits32(1.5)] * 1000
    result = compare(model(tensor(many, "float32")), model(tensor(many, "float32")), "ulp(1)")
    assert result.slack == pytest.approx(1000 * math.log2(3))


@pytest.mark.parametrize("dtype", ["float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float4e2m1", "uint4"])
@pytest.mark.parametrize("n", [0, 1, 3, 6])
def test_slack_counts_the_codes_that_would_have_been_accepted(dtype: str, n: int) -> None:
    term = Steps(n) if dtype in INTEGERS else Ulp(n)
    here = model(tensor(list(range(1 << BITS[dtype])), dtype))
    expected = sum(map(math.log2, accepted(dtype, term)))
    assert compare(here, here, asking(term)).slack == pytest.approx(expected, abs=1e-3)


def accepted(dtype: str, term: Predicate) -> list[int]:
    """For each code, how many codes the predicate accepts beside it."""
    codes = range(1 << BITS[dtype])
    return [sum(oracle([other], [code], dtype, term) for other in codes) for code in codes]


@pytest.mark.parametrize("dtype", ["float8e4m3fn", "float8e5m2fnuz", "float4e2m1"])
@pytest.mark.parametrize("term", [Close(Fraction(0), Fraction(0)), Close(Fraction(9, 10), Fraction(1, 100))])
def test_the_slack_of_close_is_an_upper_bound(dtype: str, term: Predicate) -> None:
    for code, count in enumerate(accepted(dtype, term)):
        here = model(tensor([code], dtype))
        slack = compare(here, here, asking(term)).slack
        assert slack is not None
        assert slack >= math.log2(count) - 1e-9


def test_the_worst_element_fails_and_is_shown_with_its_index_values_and_deviation() -> None:
    first = np.zeros((2, 3), np.float32)
    first[1, 2] = 8.0
    second = first.copy()
    second[0, 1], second[1, 2] = 1e-45, np.float32(8.000002)
    worst = arrays(first, second, "ulp(1)").tensors[0].worst
    assert worst is not None
    assert (worst.index, worst.first, worst.ulp) == ((1, 2), "8.0", 2)
    assert worst.relative == pytest.approx(2.4e-7, rel=0.01)


def test_the_level_is_the_lowest_of_all_tensors() -> None:
    pair = two((0, 0), (0, 0))
    assert compare(*pair, "same").level is Level.BIT_BY_BIT
    assert compare(*pair, "f ulp(1)").level is Level.NUMERICAL
    assert compare(*two((0, 0), (9, 0)), "f ulp(1)").level is Level.NONE


def test_without_a_predicate_the_tightest_that_holds_is_suggested_and_holds() -> None:
    random = np.random.default_rng(7)
    noisy = random.normal(size=5000).astype(np.float32)
    again = (noisy + random.normal(size=5000).astype(np.float32) * 1e-6).astype(np.float32)
    still = tensor([3], "int8", name="s")
    firsts = raw(noisy.tobytes(), "float32", (5000,)), tensor([1, 2], "int8", name="i"), still
    seconds = raw(again.tobytes(), "float32", (5000,)), tensor([1, 4], "int8", name="i"), still
    pair = model(*firsts, metadata={"at": "1"}), model(*seconds, metadata={"at": "2"})
    result = compare(*pair)
    assert (result.verdict, result.suggested) == (MET, True)
    assert [one.predicate.partition("(")[0] for one in result.tensors] == ["scaled", "steps", "same"]
    text = result.field.removeprefix("Equality:\n")
    assert "@metadata:at ignore" in text
    assert compare(*pair, text).verdict is MET


def test_without_a_predicate_what_nothing_makes_equal_is_not_met() -> None:
    assert arrays(np.array([1, np.nan], np.float32), np.array([1, 2], np.float32), None).verdict is NOT_MET
    assert (
        arrays(np.array([1, 2], np.float32), np.array([1, 2], np.float32), None).field == "Equality: same\n"
    )


# Files.


def save(path: Path, **tensors: Any) -> Path:
    save_file = pytest.importorskip("safetensors.numpy").save_file

    save_file({name: np.asarray(array) for name, array in tensors.items()}, path)
    return path


def test_files_are_recognised_and_read_and_compared(tmp_path: Path) -> None:
    first = save(tmp_path / "a.safetensors", w=np.array([1, 2], np.float32))
    second = save(
        tmp_path / "b.safetensors", w=np.array([1, np.nextafter(np.float32(2), np.float32(3))], np.float32)
    )
    assert compare_files(first, second, "ulp(1)").verdict is MET
    assert compare_files(first, second, "same").verdict is NOT_MET
    assert compare_files(first, second, "identical").verdict is NOT_MET
    assert compare_files(first, second, "a.safetensors//w ulp(1)").verdict is MET
    assert compare_files(first, second).field == "Equality: ulp(1)\n"


def test_equal_files_without_a_predicate_are_identical(tmp_path: Path) -> None:
    first, second = (save(tmp_path / f"{name}.safetensors", w=np.array([1], np.float32)) for name in "ab")
    assert compare_files(first, second).field == "Equality: identical\n"


def test_a_path_that_is_no_readable_file_is_an_error(tmp_path: Path) -> None:
    first = save(tmp_path / "a.safetensors", w=np.array([1], np.float32))
    for bad in (tmp_path, tmp_path / "missing"):
        with pytest.raises(UsageError):
            compare_files(first, bad, "same")


def test_a_file_that_is_damaged_is_not_decided(tmp_path: Path) -> None:
    first = save(tmp_path / "a.safetensors", w=np.array([1, 2], np.float32))
    (tmp_path / "b.safetensors").write_bytes(first.read_bytes()[:-1])
    result = compare_files(first, tmp_path / "b.safetensors", "ulp(1)")
    assert (result.verdict, bool(result.reason)) == (NOT_DECIDED, True)

"""Small tensors that are compared together: nothing comes out but what comes out of each alone."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintian_ml.blob import Blob
from lintian_ml.equality import Comparison, Verdict, compare, parse_predicate
from lintian_ml.equality.control import PASSED
from lintian_ml.equality.crowd import Crowd
from lintian_ml.equality.elements import FLOATS, INTEGERS
from lintian_ml.equality.group import FEWEST
from lintian_ml.equality.manner import Manner
from lintian_ml.equality.predicates.ulp import _Ulp
from lintian_ml.equality.report import lines
from lintian_ml.equality.stretch import measured, measured_each
from lintian_ml.model import BITS, Model, Span, Tensor
from tests.equality.kernel import laid
from tests.test_equality_compare import Drawn, oracle, pairs_of_codes

MET, NOT_MET, NOT_DECIDED = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_DECIDED

NOISE = np.random.default_rng(11)


def alone(first: Model, second: Model, predicate: str) -> Iterator[Any]:
    """What comes out of each pair of tensors in models of their own, without how their controls went."""
    for one, other in zip(first.tensors, second.tensors, strict=True):
        pair = replace(first, tensors=(one,)), replace(second, tensors=(other,))
        yield replace(compare(*pair, predicate).tensors[0], control="")


def together(first: Model, second: Model, predicate: str) -> Iterator[Any]:
    for result in compare(first, second, predicate).tensors:
        yield replace(result, control="")


KINDS = tuple(name for name in (*FLOATS.keys() - {"float8e8m0"}, "int8", "uint8", "int16", "uint32", "int64")
              if BITS[name] >= 8)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(pairs_of_codes(KINDS), st.data())
def test_together_is_as_each_alone_and_as_rationals_have_it(drawn: Drawn, data: st.DataObject) -> None:
    dtype, first, second = drawn
    predicate = data.draw(
        st.sampled_from(["same", "steps(1)", "steps(3)"] if dtype in INTEGERS else
                        ["same", "ulp(0)", "ulp(1)", "ulp(3)", "close(1/1000)", "close(0, 1/1024)"])
    )  # fmt: skip
    count = 3 * FEWEST
    sides = [[codes[at % len(codes) :][:5] for at in range(count)] for codes in (first, second)]
    pair = laid(dtype, sides[0]), laid(dtype, sides[1])
    found = list(together(*pair, predicate))
    assert found == list(alone(*pair, predicate))
    (term,) = parse_predicate(predicate).clauses[0].terms
    for result, one, other in zip(found, *sides, strict=True):
        holds = one == other if predicate == "same" else oracle(one, other, dtype, term)
        assert (result.verdict is MET) == holds


@settings(max_examples=60, deadline=None)
@given(pairs_of_codes(KINDS), st.integers(1, 5))
def test_each_of_several_stretches_is_that_of_its_run_alone(drawn: Drawn, length: int) -> None:
    dtype, first, second = drawn
    form = FLOATS.get(dtype) or INTEGERS[dtype]
    sides = [np.array(side, f"u{BITS[dtype] // 8}") for side in (first, second)]
    starts = [*range(0, len(first), length), len(first)]
    scratch = np.empty(sides[0].nbytes, np.uint8)
    each = measured_each(sides[0], sides[1], form, starts, scratch)
    for begin, end, found in zip(starts[:-1], starts[1:], each, strict=True):
        own = np.empty(sides[0].nbytes, np.uint8)
        assert found == measured(sides[0][begin:end], sides[1][begin:end], form, own)


def many(count: int = 200, size: int = 50) -> tuple[Model, Model]:
    """Two models of many tensors of noise, one step apart; some all zero, some equal."""
    codes = NOISE.normal(size=(count, size)).astype(np.float32)
    codes[::7] = 0
    ranks = codes.view(np.uint32)
    other = ranks + NOISE.integers(0, 3, ranks.shape, np.uint32) * (np.arange(count)[:, None] % 5 > 0)
    return laid("float32", ranks.tolist()), laid("float32", other.tolist())


@pytest.mark.parametrize(
    "predicate", ["same", "ulp(2)", "ulp(1)", "close(1e-6)", "scaled(1e-5)", "ulp(2) and close(1e-6)"]
)
def test_what_is_found_of_many_hangs_on_neither_threads_nor_pieces(predicate: str) -> None:
    pair = many()
    found = compare(*pair, predicate)
    for threads in (1, 3):
        for piece in (112, 1 << 20):
            assert compare(*pair, predicate, piece=piece, manner=Manner(threads=threads)) == found
    assert [replace(one, control="") for one in found.tensors] == list(alone(*pair, predicate))


def controls(comparison: Comparison) -> set[str]:
    return {result.control for result in comparison.tensors}


def test_one_control_stands_for_tensors_that_are_compared_together() -> None:
    first, second = many(20)
    result = compare(first, second, "ulp(2)")
    assert PASSED in controls(result)
    assert f"{PASSED}, in t001 for all of its kind" in controls(result)
    told = "negative controls: 20 of 20 relaxed tensors, all passed; 19 by that of another of their kind"
    assert told in lines(result)


def test_where_the_first_can_have_no_control_another_has_it_for_all() -> None:
    broken = laid("float32", [[0x7FC00000] * 50, *[[0] * 50] * 19])
    told = [result.control for result in compare(broken, broken, "ulp(2)").tensors]
    shared = f"{PASSED}, in t001 for all of its kind"
    assert told == [shared, PASSED, *[shared] * 18]


def test_where_none_of_the_first_can_have_a_control_each_has_its_own() -> None:
    broken = laid("float32", [*[[0x7FC00000] * 50] * 6, *[[0] * 50] * 14])
    told = [result.control for result in compare(broken, broken, "ulp(2)").tensors]
    assert told[:6] == ["no control possible: its first elements are not finite"] * 6
    assert all(one.startswith(PASSED) for one in told[6:])


def test_a_judge_that_settles_all_is_found_out_where_tensors_are_compared_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = many(20)
    monkeypatch.setattr(_Ulp, "settles", lambda self, stretch: True)
    result = compare(first, second, "ulp(2)")
    assert (result.verdict, "negative control failed" in result.reason) == (NOT_DECIDED, True)


def test_a_way_of_its_own_that_settles_too_much_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (replace(one, tensors=[*one.tensors[1:7], *one.tensors[8:14]]) for one in many(20))
    monkeypatch.setattr(Crowd, "_settles", lambda *_: True)
    result = compare(first, second, "ulp(0)")
    assert (result.verdict, "negative control failed" in result.reason) == (NOT_DECIDED, True)


def test_a_payload_that_ends_too_soon_spoils_only_its_own_tensor() -> None:
    first, second = many(20)
    short = second.tensors[19]
    assert isinstance(short.payload, Span)
    cut = Blob(short.payload.blob.read(0, short.payload.offset + 8))
    changed = Tensor(short.name, short.dtype, short.shape, replace(short.payload, blob=cut))
    results = compare(first, replace(second, tensors=(*second.tensors[:19], changed)), "ulp(2)").tensors
    assert [result.verdict for result in results] == [*[MET] * 19, NOT_DECIDED]


def test_many_tensors_take_little_memory_each() -> None:
    count = 3000
    pair = many(count, 10)
    tracemalloc.start()
    try:
        result = compare(*pair, "ulp(2)")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert result.verdict is MET
    assert peak < (32 << 20) + 2048 * count

"""Small tensors that are measured or compared together: what is said of each is what is said of it alone."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings

from lintian_ml.blob import Blob
from lintian_ml.equality import Comparison, TensorResult, Verdict, compare
from lintian_ml.equality.binding import STRICT
from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.census import census
from lintian_ml.equality.control import PASSED
from lintian_ml.equality.elements import FLOATS
from lintian_ml.equality.group import FEWEST, FULL, groups
from lintian_ml.equality.layout import SMALL, Layouts
from lintian_ml.equality.manner import PLAIN, Manner
from lintian_ml.equality.matching import Matching
from lintian_ml.equality.predicates.steps import Steps
from lintian_ml.equality.predicates.ulp import Ulp
from lintian_ml.equality.report import lines
from lintian_ml.equality.results import Results
from lintian_ml.equality.strongest import Terms, strongest
from lintian_ml.model import Model, Span, Tensor
from tests.equality.kernel import laid, tensor
from tests.equality.test_batch import KINDS
from tests.test_equality_compare import Drawn, pairs_of_codes

MET, NOT_MET, NOT_DECIDED = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_DECIDED


@settings(max_examples=80, deadline=None)
@given(pairs_of_codes(KINDS))
def test_what_is_found_together_is_the_strongest_of_each_alone(drawn: Drawn) -> None:
    dtype, first, second = drawn
    sides = [[codes[at % len(codes) :][:3] for at in range(2 * FEWEST)] for codes in (first, second)]
    matching = Matching(laid(dtype, sides[0]), laid(dtype, sides[1]))
    for at, terms in census(matching, matching.common(), PLAIN).items():
        assert strongest([matching.pair(at)]) == [terms]


def test_noise_of_some_steps_everywhere_is_measured_together() -> None:
    codes = np.random.default_rng(3).normal(size=(300, 50)).astype(np.float32).view(np.uint32)
    for reach in (0, 1, 7, 40):
        moved = codes + np.uint32(reach)
        matching = Matching(laid("float32", codes.tolist()), laid("float32", moved.tolist()))
        found = census(matching, matching.common(), PLAIN)
        assert len(found) == 300
        assert {str(terms[0]) for terms in found.values()} == {f"ulp({reach})" if reach else "same"}
        first, second = (Model("m", side, {}, complete=True) for side in (matching.first, matching.second))
        assert compare(first, second).predicate == (f"ulp({reach})" if reach else "same")


Sides = tuple[list[int], list[int]]
"""The codes of both tensors of a pair."""

STRICTLY = STRICT.terms

ONE = 0x3C00
"""1 in float16; 2 is 0x4000, infinity 0x7C00 and the least normal number 0x400."""


def told(dtype: str, *pairs: Sides) -> list[Terms | None]:
    """Return what is told of each pair where many such are measured together; None where it is left open."""
    many = [pair for _ in range(FEWEST) for pair in pairs]
    sides = [laid(dtype, [pair[side] for pair in many]) for side in (0, 1)]
    matching = Matching(sides[0], sides[1])
    found = census(matching, matching.common(), PLAIN)
    every = [found.get(at) for at in range(len(many))]
    assert every == every[: len(pairs)] * FEWEST
    return every[: len(pairs)]


@pytest.mark.parametrize(
    ("first", "second", "terms"),
    [
        ([ONE, 7], [ONE, 7], STRICTLY),
        ([0x7E00, 0x7C00], [0x7E00, 0x7C00], STRICTLY),
        ([ONE, ONE + 5], [ONE, ONE + 8], (Ulp(3),)),
        ([ONE + 5, ONE + 8], [ONE, ONE + 8], (Ulp(5),)),
        ([ONE], [ONE + 99], (Ulp(99),)),
        ([ONE], [ONE + 110], (Ulp(110),)),
        ([ONE], [ONE + 1000], (Ulp(1000),)),
        ([5, 0], [8, 0], (Ulp(3),)),
        ([0x400], [0x403], (Ulp(3),)),
        ([0x800], [0x803], (Ulp(3),)),
        ([0x800, 0xBFF], [0x800, 0xBFC], (Ulp(3),)),
    ],
    ids=str,
)
def test_what_lies_as_many_steps_of_the_largest_apart_as_any_pair_values_is_told_of(
    first: list[int], second: list[int], terms: Terms
) -> None:
    assert told("float16", (first, second), (second, first)) == [terms, terms]
    assert strongest([Pair(tensor(first, "float16"), tensor(second, "float16"))]) == [terms]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([0x4000, ONE], [0x4000, ONE + 3]),
        ([0x4000], [0x3FFF]),
        ([0x800, 0x400], [0x800, 0x403]),
        ([ONE], [ONE + 101]),
        ([0], [1100]),
        ([0x8000, ONE], [0, ONE]),
        ([0x7E00, ONE], [0x7E00, ONE + 1]),
        ([0x7C00], [0x7BFF]),
        ([0x7C00, ONE], [0x7C00, ONE + 1]),
    ],
    ids=["noise far below the largest", "a step between two binades", "noise on the least normal number",
         "less than two digits tell", "more than a binade", "zeros of two signs", "nan beside noise",
         "infinity against the largest", "infinity beside noise"],
)  # fmt: skip
def test_what_one_look_does_not_tell_is_left_open(first: list[int], second: list[int]) -> None:
    assert told("float16", (first, second), (second, first)) == [None, None]


def test_as_many_steps_as_a_binade_has_are_left_open() -> None:
    assert told("float8e5m2", ([0], [3]), ([0], [4])) == [(Ulp(3),), None]
    assert told("float8e4m3fn", ([0], [7]), ([0], [8])) == [(Ulp(7),), None]


@pytest.mark.parametrize("dtype", ["float8e4m3fnuz", "float8e5m2fnuz"])
def test_of_floats_without_negative_zero_only_equal_ones_are_told_of(dtype: str) -> None:
    assert told(dtype, ([100, 101], [100, 101]), ([100, 100], [100, 101])) == [STRICTLY, None]


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64"])
def test_noise_so_small_that_flushing_might_change_it_is_left_open(dtype: str) -> None:
    """Four times the least normal number is half of the last place of three steps of the larger one."""
    form = FLOATS["float32" if dtype == "complex64" else dtype]
    exponent = form.unit + form.fraction + 2 + 52
    code = (exponent - form.unit + 1) << form.fraction
    small = code - (1 << form.fraction)
    one = [code, code + 8]
    assert told(dtype, (one, [code + 3, code + 8]), ([small] * 2, [small + 3, small])) == [(Ulp(3),), None]
    endless = [form.limit, form.limit]
    assert told(dtype, (endless, endless), (endless, one)) == [STRICTLY, None]


def test_of_integers_all_are_told_of_but_those_further_apart_than_any_line_may_say() -> None:
    assert told("int8", *(([0x80, 5, 5], [(0x80 + far) % 256, 6, 5]) for far in (1, 99, 101, 250, 251))) == [
        (Steps(1),), (Steps(99),), (Steps(110),), (Steps(250),), None
    ]  # fmt: skip
    assert told("uint8", ([1, 1], [1, 4]), ([7], [7])) == [(Steps(3),), STRICTLY]
    far = 9_100_000_000_000_000_001
    assert told("int64", ([1 << 63], [far ^ 1 << 63])) == [(Steps(9_200_000_000_000_000_000),)]


def test_progress_is_told_in_bytes_of_either_side() -> None:
    codes = [[at] * (1 + at % 3) for at in range(40)]
    matching = Matching(laid("float32", codes), laid("float32", codes))
    seen: list[int] = []
    census(matching, matching.common(), Manner(advance=seen.append, threads=2))
    assert sum(seen) == 4 * sum(map(len, codes))


def scattered(arrays: dict[str, np.ndarray], seed: int) -> Model:
    """A model whose tensors lie in any order, with gaps, in several blobs."""
    order = list(arrays)
    Random(seed).shuffle(order)
    tensors = []
    for start in range(0, len(order), 7):
        some = order[start : start + 7]
        data = Blob(b"".join(b"\xff" * (at % 3) + arrays[name].tobytes() for at, name in enumerate(some)))
        offset = 0
        for at, name in enumerate(some):
            span = Span(data, offset + at % 3, arrays[name].nbytes)
            tensors.append(Tensor(name, "float32", arrays[name].shape, span))
            offset += at % 3 + span.length
    return Model("made", tuple(sorted(tensors, key=lambda one: one.name)), structure={}, complete=True)


def many(count: int = 60) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    random = np.random.default_rng(5)
    first = {f"t{at:03}": random.normal(size=(1 + at % 4, 5)).astype(np.float32) for at in range(count)}
    second = {name: array + np.float32(1e-7) * (at % 5) for at, (name, array) in enumerate(first.items())}
    return first, second


@pytest.mark.parametrize("predicate", ["same", "ulp(1)", "ulp(9)", "close(1e-6)", "close(1e-6, 1e-7)"])
def test_where_tensors_lie_does_not_matter(predicate: str) -> None:
    first, second = many()
    plain = compare(scattered(first, 1), scattered(second, 1), predicate)
    for seed in (2, 3):
        assert compare(scattered(first, seed), scattered(second, 9), predicate) == plain
    assert Matching(scattered(first, 1), scattered(second, 2)).names == sorted(first)


def test_tensors_of_other_types_shapes_or_sizes_are_looked_at_alone() -> None:
    first, second = many(20)
    second["t003"] = second["t003"].reshape(-1)
    first["t004"] = second["t004"] = np.zeros(SMALL, np.float32)
    pair = scattered(first, 1), scattered(second, 1)
    matching = Matching(*pair)
    (group,) = groups(matching, dict.fromkeys(matching.names, STRICT), range(20))
    assert sorted({*range(20)} - {*group.members.tolist()}) == [3, 4]
    found = compare(*pair, "close(0, 1)")
    assert [one.name for one in found.tensors if one.verdict is not MET] == ["t003"]


def test_runs_fit_on_a_desk_and_leave_nothing_out() -> None:
    codes = [[at] * 1000 for at in range(400)]
    matching = Matching(laid("float32", codes), laid("float32", codes))
    (group,) = groups(matching, dict.fromkeys(matching.names, STRICT), range(400))
    parts = list(group.parts())
    assert [at for part in parts for at in range(part.start, part.stop)] == list(range(400))
    assert all(group.lengths[part].sum() <= FULL + SMALL for part in parts)
    assert len(parts) > 2


def test_a_layout_says_nothing_of_what_cannot_be_what_it_claims() -> None:
    blob = Blob(bytes(100))
    odd = (
        Tensor("big", "float32", (2,), Span(blob, 0, 8), big_endian=True),
        Tensor("short", "float32", (3,), Span(blob, 0, 8)),
        Tensor("outside", "float32", (2,), Span(blob, 96, 8)),
        Tensor("empty", "float32", (0,), Span(blob, 0, 0)),
        Tensor("negative", "float32", (-1, -2), Span(blob, 0, 8)),
        Tensor("packed", "int4", (2,), Span(blob, 0, 1)),
        Tensor("huge", "float32", (1 << 70,), Span(blob, 0, 8)),
    )
    assert Layouts().of(odd).kind.tolist() == [-1] * len(odd)


def results(comparison: Comparison) -> Results:
    assert isinstance(comparison.tensors, Results)
    return comparison.tensors


@pytest.mark.parametrize("predicate", ["same", "ulp(1)", "ulp(9)"])
def test_what_columns_tell_is_what_the_rows_would(predicate: str) -> None:
    first, second = many()
    del second["t007"]
    found = results(compare(scattered(first, 1), scattered(second, 1), predicate))
    rows = Results.of(tuple(found))
    assert found == rows == tuple(found)
    assert hash(found) == hash(tuple(found))
    assert found.verdicts() == rows.verdicts() == {one.verdict for one in found}
    for verdict in found.verdicts():
        assert found.with_verdict(verdict) == rows.with_verdict(verdict)
    assert (found.slack(), found.zero_signs()) == (rows.slack(), rows.zero_signs())
    assert found.controls() == rows.controls()
    for most in (1, 10, None):
        assert found.telling(most) == rows.telling(most)
    assert found[-1] == tuple(found)[-1]
    assert found[2:4] == tuple(found)[2:4]
    with pytest.raises(IndexError):
        found[len(found)]


def test_what_fails_most_is_told_first_then_what_differs() -> None:
    first, second = many(20)
    second["t013"] = first["t013"] + 1
    found = results(compare(scattered(first, 1), scattered(second, 1), "ulp(100)"))
    told, count = found.telling(3)
    assert told[0].name == "t013"
    assert count == sum(1 for one in found if one.differing)


def test_a_bool_that_is_neither_is_not_taken_for_one() -> None:
    one, other = (laid("bool", [[0, 1, code]] * 20) for code in (0, 7))
    assert compare(one, other, "same").verdict is NOT_DECIDED


def test_of_each_tensor_the_report_says_how_its_control_went() -> None:
    first, second = many(20)
    found = compare(scattered(first, 1), scattered(second, 1), "close(0, 1)")
    told = [one.control for one in found.tensors]
    assert told.count(PASSED) == 1
    said = "negative controls: 20 of 20 relaxed tensors, all passed; 19 by that of another of their kind"
    assert said in lines(found)


def test_results_may_be_given_one_by_one() -> None:
    one = TensorResult("a", MET, "same", slack=None)
    found = Results.of((one, replace(one, name="b", verdict=NOT_DECIDED)))
    assert found.slack() is None
    assert found.with_verdict(NOT_MET) == (None, 0)
    assert Results.of(found) is found

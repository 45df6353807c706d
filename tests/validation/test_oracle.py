"""The comparator against the definitions in rational numbers, on bit patterns of every type."""

import ast
import math
import struct
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintian_ml.equality import Verdict, compare
from lintian_ml.equality.self_test import oracle, values
from lintian_ml.equality.self_test.drawing import NUMERIC, model, special, tensor
from lintian_ml.equality.self_test.questions import TOLERANCES, Question, on_the_border
from lintian_ml.equality.self_test.values import COMPONENTS, FLOATS, SCALE, infinite, rank, value, width
from lintian_ml.error import DeclarationError
from tests.validation.strategies import Pairs, edges, pairs, questions

FOLDER = Path(oracle.__file__).parent
FORMATS = (*FLOATS, SCALE)

PACK = {"float16": "<e", "float32": "<f", "float64": "<d"}
TORCH = {
    "bfloat16": "bfloat16",
    "float8e4m3fn": "float8_e4m3fn",
    "float8e4m3fnuz": "float8_e4m3fnuz",
    "float8e5m2": "float8_e5m2",
    "float8e5m2fnuz": "float8_e5m2fnuz",
    "float8e8m0": "float8_e8m0fnu",
}


def agree(first: list[int], second: list[int], dtype: str, question: Question, big: bool = False) -> None:
    """Demand that verdict and count of failing elements are what the oracle says, either way round."""
    answers = question.answers(first, second, dtype)
    expected = Verdict.MET if all(answers) else Verdict.NOT_MET
    sides = model(tensor(first, dtype)), model(tensor(second, dtype, big))
    for one, other in (sides, reversed(sides)):
        found = compare(one, other, question.specification)
        assert found.verdict is expected, (question, found.reason)
        if question.name != "norm":
            assert found.tensors[0].failing == answers.count(False)


@pytest.mark.parametrize("dtype", NUMERIC)
@settings(max_examples=60)
@given(data=st.data())
def test_every_predicate_agrees_with_its_definition(dtype: str, data: st.DataObject) -> None:
    first, second = data.draw(pairs(dtype))
    agree(first, second, dtype, data.draw(questions(dtype)), data.draw(st.booleans()))


@pytest.mark.parametrize("dtype", NUMERIC)
@settings(max_examples=40)
@given(data=st.data())
def test_every_bound_is_exact_at_the_very_deviation_of_a_pair(dtype: str, data: st.DataObject) -> None:
    drawn: Pairs = data.draw(pairs(dtype, 1))
    for question in on_the_border(data.draw(st.randoms()), drawn[0][0], drawn[1][0], dtype):
        if question.defined_for(dtype):
            agree(*drawn, dtype, question)


@pytest.mark.parametrize("dtype", FORMATS)
@settings(max_examples=40)
@given(data=st.data())
def test_a_tolerance_ends_between_the_two_codes_where_the_oracle_ends_it(
    dtype: str, data: st.DataObject
) -> None:
    question, code, ends = data.draw(edges(dtype))
    if question.defined_for(dtype):
        for end in ends:
            agree([end], [code], dtype, question)


@pytest.mark.parametrize("dtype", FORMATS)
def test_all_pairs_of_special_codes_agree_in_one_tensor_each(dtype: str) -> None:
    asked = [Question("ulp", (1,)), Question("same", (True, True))]
    asked += [Question("close", (rtol, TOLERANCES[0])) for rtol in TOLERANCES[:6]]
    codes = special(dtype)
    for question in asked:
        for code in codes:
            agree(list(codes), [code] * len(codes), dtype, question)


def test_grid_is_not_defined_for_scales() -> None:
    """The scale type has no zero, and its codes are no multiples of a step."""
    with pytest.raises(DeclarationError):
        compare(model(tensor([0, 1], SCALE)), model(tensor([0, 1], SCALE)), "t  grid(2^3)")


@pytest.mark.parametrize("dtype", ["bool", *NUMERIC])
def test_two_empty_tensors_hold(dtype: str) -> None:
    asked = "same" if not FLOATS.get(COMPONENTS.get(dtype, dtype)) else "scaled(0) and norm(0)"
    assert compare(model(tensor([], dtype)), model(tensor([], dtype)), asked).verdict is Verdict.MET


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([0, 1, 1], [0, 1, 1], Verdict.MET),
        ([0, 1, 1], [0, 0, 1], Verdict.NOT_MET),
        ([0, 1, 2], [0, 1, 1], Verdict.NOT_DECIDED),
    ],
)
def test_a_bool_is_0_or_1(first: list[int], second: list[int], expected: Verdict) -> None:
    assert compare(model(tensor(first, "bool")), model(tensor(second, "bool")), "same").verdict is expected


# The oracle itself.


@pytest.mark.parametrize("dtype", PACK)
@settings(max_examples=300)
@given(data=st.data())
def test_values_are_what_the_machine_makes_of_the_bits(dtype: str, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(special(dtype)) | st.integers(0, (1 << width(dtype)) - 1))
    (number,) = struct.unpack(PACK[dtype], code.to_bytes(width(dtype) // 8, "little"))
    assert (value(code, dtype) is None) == (not math.isfinite(number))
    assert infinite(code, dtype) == math.isinf(number)
    if math.isfinite(number):
        assert value(code, dtype) == number


@pytest.mark.parametrize("dtype", TORCH)
def test_values_of_narrow_formats_are_what_torch_makes_of_every_code(dtype: str) -> None:
    torch = pytest.importorskip("torch")
    if not hasattr(torch, TORCH[dtype]):
        pytest.skip(f"torch does not have {TORCH[dtype]}")
    bits = torch.arange(1 << width(dtype)).to(torch.int16 if width(dtype) == 16 else torch.uint8)
    numbers = bits.view(getattr(torch, TORCH[dtype])).to(torch.float32).tolist()
    for code, number in enumerate(numbers):
        assert value(code, dtype) == (number if math.isfinite(number) else None)
        assert infinite(code, dtype) == math.isinf(number)


def test_values_of_four_bits_are_those_of_the_standard() -> None:
    magnitudes = [0, 0.5, 1, 1.5, 2, 3, 4, 6]
    assert [value(code, "float4e2m1") for code in range(16)] == [*magnitudes, *(-size for size in magnitudes)]


@pytest.mark.parametrize("dtype", [dtype for dtype in FORMATS if width(dtype) <= 16])
def test_ranks_are_places_in_the_sorted_list_of_all_values(dtype: str) -> None:
    codes = [code for code in range(1 << width(dtype)) if value(code, dtype) is not None]
    listed = sorted({(value(code, dtype) or 0, rank(code, dtype)) for code in codes})
    assert all(one[1] + 1 == other[1] and one[0] < other[0] for one, other in pairwise(listed))
    zero = [place for number, place in listed if not number]
    assert zero == ([] if dtype == SCALE else [0])


@pytest.mark.parametrize("module", [oracle, values])
def test_the_oracle_shares_nothing_with_what_it_judges(module: object) -> None:
    tree = ast.parse(Path(str(getattr(module, "__file__", ""))).read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    own = {name for name in imported if name and name.startswith("lintian_ml")}
    assert own <= {values.__name__}
    assert imported - own <= {"__future__", "collections.abc", "dataclasses", "fractions", "functools"}

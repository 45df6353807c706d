"""Laws that hold whatever the elements are: what is changed about a comparison and must change nothing."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintian_ml.equality import Comparison, TensorResult, Verdict, compare, compare_files
from lintian_ml.equality.self_test.drawing import NUMERIC, model, tensor
from lintian_ml.equality.self_test.questions import TOLERANCES, Question
from lintian_ml.equality.self_test.record import compared
from lintian_ml.equality.self_test.values import COMPONENTS, FLOATS, width
from lintian_ml.equality.tensors import Manner
from tests.validation.strategies import pairs, questions

SIGNED = [dtype for dtype, form in FLOATS.items() if form.odd != "minus zero"]
Drawn = tuple[list[int], list[int]]


def failing(question: Question, drawn: Drawn, dtype: str) -> int:
    """How many elements fail."""
    return compared(question, drawn, dtype).tensors[0].failing


@pytest.mark.parametrize("dtype", NUMERIC)
@settings(max_examples=20)
@given(data=st.data())
def test_a_tensor_holds_beside_itself(dtype: str, data: st.DataObject) -> None:
    codes, _ = data.draw(pairs(dtype))
    result = compared(data.draw(questions(dtype)), (codes, codes), dtype).tensors[0]
    assert (result.verdict, result.differing) == (Verdict.MET, 0)


@pytest.mark.parametrize("dtype", NUMERIC)
@settings(max_examples=20)
@given(data=st.data())
def test_neither_tensor_is_the_better_one(dtype: str, data: st.DataObject) -> None:
    first, second = data.draw(pairs(dtype))
    question = data.draw(questions(dtype))
    one, other = compared(question, (first, second), dtype), compared(question, (second, first), dtype)
    assert (one.verdict, one.tensors[0].failing) == (other.verdict, other.tensors[0].failing)


Parameters = tuple[Any, ...]


def reaches(draw: Random) -> tuple[Parameters, Parameters]:
    """Two numbers of steps, the smaller first."""
    least = draw.randrange(99)
    return (least,), (least + draw.randrange(99),)


def shares(draw: Random) -> tuple[Parameters, Parameters]:
    """Two tolerances, the smaller first."""
    least, most = sorted(draw.sample(TOLERANCES, 2))
    return (least,), (most,)


def two_shares(draw: Random) -> tuple[Parameters, Parameters]:
    """Two pairs of tolerances, both of the first smaller."""
    (one,), (other,) = shares(draw)
    (least,), (most,) = shares(draw)
    return (one, least), (other, most)


TIGHTER = {"ulp": reaches, "steps": reaches, "scaled": shares, "norm": shares, "close": two_shares}
"""For each bound, two of its parameters, of which the second allows as much or more."""


@pytest.mark.parametrize("name", TIGHTER)
@settings(max_examples=60)
@given(data=st.data())
def test_a_larger_tolerance_lets_no_more_elements_fail(name: str, data: st.DataObject) -> None:
    tight, loose = (Question(name, parameters) for parameters in TIGHTER[name](data.draw(st.randoms())))
    dtype = data.draw(st.sampled_from([dtype for dtype in NUMERIC if loose.defined_for(dtype)]))
    drawn = data.draw(pairs(dtype))
    assert failing(tight, drawn, dtype) >= failing(loose, drawn, dtype)
    if compared(tight, drawn, dtype).verdict is Verdict.MET:
        assert compared(loose, drawn, dtype).verdict is Verdict.MET


@pytest.mark.parametrize("dtype", NUMERIC)
@settings(max_examples=8)
@given(data=st.data())
def test_pieces_threads_shortcut_and_byte_order_change_nothing(dtype: str, data: st.DataObject) -> None:
    first, second = data.draw(pairs(dtype))
    drawn = (first * 40, second * 40)
    question = data.draw(questions(dtype))
    whole = account(compared(question, drawn, dtype))
    for piece, threads, shortcut in product((16, 112), (1, 3), (False, True)):
        manner = Manner(threads=threads, shortcut=shortcut)
        for big in (False, True):
            again = compared(question, drawn, dtype, big_endian=big, piece=piece, manner=manner)
            assert account(again) == whole


def account(found: Comparison) -> Comparison:
    """What was found, the slack to a millionth of a bit."""
    return replace(
        found, tensors=tuple(replace(one, slack=one.slack and round(one.slack, 6)) for one in found.tensors)
    )


def test_the_slack_of_a_lattice_is_the_same_to_the_last_bit() -> None:
    first = [*[0] * 9, 15359, 15359, 48128]
    second = [*[0] * 8, 32768, 48127, 48127, 15360]
    codes = first * 40, second * 40
    question = Question("grid", ("2^-5",))
    assert compared(question, codes, "float16", piece=16) == compared(question, codes, "float16")


@pytest.mark.parametrize("dtype", SIGNED)
@settings(max_examples=20)
@given(data=st.data())
def test_the_signs_of_both_may_be_turned(dtype: str, data: st.DataObject) -> None:
    first, second = data.draw(pairs(dtype))
    question = data.draw(questions(dtype).filter(lambda one: len(one.parameters) < 3))
    sign = 1 << (width(dtype) - 1)
    turned = [code ^ sign for code in first], [code ^ sign for code in second]
    assert failing(question, (first, second), dtype) == failing(question, turned, dtype)


@pytest.mark.parametrize("dtype", NUMERIC)
@settings(max_examples=20)
@given(data=st.data())
def test_the_order_of_the_elements_has_no_say(dtype: str, data: st.DataObject) -> None:
    first, second = data.draw(pairs(dtype))
    question = data.draw(questions(dtype))
    order = data.draw(st.permutations(range(len(first))))
    mixed = [first[at] for at in order], [second[at] for at in order]
    assert failing(question, (first, second), dtype) == failing(question, mixed, dtype)


@settings(max_examples=40)
@given(data=st.data())
def test_one_tensor_that_fails_makes_the_model_fail_and_equal_ones_change_nothing(
    data: st.DataObject,
) -> None:
    dtype = data.draw(st.sampled_from(NUMERIC))
    first, second = data.draw(pairs(dtype))
    question = data.draw(questions(dtype))
    alone = compared(question, (first, second), dtype).verdict
    beside = tensor([1, 2], "int8", name="v")
    sides = model(tensor(first, dtype), beside), model(tensor(second, dtype), beside)
    assert compare(*sides, question.specification).verdict is alone


# Containers: the same arrays in another file give the same account.


def arrays() -> dict[str, tuple[Any, Any]]:
    """Pairs of arrays that differ in all ways."""
    noise = np.random.default_rng(5)
    first = noise.normal(size=(60, 50)).astype(np.float32)
    bits = first.view(np.int32) + noise.integers(-3, 4, first.shape).astype(np.int32)
    second = bits.view(np.float32)
    first[0, :4] = np.inf, np.nan, 0.0, 1e-45
    second[0, :4] = np.inf, np.inf, -0.0, 0.0
    whole = noise.integers(-100, 100, 500).astype(np.int64)
    return {
        "w": (first, second),
        "h": (first.astype(np.float16), second.astype(np.float16)),
        "i": (whole, whole),
    }


def as_npz(path: Path, held: dict[str, Any]) -> Path:
    np.savez(path.with_suffix(".npz"), **held)
    return path.with_suffix(".npz")


def as_packed_npz(path: Path, held: dict[str, Any]) -> Path:
    np.savez_compressed(path.with_suffix(".npz"), **{name: array.astype(array.dtype.newbyteorder(">"))
                                                     for name, array in held.items()})  # fmt: skip
    return path.with_suffix(".npz")


def as_safetensors(path: Path, held: dict[str, Any]) -> Path:
    numpy = pytest.importorskip("safetensors.numpy")
    numpy.save_file(held, path.with_suffix(".safetensors"))
    return path.with_suffix(".safetensors")


def as_gguf(path: Path, held: dict[str, Any]) -> Path:
    gguf = pytest.importorskip("gguf")
    writer = gguf.GGUFWriter(path.with_suffix(".gguf"), "made")
    for name, array in held.items():
        writer.add_tensor(name, array)
    for write in ("write_header_to_file", "write_kv_data_to_file", "write_tensors_to_file", "close"):
        getattr(writer, write)()
    return path.with_suffix(".gguf")


def as_onnx(path: Path, held: dict[str, Any]) -> Path:
    onnx = pytest.importorskip("onnx")
    made = [onnx.numpy_helper.from_array(array, name) for name, array in held.items()]
    output = onnx.helper.make_tensor_value_info("w", onnx.TensorProto.FLOAT, [60, 50])
    graph = onnx.helper.make_graph([], "made", [], [output], made)
    onnx.save(onnx.helper.make_model(graph), path.with_suffix(".onnx"))
    return path.with_suffix(".onnx")


def accounts(
    folder: Path, write: Callable[[Path, dict[str, Any]], Path], predicate: str
) -> set[TensorResult]:
    """What is said of each tensor when both sides are in one kind of file."""
    held = arrays()
    paths = []
    for side in (0, 1):
        (folder / str(side)).mkdir(exist_ok=True)
        paths.append(write(folder / str(side) / "model", {name: pair[side] for name, pair in held.items()}))
    found = compare_files(paths[0], paths[1], f"@structure unchecked\n*  {predicate}").tensors
    assert len(found) == len(held)
    return set(found)


@pytest.mark.parametrize("predicate", ["same", "ulp(2)", "close(1e-7)", "scaled(1e-6)", "grid(bfloat16)"])
@pytest.mark.parametrize("write", [as_packed_npz, as_safetensors, as_gguf, as_onnx])
def test_every_container_gives_the_same_account(
    tmp_path: Path, write: Callable[[Path, dict[str, Any]], Path], predicate: str
) -> None:
    for name in ("plain", "other"):
        (tmp_path / name).mkdir()
    plain = accounts(tmp_path / "plain", as_npz, predicate)
    assert accounts(tmp_path / "other", write, predicate) == plain


def test_a_complex_number_holds_if_both_of_its_parts_do() -> None:
    question = Question("close", (Fraction(1, 10**6), Fraction(0)))
    for dtype, kind in COMPONENTS.items():
        one = {"float32": 0x3F800000, "float64": 0x3FF << 52}[kind]
        for parts, expected in (((1, 1), 0), ((1, 1 << (width(kind) - 12)), 1), ((1 << 20, 1 << 20), 2)):
            far = [one + part for part in parts]
            found = failing(question, ([one, one], far), dtype)
            assert found == expected or kind == "float64"

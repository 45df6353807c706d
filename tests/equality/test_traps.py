"""Cases that tools in use today answer wrongly, and files that are made to mislead or to break.

The comment in a test says what other tools answer, as they were in 2026.
"""

import json
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.equality import PredicateError, Verdict, compare, compare_files, parse_predicate
from lintian_ml.equality.report import lines, slack
from lintian_ml.equality.told import as_object
from lintian_ml.model import Model, Span, Tensor
from lintian_ml.report.json import dumps

MET, NOT_MET, NOT_DECIDED = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_DECIDED

NOISE = np.random.default_rng(5)
WEIGHTS = NOISE.normal(size=4096).astype(np.float32)


def model(dtype: str = "", **arrays: Any) -> Model:
    tensors = tuple(
        Tensor(name, dtype or str(array.dtype), array.shape, Span(Blob(array.tobytes()), 0, array.nbytes))
        for name, array in arrays.items()
    )
    return Model("made", tensors, structure={}, complete=True)


def verdict(first: Any, second: Any, predicate: str | None, dtype: str = "") -> Verdict:
    one, other = (model(dtype, w=np.asarray(array)) for array in (first, second))
    return compare(one, other, predicate).verdict


# Twins.


@pytest.mark.parametrize("predicate", ["same", "ulp(4)", "close(1e-5, 1e-8)", "scaled(1e-3)"])
def test_a_permuted_twin_is_not_the_same(predicate: str) -> None:
    # Mean, deviation, extremes and norm are equal: tools that compare those call the two identical.
    assert verdict(WEIGHTS, NOISE.permutation(WEIGHTS), predicate) is NOT_MET


@pytest.mark.parametrize("predicate", ["same", "ulp(4)", "close(0.9, 1e30)", "scaled(0.9)"])
def test_a_twin_poisoned_with_one_nan_is_not_the_same(predicate: str) -> None:
    # A difference that is NaN is neither above nor below a tolerance: "no difference above 1e-6".
    poisoned = WEIGHTS.copy()
    poisoned[4000] = np.nan
    assert verdict(WEIGHTS, poisoned, predicate) is NOT_MET
    assert verdict(poisoned, WEIGHTS, predicate) is NOT_MET


def test_a_twin_whose_low_bits_are_random_meets_a_tolerance_at_a_price_that_is_told() -> None:
    # Passes every tolerance test silently; what was hidden in 4,096 elements is up to 512 bytes.
    low = WEIGHTS.view(np.uint32) ^ NOISE.integers(0, 2, WEIGHTS.size, np.uint32)
    pair = model(w=WEIGHTS), model(w=low.view(np.float32))
    assert compare(*pair, "same").verdict is NOT_MET
    result = compare(*pair, "ulp(1)")
    assert result.verdict is MET
    assert result.slack is not None
    assert result.slack >= 4096


def test_the_scale_of_a_quantised_tensor_is_held_to_equality_unless_it_is_named() -> None:
    # torch.testing compares the codes of quantised tensors and lets their scales differ.
    codes = np.arange(16, dtype=np.int8)
    pair = (model(codes=codes, w=WEIGHTS), model(codes=codes, w=WEIGHTS))
    scales = [Tensor("s", "float8e8m0", (1,), Span(Blob(bytes([code])), 0, 1)) for code in (127, 128)]
    first, second = (
        Model("made", (*one.tensors, scale), structure={}, complete=True)
        for one, scale in zip(pair, scales, strict=True)
    )
    assert compare(first, second, "* ulp(1)\ncodes steps(1)").verdict is NOT_MET
    assert compare(first, second, "s ulp(1)\nw same").verdict is MET


# Tolerances.


def test_a_tolerance_of_zero_is_zero() -> None:
    # JAX makes 1e-7 of it.
    assert verdict([1.0], [1.0 + 2.0**-52], "close(0, 0)") is NOT_MET


def test_no_tolerance_is_assumed() -> None:
    # torch.testing.assert_close passes float32 values that are 5e-6 apart when it is asked nothing.
    one, other = (np.array([value], np.float32) for value in (0, 5e-6))
    assert verdict(one, other, "same") is NOT_MET


def test_a_relative_tolerance_may_not_swallow_all() -> None:
    # numpy computes rtol·|b| in float16: infinite for rtol ≥ 1 and large b, so that everything is close.
    with pytest.raises(PredicateError):
        parse_predicate("close(1)")
    ends = np.array([65504], np.float16), np.array([-65504], np.float16)
    assert verdict(*ends, "close(0.999)") is NOT_MET


def test_the_larger_of_two_tolerances_counts_and_not_either_of_two_measures() -> None:
    # Polygraphy passes a tensor whose largest absolute or largest relative difference is small.
    first, second = np.array([1000.0, 1e-6]), np.array([1000.5, 2e-6])
    assert verdict(first, second, "close(1e-3, 1e-6)") is MET
    assert verdict(first, second, "close(1e-3, 1e-7)") is NOT_MET


def test_an_infinity_is_near_no_number() -> None:
    # h5diff -p finds no difference between an infinity and anything: Inf / Inf is not above the tolerance.
    inf, largest = np.array([np.inf], np.float32), np.array([3.4028235e38], np.float32)
    assert verdict(inf, largest, "close(0.999, 1e38)") is NOT_MET
    assert verdict(inf, inf, "close(0.5)") is MET


def test_differences_of_integers_do_not_wrap() -> None:
    # h5diff -d subtracts int32 in int32: the two ends of the type are 1 apart.
    ends = np.array([-(2**31)], np.int32), np.array([2**31 - 1], np.int32)
    assert verdict(*ends, "steps(1)") is NOT_MET
    assert verdict(*ends, "steps(4294967294)") is NOT_MET


def test_shapes_without_elements_count() -> None:
    # h5diff says that datasets without elements do not differ, and exits with 0 where it cannot compare.
    assert verdict(np.empty((0, 3), np.float32), np.empty((3, 0), np.float32), "ulp(1)") is NOT_MET
    assert verdict(np.empty((0, 3), np.float32), np.empty((0, 3), np.int32), "same") is NOT_MET


@pytest.mark.parametrize(
    "text",
    ["ulp(nan)", "close(nan)", "close(1e-3000000)", "close(inf)", "scaled(-1)", "ulp(18446744073709551616)"],
)
def test_a_tolerance_that_is_none_is_an_error(text: str) -> None:
    # h5diff -d nan accepts everything.
    with pytest.raises(PredicateError):
        parse_predicate(text)


# Everything is NaN.


def test_nans_equal_their_own_bits_and_nothing_else() -> None:
    # onnxruntime's test runner compared an expected NaN with itself; equal_nan=True equates all payloads.
    nans = np.full(5000, 0x7FC00000, np.uint32)
    others = nans.copy()
    others[4999] |= 1
    same, poisoned = (codes.view(np.float32) for codes in (nans, others))
    for predicate in ("ulp(9)", "close(0.5, 1)", "scaled(0.5)", "scaled(0.5) and norm(0.5)", None):
        assert verdict(same, same, predicate) is MET
        assert verdict(same, poisoned, predicate) is NOT_MET
    result = compare(model(w=same), model(w=same), "ulp(9)").tensors[0]
    assert result.control == "no control possible: its first elements are not finite"


# Files that are made to break.


def safetensors(path: Path, header: object, data: bytes = b"") -> Path:
    raw = json.dumps(header).encode() if not isinstance(header, bytes) else header
    path.write_bytes(struct.pack("<Q", len(raw)) + raw + data)
    return path


def entry(shape: list[int], start: int, end: int) -> dict[str, object]:
    return {"dtype": "F32", "shape": shape, "data_offsets": [start, end]}


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return safetensors(tmp_path / "sound.safetensors", {"w": entry([2], 0, 8)}, WEIGHTS[:2].tobytes())


@pytest.mark.parametrize(
    ("header", "data"),
    [
        ({"w": entry([1 << 30], 0, 1 << 32)}, bytes(1000)),
        ({"w": entry([1 << 30], 0, 8)}, bytes(8)),
        ({"w": entry([2], 0, 8)}, bytes(7)),
        ({"w": entry([2], 0, 8), "v": entry([2], 0, 8)}, bytes(8)),
        (b'{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},'
         b'"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', bytes(8)),
        ({"w": entry([1 << 32, 1 << 32, 0], 0, 8)}, bytes(8)),
    ],
    ids=["4 GB in 1 kB", "4 GB in 8 bytes", "truncated", "overlapping", "two of one name", "overflowing"],
)  # fmt: skip
@pytest.mark.parametrize("predicate", ["ulp(1)", "same", None])
def test_a_file_that_lies_is_never_met(
    tmp_path: Path, sound: Path, header: object, data: bytes, predicate: str | None
) -> None:
    liar = safetensors(tmp_path / "liar.safetensors", header, data)
    for pair in ((sound, liar), (liar, sound)):
        result = compare_files(*pair, predicate)
        assert (result.verdict, bool(result.reason)) == (NOT_DECIDED, True)


def test_an_array_of_4_gigabytes_in_a_file_of_a_kilobyte_is_not_decided(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.npy", "b.npy")]
    for number, path in enumerate(paths):
        np.save(path, np.zeros(4, np.float32))
        raw = path.read_bytes().replace(b"(4,), }        ", b"(1073741824,), }")
        path.write_bytes(raw + bytes([number]) * 1000)
    assert compare_files(paths[0], paths[1], "ulp(1)").verdict is NOT_DECIDED


def test_a_name_with_line_ends_stays_on_its_line(tmp_path: Path) -> None:
    name = "w\nmet: same\n\x1b[2J\u2028"
    first, second = (
        safetensors(tmp_path / f"{at}.safetensors", {name: entry([1], 0, 4)}, bytes([at, 0, 0, 0]))
        for at in (1, 3)
    )
    for predicate in ("same", "ulp(9)", None):
        result = compare_files(first, second, predicate)
        told = list(lines(result))
        assert told[0].partition(":")[0] == result.verdict.value
        assert [line for line in told if line.startswith("met: same")] == []
        assert "\x1b" not in "".join(told)
    suggested = compare_files(first, second)
    assert compare_files(first, second, suggested.predicate).verdict is MET


def test_twenty_thousand_tensors_are_compared_in_seconds() -> None:
    blob = Blob(NOISE.normal(size=20_000).astype(np.float32).tobytes())
    tensors = tuple(Tensor(f"t{at}", "float32", (1,), Span(blob, 4 * at, 4)) for at in range(20_000))
    whole = Model("made", tensors, structure={}, complete=True)
    result = compare(whole, whole, "ulp(1)")
    assert (result.verdict, len(result.tensors)) == (MET, 20_000)
    assert len(list(lines(result))) < 60


# What is told.


def test_slack_is_told_in_bytes() -> None:
    assert slack(1e8 * float(np.log2(3))) == "19.8 MB may differ without notice"
    assert slack(0.0) == "none; every bit is settled"
    assert slack(None) == "not known for all that is relaxed"
    assert slack(float("inf")) == "unbounded"


def test_the_verdict_comes_first_and_the_slack_beside_it() -> None:
    result = compare(model(w=WEIGHTS), model(w=WEIGHTS), "ulp(4)")
    first, second, *rest = lines(result)
    assert (first, second) == ("met: ulp(4)", "slack: 1.6 kB may differ without notice")
    assert any(line.startswith("ulp leaves open: ") for line in rest)


def test_no_infinity_is_written_as_json() -> None:
    from dataclasses import replace

    result = compare(model(w=WEIGHTS), model(w=WEIGHTS), "ulp(4)")
    part = replace(result.parts[0], slack=float("inf"))
    told = as_object(replace(result, parts=(part, *result.parts[1:])))
    assert told["slack"] == "unbounded"
    assert "Infinity" not in dumps(told)
    assert json.loads(dumps(told))["parts"][0]["slack"] == "unbounded"


def test_what_a_predicate_remarks_on_a_tensor_is_a_note() -> None:
    on = np.array([1.0, 0.5, -2.0], np.float32)
    off = on + np.array([0, 2.0**-20, 0], np.float32)
    assert "w: the second lies on the lattice" in compare(model(w=on), model(w=on), "grid(bfloat16)").notes
    notes = compare(model(w=on), model(w=off), "grid(bfloat16)").notes
    assert "w: 1 of 3 elements of the second lie off the lattice" in notes


def test_the_noise_of_a_digest_is_told_at_what_it_could_carry() -> None:
    from dataclasses import replace

    one, other = (
        replace(model(), noise={"text": bytes([at]) * 32}, noise_bits={"text": 9000}) for at in (1, 2)
    )
    assert "noise of 9000 bits differs in text" in compare(one, other, "same").notes


def test_residues_of_two_encodings_are_not_held_against_each_other() -> None:
    from dataclasses import replace

    first, second = (replace(model(w=WEIGHTS), residue={"tail": b"1"}, encoding=name) for name in "ab")
    result = compare(first, second, "@structure unchecked\n* same")
    assert result.verdict is NOT_DECIDED
    assert "the first is made in a, the second made in b" in result.reason
    bare = compare(replace(first, residue={}), replace(second, residue={}), "@structure unchecked\n* same")
    assert bare.verdict is MET


def test_a_bound_of_a_third_is_a_third() -> None:
    # In binary floating point 1/3 is not; 3 and 2 are a third of 3 apart, exactly on the border.
    assert verdict([2.0], [3.0], "close(1/3)") is MET
    assert verdict([2.0], [3.0], f"close({Fraction(1, 3) - Fraction(1, 10**15)})") is NOT_MET

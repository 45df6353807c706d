"""The comparator beside numpy, torch and h5diff: agreement where they are right, and who is right elsewhere.

A row of ``CATALOGUE`` is a pair that another comparator accepts. It is shown that it does, what ours says,
and why ours is right; a row that the other tool stops accepting fails, so that the catalogue stays true.
"""

import math
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.equality import Verdict, compare, compare_files
from lintian_ml.equality.self_test.drawing import model
from lintian_ml.model import Span, Tensor

NOISE = np.random.default_rng(11)


def ours(first: Any, second: Any, predicate: str) -> Verdict:
    """What this comparator says of two arrays."""
    sides = []
    for array in (np.asarray(first), np.asarray(second)):
        payload = Span(Blob(array.tobytes()), 0, array.nbytes)
        sides.append(model(Tensor("w", str(array.dtype), array.shape, payload)))
    return compare(sides[0], sides[1], predicate).verdict


def numpy_ulp(first: Any, second: Any, most: int) -> bool:
    """Whether numpy finds two arrays at most so many units in the last place apart."""
    try:
        np.testing.assert_array_max_ulp(first, second, most)
    except AssertionError:
        return False
    return True


def torch_close(first: Any, second: Any) -> bool:
    """Whether torch finds two arrays close by its own defaults."""
    torch = pytest.importorskip("torch")
    try:
        torch.testing.assert_close(torch.from_numpy(first), torch.from_numpy(second))
    except AssertionError:
        return False
    return True


def torch_equal_flushed(first: Any, second: Any) -> bool:
    """Whether torch finds two arrays equal in a thread that flushes subnormal numbers."""
    torch = pytest.importorskip("torch")
    if not torch.set_flush_denormal(True):
        pytest.skip("this machine cannot flush subnormal numbers")
    try:
        return bool(torch.equal(torch.from_numpy(first), torch.from_numpy(second)))
    finally:
        torch.set_flush_denormal(False)


@dataclass(frozen=True)
class Disagreement:
    """Arrays that another comparator accepts and ours does not, and why ours is right."""

    title: str
    first: Any
    second: Any
    accepts: Callable[[Any, Any], bool]
    predicate: str
    why: str


HALF, SINGLE = np.float16, np.float32
CATALOGUE = (
    Disagreement(
        "numpy's distance of the ends of float16 wraps", np.array([65504], HALF), np.array([-65504], HALF),
        lambda a, b: numpy_ulp(a, b, 4096), "ulp(4096)", "63486 values lie between; int16 cannot hold that",
    ),
    Disagreement(
        "numpy's distance of the ends of float32 wraps", np.array([3.4028235e38], SINGLE),
        np.array([-3.4028235e38], SINGLE), lambda a, b: numpy_ulp(a, b, 100_000_000), "ulp(100000000)",
        "4278190078 values lie between; int32 cannot hold that",
    ),
    Disagreement(
        "numpy takes the largest number for a neighbour of infinity", np.array([65504], HALF),
        np.array([np.inf], HALF), lambda a, b: numpy_ulp(a, b, 1), "ulp(1)",
        "an overflow is another kind of answer than an inexact one",
    ),
    Disagreement(
        "numpy broadcasts", np.ones(3), np.ones((3, 1)), np.allclose, "close(1e-5,1e-8)",
        "tensors of two shapes are two tensors",
    ),
    Disagreement(
        "numpy finds nothing close to one number", np.ones(0), np.ones(1), np.allclose, "close(1e-5,1e-8)",
        "a tensor without elements is not one with an element",
    ),
    Disagreement(
        "numpy compares whole numbers as floats", np.array([2**53]), np.array([2**53 + 1]),
        lambda a, b: bool(np.isclose(a, b, rtol=0, atol=0).all()), "steps(0)", "they differ by one",
    ),
    Disagreement(
        "numpy measures by the second alone", np.array([9.0]), np.array([10.0]),
        lambda a, b: bool(np.allclose(a, b, rtol=0.1, atol=0) and not np.allclose(b, a, rtol=0.1, atol=0)),
        "close(0.0999)", "closeness has no direction: numpy accepts (9, 10) and refuses (10, 9)",
    ),
    Disagreement(
        "numpy merges the payloads of NaNs", np.array([0x7E00], np.uint16).view(HALF),
        np.array([0x7E01], np.uint16).view(HALF), lambda a, b: np.array_equal(a, b, equal_nan=True), "ulp(9)",
        "bits differ, and no tolerance speaks of them; same(nan=any) accepts them where that is meant",
    ),
    Disagreement(
        "torch takes small weights of two signs for close", np.array([5e-6], SINGLE),
        np.array([-5e-6], SINGLE), torch_close, "close(1.3e-6)",
        "its absolute tolerance of 1e-5 is larger than many weights",
    ),
    Disagreement(
        "torch finds flushed subnormal numbers equal to zero", np.array([1e-45], SINGLE),
        np.array([0], SINGLE), torch_equal_flushed, "same",
        "the bits differ, whatever the thread's arithmetic does to them",
    ),
)  # fmt: skip


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.title)
def test_what_another_comparator_accepts_wrongly(row: Disagreement) -> None:
    assert row.accepts(row.first, row.second)
    assert ours(row.first, row.second, row.predicate) is Verdict.NOT_MET
    assert row.why


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("most", [0, 1, 3, 100])
def test_numpy_agrees_on_distances_within_one_sign(dtype: str, most: int) -> None:
    width = np.dtype(dtype).itemsize
    for _ in range(60):
        codes = NOISE.integers(200, int(np.array(np.finfo(dtype).max).view(f"i{width}")) - 200, 8)
        steps = NOISE.integers(-most - 1, most + 2, 8)
        one, other = (side.astype(f"i{width}").view(dtype) for side in (codes, codes + steps))
        expected = Verdict.MET if numpy_ulp(one, other, most) else Verdict.NOT_MET
        assert ours(one, other, f"ulp({most})") is expected


def test_python_agrees_on_closeness_away_from_the_border() -> None:
    for _ in range(400):
        one = float(NOISE.normal() * 10.0 ** NOISE.integers(-5, 6))
        rtol = float(10.0 ** NOISE.integers(-9, -1))
        other = one * (
            1 + rtol * float(NOISE.choice([0.5, 0.999, 1.001, 2.0])) * float(NOISE.choice([-1, 1]))
        )
        if math.isclose(one, other, rel_tol=rtol * (1 - 1e-6)) != math.isclose(
            one, other, rel_tol=rtol * (1 + 1e-6)
        ):
            continue
        expected = Verdict.MET if math.isclose(one, other, rel_tol=rtol, abs_tol=0) else Verdict.NOT_MET
        assert ours(np.array([one]), np.array([other]), f"close({rtol!r})") is expected


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "int32", "uint64", "complex64"])
def test_numpy_and_torch_agree_on_equality_of_values(dtype: str) -> None:
    for changed in (False, True):
        first = (NOISE.normal(size=50) * 40).astype("int64" if "int" in dtype else "float64").astype(dtype)
        second = first.copy()
        if changed:
            second[17] = second[17] + second.dtype.type(3)
        expected = Verdict.NOT_MET if changed else Verdict.MET
        assert np.array_equal(first, second) is not changed
        assert ours(first, second, "same") is expected


H5DIFF_ACCEPTS = {
    "other shapes": (np.ones(3, np.float32), np.ones(4, np.float32)),
    "other types": (np.ones(3, np.float32), np.ones(3, np.int32)),
    "no elements": (np.ones((0,), np.float32), np.ones((0, 5), np.float32)),
}


@pytest.mark.parametrize("title", H5DIFF_ACCEPTS)
def test_h5diff_calls_what_it_cannot_compare_equal(tmp_path: Path, title: str) -> None:
    h5py = pytest.importorskip("h5py")
    if not shutil.which("h5diff"):
        pytest.skip("h5diff is not there")
    paths = [tmp_path / name for name in ("a.h5", "b.h5")]
    for path, array in zip(paths, H5DIFF_ACCEPTS[title], strict=True):
        with h5py.File(path, "w") as file:
            file["w"] = array
    assert subprocess.run(["h5diff", *map(str, paths)], capture_output=True).returncode == 0
    assert compare_files(paths[0], paths[1], "same").verdict is Verdict.NOT_MET

"""The streaming engine: what it finds hangs on neither threads nor pieces, and is what single pairs tell."""

import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.equality import Verdict, compare, compare_files
from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.bound import Bound
from lintian_ml.equality.bytewise import equal, may_have_parts
from lintian_ml.equality.control import HALF, PASSED
from lintian_ml.equality.crew import share
from lintian_ml.equality.elements import FLOATS, INTEGERS
from lintian_ml.equality.narrow import Narrow
from lintian_ml.equality.predicates.norm import Norm
from lintian_ml.equality.predicates.ulp import _Ulp
from lintian_ml.equality.squares import squares
from lintian_ml.equality.stretch import measured
from lintian_ml.equality.strongest import strongest
from lintian_ml.equality.tensors import Manner
from lintian_ml.model import Computed, Model, Span, Tensor
from tests.test_equality_compare import Drawn, pairs_of_codes, rank_of, tensor, value_of

MET, NOT_MET, NOT_DECIDED = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_DECIDED
SIZES = (112, 4096, 1 << 20)

NOISE = np.random.default_rng(3)


def model(**arrays: Any) -> Model:
    """A model of arrays, each where it lies in memory."""
    tensors = tuple(
        Tensor(name, str(array.dtype), array.shape, Span(Blob(array.tobytes()), 0, array.nbytes))
        for name, array in arrays.items()
    )
    return Model("made", tensors, structure={}, complete=True)


def weights(count: int = 3000, dtype: type = np.float32) -> Any:
    """Numbers as a training leaves them: of all magnitudes, a few zeros among them."""
    made = NOISE.normal(size=count) * np.exp(NOISE.normal(size=count))
    made[::1001] = 0
    return made.astype(dtype)


def disturbed(array: Any, share: float) -> Any:
    """The same numbers after another training."""
    again = (array + NOISE.normal(size=array.size) * share * np.abs(array).max()).astype(array.dtype)
    return np.where(NOISE.random(array.size) < 0.5, array, again)


PAIRS = {
    "noise": (first := weights(), disturbed(first, 1e-7)),
    "one ulp": ((steps := weights().view(np.int32)).view(np.float32), (steps + 1).view(np.float32)),
    "far": (weights(), weights()),
    "equal": (first, first.copy()),
    "double": (double := weights(dtype=np.float64), disturbed(double, 1e-15)),
    "half": (half := weights(dtype=np.float16), disturbed(half, 1e-3)),
    "integers": (
        integers := NOISE.integers(-(2**31), 2**31, 2000, np.int32),
        integers + NOISE.integers(-2, 3, 2000, np.int32),
    ),
    "nan": (np.where(first > 9, np.float32(np.nan), first), np.where(first > 10, np.float32(np.nan), first)),
}
PREDICATES = (None, "same", "ulp(4)", "close(1e-6, 1e-9)", "scaled(1e-6)", "scaled(1e-6) and norm(1e-6)")


def both(name: str, *, small: bool = False) -> tuple[Model, Model]:
    """Two models of a pair of arrays, and of the beginnings of both."""
    one, other = (model(w=array, **({"s": array[:7]} if small else {})) for array in PAIRS[name])
    return one, other


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("predicate", PREDICATES)
def test_what_is_found_depends_on_neither_threads_nor_pieces(name: str, predicate: str | None) -> None:
    if name == "integers":
        predicate = predicate and "steps(2)"
    pair = both(name, small=True)
    found = compare(*pair, predicate)
    for piece in SIZES:
        for threads in (1, 3):
            assert compare(*pair, predicate, piece=piece, manner=Manner(threads=threads)) == found


@pytest.mark.parametrize("name", PAIRS)
def test_the_shortcut_changes_nothing(name: str) -> None:
    pair = both(name)
    predicate = "steps(2)" if name == "integers" else "close(1e-6, 1e-9)"
    assert compare(*pair, predicate) == compare(*pair, predicate, manner=Manner(shortcut=False))


@settings(max_examples=150)
@given(pairs_of_codes((*FLOATS.keys() - {"float8e8m0"}, "int8", "uint8", "int16", "uint32", "int64")))
def test_a_stretch_tells_the_truth_of_each_of_its_pairs(drawn: Drawn) -> None:
    dtype, first, second = drawn
    form = FLOATS.get(dtype) or INTEGERS[dtype]
    if form.bits < 8:
        return
    sides = [np.array(side, f"u{form.bits // 8}") for side in (first, second)]
    known = measured(sides[0], sides[1], form, np.empty(sides[0].nbytes, np.uint8))
    if known is None:
        return
    values = [
        (value_of(one, dtype), value_of(other, dtype)) for one, other in zip(first, second, strict=True)
    ]
    assert all(a is not None and b is not None for a, b in values)
    ranks = [(rank_of(a, dtype), rank_of(b, dtype)) for a, b in values if a is not None and b is not None]
    assert known.furthest == max(abs(a - b) for a, b in ranks)
    assert known.differing == sum(one != other for one, other in zip(first, second, strict=True))
    if dtype in FLOATS:
        assert (known.least, known.most) == (min(abs(b) for _, b in ranks), max(abs(b) for _, b in ranks))
        assert all(a * b > 0 for a, b in ranks)


TOLERANCES = st.sampled_from(
    ["0", "1e-45", "1/3", "1e-5", "1e-7", "0.4", "2e-38", "1/1024", "1e-12", "65504"]
)


@settings(max_examples=150)
@given(
    pairs_of_codes(("float32", "float16", "bfloat16", "float8e4m3fn", "float8e5m2fnuz")),
    TOLERANCES,
    TOLERANCES,
)
def test_what_float64_decides_of_narrow_formats_is_what_rationals_say(
    drawn: Drawn, relative: str, absolute: str
) -> None:
    dtype, first, second = drawn
    rtol, atol = Fraction(relative) if Fraction(relative) < 1 else Fraction(0), Fraction(absolute)
    exact = Narrow.of(dtype, rtol, atol)
    if exact is None:
        return
    values = [
        (value_of(one, dtype), value_of(other, dtype)) for one, other in zip(first, second, strict=True)
    ]
    finite = [at for at, (a, b) in enumerate(values) if a is not None and b is not None]
    width = f"u{FLOATS[dtype].bits // 8}"
    sides = [np.array([side[at] for at in finite], width) for side in (first, second)]
    held, left_open = exact.decide(sides[0], sides[1])
    for place, at in enumerate(finite):
        a, b = values[at]
        assert a is not None and b is not None
        if place not in left_open:
            assert held[place] == (abs(a - b) <= max(atol, rtol * max(abs(a), abs(b))))


@settings(max_examples=150)
@given(pairs_of_codes(("float32", "float64", "float16")), TOLERANCES, TOLERANCES)
def test_a_bound_settles_only_stretches_that_hold_and_no_excess_is_above_the_ceiling(
    drawn: Drawn, relative: str, absolute: str
) -> None:
    dtype, first, second = drawn
    rtol, atol = Fraction(relative) if Fraction(relative) < 1 else Fraction(0), Fraction(absolute)
    sides = [np.array(side, f"u{FLOATS[dtype].bits // 8}") for side in (first, second)]
    known = measured(sides[0], sides[1], FLOATS[dtype], np.empty(sides[0].nbytes, np.uint8))
    if known is None:
        return
    bound = Bound(dtype, rtol, atol)
    assert bound.excess(sides[0], sides[1]).max() <= bound.ceiling(known)
    if bound.settles(known):
        for one, other in zip(first, second, strict=True):
            a, b = value_of(one, dtype), value_of(other, dtype)
            assert a is not None and b is not None
            assert abs(a - b) <= max(atol, rtol * max(abs(a), abs(b)))


def test_every_element_on_the_very_border_is_decided() -> None:
    first = np.round(NOISE.normal(size=200_000) * 4096).astype(np.float32) / 4096 + 4
    second = first + np.float32(2**-10)
    pair = model(w=first), model(w=second)
    assert compare(*pair, "close(0, 1/1024)").verdict is MET
    assert compare(*pair, "close(0, 0.0009765624)").tensors[0].failing == 200_000


def test_too_many_pairs_near_the_bound_are_not_decided_and_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lintian_ml.equality.bound.EXACT_PAIRS", 100)
    first = np.tile(1.99 + np.arange(1000) * 2.0**-16, 20)
    pair = model(w=first), model(w=first + 2.0**-20)
    results = {
        compare(*pair, "close(0, 1/1048576)", piece=4096, manner=Manner(threads=threads))
        for threads in (1, 2, 3)
    }
    (result,) = results
    assert result.verdict is NOT_DECIDED
    assert "more than 100 different pairs" in result.reason


def files(folder: Path, first: bytes, second: bytes) -> tuple[Path, Path]:
    paths = folder / "first.bin", folder / "second.bin"
    for path, data in zip(paths, (first, second), strict=True):
        path.write_bytes(data)
    return paths


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (40 << 20) + 5])
def test_files_are_equal_if_every_byte_is(tmp_path: Path, size: int) -> None:
    data = bytes(NOISE.integers(0, 256, 1009, np.uint8)) * (size // 1009 + 1)
    first, second = files(tmp_path, data[:size], data[:size])
    with FileBlob(first) as one, FileBlob(second) as other:
        assert equal(one, other)
    for place in {0, size // 2, size - 1} if size else ():
        with second.open("r+b") as file:
            file.seek(place)
            file.write(bytes([data[place] ^ 1]))
        with FileBlob(first) as one, FileBlob(second) as other:
            assert not equal(one, other)
        second.write_bytes(data[:size])


def test_a_file_that_changes_while_it_is_read_is_not_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = files(tmp_path, b"model " * 100, b"model " * 100)
    read = FileBlob.readinto

    def meddling(blob: FileBlob, offset: int, buffer: memoryview) -> int:
        os.utime(paths[1], ns=(1, time.time_ns()))
        return read(blob, offset, buffer)

    monkeypatch.setattr(FileBlob, "readinto", meddling)
    result = compare_files(*paths, "same")
    assert (result.verdict, "changed while it was read" in result.reason) == (NOT_DECIDED, True)


def test_a_file_that_shrinks_while_it_is_read_is_not_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = files(tmp_path, bytes(5 << 20), bytes(5 << 20))
    read = FileBlob.readinto

    def shrinking(blob: FileBlob, offset: int, buffer: memoryview) -> int:
        os.truncate(paths[1], 1 << 20)
        return read(blob, offset, buffer)

    monkeypatch.setattr(FileBlob, "readinto", shrinking)
    result = compare_files(*paths, "ulp(1)")
    assert (result.verdict, "became shorter" in result.reason) == (NOT_DECIDED, True)


def test_equal_files_may_have_parts_only_where_other_files_have_their_name(tmp_path: Path) -> None:
    first, second = files(tmp_path, b"1", b"1")
    assert not may_have_parts(first, second)
    (tmp_path / "firstly.bin").touch()
    assert not may_have_parts(first, second)
    (tmp_path / "first.data").touch()
    assert may_have_parts(first, second)
    (tmp_path / "apart").mkdir()
    lonely = tmp_path / "apart" / "first.bin"
    lonely.write_bytes(b"1")
    assert may_have_parts(lonely, second)


def test_work_is_shared_and_done_once_and_an_error_stops_it() -> None:
    done: list[int] = []
    share(range(1000), lambda: done.append, 3)
    assert sorted(done) == list(range(1000))

    def fail(number: int) -> None:
        if number == 10:
            raise ValueError("here")
        time.sleep(0.0001)

    with pytest.raises(ValueError, match="here"):
        share(iter(range(10**9)), lambda: fail, 3)


def test_an_interrupt_stops_a_comparison_at_once(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in "ab"]
    for path in paths:
        with path.open("wb") as file:
            file.truncate(1 << 42)
    process = subprocess.Popen([sys.executable, "-m", "lintian_ml", "compare", *map(str, paths)])
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=5) == 130


@settings(max_examples=150)
@given(
    pairs_of_codes((*FLOATS.keys() - {"float8e8m0", "float4e2m1"}, "int8", "uint16", "int64")),
    st.integers(0, 9),
)
def test_every_relaxed_tensor_has_a_control_or_a_reason_why_not(drawn: Drawn, reach: int) -> None:
    dtype, first, _ = drawn
    name = "steps" if dtype in INTEGERS else "ulp"
    data = b"".join(
        code.to_bytes(FLOATS[dtype].bits // 8 if dtype in FLOATS else INTEGERS[dtype].bits // 8, "little")
        for code in first
    )
    one = Model(
        "made",
        (Tensor("w", dtype, (len(first),), Span(Blob(data), 0, len(data))),),
        structure={},
        complete=True,
    )
    result = compare(one, one, f"{name}({reach})").tensors[0]
    assert result.verdict is MET
    finite = any(value_of(code, dtype) is not None for code in first)
    if finite:
        assert result.control == (PASSED if reach else HALF) or result.control.startswith(
            "no control possible"
        )
    else:
        assert result.control == "no control possible: its first elements are not finite"


@pytest.mark.parametrize(
    "predicate", ["ulp(4)", "close(1e-6, 1e-9)", "scaled(1e-3)", "scaled(1e-3) and norm(0.1)"]
)
def test_the_control_of_a_common_tensor_passes(predicate: str) -> None:
    result = compare(model(w=first[1:]), model(w=first[1:]), predicate)
    assert (result.verdict, result.tensors[0].control) == (MET, PASSED)


def test_a_comparator_that_lets_all_pass_is_found_out_by_its_control(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Ulp, "near", lambda self, first, second: np.ones(first.shape, bool))
    monkeypatch.setattr(_Ulp, "settles", lambda self, stretch: True)
    result = compare(model(w=first), model(w=first), "ulp(4)")
    assert (result.verdict, "negative control failed" in result.reason) == (NOT_DECIDED, True)


def test_a_comparator_that_is_too_strict_is_found_out_by_its_control(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Ulp, "near", lambda self, first, second: first == second)
    monkeypatch.setattr(_Ulp, "settles", lambda self, stretch: False)
    result = compare(model(w=first[1:]), model(w=first[1:]), "ulp(4)")
    assert (result.verdict, "fails though it must hold" in result.reason) == (NOT_DECIDED, True)


@settings(max_examples=150)
@given(pairs_of_codes(("float32", "float16", "bfloat16", "float8e4m3fn", "float8e5m2fnuz", "float4e2m1")))
def test_what_measuring_alone_tells_of_the_tightest_is_what_counting_would(drawn: Drawn) -> None:
    dtype, first, second = drawn
    pair = [Pair(one, other) for one, other in [(tensor(first, dtype), tensor(second, dtype))]]
    known = strongest(pair)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lintian_ml.equality.strongest._dominated", lambda *_: False)
        assert strongest(pair) == known


def test_the_worst_pair_is_the_first_of_the_furthest_whatever_part_was_the_faster() -> None:
    codes = np.full(400_000, 0x3F800000, np.uint32)
    second = codes + np.uint32(1)
    second[[150_000, 150_001, 390_000]] += np.uint32(2)
    pair = model(w=codes.view(np.float32)), model(w=second.view(np.float32))
    for threads in (1, 2, 4):
        for piece in (4096, 1 << 16, 1 << 20):
            worst = compare(*pair, "ulp(9)", piece=piece, manner=Manner(threads=threads)).tensors[0].worst
            assert worst is not None
            assert (worst.index, worst.ulp) == ((150_000,), 3)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(*2 * [st.floats(allow_nan=False, allow_infinity=False)]), min_size=1, max_size=6),
    st.sampled_from([Fraction(0), Fraction(1, 10**6), Fraction(1, 3), Fraction(3, 5), Fraction(99, 100)]),
)
def test_norms_of_numbers_of_all_sizes_are_what_rationals_say(
    drawn: list[tuple[float, float]], rel: Fraction
) -> None:
    first, second = (np.array([pair[side] for pair in drawn]) for side in (0, 1))
    gap, *own = (
        sum(Fraction(value) ** 2 for value in values)
        for values in ([Fraction(a) - Fraction(b) for a, b in drawn], first.tolist(), second.tolist())
    )
    term = Norm(rel)
    for piece in (16, 1 << 19):
        judge = term.judge(Pair(model(w=first).tensors[0], model(w=second).tensors[0], piece))
        assert (not judge.conclude()) == (gap <= rel**2 * max(own))


@pytest.mark.parametrize("small", [1e-310, 2.0**-600, 1e-30])
def test_a_piece_of_tiny_numbers_counts_beside_one_of_large_ones(small: float) -> None:
    first = np.full(70_000, small)
    first[-1] = 2.0**-490
    found = squares(Pair(model(w=first).tensors[0], model(w=first * 0).tensors[0], 1 << 16))
    true = Fraction(small) ** 2 * 69_999 + Fraction(2) ** -980
    assert abs(found.first - true) <= true / 2**30 + 70_000 * Fraction(2) ** -2000
    assert (found.gap, found.count) == (found.first, 70_000)
    assert not found.second


def test_the_norms_of_large_tensors_depend_on_neither_threads_nor_pieces() -> None:
    first = NOISE.normal(size=3_000_000).astype(np.float32)
    second = first + np.float32(1e-5)
    streamed = Tensor("w", "float32", first.shape, Computed(lambda: iter([second.tobytes()]), second.nbytes))
    pairs = [Pair(model(w=first).tensors[0], other) for other in (model(w=second).tensors[0], streamed)]
    found = [squares(pair) for pair in pairs]
    assert found[0] == squares(pairs[0])
    assert abs(found[0].gap - found[1].gap) <= found[0].gap / 2**30

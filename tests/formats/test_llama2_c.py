"""Checkpoints of llama2.c are known by sizes that fill them to the byte."""

import struct

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import Glimpse
from lintian_ml.formats import llama2_c as ours
from tests.formats import trials

DIM, HIDDEN, LAYERS, HEADS, NARROW, WORDS, LENGTH = SIZES = (8, 12, 2, 4, 2, 5, 6)
NORMS = 2 * LAYERS * DIM + DIM
MATRICES = WORDS * DIM + LAYERS * (2 * DIM * DIM + 2 * DIM * DIM // 2 + 3 * DIM * HIDDEN)
GROUP = 4


def numbers(count: int) -> bytes:
    return np.random.default_rng(20260601).normal(0, 1, count).astype("<f4").tobytes()


def version_0(*, shared: bool = True) -> bytes:
    sizes = [*SIZES]
    sizes[5] *= 1 if shared else -1
    count = NORMS + MATRICES + LENGTH * (DIM // HEADS) + (0 if shared else WORDS * DIM)
    return struct.pack("<7i", *sizes) + numbers(count)


def version_1(*, shared: bool = True) -> bytes:
    header = struct.pack("<4s8iB", b"24ka", 1, *SIZES, shared).ljust(256, b"\0")
    return header + numbers(NORMS + MATRICES + (0 if shared else WORDS * DIM))


def version_2() -> bytes:
    header = struct.pack("<4s8iBi", b"24ka", 2, *SIZES, 1, GROUP).ljust(256, b"\0")
    return header + numbers(NORMS) + bytes(MATRICES) + numbers(MATRICES // GROUP)


@pytest.mark.parametrize("shared", [True, False])
def test_version_1_is_read_whole(shared: bool) -> None:
    model = trials.reads_whole(ours, version_1(shared=shared))
    assert model.parameter_count == NORMS + MATRICES + (0 if shared else WORDS * DIM)
    tensors = trials.named(model)
    assert tensors["wk"].shape == (LAYERS, DIM // 2, DIM)
    assert ("wcls" in tensors) is not shared


def test_version_2_has_a_scale_for_each_group() -> None:
    tensors = trials.named(trials.reads_whole(ours, version_2()))
    assert (tensors["wq.1"].dtype, tensors["wq.1"].shape) == ("int8", (DIM, DIM))
    assert tensors["wq.1.scale"].shape == (DIM * DIM // GROUP,)


@pytest.mark.parametrize("shared", [True, False])
def test_version_0_needs_its_name(shared: bool) -> None:
    data = version_0(shared=shared)
    assert ours.recognise(Glimpse("x/stories15M.bin", len(data), data))
    assert ours.recognise(Glimpse("x/firmware.bin", len(data), data)) is None
    assert ours.recognise(Glimpse("x/stories.txt", len(data), data)) is None
    assert ours.recognise(Glimpse("x/stories15M.bin", len(data) + 4, data)) is None
    model = ours.read(Blob(data))
    assert trials.values(model.tensors[0]).tobytes() == data[28 : 28 + 4 * WORDS * DIM]


def test_bytes_of_the_header_that_mean_nothing_are_residue() -> None:
    data = version_1()
    assert ours.read(Blob(data[:100] + b"x" + data[101:])).residue


@pytest.mark.parametrize("data", [version_1(), version_2(), version_0()])
def test_checkpoints_withstand_damage(data: bytes) -> None:
    trials.refuses_when_cut(ours, data)
    trials.survives_damage(ours, data, 100)


def test_impossible_sizes_are_none() -> None:
    data = version_1()
    for at, value in ((8, 0), (20, 3), (24, 3), (4, 9)):
        other = data[:at] + struct.pack("<i", value) + data[at + 4 :]
        assert trials.recognised(ours, other) is None
        with pytest.raises(FormatError):
            ours.read(Blob(other))


def test_nothing_else_is_one() -> None:
    trials.knows_no_other(ours, version_1())

"""SunPinyin's language models are known by sizes that add up to the byte."""

import struct

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import sunpinyin as ours
from tests.formats import trials

SIZES = (2, 4, 3, 5)
TABLES = np.random.default_rng(20260601).normal(5, 2, (1 << 16) + (1 << 14))


def threaded(order: str = "<", sizes: tuple[int, ...] = SIZES) -> bytes:
    """A model as slmthread writes it."""
    header = struct.pack(f"{order}II{len(sizes)}I", len(sizes) - 1, 1, *sizes)
    return header + TABLES.astype(order + "f4").tobytes() + bytes(12 * sum(sizes[:-1]) + 8 * sizes[-1])


@pytest.mark.parametrize("order", "<>")
def test_a_model_is_read_whole(order: str) -> None:
    model = trials.reads_whole(ours, threaded(order))
    tensors = trials.named(model)
    table = np.frombuffer(trials.payload(tensors["probability"]), order + "f4")
    assert np.array_equal(table, TABLES[: 1 << 16].astype("f4"))
    assert [tensors[f"level{level}"].shape for level in range(4)] == [(2, 12), (4, 12), (3, 12), (5, 8)]
    assert model.structure == {"levels": [2, 4, 3, 5], "logarithms": True}


def test_a_size_that_is_off_by_a_byte_is_no_model() -> None:
    for data in (threaded()[:-1], threaded() + b"\0", threaded(sizes=(9, 4, 3)), threaded(sizes=(2, 1))):
        assert trials.recognised(ours, data) is None
        with pytest.raises(FormatError):
            ours.read(Blob(data))


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, threaded(), 20)


def test_nothing_else_is_a_model() -> None:
    trials.knows_no_other(ours, threaded())
    for other in (bytes(400_000), b"\2\0\0\0\1\0\0\0" * 60_000, b"\1" * 400_000):
        assert trials.recognised(ours, other) is None

"""Flax's trees in MessagePack are read as Flax reads them; other MessagePack is not."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.msgpack import Tokens, read_tree
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import flax_msgpack as ours
from lintian_ml.samples import sample
from tests.formats import trials

DENSE, CHUNKED = sample("dense.msgpack"), sample("chunked.msgpack")


def packed_array(shape: bytes = b"\x91\x02", dtype: bytes = b"\xa7float32", data: bytes = bytes(8)) -> bytes:
    inner = b"\x93" + shape + dtype + b"\xc4" + bytes([len(data)]) + data
    return b"\xc7" + bytes([len(inner)]) + b"\x01" + inner


def test_tensors_have_the_paths_of_the_tree_and_the_values_of_the_library() -> None:
    serialization: Any = pytest.importorskip("flax.serialization")
    theirs = serialization.msgpack_restore(DENSE)
    tensors = trials.named(trials.reads_whole(ours, DENSE))
    for path in ("params/dense/kernel", "params/dense/bias", "step"):
        value = theirs
        for key in path.split("/"):
            value = value[key]
        assert np.array_equal(trials.values(tensors[path]), value)
    embedding = theirs["params"]["embed"]["embedding"]
    assert trials.payload(tensors["params/embed/embedding"]) == embedding.tobytes()


def test_what_is_no_array_is_structure() -> None:
    model = ours.read(Blob(DENSE))
    assert isinstance(model.structure, dict)
    assert model.structure["settings"] == {"rate": 0.5, "name": "tiny"}
    assert model.structure["step"] == {"tensor": "step", "scalar": True}
    assert trials.named(model)["params/embed/embedding"].dtype == "bfloat16"
    assert model.complete
    assert not model.residue
    assert not model.noise


def test_an_array_in_chunks_is_one_tensor() -> None:
    whole, chunked = (trials.named(trials.reads_whole(ours, data)) for data in (DENSE, CHUNKED))
    assert {name: tensor.shape for name, tensor in whole.items()} == {
        name: tensor.shape for name, tensor in chunked.items()
    }
    assert all(trials.payload(whole[name]) == trials.payload(chunked[name]) for name in whole)


def test_bytes_behind_the_tree_are_residue_and_longer_forms_noise() -> None:
    assert ours.read(Blob(DENSE + b"more")).residue == {"behind the tree": b"more"}
    longer = b"\x81\xd9\x01w" + packed_array()
    assert ours.read(Blob(longer)).noise == {"values in a longer form": b"1"}


@pytest.mark.parametrize(
    "data",
    [
        b"\x81\xa1w" + packed_array(data=bytes(7)),
        b"\x82\xa1w" + packed_array() + b"\xa1w" + packed_array(),
        b"\x81\xa1w" + packed_array()[:-1],
        b"\x81\xa1w\x81\x90" + packed_array(),
        b"\x81\xa1w" + b"\x91" * 70 + packed_array(),
        b"\x81\xa1w\xc1" + packed_array(),
        b"\x81\xa1w\xdd\xff\xff\xff\xff" + packed_array(),
        b"\x82\xa1w" + packed_array() + b"\xa1x\x81\xb9__msgpack_chunked_array__\xc3",
        b"\x81\xa4name\xa5tiny!" + bytes(9),
    ],
)
def test_malformed_trees_are_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises((FormatError, LimitError)):
        ours.read(Blob(data))


def test_maps_without_arrays_of_flax_are_not_recognised() -> None:
    msgpack: Any = pytest.importorskip("msgpack")
    others = (
        {"name": "tiny", "values": [1.5, 2.5] * 50},
        {"data": bytes(200), "shape": [10, 5], "dtype": "float32"},
        {"when": msgpack.Timestamp(1, 2), "more": bytes(100)},
        {"ext": msgpack.ExtType(1, bytes(100))},
        {"ext": msgpack.ExtType(1, msgpack.packb([1, 2, 3]))},
        {"ext": msgpack.ExtType(2, msgpack.packb(([2], "float32", bytes(8))))},
        {"ext": msgpack.ExtType(1, msgpack.packb(([3], "float32", bytes(8))))},
        [msgpack.ExtType(1, msgpack.packb(([2], "float32", bytes(8))))],
    )
    for value in others:
        assert trials.recognised(ours, msgpack.packb(value)) is None


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(-1e9, 1e9)
    | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=9), inner, max_size=20),
    max_leaves=30,
)


@given(VALUES)
def test_any_tree_is_read_as_the_library_wrote_it(value: object) -> None:
    msgpack: Any = pytest.importorskip("msgpack")
    data = msgpack.packb(value)
    tokens = Tokens(Forward(Blob(data)))
    found = read_tree(Blob(data), tokens)
    if "-0.0" not in repr(value):
        assert found == value
    assert tokens.source.position == len(data)
    assert not tokens.longer


def test_cut_files_are_refused() -> None:
    trials.refuses_when_cut(ours, DENSE)
    trials.refuses_when_cut(ours, CHUNKED)


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, DENSE)
    trials.survives_damage(ours, CHUNKED)


def test_nothing_else_is_a_tree_of_flax() -> None:
    trials.knows_no_other(ours, DENSE)

"""TensorFlow Lite models are recognised by identifier and version, and read to the last bit."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Glimpse, Kind
from lintian_ml.formats.tflite import read, recognise
from lintian_ml.model import Model, Span
from lintian_ml.samples import sample

SAMPLE = sample("dense.tflite")


def glimpse(data: bytes, size: int | None = None) -> Glimpse:
    return Glimpse("net.tflite", len(data) if size is None else size, data)


def parts(model: Model) -> tuple[object, ...]:
    tensors = [(t.name, t.dtype, t.shape, b"".join(t.payload.blocks())) for t in model.tensors]
    return (tensors, json.dumps(model.structure), model.metadata, model.residue, model.noise)


def test_the_sample_is_recognised() -> None:
    found = recognise(glimpse(SAMPLE))
    assert found is not None
    assert found.kinds == {Kind.MAGIC, Kind.STRUCTURE}


def test_the_tensors_are_those_that_were_written() -> None:
    model = read(Blob(SAMPLE))
    tensors = {tensor.name: tensor for tensor in model.tensors}
    weights = np.random.default_rng(2).integers(-127, 127, (3, 4)).astype(np.int8)
    assert b"".join(tensors["weight"].payload.blocks()) == weights.tobytes()
    assert (tensors["weight"].dtype, tensors["weight"].shape) == ("int8", (3, 4))
    assert b"".join(tensors["bias"].payload.blocks()) == struct.pack("<3f", 0.5, -0.25, 0.125)
    assert b"".join(tensors["weight.scale"].payload.blocks()) == struct.pack("<f", 0.0078125)
    assert all(isinstance(tensor.payload, Span) for tensor in model.tensors)
    assert model.parameters == 15


def test_metadata_and_structure_are_told_and_nothing_is_left_over() -> None:
    model = read(Blob(SAMPLE))
    assert model.metadata["description"] == "one dense layer"
    assert model.metadata["license"] == "CC0-1.0"
    assert model.metadata["author"] == "The lintian-ml authors"
    assert '"inputs": [0, 1, 2]' in json.dumps(model.structure)
    assert (model.complete, model.residue, model.remarks) == (True, {}, ())


def test_bytes_behind_the_model_are_residue() -> None:
    assert read(Blob(SAMPLE + b"PK\x03\x04")).residue == {
        f"bytes {len(SAMPLE)} to {len(SAMPLE) + 4}": b"PK\x03\x04"
    }


def test_bytes_hidden_in_padding_are_residue() -> None:
    weight = read(Blob(SAMPLE)).tensors[0].payload
    assert isinstance(weight, Span)
    changed = bytearray(SAMPLE)
    assert changed[weight.offset + weight.length] == 0
    changed[weight.offset + weight.length] = 7
    assert b"\7" in b"".join(read(Blob(bytes(changed))).residue.values())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"TFL3",
        b"\x1c\0\0\0TFL3",
        b"\x18\0\0\0M001" + bytes(64),
        b"TFL3" * 8,
        b"\x08\0\0\0TFL3" + bytes(40),
    ],
    ids=["nothing", "identifier", "head", "other flatbuffer", "repeated", "zeros"],
)
def test_lookalikes_are_not_recognised_and_not_read(data: bytes) -> None:
    assert recognise(glimpse(data)) is None
    with pytest.raises(FormatError):
        read(Blob(data))


def test_every_seventh_bit_of_the_sample_is_accounted_for() -> None:
    reference = parts(read(Blob(SAMPLE)))
    for position in range(0, len(SAMPLE) * 8, 7):
        changed = bytearray(SAMPLE)
        changed[position // 8] ^= 1 << position % 8
        try:
            assert parts(read(Blob(bytes(changed)))) != reference, f"bit {position} changed nothing"
        except (FormatError, LimitError):
            continue


def test_a_file_cut_anywhere_is_an_error() -> None:
    end = max(
        tensor.payload.offset for tensor in read(Blob(SAMPLE)).tensors if isinstance(tensor.payload, Span)
    )
    for length in range(end):
        with pytest.raises(FormatError):
            read(Blob(SAMPLE[:length]))


@given(st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=6))
def test_changed_bytes_raise_nothing_but_our_errors(changes: list[tuple[int, int]]) -> None:
    data = bytearray(SAMPLE)
    for position, value in changes:
        data[position] = value
    recognise(glimpse(bytes(data)))
    try:
        json.dumps(read(Blob(bytes(data))).structure)
    except (FormatError, LimitError):
        return

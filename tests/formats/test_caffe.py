"""Caffe's networks are recognised by their layers and read to the last bit."""

import json
import struct
from pathlib import Path
from random import Random

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Glimpse, Kind
from lintian_ml.formats.caffe import read, recognise
from lintian_ml.model import Model, Span, Tensor
from lintian_ml.samples import sample

SAMPLE = sample("linear.caffemodel")

PROTOTXT = b"""
layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 4 } } }
layer { name: "dense" type: "InnerProduct" bottom: "data" top: "dense" inner_product_param { num_output: 3 } }
layer { name: "prob" type: "Softmax" bottom: "dense" top: "prob" }
"""


def glimpse(data: bytes, size: int | None = None) -> Glimpse:
    return Glimpse("net.caffemodel", len(data) if size is None else size, data[: 1 << 16])


def elements(tensor: Tensor) -> bytes:
    return b"".join(tensor.payload.blocks())


def parts(model: Model) -> tuple[object, ...]:
    tensors = [(tensor.name, tensor.dtype, tensor.shape, elements(tensor)) for tensor in model.tensors]
    return tensors, json.dumps(model.structure), model.residue, model.noise


def part(number: int, data: bytes) -> bytes:
    """Return a length-delimited field of fewer than 128 bytes."""
    tag = number << 3 | 2
    return (bytes([tag]) if tag < 128 else bytes([tag & 0x7F | 0x80, tag >> 7])) + bytes([len(data)]) + data


def old(kind: int, *blobs: bytes) -> bytes:
    """Return a network of one layer in the old form."""
    layer = part(2, b"data") + part(3, b"dense") + part(4, b"dense") + bytes([0x28, kind])
    return part(1, b"old") + part(2, layer + b"".join(part(6, blob) for blob in blobs))


SIZES = b"\x08\x01\x10\x01\x18\x01\x20\x02"


def test_the_sample_is_recognised() -> None:
    found = recognise(glimpse(SAMPLE))
    assert found is not None
    assert found.kinds == {Kind.STRUCTURE, Kind.SEMANTICS}
    assert recognise(glimpse(SAMPLE[:120], 1 << 30)) is not None


def test_the_old_form_is_recognised_and_read() -> None:
    data = old(14, SIZES + part(5, struct.pack("<2f", 1, 2)) + part(6, struct.pack("<2f", 0, 3)))
    assert recognise(glimpse(data)) is not None
    model = read(Blob(data))
    weight, gradient = model.tensors
    assert (weight.name, weight.shape, gradient.name) == ("dense.0", (1, 1, 1, 2), "dense.0.diff")
    assert elements(weight) == struct.pack("<2f", 1, 2)
    assert model.parameter_count == 2


def test_blobs_are_tensors_and_spans_of_the_file() -> None:
    model = read(Blob(SAMPLE))
    weight, bias = model.tensors
    assert (weight.name, weight.shape, bias.name, bias.shape) == ("dense.0", (3, 4), "dense.1", (3,))
    assert isinstance(weight.payload, Span)
    assert elements(bias) == struct.pack("<3f", 0.5, -0.25, 0.125)
    assert (model.complete, model.residue, model.parameter_count) == (True, {}, 15)


def test_values_are_those_that_opencv_reads() -> None:
    cv2 = pytest.importorskip("cv2", reason="reads Caffe's networks")
    if not hasattr(cv2.dnn, "readNetFromCaffe"):
        pytest.skip("this version of OpenCV does not read Caffe's networks")
    net = cv2.dnn.readNetFromCaffe(np.frombuffer(PROTOTXT, np.uint8), np.frombuffer(SAMPLE, np.uint8))
    for number, tensor in enumerate(read(Blob(SAMPLE)).tensors):
        assert elements(tensor) == net.getParam("dense", number).tobytes()


LOOKALIKES = {
    "nothing": b"",
    "newline": b"\n",
    "text": b"\n\n\nA text that begins with empty lines.\n" * 40,
    "prototxt": PROTOTXT,
    "scored pieces": b"\x0a\x0a\x0a\x03cat\x15\x00\x00\x80\x3f" * 8,
    "two texts": b"\x0a\x0a\x0a\x03net\x12\x03abc" * 8,
    "name only": part(1, b"net") + bytes(3),
    "layer without type": part(1, b"net") + part(100, part(1, b"a") + part(4, b"b")) + b"\x28\x00",
    "layer without ends": part(1, b"net") + part(100, part(1, b"a") + part(2, b"Data")) + b"\x28\x00",
    "unknown types": part(1, b"n") + part(100, part(1, b"a") + part(2, b"Cat") + part(4, b"b")) + b"\x28\x00",
    "type out of range": old(0, b"\0\0"),
    "ONNX": sample("linear.onnx"),
    "TensorFlow": sample("frozen_graph.pb"),
    "SentencePiece": sample("sentencepiece.model"),
}


@pytest.mark.parametrize("data", LOOKALIKES.values(), ids=LOOKALIKES)
def test_lookalikes_are_not_recognised(data: bytes) -> None:
    assert recognise(glimpse(data)) is None


def test_no_other_sample_is_taken_for_a_network() -> None:
    folder = Path(str(sample.__code__.co_filename)).parent
    taken = [
        path.name for path in folder.iterdir() if path.is_file() and recognise(glimpse(path.read_bytes()))
    ]
    assert taken == ["linear.caffemodel"]


@pytest.mark.parametrize(
    "blob",
    [SIZES + part(5, bytes(12)), SIZES + part(5, bytes(7)), part(5, bytes(8)), part(7, part(1, b"\x81"))],
    ids=["too many", "cut", "no shape", "cut shape"],
)
def test_blobs_that_contradict_their_shape_are_refused(blob: bytes) -> None:
    with pytest.raises(FormatError):
        read(Blob(old(14, blob)))


def test_settings_of_unknown_layers_are_residue() -> None:
    layer = part(1, b"a") + part(2, b"Own") + part(4, b"b") + part(203, b"\x08\x01")
    assert list(read(Blob(SAMPLE + part(100, layer))).residue) == ["layer[3] field 203"]


def test_every_bit_of_the_sample_is_accounted_for() -> None:
    reference = parts(read(Blob(SAMPLE)))
    for position in range(len(SAMPLE) * 8):
        changed = bytearray(SAMPLE)
        changed[position // 8] ^= 1 << position % 8
        try:
            assert parts(read(Blob(bytes(changed)))) != reference, f"bit {position} changed nothing"
        except (FormatError, LimitError):
            continue


def test_a_file_cut_anywhere_raises_nothing_but_our_errors() -> None:
    for length in range(len(SAMPLE)):
        recognise(glimpse(SAMPLE[:length], len(SAMPLE)))
        try:
            parts(read(Blob(SAMPLE[:length])))
        except (FormatError, LimitError):
            continue


def test_changed_bytes_raise_nothing_but_our_errors() -> None:
    random = Random(1)
    for _ in range(500):
        changed = bytearray(SAMPLE)
        for _ in range(random.randrange(1, 5)):
            changed[random.randrange(len(SAMPLE))] = random.randrange(256)
        recognise(glimpse(bytes(changed)))
        try:
            parts(read(Blob(bytes(changed))))
        except (FormatError, LimitError):
            continue

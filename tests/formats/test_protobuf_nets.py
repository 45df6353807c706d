"""Networks of Caffe2 and PaddlePaddle are read from their protocol buffers; other messages are not theirs."""

import json
import struct

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import caffe2, paddle_parameters, paddle_program
from lintian_ml.model import Span
from lintian_ml.samples import sample
from tests.formats import trials

NET = sample("init_net.pb")
PARAMETERS = sample("linear.pdiparams")
PROGRAM = sample("linear.pdmodel")

OTHERS = ("linear.onnx", "linear.caffemodel", "frozen_graph.pb", "saved_model.pb", "sentencepiece.model")


def part(number: int, data: bytes) -> bytes:
    """Return a length-delimited field of fewer than 128 bytes."""
    return bytes([number << 3 | 2, len(data)]) + data


def filling(kind: bytes, *arguments: bytes) -> bytes:
    """Return a network of one operator that fills the blob "w"."""
    return part(1, b"net") + part(2, part(2, b"w") + part(4, kind) + b"".join(part(5, a) for a in arguments))


def test_given_values_are_tensors() -> None:
    weight, bias = trials.reads_whole(caffe2, NET).tensors
    assert (weight.name, weight.shape, bias.name, bias.shape) == ("fc_w", (2, 3), "fc_b", (2,))
    assert trials.values(weight).tolist() == [[0.5, -0.25, 1], [2, -3, 0.125]]
    assert trials.values(bias).tolist() == [0.75, -1]


def test_values_that_are_not_packed_are_read() -> None:
    values = b"".join(b"\x2d" + struct.pack("<f", value) for value in (1, 2))
    net = filling(b"GivenTensorFill", part(1, b"shape") + b"\x30\2", part(1, b"values") + values)
    (tensor,) = trials.reads_whole(caffe2, net).tensors
    assert trials.values(tensor).tolist() == [1, 2]


def test_values_must_fill_the_shape() -> None:
    values = part(1, b"values") + b"\x2d" + struct.pack("<f", 1)
    with pytest.raises(FormatError, match="shape"):
        caffe2.read(Blob(filling(b"GivenTensorFill", part(1, b"shape") + b"\x30\2", values)))


def test_a_network_that_is_given_no_values_has_none_to_read() -> None:
    assert trials.recognised(caffe2, filling(b"Relu")) is None
    with pytest.raises(FormatError, match="no values"):
        caffe2.read(Blob(filling(b"Relu")))


def test_parameters_are_spans() -> None:
    weight, bias = trials.reads_whole(paddle_parameters, PARAMETERS).tensors
    assert (weight.dtype, weight.shape, bias.dtype, bias.shape) == ("float32", (2, 3), "float64", (2,))
    assert isinstance(weight.payload, Span)
    assert trials.values(bias).tolist() == [0.75, -1]


def test_zeros_are_no_parameters() -> None:
    for other in (bytes(500), bytes(16) + b"\2\0\0\0\x08\x07" + bytes(90), bytes(16) + b"\xff" * 90):
        assert trials.recognised(paddle_parameters, other) is None
        with pytest.raises(FormatError):
            paddle_parameters.read(Blob(other))


def test_a_program_is_read_whole() -> None:
    assert trials.recognised(paddle_program, PROGRAM)
    model = paddle_program.read(Blob(PROGRAM))
    assert model.complete and not model.tensors and not model.residue
    text = json.dumps(model.structure, allow_nan=False)
    assert "matmul_v2" in text and "linear_0.w_0" in text


def test_a_block_without_a_name_is_no_program() -> None:
    for other in (part(1, b"\x08\0\x10\1"), part(1, b"\x08\0\x10\1" + part(3, b"\x08\1")), part(1, b"text")):
        assert trials.recognised(paddle_program, other) is None


def test_they_withstand_damage() -> None:
    trials.survives_damage(caffe2, NET)
    trials.survives_damage(paddle_program, PROGRAM)
    trials.survives_damage(paddle_parameters, PARAMETERS)
    for module, data in ((caffe2, NET), (paddle_program, PROGRAM), (paddle_parameters, PARAMETERS)):
        for end in range(len(data)):
            trials.recognised(module, data[:end])
            try:
                module.read(Blob(data[:end]))
            except FormatError as error:
                assert str(error)


def test_nothing_else_is_one() -> None:
    for module, data in ((caffe2, NET), (paddle_program, PROGRAM), (paddle_parameters, PARAMETERS)):
        trials.knows_no_other(module, data)
        for other in (*map(sample, OTHERS), *({NET, PROGRAM, PARAMETERS} - {data})):
            assert trials.recognised(module, other) is None

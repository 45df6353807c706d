"""OpenVINO: the graph, and the constants in the file beside it."""

from pathlib import Path

import numpy as np
import pytest

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.error import FormatError
from lintian_ml.formats import openvino
from lintian_ml.model import Model
from lintian_ml.samples import sample

GRAPH, WEIGHTS = sample("perceptron.xml"), sample("perceptron.bin")


def read(folder: Path, graph: bytes = GRAPH, weights: bytes | None = WEIGHTS) -> Model:
    (folder / "perceptron.xml").write_bytes(graph)
    if weights is not None:
        (folder / "perceptron.bin").write_bytes(weights)
    return openvino.read(FileBlob(folder / "perceptron.xml"))


def test_constants_lie_in_the_file_beside(tmp_path: Path) -> None:
    model = read(tmp_path)
    assert [(tensor.name, tensor.dtype, tensor.shape) for tensor in model.tensors] == [
        ("weight", "float32", (3, 2))
    ]
    assert b"".join(model.tensors[0].payload.blocks()) == WEIGHTS
    assert model.parts == ("perceptron.bin",)
    assert model.metadata == {"license": "CC0-1.0"}
    assert model.complete
    assert not model.residue


def test_constants_are_what_openvino_loads(tmp_path: Path) -> None:
    library = pytest.importorskip("openvino")
    model = read(tmp_path)
    loaded = library.Core().read_model(str(tmp_path / "perceptron.xml"))
    (weight,) = (node for node in loaded.get_ops() if node.get_type_name() == "Constant")
    assert np.array_equal(weight.data, np.frombuffer(WEIGHTS, "float32").reshape(model.tensors[0].shape))


def test_without_the_file_beside_constants_are_only_counted(tmp_path: Path) -> None:
    model = read(tmp_path, weights=None)
    assert (model.tensors, model.parameter_count, model.complete) == ((), 6, False)
    assert model.remarks == ("the constants in perceptron.bin are not at hand",)


def test_bytes_that_no_constant_has_are_residue(tmp_path: Path) -> None:
    assert read(tmp_path, weights=WEIGHTS + b"more").residue == {"bytes 24 to 28 of the constants": b"more"}


def test_types_of_less_than_a_byte_are_opaque(tmp_path: Path) -> None:
    graph = GRAPH.replace(b'element_type="f32" shape="3, 2" offset', b'element_type="u4" shape="48" offset')
    tensor = read(tmp_path, graph).tensors[0]
    assert (tensor.dtype, tensor.shape) == ("bytes", (24,))


def test_an_old_layer_has_weights_and_biases(tmp_path: Path) -> None:
    blobs = b'<blobs><weights offset="0" size="16"/><biases offset="16" size="8"/></blobs>'
    layer = b'<layer id="0" name="fc" precision="FP32" type="FullyConnected">' + blobs + b"</layer>"
    model = read(tmp_path, b'<net name="old" version="6"><layers>' + layer + b"</layers></net>")
    assert [(tensor.name, tensor.shape) for tensor in model.tensors] == [
        ("fc.weights", (4,)),
        ("fc.biases", (2,)),
    ]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'size="24"', b'size="20"', "20 bytes for the shape"),
        (b'offset="0"', b'offset="8"', "24 bytes claimed at offset 8"),
        (b'offset="0"', b'offset="-8"', "no length"),
        (b'shape="3, 2"', b'shape="3, 9999999999"', "24 bytes for the shape"),
        (b"</net>", b"", "XML"),
        (b"<net ", b"<not ", "the root is"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, old: bytes, new: bytes, why: str) -> None:
    with pytest.raises(FormatError, match=why):
        read(tmp_path, GRAPH.replace(old, new))


def test_only_a_file_of_the_same_folder_is_asked_for() -> None:
    assert openvino.read(Blob(GRAPH, "a/../b/net.xml")).parts == ("net.bin",)

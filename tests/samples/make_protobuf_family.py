"""Makes the samples of ONNX, SentencePiece and TFLite models in lintian_ml/samples, with their libraries.

Run it from the top of the source tree: ``python3 tests/samples/make_protobuf_family.py``.
"""

import contextlib
import io
import tempfile
from pathlib import Path

import flatbuffers  # type: ignore[import-untyped]
import numpy as np
import onnx
import sentencepiece
from onnx import TensorProto, helper, numpy_helper

SAMPLES = Path(__file__).parents[2] / "lintian_ml" / "samples"

TEXT = """\
A package goes in and models are found in it.
Facts are gathered about each model, and a policy turns facts into a class.
Checks turn facts and classes into hints, and a report says them.
Whoever changes a model must be able to train it again.
A model without its training program is a binary without its source.
The training data of a free model must be free, or the model is not.
"""


def linear() -> onnx.ModelProto:
    """Return y = x W + b with 4 x 3 weights from a fixed generator, and a license in its metadata."""
    values = np.random.default_rng(1).normal(0, 0.3, (4, 3)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["x", "weight", "bias"], ["y"], name="dense", alpha=1.0)],
        "linear",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", 3])],
        [
            numpy_helper.from_array(values, "weight"),
            helper.make_tensor("bias", TensorProto.FLOAT, [3], [0.5, -0.25, 0.125]),
        ],
    )
    opsets = [helper.make_opsetid("", 13)]
    model = helper.make_model(graph, producer_name="lintian-ml samples", opset_imports=opsets, ir_version=8)
    helper.set_model_props(model, {"license": "CC0-1.0", "author": "The lintian-ml authors"})
    return model


def pieces() -> bytes:
    """Return a tokenizer of 64 pieces, trained on a file of a few sentences."""
    writer = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("policy.txt").write_text(TEXT)
        sentencepiece.SentencePieceTrainer.train(
            input="policy.txt",
            model_writer=writer,
            vocab_size=64,
            num_threads=1,
            normalization_rule_name="identity",
            minloglevel=2,
        )
    return writer.getvalue()


class Table:
    """A table of a flatbuffer to be written: values by field number, and the builder's name of their type."""

    def __init__(self, builder: flatbuffers.Builder, fields: int) -> None:
        self.builder = builder
        self.fields = fields
        self.slots: list[tuple[str, int, int]] = []

    def add(self, kind: str, number: int, value: int) -> "Table":
        """Set a field: ``kind`` as in the builder's methods, "Int8", "Uint32", "UOffsetTRelative"."""
        self.slots.append((kind, number, value))
        return self

    def end(self) -> int:
        """Write the table and return where it is."""
        self.builder.StartObject(self.fields)
        for kind, number, value in self.slots:
            getattr(self.builder, f"Prepend{kind}Slot")(number, value, 0)
        return int(self.builder.EndObject())


def vector(builder: flatbuffers.Builder, places: list[int]) -> int:
    """Write a vector of references."""
    builder.StartVector(4, len(places), 4)
    for place in reversed(places):
        builder.PrependUOffsetTRelative(place)
    return int(builder.EndVector())


def buffer(builder: flatbuffers.Builder, data: bytes) -> int:
    """Write a Buffer table, its data aligned to 16 bytes; an empty one for no data."""
    if not data:
        return Table(builder, 3).end()
    builder.StartVector(1, len(data), 16)
    builder.head = builder.Head() - len(data)
    builder.Bytes[builder.Head() : builder.Head() + len(data)] = data
    return Table(builder, 3).add("UOffsetTRelative", 0, builder.EndVector()).end()


def model_metadata() -> bytes:
    """Return what TFLITE_METADATA holds: a name, an author and a license."""
    builder = flatbuffers.Builder(256)
    texts = [(0, "dense"), (4, "The lintian-ml authors"), (5, "CC0-1.0")]
    table = Table(builder, 8)
    for number, text in texts:
        table.add("UOffsetTRelative", number, builder.CreateString(text))
    builder.Finish(table.end(), file_identifier=b"M001")
    return bytes(builder.Output())


def tensor(
    builder: flatbuffers.Builder, name: str, shape: list[int], kind: int, number: int, scale: float
) -> int:
    """Write a Tensor table; a scale other than 0 makes it a quantised one."""
    dims = builder.CreateNumpyVector(np.array(shape, np.int32))
    text = builder.CreateString(name)
    table = Table(builder, 10).add("UOffsetTRelative", 0, dims).add("Int8", 1, kind).add("Uint32", 2, number)
    table.add("UOffsetTRelative", 3, text)
    if scale:
        scales = builder.CreateNumpyVector(np.array([scale], np.float32))
        zeros = builder.CreateNumpyVector(np.array([0], np.int64))
        inner = Table(builder, 7).add("UOffsetTRelative", 2, scales).add("UOffsetTRelative", 3, zeros)
        table.add("UOffsetTRelative", 4, inner.end())
    return table.end()


def operator(builder: flatbuffers.Builder) -> int:
    """Write a FULLY_CONNECTED operator with a fused RELU."""
    inputs = builder.CreateNumpyVector(np.array([0, 1, 2], np.int32))
    outputs = builder.CreateNumpyVector(np.array([3], np.int32))
    options = Table(builder, 5).add("Int8", 0, 1).end()
    table = Table(builder, 12).add("UOffsetTRelative", 1, inputs).add("UOffsetTRelative", 2, outputs)
    return table.add("Uint8", 3, 8).add("UOffsetTRelative", 4, options).end()


def subgraph(builder: flatbuffers.Builder) -> int:
    """Write the one subgraph: y = relu(W x + b) with int8 weights."""
    tensors = [
        tensor(builder, "x", [1, 4], 0, 0, 0),
        tensor(builder, "weight", [3, 4], 9, 1, 0.0078125),
        tensor(builder, "bias", [3], 0, 2, 0),
        tensor(builder, "y", [1, 3], 0, 0, 0),
    ]
    parts = [vector(builder, tensors)]
    parts += [builder.CreateNumpyVector(np.array(places, np.int32)) for places in ([0], [3])]
    parts += [vector(builder, [operator(builder)]), builder.CreateString("main")]
    table = Table(builder, 5)
    for number, place in enumerate(parts):
        table.add("UOffsetTRelative", number, place)
    return table.end()


def dense() -> bytes:
    """Return the TFLite model of one dense layer, its weights from a fixed generator."""
    builder = flatbuffers.Builder(1024)
    weights = np.random.default_rng(2).integers(-127, 127, (3, 4)).astype(np.int8).tobytes()
    bias = np.array([0.5, -0.25, 0.125], np.float32).tobytes()
    buffers = vector(builder, [buffer(builder, data) for data in (b"", weights, bias, model_metadata())])
    code = Table(builder, 4).add("Int8", 0, 9).add("Int32", 2, 1).add("Int32", 3, 9).end()
    codes, graphs = vector(builder, [code]), vector(builder, [subgraph(builder)])
    description = builder.CreateString("one dense layer")
    named = builder.CreateString("TFLITE_METADATA")
    metadata = vector(
        builder, [Table(builder, 2).add("UOffsetTRelative", 0, named).add("Uint32", 1, 3).end()]
    )
    table = Table(builder, 8).add("Uint32", 0, 3)
    for number, place in ((1, codes), (2, graphs), (3, description), (4, buffers), (6, metadata)):
        table.add("UOffsetTRelative", number, place)
    builder.Finish(table.end(), file_identifier=b"TFL3")
    return bytes(builder.Output())


if __name__ == "__main__":
    (SAMPLES / "linear.onnx").write_bytes(linear().SerializeToString(deterministic=True))
    (SAMPLES / "sentencepiece.model").write_bytes(pieces())
    (SAMPLES / "dense.tflite").write_bytes(dense())

"""TensorFlow's files are told apart and read to the last bit, as the tensorflow library reads them."""

import json
import struct
from pathlib import Path
from random import Random

import pytest

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.container.limits import Limits
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import (
    FormatModule,
    Glimpse,
    Kind,
    formats,
    tensorflow_checkpoint,
    tensorflow_graph,
    tensorflow_meta_graph,
    tensorflow_saved_model,
)
from lintian_ml.model import Certainty, Model, Span, Tensor
from lintian_ml.recognition import candidates, read_as
from lintian_ml.samples import sample

GRAPH = sample("frozen_graph.pb")
INDEX = sample("variables.index")
SAMPLES = {
    "frozen_graph.pb": tensorflow_graph,
    "tensorflow.meta": tensorflow_meta_graph,
    "saved_model.pb": tensorflow_saved_model,
    "variables.index": tensorflow_checkpoint,
}
WEIGHT = sample("variables.data-00000-of-00001")


def glimpse(data: bytes, size: int | None = None, name: str = "unnamed") -> Glimpse:
    whole = size is None and len(data) <= 1 << 16
    return Glimpse(name, len(data) if size is None else size, data[: 1 << 16], data if whole else None)


def elements(tensor: Tensor) -> bytes:
    return b"".join(tensor.payload.blocks())


def parts(model: Model) -> tuple[object, ...]:
    tensors = [(tensor.name, tensor.dtype, tensor.shape, elements(tensor)) for tensor in model.tensors]
    return tensors, json.dumps(model.structure), model.metadata, model.residue, model.noise


def varint(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*data, value])


def part(number: int, data: bytes) -> bytes:
    """Return a length-delimited field."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def constant(code: int, dims: tuple[int, ...], rest: bytes) -> bytes:
    """Return a graph of one Const node and a user of it; ``rest`` holds the tensor's elements."""
    shape = b"".join(part(2, b"\x08" + varint(size)) for size in dims)
    tensor = b"\x08" + varint(code) + part(2, shape) + rest
    value = part(5, part(1, b"value") + part(2, part(8, tensor)))
    node = part(1, part(1, b"c") + part(2, b"Const") + value)
    return node + part(1, part(1, b"y") + part(2, b"Identity") + part(3, b"c"))


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_is_recognised_with_certainty_and_as_one_format_only(name: str) -> None:
    blob = Blob(sample(name), name)
    (found,) = candidates(blob, Limits())
    reading = read_as(*found, blob)
    assert (reading.format, reading.certainty) == (SAMPLES[name].FORMAT.name, Certainty.CERTAIN)
    assert not reading.trouble


@pytest.mark.parametrize("module", SAMPLES.values(), ids=lambda module: module.FORMAT.name)
def test_no_format_takes_the_samples_of_others(module: FormatModule) -> None:
    folder = Path(str(sample.__code__.co_filename)).parent
    taken = [
        path.name
        for path in folder.iterdir()
        if path.is_file() and module.recognise(glimpse(path.read_bytes(), name=path.name))
    ]
    assert taken == [name for name, other in SAMPLES.items() if other is module]


def test_names_are_unique_among_formats() -> None:
    names = [module.FORMAT.name for module in formats()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_head_is_enough_to_recognise(name: str) -> None:
    data = sample(name)
    found = SAMPLES[name].recognise(glimpse(data[: len(data) * 3 // 4], 1 << 30))
    assert found is not None
    assert found.kinds == {Kind.STRUCTURE, Kind.SEMANTICS}


LOOKALIKES = {
    "nothing": b"",
    "newline": b"\n",
    "text": b"\n\n\nA text that begins with empty lines.\n" * 40,
    "long lines": b"\n" + b"Const Identity MatMul " * 400,
    "scored pieces": b"\x0a\x0a\x0a\x03cat\x15\x00\x00\x80\x3f" * 8,
    "two texts": b"\x0a\x0a\x0a\x03net\x12\x03abc" * 8,
    "nodes without attributes": part(1, part(1, b"a") + part(2, b"Const")) * 8,
    "nodes with texts for attributes": part(1, part(1, b"a") + part(2, b"Const") + part(5, b"key")) * 8,
    "unknown operators": part(1, part(1, b"a") + part(2, b"Frobnicate")) * 8,
    "ONNX graph": part(1, part(1, b"x") + part(2, b"y") + part(3, b"n") + part(4, b"Relu")),
    "schema version only": b"\x08\x01",
    "schema version and text": b"\x08\x01" + part(2, b"producer"),
    "fingerprint": b"\x08\x01\x10\x84\xd2\x91\x02\x18\x07",
    "zeros": bytes(400),
    "icon": b"\0\0\1\0\1\0\x10\x10" + bytes(60),
    "video": b"\0\0\0\x20ftypisom" + bytes(60),
    "font": b"\0\1\0\0\0\x0c" + bytes(90),
    "table of another database": b"\0\0\x05value" + bytes(40) + INDEX[-48:],
    "gettext": b"\xde\x12\x04\x95" + bytes(60),
    "zip": b"PK\x03\x04" + bytes(80),
    "plot": b"\x0a\x05\x0a\x03tag" * 20,
}


@pytest.mark.parametrize("data", LOOKALIKES.values(), ids=LOOKALIKES)
def test_lookalikes_are_not_recognised_and_not_read(data: bytes) -> None:
    for module in SAMPLES.values():
        assert module.recognise(glimpse(data)) is None
    for module in (tensorflow_saved_model, tensorflow_checkpoint, tensorflow_meta_graph):
        with pytest.raises(FormatError):
            module.read(Blob(data))


def test_a_frozen_graph_has_its_constants_as_tensors() -> None:
    model = tensorflow_graph.read(Blob(GRAPH))
    weight, scale, bias = model.tensors
    assert (weight.name, weight.dtype, weight.shape) == ("weight", "float32", (4, 3))
    assert isinstance(weight.payload, Span)
    assert elements(scale) == struct.pack("<3f", 0.5, 0.5, 0.5)
    assert elements(bias) == struct.pack("<3f", 0.5, -0.25, 0.125)
    assert (model.complete, model.residue, model.parameter_count) == (True, {}, 18)


def test_a_frozen_graph_and_a_checkpoint_hold_the_same_weights(tmp_path: Path) -> None:
    (tmp_path / "variables.index").write_bytes(INDEX)
    (tmp_path / "variables.data-00000-of-00001").write_bytes(WEIGHT)
    saved = tensorflow_checkpoint.read(FileBlob(tmp_path / "variables.index"))
    bias, weight = saved.tensors
    frozen = tensorflow_graph.read(Blob(GRAPH)).tensors
    assert elements(weight) == elements(frozen[0])
    assert elements(bias) == elements(frozen[2])
    assert (saved.complete, saved.residue, saved.parameter_count) == (True, {}, 15)
    assert saved.parts == ("variables.data-00000-of-00001",)


def test_a_checkpoint_without_its_shards_has_names_and_shapes_only() -> None:
    model = tensorflow_checkpoint.read(Blob(INDEX, "folder/variables.index"))
    assert (model.tensors, model.complete, model.parameter_count) == ((), False, 15)
    assert model.remarks == ("the shard 'variables.data-00000-of-00001' is not at hand",)


def test_bytes_of_a_shard_that_no_entry_claims_are_residue(tmp_path: Path) -> None:
    (tmp_path / "variables.index").write_bytes(INDEX)
    (tmp_path / "variables.data-00000-of-00001").write_bytes(WEIGHT + b"more")
    model = tensorflow_checkpoint.read(FileBlob(tmp_path / "variables.index"))
    assert list(model.residue.values()) == [b"more"]


def test_a_shard_that_is_too_short_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "variables.index").write_bytes(INDEX)
    (tmp_path / "variables.data-00000-of-00001").write_bytes(WEIGHT[:-1])
    with pytest.raises(FormatError, match="bytes claimed"):
        tensorflow_checkpoint.read(FileBlob(tmp_path / "variables.index"))


def test_every_byte_of_an_index_is_held_to_its_checksum() -> None:
    for position in range(len(INDEX) - 48):
        changed = bytearray(INDEX)
        changed[position] ^= 0x10
        with pytest.raises(FormatError):
            tensorflow_checkpoint.read(Blob(bytes(changed)))


def test_variables_count_as_parameters_of_the_graph_that_names_them() -> None:
    assert tensorflow_meta_graph.read(Blob(sample("tensorflow.meta"))).parameter_count == 12
    assert tensorflow_saved_model.read(Blob(sample("saved_model.pb"))).parameter_count == 15


def test_the_version_of_the_library_is_metadata() -> None:
    metadata = tensorflow_saved_model.read(Blob(sample("saved_model.pb"))).metadata
    assert metadata["tensorflow_version"].startswith("2.")


@pytest.mark.parametrize(
    ("code", "rest", "dtype", "expected"),
    [
        (1, part(5, struct.pack("<2f", 1, 2)), "float32", struct.pack("<4f", 1, 2, 2, 2)),
        (1, b"\x2d" + struct.pack("<f", 3), "float32", struct.pack("<4f", 3, 3, 3, 3)),
        (1, b"", "float32", bytes(16)),
        (2, part(6, struct.pack("<d", 1.5)), "float64", struct.pack("<4d", *[1.5] * 4)),
        (19, part(13, varint(0x3C00)), "float16", struct.pack("<4H", *[0x3C00] * 4)),
        (6, part(7, b"\x01" + varint((1 << 64) - 2)), "int8", b"\x01\xfe\xfe\xfe"),
        (4, part(4, b"abcd"), "uint8", b"abcd"),
        (8, part(9, struct.pack("<2f", 1, 2)), "complex64", struct.pack("<8f", *[1, 2] * 4)),
    ],
)
def test_elements_that_are_left_out_repeat_the_last_one(
    code: int, rest: bytes, dtype: str, expected: bytes
) -> None:
    (tensor,) = tensorflow_graph.read(Blob(constant(code, (2, 2), rest))).tensors
    assert (tensor.name, tensor.dtype, elements(tensor)) == ("c", dtype, expected)
    assert tensor.payload.length == tensor.expected_length


def test_scalars_and_short_lists_of_whole_numbers_are_structure() -> None:
    for data in (constant(1, (), part(4, bytes(4))), constant(3, (2,), part(4, bytes(8)))):
        model = tensorflow_graph.read(Blob(data))
        assert (model.tensors, model.parameter_count) == ((), 0)
        assert '"content": "00000000' in json.dumps(model.structure)


def test_strings_are_read_with_their_lengths() -> None:
    data = constant(7, (2, 1), part(8, b"ab") + part(8, b""))
    (tensor,) = tensorflow_graph.read(Blob(data)).tensors
    assert (tensor.dtype, elements(tensor)) == ("string", struct.pack("<Q2sQ", 2, b"ab", 0))


def test_high_bits_of_numbers_in_a_typed_field_are_residue() -> None:
    model = tensorflow_graph.read(Blob(constant(19, (1, 1), part(13, varint(0x73C00)))))
    assert elements(model.tensors[0]) == b"\x00\x3c"
    assert list(model.residue.values()) == [varint(0x73C00)]


@pytest.mark.parametrize(
    "data",
    [
        constant(1, (2, 2), part(4, bytes(15))),
        constant(1, (1, 1), part(5, bytes(8))),
        constant(1, (2, 2), part(4, bytes(16)) + part(5, bytes(4))),
        constant(1, (2, 2), part(6, bytes(8))),
        constant(99, (2, 2), part(4, bytes(16))),
        constant(1, (1 << 40, 1), part(5, bytes(4))),
        constant(7, (1 << 40, 1), part(8, b"a")),
        constant(1, (2, (1 << 64) - 1), part(4, bytes(8))),
    ],
    ids=["short", "long", "twice", "wrong field", "type", "vast", "vast strings", "negative"],
)
def test_elements_that_do_not_fit_their_shape_are_refused(data: bytes) -> None:
    with pytest.raises((FormatError, LimitError)):
        tensorflow_graph.read(Blob(data))


def test_the_order_of_attributes_is_noise() -> None:
    def graph(*keys: bytes) -> bytes:
        attributes = b"".join(part(5, part(1, key) + part(2, b"\x30\x01")) for key in keys)
        return part(1, part(1, b"a") + part(2, b"Identity") + attributes)

    one, other = (tensorflow_graph.read(Blob(graph(*keys))) for keys in ((b"T", b"_x"), (b"_x", b"T")))
    assert one.structure == other.structure
    assert (list(one.noise), list(other.noise)) == ([], ["order of maps"])


def test_operators_that_run_code_are_remarked_on() -> None:
    node = part(1, part(1, b"a") + part(2, b"PyFunc") + part(5, part(1, b"T") + part(2, b"\x30\x01")))
    assert "PyFunc" in tensorflow_graph.read(Blob(GRAPH + node)).remarks[0]


def test_unknown_fields_are_residue() -> None:
    model = tensorflow_graph.read(Blob(GRAPH + b"\xfa\x06\x03abc"))
    assert model.residue == {"field 111": b"\xfa\x06\x03abc"}


def test_every_bit_of_a_graph_is_accounted_for() -> None:
    reference = parts(tensorflow_graph.read(Blob(GRAPH)))
    for position in range(len(GRAPH) * 8):
        changed = bytearray(GRAPH)
        changed[position // 8] ^= 1 << position % 8
        try:
            assert parts(tensorflow_graph.read(Blob(bytes(changed)))) != reference, f"bit {position}"
        except (FormatError, LimitError):
            continue


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_cut_anywhere_raises_nothing_but_our_errors(name: str) -> None:
    data, module = sample(name), SAMPLES[name]
    for length in range(0, len(data), max(1, len(data) // 200)):
        module.recognise(glimpse(data[:length], len(data)))
        module.recognise(glimpse(data[:length]))
        try:
            parts(module.read(Blob(data[:length], name)))
        except (FormatError, LimitError):
            continue


@pytest.mark.parametrize("name", SAMPLES)
def test_changed_bytes_raise_nothing_but_our_errors(name: str) -> None:
    data, module, random = sample(name), SAMPLES[name], Random(name)
    for _ in range(300):
        changed = bytearray(data)
        for _ in range(random.randrange(1, 5)):
            changed[random.randrange(len(data))] = random.randrange(256)
        module.recognise(glimpse(bytes(changed)))
        try:
            parts(module.read(Blob(bytes(changed), name)))
        except (FormatError, LimitError):
            continue


def test_values_are_those_of_the_library(tmp_path: Path) -> None:
    tensorflow = pytest.importorskip("tensorflow", reason="reads its own files")
    (tmp_path / "variables.index").write_bytes(INDEX)
    (tmp_path / "variables.data-00000-of-00001").write_bytes(WEIGHT)
    reader = tensorflow.train.load_checkpoint(str(tmp_path / "variables"))
    for tensor in tensorflow_checkpoint.read(FileBlob(tmp_path / "variables.index")).tensors:
        assert elements(tensor) == reader.get_tensor(tensor.name).tobytes()
    graph = tensorflow.compat.v1.GraphDef.FromString(GRAPH)
    values = {node.name: node.attr["value"].tensor for node in graph.node if node.op == "Const"}
    for tensor in tensorflow_graph.read(Blob(GRAPH)).tensors:
        assert elements(tensor) == tensorflow.make_ndarray(values[tensor.name]).tobytes()

"""ONNX models are recognised by what they hold and read to the last bit, as the onnx library reads them."""

import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.encoding.onnx_tensors import ELEMENT_TYPES
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Glimpse, Kind
from lintian_ml.formats.onnx import read, recognise
from lintian_ml.model import BITS, Model, Span, Tensor
from lintian_ml.samples import sample

SAMPLE = sample("linear.onnx")
PLAIN = {1: "f4", 2: "u1", 3: "i1", 4: "u2", 5: "i2", 6: "i4", 7: "i8", 9: "?", 10: "f2", 11: "f8", 12: "u4"}
PLAIN |= {13: "u8", 14: "c8", 15: "c16"}


def glimpse(data: bytes, size: int | None = None) -> Glimpse:
    return Glimpse("net.onnx", len(data) if size is None else size, data[: 1 << 16])


def elements(tensor: Tensor) -> bytes:
    return b"".join(tensor.payload.blocks())


def model_of(*tensors: TensorProto, nodes: tuple[onnx.NodeProto, ...] = ()) -> onnx.ModelProto:
    nodes = nodes or (helper.make_node("Identity", ["w"], ["y"]),)
    return helper.make_model(helper.make_graph(list(nodes), "g", [], [], list(tensors)))


def parts(model: Model) -> tuple[object, ...]:
    tensors = [(tensor.name, tensor.dtype, tensor.shape, elements(tensor)) for tensor in model.tensors]
    return (tensors, json.dumps(model.structure), model.metadata, model.residue, model.noise)


def test_the_sample_is_recognised_with_certainty_and_not_as_untrained() -> None:
    found = recognise(glimpse(SAMPLE))
    assert found is not None
    assert found.kinds == {Kind.STRUCTURE, Kind.SEMANTICS}
    assert not found.untrained


def test_a_graph_without_any_tensor_is_untrained() -> None:
    found = recognise(glimpse(model_of().SerializeToString()))
    assert found is not None
    assert found.untrained


def test_the_head_is_enough_for_a_large_model() -> None:
    large = model_of(numpy_helper.from_array(np.ones(100_000, np.float32), "w")).SerializeToString()
    assert recognise(glimpse(large[: 1 << 16], len(large))) is not None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x08",
        b"\x08\x08",
        b"%PDF-1.7\n" + b"1 0 obj\n" * 50,
        b'"a quoted text", (in a list) of words\n' * 20,
        b"\xde\x12\x04\x95" + bytes(60),
        b"PK\x03\x04" + bytes(80),
        numpy_helper.from_array(np.ones((2, 3), np.float32), "w").SerializeToString(),
        b"\x0a\x14\x0a\x01w\x12\x05Const*\x08\x0a\x05dtype" + b"\x22\x02\x08\x0c",
        b"\x08\x01\x12\x10\x0a\x0e\x12\x02\x08\x01\x22\x05serve*\x01\x31",
    ],
    ids=["nothing", "byte", "magic", "pdf", "text", "mo", "zip", "TensorProto", "GraphDef", "SavedModel"],
)
def test_lookalikes_are_not_recognised_and_not_read(data: bytes) -> None:
    assert recognise(glimpse(data)) is None
    with pytest.raises(FormatError):
        read(Blob(data))


def test_the_sample_has_two_tensors_and_its_metadata() -> None:
    model = read(Blob(SAMPLE))
    reference = onnx.load_from_string(SAMPLE).graph.initializer
    for tensor, expected in zip(model.tensors, map(numpy_helper.to_array, reference), strict=True):
        assert tensor.shape == expected.shape
        assert elements(tensor) == expected.tobytes()
    assert model.metadata["license"] == "CC0-1.0"
    assert model.metadata["producer_name"] == "lintian-ml samples"
    assert (model.complete, model.residue, model.parameter_count) == (True, {}, 15)


@pytest.mark.parametrize("code", [code for code in TensorProto.DataType.values() if code in PLAIN])
@pytest.mark.parametrize("raw", [True, False])
def test_every_plain_element_type_is_read_as_onnx_reads_it(code: int, raw: bool) -> None:
    array = np.array([[0, 1, 3], [100, 7, 1]]).astype(PLAIN[code])
    array = -array if np.dtype(PLAIN[code]).kind in "fic" else array
    values = array.tobytes() if raw else array.flatten().tolist()
    try:
        proto = helper.make_tensor("w", code, (2, 3), values, raw)
        expected = numpy_helper.to_array(proto).tobytes()
    except TypeError:
        pytest.skip("this version of onnx cannot hold the type's values one by one")
    (tensor,) = read(Blob(model_of(proto).SerializeToString())).tensors
    assert elements(tensor) == expected
    assert (tensor.shape, tensor.dtype) == ((2, 3), ELEMENT_TYPES[code][0])
    assert tensor.payload.length == tensor.expected_length


@pytest.mark.parametrize(
    "code", [code for code in TensorProto.DataType.values() if code not in PLAIN and code > 8]
)
def test_every_other_element_type_is_the_same_raw_and_typed(code: int) -> None:
    proto = helper.make_tensor("w", code, (5,), [0.0, 1.0, 1.0, 0.0, 1.0])
    typed = read(Blob(model_of(proto).SerializeToString()))
    (tensor,) = typed.tensors
    width = {"bytes": 6}.get(tensor.dtype) or BITS[tensor.dtype]
    data = elements(tensor)
    assert tensor.payload.length == (5 * width + 7) // 8
    moved = TensorProto(name="w", dims=[5], data_type=code, raw_data=data)
    raw = read(Blob(model_of(moved).SerializeToString()))
    assert elements(raw.tensors[0]) == data
    assert numpy_helper.to_array(moved).tobytes() == numpy_helper.to_array(proto).tobytes()
    assert (raw.tensors[0].dtype, raw.structure, raw.residue) == (
        tensor.dtype,
        typed.structure,
        typed.residue,
    )


def test_strings_are_read_with_their_lengths() -> None:
    proto = TensorProto(name="w", dims=[2], data_type=TensorProto.STRING, string_data=[b"ab", b""])
    (tensor,) = read(Blob(model_of(proto).SerializeToString())).tensors
    assert (tensor.dtype, elements(tensor)) == ("string", struct.pack("<Q2sQ", 2, b"ab", 0))


def test_high_bits_of_numbers_in_int32_data_are_residue() -> None:
    clean = TensorProto(name="w", dims=[2], data_type=TensorProto.FLOAT16, int32_data=[0x3C00, 0x4000])
    hiding = TensorProto(name="w", dims=[2], data_type=TensorProto.FLOAT16, int32_data=[0x3C00, 0x74000])
    read_clean, read_hiding = (read(Blob(model_of(proto).SerializeToString())) for proto in (clean, hiding))
    assert [elements(tensor) for tensor in read_clean.tensors] == [elements(t) for t in read_hiding.tensors]
    assert not read_clean.residue
    assert list(read_hiding.residue) == ["graph.initializer[0].int32_data, as written"]


@pytest.mark.parametrize("key", ["raw_data", "int32_data"])
def test_unused_bits_of_a_packed_tail_are_residue(key: str) -> None:
    proto = TensorProto(name="w", dims=[1], data_type=22)
    setattr(proto, "raw_data", b"\x51") if key == "raw_data" else proto.int32_data.append(0x51)
    assert read(Blob(model_of(proto).SerializeToString())).residue == {"w, unused bits": b"\x05"}


def test_unknown_fields_are_residue_where_they_stand() -> None:
    unknown = b"\xfa\x06\x03abc"
    model = read(Blob(SAMPLE + unknown))
    assert model.residue == {"field 111": unknown}
    assert model.complete


def test_a_group_is_residue_as_a_whole() -> None:
    group = b"\xfb\x06\x08\x01\x0b\x0c\xfc\x06"
    assert read(Blob(SAMPLE + group)).residue == {"field 111": group}


def test_constants_and_tensors_of_subgraphs_have_names_of_their_own() -> None:
    value = numpy_helper.from_array(np.array([1, 2], np.float32), "value")
    constant = helper.make_node("Constant", [], ["c"], value=value)
    inner = helper.make_graph([constant], "inner", [], [], [value])
    branch = helper.make_node("If", ["x"], ["y"], name="if", then_branch=inner, else_branch=inner)
    model = read(Blob(model_of(value, nodes=(branch,)).SerializeToString()))
    assert [tensor.name for tensor in model.tensors] == ["c", "value", "c#2", "value#2", "value#3"]


def test_learned_lists_of_floats_are_tensors_and_other_attributes_structure() -> None:
    coefficients = helper.make_node(
        "LinearRegressor", ["x"], ["y"], name="r", coefficients=[1.5, -2.0], targets=1
    )
    scales = helper.make_node("Upsample", ["y"], ["z"], scales=[1.0, 2.0])
    model = read(Blob(model_of(nodes=(coefficients, scales)).SerializeToString()))
    assert [(tensor.name, elements(tensor)) for tensor in model.tensors] == [
        ("r.coefficients", struct.pack("<2f", 1.5, -2))
    ]
    assert "[1.0, 2.0]" in json.dumps(model.structure)


def test_a_long_unpacked_list_of_floats_is_read_whole() -> None:
    values = np.linspace(-1, 1, 30_000).astype(np.float32)
    node = helper.make_node("TreeEnsembleRegressor", ["x"], ["y"], name="t", nodes_values=values.tolist())
    (tensor,) = read(Blob(model_of(nodes=(node,)).SerializeToString())).tensors
    assert elements(tensor) == values.tobytes()


def test_a_sparse_initializer_gives_values_and_indices() -> None:
    proto = helper.make_sparse_tensor(
        numpy_helper.from_array(np.array([3, 4], np.float32), "s"),
        numpy_helper.from_array(np.array([1, 5], np.int64), ""),
        [6],
    )
    saved = model_of()
    saved.graph.sparse_initializer.append(proto)
    model = read(Blob(saved.SerializeToString()))
    assert [(tensor.name, tensor.dtype) for tensor in model.tensors] == [
        ("s", "float32"),
        ("s.indices", "int64"),
    ]


def external(folder: Path, location: str) -> None:
    proto = TensorProto(name="w", dims=[2], data_type=1, data_location=TensorProto.EXTERNAL)
    for key, value in (("location", location), ("offset", "4"), ("length", "8")):
        proto.external_data.add(key=key, value=value)
    (folder / "net.onnx").write_bytes(model_of(proto).SerializeToString())


def test_external_data_are_read_from_the_file_beside_and_its_gaps_are_residue(tmp_path: Path) -> None:
    external(tmp_path, "net.data")
    (tmp_path / "net.data").write_bytes(b"head" + struct.pack("<2f", 1, 2) + b"end")
    model = read(FileBlob(tmp_path / "net.onnx"))
    assert elements(model.tensors[0]) == struct.pack("<2f", 1, 2)
    assert model.residue == {"net.data, bytes 0 to 4": b"head", "net.data, bytes 12 to 15": b"end"}
    assert (model.parts, model.complete) == (("net.data",), True)


@pytest.mark.parametrize(
    "location", ["../secret", "/etc/hostname", "absent.data", "", "a/../../secret", "link"]
)
def test_external_data_elsewhere_are_not_read_and_leave_the_model_incomplete(
    tmp_path: Path, location: str
) -> None:
    (tmp_path / "secret").write_bytes(bytes(64))
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "link").symlink_to("../secret")
    external(folder, location)
    model = read(FileBlob(folder / "net.onnx"))
    assert (model.tensors, model.complete) == ((), False)
    assert "external data" in model.remarks[0]


def test_external_data_that_are_too_short_are_an_error(tmp_path: Path) -> None:
    external(tmp_path, "net.data")
    (tmp_path / "net.data").write_bytes(b"head")
    with pytest.raises(FormatError, match="8 bytes claimed at offset 4"):
        read(FileBlob(tmp_path / "net.onnx"))


def test_order_of_fields_is_noise() -> None:
    proto = onnx.load_from_string(SAMPLE)
    props = [
        onnx.StringStringEntryProto.FromString(entry.SerializeToString()) for entry in proto.metadata_props
    ]
    proto.ClearField("metadata_props")
    moved = b"".join(b"\x72" + bytes([entry.ByteSize()]) + entry.SerializeToString() for entry in props)
    model, reference = read(Blob(moved + proto.SerializeToString())), read(Blob(SAMPLE))
    assert (model.structure, model.metadata) == (reference.structure, reference.metadata)
    assert "field order and packing" in model.noise
    assert "field order and packing" not in reference.noise


def test_elements_are_spans_of_the_file() -> None:
    weight = read(Blob(SAMPLE)).tensors[0].payload
    assert isinstance(weight, Span)
    assert SAMPLE[weight.offset : weight.offset + weight.length] == elements(read(Blob(SAMPLE)).tensors[0])


def test_every_bit_of_the_sample_is_accounted_for() -> None:
    reference = parts(read(Blob(SAMPLE)))
    for position in range(len(SAMPLE) * 8):
        changed = bytearray(SAMPLE)
        changed[position // 8] ^= 1 << position % 8
        try:
            assert parts(read(Blob(bytes(changed)))) != reference, f"bit {position} changed nothing"
        except (FormatError, LimitError):
            continue


def test_a_file_cut_anywhere_is_an_error_or_a_shorter_model() -> None:
    for length in range(len(SAMPLE)):
        recognise(glimpse(SAMPLE[:length], len(SAMPLE)))
        try:
            assert read(Blob(SAMPLE[:length])).metadata != read(Blob(SAMPLE)).metadata or length > 240
        except FormatError:
            continue


@given(
    st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=6),
    st.binary(max_size=8),
)
def test_changed_bytes_raise_nothing_but_our_errors(changes: list[tuple[int, int]], tail: bytes) -> None:
    data = bytearray(SAMPLE + tail)
    for position, value in changes:
        data[position] = value
    recognise(glimpse(bytes(data)))
    try:
        json.dumps(read(Blob(bytes(data))).structure)
    except (FormatError, LimitError):
        return


@pytest.mark.parametrize(
    "make",
    [
        lambda depth: b"\x3b" * depth,
        lambda depth: b"\x3a\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",
        lambda depth: b"\x3a\xff\xff\xff\xff\x7f",
    ],
    ids=["groups", "long number", "long length"],
)
def test_hostile_headers_are_refused(make: Callable[[int], bytes]) -> None:
    with pytest.raises((FormatError, LimitError)):
        read(Blob(b"\x08\x08" + make(10_000)))


def test_nesting_is_bounded() -> None:
    data = b""
    for _ in range(120):
        node = b"\x2a" + varint(len(data) + 1 + len(varint(len(data)))) + b"\x32" + varint(len(data)) + data
        data = b"\x0a" + varint(len(node)) + node
    with pytest.raises(LimitError, match="nested"):
        read(Blob(b"\x08\x08\x3a" + varint(len(data)) + data))


def varint(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*data, value])

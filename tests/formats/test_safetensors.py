"""safetensors files are read as the safetensors library reads them, and nothing malformed is."""

import json
import struct
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Glimpse, Kind
from lintian_ml.formats import safetensors as ours
from lintian_ml.model import Model
from lintian_ml.samples import sample

safetensors = pytest.importorskip("safetensors", reason="made and read by the safetensors library")
pytest.importorskip("safetensors.numpy")

LINEAR = sample("linear.safetensors")


def glimpse(data: bytes, name: str = "model.bin", size: int | None = None) -> Glimpse:
    return Glimpse(name, len(data) if size is None else size, data[: 1 << 16], data[-(1 << 16) :])


def written(header: object, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(dtype: str, shape: list[int], start: int, end: int) -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def payloads(model: Model) -> dict[str, bytes]:
    return {tensor.name: b"".join(tensor.payload.blocks()) for tensor in model.tensors}


def test_the_sample_has_the_names_shapes_and_bytes_that_the_library_reads() -> None:
    model = ours.read(Blob(LINEAR))
    theirs = safetensors.numpy.load(LINEAR)
    assert {tensor.name: tensor.shape for tensor in model.tensors} == {n: a.shape for n, a in theirs.items()}
    assert payloads(model) == {name: array.tobytes() for name, array in theirs.items()}
    assert model.metadata == {"license": "MIT"}
    assert model.complete
    assert not model.residue


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        ("bfloat16", "bfloat16"),
        ("float8_e4m3fn", "float8e4m3fn"),
        ("float8_e5m2", "float8e5m2"),
        ("float8_e4m3fnuz", "float8e4m3fnuz"),
        ("float8_e5m2fnuz", "float8e5m2fnuz"),
        ("float8_e8m0fnu", "float8e8m0"),
        ("bool", "bool"),
        ("complex64", "complex64"),
        ("uint16", "uint16"),
        ("int64", "int64"),
        ("float64", "float64"),
    ],
)
def test_every_element_type_of_torch_keeps_its_name_and_bits(dtype: str, name: str) -> None:
    torch = pytest.importorskip("torch")
    save = pytest.importorskip("safetensors.torch").save
    tensor = torch.tensor([[0, 1, 1], [1, 0, 1]]).to(getattr(torch, dtype))
    (found,) = ours.read(Blob(save({"w": tensor}))).tensors
    assert (found.dtype, found.shape) == (name, (2, 3))
    assert b"".join(found.payload.blocks()) == bytes(tensor.view(torch.uint8).flatten().tolist())


def test_packed_types_take_the_bytes_of_their_bits() -> None:
    header = {"four": entry("F4", [2, 2], 0, 2), "six": entry("F6_E2M3", [4], 2, 5)}
    model = ours.read(Blob(written(header, b"\x12\x34\x01\x02\x03")))
    assert [(tensor.dtype, tensor.shape) for tensor in model.tensors] == [
        ("float4e2m1", (2, 2)),
        ("bytes", (4,)),
    ]
    assert model.structure == {"six": "F6_E2M3"}


@pytest.mark.parametrize(
    "data",
    [
        written({"a": entry("F32", [2], 0, 8)}, b"0" * 7),
        written({"a": entry("F32", [2], 0, 8)}, b"0" * 9),
        written({"a": entry("F32", [3], 0, 8)}, b"0" * 8),
        written({"a": entry("F32", [1], 4, 8)}, b"0" * 8),
        written({"a": entry("F32", [1], 0, 4), "b": entry("F32", [1], 2, 6)}, b"0" * 6),
        written({"a": entry("F32", [1], 0, 4), "b": entry("F32", [1], 8, 12)}, b"0" * 12),
        written({"a": entry("F32", [1], 4, 0)}, b"0" * 4),
        written({"a": entry("F4", [3], 0, 2)}, b"00"),
        written({"a": entry("F33", [1], 0, 4)}, b"0" * 4),
        written({"a": entry("F32", [1 << 62, 1 << 62], 0, 4)}, b"0" * 4),
        written(b'{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', b"0" * 4),
        written(b'{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}', b"0" * 4),
        written(b'{"a":{"dtype":"F32","shape":[1]}}', b"0" * 4),
        written({"__metadata__": {"a": 1}}),
        written(b'{"a":NaN}'),
        written(b'["a"]'),
        written(b'{"\xff":1}'),
        written(b'{"\\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', b"0" * 4),
        written(b'{"a":' * 100_000),
        b"",
        b"\2",
        struct.pack("<Q", 1 << 63) + b"{}",
    ],
)
def test_what_the_library_refuses_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(safetensors.SafetensorError):
        safetensors.numpy.load(data)
    with pytest.raises(FormatError):
        ours.read(Blob(data))
    assert ours.recognise(glimpse(data)) is None


def test_a_key_named_twice_is_refused() -> None:
    one = b'"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'
    with pytest.raises(FormatError, match="twice"):
        ours.read(Blob(written(b"{" + one + b"," + one + b"}", b"0" * 4)))


def test_a_header_that_claims_two_to_the_63_costs_no_time() -> None:
    began = time.perf_counter()
    with pytest.raises(FormatError, match="claimed"):
        ours.read(Blob(struct.pack("<Q", 1 << 63) + b"{" * 1000))
    assert time.perf_counter() - began < 0.01


def test_a_header_over_the_limit_is_left_unread() -> None:
    length = ours.HEADER_LIMIT + 1
    with pytest.raises(LimitError, match="header"):
        ours.read(Blob(struct.pack("<Q", length) + b"{" + b" " * length))


def test_a_large_header_is_read_only_where_it_is_written_plainly() -> None:
    name = "a" * ours.JSON_LIMIT
    plain = written(json.dumps({name: entry("U8", [1], 0, 1)}, separators=(",", ":")).encode(), b"0")
    assert [tensor.name for tensor in ours.read(Blob(plain)).tensors] == [name]
    with pytest.raises(LimitError, match="not written plainly"):
        ours.read(Blob(written(json.dumps({name: entry("U8", [1], 0, 1)}, indent=1).encode(), b"0")))


def test_unknown_fields_are_residue_and_the_layout_is_noise() -> None:
    extra = {**entry("U8", [1], 0, 1), "note": "hidden"}
    model = ours.read(Blob(written(json.dumps({"a": extra}, indent=1).encode() + b"   ", b"0")))
    assert model.residue == {"header field note of a": b'"hidden"'}
    assert set(model.noise) == {"header text", "header padding"}


def test_the_order_of_tensors_is_noise_and_changes_nothing_else() -> None:
    first = ours.read(Blob(written({"a": entry("U8", [1], 0, 1), "b": entry("U8", [1], 1, 2)}, b"AB")))
    second = ours.read(Blob(written({"b": entry("U8", [1], 0, 1), "a": entry("U8", [1], 1, 2)}, b"BA")))
    assert payloads(first) == payloads(second)
    assert "tensor order" in second.noise
    assert "tensor order" not in first.noise


def test_a_file_is_recognised_whatever_its_name() -> None:
    evidence = ours.recognise(glimpse(LINEAR, "blob.dat"))
    assert evidence is not None
    assert evidence.kinds == {Kind.STRUCTURE, Kind.SEMANTICS}
    assert not evidence.carrier


def test_a_header_longer_than_the_glimpse_is_recognised_by_its_entries() -> None:
    many = {f"layers.{index}.weight": np.zeros(1, np.float32) for index in range(2000)}
    assert ours.recognise(glimpse(safetensors.numpy.save(many))) is not None


@pytest.mark.parametrize(
    "data",
    [
        LINEAR[:9],
        LINEAR[:-1],
        written({"name": "package", "version": "1"}),
        written({"__metadata__": {"a": "b"}}),
        b'{"dtype":"F32","shape":[1],"data_offsets":[0,4]}',
        b"\x10\0\0\0\0\0\0\0{" + b"x" * 100,
    ],
)
def test_look_alikes_are_not_recognised(data: bytes) -> None:
    assert ours.recognise(glimpse(data)) is None


@pytest.mark.parametrize("length", range(len(LINEAR)))
def test_a_truncated_file_is_malformed(length: int) -> None:
    with pytest.raises(FormatError):
        ours.read(Blob(LINEAR[:length]))


@given(st.integers(0, len(LINEAR) - 1), st.integers(0, 255))
def test_a_changed_byte_is_read_as_the_library_reads_it_or_refused(position: int, value: int) -> None:
    data = LINEAR[:position] + bytes([value]) + LINEAR[position + 1 :]
    try:
        found = payloads(ours.read(Blob(data)))
    except (FormatError, LimitError):
        return
    assert found == {name: array.tobytes() for name, array in safetensors.numpy.load(data).items()}

"""GGUF files are read as the gguf library reads them, and nothing malformed is."""

import struct
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Glimpse, Kind
from lintian_ml.formats import gguf as ours
from lintian_ml.samples import sample

gguf = pytest.importorskip("gguf", reason="made and read by the gguf library")

LINEAR = sample("linear.gguf")


def glimpse(data: bytes, size: int | None = None) -> Glimpse:
    return Glimpse("x.bin", len(data) if size is None else size, data[: 1 << 16], data[-(1 << 16) :])


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def opening(tensors: int, values: int, version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, tensors, values)


def row(name: str, shape: tuple[int, ...], code: int, start: int) -> bytes:
    packed = struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, code, start)
    return text(name) + packed


def padded(header: bytes, data: bytes) -> bytes:
    return header + bytes(-len(header) % 32) + data


@pytest.mark.parametrize("endian", [gguf.GGUFEndian.LITTLE, gguf.GGUFEndian.BIG])
def test_what_the_library_writes_is_read_back(tmp_path: Path, endian: Any) -> None:
    writer = gguf.GGUFWriter(tmp_path / "m.gguf", "llama", endianess=endian)
    writer.add_license("MIT")
    writer.add_array("general.datasets", ["one", "two"])
    writer.add_array("tokenizer.ggml.scores", [0.5, float("inf")])
    writer.add_bool("x.flag", True)
    arrays = {
        "f32": np.arange(6, dtype="f4").reshape(2, 3),
        "f16": np.arange(4, dtype="f2"),
        "f64": np.arange(2, dtype="f8"),
        "i16": np.arange(5, dtype="i2").reshape(5, 1),
    }
    for name, array in arrays.items():
        writer.add_tensor(name, array.copy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    order: Literal["<", ">"] = ">" if endian == gguf.GGUFEndian.BIG else "<"
    with FileBlob(tmp_path / "m.gguf") as blob:
        model = ours.read(blob)
        for tensor in model.tensors:
            array = arrays[tensor.name]
            raw = b"".join(tensor.payload.blocks())
            assert (tensor.shape, tensor.big_endian) == (array.shape, order == ">")
            assert np.array_equal(
                np.frombuffer(raw, array.dtype.newbyteorder(order)).reshape(array.shape), array
            )
    assert model.metadata == {"general.license": "MIT", "general.datasets": '["one", "two"]'}
    assert isinstance(model.structure, dict)
    assert model.structure["values"]["x.flag"] == ["bool", 1]
    assert model.structure["values"]["tokenizer.ggml.scores"] == ["[f32]", [0.5, {"bits": "7f800000"}]]
    assert model.complete
    assert not model.residue


def test_block_quantised_tensors_are_opaque_and_named_in_the_structure(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(LINEAR)
    theirs = {tensor.name: tensor for tensor in gguf.GGUFReader(tmp_path / "m.gguf").tensors}
    model = ours.read(Blob(LINEAR))
    for tensor in model.tensors:
        assert b"".join(tensor.payload.blocks()) == theirs[tensor.name].data.tobytes()
    by_name = {tensor.name: (tensor.dtype, tensor.shape) for tensor in model.tensors}
    assert by_name["blocks.weight"] == ("bytes", (2, 32))
    assert by_name["dense.bias"] == ("float16", (3,))
    assert isinstance(model.structure, dict)
    assert model.structure["quantisation"] == {"blocks.weight": "Q8_0"}
    assert model.metadata["general.base_model.0.name"] == "Base"


def test_every_tensor_type_has_the_block_that_the_library_gives_it() -> None:
    ours_by_code = {code: (1, width) for code, (_, width) in ours.PLAIN.items()}
    ours_by_code |= {code: (block, width) for code, (_, block, width) in ours.BLOCKED.items()}
    assert (
        ours_by_code.items()
        >= {int(kind): sizes for kind, sizes in gguf.constants.GGML_QUANT_SIZES.items()}.items()
    )


def test_version_1_counts_in_32_bits() -> None:
    name = struct.pack("<I", 1) + b"w"
    header = b"GGUF" + struct.pack("<III", 1, 1, 0) + name + struct.pack("<IIIQ", 1, 2, 0, 0)
    model = ours.read(Blob(padded(header, struct.pack("<2f", 1, 2))))
    assert [(tensor.name, tensor.shape) for tensor in model.tensors] == [("w", (2,))]


def test_a_gap_of_zeros_is_padding_and_any_other_is_residue() -> None:
    header = opening(2, 0) + row("a", (1,), 0, 0) + row("b", (1,), 0, 32)
    clean = ours.read(Blob(padded(header, b"AAAA" + bytes(28) + b"BBBB")))
    dirty = ours.read(Blob(padded(header, b"AAAA" + bytes(27) + b"x" + b"BBBB" + b"trailing")))
    assert not clean.residue
    assert [data.strip(b"\0") for data in dirty.residue.values()] == [b"x", b"trailing"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (opening(0, 0, version=4), "version"),
        (opening(1 << 60, 0), "announces"),
        (opening(0, 1 << 60), "announces"),
        (opening(0, 1) + struct.pack("<Q", 1 << 60) + bytes(64), "string"),
        (opening(0, 1) + text("k") + struct.pack("<I", 77) + bytes(64), "type 77"),
        (opening(0, 1) + text("k") + struct.pack("<IIQ", 9, 0, 1 << 62) + bytes(64), "values"),
        (opening(0, 1) + text("k") + struct.pack("<IIQ", 9, 9, 1) * 1 + struct.pack("<IQ", 9, 1) * 9, "nest"),
        (opening(0, 2) + (text("k") + struct.pack("<IB", 0, 1)) * 2, "twice"),
        (opening(0, 1) + text("general.alignment") + struct.pack("<II", 4, 33), "alignment"),
        (opening(0, 1) + text("general.alignment") + struct.pack("<II", 4, 0), "alignment"),
        (opening(0, 1) + text("general.alignment") + struct.pack("<II", 4, 1 << 30), "alignment"),
        (padded(opening(1, 0) + row("a", (1,), 99, 0), bytes(64)), "type 99"),
        (padded(opening(1, 0) + row("a", (1,) * 5, 0, 0), bytes(64)), "dimensions"),
        (padded(opening(1, 0) + row("a", (1 << 40,), 0, 0), bytes(64)), "past"),
        (padded(opening(1, 0) + row("a", (1,), 0, 4), bytes(64)), "misaligned"),
        (padded(opening(1, 0) + row("a", (33,), 8, 0), bytes(64)), "blocks"),
        (padded(opening(2, 0) + row("a", (9,), 0, 0) + row("b", (1,), 0, 32), bytes(64)), "over"),
        (padded(opening(2, 0) + row("a", (1,), 0, 0) + row("a", (1,), 0, 32), bytes(64)), "twice"),
    ],
)
def test_malformed_files_are_refused_with_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises((FormatError, LimitError), match=words):
        ours.read(Blob(data))


def test_strings_that_are_not_utf_8_are_kept_as_bytes() -> None:
    data = opening(0, 1) + text("k") + struct.pack("<IQ", 8, 2) + b"\xff\xfe"
    model = ours.read(Blob(data))
    assert isinstance(model.structure, dict)
    assert model.structure["values"] == {"k": ["str", {"hex": "fffe"}]}


def test_a_file_is_recognised_by_magic_counts_and_first_key() -> None:
    evidence = ours.recognise(glimpse(LINEAR))
    assert evidence is not None
    assert evidence.kinds == {Kind.MAGIC, Kind.STRUCTURE, Kind.SEMANTICS}


@pytest.mark.parametrize(
    "data", [b"GGUF", LINEAR[:23], b"GGUF is a format for models, see gguf.md", b"gguf" + LINEAR[4:]]
)
def test_look_alikes_are_not_recognised(data: bytes) -> None:
    assert ours.recognise(glimpse(data)) is None


@pytest.mark.parametrize("length", range(0, len(LINEAR) - 32, 7))
def test_a_truncated_file_is_malformed(length: int) -> None:
    with pytest.raises(FormatError):
        ours.read(Blob(LINEAR[:length]))


@given(st.lists(st.tuples(st.integers(0, len(LINEAR) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_changed_bytes_are_read_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(LINEAR)
    for position, value in changes:
        data[position] = value
    ours.recognise(glimpse(bytes(data)))
    try:
        model = ours.read(Blob(bytes(data)))
    except (FormatError, LimitError):
        return
    assert all(sum(map(len, tensor.payload.blocks())) == tensor.payload.length for tensor in model.tensors)

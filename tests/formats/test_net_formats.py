"""Nets for games, sound, pictures and devices are read; look-alikes are not; damage ends in a sentence."""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import (
    Evidence,
    Glimpse,
    coreml,
    formats,
    ggml,
    katago,
    lc0,
    leela_zero,
    ncnn,
    oidn_tza,
    opus_dnn,
    ort,
    r_data,
    torch7,
)
from lintian_ml.model import Certainty, Model, Tensor
from lintian_ml.recognition import read_as
from lintian_ml.samples import sample

FORMATS: dict[str, ModuleType] = {
    "leela_zero.txt": leela_zero,
    "lc0.pb": lc0,
    "katago.bin": katago,
    "denoiser.tza": oidn_tza,
    "opus_dnn.bin": opus_dnn,
    "ggml_whisper.bin": ggml,
    "linear.t7": torch7,
    "ncnn.param": ncnn,
    "inner_product.mlmodel": coreml,
    "linear.ort": ort,
    "r_lm.rds": r_data,
}
WHOLE = frozenset(FORMATS) - {"linear.t7", "ncnn.param", "r_lm.rds"}
"""Samples of which every byte is accounted for."""

OPEN_ENDED = frozenset(
    {"lc0.pb", "katago.bin", "opus_dnn.bin", "ggml_whisper.bin", "inner_product.mlmodel", "ncnn.param"}
)
"""Formats that do not say how much follows: a file cut between two parts is a smaller file."""

MODULES = sorted(set(FORMATS.values()), key=lambda module: module.__name__)


def glimpse(data: bytes, name: str = "file") -> Glimpse:
    return Glimpse(name, len(data), data[: 1 << 16], data[-(1 << 16) :])


def recognised(module: ModuleType, data: bytes) -> Evidence | None:
    evidence: Evidence | None = module.recognise(glimpse(data))
    return evidence


def read(name: str, data: bytes | None = None) -> Model:
    model: Model = FORMATS[name].read(Blob(sample(name) if data is None else data, name))
    return model


def payload(tensor: Tensor) -> bytes:
    return b"".join(tensor.payload.blocks())


def named(model: Model) -> dict[str, Tensor]:
    return {tensor.name: tensor for tensor in model.tensors}


@pytest.mark.parametrize("name", FORMATS)
def test_a_sample_is_recognised_by_its_own_format_alone(name: str) -> None:
    seen = glimpse(sample(name), name)
    within = [module for module in formats() if module.FORMAT.within == "file"]
    assert [module.FORMAT.name for module in within if module.recognise(seen)] == [FORMATS[name].FORMAT.name]


@pytest.mark.parametrize("name", FORMATS)
def test_a_sample_is_certainly_a_model(name: str) -> None:
    evidence = recognised(FORMATS[name], sample(name))
    assert evidence is not None
    reading = read_as(FORMATS[name], evidence, Blob(sample(name), name))
    assert reading.certainty is Certainty.CERTAIN
    assert not reading.trouble


@pytest.mark.parametrize("name", FORMATS)
def test_a_sample_is_recognised_while_its_end_is_out_of_sight(name: str) -> None:
    data = sample(name)
    assert FORMATS[name].recognise(Glimpse(name, len(data), data, None))


@pytest.mark.parametrize("name", FORMATS)
def test_a_sample_is_read(name: str) -> None:
    model = read(name)
    assert model.complete == (name in WHOLE)
    assert model.parameter_count > 0
    assert not model.residue
    for tensor in model.tensors:
        assert len(payload(tensor)) == tensor.payload.length
        assert tensor.expected_length in (None, tensor.payload.length)
    json.dumps(model.structure, allow_nan=False)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_cut_off_is_refused(name: str) -> None:
    data = sample(name).rstrip() if name in ("leela_zero.txt", "ncnn.param") else sample(name)
    for end in range(0, len(data) - 12, max(1, len(data) // 97)):
        recognised(FORMATS[name], data[:end])
        try:
            model = read(name, data[:end])
        except FormatError:
            continue
        assert name in OPEN_ENDED
        assert model.parameter_count < read(name).parameter_count


@pytest.mark.parametrize("name", FORMATS)
@given(st.data())
@settings(max_examples=80, deadline=None)
def test_damage_ends_in_a_sentence(name: str, draw: st.DataObject) -> None:
    data = bytearray(sample(name))
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    recognised(FORMATS[name], bytes(data))
    try:
        model = read(name, bytes(data))
    except (FormatError, LimitError) as error:
        assert str(error)
        return
    json.dumps(model.structure, allow_nan=False)
    for tensor in model.tensors:
        assert len(payload(tensor)) == tensor.payload.length


LOOK_ALIKES = {
    "nothing": b"",
    "zeros": bytes(64),
    "a number and a text": b"1\nHello, world\n" * 20,
    "a number and a table": b"1\n1.5 2.5 3.5\n2.5 3.5 4.5\n0.5 0.5 0.5\n",
    "a matrix of integers": b"1\n" + b"1 2 3 4 5 6 7 8 9\n" * 40,
    "an INI file": b"[section]\nkey = 1\n",
    "a word list": b"word\n3\n22\n19\nmore words\nand more\n",
    "a mail": b"From\n8\n22\n19\n@BIN@ is a mark\n",
    "the mark of DNNw alone": b"DNNw" + bytes(60),
    "the mark of an archive alone": b"\xd7\x41\x02\0" + bytes(60),
    "the mark of ggml alone": b"lmgg" + bytes(60),
    "letters like ggml's": b"lmgg is no word, but this is a text of many letters and more.\n",
    "the magic of Lc0 alone": b"\x0d\xc0\x01\0\0",
    "ncnn's number alone": b"7767517\n",
    "ncnn's number in a text": b"7767517\nis a number of seven digits\n",
    "the identifier ORTM alone": b"\x08\0\0\0ORTM",
    "R's first line": b"RDX3\n",
    "a text that begins as R's": b"X\nY\nZ\n" * 9,
    "an empty table of Torch": b"\3\0\0\0\1\0\0\0\0\0\0\0",
    "a protocol buffer of another kind": b"\x08\x01\x12\x05hello\x18\x02",
    "a gettext catalog": b"\xde\x12\x04\x95" + bytes(24),
}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.FORMAT.name)
@pytest.mark.parametrize("data", LOOK_ALIKES.values(), ids=list(LOOK_ALIKES))
def test_a_look_alike_is_no_model(module: ModuleType, data: bytes) -> None:
    assert recognised(module, data) is None
    with pytest.raises(FormatError):
        module.read(Blob(data))


@pytest.mark.parametrize("name", ["linear.onnx", "dense.tflite", "sentencepiece.model"])
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.FORMAT.name)
def test_a_model_of_a_neighbouring_format_is_left_to_it(module: ModuleType, name: str) -> None:
    assert recognised(module, sample(name)) is None


def test_leela_zeros_numbers_are_those_of_its_text() -> None:
    model = read("leela_zero.txt")
    lines = sample("leela_zero.txt").splitlines()
    for tensor, line in zip(model.tensors, lines[1:], strict=True):
        assert payload(tensor) == np.array([float(word) for word in line.split()], "<f4").tobytes()
    assert named(model)["value.dense1.weight"].shape == (5, 4)


def test_an_array_of_a_wrong_length_is_no_net_of_leela_zero() -> None:
    lines = sample("leela_zero.txt").splitlines()
    lines[9] += b" 0.5"
    with pytest.raises(FormatError, match="block0"):
        read("leela_zero.txt", b"\n".join(lines))


def test_lc0_tells_its_license_and_training() -> None:
    metadata = read("lc0.pb").metadata
    assert metadata["license"] == "CC0-1.0"
    assert metadata["training_params.training_steps"] == "250"


def test_katagos_arrays_have_the_shapes_of_their_layers() -> None:
    tensors = named(read("katago.bin"))
    assert tensors["conv1.weight"].shape == (3, 3, 22, 4)
    assert list(tensors)[2:5] == ["norm1.mean", "norm1.variance", "norm1.bias"]


def test_an_unknown_layer_of_katago_ends_the_reading_with_a_remark() -> None:
    model = read("katago.bin", sample("katago.bin") + b"odd 1 2 3\n@BIN@" + bytes(16))
    assert not model.complete
    assert "not read" in model.remarks[0]


def test_katagos_text_is_counted() -> None:
    head = b"tiny\n8\n22\n19\ntrunk\n1\n4\n4\n4\n4\n4\nconv1\n1\n1\n2\n2\n1\n1\n"
    data = head + b"0.5 -0.25 1.5e-2 2.5\n"
    assert recognised(katago, data)
    assert katago.read(Blob(data)).parameter_count == 4


def test_two_tensors_of_an_archive_may_not_share_bytes() -> None:
    data = sample("denoiser.tza")
    table = struct.unpack("<Q", data[4:12])[0]
    first = data.index(b"oihwh", table) + 5
    moved = data[:first] + struct.pack("<Q", table - 8 - 216) + data[first + 8 :]
    with pytest.raises(FormatError, match=r"share|at offset"):
        read("denoiser.tza", moved)


def test_padding_that_is_not_zero_is_residue() -> None:
    data = bytearray(sample("opus_dnn.bin"))
    data[64 + 60] = 7
    assert set(read("opus_dnn.bin", bytes(data)).residue) == {"padding of dense_bias"}


def test_mel_filters_are_no_parameters() -> None:
    model = read("ggml_whisper.bin")
    assert model.tensors[0].name == "mel_filters"
    assert model.parameter_count == 10 * 4 + 4 * 2 * 3


@pytest.mark.parametrize("magic", [b"fmgg", b"tjgg"])
def test_llamas_files_before_gguf_are_read(magic: bytes) -> None:
    data = magic + struct.pack("<8i", 1, 2, 32, 256, 1, 1, 32, 2)
    data += b"".join(struct.pack("<I1sf", 1, token, 0.0) for token in (b"a", b"b"))
    data += struct.pack("<iiiii", 2, 6, 2, 32, 2) + b"tensor"
    data += bytes(-len(data) % 32) if magic == b"tjgg" else b""
    for width in (18, 20):
        model = ggml.read(Blob(data + bytes(2 * width)))
        assert model.tensors[0].shape == (2, 32)
        assert model.complete


def test_values_are_those_that_torchfile_reads(tmp_path: Path) -> None:
    torchfile = pytest.importorskip("torchfile")
    path = tmp_path / "linear.t7"
    path.write_bytes(sample("linear.t7"))
    theirs = torchfile.load(str(path))
    tensors = named(read("linear.t7"))
    for key in ("weight", "bias"):
        assert payload(tensors[key]) == np.ascontiguousarray(theirs[key.encode()], "<f4").tobytes()


def test_values_are_those_that_coremltools_reads() -> None:
    proto = pytest.importorskip("coremltools.proto.Model_pb2")
    spec = proto.Model.FromString(sample("inner_product.mlmodel"))
    layer = spec.neuralNetwork.layers[0].innerProduct
    tensors = named(read("inner_product.mlmodel"))
    for key in ("weights", "bias"):
        values = np.array(getattr(layer, key).floatValue, "<f4").tobytes()
        assert payload(tensors[f"fc.innerProduct.{key}"]) == values


def test_core_ml_tells_author_and_license() -> None:
    assert read("inner_product.mlmodel").metadata == {
        "author": "A. Author",
        "license": "CC0-1.0",
        "shortDescription": "Nothing, for tests.",
    }


def test_onnx_runtimes_form_holds_what_the_onnx_file_holds() -> None:
    from lintian_ml.formats import onnx

    ours, theirs = named(read("linear.ort")), named(onnx.read(Blob(sample("linear.onnx"))))
    assert {name: payload(tensor) for name, tensor in ours.items()} == {
        name: payload(tensor) for name, tensor in theirs.items()
    }
    assert read("linear.ort").metadata["license"] == "CC0-1.0"


def test_ncnn_itself_loads_the_graph() -> None:
    library = pytest.importorskip("ncnn")
    net = library.Net()
    assert net.load_param_mem(sample("ncnn.param").decode()) == 0


def test_ncnns_binary_form_is_read() -> None:
    data = struct.pack("<iii", 7767517, 1, 1) + struct.pack("<iii", 16, 0, 1) + struct.pack("<i", 0)
    data += struct.pack("<ii", 0, 4) + struct.pack("<iiif", -23301, 2, 1, 0.5) + struct.pack("<i", -233)
    assert recognised(ncnn, data)
    assert ncnn.read(Blob(data)).structure == {
        "layers": [
            {
                "type": 16,
                "inputs": [],
                "outputs": [0],
                "parameters": {"0": "04000000", "-23301": "010000000000003f"},
            }
        ]
    }


def test_values_are_those_that_rdata_reads() -> None:
    rdata = pytest.importorskip("rdata")
    theirs = rdata.conversion.convert(rdata.parser.parse_data(sample("r_lm.rds")))
    tensor = named(read("r_lm.rds"))["residuals"]
    assert tensor.big_endian
    assert payload(tensor) == np.asarray(theirs["residuals"], ">f8").tobytes()


def test_a_data_set_of_r_is_at_most_possible() -> None:
    data = sample("r_plain.rds")
    evidence = recognised(r_data, data)
    assert evidence is not None
    reading = read_as(r_data, evidence, Blob(data))
    assert reading.certainty is Certainty.POSSIBLE
    assert reading.model is not None
    assert reading.model.parameter_count == 0


def test_rs_objects_nest_only_so_deep() -> None:
    head = b"X\n" + struct.pack(">iii", 2, 0x40001, 0x20300)
    with pytest.raises(LimitError, match="deep"):
        r_data.read(Blob(head + struct.pack(">ii", 19, 1) * 20_000 + bytes(64)))


def test_torchs_tables_nest_only_so_deep() -> None:
    levels = b"".join(struct.pack("<iiiii", 3, number, 1, 5, 0) for number in range(1, 2000))
    with pytest.raises(LimitError, match="deep"):
        torch7.read(Blob(levels + bytes(64)))


RECOGNISERS: list[Callable[[Glimpse], Evidence | None]] = [module.recognise for module in MODULES]


@pytest.mark.parametrize("text", [b"int main(void)\n{\n", b"x" * 70000, b"Name\n12\n" + b"words " * 999])
def test_ordinary_text_is_told_apart_by_its_beginning(text: bytes) -> None:
    assert not [recognise for recognise in RECOGNISERS if recognise(glimpse(text))]

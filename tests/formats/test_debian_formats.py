"""What Debian ships as models is read to the last byte; look-alikes are not; damage ends in a sentence."""

import json
import struct
from array import array
from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintian_ml.blob import Blob
from lintian_ml.encoding.literals import find_arrays
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import (
    Evidence,
    Glimpse,
    Kind,
    c_array,
    gnubg,
    nnue,
    opencv_cascade,
    opencv_ml,
    sphinx_acoustic,
    sphinx_lm,
    sphinx_mdef,
    sphinx_sendump,
)
from lintian_ml.model import Model, Tensor
from lintian_ml.samples import sample

FORMATS: dict[str, ModuleType] = {
    "cascade.xml": opencv_cascade,
    "opencv_svm.xml": opencv_ml,
    "sphinx_means": sphinx_acoustic,
    "sphinx_mixture_weights": sphinx_acoustic,
    "sphinx_transition_matrices": sphinx_acoustic,
    "sphinx_mdef": sphinx_mdef,
    "sphinx_mdef.txt": sphinx_mdef,
    "sphinx_sendump": sphinx_sendump,
    "sphinx_lm.bin": sphinx_lm,
    "gnubg.weights": gnubg,
    "gnubg.wd": gnubg,
    "tiny.nnue": nnue,
    "weights.c": c_array,
}
MODULES = sorted(set(FORMATS.values()), key=lambda module: module.__name__)


def glimpse(data: bytes, name: str = "file") -> Glimpse:
    return Glimpse(name, len(data), data[: 1 << 16], data[-(1 << 16) :], None, find_arrays(data))


def recognised(module: ModuleType, data: bytes) -> Evidence | None:
    evidence: Evidence | None = module.recognise(glimpse(data))
    return evidence


def read(name: str, data: bytes | None = None) -> Model:
    model: Model = FORMATS[name].read(Blob(sample(name) if data is None else data))
    return model


def payload(tensor: Tensor) -> bytes:
    return b"".join(tensor.payload.blocks())


def floats(tensor: Tensor) -> list[float]:
    kind = (">" if tensor.big_endian else "<") + ("f4" if tensor.dtype == "float32" else "f8")
    return [float(value) for value in np.frombuffer(payload(tensor), kind)]


def named(model: Model) -> dict[str, Tensor]:
    return {tensor.name: tensor for tensor in model.tensors}


@pytest.mark.parametrize("name", FORMATS)
def test_a_sample_is_recognised_by_its_own_format_alone(name: str) -> None:
    data = sample(name)
    assert [module for module in MODULES if recognised(module, data)] == [FORMATS[name]]


@pytest.mark.parametrize("name", FORMATS)
def test_a_sample_is_read_whole(name: str) -> None:
    model = read(name)
    assert model.complete
    assert model.parameter_count > 0
    assert not model.remarks or name == "tiny.nnue"
    for tensor in model.tensors:
        assert len(payload(tensor)) == tensor.payload.length
        assert tensor.expected_length in (None, tensor.payload.length)
    json.dumps(model.structure, allow_nan=False)


OPEN_ENDED = ("gnubg.weights", "gnubg.wd", "tiny.nnue")
"""Files whose format does not say how many nets there are: the first of two is whole by itself."""


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "weights.c"])
def test_a_file_that_is_cut_off_is_refused(name: str) -> None:
    data = sample(name).rstrip() if name.endswith((".txt", ".xml")) else sample(name)
    for end in range(0, len(data) - 12, max(1, len(data) // 97)):
        try:
            model = read(name, data[:end])
        except FormatError:
            continue
        assert name in OPEN_ENDED
        assert model.parameter_count < read(name).parameter_count


@pytest.mark.parametrize("name", FORMATS)
@given(st.data())
@settings(max_examples=60, deadline=None)
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
    for tensor in model.tensors:
        assert len(payload(tensor)) == tensor.payload.length


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 64,
        b"s3\n",
        b"BMDF",
        b"\x20\x2f\xf3\x7a",
        b"GNU Backgammon 1.00\n",
        b"GNU Backgammon is a game.\n",
        b"<opencv_storage/>",
        b"Trie Language Model",
        b"Trie Language Model\xff" + bytes(40),
        b"\x11\0\0\0Darpa Trigram LM",
        b"\x69\x30\xec\x43",
        b"BEGIN FILE FORMAT DESCRIPTION\0",
        b"0.3\n",
    ],
)
def test_a_mark_alone_is_not_a_model(module: ModuleType, data: bytes) -> None:
    with pytest.raises(FormatError):
        module.read(Blob(data))
    assert recognised(module, data) is None


CALIBRATION = b"""<?xml version="1.0"?>
<opencv_storage>
<camera_matrix type_id="opencv-matrix"><rows>1</rows><cols>2</cols><dt>d</dt>
<data>1. 0.</data></camera_matrix>
<stageWidth>3</stageWidth>
</opencv_storage>
"""


def test_a_camera_calibration_is_no_cascade() -> None:
    assert recognised(opencv_cascade, CALIBRATION) is None
    assert recognised(opencv_ml, CALIBRATION) is None


def test_a_program_that_speaks_of_cascades_is_none() -> None:
    source = b'const char *x = "<opencv_storage type_id=\\"opencv-cascade-classifier\\">";\n'
    assert recognised(opencv_cascade, source) is None


def test_a_cascade_holds_its_stages_and_its_license() -> None:
    model = read("cascade.xml")
    tensors = named(model)
    assert floats(tensors["stageThreshold"]) == [-5.0425500869750977]
    assert floats(tensors["leafValues"])[:2] == [2.0875380039215088, -2.2172100543975830]
    assert tensors["rects"].shape == (20,)
    assert "License: Expat" in model.metadata["comment"]


def test_an_old_cascade_is_recognised_by_its_type() -> None:
    old = b'<?xml version="1.0"?><opencv_storage><face type_id="opencv-haar-classifier"><stages><_>'
    old += b"<stage_threshold>1.5</stage_threshold></_></stages></face></opencv_storage>"
    assert recognised(opencv_cascade, old)
    assert floats(named(opencv_cascade.read(Blob(old)))["stage_threshold"]) == [1.5]


def test_other_nesting_is_other_structure() -> None:
    data = sample("cascade.xml")
    moved = data.replace(b"6 4 12 9 -1.</_>\n        <_>", b"6 4 12 9 -1.")
    assert read("cascade.xml", moved).structure != read("cascade.xml").structure
    assert len(read("cascade.xml", moved).tensors) == len(read("cascade.xml").tensors)


@pytest.mark.parametrize("name", ["cascade.xml", "opencv_svm.xml"])
def test_entities_are_never_expanded(name: str) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "1 1 1 1"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(FormatError, match="entity"):
        read(name, sample(name).replace(b'<?xml version="1.0"?>', bomb))


def test_tags_are_nested_only_so_deep() -> None:
    with pytest.raises(LimitError, match="deep"):
        read("cascade.xml", b"<opencv_storage>" + b"<_>" * 100_000)


@pytest.mark.parametrize(
    "data", [b"%YAML:1.0\n---\nopencv_ml_svm:\n  C: 1.\n", b'{"opencv_ml_svm": {"C": 1.0}}']
)
def test_an_opencv_model_in_yaml_or_json_is_counted(data: bytes) -> None:
    assert recognised(opencv_ml, data)
    model = opencv_ml.read(Blob(data))
    assert not model.complete
    assert model.parameter_count >= 1


def test_gaussians_of_several_streams_alternate_by_codebook() -> None:
    tensors = named(read("sphinx_means"))
    assert [tensor.shape for tensor in tensors.values()] == [(4, 3), (4, 2)] * 2
    assert floats(tensors["codebook0.stream0"])[0] == pytest.approx(_numbers()[0])
    assert floats(tensors["codebook1.stream0"])[0] == pytest.approx(_numbers()[20])


def _numbers() -> list[float]:
    return [float(value) for value in np.random.default_rng(20260601).normal(size=40)]


def test_both_byte_orders_of_sphinx_are_read() -> None:
    weights, matrices = read("sphinx_mixture_weights"), read("sphinx_transition_matrices")
    assert weights.tensors[0].shape == (6, 1, 4)
    assert min(floats(weights.tensors[0])) >= 1
    assert matrices.tensors[0].shape == (2, 3, 4)
    assert matrices.tensors[0].big_endian
    assert 0 < max(floats(matrices.tensors[0])) < 1
    assert not matrices.remarks


def test_a_wrong_checksum_is_remarked_on() -> None:
    data = bytearray(sample("sphinx_means"))
    data[-10] ^= 1
    (remark,) = read("sphinx_means", bytes(data)).remarks
    assert "checksum" in remark


def test_text_and_binary_definitions_tie_the_same_states() -> None:
    states = named(read("sphinx_mdef"))["state_sequences"]
    assert payload(states) == array("H", range(6)).tobytes()
    assert payload(named(read("sphinx_mdef.txt"))["states"]) == array("i", range(6)).tobytes()


def test_sendump_may_give_rows_and_columns_instead_of_a_codebook() -> None:
    strings = b"BEGIN FILE FORMAT DESCRIPTION\0", b"(int32) <#codewords>\0"
    head = b"".join(struct.pack(">I", len(string)) + string for string in strings) + struct.pack(">I", 0)
    data = head + struct.pack(">II", 4, 6) + bytes(3 * 4 * 6)
    assert recognised(sphinx_sendump, data)
    assert sphinx_sendump.read(Blob(data)).tensors[0].shape == (3, 4, 6)


def trie(order: int, counts: tuple[int, ...]) -> bytes:
    """Lay out a trie of order 2 or 3, with as many bytes for each table as the program allocates."""
    data = b"Trie Language Model" + struct.pack(f"<B{order}I", order, *counts) + bytes(4)
    data += bytes(4 * 65536 * (2 * (order - 2) + 1)) + bytes(12 * (counts[0] + 1))
    vocabulary = counts[0].bit_length()
    for n in range(2, order + 1):
        bits = vocabulary + (16 if n == order else 32 + counts[n].bit_length())
        data += bytes(((1 + counts[n - 1]) * bits + 7) // 8 + 8)
    return data + struct.pack("<I", 2 * counts[0]) + b"w\0" * counts[0]


@pytest.mark.parametrize("counts", [(5, 7), (5, 7, 3)])
def test_a_trie_of_higher_order_has_tables_of_quantised_values(counts: tuple[int, ...]) -> None:
    model = sphinx_lm.read(Blob(trie(len(counts), counts)))
    assert model.structure == {"kind": "trie", "byte_order": "<", "counts": list(counts)}
    assert named(model)["2-grams.probability"].shape == (65536,)
    with pytest.raises(FormatError):
        sphinx_lm.read(Blob(trie(len(counts), counts) + b"\0"))


@pytest.mark.parametrize("order", "<>")
def test_the_older_dump_is_read_in_both_byte_orders(order: str) -> None:
    pack: Callable[..., bytes] = lambda *values: struct.pack(f"{order}{len(values)}i", *values)  # noqa: E731
    data = (
        pack(17) + b"Darpa Trigram LM\0" + pack(5) + b"name\0" + pack(-1, 0, 4) + b"text" + pack(0, 2, 3, 1)
    )
    data += bytes(16 * 3) + bytes(8 * 4) + bytes(4)
    data += (
        pack(1)
        + bytes(4)
        + pack(1)
        + bytes(4)
        + pack(1)
        + bytes(4)
        + pack(1)
        + bytes(4)
        + pack(4)
        + b"a\0b\0"
    )
    assert recognised(sphinx_lm, data)
    model = sphinx_lm.read(Blob(data))
    assert model.parameter_count == 6
    assert named(model)["3-grams.probability"].big_endian == (order == ">")


def test_text_and_binary_nets_of_gnubg_hold_the_same_numbers() -> None:
    text, binary = read("gnubg.weights"), read("gnubg.wd")
    assert [tensor.name for tensor in text.tensors] == [tensor.name for tensor in binary.tensors]
    assert [payload(tensor) for tensor in text.tensors] == [payload(tensor) for tensor in binary.tensors]
    assert text.tensors[0].shape == (3, 4)
    assert text.parameter_count == 26 + 14


def test_a_net_of_impossible_size_is_refused() -> None:
    data = bytearray(sample("gnubg.wd"))
    data[8:12] = b"\xff\xff\xff\x7f"
    with pytest.raises(FormatError, match="inputs"):
        read("gnubg.wd", bytes(data))


def test_the_hashes_of_nnue_must_agree() -> None:
    model = read("tiny.nnue")
    assert model.metadata["description"] == "A net of nothing, made for tests."
    assert [tensor.name for tensor in model.tensors] == ["feature_transformer", "stack0", "stack1"]
    assert model.parameter_count == 64 + 2 * 96
    with pytest.raises(FormatError, match="hash"):
        read("tiny.nnue", sample("tiny.nnue")[:4] + b"\0\0\0\0" + sample("tiny.nnue")[8:])


def c_source(name: str, values: list[float], head: str = "", kind: str = "float") -> bytes:
    return f"{head}\nstatic const {kind} {name}[] = {{{', '.join(map(str, values))}}};\n".encode()


WEIGHTS = [float(value) for value in np.random.default_rng(1).normal(size=600).round(5)]


@pytest.mark.parametrize("name", ["gru_weights", "layer1_kernel", "lstmBias", "W1_mlp", "convLayerWeights"])
def test_weights_with_telling_names_are_a_model(name: str) -> None:
    evidence = recognised(c_array, c_source(name, WEIGHTS))
    assert evidence is not None
    assert {Kind.STATISTICS, Kind.NAME} <= evidence.kinds
    assert evidence.carrier


@pytest.mark.parametrize(
    "head",
    [
        "/* Generated by convert.py from a trained network */",
        "// exported from PyTorch",
        "const WeightArray list[];",
    ],
)
def test_weights_in_a_file_that_says_so_are_a_model(head: str) -> None:
    evidence = recognised(c_array, c_source("table", WEIGHTS, head))
    assert evidence is not None
    assert Kind.CONTEXT in evidence.kinds


@pytest.mark.parametrize("name", ["table", "codebook", "fir_taps", "expected", "weighted", "kernel"])
def test_numbers_like_weights_without_name_or_context_are_not(name: str) -> None:
    assert recognised(c_array, c_source(name, WEIGHTS)) is None


TABLES: dict[str, list[float]] = {
    "sine": [float(value) for value in np.sin(np.arange(600) * 2 * np.pi / 60)],
    "twiddles": [float(value) for n in range(300) for value in (np.cos(n * 0.7), np.sin(n * 0.7))],
    "window": [float(value) for value in np.hanning(600)],
    "ramp": [float(value) for value in range(-300, 300)],
    "permutation": [float(value) for value in np.random.default_rng(2).permutation(600)],
    "bytes": [float(value) for value in np.random.default_rng(3).integers(0, 256, 600)],
    "constant": [1.0] * 600,
    "signs": [float(value) for value in np.random.default_rng(4).choice([-1, 1], 600)],
    "walk": [float(value) for value in np.random.default_rng(5).normal(size=600).cumsum()],
    "quadrature": [float(value) for value in np.random.default_rng(6).uniform(size=600)],
}


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_no_weights_whatever_they_are_called(table: str) -> None:
    head = "/* Automatically generated from a Keras model */"
    assert recognised(c_array, c_source("dense_layer_weights", TABLES[table], head)) is None


def test_few_numbers_are_no_model() -> None:
    assert recognised(c_array, c_source("gru_weights", WEIGHTS[:200])) is None


def test_a_license_that_names_a_framework_is_no_context() -> None:
    head = "/* Copyright 2026 The TensorFlow Authors. All rights reserved. */"
    assert recognised(c_array, c_source("expected_output", WEIGHTS, head)) is None


def test_arrays_become_tensors_of_their_declared_types() -> None:
    model = read("weights.c")
    tensors = named(model)
    assert {name: (tensor.dtype, tensor.shape) for name, tensor in tensors.items()} == {
        "dense1_weights": ("int8", (384,)),
        "dense2_weights": ("float32", (96,)),
        "dense2_bias": ("float32", (4,)),
    }
    assert b"PyTorch" in model.residue["text"]
    assert b"static const int8_t dense1_weights[384] = {" in model.residue["text"]


@pytest.mark.parametrize(
    ("kind", "values", "dtype"),
    [
        ("uint8_t", [0.0, 255.0], "uint8"),
        ("opus_int8", [-1.0, 300.0], "int16"),
        ("short", [-5.0, 5.0], "int16"),
        ("weight_t", [0.5, 1.0], "float32"),
        ("double", [0.5, 1.0], "float64"),
        ("strange", [1.0, 70000.0], "int32"),
    ],
)
def test_values_that_do_not_fit_their_type_get_one_that_holds_them(
    kind: str, values: list[float], dtype: str
) -> None:
    written = [int(value) if value.is_integer() and dtype != "float64" else value for value in values]
    (tensor,) = c_array.read(Blob(c_source("x", written * 20, kind=kind))).tensors
    assert tensor.dtype == dtype
    assert tensor.shape == (40,)


def test_white_space_and_spelling_are_framing_but_comments_are_not() -> None:
    one = c_array.read(Blob(b"float w[] = {1.0, 2.5, -3.0, 4.0};"))
    two = c_array.read(Blob(b"float w[] = {1.0,\n\t2.50,  -3e0, 4.};"))
    three = c_array.read(Blob(b"float w[] = {1.0, 2.5, /* x */ -3.0, 4.0};"))
    assert payload(one.tensors[0]) == payload(two.tensors[0]) == payload(three.tensors[0])
    suffixed = c_array.read(Blob(b"float w[] = {1.0, 2.5f, -3.0, 4.0};"))
    assert one.residue == two.residue
    assert one.noise != two.noise
    assert three.residue != one.residue != suffixed.residue

"""Formats that are only detected: by their marks and structure, and by nothing less."""

from types import ModuleType

import pytest

from lintian_ml.encoding.leveldb_table import MAGIC
from lintian_ml.formats import Glimpse, Kind, dlib, executorch, kaldi_graph, tensorflow_slices, torch_mobile
from lintian_ml.samples import sample
from tests.formats import trials

GRAPH, NET = sample("HCLG.fst"), sample("dlib_net.dnn")
SHAPE, MOBILE, PROGRAM = sample("shape_predictor.dat"), sample("mobile.ff"), sample("empty.pte")


def field(number: int, data: bytes) -> bytes:
    """Return a field of a protocol buffer that holds bytes, fewer than 128."""
    return bytes([number << 3 | 2, len(data)]) + data


TENSOR = field(1, b"dense/kernel") + field(2, field(2, b"\x08\x03")) + b"\x18\x01" + field(4, b"")
META = field(1, field(1, TENSOR) + field(2, b"\x08\x01"))
SLICES = b"\0\0" + bytes([len(META)]) + META + b"\0\x0e" + bytes(90) + MAGIC
"""The beginning and the end of a table, as table/block_builder.cc and saved_tensor_slice.proto say."""

FILES: dict[str, tuple[ModuleType, bytes, str]] = {
    "a decoding graph of Kaldi": (kaldi_graph, GRAPH, "graph/HCLG.fst"),
    "a first checkpoint of TensorFlow": (tensorflow_slices, SLICES, "model.ckpt"),
    "a net of dlib": (dlib, NET, "net.dnn"),
    "a shape predictor of dlib": (dlib, SHAPE, "models/shape_predictor.dat"),
    "a mobile module of PyTorch": (torch_mobile, MOBILE, "mobile.ff"),
    "a program of ExecuTorch": (executorch, PROGRAM, "empty.pte"),
}
EXPECTED = {
    "a decoding graph of Kaldi": {Kind.MAGIC, Kind.STRUCTURE, Kind.NAME},
    "a first checkpoint of TensorFlow": {Kind.MAGIC, Kind.STRUCTURE, Kind.SEMANTICS},
    "a net of dlib": {Kind.MAGIC, Kind.STRUCTURE},
    "a shape predictor of dlib": {Kind.STRUCTURE, Kind.NAME},
    "a mobile module of PyTorch": {Kind.MAGIC, Kind.STRUCTURE},
    "a program of ExecuTorch": {Kind.MAGIC, Kind.STRUCTURE},
}


def seen(data: bytes, name: str) -> Glimpse:
    return Glimpse(name, len(data), data[: 1 << 16], data[-(1 << 16) :])


@pytest.mark.parametrize("title", FILES)
def test_each_is_recognised_by_its_evidence(title: str) -> None:
    module, data, name = FILES[title]
    evidence = module.recognise(seen(data, name))
    assert evidence is not None
    assert evidence.kinds == EXPECTED[title]
    assert data[0] in module.FORMAT.firsts


@pytest.mark.parametrize("title", FILES)
def test_look_alikes_and_marks_alone_are_not(title: str) -> None:
    module, data, name = FILES[title]
    for other in (*trials.LOOK_ALIKES, *(data[:length] for length in (2, 4, 8, 12))):
        assert module.recognise(seen(other, name)) is None


@pytest.mark.parametrize("title", FILES)
def test_no_damage_raises(title: str) -> None:
    module, data, name = FILES[title]
    for at in range(len(data)):
        for flip in (0x01, 0x80, 0xFF):
            damaged = bytearray(data)
            damaged[at] ^= flip
            module.recognise(seen(bytes(damaged), name))
        module.recognise(seen(data[:at], name))


@pytest.mark.parametrize("title", ["a decoding graph of Kaldi", "a shape predictor of dlib"])
def test_those_without_a_telling_name_are_not(title: str) -> None:
    module, data, _ = FILES[title]
    assert module.recognise(seen(data, "tests/grammar.dat")) is None


def test_a_flatbuffer_of_another_version_is_not_one_of_pytorch() -> None:
    assert torch_mobile.recognise(seen(MOBILE.replace(b"PTMF", b"PTMG"), "m.ff")) is None
    assert executorch.recognise(seen(PROGRAM.replace(b"ET12", b"ET99"), "m.pte")) is None


def test_a_table_of_other_things_is_no_checkpoint() -> None:
    for other in (
        SLICES[:-1] + b"\0",
        SLICES.replace(b"\x18\x01", b"\x18\x63"),
        SLICES.replace(b"\0\0", b"\0\1", 1),
    ):
        assert tensorflow_slices.recognise(seen(other, "model.ckpt")) is None
    long = SLICES[: len(META)] + bytes(1 << 17)
    assert tensorflow_slices.recognise(Glimpse("model.ckpt", len(long), long[: 1 << 16])) is not None

"""Darknet's weights are recognised by head and floats together; other binary files are not."""

import random
import struct
from pathlib import Path

import numpy as np
import pytest

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.error import FormatError
from lintian_ml.formats import Kind
from lintian_ml.formats import darknet as ours
from lintian_ml.model import Certainty
from lintian_ml.recognition import read_as
from lintian_ml.samples import sample
from tests.formats import trials

WEIGHTS = sample("darknet.weights")
FLOATS = WEIGHTS[20:]
SETTINGS = (
    "# a comment\n[net]\nbatch=1\nchannels=3\n\n[convolutional]\nbatch_normalize=1\nfilters=16\nsize=3\n"
)


def test_the_floats_are_one_tensor_behind_the_head() -> None:
    model = trials.reads_whole(ours, WEIGHTS)
    assert isinstance(model.structure, dict)
    assert model.structure["version"] == "0.2.5"
    assert model.metadata == {"images seen": "32000"}
    (tensor,) = model.tensors
    assert np.array_equal(trials.values(tensor), np.frombuffer(FLOATS, "<f4"))
    assert model.complete


def test_the_first_version_counts_images_in_32_bits() -> None:
    old = struct.pack("<iiiI", 0, 1, 0, 64) + FLOATS
    model = trials.reads_whole(ours, old)
    assert model.metadata == {"images seen": "64"}
    assert model.parameter_count == len(FLOATS) // 4


def test_settings_beside_the_weights_are_structure(tmp_path: Path) -> None:
    (tmp_path / "tiny.weights").write_bytes(WEIGHTS)
    (tmp_path / "tiny.cfg").write_text(SETTINGS)
    with FileBlob(tmp_path / "tiny.weights") as blob:
        model = ours.read(blob)
    assert model.parts == ("tiny.cfg",)
    assert isinstance(model.structure, dict)
    assert model.structure["settings"] == SETTINGS
    assert not model.remarks


def test_other_settings_beside_the_weights_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "tiny.weights").write_bytes(WEIGHTS)
    (tmp_path / "tiny.cfg").write_text("[server]\nport=80\n")
    with FileBlob(tmp_path / "tiny.weights") as blob:
        assert ours.read(blob).parts == ()


def test_it_is_probable_and_with_a_name_no_more() -> None:
    evidence = ours.recognise(trials.glimpse(WEIGHTS, "yolo.weights"))
    assert evidence is not None
    assert evidence.kinds == {Kind.STRUCTURE, Kind.STATISTICS, Kind.NAME}
    assert read_as(ours, evidence, Blob(WEIGHTS)).certainty is Certainty.PROBABLE


@pytest.mark.parametrize(
    "head",
    [(1, 2, 5, 0), (0, 3, 5, 0), (0, 0, 5, 0), (0, 2, 99, 0), (0, 2, 5, 1 << 50), (0, 2, -1, 0)],
)
def test_heads_of_no_version_are_refused(head: tuple[int, ...]) -> None:
    data = struct.pack("<iiiQ", *head) + FLOATS
    assert trials.recognised(ours, data) is None
    with pytest.raises(FormatError):
        ours.read(Blob(data))


@pytest.mark.parametrize(
    "behind",
    [
        bytes(4000),
        struct.pack("<1000f", *[0.25] * 1000),
        struct.pack("<1000i", *range(1000)),
        bytes(range(256)) * 16,
        random.Random(1).randbytes(4000),
        b"text that is none of any numbers at all " * 100,
        FLOATS[:1000],
        FLOATS + b"x",
    ],
)
def test_what_is_no_floats_of_weights_is_refused(behind: bytes) -> None:
    data = WEIGHTS[:20] + behind
    assert trials.recognised(ours, data) is None
    with pytest.raises(FormatError):
        ours.read(Blob(data))


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, WEIGHTS)


def test_nothing_else_is_weights_of_darknet() -> None:
    trials.knows_no_other(ours, WEIGHTS)

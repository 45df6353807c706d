"""Pressed profiles of HMMER hold the numbers of the text that they were made from."""

import struct
from pathlib import Path

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import hmmer
from lintian_ml.formats import hmmer_pressed as ours
from lintian_ml.samples import sample
from tests.formats import trials

PRESSED = sample("profile.h3m")


def big_endian() -> bytes:
    """A profile of two nodes over DNA as an old version and a machine of the other byte order wrote it."""
    numbers = struct.pack(">Iiii", 0xE8EDEDB6, 1 << 8, 2, 2) + struct.pack(">41f", *range(41))
    name, none = struct.pack(">i", 2) + b"x\0", struct.pack(">i", 0)
    told = none + struct.pack(">if", 3, 1.5) + none + struct.pack(">3iI", 0, 1, 2, 7)
    return numbers + name + told + struct.pack(">9f", *range(9))


def test_every_profile_is_read_whole() -> None:
    model = trials.reads_whole(ours, PRESSED)
    assert model.complete
    assert model.metadata["tiny.COM"] == "hmmbuild tiny.hmm tiny.sto"
    assert model.metadata["tiny again.NSEQ"] == "3"
    assert len(model.tensors) == 12


def test_the_numbers_are_those_of_the_text() -> None:
    pressed = trials.named(ours.read(Blob(PRESSED)))
    text = trials.named(hmmer.read(Blob(sample("profile.hmm"))))
    for name in ("match", "insert", "transitions"):
        wanted = np.exp(-trials.values(text[f"tiny.{name}"]))
        assert np.allclose(trials.values(pressed[f"tiny.{name}"]).ravel(), wanted.ravel(), atol=2e-5)


def test_the_numbers_are_those_of_the_library() -> None:
    plan7 = pytest.importorskip("pyhmmer.plan7", reason="made and read by HMMER")
    import io

    with plan7.HMMFile(io.BytesIO(PRESSED)) as file:
        profile = file.read()
    tensors = trials.named(ours.read(Blob(PRESSED)))
    theirs = np.asarray(profile.transition_probabilities, np.float32)
    assert np.array_equal(trials.values(tensors["tiny.transitions"]), theirs)


def test_the_other_byte_order_and_the_oldest_version_are_read() -> None:
    model = trials.reads_whole(ours, big_endian())
    assert model.noise == {"byte order": b"big"}
    assert model.metadata == {"NSEQ": "3", "EFFN": "1.5", "CKSUM": "7"}
    assert all(tensor.big_endian for tensor in model.tensors)
    trials.refuses_when_cut(ours, big_endian())


def test_a_profile_that_is_cut_off_is_refused() -> None:
    half = len(PRESSED) // 2
    trials.refuses_when_cut(ours, PRESSED[: PRESSED.index(PRESSED[:4], half - 40)])
    with pytest.raises(FormatError):
        ours.read(Blob(PRESSED[:-1]))


def test_an_unknown_alphabet_is_none_of_it() -> None:
    other = PRESSED[:12] + b"\x09" + PRESSED[13:]
    assert trials.recognised(ours, other) is None
    with pytest.raises(FormatError, match="alphabet 9"):
        ours.read(Blob(other))


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, PRESSED)


def test_nothing_else_is_a_profile() -> None:
    trials.knows_no_other(ours, PRESSED)


def test_real_pressed_profiles_are_read() -> None:
    tests = pytest.importorskip("pyhmmer.tests", reason="its tests have profiles of Pfam and Rfam")
    for path in sorted(Path(tests.__file__).parent.glob("data/hmms/**/*.h3m")):
        assert trials.reads_whole(ours, path.read_bytes()).complete

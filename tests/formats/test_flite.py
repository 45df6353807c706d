"""Flite's voices are walked to the last byte."""

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import flite as ours
from lintian_ml.samples import sample
from tests.formats import trials

VOICE = sample("tiny.flitevox")


def test_a_voice_is_read_whole() -> None:
    model = trials.reads_whole(ours, VOICE)
    tensors = trials.named(model)
    expected = np.random.default_rng(20260601).integers(0, 65536, (4, 3)).astype(np.uint16)
    assert np.array_equal(trials.values(tensors["vectors0"]), expected)
    assert trials.values(tensors["durations0"]).tolist() == [[0.125, 0.5]]
    assert trials.values(tensors["dynwin"]).tolist() == [-0.5, 0, 0.5]
    assert trials.values(tensors["excitation"]).shape == (2, 2)
    assert {"f0_trees0", "param_trees0", "duration_tree0"} <= tensors.keys()
    assert model.metadata == {"build_date": "2026-06-01", "copyright": "A. Author, Expat"}


def test_rows_of_two_lengths_are_refused() -> None:
    vectors = trials.payload(trials.named(ours.read(Blob(VOICE)))["vectors0"])
    at = VOICE.index(vectors[6:12]) - 4
    with pytest.raises(FormatError, match="row 1"):
        ours.read(Blob(VOICE[:at] + b"\4" + VOICE[at + 1 :]))


def test_what_follows_the_voice_is_refused() -> None:
    with pytest.raises(FormatError, match="behind"):
        ours.read(Blob(VOICE + b"\0"))


def test_a_voice_withstands_damage() -> None:
    trials.refuses_when_cut(ours, VOICE)
    trials.survives_damage(ours, VOICE)


def test_nothing_else_is_a_voice() -> None:
    trials.knows_no_other(ours, VOICE)
    assert trials.recognised(ours, VOICE[:30]) is None
    assert trials.recognised(ours, VOICE[:26] + b"\2" + VOICE[27:]) is None

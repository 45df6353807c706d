"""CRFsuite's models are read with every weight that CRFsuite dumps."""

from pathlib import Path

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import crfsuite as ours
from lintian_ml.samples import sample
from tests.formats import trials

SEQUENCE = sample("sequence.crfsuite")


def test_a_model_is_read_whole() -> None:
    model = trials.reads_whole(ours, SEQUENCE)
    assert model.complete
    assert model.tensors[0].shape == (8,)
    assert isinstance(model.structure, dict)
    assert model.structure["counts"] == [100, 0, 2, 6]


def test_the_weights_are_those_of_the_library() -> None:
    pycrfsuite = pytest.importorskip("pycrfsuite", reason="made and read by CRFsuite")
    tagger = pycrfsuite.Tagger()
    tagger.open(str(Path(__file__).parents[2] / "lintian_ml" / "samples" / "sequence.crfsuite"))
    info = tagger.info()
    theirs = sorted([*info.transitions.values(), *info.state_features.values()])
    ours_sorted = np.sort(trials.values(ours.read(Blob(SEQUENCE)).tensors[0]))
    assert np.allclose(ours_sorted, theirs, atol=1e-6)


def test_a_feature_that_leads_elsewhere_is_other_structure() -> None:
    data = bytearray(SEQUENCE)
    data[60 + 8] ^= 1
    before, after = ours.read(Blob(SEQUENCE)), ours.read(Blob(bytes(data)))
    assert before.structure != after.structure
    assert np.array_equal(trials.values(before.tensors[0]), trials.values(after.tensors[0]))


def test_a_model_that_is_cut_off_or_goes_on_is_refused() -> None:
    trials.refuses_when_cut(ours, SEQUENCE)
    with pytest.raises(FormatError):
        ours.read(Blob(SEQUENCE + b"\0"))


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, SEQUENCE)


def test_nothing_else_is_a_model() -> None:
    trials.knows_no_other(ours, SEQUENCE)

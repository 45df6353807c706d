"""Covariance models of Infernal are read with their filters."""

from pathlib import Path

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import infernal as ours
from lintian_ml.samples import sample
from tests.formats import trials

COVARIANCE = sample("covariance.cm")


def test_a_covariance_model_is_read_whole() -> None:
    model = trials.reads_whole(ours, COVARIANCE)
    tensors = trials.named(model)
    assert model.complete
    assert trials.values(tensors["0.cm.tiny.emissions"]).tolist()[-4:] == [0.368, -1.385, 0.233, 0.310]
    assert trials.values(tensors["0.cm.tiny.transitions"]).tolist()[-1] == float("-inf")
    assert model.metadata["0.cm.tiny.NSEQ"] == "3"


def test_the_filter_behind_it_is_read_too() -> None:
    model = trials.reads_whole(ours, COVARIANCE + sample("profile.hmm"))
    assert "1.filter.tiny.match" in trials.named(model)
    with pytest.raises(FormatError, match="no covariance model begins"):
        ours.read(Blob(sample("profile.hmm")))


def test_other_states_are_other_structure() -> None:
    other = COVARIANCE.replace(b"[ MATL    1 ]", b"[ MATR    1 ]")
    assert ours.read(Blob(other)).structure != ours.read(Blob(COVARIANCE)).structure


def test_a_model_that_is_cut_off_is_refused() -> None:
    trials.refuses_when_cut(ours, COVARIANCE)


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, COVARIANCE)


def test_nothing_else_is_a_covariance_model() -> None:
    trials.knows_no_other(ours, COVARIANCE)


def test_models_of_rfam_are_read() -> None:
    tests = pytest.importorskip("pyinfernal.tests", reason="its tests have models of Rfam")
    for path in sorted(Path(tests.__file__).parent.glob("data/cms/*.cm")):
        assert trials.reads_whole(ours, path.read_bytes()).complete

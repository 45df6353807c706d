"""Models of fastText, plain and quantised, are read as fastText reads them."""

from pathlib import Path

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import fasttext as ours
from lintian_ml.samples import sample
from tests.formats import trials

NAMES = ("fasttext.bin", "fasttext.ftz")


@pytest.mark.parametrize("name", NAMES)
def test_a_model_is_read_whole(name: str) -> None:
    model = trials.reads_whole(ours, sample(name))
    assert model.complete
    assert isinstance(model.structure, dict)
    assert model.structure["arguments"]["model"] == "sup"
    assert sorted(model.structure["dictionary"]["first labels"]) == ["__label__a", "__label__b"]


def test_the_matrices_are_those_of_the_library() -> None:
    fasttext = pytest.importorskip("fasttext", reason="made and read by fastText")
    path = Path(__file__).parents[2] / "lintian_ml" / "samples" / "fasttext.bin"
    theirs, tensors = fasttext.load_model(str(path)), trials.named(ours.read(Blob(path.read_bytes())))
    assert np.array_equal(theirs.get_input_matrix(), trials.values(tensors["input"]))
    assert np.array_equal(theirs.get_output_matrix(), trials.values(tensors["output"]))


def test_a_quantised_matrix_is_codes_and_centroids() -> None:
    tensors = trials.named(ours.read(Blob(sample("fasttext.ftz"))))
    assert tensors["input.codes"].shape == (301, 1)
    assert tensors["input.norm.centroids"].shape == (256,)


@pytest.mark.parametrize("name", NAMES)
def test_a_model_that_is_cut_off_or_goes_on_is_refused(name: str) -> None:
    trials.refuses_when_cut(ours, sample(name))
    with pytest.raises(FormatError, match="behind"):
        ours.read(Blob(sample(name) + b"\0"))


@pytest.mark.parametrize("name", NAMES)
def test_damage_ends_in_a_sentence(name: str) -> None:
    trials.survives_damage(ours, sample(name))


def test_nothing_else_is_a_model() -> None:
    trials.knows_no_other(ours, sample("fasttext.bin"))

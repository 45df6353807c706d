"""The weights of NLTK's perceptron tagger are a model; its tags, and other JSON, are none."""

import json

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import perceptron_tagger as ours
from lintian_ml.samples import sample
from tests.formats import trials

WEIGHTS = sample("tagger.weights.json")

LOOK_ALIKES = (
    b'{"the": "DT", "of": "IN"}',
    b'{"bias": {"name": "a", "value": 1}}',
    b'{"bias": 0.5, "weights": [1, 2]}',
    b'{"i18n": {"en": 1}}',
    b'{"i": {"x": 1.5}}',
    b'{"words": {"a": 1.5}}',
)


def test_weights_are_read() -> None:
    (weights,) = trials.reads_whole(ours, WEIGHTS).tensors
    expected = [weight for tags in json.loads(WEIGHTS).values() for weight in tags.values()]
    assert trials.values(weights).tolist() == expected


def test_features_and_tags_are_the_structure() -> None:
    structure = ours.read(Blob(WEIGHTS)).structure
    assert isinstance(structure, dict) and structure["i suffix ing"] == ["VBG", "DT", "JJ"]


@pytest.mark.parametrize(
    "other", [b'{"bias": {"NN": true}}', b'{"bias": {"NN": 1}, "name": {"a": 1}}', b"{}"]
)
def test_what_is_no_weight_is_refused(other: bytes) -> None:
    with pytest.raises(FormatError):
        ours.read(Blob(other))


def test_the_library_s_own_weights_are_read() -> None:
    perceptron = pytest.importorskip("nltk.tag.perceptron", reason="trained by NLTK")
    tagger = perceptron.PerceptronTagger(load=False)
    tagger.train([[("the", "DT"), ("running", "VBG"), ("dog", "NN")], [("a", "DT"), ("cat", "NN")]])
    data = json.dumps(tagger.model.weights).encode()
    count = sum(len(tags) for tags in tagger.model.weights.values())
    assert trials.reads_whole(ours, data).parameter_count == count


def test_weights_withstand_damage() -> None:
    trials.refuses_when_cut(ours, WEIGHTS)
    trials.survives_damage(ours, WEIGHTS)
    trials.knows_no_other(ours, WEIGHTS)
    for other in LOOK_ALIKES:
        assert trials.recognised(ours, other) is None

"""ICU's segmentation models are read to the last number; its other bundles are not taken for them."""

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import icu_segmentation as ours
from lintian_ml.samples import sample
from tests.formats import trials

NETWORK = sample("icu_lstm.txt")
FEATURES = sample("icu_boosted.txt")

THIRTEEN = b"""// A comment.
jaml {
    UW1Keys { "a", "b", }
    UW1Values:intvector { -8, 12, }
    BW1Keys { "ab" }
    BW1Values:intvector { 7 }
}
"""

LOOK_ALIKES = (
    b'// A locale.\nen{\n    Version{"44"}\n    model{"a"}\n}\n',
    b'// Breaks.\nroot{\n    boundaries{\n        grapheme:process(dependency){"char.brk"}\n    }\n}\n',
    b'// Code.\nmodel{"x"}\nint main() { return 0; }\n',
    b"// Code.\nstruct model { int type; };\n",
    b'// Words.\ntable:table(nofallback){\n    keys{"a"}\n    data:intvector{1, 2, 3}\n}\n',
    b"//" + b" " * 5000 + b"\n" * 5000,
)


def test_a_network_is_read_whole() -> None:
    model = trials.reads_whole(ours, NETWORK)
    tensors = trials.named(model)
    assert {name: tensor.shape for name, tensor in tensors.items()} == {
        "embedding": (4, 2),
        "forward.W": (2, 12),
        "forward.U": (3, 12),
        "forward.b": (12,),
        "backward.W": (2, 12),
        "backward.U": (3, 12),
        "backward.b": (12,),
        "output.W": (6, 4),
        "output.b": (4,),
    }
    weights = np.concatenate([trials.values(tensor).ravel() for tensor in model.tensors])
    expected = np.random.default_rng(20260601).normal(0, 0.5, weights.size).astype(np.float32)
    assert np.array_equal(weights, expected)
    assert "License" in model.metadata["comment"]
    assert isinstance(model.structure, dict) and model.structure["dictionary"] == ["า", "น", '\\"']


def test_features_and_their_scores_are_read() -> None:
    model = trials.reads_whole(ours, FEATURES)
    (scores,) = model.tensors
    assert trials.values(scores).tolist() == [3634, -2581, 12]
    assert isinstance(model.structure, dict)
    assert model.structure["features"] == {"model": ["UW3:、", "UW4:の", "BW1:から"]}


def test_features_may_stand_in_several_lists() -> None:
    model = trials.reads_whole(ours, THIRTEEN)
    assert [tensor.name for tensor in model.tensors] == ["UW1Values", "BW1Values"]


@pytest.mark.parametrize("data", [NETWORK, FEATURES])
def test_what_is_cut_off_is_refused(data: bytes) -> None:
    trials.refuses_when_cut(ours, data)


def test_numbers_that_do_not_fill_the_network_are_refused() -> None:
    with pytest.raises(FormatError, match="numbers for a network"):
        ours.read(Blob(NETWORK.replace(b"hunits:int{3}", b"hunits:int{4}")))


@pytest.mark.parametrize("data", [NETWORK, FEATURES])
def test_damage_ends_in_a_sentence(data: bytes) -> None:
    trials.survives_damage(ours, data, 200)


@pytest.mark.parametrize("data", [NETWORK, FEATURES])
def test_nothing_else_is_one(data: bytes) -> None:
    trials.knows_no_other(ours, data)
    for other in LOOK_ALIKES:
        assert trials.recognised(ours, other) is None

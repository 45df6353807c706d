"""HTK's models in text are read by what their numbers are."""

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import htk as ours
from lintian_ml.samples import sample
from tests.formats import trials

PHONES = sample("phones.hmmdefs")


def test_a_model_is_read_whole() -> None:
    model = trials.reads_whole(ours, PHONES)
    tensors = trials.named(model)
    assert model.complete
    assert trials.values(tensors["means"]).tolist() == [-1.5, 2.25, 1.0, -3.0]
    assert trials.values(tensors["weights"]).tolist() == [0.6, 0.4]
    assert tensors["transitions"].shape == (9,)
    assert isinstance(model.structure, dict)
    assert model.structure["models"] == ["a"]


def test_the_case_of_tags_does_not_matter() -> None:
    model = trials.reads_whole(
        ours, PHONES.replace(b"<MEAN>", b"<Mean>").replace(b"<VECSIZE> 2", b"<VecSize>2")
    )
    assert trials.values(trials.named(model)["means"]).tolist() == [-1.5, 2.25, 1.0, -3.0]


@pytest.mark.parametrize(
    ("old", "new"), [(b"<MEAN> 2", b"<MEAN> 3"), (b"<ENDHMM>", b""), (b"<TRANSP> 3", b"<TRANSP> x")]
)
def test_what_contradicts_itself_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(FormatError):
        ours.read(Blob(PHONES.replace(old, new)))


def test_a_model_that_is_cut_off_is_refused() -> None:
    trials.refuses_when_cut(ours, PHONES)


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, PHONES)


def test_nothing_else_is_a_model() -> None:
    trials.knows_no_other(ours, PHONES)

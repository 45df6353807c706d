"""N-gram models in the ARPA format are read to the last n-gram."""

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import arpa as ours
from lintian_ml.samples import sample
from tests.formats import trials

NGRAMS = sample("ngrams.arpa")


def test_a_model_is_read_whole() -> None:
    model = trials.reads_whole(ours, NGRAMS)
    tensors = trials.named(model)
    assert model.complete
    assert trials.values(tensors["1-grams.probability"]).tolist() == [-99.0, -0.6021, -0.6021, -0.6021]
    assert trials.values(tensors["1-grams.backoff"]).tolist() == [-0.301] * 3
    assert trials.values(tensors["2-grams.probability"]).tolist() == [-0.301] * 3


def test_text_before_and_behind_is_kept() -> None:
    model = trials.reads_whole(ours, b"#####\nMade by a toolkit.\n" + NGRAMS + b"more\n")
    assert model.metadata == {"introduction": "#####\nMade by a toolkit."}
    assert model.residue == {"text behind the end": b"more"}


def test_moving_a_backoff_weight_is_other_structure() -> None:
    moved = NGRAMS.replace(b"world\t-0.3010", b"world").replace(b"-0.6021\t</s>", b"-0.6021\t</s>\t-0.3010")
    before, after = ours.read(Blob(NGRAMS)), ours.read(Blob(moved))
    assert before.structure != after.structure
    assert before.parameter_count == after.parameter_count


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"ngram 2=3", b"ngram 3=3"),
        (b"ngram 2=3", b"ngram 2=4"),
        (b"ngram 1=4", b"ngram 1=3"),
        (b"<s> hello", b"<s> hello big world"),
        (b"-0.6021\thello", b"often\thello"),
        (b"\\2-grams:", b"\\3-grams:"),
    ],
)
def test_what_contradicts_itself_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(FormatError):
        ours.read(Blob(NGRAMS.replace(old, new)))


def test_a_model_that_is_cut_off_is_refused() -> None:
    trials.refuses_when_cut(ours, NGRAMS)


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, NGRAMS)


def test_nothing_else_is_a_model() -> None:
    trials.knows_no_other(ours, NGRAMS)
    assert trials.recognised(ours, b"\\data\\\nngram 1=4\n\nis how such a file begins.\n") is None

"""Word vectors without a first line are read; tables of measurements with labels are none."""

import numpy as np
import numpy.typing as npt
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import glove as ours
from lintian_ml.samples import sample
from tests.formats import trials

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = [a + b + c for a in LETTERS[:4] for b in LETTERS[:5] for c in LETTERS[:5]]
VECTORS = np.random.default_rng(3).normal(0, 0.5, (len(WORDS), 50)).round(5)


def text(
    words: list[str] = WORDS,
    vectors: "npt.NDArray[np.float64]" = VECTORS,
    between: str = " ",
    form: str = ".5f",
) -> bytes:
    """Return words with their vectors as GloVe writes them."""
    rows = zip(words, vectors, strict=False)
    return "".join(
        between.join((word, *(format(x, form) for x in row))) + "\n" for word, row in rows
    ).encode()


def test_vectors_are_those_that_were_written() -> None:
    (tensor,) = trials.reads_whole(ours, text()).tensors
    assert (trials.values(tensor) == VECTORS).all()


def test_words_of_other_scripts_and_signs_are_words() -> None:
    words = ["的", "и", "’s", ",", "1990", "don't", *WORDS]
    assert trials.recognised(ours, text(words, np.resize(VECTORS, (len(words), 50))))


def test_vectors_that_are_cut_off_are_refused() -> None:
    data = text()
    with pytest.raises(FormatError):
        ours.read(Blob(data[: len(data) - 300]))
    with pytest.raises(FormatError):
        ours.read(Blob(data[:5000]))
    trials.survives_damage(ours, data, 40)


@pytest.mark.parametrize(
    "other",
    [
        text([f"YAL{number:03}C" for number in range(100)]),
        text(["the"] * 100),
        text(vectors=abs(VECTORS)),
        text(between="\t"),
        text(between="  "),
        text(vectors=VECTORS[:, :20]),
        text(vectors=(VECTORS * 9).round(), form=".0f"),
        text(WORDS[:20], VECTORS),
        b"word " + b"0.5 " * 30 + b"\n" + text(),
    ],
    ids=["genes", "one", "positive", "tabs", "spaces", "few", "whole", "short", "ragged"],
)
def test_a_table_of_measurements_is_none(other: bytes) -> None:
    assert trials.recognised(ours, other) is None


def test_other_word_vectors_are_of_other_formats() -> None:
    assert trials.recognised(ours, sample("word2vec.vec")) is None
    trials.knows_no_other(ours, text())

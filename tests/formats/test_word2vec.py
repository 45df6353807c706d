"""Word vectors in text and in binary are read as gensim reads them, and tables of numbers are not."""

from pathlib import Path

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import word2vec as ours
from lintian_ml.samples import sample
from tests.formats import trials

NAMES = ("word2vec.vec", "word2vec.bin")


@pytest.mark.parametrize("name", NAMES)
def test_vectors_are_read_whole(name: str) -> None:
    model = trials.reads_whole(ours, sample(name))
    assert model.complete
    assert model.tensors[0].shape == (5, 5)


def test_text_and_binary_hold_the_same_words_and_numbers() -> None:
    text, binary = (ours.read(Blob(sample(name))) for name in NAMES)
    assert isinstance(text.structure, dict) and isinstance(binary.structure, dict)
    assert text.structure["words sha256"] == binary.structure["words sha256"]
    assert np.array_equal(trials.values(text.tensors[0]).astype(np.float32), trials.values(binary.tensors[0]))


@pytest.mark.parametrize("name", NAMES)
def test_the_vectors_are_those_of_the_library(name: str) -> None:
    models = pytest.importorskip("gensim.models", reason="made and read by gensim")
    path = Path(__file__).parents[2] / "lintian_ml" / "samples" / name
    theirs = models.KeyedVectors.load_word2vec_format(str(path), binary=name.endswith("bin"))
    assert np.array_equal(
        theirs.vectors, trials.values(ours.read(Blob(sample(name))).tensors[0]).astype("f4")
    )


def test_line_ends_behind_binary_vectors_are_known() -> None:
    rows = [(word, np.arange(1, 5, dtype="<f4").tobytes()) for word in (b"a", b"b", b"c", b"d")]
    data = b"4 4\n" + b"".join(word + b" " + vector + b"\n" for word, vector in rows)
    model = trials.reads_whole(ours, data)
    assert model.noise == {"last line end": b"\n"}
    assert model.structure != ours.read(Blob(b"4 4\n" + b"".join(w + b" " + v for w, v in rows))).structure


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_cut_off_is_refused(name: str) -> None:
    data = sample(name)
    for end in range(0, len(data) - 12, 3):
        with pytest.raises(FormatError):
            ours.read(Blob(data[:end]))
    with pytest.raises(FormatError):
        ours.read(Blob(data + b"more 1 2 3\n"))


@pytest.mark.parametrize("name", NAMES)
def test_damage_ends_in_a_sentence(name: str) -> None:
    trials.survives_damage(ours, sample(name))


@pytest.mark.parametrize(
    "data",
    [
        b"4 3\n" + b"C 0.0 1.5 2.5\n" * 4,
        b"4 4\n" + b"C 0.0 1.5 2.5 3.5\n" * 4,
        b"4 4\n" + b"".join(b"n%d 1 2 3 4\n" % n for n in range(4)),
        b"4 4\n" + b"".join(b"%d 1.5 2.5 3.5 4.5\n" % n for n in range(4)),
        b"100 10\n" + bytes(4400),
        b"100 10\n" + b"".join(b"w%d " % n + bytes(40) for n in range(100)),
        b"640 480\n" + bytes(range(256)) * 5000,
    ],
)
def test_tables_points_and_images_are_no_vectors(data: bytes) -> None:
    assert trials.recognised(ours, data) is None


def test_nothing_else_is_word_vectors() -> None:
    trials.knows_no_other(ours, sample("word2vec.vec"))

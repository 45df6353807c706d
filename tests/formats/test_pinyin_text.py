"""Language models of input methods in text are read line by line, and counted against their headings."""

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import arpa, libpinyin, sunpinyin_text
from lintian_ml.samples import sample
from tests.formats import trials

COUNTS = """\\data model interpolation
\\1-gram
\\item 10 中 count 100
\\item 20 钟 count 10 freq 7
\\2-gram
\\item 1 <start> 10 中 count 30
\\item 10 中 20 钟 count 40
\\end
""".encode()

LEVELS = """\\0-gram\\1
  0.00000100000000000  1.00000000000000000
\\1-gram\\2
中  0.25000000000000000  0.50000000000000000
钟  0.12500000000000000  0.75000000000000000
\\2-gram\\1
中 钟  0.06250000000000000
""".encode()

LOOK_ALIKES = (
    b"\\data model interpolation is explained here.\n",
    b"\\data model interpolation\n\\1-gram\nmany\n",
    b"\\0-gram\\1\nwords\n",
    b"\\documentclass{article}\n\\begin{document}\n",
    b"\\data\\\nngram 1=2\n",
)


def test_counts_are_read() -> None:
    tensors = trials.named(trials.reads_whole(libpinyin, COUNTS))
    assert {name: trials.values(tensor).tolist() for name, tensor in tensors.items()} == {
        "1-grams.count": [100, 10],
        "1-grams.frequency": [7],
        "2-grams.count": [30, 40],
    }


def test_levels_are_read() -> None:
    model = trials.reads_whole(sunpinyin_text, LEVELS)
    tensors = trials.named(model)
    assert trials.values(tensors["1-grams.backoff"]).tolist() == [0.5, 0.75]
    assert trials.values(tensors["2-grams.probability"]).tolist() == [0.0625]
    assert "2-grams.backoff" not in tensors


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"1-gram\\2", b"1-gram\\3"), (b"\\2-gram\\1", b"\\3-gram\\1"), ("中 钟 ".encode(), "中 ".encode())],
)
def test_levels_must_be_as_they_are_announced(old: bytes, new: bytes) -> None:
    with pytest.raises(FormatError):
        sunpinyin_text.read(Blob(LEVELS.replace(old, new)))


def test_a_pair_among_words_is_refused() -> None:
    with pytest.raises(FormatError, match="no item of 1-grams"):
        libpinyin.read(Blob(COUNTS.replace(b"\\2-gram\n", b"")))


def test_what_is_cut_off_is_refused() -> None:
    trials.refuses_when_cut(libpinyin, COUNTS)
    trials.refuses_when_cut(sunpinyin_text, LEVELS)


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(libpinyin, COUNTS)
    trials.survives_damage(sunpinyin_text, LEVELS)


def test_nothing_else_is_one() -> None:
    for module, data in ((libpinyin, COUNTS), (sunpinyin_text, LEVELS)):
        trials.knows_no_other(module, data)
        for other in (*LOOK_ALIKES, sample("ngrams.arpa"), *({COUNTS, LEVELS} - {data})):
            assert trials.recognised(module, other) is None
        assert trials.recognised(arpa, data) is None

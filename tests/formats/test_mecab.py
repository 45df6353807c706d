"""MeCab's dictionaries are recognised by their size and their tables."""

from pathlib import Path

import pytest

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.error import FormatError
from lintian_ml.formats import mecab as ours
from lintian_ml.samples import sample
from tests.formats import trials

WORDS = sample("words.dic")


def test_a_dictionary_is_read_whole() -> None:
    model = trials.reads_whole(ours, WORDS)
    assert model.complete
    assert model.parameter_count == 2
    assert isinstance(model.structure, dict)
    assert (model.structure["charset"], model.structure["contexts"]) == ("UTF-8", [5, 6])
    assert trials.payload(trials.named(model)["features"]) == b"noun,a\0verb,b\0"


def test_a_real_dictionary_is_read() -> None:
    ipadic = pytest.importorskip("ipadic", reason="a dictionary of MeCab")
    with FileBlob(Path(ipadic.DICDIR) / "unk.dic") as blob:
        assert ours.read(blob).complete


def test_a_longer_or_shorter_file_is_none() -> None:
    assert trials.recognised(ours, WORDS + b"\0") is None
    trials.refuses_when_cut(ours, WORDS)


def test_tables_that_do_not_fill_the_file_are_refused() -> None:
    for at in (4, 8, 12, 24, 28, 32, 36):
        data = bytearray(WORDS)
        data[at] ^= 0x18
        assert trials.recognised(ours, bytes(data)) is None
        with pytest.raises(FormatError):
            ours.read(Blob(bytes(data)))


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, WORDS)


def test_nothing_else_is_a_dictionary() -> None:
    trials.knows_no_other(ours, WORDS)

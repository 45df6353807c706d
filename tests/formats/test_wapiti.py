"""Wapiti's models are read to the last weight."""

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import wapiti as ours
from lintian_ml.samples import sample
from tests.formats import trials

SEQUENCE = sample("sequence.wapiti")


def test_a_model_is_read_whole() -> None:
    model = trials.reads_whole(ours, SEQUENCE)
    assert model.complete
    assert isinstance(model.structure, dict)
    assert model.structure["labels"] == ["PRP", "VBD", "DT", "NN"]
    assert model.structure["patterns"] == ["u:%x[0,0]", "b"]
    spelled = [line.split(b"=")[1].decode() for line in SEQUENCE.split(b"\n") if b"=0x" in line]
    assert trials.values(model.tensors[0]).tolist() == [float.fromhex(word) for word in spelled]


def test_an_earlier_opening_is_read() -> None:
    assert trials.reads_whole(
        ours, SEQUENCE.replace(b"#mdl#2#7", b"#mdl#7").replace(b"2/0/0", b"2/0")
    ).complete


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"#qrk#4", b"#qrk#9999999"), (b"9:u:", b"9999999:u:"), (b"#7\n", b"#8\n"), (b"=0x", b"=1x")],
)
def test_what_contradicts_itself_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(FormatError):
        ours.read(Blob(SEQUENCE.replace(old, new)))


def test_a_model_that_is_cut_off_is_refused() -> None:
    trials.refuses_when_cut(ours, SEQUENCE)


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, SEQUENCE)


def test_nothing_else_is_a_model() -> None:
    trials.knows_no_other(ours, SEQUENCE)

"""Tesseract's traineddata is cut into its components."""

import struct

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import tesseract as ours
from lintian_ml.samples import sample
from tests.formats import trials

LETTERS = sample("letters.traineddata")


def test_components_are_read_whole() -> None:
    model = trials.reads_whole(ours, LETTERS)
    assert model.complete
    assert [tensor.name for tensor in model.tensors] == ["lstm", "lstm-unicharset"]
    assert trials.payload(model.tensors[1]) == b"1\nNULL 0 NULL 0\n"
    assert model.metadata == {"version": "5.3.0"}


def test_the_other_byte_order_is_read() -> None:
    table = struct.unpack("<i24q", LETTERS[:196])
    model = trials.reads_whole(ours, struct.pack(">i24q", *table) + LETTERS[196:])
    assert len(model.tensors) == 2


@pytest.mark.parametrize("entry", [17, 21])
@pytest.mark.parametrize("offset", [-2, 0, 200, 100_000])
def test_an_offset_astray_is_refused(entry: int, offset: int) -> None:
    table = list(struct.unpack("<i24q", LETTERS[:196]))
    table[entry + 1] = offset if entry == 17 or offset != 200 else 190
    data = struct.pack("<i24q", *table) + LETTERS[196:]
    assert trials.recognised(ours, data) is None
    with pytest.raises(FormatError):
        ours.read(Blob(data))


def test_characters_without_a_network_are_no_model() -> None:
    table = [24] + [-1] * 24
    table[22] = 196
    assert trials.recognised(ours, struct.pack("<i24q", *table) + b"1\nNULL 0\n") is None


def test_a_table_that_is_cut_off_is_refused() -> None:
    for end in range(0, 270, 3):
        with pytest.raises(FormatError):
            ours.read(Blob(LETTERS[:end]))


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, LETTERS)


def test_nothing_else_is_traineddata() -> None:
    trials.knows_no_other(ours, LETTERS)

"""KenLM's binaries are recognised by their header, which must be possible."""

import struct

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import kenlm as ours
from lintian_ml.samples import sample
from tests.formats import trials

TRIE = sample("kenlm.bin")


def test_the_header_tells_order_and_counts() -> None:
    model = trials.reads_whole(ours, TRIE)
    assert isinstance(model.structure, dict)
    assert (model.structure["kind"], model.structure["counts"]) == ("trie", [4, 3])
    assert model.parameter_count == 7
    assert not model.complete


@pytest.mark.parametrize(("at", "value"), [(60, 9), (88, 0), (88, 99), (96, 6), (92, 0)])
def test_an_impossible_header_is_refused(at: int, value: int) -> None:
    data = bytearray(TRIE)
    data[at : at + 4] = struct.pack("<I", value)
    assert trials.recognised(ours, bytes(data)) is None
    with pytest.raises(FormatError):
        ours.read(Blob(bytes(data)))


def test_a_header_whose_tables_are_missing_is_refused() -> None:
    for end in range(0, 150, 3):
        with pytest.raises(FormatError):
            ours.read(Blob(TRIE[:end]))


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, TRIE)


def test_nothing_else_is_a_model() -> None:
    trials.knows_no_other(ours, TRIE)

"""Julius' n-gram models in binary are recognised by their header."""

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import julius as ours
from lintian_ml.samples import sample
from tests.formats import trials

BINGRAM = sample("julius.bingram")


def test_the_header_tells_the_version() -> None:
    model = trials.reads_whole(ours, BINGRAM)
    assert isinstance(model.structure, dict)
    assert model.structure["version"] == 5
    assert "byteorder=LE" in model.metadata["header"]


def test_a_header_alone_is_no_model() -> None:
    for end in range(0, 513, 7):
        assert trials.recognised(ours, BINGRAM[:end]) is None
        with pytest.raises(FormatError):
            ours.read(Blob(BINGRAM[:end]))


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, BINGRAM)


def test_nothing_else_is_a_model() -> None:
    trials.knows_no_other(ours, BINGRAM)

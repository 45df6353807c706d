"""Voices of the HTS engine are cut into densities, trees and windows."""

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import hts_voice as ours
from lintian_ml.samples import sample
from tests.formats import trials

VOICE = sample("voice.htsvoice")


def test_a_voice_is_read_whole() -> None:
    model = trials.reads_whole(ours, VOICE)
    assert model.complete
    assert {tensor.name: tensor.shape for tensor in model.tensors} == {
        "DURATION_PDF": (1, 4),
        "STREAM_PDF[MCP]": (3, 6),
    }
    assert model.metadata == {"COMMENT": "A voice of noise."}
    assert isinstance(model.structure, dict)
    assert model.structure["texts"]["STREAM_WIN[MCP]"] == "1 1.0\n"


def test_data_that_no_part_claims_is_not_accounted_for() -> None:
    assert not trials.reads_whole(ours, VOICE + b"\0").complete


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"NUM_STATES:2", b"NUM_STATES:3"),
        (b"NUM_STATES:2", b"NUM_STATES:two"),
        (b"VECTOR_LENGTH[MCP]:3", b"VECTOR_LENGTH[MCP]:4"),
        (b"IS_MSD[MCP]:0", b"IS_MSD[MCP]:1"),
        (b"[MCP]:0\nNUM_WINDOWS[MCP]:1", b"[MCP]:0\n"),
    ],
)
def test_densities_of_another_shape_are_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(FormatError):
        ours.read(Blob(VOICE.replace(old, new)))


def test_a_voice_that_is_cut_off_is_refused() -> None:
    trials.refuses_when_cut(ours, VOICE)


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, VOICE)


def test_nothing_else_is_a_voice() -> None:
    trials.knows_no_other(ours, VOICE)

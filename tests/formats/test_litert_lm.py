"""Bundles of LiteRT-LM are read by their header, and their sections where they lie."""

import json

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import litert_lm as ours
from lintian_ml.model import Span
from lintian_ml.samples import sample
from tests.formats import trials

BUNDLE = sample("dense.litertlm")


def test_a_bundle_is_read_whole() -> None:
    model = trials.reads_whole(ours, BUNDLE)
    (network,) = model.tensors
    assert isinstance(network.payload, Span)
    assert trials.payload(network) == sample("dense.tflite")
    assert model.complete and not model.residue
    assert "A. Author" in json.dumps(model.structure)


def test_what_lies_between_sections_is_residue() -> None:
    changed = BUNDLE[:10000] + b"x" + BUNDLE[10001:] + b"behind"
    residue = ours.read(Blob(changed)).residue
    assert any(b"x" in data for data in residue.values())
    assert b"behind" in residue.values()


def test_a_bundle_that_is_cut_off_is_refused() -> None:
    for end in (0, 7, 20, 31, 40, 100, 16000, 16384, len(BUNDLE) - 1):
        trials.recognised(ours, BUNDLE[:end])
        with pytest.raises((FormatError, LimitError)):
            ours.read(Blob(BUNDLE[:end]))


def test_a_header_past_the_end_is_none() -> None:
    other = BUNDLE[:24] + b"\xff" * 8 + BUNDLE[32:]
    assert trials.recognised(ours, other) is None
    with pytest.raises(LimitError):
        ours.read(Blob(other))


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, BUNDLE, 200)
    head = 32 + 400
    for at in range(8, head):
        for byte in (0, 0x7F, 0xFF):
            damaged = BUNDLE[:at] + bytes([byte]) + BUNDLE[at + 1 :]
            trials.recognised(ours, damaged)
            try:
                ours.read(Blob(damaged))
            except (FormatError, LimitError) as error:
                assert str(error)


def test_nothing_else_is_a_bundle() -> None:
    trials.knows_no_other(ours, BUNDLE)
    assert trials.recognised(ours, b"LITERTLM is a format of bundles.\n" * 9) is None

"""Vowpal Wabbit's regressors are read as the program reads them; their headers must agree with their sums."""

from pathlib import Path
from typing import Any

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Kind
from lintian_ml.formats import vowpal_wabbit as ours
from lintian_ml.samples import sample
from tests.formats import trials

REGRESSOR, BARE = sample("regressor.vw"), sample("regressor_bare.vw")
HEADER = len(REGRESSOR[: REGRESSOR.index(b"--oaa 3")]) + 8 + 8

OLD = b"\x06\0\0\x008.0.0\0m\0\0\0\0\0\0\x80\x3f\x12\0\0\0" + bytes(12) + b"\x01\0\0\0\0"
"""The header of version 8.0.0, which has no checksum, written by hand."""


def test_the_weights_are_those_that_the_library_reads(tmp_path: Path) -> None:
    library: Any = pytest.importorskip("vowpalwabbit")
    path = tmp_path / "model.vw"
    path.write_bytes(REGRESSOR)
    learner = library.Workspace(f"--quiet -i {path}")
    tensors = trials.named(ours.read(Blob(REGRESSOR)))
    found = dict(zip(trials.values(tensors["indices"]), trials.values(tensors["weights"]), strict=True))
    theirs = {index: learner.get_weight(index) for index in range(1 << 8)}
    assert {index: weight for index, weight in theirs.items() if weight} == found


def test_options_and_the_state_of_the_learner_are_told() -> None:
    model = trials.reads_whole(ours, REGRESSOR)
    assert isinstance(model.structure, dict)
    assert (model.structure["options"], model.structure["id"]) == (" --oaa 3", "tiny")
    assert model.structure["bits"] == 8
    tensors = trials.named(model)
    assert tensors["state"].shape == (*tensors["weights"].shape, 2)
    assert trials.values(tensors["online.example_number"]) == 40
    assert model.complete
    assert not model.residue


def test_a_regressor_without_state_is_weights_alone() -> None:
    tensors = trials.named(trials.reads_whole(ours, BARE))
    assert tensors["indices"].shape == tensors["weights"].shape
    assert "state" not in tensors


def test_an_old_version_without_checksum_is_read() -> None:
    model = trials.reads_whole(ours, OLD + b"\0" + b"\x05\0\0\0\0\0\x80\x3f" + b"\x07\0\0\0\0\0\x80\xbf")
    assert list(trials.values(trials.named(model)["weights"])) == [1, -1]


def test_weights_of_an_unknown_layout_are_left_with_a_remark() -> None:
    model = ours.read(Blob(OLD + b"\x02" + bytes(range(20, 100))))
    assert "not read" in model.remarks[0]
    assert not model.complete


def test_every_changed_byte_of_the_header_is_refused() -> None:
    for at in range(11, HEADER):
        damaged = bytearray(REGRESSOR)
        damaged[at] ^= 0x10
        assert trials.recognised(ours, bytes(damaged)) is None
        with pytest.raises((FormatError, LimitError)):
            ours.read(Blob(bytes(damaged)))


def test_a_header_that_is_cut_off_is_refused() -> None:
    for end in range(HEADER):
        assert trials.recognised(ours, REGRESSOR[:end]) is None
        with pytest.raises(FormatError):
            ours.read(Blob(REGRESSOR[:end]))


def test_weights_that_are_cut_off_are_never_read_in_part() -> None:
    for end in range(HEADER, len(REGRESSOR)):
        model = ours.read(Blob(REGRESSOR[:end]))
        rows = trials.named(model).get("weights")
        assert rows is None or rows.elements == 1 or (len(REGRESSOR) - end) % 16 == 0


def test_it_is_recognised_by_version_mark_and_checksum() -> None:
    evidence = trials.recognised(ours, REGRESSOR)
    assert evidence is not None
    assert evidence.kinds == {Kind.MAGIC, Kind.STRUCTURE}


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, REGRESSOR)
    trials.survives_damage(ours, OLD + b"\0" + b"\x05\0\0\0\0\0\x80\x3f" * 3)


def test_nothing_else_is_a_regressor() -> None:
    trials.knows_no_other(ours, REGRESSOR)
    assert trials.recognised(ours, b"\x06\0\0\x001.2.3\0 is a version of something else" * 9) is None

"""Nets of MNN, one of them made by its own converter."""

from typing import Any, cast

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Kind, mnn
from lintian_ml.formats.tflite import FORMAT as TFLITE
from lintian_ml.recognition import certainty
from lintian_ml.samples import sample
from tests.formats import trials

NET = sample("tiny.mnn")


def test_a_net_is_recognised_by_its_structure_and_name() -> None:
    evidence = mnn.recognise(trials.glimpse(NET, "nets/tiny.mnn"))
    assert evidence is not None
    assert evidence.kinds == {Kind.STRUCTURE, Kind.NAME}
    assert certainty(evidence).value == "probable"


def test_operators_names_and_what_is_told_are_read() -> None:
    model = mnn.read(Blob(NET))
    structure = cast("dict[str, Any]", model.structure)
    assert [operator["name"] for operator in structure["oplists"]][:2] == ["x", "Concat9"]
    assert structure["tensorName"][-1] == "y"
    assert model.metadata["bizCode"] == "tiny"
    assert model.metadata["generator"] == "converted from ONNX"
    assert not model.complete


def test_what_is_cut_is_refused() -> None:
    for end in range(0, len(NET) - 300, 7):
        with pytest.raises((FormatError, LimitError)):
            mnn.read(Blob(NET[:end]))


def test_damage_is_survived() -> None:
    trials.survives_damage(mnn, NET)


def test_look_alikes_are_not_recognised() -> None:
    for other in (*trials.LOOK_ALIKES, NET[:4], NET[:32], sample("dense.tflite")):
        assert mnn.recognise(trials.glimpse(other)) is None
    assert TFLITE.mark not in NET[:8]


def test_an_operator_on_a_tensor_that_there_is_not_is_refused() -> None:
    at = NET.index((17).to_bytes(4, "little"), 0x100)
    with pytest.raises(FormatError, match="beyond the 18"):
        mnn.read(Blob(NET[:at] + (99).to_bytes(4, "little") + NET[at + 4 :]))

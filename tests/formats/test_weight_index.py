"""An index of cut models has the tensors of the files beside it."""

import json
from pathlib import Path

import pytest

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import safetensors
from lintian_ml.formats import weight_index as ours
from lintian_ml.samples import sample
from tests.formats import trials

INDEX, SHARD = sample("linear.safetensors.index.json"), sample("linear.safetensors")


def index(weights: object, **more: object) -> bytes:
    return json.dumps({"metadata": {"total_size": 1}, "weight_map": weights, **more}).encode()


def test_the_tensors_are_those_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "linear.safetensors.index.json").write_bytes(INDEX)
    (tmp_path / "linear.safetensors").write_bytes(SHARD)
    with FileBlob(tmp_path / "linear.safetensors.index.json") as blob:
        model = ours.read(blob)
        theirs = trials.named(safetensors.read(Blob(SHARD)))
        assert {name: trials.payload(one) for name, one in trials.named(model).items()} == {
            name: trials.payload(one) for name, one in theirs.items()
        }
    assert model.complete
    assert model.parts == ("linear.safetensors",)


def test_a_file_with_other_tensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "i.json").write_bytes(index({"other": "linear.safetensors"}))
    (tmp_path / "linear.safetensors").write_bytes(SHARD)
    with FileBlob(tmp_path / "i.json") as blob, pytest.raises(FormatError, match="other tensors"):
        ours.read(blob)


def test_without_its_files_it_is_an_index_alone() -> None:
    model = ours.read(Blob(INDEX))
    assert not model.tensors
    assert not model.complete
    assert model.parts == ("linear.safetensors",)
    assert model.metadata == {"total_size": "32"}
    assert "not read" in model.remarks[0]


def test_pickles_are_named_and_not_read() -> None:
    data = index({"a": "pytorch_model-00001-of-00002.bin", "b": "pytorch_model-00002-of-00002.bin"})
    assert trials.recognised(ours, data)
    assert len(ours.read(Blob(data)).parts) == 2


def test_it_is_recognised_as_what_has_no_weights_of_its_own() -> None:
    evidence = trials.recognised(ours, INDEX)
    assert evidence is not None
    assert evidence.untrained


@pytest.mark.parametrize(
    "data",
    [
        index({}),
        index({"a": "../a.safetensors"}),
        index({"a": "a.txt"}),
        index([1]),
        index({"a": 1}),
        b'{"metadata": {"name": "a notebook"}, "cells": []}',
        b'{"weight_map": "weights.safetensors"}',
    ],
)
def test_other_json_is_no_index(data: bytes) -> None:
    assert trials.recognised(ours, data) is None
    with pytest.raises((FormatError, LimitError)):
        ours.read(Blob(data))


def test_cut_and_damaged_files_end_in_a_sentence() -> None:
    trials.refuses_when_cut(ours, INDEX)
    trials.survives_damage(ours, INDEX)


def test_nothing_else_is_an_index() -> None:
    trials.knows_no_other(ours, INDEX)

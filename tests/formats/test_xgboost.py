"""Boosters of XGBoost: one content in two notations, and what a hostile document may not do."""

import json
from itertools import chain

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import xgboost
from lintian_ml.model import Model
from lintian_ml.samples import sample

JSON, BINARY = sample("boosted_xgboost.json"), sample("boosted_xgboost.ubj")


def payloads(model: Model) -> dict[str, bytes]:
    return {tensor.name: b"".join(tensor.payload.blocks()) for tensor in model.tensors}


def test_both_notations_have_the_same_content() -> None:
    text, binary = (xgboost.read(Blob(data)) for data in (JSON, BINARY))
    assert payloads(text) == payloads(binary)
    assert text.structure == binary.structure
    assert text.metadata == binary.metadata == {"license": "CC0-1.0", "xgboost.version": "3.2.0"}


def test_values_are_what_xgboost_loads() -> None:
    library = pytest.importorskip("xgboost")
    booster = library.Booster()
    booster.load_model(bytearray(BINARY))
    trees = json.loads(booster.save_raw("json"))["learner"]["gradient_booster"]["model"]["trees"]
    for key in ("split_conditions", "base_weights", "sum_hessian"):
        expected = np.array([*chain.from_iterable(tree[key] for tree in trees)], "float32")
        assert payloads(xgboost.read(Blob(BINARY)))[key] == expected.tobytes()


def test_a_linear_booster_has_its_weights() -> None:
    booster = {"name": "gblinear", "model": {"weights": [1, -2.5], "param": {}}}
    model = xgboost.read(Blob(json.dumps({"learner": {"gradient_booster": booster}}).encode()))
    assert [(tensor.name, tensor.dtype, tensor.shape) for tensor in model.tensors] == [
        ("weights", "float32", (2,))
    ]


def test_trees_of_dart_lie_one_level_deeper() -> None:
    learner = json.loads(JSON)["learner"]
    dart = {"name": "dart", "gbtree": learner["gradient_booster"], "weight_drop": [1, 1, 0.5]}
    model = xgboost.read(Blob(json.dumps({"learner": {**learner, "gradient_booster": dart}}).encode()))
    assert len(payloads(model)["split_conditions"]) == 21 * 4
    assert len(payloads(model)["weight_drop"]) == 3 * 4


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (JSON.replace(b'"parents"', b'"id"', 1), "'id' stands twice"),
        (JSON.replace(b'"left_children":[1,', b'"left_children":[', 1), "lists of different lengths"),
        (JSON.replace(b'"left_children"', b'"elsewhere"', 1), "tree 0 lacks"),
        (JSON.replace(b'"gradient_booster"', b'"booster"'), "no object gradient_booster"),
        (JSON + b"{}", "no JSON document"),
        (JSON.decode().encode("utf-16"), "no JSON document"),
        (JSON.replace(b"width", b"\\ud800"), "surrogates not allowed"),
        (JSON.replace(b"width", b"\xff"), "no JSON document"),
        (JSON[:-1], "no JSON document"),
        (BINARY + b"\0", "1 bytes behind"),
        (BINARY.replace(b"[$d#L\0", b"[$Z#L\0", 1), "a list of type"),
        (BINARY.replace(b"[$d#L\0\0\0\0\0\0\0\x07", b"[$d#L\x7f\0\0\0\0\0\0\x07", 1), "bytes claimed"),
        (BINARY.replace(b"[$d#L\0", b"[$d#L\xff", 1), "a length of -"),
        (BINARY.replace(b"[$d#", b"[$d[", 1), "without its count"),
        (BINARY.replace(b"SL\0", b"HL\0", 1), "an unknown type"),
        (BINARY.replace(b"width", b"\xff\xff\xff\xff\xff"), "no UTF-8"),
    ],
)
def test_what_does_not_fit_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(FormatError, match=why):
        xgboost.read(Blob(data))


@pytest.mark.parametrize(
    "data",
    [
        b'{"learner":' + b"[" * 100_000,
        b'{"learner":{"feature_names":' + b'{"a":' * 1000,
        b"[" + b"0," * (9 << 20) + b"0]",
        xgboost.BINARY + b"\x01a" + b"[" * 100_000,
    ],
)
def test_documents_without_bounds_are_not_read(data: bytes) -> None:
    with pytest.raises(LimitError):
        xgboost.read(Blob(data))


def test_a_bracket_within_a_text_nests_nothing() -> None:
    data = JSON.replace(b'"width"', b'"' + b'[{\\"' * 100 + b'"')
    assert xgboost.read(Blob(data)).parameter_count == xgboost.read(Blob(JSON)).parameter_count

"""XGBoost's old binary boosters are read as XGBoost reads them."""

import json
from pathlib import Path
from typing import Any

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import Kind
from lintian_ml.formats import xgboost_binary as ours
from lintian_ml.samples import sample
from tests.formats import trials

TREES, DART = sample("xgboost_gbtree.model"), sample("xgboost_dart.model")
LINEAR = sample("xgboost_gblinear.model")


def test_the_columns_are_those_that_the_library_writes_in_json(tmp_path: Path) -> None:
    library: Any = pytest.importorskip("xgboost")
    if int(library.__version__.split(".")[0]) > 2:
        pytest.skip("newer versions do not read the binary format")
    (tmp_path / "m.model").write_bytes(TREES)
    booster = library.Booster(model_file=str(tmp_path / "m.model"))
    booster.save_model(tmp_path / "m.json")
    theirs = json.loads((tmp_path / "m.json").read_text())["learner"]["gradient_booster"]["model"]["trees"]
    tensors = trials.named(trials.reads_whole(ours, TREES))
    for name in ("left_children", "right_children", "split_conditions", "loss_changes", "base_weights"):
        expected = [value for tree in theirs for value in tree[name]]
        assert trials.values(tensors[name]).tolist() == pytest.approx(expected, rel=1e-6)


def test_settings_are_structure_and_attributes_metadata() -> None:
    model = trials.reads_whole(ours, TREES)
    assert isinstance(model.structure, dict)
    assert (model.structure["objective"], model.structure["booster"]) == ("binary:logistic", "gbtree")
    assert len(model.structure["nodes"]) == 2
    assert model.metadata["license"] == "CC0-1.0"
    assert model.complete
    assert not model.residue


def test_dropped_trees_have_weights_and_a_linear_booster_has_nothing_else() -> None:
    assert trials.named(trials.reads_whole(ours, DART))["weight_drop"].shape == (2,)
    assert trials.named(trials.reads_whole(ours, LINEAR))["weights"].shape == (4,)


def test_bytes_behind_the_learner_are_residue() -> None:
    assert ours.read(Blob(TREES + b"more")).residue == {"behind the learner": b"more"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"binary:logistic", b"BINARY:LOGISTIC"),
        (b"gbtree", b"gbtred"),
        (b"gbtree\x02\0\0\0", b"gbtree\xff\xff\xff\x7f"),
        (b"gbtree\x02\0\0\0", b"gbtree\xff\xff\xff\xff"),
    ],
)
def test_odd_names_and_counts_are_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(FormatError):
        ours.read(Blob(TREES.replace(old, new, 1)))


def test_it_is_recognised_by_magic_and_names() -> None:
    evidence = trials.recognised(ours, TREES)
    assert evidence is not None
    assert evidence.kinds == {Kind.MAGIC, Kind.STRUCTURE}
    assert trials.recognised(ours, b"binfmt_misc is a capability of the kernel\n" * 20) is None
    assert trials.recognised(ours, b"binf" + bytes(300)) is None


@pytest.mark.parametrize("data", [TREES, DART, LINEAR])
def test_cut_and_damaged_files_end_in_a_sentence(data: bytes) -> None:
    trials.refuses_when_cut(ours, data)
    trials.survives_damage(ours, data)


def test_nothing_else_is_a_booster() -> None:
    trials.knows_no_other(ours, TREES)

"""Boosters of LightGBM: the values are those that the library loads."""

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import lightgbm
from lintian_ml.samples import sample

DATA = sample("boosted_lightgbm.txt")


def column(name: str) -> list[float]:
    model = lightgbm.read(Blob(DATA))
    tensor = next(tensor for tensor in model.tensors if tensor.name == name)
    return [float(value) for value in np.frombuffer(b"".join(tensor.payload.blocks()), tensor.dtype)]


def test_a_booster_has_its_trees_parameters_and_version() -> None:
    model = lightgbm.read(Blob(DATA))
    assert isinstance(model.structure, dict)
    assert model.structure["trees"] == 6
    assert model.structure["parameters"]["learning_rate"] == "0.1"
    assert model.structure["header"]["objective"] == "multiclass num_class:3"
    assert model.metadata == {"version": "v4", "data": "", "valid": ""}
    assert column("num_leaves") == [4.0] * 6


def test_leaves_are_what_lightgbm_loads() -> None:
    library = pytest.importorskip("lightgbm")
    booster = library.Booster(model_str=DATA.decode())
    assert column("leaf_value") == [
        booster.get_leaf_output(tree, leaf) for tree in range(6) for leaf in range(4)
    ]


def test_sizes_that_do_not_hold_are_residue() -> None:
    model = lightgbm.read(Blob(DATA.replace(b"tree_sizes=548", b"tree_sizes=549")))
    assert model.residue == {"tree_sizes": b"549 550 540 563 562 558"}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"Tree=3", b"Tree=4", "where tree 3 should begin"),
        (b"num_leaves=4", b"num_leaves=5", "tree 0 of 5 leaves"),
        (b"num_leaves=4", b"num_leaves=-4", "tree 0 of 0 leaves"),
        (b"split_feature=0 1 0", b"split_feature=0 1", "2 numbers of split_feature"),
        (b"split_feature=0 1 0", b"split_feature=0 1 0.5", "no number"),
        (b"shrinkage=1\n", b"shrinkage=1\nshrinkage=1\n", "tree 0 has the line"),
        (b"shrinkage=1\n", b"unheard=1\n", "tree 0 has the line"),
        (b"tree_sizes=548 ", b"tree_sizes=", "6 trees, but 5 are announced"),
        (b"end of trees", b"end", "tree 5 has the line"),
    ],
)
def test_what_does_not_fit_is_refused(old: bytes, new: bytes, why: str) -> None:
    with pytest.raises(FormatError, match=why):
        lightgbm.read(Blob(DATA.replace(old, new, 1)))

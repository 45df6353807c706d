"""CatBoost: the leaves are those that the library loads."""

from pathlib import Path

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import Glimpse, catboost
from lintian_ml.samples import sample

DATA = sample("boosted_catboost.cbm")


def vector(name: str) -> list[float]:
    tensor = next(tensor for tensor in catboost.read(Blob(DATA)).tensors if tensor.name == name)
    return [float(value) for value in np.frombuffer(b"".join(tensor.payload.blocks()), tensor.dtype)]


def test_trees_and_information_are_read() -> None:
    model = catboost.read(Blob(DATA))
    assert vector("TreeSizes") == [2, 2, 2]
    assert len(vector("LeafValues")) == 12
    assert '"iterations":3' in model.metadata["params"]
    assert not model.residue
    assert not model.remarks


def test_leaves_are_what_catboost_loads(tmp_path: Path) -> None:
    library = pytest.importorskip("catboost")
    (tmp_path / "model.cbm").write_bytes(DATA)
    model = library.CatBoostRegressor().load_model(str(tmp_path / "model.cbm"))
    assert vector("LeafValues") == model.get_leaf_values().tolist()
    assert vector("LeafWeights") == model.get_leaf_weights().tolist()


def test_parts_behind_the_trees_are_residue() -> None:
    model = catboost.read(Blob(DATA + b"part"))
    assert model.residue == {"parts": b"part"}
    assert model.remarks == ("the parts behind the trees are not taken apart",)


def test_a_length_beyond_the_file_is_no_model() -> None:
    data = DATA[:4] + b"\xff\xff\xff\x7f" + DATA[8:]
    assert catboost.recognise(Glimpse("a.cbm", len(data), data)) is None
    with pytest.raises(FormatError):
        catboost.read(Blob(data))

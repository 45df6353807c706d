"""Thinc's nets are read with their nodes, attributes and parameters."""

from typing import Any

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import flax_msgpack
from lintian_ml.formats import thinc as ours
from lintian_ml.samples import sample
from tests.formats import trials

NET = sample("softmax.thinc")


def test_the_parameters_are_those_that_the_library_reads() -> None:
    api: Any = pytest.importorskip("thinc.api")
    net = api.chain(api.Relu(nO=3, nI=4), api.Softmax(nO=2, nI=3))
    net.initialize().from_bytes(NET)
    tensors = trials.named(trials.reads_whole(ours, NET))
    for number, layer in enumerate(net.layers, 1):
        for name in ("W", "b"):
            assert np.array_equal(trials.values(tensors[f"params/{number}/{name}"]), layer.get_param(name))


def test_nodes_and_attributes_are_structure() -> None:
    model = trials.reads_whole(ours, NET)
    assert isinstance(model.structure, dict)
    assert [node["name"] for node in model.structure["nodes"]] == ["relu>>softmax", "relu", "softmax"]
    assert model.structure["attrs"][2]["softmax_normalize"] == {"bytes": {"base64": "ww=="}}
    assert model.parameter_count == 3 * 4 + 3 + 2 * 3 + 2
    assert model.complete


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<f4", b"<f3"),
        (b"<f4", b"|f4"),
        (b"\xa6params", b"\xa6parans"),
        (b"\xc4\x0c", b"\xc4\x08"),
        (b"shims\x93", b"shims\x92"),
    ],
)
def test_odd_arrays_and_parts_are_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(FormatError):
        ours.read(Blob(NET.replace(old, new, 1)))


def test_it_is_no_tree_of_flax() -> None:
    assert trials.recognised(flax_msgpack, NET) is None


def test_cut_files_are_refused() -> None:
    trials.refuses_when_cut(ours, NET)


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, NET)


def test_nothing_else_is_a_net_of_thinc() -> None:
    trials.knows_no_other(ours, NET)

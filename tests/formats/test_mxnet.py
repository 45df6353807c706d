"""MXNet's parameters and graphs are read as MXNet writes them."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Glimpse, Kind, mxnet_symbol
from lintian_ml.formats import mxnet as ours
from lintian_ml.samples import sample
from tests.formats import trials

PARAMETERS, SYMBOL = sample("mxnet.params"), sample("mxnet-symbol.json")


def listed(*arrays: bytes, names: tuple[bytes, ...] = ()) -> bytes:
    """Return a list of arrays, laid out as src/ndarray/ndarray.cc does."""
    told = b"".join(struct.pack("<Q", len(name)) + name for name in names)
    counts = struct.pack("<Q", len(arrays)), struct.pack("<Q", len(names))
    return ours.MAGIC + bytes(8) + counts[0] + b"".join(arrays) + counts[1] + told


def array(version: int, values: tuple[float, ...]) -> bytes:
    """Return a flat array of float32 in the layout of one version."""
    shape = struct.pack("<I" if version == 0 else "<q", len(values))
    if version:
        shape = struct.pack("<i", 1) + shape
    kind = struct.pack("<i", 0) if version >= 2 else b""
    mark = struct.pack("<I", 0xF993FAC7 + version if version else 1)
    return mark + kind + shape + struct.pack("<iii", 1, 0, 0) + struct.pack(f"<{len(values)}f", *values)


def test_the_arrays_are_those_that_the_library_reads(tmp_path: Path) -> None:
    library: Any = pytest.importorskip("mxnet")
    (tmp_path / "m.params").write_bytes(PARAMETERS)
    tensors = trials.named(trials.reads_whole(ours, PARAMETERS))
    theirs = library.nd.load(str(tmp_path / "m.params"))
    for name in ("arg:fc_weight", "arg:fc_bias", "aux:mean"):
        assert np.array_equal(trials.values(tensors[name]), theirs[name].asnumpy())
    assert np.array_equal(trials.values(tensors["table"]), theirs["table"].data.asnumpy())
    assert np.array_equal(trials.values(tensors["table.rows"]), theirs["table"].indices.asnumpy())
    assert np.array_equal(trials.values(tensors["links.columns"]), theirs["links"].indices.asnumpy())
    assert np.array_equal(trials.values(tensors["links.row ends"]), theirs["links"].indptr.asnumpy())


def test_kinds_and_names_are_structure() -> None:
    model = trials.reads_whole(ours, PARAMETERS)
    assert isinstance(model.structure, dict)
    assert model.structure["sparse"] == {"table": ["rows", 4, 2], "links": ["sparse", 3, 3]}
    assert model.structure["named"]
    assert trials.named(model)["aux:mean"].dtype == "float16"
    assert model.complete
    assert not model.residue


@pytest.mark.parametrize("version", [0, 1, 2, 3])
def test_every_version_of_an_array_is_read(version: int) -> None:
    model = trials.reads_whole(ours, listed(array(version, (1.5, -2.5)), names=(b"w",)))
    assert list(trials.values(trials.named(model)["w"])) == [1.5, -2.5]


def test_arrays_without_names_are_counted() -> None:
    model = trials.reads_whole(ours, listed(array(2, (1.5,)), array(2, (2.5,))))
    assert [tensor.name for tensor in model.tensors] == ["0", "1"]


def test_bytes_behind_the_names_are_residue() -> None:
    assert ours.read(Blob(PARAMETERS + b"more")).residue == {"behind the names": b"more"}


@pytest.mark.parametrize(
    "data",
    [
        listed(array(2, (1.5,)), names=(b"a", b"b")),
        listed(array(2, (1.5,)), array(2, (1.5,)), names=(b"a", b"a")),
        ours.MAGIC + bytes(8) + b"\xff" * 8 + array(2, (1.5,)),
        listed(array(2, (1.5,)).replace(struct.pack("<q", 1), struct.pack("<q", 1 << 50))),
        listed(array(2, (1.5,)).replace(struct.pack("<q", 1), struct.pack("<q", -5))),
        listed(array(2, (1.5,))[:-8] + struct.pack("<if", 99, 1.5)),
        listed(struct.pack("<Ii", 0xF993FAC9, 7) + bytes(40)),
    ],
)
def test_malformed_lists_are_refused(data: bytes) -> None:
    with pytest.raises((FormatError, LimitError)):
        ours.read(Blob(data))


def test_parameters_are_recognised_by_number_and_first_array() -> None:
    evidence = trials.recognised(ours, PARAMETERS)
    assert evidence is not None
    assert evidence.kinds == {Kind.MAGIC, Kind.STRUCTURE}
    assert trials.recognised(ours, PARAMETERS[:8] + b"\1" + PARAMETERS[9:]) is None


def test_a_graph_has_its_operators_and_version() -> None:
    evidence = trials.recognised(mxnet_symbol, SYMBOL)
    model = mxnet_symbol.read(Blob(SYMBOL))
    assert evidence is not None
    assert evidence.untrained
    assert evidence.notes[1] == "operator FullyConnected"
    assert isinstance(model.structure, dict)
    assert [node["op"] for node in model.structure["nodes"]].count("null") == 4
    assert model.metadata["mxnet_version"].isdigit()


@pytest.mark.parametrize(
    "text",
    [
        SYMBOL.replace(b'"FullyConnected"', b'"tvm_op"').decode(),
        '{"nodes": [], "arg_nodes": [], "heads": []}',
        '{"nodes": [{"op": "null", "name": "a graph of something else"}], "edges": []}',
        '{"nodes": [{"id": 1, "name": "x", "inputs": []}], "heads": []}',
        '{"nodes": [{"op": "null", "name": "x", "inputs": []}, {"op": "move", "name": "y", "inputs": []}]}',
    ],
)
def test_other_graphs_in_json_are_no_graph_of_mxnet(text: str) -> None:
    assert trials.recognised(mxnet_symbol, text.encode()) is None
    with pytest.raises(FormatError):
        mxnet_symbol.read(Blob(text.replace("null", "tvm_op").encode()))


def test_a_long_graph_that_streams_past_is_recognised_by_its_head() -> None:
    nodes = json.loads(SYMBOL)
    nodes["nodes"] += nodes["nodes"][1:] * 300
    data = json.dumps(nodes).encode()
    assert mxnet_symbol.recognise(Glimpse("a", len(data), data[: 1 << 16]))


@pytest.mark.parametrize(("module", "data"), [(ours, PARAMETERS), (mxnet_symbol, SYMBOL)])
def test_cut_and_damaged_files_end_in_a_sentence(module: Any, data: bytes) -> None:
    trials.refuses_when_cut(module, data)
    trials.survives_damage(module, data)


@pytest.mark.parametrize(("module", "data"), [(ours, PARAMETERS), (mxnet_symbol, SYMBOL)])
def test_nothing_else_is_of_mxnet(module: Any, data: bytes) -> None:
    trials.knows_no_other(module, data)

"""A model that spans files is one model: its parts are no models of their own, and missing ones are told."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lintian_ml.detection import Examiner, FoundModel, joined
from lintian_ml.detection.parts import MOST_BELOW
from lintian_ml.equality import Verdict
from lintian_ml.equality.files import compare_files
from lintian_ml.model import Certainty, Nature
from lintian_ml.package import package_from_files
from lintian_ml.samples import sample

onnx = pytest.importorskip("onnx")


def found(files: Mapping[str, bytes]) -> list[FoundModel]:
    return list(package_from_files(files, Examiner()).models)


def model(path: str, *parts: str, **more: Any) -> FoundModel:
    plain: dict[str, Any] = {
        "format": "net",
        "certainty": Certainty.CERTAIN,
        "nature": Nature.TRAINED,
        "size": 1,
        "sha256": "",
        "tensors": 1,
        "parameters": 10,
    }
    return FoundModel(path, parts=parts, **(plain | more))


def external(*locations: str) -> bytes:
    """Return an ONNX model whose initializers lie in other files."""
    from onnx import TensorProto, helper

    tensors = []
    for number, location in enumerate(locations):
        tensor = TensorProto(name=f"w{number}", dims=[2], data_type=1, data_location=TensorProto.EXTERNAL)
        tensor.external_data.add(key="location", value=location)
        tensors.append(tensor)
    values = [helper.make_tensor_value_info(name, 1, [2]) for name in ("x", "y")]
    node = helper.make_node("Add", ["x", "w0"], ["y"])
    graph = helper.make_graph([node], "g", values[:1], values[1:], tensors)
    return bytes(helper.make_model(graph).SerializeToString())


def test_external_data_of_onnx_belong_to_the_model() -> None:
    (net,) = found({"nets/net.onnx": external("net.data"), "nets/net.data": bytes(8)})
    assert net.part_paths == ("nets/net.data",)
    assert net.missing == ()
    assert net.nature is Nature.UNDECIDED


def test_external_data_that_are_missing_are_told() -> None:
    (net,) = found({"nets/net.onnx": external("here.data", "gone.data"), "nets/here.data": bytes(8)})
    assert net.part_paths == ("nets/here.data",)
    assert net.missing_paths == ("nets/gone.data",)
    assert "its part gone.data is not in the package" in net.remarks


def test_a_checkpoint_is_its_index_with_its_shards() -> None:
    shard = "variables.data-00000-of-00001"
    (whole,) = found({"ckpt/variables.index": sample("variables.index"), f"ckpt/{shard}": sample(shard)})
    assert (whole.path, whole.parts) == ("ckpt/variables.index", (shard,))
    assert whole.remarks == ()
    (alone,) = found({"ckpt/variables.index": sample("variables.index")})
    assert (alone.parts, alone.missing) == ((), (shard,))
    assert alone.remarks == (f"its part {shard} is not in the package",)
    assert alone.nature is Nature.UNDECIDED


def test_a_graph_of_openvino_has_its_constants_beside_it() -> None:
    files = {"perceptron.xml": sample("perceptron.xml"), "perceptron.bin": sample("perceptron.bin")}
    (net,) = found(files)
    assert (net.path, net.parts, net.missing) == ("perceptron.xml", ("perceptron.bin",), ())


def test_a_manifest_of_tensorflow_js_has_its_shards_beside_it() -> None:
    shards = ("tfjs.group1-shard1of2.bin", "tfjs.group1-shard2of2.bin")
    (net,) = found({"tfjs.json": sample("tfjs.json"), shards[0]: sample(shards[0])})
    assert (net.parts, net.missing) == (shards[:1], shards[1:])


def test_an_index_of_shards_is_one_model_with_them() -> None:
    weights = {"a.weight": "net-00001-of-00002.safetensors", "b.weight": "net-00002-of-00002.safetensors"}
    index = json.dumps({"metadata": {"total_size": 8}, "weight_map": weights}, indent=2).encode()
    shards = {f"n/{name}": sample("linear.safetensors") for name in weights.values()}
    (net,) = found({"n/net.safetensors.index.json": index, **shards})
    assert (net.path, net.certainty, net.nature) == (
        "n/net.safetensors.index.json",
        Certainty.CERTAIN,
        Nature.TRAINED,
    )
    assert (net.parts, net.missing, net.remarks) == (tuple(weights.values()), (), ())
    assert net.parameters == 18
    (alone,) = found({"n/net.safetensors.index.json": index})
    assert (alone.missing, alone.nature) == (tuple(weights.values()), Nature.UNDECIDED)


def test_within_an_archive_nobody_can_tell_that_a_part_is_missing() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("perceptron.xml", sample("perceptron.xml"))
    (net,) = found({"nets.zip": data.getvalue()})
    assert (net.path, net.parts, net.missing) == ("nets.zip//perceptron.xml", ("perceptron.bin",), ())


def test_shards_that_are_models_are_counted_and_told_within_the_whole() -> None:
    index = model(
        "a/index.json", "1.bin", "2.bin", certainty=Certainty.PROBABLE, tensors=None, parameters=None
    )
    shards = [
        model(f"a/{n}.bin", metadata={"license": n, "n": "x"}, remarks=("odd",), nature=nature)
        for n, nature in (("1", Nature.UNTRAINED), ("2", Nature.TRAINED))
    ]
    other = model("b/1.bin")
    whole, last = joined([shards[0], index, shards[1], other], lambda path: True)
    assert (whole.path, whole.parts) == ("a/index.json", ("1.bin", "2.bin"))
    assert (whole.tensors, whole.parameters) == (2, 20)
    assert (whole.certainty, whole.nature) == (Certainty.CERTAIN, Nature.TRAINED)
    assert whole.metadata == {"license": "1", "n": "x"}
    assert last is other


def test_what_a_main_file_counts_of_its_parts_is_not_counted_twice() -> None:
    models = [model("saved_model.pb", "variables.index", tensors=2, parameters=15), model("variables.index")]
    (whole,) = joined(models, lambda path: True)
    assert (whole.tensors, whole.parameters) == (3, 15)


def test_parts_of_parts_belong_to_the_whole_under_their_paths_from_it() -> None:
    models = [
        model("net/variables/variables.index", "variables.data"),
        model("net/saved_model.pb", "variables/variables.index", parameters=0, tensors=0),
    ]
    (whole,) = joined(models, lambda path: path == "net/variables/variables.data")
    assert whole.parts == ("variables/variables.index", "variables/variables.data")
    assert (whole.parameters, whole.nature) == (10, Nature.TRAINED)


def test_of_models_that_name_each_other_one_is_the_whole() -> None:
    circle = [model("a", "b"), model("b", "c"), model("c", "a", "c")]
    (whole,) = joined(circle, lambda path: True)
    assert (whole.path, whole.parts) == ("a", ("b", "c"))


def test_two_models_may_share_a_part() -> None:
    models = [model("one", "shared"), model("two", "shared"), model("shared")]
    assert [(one.path, one.parts) for one in joined(models, lambda path: True)] == [
        ("one", ("shared",)),
        ("two", ("shared",)),
    ]


def test_many_models_that_share_long_chains_are_joined_in_bounded_work() -> None:
    names = [f"shard{n}" for n in range(3000)]
    models = [model("index", *names), *(model(f"m{n}", "index") for n in range(3000))]
    wholes = joined(models, lambda path: True)
    assert len(wholes) == 3000
    assert sum(len(whole.parts) for whole in wholes) <= MOST_BELOW + 3000


def test_external_data_may_lie_in_folders_below_the_model() -> None:
    (net,) = found({"net.onnx": external("weights/w0.bin", "../w1.bin"), "weights/w0.bin": bytes(8)})
    assert (net.parts, net.missing) == (("weights/w0.bin",), ())


def test_a_graph_of_ncnn_has_its_weights_beside_it() -> None:
    (net,) = found({"a/net.param": sample("ncnn.param"), "a/net.bin": bytes(64)})
    assert (net.part_paths, net.missing) == (("a/net.bin",), ())
    (alone,) = found({"a/net.param": sample("ncnn.param")})
    assert (alone.missing_paths, alone.nature) == (("a/net.bin",), Nature.UNDECIDED)


def test_a_saved_model_is_one_model_with_its_variables() -> None:
    shard = "variables/variables.data-00000-of-00001"
    files = {
        "net/saved_model.pb": sample("saved_model.pb"),
        "net/variables/variables.index": sample("variables.index"),
        f"net/{shard}": sample("variables.data-00000-of-00001"),
    }
    (net,) = found(files)
    assert (net.format, net.parts) == ("tensorflow-saved-model", ("variables/variables.index", shard))
    (without,) = found(dict(list(files.items())[:1]))
    assert (without.missing, without.nature) == (("variables/variables.index",), Nature.UNDECIDED)


def test_saved_models_with_other_variables_are_not_held_to_be_the_same(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "saved_model.pb" for folder in ("one", "other")]
    for number, path in enumerate(paths):
        (path.parent / "variables").mkdir(parents=True)
        path.write_bytes(sample("saved_model.pb"))
        (path.parent / "variables/variables.index").write_bytes(bytes([number]))
    first, second = paths
    assert compare_files(first, second, "identical").verdict is Verdict.NOT_MET
    assert compare_files(first, second, "ulp(4)").verdict is Verdict.NOT_DECIDED

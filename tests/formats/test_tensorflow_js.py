"""TensorFlow.js's models are recognised by their members; their weights are read from the files beside."""

import json
import struct
from pathlib import Path
from random import Random

import pytest

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.container.limits import Limits
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Glimpse, Kind, tensorflow_graph
from lintian_ml.formats.tensorflow_js import read, recognise
from lintian_ml.model import Computed, Model, Tensor
from lintian_ml.recognition import candidates
from lintian_ml.samples import sample

SAMPLE = sample("tfjs.json")
SHARDS = ("tfjs.group1-shard1of2.bin", "tfjs.group1-shard2of2.bin")


def glimpse(data: bytes, size: int | None = None) -> Glimpse:
    return Glimpse("model.json", len(data) if size is None else size, data[: 1 << 16])


def elements(tensor: Tensor) -> bytes:
    return b"".join(tensor.payload.blocks())


def written(folder: Path, data: bytes = SAMPLE, *, extra: bytes = b"") -> FileBlob:
    for name in SHARDS:
        (folder / name).write_bytes(sample(name) + (extra if name == SHARDS[1] else b""))
    (folder / "model.json").write_bytes(data)
    return FileBlob(folder / "model.json")


def changed(**members: object) -> bytes:
    return json.dumps({**json.loads(SAMPLE), **members}).encode()


def test_the_sample_is_recognised_as_this_format_only() -> None:
    (found,) = candidates(Blob(SAMPLE, "model.json"), Limits())
    assert found[0].FORMAT.name == "tensorflow-js"
    assert found[1].kinds == {Kind.STRUCTURE, Kind.SEMANTICS}


def test_a_manifest_alone_is_recognised() -> None:
    data = b'{"weightsManifest": ' + json.dumps(json.loads(SAMPLE)["weightsManifest"]).encode() + b"}"
    assert recognise(glimpse(data)) is not None


def test_a_topology_that_fills_the_head_is_recognised() -> None:
    data = SAMPLE.replace(b'"linear"', b'"' + b"a" * (1 << 17) + b'"')
    assert recognise(glimpse(data)) is not None


def test_weights_are_read_across_files(tmp_path: Path) -> None:
    model = read(written(tmp_path))
    kernel, bias = model.tensors
    assert isinstance(kernel.payload, Computed)
    assert (kernel.name, kernel.dtype, kernel.shape) == ("dense/kernel", "float32", (4, 3))
    assert elements(kernel) == elements(tensorflow_graph.read(Blob(sample("frozen_graph.pb"))).tensors[0])
    assert (bias.dtype, elements(bias)) == ("uint8", bytes([192, 0, 96]))
    assert (model.complete, model.residue, model.noise, model.parameter_count) == (True, {}, {}, 15)
    assert (model.parts, model.metadata["format"]) == (SHARDS, "layers-model")


def test_without_its_files_a_model_has_names_and_shapes_only() -> None:
    model = read(Blob(SAMPLE, "model.json"))
    assert (model.tensors, model.complete, model.parameter_count) == ((), False, 15)
    assert len(model.remarks) == 2


def test_bytes_behind_the_last_weight_are_residue(tmp_path: Path) -> None:
    assert list(read(written(tmp_path, extra=b"more")).residue.values()) == [b"more"]


def test_white_space_is_noise(tmp_path: Path) -> None:
    model = read(written(tmp_path, changed()))
    assert list(model.noise) == ["layout of the JSON"]


LOOKALIKES = {
    "nothing": b"",
    "empty": b"{}",
    "web manifest": b'{"name": "a", "icons": [{"src": "i.png", "shape": [1]}], "format": "graph"}',
    "package": b'{"name": "tfjs-model", "version": "1.0", "about": "weightsManifest and modelTopology"}',
    "lock file": b'{"lockfileVersion": 2, "packages": {"@tensorflow/tfjs": {"version": "4.0.0"}}}',
    "empty manifest": b'{"modelTopology": {}, "weightsManifest": []}',
    "schema": b'{"properties": {"weightsManifest": {"type": "array"}, "modelTopology": {"type": "object"}}}',
    "JavaScript": b'const m = {"format": "graph-model", "modelTopology": {}}',
    "Keras": b'{"class_name": "Sequential", "config": {"name": "s", "layers": []}, "keras_version": "2"}',
}


@pytest.mark.parametrize("data", LOOKALIKES.values(), ids=LOOKALIKES)
def test_lookalikes_are_not_recognised(data: bytes) -> None:
    assert recognise(glimpse(data)) is None


def test_no_other_sample_is_taken_for_a_model() -> None:
    folder = Path(str(sample.__code__.co_filename)).parent
    taken = [
        path.name for path in folder.iterdir() if path.is_file() and recognise(glimpse(path.read_bytes()))
    ]
    assert taken == ["tfjs.json"]


def group(weight: object, *paths: object) -> bytes:
    return changed(weightsManifest=[{"paths": list(paths), "weights": [weight]}])


WEIGHT = {"name": "w", "shape": [2], "dtype": "float32"}


@pytest.mark.parametrize(
    "data",
    [
        b"{" * 100_000,
        b'{"a":' * 100_000,
        SAMPLE.replace(b"null", b"NaN"),
        SAMPLE.replace(b"null", b'null,"format":"graph-model"'),
        b"[]",
        changed(weightsManifest={}),
        changed(weightsManifest=[1]),
        group(WEIGHT, "../secret"),
        group(WEIGHT, SHARDS[0], SHARDS[0]),
        group(WEIGHT, 7),
        group({**WEIGHT, "shape": [1 << 40]}, SHARDS[0]),
        group({**WEIGHT, "shape": [-1]}, SHARDS[0]),
        group({**WEIGHT, "shape": [True]}, SHARDS[0]),
        group({**WEIGHT, "dtype": ["float32"]}, SHARDS[0]),
        group({**WEIGHT, "dtype": "object"}, SHARDS[0]),
        group("w", SHARDS[0]),
        b'{"weightsManifest": [], "modelTopology": "\xff"}',
    ],
)
def test_what_is_not_well_formed_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises((FormatError, LimitError)):
        read(written(tmp_path, data))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(bytes(64))
    (tmp_path / "link.bin").symlink_to("secret")
    (tmp_path / "model.json").write_bytes(group(WEIGHT, "link.bin"))
    assert not read(FileBlob(tmp_path / "model.json")).complete


def parts(model: Model) -> tuple[object, ...]:
    return json.dumps(model.structure), [elements(tensor) for tensor in model.tensors]


def test_damage_raises_nothing_but_our_errors() -> None:
    random = Random(1)
    for length in range(len(SAMPLE)):
        recognise(glimpse(SAMPLE[:length], len(SAMPLE)))
        with pytest.raises(FormatError):
            read(Blob(SAMPLE[:length]))
    for _ in range(500):
        data = bytearray(SAMPLE)
        for _ in range(random.randrange(1, 5)):
            data[random.randrange(len(SAMPLE))] = random.randrange(256)
        recognise(glimpse(bytes(data)))
        try:
            parts(read(Blob(bytes(data))))
        except (FormatError, LimitError):
            continue


def test_values_are_those_of_the_library(tmp_path: Path) -> None:
    weights = pytest.importorskip("tensorflowjs.read_weights", reason="reads its own files")
    manifest = json.loads(SAMPLE)["weightsManifest"]
    kernel, bias = read(written(tmp_path)).tensors
    found = {item["name"]: item["data"] for item in weights.read_weights(manifest, tmp_path, flatten=True)}
    assert elements(kernel) == found["dense/kernel"].tobytes()
    assert found["dense/bias"].tolist() == [code * 0.00390625 - 0.25 for code in elements(bias)]
    assert struct.calcsize("3f") == found["dense/bias"].nbytes

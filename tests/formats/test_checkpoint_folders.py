"""Models of several files are one: checkpoints of JAX, SavedModels of Keras, programs of Core ML."""

import json
import struct
from collections.abc import Iterator

import pytest

from lintian_ml.blob import Blob
from lintian_ml.detection import Examiner, FoundModel
from lintian_ml.error import FormatError
from lintian_ml.formats import coreml, keras_metadata, ocdbt, orbax
from lintian_ml.model import Certainty, Nature
from lintian_ml.package import package_from_files
from lintian_ml.samples import sample
from tests.formats import trials

TREE = sample("orbax.metadata")
MANIFEST = sample("orbax.ocdbt")
LAYERS = sample("keras_metadata.pb")


def found(**files: bytes) -> tuple[FoundModel, ...]:
    return tuple(package_from_files(files, Examiner()).models)


def tree(*, zarr3: bool = False, shape: object = (3, 4), key: str = "w") -> bytes:
    """Return what tells of a checkpoint of one array that lies in a folder of its own."""
    row = {
        "key_metadata": [{"key": "params", "key_type": 2}, {"key": key, "key_type": 2}],
        "value_metadata": {"value_type": "jax.Array", "write_shape": shape},
    }
    tree = {"tree_metadata": {"('params', 'w')": row}, "use_ocdbt": False, "use_zarr3": zarr3}
    return json.dumps(tree).encode()


def manifest(*paths: tuple[int, bytes], kind: int = 0) -> bytes:
    """Return a manifest that is not compressed; each path comes with the bytes shared with the one before."""
    table = bytes([len(paths), *(same for same, _ in paths[1:]), *(len(rest) for _, rest in paths)])
    body = bytes(16) + bytes([kind, 0x80, 8, 0x80, 1, 4, 0]) + table + bytes(len(paths))
    body += b"".join(rest for _, rest in paths) + bytes(8)
    return ocdbt.FORMAT.mark + struct.pack("<Q", 18 + len(body)) + b"\0\0" + body + bytes(4)


def test_a_checkpoint_tells_of_its_arrays() -> None:
    assert trials.recognised(orbax, TREE)
    model = orbax.read(Blob(TREE))
    assert model.parameters == 3 * 4 + 4 + 1
    assert model.parts == ("manifest.ocdbt",)


def test_a_checkpoint_is_one_model_with_its_database() -> None:
    pytest.importorskip("zstandard", reason="the manifest is compressed")
    (model,) = found(**{"net/_METADATA": TREE, "net/manifest.ocdbt": MANIFEST})
    assert (model.path, model.certainty, model.nature) == ("net/_METADATA", Certainty.CERTAIN, Nature.TRAINED)
    assert model.parts == ("manifest.ocdbt",)
    (missing,) = model.missing
    assert missing.startswith("d/") and len(missing) == 34


def test_a_checkpoint_without_its_database_tells_so() -> None:
    (model,) = found(**{"net/_METADATA": TREE})
    assert model.missing == ("manifest.ocdbt",)


@pytest.mark.parametrize(("zarr3", "inner"), [(False, ".zarray"), (True, "zarr.json")])
def test_arrays_may_lie_in_folders(zarr3: bool, inner: str) -> None:
    assert orbax.read(Blob(tree(zarr3=zarr3))).parts == (f"params.w/{inner}",)


@pytest.mark.parametrize("key", ["/etc/passwd", "..", "a/../../b", "a\0b", ""])
def test_no_array_leads_out_of_the_folder(key: str) -> None:
    assert all(".." not in part.split("/") for part in orbax.read(Blob(tree(key=key))).parts)
    assert not any(part.startswith("/") for part in orbax.read(Blob(tree(key=key))).parts)


def test_arrays_of_older_checkpoints_have_no_shape() -> None:
    old = tree(shape=None)
    assert orbax.read(Blob(old)).parameters == 0
    (model,) = found(**{"net/_METADATA": old, "net/params.w/.zarray": b"{}" * 20})
    assert model.nature is Nature.UNDECIDED


@pytest.mark.parametrize("shape", [[-1], ["3"], [1 << 40, 1 << 40], [1.5]])
def test_a_shape_that_no_array_has_is_refused(shape: object) -> None:
    with pytest.raises(FormatError, match="shape"):
        orbax.read(Blob(tree(shape=shape)))


@pytest.mark.parametrize(
    "other",
    [
        b'{"tree_metadata": {}}',
        b'{"tree_metadata": {"a": {"key_metadata": []}}}',
        b'{"tree_metadata": {"(\'a\',)": {"other": 1}}}',
        b'{"metadata": {"tree_metadata": {"(\'a\',)": {"key_metadata": []}}}}',
    ],
)
def test_other_json_is_no_checkpoint(other: bytes) -> None:
    assert trials.recognised(orbax, other) is None


def test_a_tree_that_is_cut_off_is_refused() -> None:
    trials.survives_damage(orbax, TREE, 200)
    for end in range(0, len(TREE), 13):
        with pytest.raises(FormatError):
            orbax.read(Blob(TREE[:end]))


def test_a_database_alone_is_possible_at_most() -> None:
    (model,) = found(**{"manifest.ocdbt": MANIFEST})
    assert model.certainty is Certainty.POSSIBLE


def test_the_database_of_a_process_belongs_to_the_whole() -> None:
    assert found(**{"ocdbt.process_0/manifest.ocdbt": MANIFEST}) == ()


def test_the_paths_of_data_files_share_their_beginnings() -> None:
    data = manifest((0, b"d/0123"), (3, b"9"), (0, b"p/d/4"))
    assert trials.recognised(ocdbt, data)
    assert ocdbt.read(Blob(data)).parts == ("d/0123", "d/09", "p/d/4")


def test_data_files_elsewhere_are_not_told() -> None:
    data = manifest((0, b"../x"), (0, b"/etc"), (0, b"d/.."), (0, b"a//b"), (0, b"d/1"))
    assert ocdbt.read(Blob(data)).parts == ("d/1",)


def test_a_manifest_may_leave_its_files_to_others() -> None:
    assert ocdbt.read(Blob(manifest((0, b"d/1"), kind=1))).parts == ()


def test_a_path_cannot_share_more_than_there_is() -> None:
    with pytest.raises(FormatError, match="shares"):
        ocdbt.read(Blob(manifest((0, b"d/1"), (9, b"2"))))


def test_a_damaged_manifest_is_refused() -> None:
    trials.survives_damage(ocdbt, manifest((0, b"d/0123"), (3, b"9")), 300)
    trials.survives_damage(ocdbt, MANIFEST, 300)
    for end in range(len(MANIFEST)):
        assert trials.recognised(ocdbt, MANIFEST[:end]) is None
        with pytest.raises(FormatError):
            ocdbt.read(Blob(MANIFEST[:end]))
    with pytest.raises(FormatError):
        ocdbt.read(Blob(ocdbt.FORMAT.mark + struct.pack("<Q", 40) + bytes(28)))


def test_what_keras_tells_is_read_whole() -> None:
    assert trials.recognised(keras_metadata, LAYERS)
    model = keras_metadata.read(Blob(LAYERS))
    assert model.metadata == {"class_name": "Sequential"}
    assert model.complete and not model.residue and not model.noise
    assert "_tf_keras_layer" in json.dumps(model.structure)


def test_what_keras_tells_belongs_to_the_model_beside_it() -> None:
    (model,) = found(**{"net/saved_model.pb": sample("saved_model.pb"), "net/keras_metadata.pb": LAYERS})
    assert (model.path, model.format) == ("net/saved_model.pb", "tensorflow-saved-model")
    assert "keras_metadata.pb" in model.parts
    assert model.metadata["class_name"] == "Sequential"


def test_what_keras_tells_elsewhere_is_no_part() -> None:
    models = found(**{"a/saved_model.pb": sample("saved_model.pb"), "b/keras_metadata.pb": LAYERS})
    assert [model.path for model in models] == ["a/saved_model.pb", "b/keras_metadata.pb"]
    assert models[1].nature is Nature.UNTRAINED


def test_a_lambda_layer_is_told() -> None:
    changed = (
        LAYERS.replace(b'"Dense"', b'"Lambd"').replace(b'"dense", ', b'"dense",').replace(b"Lambd", b"Lambda")
    )
    assert len(changed) == len(LAYERS)
    (remark,) = keras_metadata.read(Blob(changed)).remarks
    assert "root.layer-0 is a Lambda layer" in remark


def test_other_messages_are_not_told_by_keras() -> None:
    for name in ("linear.onnx", "saved_model.pb", "frozen_graph.pb", "sentencepiece.model", "init_net.pb"):
        assert trials.recognised(keras_metadata, sample(name)) is None
    assert trials.recognised(keras_metadata, LAYERS.replace(b"_tf_keras", b"_tf_other")) is None
    with pytest.raises(FormatError):
        keras_metadata.read(Blob(LAYERS.replace(b"_tf_keras", b"_tf_other")))


def test_what_keras_tells_may_be_damaged() -> None:
    trials.survives_damage(keras_metadata, LAYERS, 300)
    for end in range(0, len(LAYERS) - 1, 7):
        with pytest.raises(FormatError):
            keras_metadata.read(Blob(LAYERS[:end]))


def part(number: int, data: bytes) -> bytes:
    """Return a length-delimited field of fewer than 128 bytes."""
    tag = number << 3 | 2
    return (bytes([tag & 0x7F | 0x80, tag >> 7]) if tag > 0x7F else bytes([tag])) + bytes([len(data)]) + data


def program(*files: str) -> bytes:
    """Return a program of Core ML whose constants lie in files."""
    description = part(2, part(10, part(1, b"y")))
    constants = b"".join(part(1, part(1, f"@model_path/{name}".encode()) + b"\x10\x40") for name in files)
    return b"\x08\x07" + description + part(502, constants)


def test_the_weights_of_a_program_belong_to_it() -> None:
    path, weights = "net.mlpackage/Data/com.apple.CoreML", bytes(4000)
    (model,) = found(
        **{f"{path}/model.mlmodel": program("weights/weight.bin"), f"{path}/weights/weight.bin": weights}
    )
    assert (model.format, model.nature) == ("coreml", Nature.UNDECIDED)
    assert model.parts == ("weights/weight.bin",)


def test_a_program_names_its_files_once_and_none_elsewhere() -> None:
    assert coreml.read(Blob(program("weights/a.bin", "weights/a.bin", "b.bin"))).parts == (
        "weights/a.bin",
        "b.bin",
    )
    assert coreml.read(Blob(program("../a.bin", "/etc/passwd"))).parts == ()
    assert coreml.read(Blob(program())).complete


def test_names_across_two_blocks_are_found() -> None:
    class Small(Blob):
        def blocks(self, offset: int = 0, length: int | None = None, block: int = 7) -> Iterator[bytes]:
            return super().blocks(offset, length, 7)

    assert coreml.read(Small(program("weights/weight.bin"))).parts == ("weights/weight.bin",)

"""HDF5 and Keras files are read as h5py reads them; what lies outside or is malformed is not."""

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.container.hdf5_stream import heap_sizes
from lintian_ml.container.limits import Limits
from lintian_ml.container.zip import read_directory
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Glimpse, Kind, hdf5, keras
from lintian_ml.model import Model, Span
from lintian_ml.samples import sample

KERAS, ARCHIVE, PLAIN = sample("keras.h5"), sample("keras_v3.keras"), sample("plain.h5")


def written(fill: Callable[[Any], None], **options: object) -> bytes:
    memory = io.BytesIO()
    with h5py.File(memory, "w", **options) as file:
        fill(file)
    return memory.getvalue()


def glimpse(data: bytes, name: str = "a.bin") -> Glimpse:
    return Glimpse(name, len(data), data[: 1 << 16], data[-(1 << 16) :])


def payloads(model: Model) -> dict[str, bytes]:
    return {tensor.name: b"".join(tensor.payload.blocks()) for tensor in model.tensors}


def structure(model: Model) -> dict[str, Any]:
    assert isinstance(model.structure, dict)
    return model.structure


def test_the_keras_sample_has_the_weights_that_h5py_reads() -> None:
    model = hdf5.read(Blob(KERAS))
    with h5py.File(io.BytesIO(KERAS)) as file:
        theirs = {name: file[name][()].tobytes() for name in payloads(model)}
    assert payloads(model) == theirs
    assert {tensor.name: (tensor.dtype, tensor.shape) for tensor in model.tensors} == {
        "model_weights/dense/dense/kernel:0": ("float32", (2, 3)),
        "model_weights/dense/dense/bias:0": ("float32", (3,)),
    }
    assert model.metadata == {"keras_version": "2.15.0", "backend": "tensorflow"}
    assert structure(model)["attributes"][""]["model_config"]["class_name"] == "Sequential"
    assert structure(model)["attributes"]["model_weights"]["layer_names"] == ["input", "dense"]
    assert model.complete
    assert not model.remarks


def test_the_keras_archive_has_configuration_metadata_and_weights() -> None:
    model = keras.read(Blob(ARCHIVE))
    assert [tensor.name for tensor in model.tensors] == ["layers/dense/vars/0", "layers/dense/vars/1"]
    assert model.metadata["keras_version"] == "3.5.0"
    assert structure(model)["config"]["module"] == "keras"
    assert payloads(model)["layers/dense/vars/1"] == np.array([0.125, -0.5, 1.0], "<f4").tobytes()


@pytest.mark.parametrize("userblock", [0, 512])
@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_every_kind_of_storage_gives_the_bytes_that_h5py_gives(userblock: int, libver: str) -> None:
    arrays = {
        "big": np.arange(12, dtype=">f4").reshape(3, 4),
        "bool": np.array([True, False]),
        "complex": np.array([1 + 2j]),
        "half": np.float16(4),
        "empty": np.zeros((0, 3)),
        "text": np.array([b"abc", b"de"]),
        "record": np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        "bytes": np.arange(7, dtype="u1"),
    }

    def fill(file: Any) -> None:
        for name, array in arrays.items():
            file[name] = array
        file.create_dataset("gzip", data=np.arange(1e4).reshape(100, 100), chunks=(7, 13), compression="gzip")
        file.create_dataset("lzf", data=np.arange(1000), compression="lzf", fletcher32=True, shuffle=True)
        file.create_dataset("filled", (10, 3), "f4", fillvalue=3)

    data = written(fill, userblock_size=userblock, libver=libver)
    model = hdf5.read(Blob(data))
    with h5py.File(io.BytesIO(data)) as file:
        assert payloads(model) == {name: file[name][()].tobytes() for name in file}
    found = {tensor.name: tensor for tensor in model.tensors}
    assert (found["big"].dtype, found["big"].big_endian) == ("float32", True)
    assert [found[name].dtype for name in ("bool", "complex", "half")] == ["bool", "complex128", "float16"]
    assert [found[name].dtype for name in ("text", "record")] == ["bytes", "bytes"]
    assert isinstance(found["big"].payload, Span)


def test_bfloat16_as_keras_stores_it_is_known() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")

    def fill(file: Any) -> None:
        file.create_dataset("w", data=np.ones(3, ml_dtypes.bfloat16)).attrs["dtype"] = "bfloat16"

    (tensor,) = hdf5.read(Blob(written(fill))).tensors
    assert (tensor.dtype, tensor.shape) == ("bfloat16", (3,))


def test_attributes_keep_their_exact_values() -> None:
    def fill(file: Any) -> None:
        file.attrs["count"] = np.array([1, -2], "<i8")
        file.attrs["nan"] = np.float64("nan")
        file.attrs["names"] = ["a", "é"]
        file.attrs["title"] = "water"

    model = hdf5.read(Blob(written(fill)))
    root = structure(model)["attributes"][""]
    assert root["count"] == {"type": "int64", "shape": [2], "value": [1, -2]}
    assert root["nan"]["hex"] == "000000000000f87f"
    assert root["names"] == ["a", "é"]
    assert model.metadata == {"title": "water"}


def test_links_and_storage_outside_the_file_are_never_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"root:x:0:0:secret" * 10)
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["x"] = np.frombuffer(b"secret" * 4, "f4")

    def fill(file: Any) -> None:
        file["inside"] = np.ones(2)
        file["external"] = h5py.ExternalLink(str(other), "/x")
        file["passwords"] = h5py.ExternalLink("/etc/passwd", "/")
        file["soft"] = h5py.SoftLink("/inside")
        file["dangling"] = h5py.SoftLink("/nowhere")
        file.create_dataset("raw", (100,), "u1", external=[(str(secret), 0, 100)])
        layout = h5py.VirtualLayout((6,), "f4")
        layout[:] = h5py.VirtualSource(str(other), "x", (6,))
        file.create_virtual_dataset("virtual", layout)

    data = written(fill)
    model = hdf5.read(Blob(data))
    assert set(payloads(model)) == {"inside"}
    assert b"secret" not in b"".join(payloads(model).values())
    for words in ("external link", "soft link", "external storage", "virtual dataset"):
        assert any(words in remark for remark in model.remarks)
    assert not model.complete
    with h5py.File(io.BytesIO(data)) as file:
        assert b"secret" in file["raw"][()].tobytes()


def test_hard_links_to_ancestors_end() -> None:
    def fill(file: Any) -> None:
        group = file.create_group("a/b")
        group["up"] = file["/"]
        group["w"] = np.ones(2)
        file["again"] = group["w"]

    model = hdf5.read(Blob(written(fill)))
    assert set(payloads(model)) == {"a/b/w", "again"}
    assert structure(model)["links"] == {"a/b/up": "hard: "}


def test_a_lambda_layer_is_opaque() -> None:
    config = {
        "class_name": "Sequential",
        "config": {"layers": [{"class_name": "Lambda", "config": {"name": "f"}}]},
    }

    def fill(file: Any) -> None:
        file.attrs["model_config"] = json.dumps(config)

    assert hdf5.read(Blob(written(fill))).remarks == ("opaque: Lambda layer f holds Python code, not read",)


def test_an_unknown_filter_and_references_are_left_unread() -> None:
    def fill(file: Any) -> None:
        file.create_dataset("scaled", data=np.arange(100), chunks=(10,), scaleoffset=0)
        file["refs"] = np.array([file["scaled"].ref], dtype=h5py.ref_dtype)
        file["texts"] = ["a", "b"]

    model = hdf5.read(Blob(written(fill)))
    assert not model.tensors
    assert not model.complete
    assert len(model.remarks) == 4


@pytest.mark.parametrize("shape", [(1 << 40,), (1 << 20, 1 << 20)])
def test_datasets_that_declare_far_more_than_is_stored_are_refused(shape: tuple[int, ...]) -> None:
    data = written(lambda file: file.create_dataset("w", shape, "f4", chunks=(1 << 10,) * len(shape)))
    with pytest.raises(LimitError, match="declares"):
        hdf5.read(Blob(data))


def test_chunks_too_large_to_hold_are_refused() -> None:
    data = written(lambda file: file.create_dataset("w", (1 << 28,), "f4", chunks=(1 << 28,)))
    with pytest.raises(LimitError, match="chunks"):
        hdf5.read(Blob(data))


def test_groups_nested_very_deeply_are_refused() -> None:
    with pytest.raises(LimitError, match="nest"):
        hdf5.read(Blob(written(lambda file: file.create_group("g/" * 200))))


def test_a_heap_with_an_empty_free_object_is_refused_before_it_loops() -> None:
    start = KERAS.index(b"GCOL")
    assert list(heap_sizes(Blob(KERAS), start).values())[:2] == [6, 10]
    looping = KERAS[: start + 16] + bytes(16) + KERAS[start + 32 :]
    with pytest.raises(FormatError, match="heap"):
        hdf5.read(Blob(looping))


def test_a_string_longer_than_what_is_stored_is_refused_before_it_is_allocated() -> None:
    address = KERAS.index(b"GCOL").to_bytes(8, "little")
    length = KERAS.index(address + b"\1\0\0\0") - 4
    for claimed in (b"\xf0\xff\xff\xff", b"\x07\0\0\0"):
        with pytest.raises(FormatError, match="bytes of an object of 6"):
            hdf5.read(Blob(KERAS[:length] + claimed + KERAS[length + 4 :]))


def test_keras_names_make_it_more_than_a_carrier() -> None:
    model, plain = hdf5.recognise(glimpse(KERAS)), hdf5.recognise(glimpse(PLAIN))
    assert model is not None
    assert plain is not None
    assert not model.carrier
    assert Kind.SEMANTICS in model.kinds
    assert plain.carrier
    assert plain.kinds == {Kind.MAGIC, Kind.STRUCTURE}


def test_a_user_block_and_a_telling_name_are_seen() -> None:
    data = written(lambda file: file.create_group("g"), userblock_size=2048)
    evidence = hdf5.recognise(glimpse(data, "models/a.dat"))
    assert evidence is not None
    assert Kind.NAME in evidence.kinds


@pytest.mark.parametrize(
    "data",
    [b"", hdf5.MAGIC, hdf5.MAGIC + b"\x09" + bytes(100), b"\x89PNG\r\n\x1a\n" + bytes(100), b"x" + KERAS],
)
def test_look_alikes_are_not_recognised(data: bytes) -> None:
    assert hdf5.recognise(glimpse(data)) is None


def test_a_keras_archive_is_recognised_by_its_members_alone() -> None:
    members = read_directory(Blob(ARCHIVE), Limits())
    evidence = keras.recognise(Glimpse("x.zip", len(ARCHIVE), ARCHIVE, ARCHIVE, members))
    assert evidence is not None
    assert evidence.kinds == {Kind.STRUCTURE, Kind.SEMANTICS}
    assert keras.recognise(Glimpse("x.keras", len(ARCHIVE), ARCHIVE, ARCHIVE, members[:2])) is None
    assert keras.recognise(glimpse(ARCHIVE, "x.keras")) is None


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("config.json", b"{"),
        ("config.json", b"\xff"),
        ("config.json", b'{"a":' * 500 + b"1" + b"}" * 500),
        ("metadata.json", b"{"),
        ("metadata.json", b"[1]"),
    ],
)
def test_a_keras_archive_with_a_damaged_member_is_malformed(name: str, data: bytes) -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ARCHIVE)) as old, zipfile.ZipFile(memory, "w") as new:
        for entry in old.namelist():
            new.writestr(entry, data if entry == name else old.read(entry))
    with pytest.raises(FormatError, match=name):
        keras.read(Blob(memory.getvalue()))


@pytest.mark.parametrize("length", range(0, len(KERAS), 997))
def test_a_truncated_file_is_malformed(length: int) -> None:
    with pytest.raises(FormatError):
        hdf5.read(Blob(KERAS[:length]))


@pytest.mark.parametrize("original", [KERAS, PLAIN, ARCHIVE], ids=["keras.h5", "plain.h5", "keras_v3.keras"])
def test_changed_bytes_are_read_or_refused(original: bytes) -> None:
    read = keras.read if original is ARCHIVE else hdf5.read
    chance = random.Random(7)
    refused = 0
    for _ in range(250):
        data = bytearray(original)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.choice((0, 1, 128, 255, chance.randrange(256)))
        try:
            model = read(Blob(bytes(data)))
            assert all(sum(map(len, t.payload.blocks())) == t.payload.length for t in model.tensors)
        except (FormatError, LimitError):
            refused += 1
    assert 0 < refused < 250

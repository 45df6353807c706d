"""Every byte of an HDF5 file is accounted for: what means the same is the same, and nothing hides in a file.

With LINTIAN_ML_EVERY_BIT in the environment every bit of every file is flipped, which takes a while.
"""

import io
import json
import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.container.hdf5_file import ledger
from lintian_ml.container.hdf5_file.account import read_account
from lintian_ml.container.hdf5_file.lookup3 import checksum
from lintian_ml.equality import Comparison, Verdict, compare
from lintian_ml.error import FormatError, LimitError, LintianMLError
from lintian_ml.formats import hdf5
from lintian_ml.model import Model, Span
from lintian_ml.samples import sample

FLIPS = 1 << 30 if "LINTIAN_ML_EVERY_BIT" in os.environ else 150
"""Bits of one file that are flipped."""

VERSIONS: tuple[Any, ...] = ("earliest", "latest", ("earliest", "v108"), ("v110", "v110"))


def written(fill: Callable[[Any], None], **options: object) -> bytes:
    memory = io.BytesIO()
    with h5py.File(memory, "w", **options) as file:
        fill(file)
    return memory.getvalue()


def read(fill: Callable[[Any], None], **options: object) -> Model:
    return hdf5.read(Blob(written(fill, **options)))


def keras(file: Any) -> None:
    """Write what Keras 2 writes."""
    file.attrs["keras_version"] = "2.15.0"
    file.attrs["backend"] = "tensorflow"
    file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {"layers": []}})
    weights = file.create_group("model_weights")
    weights.attrs["layer_names"] = [b"dense", b"dense_1"]
    for layer in ("dense", "dense_1"):
        group = weights.create_group(layer)
        group.attrs["weight_names"] = [f"{layer}/kernel:0", f"{layer}/bias:0"]
        group.create_dataset(f"{layer}/kernel:0", data=np.arange(6, dtype="f4").reshape(2, 3))
        group.create_dataset(f"{layer}/bias:0", data=np.zeros(3, "f4"))


def chunked(file: Any) -> None:
    """Write a dataset for each kind of index, whole and filtered, with chunks that go past its end."""
    values = np.arange(20, dtype="i2")
    for name, options in (("plain", {}), ("filtered", {"compression": "gzip", "fletcher32": True})):
        file.create_dataset(f"{name}/one", data=values, chunks=(25,), maxshape=(30,), **options)
        file.create_dataset(f"{name}/fixed", data=values.reshape(4, 5), chunks=(3, 3), **options)
        file.create_dataset(f"{name}/long", data=values, chunks=(3,), maxshape=(None,), **options)
        both = (None, None)
        file.create_dataset(
            f"{name}/wide", data=values.reshape(4, 5), chunks=(3, 2), maxshape=both, **options
        )


def kinds(file: Any) -> None:
    """Write types, extents and links of many kinds."""
    record = [("a", "i4"), ("b", "f8"), ("c", "i2", (2,))]
    file["record"] = np.array([(1, 2.0, [1, 2])], dtype=record)
    file["bool"] = np.array([True, False])
    file["scalar"], file["none"] = 1.5, np.zeros((0, 3))
    file["null"] = h5py.Empty("f4")
    file["texts"] = ["a", "bbb"]
    file["references"] = np.array([file["bool"].ref], dtype=h5py.ref_dtype)
    file["type"] = np.dtype("f8")
    file.create_dataset("typed", data=[1.0, 2.0], dtype=file["type"])
    file.create_dataset("filled", (3,), ">f4", fillvalue=2.5)
    file["soft"], file["hard"] = h5py.SoftLink("/bool"), file["bool"]
    file.attrs["complex"] = np.array([1 + 2j])
    sequences = np.array([np.arange(3), np.arange(2)], dtype=object)
    file.attrs.create("sequences", sequences, dtype=h5py.vlen_dtype("i4"))
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((3,))
    made = h5py.h5d.create(file.id, b"compact", h5py.h5t.IEEE_F32LE, space, compact)
    made.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(3, dtype="f4"))


def many(file: Any) -> None:
    """Write more links and attributes than a header holds."""
    group = file.create_group("group", track_order=True)
    for number in range(12):
        group[f"link{number}"] = np.int8(number)
        group.attrs[f"attribute{number}"] = number


FILES = {fill.__name__: fill for fill in (keras, chunked, kinds, many)}


@pytest.mark.parametrize("libver", VERSIONS, ids=str)
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("userblock", [0, 1024])
def test_what_the_library_writes_is_accounted_for(name: str, libver: Any, userblock: int) -> None:
    model = read(FILES[name], libver=libver, userblock_size=userblock)
    assert model.complete, model.remarks
    assert not model.residue


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_large_groups_and_long_indexes_are_accounted_for(libver: str) -> None:
    def fill(file: Any) -> None:
        group = file.create_group("group", track_order=True)
        for number in range(700):
            group.create_group(f"a member with a number: {number}").attrs["n"] = number
        values = np.arange(9000, dtype="i2")
        for name, most in (("fixed", (9000,)), ("long", (None,))):
            file.create_dataset(name, data=values, chunks=(2,), maxshape=most)
        square = values[:1600].reshape(40, 40)
        file.create_dataset("wide", data=square, chunks=(1, 1), maxshape=(None, None))
        sparse = file.create_dataset("sparse", (1 << 20,), "i1", chunks=(8,), maxshape=(None,))
        sparse[1 << 19] = 1

    model = read(fill, libver=libver)
    assert model.complete, model.remarks
    assert not model.residue


def test_a_contiguous_dataset_is_delivered_where_it_lies() -> None:
    data = written(lambda file: file.create_dataset("w", data=np.arange(9, dtype="f4")))
    (tensor,) = hdf5.read(Blob(data)).tensors
    assert isinstance(tensor.payload, Span)
    assert tensor.payload.offset == data.index(np.arange(9, dtype="f4").tobytes())


def layers(numbers: list[int], level: int) -> Callable[[Any], None]:
    def fill(file: Any) -> None:
        file.attrs["keras_version"] = "2.15.0"
        for number in numbers:
            group = file.create_group(f"conv2d_{number}")
            group.attrs["weight_names"] = [f"conv2d_{number}/kernel:0"]
            group.create_dataset("kernel:0", data=np.full((3, 4), number, "f4"))
        file.create_dataset("z", data=np.arange(999.0), compression=level, chunks=(100,))

    return fill


@pytest.mark.parametrize("libver", ["earliest", "latest"])
@pytest.mark.parametrize("track_order", [False, True])
def test_what_is_written_in_another_order_is_the_same_but_for_noise(libver: str, track_order: bool) -> None:
    first = read(layers([*range(30)], 1), libver=libver, track_order=track_order)
    second = read(layers([*reversed(range(30))], 9), libver=libver, track_order=track_order)
    found = compare(first, second, "same")
    assert found.verdict is Verdict.MET, found.reason
    differing = {name for name in first.noise if first.noise[name] != second.noise[name]}
    assert {ledger.LAYOUT, ledger.COMPRESSED} <= differing <= set(ledger.NOISE)
    assert all(second.capacity(name) for name in differing)


def test_two_versions_of_the_library_write_the_same() -> None:
    first, second = (read(keras, libver=libver) for libver in ("earliest", "latest"))
    assert compare(first, second, "same").verdict is Verdict.MET


def test_byte_order_chunks_and_times_are_noise() -> None:
    values = np.arange(10, dtype="<f4")

    def plain(file: Any) -> None:
        file.create_dataset("w", data=values)

    def other(file: Any) -> None:
        file.create_dataset("w", data=values.astype(">f4"), chunks=(3,), compression="gzip", track_times=True)

    found = compare(read(plain), read(other), "same")
    assert found.verdict is Verdict.MET, found.reason
    assert "times" in found.notes[0]


def changed(change: Callable[[Any], None], predicate: str = "same") -> Comparison:
    def fill(file: Any) -> None:
        keras(file)
        change(file)

    return compare(read(keras), read(fill), predicate)


CHANGES: dict[str, Callable[[Any], None]] = {
    "an attribute": lambda file: file["model_weights"].attrs.create("note", 1),
    "a value": lambda file: file["model_weights"].attrs.modify("layer_names", [b"dense", b"dense_2"]),
    "a group": lambda file: file.create_group("empty"),
    "a soft link": lambda file: file.update({"to": h5py.SoftLink("/model_weights")}),
    "a second name": lambda file: file.update({"again": file["model_weights/dense"]}),
    "a comment": lambda file: (
        file["model_weights"].id.set_comment(b"dense", b"hello")
        if hasattr(file.id, "set_comment")
        else h5py.h5o.set_comment(file["model_weights"].id, b"hello")
    ),
    "blanks in the configuration": lambda file: file.attrs.modify(
        "model_config", file.attrs["model_config"].replace(": ", ":  ")
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_added_or_changed_is_not_met(what: str) -> None:
    assert changed(CHANGES[what]).verdict is Verdict.NOT_MET


@pytest.mark.parametrize("kind", [str, np.bytes_])
def test_a_metadata_key_that_is_ignored_is_ignored_wherever_it_is_told(kind: Callable[[str], Any]) -> None:
    def model(word: str) -> Model:
        return read(lambda file: file.attrs.create("backend", kind(word)))

    first, second = model("tensorflow"), model("jax")
    assert compare(first, second, "same").verdict is Verdict.NOT_MET
    assert compare(first, second, "* same\n@metadata:backend ignore").verdict is Verdict.MET


def test_near_weights_are_met_under_a_tolerance() -> None:
    def nudge(file: Any) -> None:
        weights = file["model_weights/dense/dense/kernel:0"]
        weights[...] = weights[...] * np.float32(1 + 1e-6)

    assert changed(nudge).verdict is Verdict.NOT_MET
    assert changed(nudge, "close(1e-5)").verdict is Verdict.MET


def test_deleted_things_that_still_lie_in_the_file_are_residue() -> None:
    secret = np.frombuffer(b"what was deleted " * 16, "u1")

    def deleted(file: Any) -> None:
        keras(file)
        file["secret"] = secret
        file["after"] = np.ones(3)
        del file["secret"]

    def clean(file: Any) -> None:
        keras(file)
        file["after"] = np.ones(3)

    model = read(deleted)
    assert model.complete
    assert any(secret.tobytes()[:100] in data for data in model.residue.values())
    assert compare(read(clean), model, "same").verdict is Verdict.NOT_MET


def test_what_a_chunk_holds_past_the_end_is_residue() -> None:
    data = written(lambda file: file.create_dataset("w", data=np.arange(1, 6, dtype="u1"), chunks=(4,)))
    at = data.index(b"\5\0\0\0", data.index(b"\1\2\3\4") - 16) + 2
    model = hdf5.read(Blob(data[:at] + b"!" + data[at + 1 :]))
    assert model.complete
    assert b"!" in model.residue["chunks past the end of datasets"]


@pytest.mark.parametrize("where", ["before", "after"])
def test_bytes_around_the_file_are_residue(where: str) -> None:
    data = written(keras, userblock_size=512)
    data = b"hello" + data[5:] if where == "before" else data + b"hello"
    model = hdf5.read(Blob(data))
    assert model.complete
    assert any(b"hello" in held for held in model.residue.values())


@pytest.mark.parametrize(
    ("words", "fill"),
    [
        ("another file", lambda file: file.update({"x": h5py.ExternalLink("other.h5", "/")})),
        ("in chunks", lambda file: file.create_dataset("t", data=["a"], chunks=(1,))),
        ("not read", lambda file: file.create_dataset("s", data=np.arange(9), chunks=(3,), scaleoffset=0)),
        ("type 7", lambda file: file.create_dataset("e", (9,), "u1", external=[("raw", 0, 9)])),
    ],
)
def test_what_is_not_understood_leaves_the_verdict_open(words: str, fill: Callable[[Any], None]) -> None:
    model = read(fill)
    assert not model.complete
    assert words in model.remarks[-1]
    assert compare(model, model, "same").verdict is not Verdict.NOT_MET


@dataclass(frozen=True)
class Sealed:
    """A run of bytes of a file with the checksum that follows."""

    start: int
    end: int


def hidden(model: Model, data: bytes) -> str:
    """Return how a changed file passes for the first: an empty string where it does not but in noise."""
    try:
        other = hdf5.read(Blob(data))
    except LintianMLError:
        return ""
    if compare(model, other, "same").verdict is not Verdict.MET:
        return ""
    differing = [key for key in model.noise.keys() | other.noise.keys() if differs(model, other, key)]
    if not differing:
        return "nothing tells of it"
    unknown = [key for key in differing if not any(fnmatchcase(key, known) for known in hdf5.NOISE)]
    return f"{unknown} is not on the list of noise" if unknown else ""


def differs(first: Model, second: Model, key: str) -> bool:
    return first.noise.get(key) != second.noise.get(key)


def flips(size: int, chance: random.Random) -> Iterator[int]:
    """Yield bits of so many bytes: all, or some of them."""
    yield from range(8 * size) if 8 * size <= FLIPS else sorted(chance.sample(range(8 * size), FLIPS))


@pytest.mark.parametrize("libver", ["earliest", "latest"])
@pytest.mark.parametrize("name", FILES)
def test_no_bit_changes_unseen(name: str, libver: str) -> None:
    data = written(FILES[name], libver=libver)
    model = hdf5.read(Blob(data))
    for bit in flips(len(data), random.Random(f"{name} {libver}")):
        turned = bytearray(data)
        turned[bit // 8] ^= 1 << bit % 8
        assert not hidden(model, bytes(turned)), f"byte {bit // 8}, bit {bit % 8}"


def test_a_count_of_links_that_says_none_is_told() -> None:
    data = written(FILES["keras"], libver="earliest")
    model = hdf5.read(Blob(data))
    headers = [start for start in range(0, len(data) - 16, 8) if _is_first_header(data, start)]
    assert headers
    for start in headers:
        turned = data[: start + 4] + bytes(4) + data[start + 8 :]
        assert not hidden(model, turned), f"header at {start}"


def test_no_bit_of_the_first_attributes_changes_unseen() -> None:
    data = written(FILES["keras"], libver="earliest")
    model = hdf5.read(Blob(data))
    places = [match.start() for match in re.finditer(rb"\x0c\x00.{2}[\0\1\4]\0\0\0\x01\0", data, re.DOTALL)]
    assert places
    for bit in (bit for start in places[:3] for bit in range(8 * start, 8 * (start + 16))):
        turned = bytearray(data)
        turned[bit // 8] ^= 1 << bit % 8
        assert not hidden(model, bytes(turned)), f"byte {bit // 8}, bit {bit % 8}"


def _is_first_header(data: bytes, start: int) -> bool:
    """Whether a header of version 1 seems to begin there, to which there is one link."""
    return data[start : start + 2] == b"\1\0" and data[start + 4 : start + 8] == b"\1\0\0\0"


def seals(data: bytes, patch: pytest.MonkeyPatch) -> list[Sealed]:
    """Return what of a file its headers' checksums cover."""
    found = []
    seal = ledger.seal

    def noted(fields: Any, at: int) -> None:
        found.append(Sealed(fields.origin, fields.origin + at))
        seal(fields, at)

    with patch.context() as inner:
        inner.setattr(ledger, "seal", noted)
        read_account(Blob(data))
    return found


@pytest.mark.parametrize("name", ["keras", "kinds", "many"])
def test_no_bit_under_a_true_checksum_changes_unseen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = written(FILES[name], libver="latest")
    model, chance = hdf5.read(Blob(data)), random.Random(name)
    places = seals(data, monkeypatch)
    assert len(places) > 2
    for _ in range(FLIPS if FLIPS < 1 << 20 else 20_000):
        place = chance.choice(places)
        bit = chance.randrange(8 * place.start, 8 * place.end)
        turned = bytearray(data)
        turned[bit // 8] ^= 1 << bit % 8
        sum_ = checksum(bytes(turned[place.start : place.end]))
        turned[place.end : place.end + 4] = sum_.to_bytes(4, "little")
        assert not hidden(model, bytes(turned)), f"byte {bit // 8}, bit {bit % 8}"


@pytest.mark.parametrize("libver", ["earliest", "latest"])
@pytest.mark.parametrize("name", FILES)
def test_damage_is_accounted_for_or_refused(name: str, libver: str) -> None:
    data, chance = written(FILES[name], libver=libver), random.Random(f"{libver} {name}")
    for _ in range(200):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data))
            width = chance.choice((1, 2, 4, 8))
            damaged[at : at + width] = chance.choice((0, 1, 1 << 31, (1 << 64) - 1, at)).to_bytes(
                8, "little"
            )[:width]
        if chance.random() < 0.2:
            del damaged[chance.randrange(len(damaged)) :]
        try:
            read_account(Blob(bytes(damaged)))
        except (FormatError, LimitError) as error:
            assert str(error)


def test_blocks_that_lead_round_in_a_circle_end() -> None:
    data = sample("keras.h5")
    tree = data.index(b"TREE")
    leaf = bytearray(data)
    leaf[tree + 5] = 1
    leaf[tree + 32 : tree + 40] = tree.to_bytes(8, "little")
    with pytest.raises(FormatError, match="where there is already B-tree"):
        read_account(Blob(bytes(leaf)))


def test_a_million_messages_are_refused() -> None:
    header = b"\1\0" + b"\xff\xff" + (1).to_bytes(4, "little") + (8 << 20).to_bytes(4, "little") + bytes(4)
    data = bytearray(written(lambda file: None))
    root = int.from_bytes(data[64:72], "little")
    data[root:] = header + bytes(8 << 20)
    data[40:48] = len(data).to_bytes(8, "little")
    with pytest.raises(LimitError, match="messages"):
        read_account(Blob(bytes(data)))


def test_the_checksum_is_that_of_its_author() -> None:
    assert checksum(b"") == 0xDEADBEEF
    assert checksum(b"Four score and seven years ago") == 0x17770551


def test_files_that_are_cut_off_are_refused() -> None:
    data = written(keras, libver="latest")
    for end in range(0, len(data), 97):
        with pytest.raises(FormatError):
            hdf5.read(Blob(data[:end]))


def test_a_file_of_a_disk_is_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "model.h5"
    path.write_bytes(written(keras))
    with FileBlob(path) as blob:
        assert compare(hdf5.read(blob), read(keras), "same").verdict is Verdict.MET

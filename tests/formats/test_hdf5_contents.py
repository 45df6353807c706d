"""What is told of an HDF5 file without any library is what libhdf5 tells of it."""

import ctypes
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintian_ml.blob import Blob
from lintian_ml.container import hdf5_library
from lintian_ml.container.hdf5 import Contents
from lintian_ml.container.hdf5_file.account import read_account
from lintian_ml.container.hdf5_file.messages import Filter
from lintian_ml.container.hdf5_file.pipeline import DEFLATE, FLETCHER32, SHUFFLE, fletcher32, undone
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import hdf5
from lintian_ml.model import Span
from tests.formats.test_hdf5 import payloads, written
from tests.formats.test_hdf5_accounting import FILES, VERSIONS


def types(file: Any) -> None:
    """Write numbers of all kinds in both byte orders, and what is no number."""
    for code in "bBhHiIqQefd":
        for order in "<>":
            file[f"{order}{code}"] = np.arange(6).astype(order + code)
    file["complex"], file["big complex"] = np.array([1 + 2j], "c8"), np.array([1 + 2j], ">c16")
    file["texts"], file["opaque"] = np.array([b"abc", b"d"]), np.array([b"abcd"], "V4")
    enumeration = h5py.enum_dtype({"A": 1, "B": 2}, basetype="i2")
    file["enumeration"] = np.array([1, 2], dtype=enumeration)
    record = [("x", "f4", (2, 2)), ("y", "S3"), ("z", [("q", ">i2")])]
    file["record"] = np.zeros(3, dtype=record)
    space = h5py.h5s.create_simple((3,))
    odd = h5py.h5t.STD_I32LE.copy()
    odd.set_precision(20)
    h5py.h5d.create(file.id, b"odd integer", odd, space)
    odd = h5py.h5t.IEEE_F32LE.copy()
    odd.set_ebias(100)
    h5py.h5d.create(file.id, b"odd float", odd, space)
    h5py.h5d.create(file.id, b"bits", h5py.h5t.STD_B8LE.copy(), space)


def attributes(file: Any) -> None:
    """Write attributes of all kinds, and second names of what has some."""
    noted = file.create_dataset("a/b/w", data=np.arange(5.0)).attrs
    noted["float"], noted["integers"], noted["yes"] = 1.5, [1, -2], True
    noted["text"], noted["bytes"], noted["empty"] = "ü", b"bytes", ""
    noted["texts"] = ["a", "b"]
    noted["several bytes"] = np.array([b"x", b"yy"])
    noted["nothing"], noted["no text"] = h5py.Empty("f4"), h5py.Empty("S4")
    noted["none"], noted["square"] = np.zeros(0, "f4"), np.arange(4).reshape(2, 2)
    noted["square of texts"] = np.array([["a", "b"], ["c", ""]], dtype=h5py.string_dtype())
    noted["record"] = np.zeros(2, dtype=[("a", "i4")])
    noted["reference"] = file["a/b/w"].ref
    noted.create("ascii", "q", dtype=h5py.string_dtype("ascii"))
    file["second"], file["group"] = file["a/b/w"], file["a"]
    file["type"] = np.dtype("f4")
    file["second type"] = file["type"]
    file["soft"] = h5py.SoftLink("/a/ü")


SHAPES = (((1,), (1,)), ((13,), (5,)), ((7, 9), (3, 4)), ((5, 6, 7), (2, 5, 3)), ((4, 4), (4, 4)))


def chunks(file: Any) -> None:
    """Write chunks of all shapes through all filters, some of them not at all."""
    chance = np.random.default_rng(1)
    for number, (shape, chunk) in enumerate(SHAPES * 4):
        grown = tuple(None if chance.random() < 0.5 else extent + 3 for extent in shape)
        dtype = ("f4", ">i2", "u1", "c8", "S5")[number % 5]
        dataset = file.create_dataset(
            f"{number}",
            shape,
            dtype,
            chunks=chunk,
            maxshape=(None, shape, grown)[number % 3],
            fillvalue=np.array(3).astype(dtype)[()] if number % 2 else None,
            compression="gzip" if number % 4 else None,
            shuffle=bool(number % 3),
            fletcher32=number % 5 == 1,
        )
        part = tuple(slice(int(chance.integers(0, extent)), None) for extent in shape)
        dataset[part] = chance.integers(0, 100, dataset[part].shape).astype(dtype)
    file.create_dataset("never written", (5, 2), "f4", fillvalue=7)
    file.create_dataset("several slabs", data=np.arange(3e6, dtype="f4").reshape(3000, -1), chunks=(64, 300))


WRITERS: dict[str, Callable[[Any], None]] = {
    **FILES,
    "types": types,
    "attributes": attributes,
    "chunks": chunks,
}


def told(contents: Contents) -> dict[str, object]:
    """Return all that is told, but for what may come in any order."""
    tensors = [
        (
            tensor.name,
            tensor.dtype,
            tensor.shape,
            tensor.big_endian,
            tensor.payload.offset if isinstance(tensor.payload, Span) else None,
        )
        for tensor in contents.tensors
    ]
    return {
        "tensors": sorted(tensors),
        "attributes": contents.attributes,
        "groups": sorted(contents.groups),
        "links": contents.links,
        "types": contents.types,
        "remarks": sorted(contents.remarks),
    }


@pytest.mark.parametrize("libver", VERSIONS, ids=str)
@pytest.mark.parametrize("name", WRITERS)
def test_the_same_is_told_as_by_libhdf5(name: str, libver: Any, tmp_path: Path) -> None:
    data = written(WRITERS[name], libver=libver)
    path = tmp_path / "file.h5"
    path.write_bytes(data)
    own = read_account(Blob(data)).contents
    assert told(own) == told(hdf5_library.contents(Blob(data)))
    with h5py.File(path) as file:
        for tensor in own.tensors:
            if tensor.name.startswith("odd"):
                continue  # numpy has no such type, so that h5py converts
            theirs = file[tensor.name][()]
            assert b"".join(tensor.payload.blocks()) == theirs.tobytes(), tensor.name


def edges(file: Any) -> None:
    """Write chunks of which those that go past the end are not filtered, which h5py does not offer."""
    loaded = Path("/proc/self/maps").read_text()
    library = re.search(r"/\S*libhdf5(_serial)?[-.][^/_]*so\S*", loaded)
    if library is None:
        pytest.skip("libhdf5 is not a library of its own here")
    choose = ctypes.CDLL(library[0]).H5Pset_chunk_opts
    choose.argtypes = [ctypes.c_int64, ctypes.c_uint]
    unlimited = h5py.h5s.UNLIMITED
    for most in ((7, 5), (unlimited, unlimited), (7, unlimited), (9, 9)):
        made = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        made.set_chunk((4, 4))
        made.set_deflate(3)
        assert choose(made.id, 2) == 0
        space = h5py.h5s.create_simple((7, 5), most)
        dataset = h5py.h5d.create(file.id, f"{most}".encode(), h5py.h5t.STD_I32LE, space, made)
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(35, dtype="i4").reshape(7, 5))


def test_chunks_at_the_edge_that_passed_no_filter_are_read_as_they_are() -> None:
    model = hdf5.read(Blob(written(edges, libver="latest")))
    assert model.complete, model.remarks
    assert set(payloads(model).values()) == {np.arange(35, dtype="i4").tobytes()}


@given(st.binary(max_size=300), st.integers(0, 9), st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_filters_undo_what_libhdf5_does(data: bytes, level: int, shuffled: bool, summed: bool) -> None:
    options = {"compression": "gzip", "compression_opts": level, "shuffle": shuffled, "fletcher32": summed}
    values = np.frombuffer(data.ljust(28, b"!")[: len(data) // 4 * 4 or 28], "<u4")
    model = hdf5.read(
        Blob(
            written(
                lambda file: file.create_dataset("w", data=values, chunks=(1 + len(values) // 3,), **options)
            )
        )
    )
    assert payloads(model) == {"w": values.tobytes()}


def test_a_checksum_is_fletchers() -> None:
    assert fletcher32(b"") == 0
    assert fletcher32(b"abcde") == 0x4FF029C7
    assert fletcher32(b"abcdefgh") == 0xE1EB9195
    assert fletcher32(b"\xff\xff" * 3) == 0xFFFFFFFF


DEFLATED = zlib.compress(bytes(100))


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (DEFLATED[:-5], DEFLATE, "ends too soon"),
        (zlib.compress(bytes(10_000_000)), DEFLATE, "more than"),
        (zlib.compress(bytes(99)), DEFLATE, "99 bytes, not of 100"),
        (b"no stream", DEFLATE, "cannot be decompressed"),
        (bytes(100) + b"\0\0\0\1", FLETCHER32, "checksum"),
        (bytes(3), FLETCHER32, "checksum"),
        (bytes(99), SHUFFLE, "99 bytes"),
    ],
)
def test_chunks_that_are_not_what_they_should_be_are_refused(data: bytes, code: int, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        undone(data, [Filter(code, (4,))], 0, 100)


def test_many_texts_that_are_one_are_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from lintian_ml.container.hdf5_file import values

    data = written(lambda file: file.attrs.create("t", ["x" * 50] * 20, dtype=h5py.string_dtype()))
    assert hdf5.read(Blob(data)).complete
    monkeypatch.setattr(values.Values.__init__, "__defaults__", (0, 1000))
    with pytest.raises(LimitError, match="texts"):
        read_account(Blob(data))


def test_chunks_that_would_be_decoded_again_and_again_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from lintian_ml.container import hdf5_extent
    from lintian_ml.container.hdf5_file import elements

    monkeypatch.setattr(hdf5_extent, "CHUNK_LIMIT", 1 << 10)
    monkeypatch.setattr(elements, "WORK_FREE", 0)
    monkeypatch.setattr(elements, "WORK", 8)
    values = np.arange(64 * 64, dtype="u1").reshape(64, 64)
    data = written(lambda file: file.create_dataset("w", data=values, chunks=(32, 32), compression="gzip"))
    with pytest.raises(LimitError, match="over and over"):
        payloads(hdf5.read(Blob(data)))

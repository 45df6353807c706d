"""NumPy's .npy and .npz are read as numpy reads them, without unpickling, and nothing malformed is."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lintian_ml.blob import Blob
from lintian_ml.container.limits import Limits
from lintian_ml.container.zip import read_directory
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Glimpse, Kind, npy, npz
from lintian_ml.model import Computed, Model, Span
from lintian_ml.samples import sample

LINEAR, ARCHIVE = sample("linear.npy"), sample("linear.npz")


class Dangerous:
    """Unpickling it makes the file ``marker``."""

    marker = Path()

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.marker,)


def saved(array: object, version: tuple[int, int] | None = None) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asanyarray(array), version)
    return file.getvalue()


def archived(compressed: bool = False, **members: object) -> bytes:
    file = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(file, **members)  # type: ignore[arg-type]
    return file.getvalue()


def with_header(text: str, data: bytes = b"", version: bytes = b"\1\0") -> bytes:
    return (
        npy.MAGIC
        + version
        + struct.pack("<H" if version == b"\1\0" else "<I", len(text))
        + text.encode()
        + data
    )


def glimpse(data: bytes, name: str = "a.bin") -> Glimpse:
    return Glimpse(name, len(data), data[: 1 << 16], data[-(1 << 16) :])


def zipped(data: bytes, name: str = "a.zip") -> Glimpse:
    return Glimpse(name, len(data), data, data, members=read_directory(Blob(data), Limits()))


def payloads(model: Model) -> dict[str, bytes]:
    return {tensor.name: b"".join(tensor.payload.blocks()) for tensor in model.tensors}


def test_the_sample_holds_what_numpy_reads() -> None:
    model = npy.read(Blob(LINEAR))
    theirs = np.load(io.BytesIO(LINEAR))
    (tensor,) = model.tensors
    assert (tensor.name, tensor.dtype, tensor.shape) == ("arr_0", "float32", theirs.shape)
    assert payloads(model) == {"arr_0": theirs.tobytes()}
    assert isinstance(tensor.payload, Span)
    assert model.complete


KINDS = (
    arrays.scalar_dtypes()
    | arrays.complex_number_dtypes()
    | arrays.datetime64_dtypes()
    | arrays.byte_string_dtypes()
)


@given(st.data(), arrays.array_shapes(min_dims=0, min_side=0, max_side=5), st.booleans())
def test_every_plain_array_keeps_its_values_in_c_order(
    data: st.DataObject, shape: tuple[int, ...], fortran: bool
) -> None:
    array = data.draw(arrays.arrays(data.draw(KINDS), shape))
    array = np.asfortranarray(array) if fortran else array
    model = npy.read(Blob(saved(array)))
    (tensor,) = model.tensors
    assert payloads(model) == {"arr_0": array.tobytes()}
    assert tensor.shape == array.shape
    assert tensor.payload.length == array.nbytes
    if tensor.dtype != "bytes":
        assert tensor.dtype == array.dtype.name
        assert tensor.big_endian == (array.dtype.byteorder == ">")


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_all_versions_are_read(version: tuple[int, int]) -> None:
    assert payloads(npy.read(Blob(saved([1, 2], version)))) == {"arr_0": np.array([1, 2]).tobytes()}


def test_memory_order_and_byte_order_are_noise() -> None:
    array = np.arange(6, dtype=">i2").reshape(2, 3)
    model = npy.read(Blob(saved(np.asfortranarray(array))))
    assert {"memory order of arr_0", "byte order of arr_0"} <= set(model.noise)
    assert model.tensors[0].big_endian
    assert isinstance(model.tensors[0].payload, Computed)


def test_structured_arrays_are_opaque_bytes_of_numpy_s_width() -> None:
    kind = np.dtype([("a", "i4"), ("b", [("c", "f8", (2,)), ("d", "U3")])], align=True)
    model = npy.read(Blob(saved(np.zeros(3, kind))))
    assert model.tensors[0].dtype == "bytes"
    assert model.tensors[0].payload.length == 3 * kind.itemsize
    assert "opaque" in model.remarks[0]
    assert model.complete


def test_bytes_after_the_array_are_residue() -> None:
    assert npy.read(Blob(LINEAR + b"hidden")).residue == {"after arr_0": b"hidden"}


def test_a_header_written_unusually_is_noise() -> None:
    model = npy.read(Blob(with_header("{'shape': (2,), 'descr': '|u1', 'fortran_order': False}  \n", b"ab")))
    assert "header text of arr_0" in model.noise
    assert payloads(model) == {"arr_0": b"ab"}


def test_a_header_of_python_2_is_read() -> None:
    data = with_header("{'descr': '|u1', 'fortran_order': False, 'shape': (2L,), }\n", b"ab")
    assert npy.read(Blob(data)).tensors[0].shape == (2,)


def header(shape: str = "(1,)", descr: str = "'<f4'", order: str = "False") -> str:
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        npy.MAGIC,
        npy.MAGIC + b"\4\0" + LINEAR[8:],
        with_header(header("(1099511627776,)")),
        with_header(header("(4, 1099511627776)"), bytes(16)),
        with_header(header("(-1,)"), bytes(4)),
        with_header(header("(True,)"), bytes(4)),
        with_header(header("[1]"), bytes(4)),
        with_header(header(f"({'1,' * 65})"), bytes(4)),
        with_header(header(f"({'9' * 5000},)"), bytes(4)),
        with_header(header(order="0"), bytes(4)),
        with_header(header(descr="'<f4,<f4'"), bytes(8)),
        with_header(header(descr="'<q4'"), bytes(8)),
        with_header(header(descr="[('a',)]"), bytes(8)),
        with_header(header(descr="7"), bytes(8)),
        with_header("{'descr': __import__('os').system('true')}"),
        with_header("{'descr': '<f4'}"),
        with_header("(" * 60_000),
        with_header("-" * 60_000 + "1"),
        with_header("1" + "+1" * 20_000),
        with_header("[" * 900 + "]" * 900),
        with_header("'" * 60_001),
        with_header("{'a\xff': 1}", version=b"\1\0"),
        npy.MAGIC + b"\3\0" + struct.pack("<I", 4) + b"\xff\xfe\xff\xfe",
    ],
)
def test_malformed_arrays_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        npy.read(Blob(data))
    assert npy.recognise(glimpse(data)) is None


def test_a_long_header_is_left_unread() -> None:
    with pytest.raises(LimitError):
        npy.read(Blob(with_header(header() + " " * (1 << 16), version=b"\2\0")))


@pytest.mark.parametrize("length", range(len(LINEAR)))
def test_a_truncated_array_is_malformed(length: int) -> None:
    with pytest.raises(FormatError):
        npy.read(Blob(LINEAR[:length]))


def test_an_array_is_a_carrier_and_its_name_counts_only_if_it_tells() -> None:
    plain, telling = (
        npy.recognise(glimpse(LINEAR, "testdata/x.npy")),
        npy.recognise(glimpse(LINEAR, "dnn/Weights.npy")),
    )
    assert plain is not None
    assert telling is not None
    assert plain.carrier
    assert plain.kinds == {Kind.MAGIC, Kind.STRUCTURE}
    assert telling.kinds == {Kind.MAGIC, Kind.STRUCTURE, Kind.NAME}


@pytest.mark.parametrize("name", ["lightweight/x.npy", "remodel.npy", "modelling/x.npy"])
def test_words_within_words_do_not_tell(name: str) -> None:
    assert not npy.tells_of_weights(name)


@pytest.mark.parametrize(
    ("name", "shape", "tells"),
    [
        ("digits_embedding_42.npy", (90, 2), False),
        ("embedding.npy", (90, 3), False),
        ("embedding.npy", (90, 16), True),
        ("embedding.npy", (90,), True),
        ("weights.npy", (90, 2), True),
        ("model/embedding.npy", (90, 2), True),
    ],
)
def test_an_embedding_in_a_plane_is_drawn_and_no_model(
    name: str, shape: tuple[int, ...], tells: bool
) -> None:
    data = io.BytesIO()
    np.save(data, np.ones(shape, np.float32))
    evidence = npy.recognise(Glimpse(name, len(data.getvalue()), data.getvalue()))
    assert evidence is not None
    assert (Kind.NAME in evidence.kinds) == tells


@pytest.mark.parametrize("compressed", [False, True])
def test_an_archive_holds_what_numpy_reads(compressed: bool) -> None:
    members = {
        "w": np.arange(30_000, dtype="f4").reshape(100, 300),
        "f": np.asfortranarray(np.arange(12).reshape(3, 4)),
        "empty": np.zeros((0, 2)),
    }
    data = archived(compressed, **members)
    model = npz.read(Blob(data))
    assert payloads(model) == {name: array.tobytes() for name, array in members.items()}
    assert model.complete
    assert not model.residue
    assert not model.remarks


def test_the_sample_archive_holds_kernel_and_bias() -> None:
    theirs = np.load(io.BytesIO(ARCHIVE))
    assert payloads(npz.read(Blob(ARCHIVE))) == {name: theirs[name].tobytes() for name in theirs.files}


@pytest.mark.parametrize("compressed", [False, True])
def test_object_arrays_are_never_unpickled(tmp_path: Path, compressed: bool) -> None:
    Dangerous.marker = tmp_path / "marker"
    array = np.array([Dangerous()], dtype=object)
    archive = npz.read(Blob(archived(compressed, danger=array, w=np.ones(2))))
    single = npy.read(Blob(saved(array)))
    assert not (tmp_path / "marker").exists()
    for model in (archive, single):
        assert any("pickle, not read" in remark for remark in model.remarks)
        assert not model.complete
    assert set(payloads(archive)) == {"w"}
    np.load(io.BytesIO(saved(array)), allow_pickle=True)
    assert (tmp_path / "marker").exists()


def test_what_lies_between_or_beside_the_members_is_residue() -> None:
    file = io.BytesIO(archived(w=np.ones(2)))
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = b"hello"
    model = npz.read(Blob(b"before" + file.getvalue()))
    assert model.residue["bytes before the archive"] == b"before"
    assert model.residue["end of the zip archive"].endswith(b"hello")


def test_a_member_that_is_no_array_leaves_the_archive_incomplete() -> None:
    file = io.BytesIO(archived(w=np.ones(2)))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("readme.txt", "hello")
    model = npz.read(Blob(file.getvalue()))
    assert not model.complete
    assert "member readme.txt is not an array, not read" in model.remarks
    assert npz.recognise(zipped(file.getvalue())) is None


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused() -> None:
    file = io.BytesIO(archived(w=np.ones(2)))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("w.npy", LINEAR)
    with pytest.raises(FormatError, match="one name"):
        npz.read(Blob(file.getvalue()))


def test_an_archive_of_arrays_is_recognised_as_a_carrier() -> None:
    evidence = npz.recognise(zipped(ARCHIVE, "model/linear.npz"))
    assert evidence is not None
    assert evidence.carrier
    assert Kind.NAME in evidence.kinds
    assert npz.recognise(glimpse(ARCHIVE)) is None


@given(st.lists(st.tuples(st.integers(0, len(ARCHIVE) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_changed_bytes_of_an_archive_are_read_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(ARCHIVE)
    for position, value in changes:
        data[position] = value
    try:
        model = npz.read(Blob(bytes(data)))
        assert all(
            sum(map(len, tensor.payload.blocks())) == tensor.payload.length for tensor in model.tensors
        )
    except (FormatError, LimitError):
        return


@given(st.lists(st.tuples(st.integers(0, len(LINEAR) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_changed_bytes_of_an_array_are_read_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(LINEAR)
    for position, value in changes:
        data[position] = value
    npy.recognise(glimpse(bytes(data)))
    try:
        model = npy.read(Blob(bytes(data)))
    except (FormatError, LimitError):
        return
    assert all(sum(map(len, tensor.payload.blocks())) == tensor.payload.length for tensor in model.tensors)

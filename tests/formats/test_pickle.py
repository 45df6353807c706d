"""Pickles are recognised by what they do and read as arrays and structure; classes make them models."""

import json
import pickle
import struct
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Glimpse, Kind
from lintian_ml.formats import pickle as pickles
from lintian_ml.model import Model, Tensor
from lintian_ml.samples import sample

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
MODELS = ("logistic.pkl", "logistic.joblib")
CLASS = "sklearn.linear_model._logistic.LogisticRegression"


def read(data: bytes) -> Model:
    return pickles.read(Blob(data))


def seen(data: bytes, name: str = "file.pkl") -> Evidence | None:
    return pickles.recognise(Glimpse(name, len(data), data[: 1 << 16], data[-(1 << 16) :]))


def payload(tensor: Tensor) -> bytes:
    return b"".join(tensor.payload.blocks())


def test_plain_data_is_structure_alone() -> None:
    model = read(sample("plain.pkl"))
    assert model.structure == {"dict": [["words", ["one", "two"]], ["count", 2]]}
    assert model.complete
    assert not model.tensors
    assert not model.residue
    assert not model.remarks


@pytest.mark.parametrize("name", MODELS)
def test_a_fitted_classifier_has_its_arrays_and_its_class(name: str) -> None:
    model = read(sample(name))
    assert {tensor.name: (tensor.dtype, tensor.shape) for tensor in model.tensors} == {
        "classes_": ("int64", (2,)),
        "n_iter_": ("int32", (1,)),
        "coef_": ("float64", (1, 2)),
        "intercept_": ("float64", (1,)),
    }
    assert model.metadata == {"classes": CLASS, "_sklearn_version": "1.9.1"}
    assert model.remarks == (f"opaque: {CLASS}",)
    assert model.complete


def test_joblib_and_pickle_hold_the_same_values() -> None:
    first, second = (read(sample(name)) for name in MODELS)
    assert list(map(payload, first.tensors)) == list(map(payload, second.tensors))
    assert struct.unpack("<2d", payload(first.tensors[2])) == pytest.approx((0.9586, 0.2496), abs=1e-3)


@pytest.mark.parametrize("name", MODELS)
def test_a_named_model_class_is_semantics(name: str) -> None:
    assert seen(sample(name)) == Evidence.of(
        {Kind.STRUCTURE: "pickle of protocol 4", Kind.SEMANTICS: f"names {CLASS}"}
    )


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_plain_data_only_carries(protocol: int) -> None:
    evidence = seen(pickle.dumps({"a": [1, 2, 3], "b": "text"}, protocol))
    assert evidence
    assert evidence.carrier
    assert evidence.kinds == {Kind.STRUCTURE}


@pytest.mark.parametrize(
    "name", ["sklearn.utils._bunch.Bunch", "sklearn.datasets.base", "os.system", "xgboostish.X"]
)
def test_other_classes_make_no_model(name: str) -> None:
    assert not pickles.names_model(name)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_pickle_longer_than_what_is_seen_is_recognised(protocol: int) -> None:
    data = pickle.dumps([b"x" * 200_000, list(range(50_000))], protocol)
    assert seen(data)
    assert not seen(data[:-1] + b"x")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80",
        b"\x80\x04",
        b"\x80\x02 and other bytes",
        b"\x80\x03B\xff\xff\xff\x7f" + bytes(100),
        b"(defun car (x) x).",
        b"class Foo:\n    pass\n",
        b"]",
        b"()t.",
        b'char *s = "a";\n.',
        b"{}.",
        b"}.",
        sample("linear_legacy.pt"),
    ],
    ids=repr,
)
def test_other_files_are_not_taken_for_pickles(data: bytes) -> None:
    assert seen(data) is None


@pytest.mark.parametrize("name", [*MODELS, "plain.pkl"])
def test_a_pickle_cut_anywhere_is_neither_recognised_nor_read(name: str) -> None:
    data = sample(name)
    for end in range(len(data)):
        assert seen(data[:end]) is None
        with pytest.raises((FormatError, LimitError)):
            read(data[:end])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=100), st.sampled_from([b"\x80\x02", b"\x80\x04", b"(", b"]", b"}", b"c", b""]))
def test_recognising_never_raises(data: bytes, start: bytes) -> None:
    seen(start + data)


@pytest.mark.parametrize("name", [*MODELS, "plain.pkl"])
@settings(max_examples=150, deadline=None)
@given(places=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 255)), min_size=1, max_size=4))
def test_changed_bytes_never_end_in_another_error(name: str, places: list[tuple[int, int]]) -> None:
    data = bytearray(sample(name))
    for place, byte in places:
        data[place % len(data)] = byte
    seen(bytes(data))
    try:
        model = read(bytes(data))
        json.dumps(model.structure)
        for tensor in model.tensors:
            assert len(payload(tensor)) == tensor.payload.length
    except (FormatError, LimitError) as error:
        assert str(error)


KINDS = (
    arrays.boolean_dtypes()
    | arrays.integer_dtypes()
    | arrays.unsigned_integer_dtypes()
    | arrays.floating_dtypes(sizes=(16, 32, 64))
    | arrays.complex_number_dtypes(sizes=(64, 128))
)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_arrays_are_equal_to_the_bit(protocol: int, data: Any) -> None:
    value = data.draw(arrays.arrays(KINDS, arrays.array_shapes(min_dims=0, min_side=0)))
    if data.draw(st.booleans()):
        value = numpy.asfortranarray(value)
    (tensor,) = read(pickle.dumps({"weights": value}, protocol)).tensors
    assert tensor.name == "weights"
    assert tensor.shape == value.shape
    assert tensor.dtype == value.dtype.name
    assert tensor.big_endian == (value.dtype.byteorder == ">")
    assert payload(tensor) == value.tobytes("C")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_long_array_is_equal_to_the_bit(protocol: int) -> None:
    value = numpy.random.default_rng(3).standard_normal((100, 90)).T
    (tensor,) = read(pickle.dumps([value], protocol)).tensors
    assert payload(tensor) == value.tobytes("C")


def test_a_numpy_scalar_is_a_tensor_without_axes() -> None:
    (tensor,) = read(pickle.dumps({"C": numpy.float32(1.5)})).tensors
    assert (tensor.name, tensor.shape, payload(tensor)) == ("C", (), struct.pack("<f", 1.5))


def test_records_are_bytes_with_their_type_in_the_structure() -> None:
    value = numpy.array([(1, 2.0)], dtype=[("left", "<i8"), ("threshold", "<f8")])
    model = read(pickle.dumps({"nodes": value}))
    assert model.tensors[0].dtype == "bytes"
    assert payload(model.tensors[0]) == value.tobytes()
    assert "threshold" in json.dumps(model.structure)
    assert model.parameter_count == 0


def test_an_array_of_objects_is_structure() -> None:
    model = read(pickle.dumps(numpy.array([1, "x", None], dtype=object)))
    assert not model.tensors
    assert '[1, "x", null]' in json.dumps(model.structure)


def test_an_array_with_too_few_bytes_is_refused() -> None:
    data = pickle.dumps(numpy.arange(4, dtype="<i4"), 2).replace(b"K\4\x85", b"K\5\x85")
    with pytest.raises(FormatError, match="20 are needed"):
        read(data)


def test_pickles_that_follow_one_another_are_all_read() -> None:
    model = read(pickle.dumps(1) + pickle.dumps(numpy.arange(3)))
    assert [tensor.name for tensor in model.tensors] == ["1"]
    assert not model.residue


def test_trailing_bytes_are_residue() -> None:
    model = read(pickle.dumps(1) + b"#trailing")
    assert model.residue == {"trailing bytes": b"#trailing"}


def test_a_long_text_is_left_in_place() -> None:
    (tensor,) = read(pickle.dumps({"booster": "tree" * 5000})).tensors
    assert (tensor.name, tensor.dtype, payload(tensor)) == ("booster", "bytes", b"tree" * 5000)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("padding", [b"", b"x" * 10_000], ids=["short", "long"])
def test_a_pickle_within_a_string_is_looked_into(protocol: int, padding: bytes) -> None:
    inner = b"\x80\x02cos\nsystem\nU\4true\x85R0B" + struct.pack("<I", len(padding)) + padding + b"."
    outer = pickle.dumps({"state": [pickle.dumps(inner, 4)]}, protocol)
    remarks = read(outer).remarks
    if protocol > 2 or not padding:
        assert "opaque: os.system (in a pickle within a string)" in remarks


def test_names_are_listed_once_sorted_and_not_without_end() -> None:
    names = b"".join(b"cm%03d\nf\n" % number for number in range(300, 0, -1))
    remarks = read(b"\x80\x02(" + names * 2 + b"l.").remarks
    assert len(remarks) == 101
    assert list(remarks[:100]) == sorted(set(remarks[:100]))
    assert remarks[-1] == "opaque: 200 more names"


def test_a_name_cannot_forge_a_line() -> None:
    (remark,) = read(b"\x80\x04\x8c\x05os\nE:\x8c\x04\x1b[31\x93.").remarks
    assert remark == "opaque: os\\nE:.\\x1b[31"


def test_two_orders_of_one_set_are_one_structure() -> None:
    first, second = (read(b"\x80\x04\x8f(K" + order + b"\x90.") for order in (b"\1K\2", b"\2K\1"))
    assert first.structure == second.structure


def test_how_a_number_is_written_is_noise() -> None:
    first, second = (read(b"\x80\x02" + number + b".") for number in (b"K\1", b"M\1\0"))
    assert first.structure == second.structure
    assert first.noise != second.noise

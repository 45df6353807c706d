"""Keras archives are accounted for byte by byte, so that two of them can be told apart or called the same."""

import io
import json
import zipfile
from collections.abc import Mapping

import h5py
import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.equality import Verdict, compare
from lintian_ml.error import FormatError
from lintian_ml.formats import keras
from lintian_ml.model import Model

WEIGHTS = np.linspace(0.5, 1.0, 64, dtype=np.float32)
CONFIG = {"module": "keras", "class_name": "Sequential", "config": {"name": "net", "layers": []}}


def weights(values: np.ndarray) -> bytes:
    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        file["layers/dense/vars/0"] = values
    return memory.getvalue()


NONE: Mapping[str, bytes] = {}


def archive(
    values: np.ndarray = WEIGHTS,
    year: int = 2024,
    method: int = zipfile.ZIP_STORED,
    comment: bytes = b"",
    members: Mapping[str, bytes] = NONE,
) -> bytes:
    """Return a model as Keras writes it, with other members beside."""
    whole: Mapping[str, bytes] = {
        keras.METADATA: json.dumps({"keras_version": "3.5.0", "date_saved": "2024-01-01@00:00:00"}).encode(),
        keras.CONFIG: json.dumps(CONFIG).encode(),
        keras.WEIGHTS: weights(values),
        **members,
    }
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", method) as file:
        file.comment = comment
        for name, data in whole.items():
            file.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), data, method)
    return memory.getvalue()


def read(data: bytes) -> Model:
    return keras.read(Blob(data))


def verdict(first: bytes, second: bytes, predicate: str = "same") -> Verdict:
    return compare(read(first), read(second), predicate).verdict


def test_times_and_compression_are_noise() -> None:
    for other in (archive(year=1999), archive(method=zipfile.ZIP_DEFLATED)):
        assert read(other).complete
        found = compare(read(archive()), read(other), "same")
        assert found.verdict is Verdict.MET
        assert any(note.startswith("noise of ") for note in found.notes)


def test_weights_are_held_to_what_is_asked() -> None:
    moved = np.nextafter(WEIGHTS, np.float32(2))
    assert verdict(archive(), archive(moved)) is Verdict.NOT_MET
    assert verdict(archive(), archive(moved), "ulp(1)") is Verdict.MET
    assert verdict(archive(), archive(moved), "ulp(0)") is Verdict.NOT_MET


@pytest.mark.parametrize(
    "other",
    [
        archive(comment=b"hidden"),
        archive(members={"assets": b"a vocabulary"}),
        b"hidden" + archive(),
        archive() + b"hidden",
    ],
    ids=["comment", "asset", "before", "after"],
)
def test_what_lies_beside_the_members_is_not_lost(other: bytes) -> None:
    try:
        assert verdict(archive(), other) is Verdict.NOT_MET
    except FormatError:
        pytest.skip("it is refused")


def test_assets_must_be_the_same() -> None:
    first, second = archive(members={"assets": b"a b"}), archive(members={"assets": b"a c"})
    assert verdict(first, first) is Verdict.MET
    assert verdict(first, second) is Verdict.NOT_MET


def test_a_member_that_is_too_large_to_be_kept_leaves_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras, "ASSET", 2)
    data = archive(members={"assets": b"a b"})
    assert "member assets not read" in read(data).remarks
    assert verdict(data, archive(year=1999, members={"assets": b"a b"})) is Verdict.NOT_DECIDED


@pytest.mark.parametrize(("one", "other"), [("1", 1), ("true", True), ("null", None), ('"a"', "a")])
def test_metadata_of_two_types_are_two_texts(one: object, other: object) -> None:
    def told(value: object) -> str:
        return read(archive(members={keras.METADATA: json.dumps({"key": value}).encode()})).metadata["key"]

    assert told(one) != told(other)


def test_the_spelling_of_the_configuration_is_noise_and_its_meaning_is_not() -> None:
    plain, wide = (json.dumps(CONFIG, indent=indent).encode() for indent in (None, 1))
    assert (
        verdict(archive(members={keras.CONFIG: plain}), archive(members={keras.CONFIG: wide})) is Verdict.MET
    )
    other = plain.replace(b"net", b"nat")
    assert (
        verdict(archive(members={keras.CONFIG: plain}), archive(members={keras.CONFIG: other}))
        is Verdict.NOT_MET
    )

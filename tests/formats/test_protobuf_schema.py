"""A schema is a few lines of text: its marks tell which fields repeat, and which of those are packed."""

import struct

import pytest

from lintian_ml.blob import Blob
from lintian_ml.encoding.message import Reader
from lintian_ml.encoding.protobuf import FIXED64, LENGTH, VARINT, Wire
from lintian_ml.encoding.protobuf_schema import Slot, schema
from lintian_ml.error import FormatError

SCHEMA = schema("Top: 1 one int, 2 some int*, 3 packed int*+, 4 runs doubles+, 5 inner Top*, 6 parts spans")


def read(data: bytes) -> tuple[dict[str, object], Reader]:
    reader = Reader(Wire(Blob(data)), SCHEMA)
    return reader.read("Top"), reader


@pytest.mark.parametrize(
    ("number", "slot"),
    [
        (1, Slot("one", "int", many=False, packed=False, wire=VARINT)),
        (2, Slot("some", "int", many=True, packed=False, wire=VARINT)),
        (3, Slot("packed", "int", many=True, packed=True, wire=VARINT)),
        (4, Slot("runs", "doubles", many=True, packed=True, wire=FIXED64)),
        (5, Slot("inner", "Top", many=True, packed=False, wire=LENGTH)),
        (6, Slot("parts", "spans", many=True, packed=False, wire=LENGTH)),
    ],
)
def test_marks_tell_what_repeats_and_what_is_packed(number: int, slot: Slot) -> None:
    assert SCHEMA["Top"][number] == slot


def test_numbers_that_are_usually_packed_are_read_in_either_form() -> None:
    packed, reader = read(b"\x1a\2\7\x08")
    assert packed == {"packed": [7, 8]} and not reader.noise and not reader.residue
    apart, reader = read(b"\x18\7\x18\x08")
    assert apart == packed
    assert reader.noise and not reader.residue


def test_numbers_that_are_usually_apart_are_read_in_either_form() -> None:
    apart, reader = read(b"\x10\7\x10\x08")
    assert apart == {"some": [7, 8]} and not reader.noise
    assert read(b"\x12\2\7\x08")[0] == apart


def test_a_number_that_does_not_repeat_stands_once() -> None:
    with pytest.raises(FormatError, match="second one"):
        read(b"\x08\1\x08\2")


def test_runs_stay_where_they_lie() -> None:
    found, _ = read(b"\x22\x08" + struct.pack("<d", 1.5))
    assert list(found) == ["runs"]

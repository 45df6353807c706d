"""Files that a source spells out as literals are found, decoded and read."""

import base64
import io
import os
import random
from collections.abc import Callable

import pytest

from lintian_ml.detection import Examiner
from lintian_ml.encoding.embedded import LEAST, find_embedded
from lintian_ml.encoding.literals import find_arrays
from lintian_ml.samples import sample

MODEL = sample("keras_v3.keras")
PLAIN = "# Copyright 2024 A. N. Author\n\nimport base64\n\nDATA = {}\n\nprint(len(DATA))\n"
Speller = Callable[[bytes], str]


def in_one_line(data: bytes) -> str:
    return f'"{base64.b64encode(data).decode()}"'


def url_safe(data: bytes) -> str:
    return f'"{base64.urlsafe_b64encode(data).decode()}"'


def in_lines(data: bytes) -> str:
    text = base64.b64encode(data).decode()
    return "(\n" + "".join(f'    b"{text[at : at + 76]}"\n' for at in range(0, len(text), 76)) + ")"


def in_a_block(data: bytes) -> str:
    return f'"""\n{base64.encodebytes(data).decode()}"""'


def in_hexadecimal(data: bytes) -> str:
    return f"'{data.hex()}'"


def in_escapes(data: bytes) -> str:
    rows = (data[at : at + 16] for at in range(0, len(data), 16))
    return "\n".join('    "' + "".join(f"\\x{byte:02x}" for byte in row) + '"' for row in rows)


def as_xxd_writes(data: bytes) -> str:
    rows = (data[at : at + 12] for at in range(0, len(data), 12))
    return "{\n  " + ",\n  ".join(", ".join(f"0x{byte:02x}" for byte in row) for row in rows) + "\n}"


def as_signed_numbers(data: bytes) -> str:
    return "{" + ",".join(str(byte - 256 if byte > 127 else byte) for byte in data) + "}"


SPELLERS = [
    (in_one_line, "base64@5"),
    (url_safe, "base64@5"),
    (in_lines, "base64@6"),
    (in_a_block, "base64@6"),
    (in_hexadecimal, "hexadecimal@5"),
    (in_escapes, "escapes@5"),
    (as_xxd_writes, "array@6"),
    (as_signed_numbers, "array@5"),
]


def examined(text: str) -> Examiner:
    examiner = Examiner()
    data = text.encode()
    examiner.examine("src/model.py", len(data), io.BytesIO(data))
    return examiner


@pytest.mark.parametrize(("spell", "place"), SPELLERS, ids=lambda value: getattr(value, "__name__", value))
def test_a_model_is_found_however_it_is_spelled_out(spell: Speller, place: str) -> None:
    examiner = examined(PLAIN.replace("{}", spell(MODEL)))
    (model,) = examiner.models
    assert (model.path, model.format, model.embedded) == (f"src/model.py//{place}", "keras", True)
    assert model.size == len(MODEL)
    assert not examiner.not_examined


@pytest.mark.parametrize(("spell", "place"), SPELLERS, ids=lambda value: getattr(value, "__name__", value))
def test_what_is_spelled_out_is_decoded_to_the_last_byte(spell: Speller, place: str) -> None:
    data = random.Random(5).randbytes(5003)
    text = PLAIN.replace("{}", spell(data)).encode()
    (found,) = find_embedded(text, find_arrays(text))
    assert found.decode() == data
    assert f"{found.spelling}@{found.line}" == place


@pytest.mark.parametrize(("spell", "place"), SPELLERS, ids=lambda value: getattr(value, "__name__", value))
def test_a_file_of_no_format_is_no_model(spell: Speller, place: str) -> None:
    del place
    assert not examined(PLAIN.replace("{}", spell(bytes(range(256)) * 32))).models


def test_a_literal_that_is_cut_off_is_told_not_taken_for_a_model() -> None:
    examiner = examined(f'DATA = "{base64.b64encode(MODEL)[:6000].decode()}"\n')
    assert not examiner.models
    assert [note.path for note in examiner.not_examined] == ["src/model.py//base64@1"]


def test_literals_within_literals_end_at_the_depth_of_archives() -> None:
    data = MODEL
    for _ in range(6):
        data = f'DATA = "{base64.b64encode(data).decode()}"\n'.encode()
    examiner = Examiner()
    examiner.examine("deep.py", len(data), io.BytesIO(data))
    assert not examiner.models


@pytest.mark.parametrize(
    "text",
    [
        "=" * 20_000,
        ("/" * 78 + "\n") * 200,
        "".join(f"usr/lib/python3/dist-packages/module/file_{number}.py\n" for number in range(500)),
        "a" * 3 * LEAST,
        "\\x" * 9000,
        "\\x4" * 9000,
        "0x" * 9000,
    ],
)
def test_long_words_that_spell_nothing_out_do_no_harm(text: str) -> None:
    assert not examined(text).models


def test_hostile_text_takes_no_more_than_a_moment() -> None:
    text = (b'"' + os.urandom(45).hex().encode() + b'"\n') * 30_000
    assert sum(1 for _ in find_embedded(text, ())) == 1

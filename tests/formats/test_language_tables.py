"""Models in sources: tables of languages (chardet, uchardet, CLD2), MeCab's costs, dlib's detectors."""

import io
import random

import pytest

from lintian_ml.blob import Blob
from lintian_ml.detection import Examiner, FoundModel
from lintian_ml.error import FormatError
from lintian_ml.formats import mecab_matrix
from lintian_ml.model import Certainty
from tests.formats import trials

RANDOM = random.Random(3)
LIKELIHOODS = [RANDOM.choice((0, 0, 1, 2, 3)) for _ in range(64 * 64)]
ROWS = "\n".join(",".join(map(str, LIKELIHOODS[at : at + 64])) + "," for at in range(0, 4096, 64))
LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"


def dictionary() -> str:
    pairs = "".join(
        f"    {first}: {{  # {letter!r}\n"
        + "".join(
            f"        {second}: {RANDOM.randrange(4)},  # {other!r}\n" for second, other in enumerate(LETTERS)
        )
        + "    },\n"
        for first, letter in enumerate(LETTERS)
    )
    return (
        "from chardet.sbcharsetprober import SingleByteCharSetModel\n\n# 3: Positive\n\n"
        f"RUSSIAN_LANG_MODEL = {{\n{pairs}}}\n\n"
        "MODEL = SingleByteCharSetModel(language_model=RUSSIAN_LANG_MODEL)\n"
    )


def matrix(right: int = 30, left: int = 40) -> str:
    costs = (
        f"{first} {second} {RANDOM.randint(-4000, 4000)}\n"
        for first in range(right)
        for second in range(left)
    )
    return f"{right} {left}\n" + "".join(costs)


CLD2 = (
    "// Copyright 2014\n\n// Created by postproc-cld2 4.0 on 2014-02-04 09:06:59\n"
    '#include "cld2tablesummary.h"\nnamespace CLD2 {\nstatic const uint32 kQuad0122[] = {\n'
    + ",\n".join(f"  0x{RANDOM.getrandbits(32):08x}, 0x{RANDOM.getrandbits(32):08x}" for _ in range(2000))
    + "};\n}\n"
)


LINES = "\n".join(f'        sout << "{RANDOM.randbytes(48).hex()[:76]}";' for _ in range(300))
DETECTOR = (
    '// Copyright\n#include "../compress_stream.h"\n#include "../base64.h"\n'
    "inline const std::string get_serialized_frontal_faces();\n"
    "inline detector get() { deserialize(detector, sin); }\n"
    f"inline const std::string get_serialized_frontal_faces()\n{{\n{LINES}\n}}\n"
)


def found(text: str, name: str) -> list[FoundModel]:
    data = text.encode()
    examiner = Examiner()
    examiner.examine(name, len(data), io.BytesIO(data))
    return examiner.models


@pytest.mark.parametrize(
    ("text", "name", "format"),
    [
        (
            f"/* Russian */\nstatic const PRUint8 RussianLangModel[] =\n{{\n{ROWS}\n}};\n",
            "LangRussian.cpp",
            "charset-model",
        ),
        (
            f"# Russian\nRussianLangModel = (\n{ROWS}\n)\n".replace("(", "[").replace(")", "]"),
            "ru.py",
            "charset-model",
        ),
        (dictionary(), "langrussianmodel.py", "chardet"),
        (CLD2, "cld2_generated_quad0122.cc", "cld2"),
        (matrix(), "dic/matrix.def", "mecab-matrix"),
        (DETECTOR, "frontal_face_detector.h", "dlib-source"),
    ],
    ids=["uchardet", "chardet 3", "chardet 5", "cld2", "mecab", "dlib"],
)
def test_each_is_found_for_certain(text: str, name: str, format: str) -> None:
    assert [(model.format, model.certainty) for model in found(text, name)] == [(format, Certainty.CERTAIN)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"static const int table[] = {{\n{ROWS}\n}};\n", "table.c"),
        ("static const int RussianLangModel[] = {" + "0, 4, 9, 1, " * 1024 + "};\n", "model.c"),
        (f"int RussianLangModel[] = {{{ROWS[:4001]}}};\n", "model.c"),
        (dictionary().replace("_LANG_MODEL", "_TABLE"), "table.py"),
        (dictionary().replace("SingleByteCharSetModel", "Other"), "table.py"),
        (CLD2.replace('#include "cld2tablesummary.h"', ""), "generated.cc"),
        (matrix(), "matrix.txt"),
        (DETECTOR.replace("serialized_", ""), "detector.h"),
        (DETECTOR.replace("deserialize(", "load("), "detector.h"),
        (DETECTOR[:6000], "detector.h"),
        (matrix().replace("0 1 ", "0 2 ", 1), "matrix.def"),
    ],
)
def test_what_is_alike_is_not(text: str, name: str) -> None:
    assert not found(text, name)


def test_the_costs_are_read_in_their_order() -> None:
    text = matrix(3, 5)
    (tensor,) = mecab_matrix.read(Blob(text.encode())).tensors
    values = [int(line.split()[2]) for line in text.splitlines()[1:]]
    assert (tensor.shape, tensor.dtype) == ((3, 5), "int64")
    assert b"".join(tensor.payload.blocks()) == b"".join(
        value.to_bytes(8, "little", signed=True) for value in values
    )


@pytest.mark.parametrize("cut", [0, 3, 8, 40, 300])
def test_a_matrix_that_is_cut_off_is_not_read(cut: int) -> None:
    with pytest.raises(FormatError):
        mecab_matrix.read(Blob(matrix(10, 10).encode()[:cut]))


@pytest.mark.parametrize("data", trials.LOOK_ALIKES)
def test_no_look_alike_is_a_matrix(data: bytes) -> None:
    assert trials.recognised(mecab_matrix, data) is None

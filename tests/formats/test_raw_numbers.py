"""Numbers without a header or a declaration are told only where they look like weights."""

import io
import math
import zlib

import numpy as np
import pytest

from lintian_ml.detection import Examiner
from lintian_ml.formats import GLIMPSE, Evidence, Glimpse, number_table, raw_floats
from lintian_ml.model import Certainty

RANDOM = np.random.default_rng(11)
WEIGHTS = RANDOM.normal(0, 0.08, 20_000)
LAYOUTS = ["<f4", ">f4", "<f8", ">f8"]


def seen(data: bytes, name: str = "data/unnamed.bin") -> Glimpse:
    return Glimpse(name, len(data), data[:GLIMPSE])


def as_floats(data: bytes, name: str = "data/unnamed.bin") -> Evidence | None:
    return raw_floats.recognise(seen(data, name))


def as_text(data: str, name: str = "data/unnamed.txt") -> Evidence | None:
    return number_table.recognise(seen(data.encode(), name))


def table(values: np.ndarray, columns: int = 8, template: str = "{:.6f}") -> str:
    rows = values.reshape(-1, columns)
    return "\n".join(" ".join(template.format(value) for value in row) for row in rows) + "\n"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_weights_are_told_in_each_layout(layout: str) -> None:
    evidence = as_floats(WEIGHTS.astype(layout).tobytes())
    assert evidence is not None
    assert f"float{layout[2:].replace('4', '32').replace('8', '64')}" in evidence.notes[0]


@pytest.mark.parametrize(
    "values",
    [
        np.sin(np.arange(20_000) / 50),
        np.sin(np.arange(20_000) * 1.7),
        np.linspace(-1, 1, 20_000),
        np.abs(WEIGHTS),
        np.arange(20_000),
        np.zeros(20_000),
        np.cumsum(RANDOM.normal(0, 0.01, 20_000)),
        RANDOM.integers(-128, 128, 20_000),
        np.where(np.arange(20_000) % 9 == 0, np.nan, WEIGHTS),
        RANDOM.normal(0, 1, 20_000) * 10.0 ** RANDOM.integers(-30, 30, 20_000),
    ],
    ids=["wave", "fast wave", "ramp", "variances", "indices", "zeros", "walk", "integers", "NaN", "wide"],
)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_other_numbers_are_not_told(values: np.ndarray, layout: str) -> None:
    assert as_floats(values.astype(layout).tobytes()) is None


@pytest.mark.parametrize(
    "data",
    [
        RANDOM.bytes(80_000),
        zlib.compress(RANDOM.bytes(80_000)),
        bytes(range(256)) * 300,
        (np.sin(np.arange(40_000) / 30) * 8000).astype("<i2").tobytes(),
        RANDOM.normal(0, 900, 40_000).astype("<i2").tobytes(),
        "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. ".encode() * 500,
        WEIGHTS.astype("<f4").tobytes()[:4096],
    ],
    ids=["noise", "zlib", "ramp", "sound", "loud", "text", "short"],
)
def test_other_files_are_not_told(data: bytes) -> None:
    assert as_floats(data) is None


@pytest.mark.parametrize(
    ("name", "certainty"),
    [
        ("data/denoiser.bin", Certainty.POSSIBLE),
        ("models/teapot.bin", Certainty.POSSIBLE),
        ("data/denoiser_weights.bin", Certainty.PROBABLE),
        ("nnet/final.raw", Certainty.PROBABLE),
    ],
)
def test_a_name_makes_what_statistics_tell_probable(name: str, certainty: Certainty) -> None:
    data = WEIGHTS.astype("<f4").tobytes()
    examiner = Examiner()
    examiner.examine(name, len(data), io.BytesIO(data))
    assert [(found.format, found.certainty) for found in examiner.models] == [("raw-floats", certainty)]


def test_a_name_without_statistics_tells_nothing() -> None:
    assert as_floats(RANDOM.bytes(80_000), "weights.bin") is None


@pytest.mark.parametrize("separator", [" ", ", ", ",\n", ";", "\t"])
def test_a_table_of_weights_is_told(separator: str) -> None:
    text = "# exported\n" + table(WEIGHTS).replace(" ", separator)
    evidence = as_text(text)
    assert evidence is not None
    assert not as_text(text[:3000])


def test_a_thousand_numbers_are_not_enough() -> None:
    assert as_text(table(WEIGHTS[:1000])) is None
    assert as_text(table(WEIGHTS[:1008])) is not None


@pytest.mark.parametrize(
    "text",
    [
        table(np.sin(np.arange(8000) / 20)),
        table(np.arange(8000.0)),
        table(np.abs(WEIGHTS[:8000])),
        table(RANDOM.integers(-99, 99, 8000), template="{:d}"),
        table(WEIGHTS[:8000], template="v {:.4f}"),
        "".join(f"{number}. {math.sin(number):.3f} is the sine of {number}\n" for number in range(2000)),
        "\n".join("<td>0.1234</td><td>-0.2345</td>" for _ in range(2000)),
    ],
    ids=["wave", "ramp", "variances", "integers", "vertices", "prose", "markup"],
)
def test_other_texts_with_numbers_are_not_told(text: str) -> None:
    assert as_text(text) is None

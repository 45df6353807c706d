"""Prodigal's models of metagenomes are found in its source."""

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import prodigal_source as ours
from tests.formats import trials

NUMBERS = np.random.default_rng(20260601).normal(0, 1, (2, 1200)).round(6)


def function(number: int, values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> str:
    text = ", ".join(f"{value:f}" for value in values)
    opening = f"void initialize_metagenome_{number}(struct _training *tptr) {{\n"
    return f"{opening}  struct _training train = {{ 11, {text} }};\n}}\n"


HEAD = """/* Prodigal */
#include "training.h"

int read_training_file(char *fn, struct _training *t) { return 0; }
"""
SOURCE = (HEAD + "".join(function(number, values) for number, values in enumerate(NUMBERS))).encode()

LOOK_ALIKES = (
    HEAD.encode() + b"void initialize_metagenome_0(struct _training *);\n" * 50,
    HEAD.encode() + b"void initialize_metagenome_0(struct _training *tptr) {\n  tptr->gc = 0.5;\n}\n",
    b"/* Other numbers. */\n" + b"double x[] = { 0.5, 0.25, 0.125 };\n" * 50,
)


def test_the_numbers_of_each_function_are_read() -> None:
    model = trials.reads_whole(ours, SOURCE)
    assert [tensor.name for tensor in model.tensors] == ["metagenome_0", "metagenome_1"]
    for tensor, values in zip(model.tensors, NUMBERS, strict=True):
        assert np.array_equal(trials.values(tensor), values)


def test_integers_are_part_of_the_structure() -> None:
    other = SOURCE.replace(b"{ 11,", b"{ 4,", 1)
    assert ours.read(Blob(other)).structure != ours.read(Blob(SOURCE)).structure


def test_a_function_of_few_numbers_is_refused() -> None:
    with pytest.raises(FormatError, match="fewer than"):
        ours.read(Blob(SOURCE[: len(SOURCE) * 3 // 4]))


def test_two_functions_of_one_model_are_refused() -> None:
    with pytest.raises(FormatError, match="two functions"):
        ours.read(Blob(SOURCE.replace(b"metagenome_1", b"metagenome_0")))


def test_damage_ends_in_a_sentence() -> None:
    trials.survives_damage(ours, SOURCE, 100)


def test_nothing_else_is_one() -> None:
    trials.knows_no_other(ours, SOURCE)
    for other in LOOK_ALIKES:
        assert trials.recognised(ours, other) is None

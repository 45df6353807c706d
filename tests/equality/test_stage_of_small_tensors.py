"""Small tensors in files that become shorter, and those that are decoded as they are read."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.equality import compare, parse_predicate
from lintian_ml.equality.binding import Asked
from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.comparing import Comparing
from lintian_ml.equality.control import PASSED
from lintian_ml.equality.manner import Manner
from lintian_ml.equality.stage import go_through
from lintian_ml.equality.verdict import SHARED
from lintian_ml.model import Computed, Model, Span, Tensor

COUNT, LENGTH = 12, 8


def model(blob: Blob) -> Model:
    tensors = [Tensor(f"t{at:02}", "float32", (2,), Span(blob, LENGTH * at, LENGTH)) for at in range(COUNT)]
    return Model("made", tuple(tensors), structure={}, complete=True)


@pytest.mark.parametrize("predicate", ["same", "ulp(1)", "close(1/2)", "scaled(1/2)"])
def test_a_file_that_becomes_shorter_leaves_undecided_what_it_has_no_more(
    tmp_path: Path, predicate: str
) -> None:
    numbers = np.arange(1, 2 * COUNT + 1, dtype=np.float32)
    (tmp_path / "w").write_bytes(numbers.tobytes())
    other = numbers.copy()
    other[3] = -1
    with FileBlob(tmp_path / "w") as blob:
        first, second = model(blob), model(Blob(other.tobytes()))
        os.truncate(tmp_path / "w", 9 * LENGTH + 4)
        found = compare(first, second, predicate, manner=Manner(threads=1))
    verdicts = [one.verdict.value for one in found.tensors]
    assert verdicts == ["met", "not met", *["met"] * 7, *["not decided"] * 3]
    assert found.verdict.value == "not met"
    shorter = f"{tmp_path / 'w'}: became shorter while it was read"
    assert {one.reason for one in found.tensors[9:]} == {shorter}


@pytest.mark.parametrize("size", [0, 1, 2, 3])
@pytest.mark.parametrize("predicate", ["same", "steps(1)"])
def test_what_is_decoded_is_gone_through_once(size: int, predicate: str) -> None:
    read: list[int] = []

    def decoded(value: int) -> Model:
        def blocks() -> Iterator[bytes]:
            read.append(value)
            yield bytes([value]) * size

        tensor = Tensor("t", "int8", (size,), Computed(blocks, size))
        return Model("made", (tensor,), structure={}, complete=True)

    (found,) = compare(decoded(1), decoded(2), predicate).tensors
    assert (found.elements, found.differing) == (size, size)
    assert read in ([1, 2], [2, 1])
    assert found.verdict.value == ("not met" if size and predicate == "same" else "met")


def test_one_control_stands_for_all_that_are_compared_together() -> None:
    numbers = np.arange(1, 2 * COUNT + 1, dtype=np.float32)
    first, second = (model(Blob(side.tobytes())) for side in (numbers, np.nextafter(numbers, np.float32(99))))
    asked = Asked(parse_predicate("ulp(1)").clauses[0].terms, relaxed=True)
    work = [(Pair(*pair), asked) for pair in zip(first.tensors, second.tensors, strict=True)]
    found = go_through(work, Comparing.result, Comparing.refused, Manner(threads=1))
    assert {one.verdict.value for one in found} == {"met"}
    assert [one.control for one in found] == [PASSED, *[f"{PASSED}, in t00 {SHARED}"] * (COUNT - 1)]

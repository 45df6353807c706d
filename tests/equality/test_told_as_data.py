"""What a comparison is as plain data: written in small pieces, with portraits; where plain data differs."""

import json

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.equality import Comparison, compare
from lintian_ml.equality.manner import Manner
from lintian_ml.equality.plain import difference
from lintian_ml.equality.told import AT_ONCE, as_object, line, portraits, written
from lintian_ml.model import Model, Span, Tensor

NUMBERS = np.linspace(1, 2, 16, dtype=np.float32)


def model(count: int, moved: int = 0) -> Model:
    data = (NUMBERS.view(np.int32) + np.int32(moved)).tobytes()
    blob = Blob(data)
    tensors = tuple(Tensor(f"t{at}", "float32", (16,), Span(blob, 0, len(data))) for at in range(count))
    return Model("npz", tensors, complete=True)


def compared(count: int, portrayed: bool = False) -> Comparison:
    return compare(model(count), model(count, 1), "ulp(1)", manner=Manner(portraits=portrayed))


def test_no_piece_that_is_written_has_more_than_some_tensors() -> None:
    pieces = list(written(compared(2 * AT_ONCE + 1), {}, {}))
    told = [piece.count('"name": "t') for piece in pieces]
    assert sorted(told)[-4:] == [0, 1, AT_ONCE, AT_ONCE]


def test_portraits_are_told_on_their_own() -> None:
    found = compared(3, portrayed=True)
    told = portraits(found)
    assert len(told) == len(found.portraits) > 0
    first = json.loads(line(told[0]))
    assert first["name"] == found.portraits[0].name
    assert "portraits" not in as_object(found)


def test_text_is_written_as_it_is() -> None:
    assert line({"größe": ["ä", "\udc80", 1.5, None]}) == '{"größe": ["ä", "\\\\x80", 1.5, null]}'


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ({"a": [1, 2]}, {"a": [1, 3]}, "2 and 3 at .a[1]"),
        ({"a": [[0], [1]]}, {"a": [[0], [2]]}, "1 and 2 at .a[1][0]"),
        ([1], 1, "list and 1 at the top"),
        (1, [1], "1 and list at the top"),
        ([1], {"a": 1}, "list and dict at the top"),
        ({"a": 1}, [1], "dict and list at the top"),
        ({"a": (1, 2)}, {"a": "12"}, "tuple and '12' at .a"),
        ([1], [1, 2], "1 and 2 entries at the top"),
        ([3, 1], [4, 2], "3 and 4 at [0]"),
        ({"a": 1, "b": 2}, {"b": 3, "a": 4}, "1 and 4 at .a"),
        ([1, 2], (1, 2), ""),
    ],
)
def test_where_plain_data_first_differs_is_told(first: object, second: object, told: str) -> None:
    assert difference(first, second) == told

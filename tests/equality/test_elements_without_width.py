"""Types whose elements have no fixed width are compared byte by byte, to the last."""

import pytest

from lintian_ml.blob import Blob
from lintian_ml.equality import compare
from lintian_ml.model import BITS, Model, Span, Tensor


def model(data: bytes, dtype: str, shape: tuple[int, ...]) -> Model:
    tensor = Tensor("t", dtype, shape, Span(Blob(data), 0, len(data)))
    return Model("made", (tensor,), structure={}, complete=True)


@pytest.mark.parametrize("dtype", ["string", "q4_0"])
@pytest.mark.parametrize("shape", [(1,), (2, 2), (40,)])
@pytest.mark.parametrize("place", [0, 1, 8, 19])
def test_a_byte_that_differs_anywhere_is_told(dtype: str, shape: tuple[int, ...], place: int) -> None:
    assert dtype not in BITS
    data = bytes(range(20))
    other = data[:place] + b"\xff" + data[place + 1 :]
    (found,) = compare(model(data, dtype, shape), model(other, dtype, shape), "same").tensors
    assert (found.verdict.value, found.elements, found.differing, found.failing) == ("not met", 20, 1, 1)
    assert found.worst is not None
    assert found.worst.index == (place,)
    (found,) = compare(model(data, dtype, shape), model(data, dtype, shape), "same").tensors
    assert (found.verdict.value, found.elements, found.differing) == ("met", 20, 0)

"""Which tensors are held against one another, and what is said of those that are not."""

from collections.abc import Sequence

import pytest

from lintian_ml.blob import Blob
from lintian_ml.equality import Verdict, compare
from lintian_ml.equality.matching import Matching
from lintian_ml.model import Model, Span, Tensor

MET, NOT_MET, NOT_DECIDED = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_DECIDED
REPEATED, FIRST, SECOND = (
    "several tensors have this name",
    "only the first model has it",
    "only the second model has it",
)


def model(names: str) -> Model:
    """Return a model with a tensor of each letter; each has its place for its only element."""
    tensors = [Tensor(name, "uint8", (1,), Span(Blob(bytes([at])), 0, 1)) for at, name in enumerate(names)]
    return Model("made", tuple(tensors), structure={}, complete=True)


@pytest.mark.parametrize(
    ("first", "second", "names", "left", "right"),
    [
        ("abc", "abc", "abc", [0, 1, 2], [0, 1, 2]),
        ("abc", "cab", "abc", [0, 1, 2], [1, 2, 0]),
        ("ab", "bd", "abd", [0, 1, -1], [-1, 0, 1]),
        ("", "ab", "ab", [-1, -1], [0, 1]),
        ("ab", "", "ab", [0, 1], [-1, -1]),
        ("aba", "aba", "ab", [2, 1], [2, 1]),
        ("ab", "aab", "ab", [0, 1], [1, 2]),
    ],
)
def test_tensors_are_matched_by_their_names(
    first: str, second: str, names: str, left: Sequence[int], right: Sequence[int]
) -> None:
    found = Matching(model(first), model(second))
    assert (list(found.names), len(found)) == (list(names), len(names))
    assert (list(found.left), list(found.right)) == (left, right)
    there = [at for at in range(len(names)) if left[at] >= 0 <= right[at]]
    assert list(found.common()) == there
    assert [found.tensor(at).name for at in range(len(names))] == list(names)
    for at in there:
        pair = found.pair(at)
        assert (pair.first, pair.second) == (found.first[left[at]], found.second[right[at]])
        assert pair.beside is not None
        for other, name in enumerate(names):
            sides = [
                None if place < 0 else tensors[place]
                for place, tensors in ((left[other], found.first), (right[other], found.second))
            ]
            assert list(pair.beside(name)) == sides
        assert pair.beside("z") == (None, None)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("ab", "ab", {}),
        ("ab", "ba", {}),
        ("ab", "bc", {"a": (NOT_MET, FIRST), "c": (NOT_MET, SECOND)}),
        ("aba", "ab", {"a": (NOT_DECIDED, REPEATED)}),
        ("ab", "aba", {"a": (NOT_DECIDED, REPEATED)}),
        ("abb", "aba", {"a": (NOT_DECIDED, REPEATED), "b": (NOT_DECIDED, REPEATED)}),
        ("aab", "aab", {"a": (NOT_DECIDED, REPEATED)}),
        ("aab", "b", {"a": (NOT_MET, FIRST)}),
        ("b", "aab", {"a": (NOT_MET, SECOND)}),
    ],
)
def test_a_name_that_not_each_has_once_is_never_met(
    first: str, second: str, told: dict[str, tuple[Verdict, str]]
) -> None:
    left, right = model(first), model(second)
    matching = Matching(left, right)
    assert {matching.names[at]: why for at, *why in matching.unmatched()} == {
        name: list(why) for name, why in told.items()
    }
    found = {one.name: (one.verdict, one.reason) for one in compare(left, right, "same").tensors}
    assert {name: why for name, why in found.items() if name in told} == told

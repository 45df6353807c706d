"""Which small tensors are compared together, and that each is held to what is asked of it."""

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.equality import compare, group
from lintian_ml.equality.binding import STRICT, bind
from lintian_ml.equality.desk import Desk
from lintian_ml.equality.group import FEWEST, groups
from lintian_ml.equality.language import parse_predicate
from lintian_ml.equality.matching import Matching
from lintian_ml.model import Model, Span, Tensor
from lintian_ml.table import types

Arrays = dict[str, np.ndarray]


def lying(arrays: Arrays, seed: int, blobs: int = 2) -> Model:
    """Return a model whose tensors lie in several blobs, in any order, some with gaps between them."""
    draw, names = Random(seed), list(arrays)
    draw.shuffle(names)
    data = [bytearray() for _ in range(blobs)]
    starts = {}
    for at, name in enumerate(names):
        held = data[at * blobs // len(names)]
        held += bytes(draw.choice((0, 0, 0, 5)))
        starts[name] = at * blobs // len(names), len(held)
        held += arrays[name].tobytes()
    made = [Blob(bytes(held)) for held in data]
    tensors = [
        Tensor(
            name, str(array.dtype), array.shape, Span(made[starts[name][0]], starts[name][1], array.nbytes)
        )
        for name, array in arrays.items()
    ]
    return Model("made", tuple(tensors), structure={}, complete=True)


def arrays(moved: int) -> Arrays:
    """Return tensors of three types and two names, of unequal lengths, each ``moved`` values on."""
    made: Arrays = {}
    for dtype, code in (("float32", np.uint32), ("float16", np.uint16), ("complex64", np.uint32)):
        for kind in "ab":
            for at in range(FEWEST + 2):
                numbers = np.linspace(1, 2, 2 + 2 * (at % 3)).astype(
                    "float32" if code is np.uint32 else dtype
                )
                codes: Any = numbers.view(code)
                made[f"{kind}.{dtype}.{at:02}"] = (codes + code(moved)).view(dtype)
    return made


LINES = "* ulp(1)\nb.* ulp(3)\nb.float16.* ulp(2)"


@pytest.mark.parametrize("full", [16, 64, group.FULL])
@pytest.mark.parametrize("moved", [0, 1, 2, 3, 4])
def test_each_is_held_to_what_is_asked_of_it(moved: int, full: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "FULL", full)
    found = compare(lying(arrays(0), 1), lying(arrays(moved), 2), LINES)
    for one in found.tensors:
        kind, dtype, _ = one.name.split(".")
        allowed = 1 if kind == "a" else 2 if dtype == "float16" else 3
        assert one.verdict.value == ("met" if moved <= allowed else "not met"), one.name
        assert one.predicate == f"ulp({allowed})"
        assert one.differing == (one.elements if moved else 0)
        assert one.worst is None if not moved else one.worst is not None and one.worst.ulp == moved


@pytest.mark.parametrize("full", [1, 40, 100, group.FULL])
def test_runs_have_what_the_tensors_have(full: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "FULL", full)
    first, second = arrays(0), arrays(1)
    matching = Matching(lying(first, 3), lying(second, 4))
    asked = bind(parse_predicate(LINES), types(matching.first))
    seen: list[str] = []
    for one in groups(matching, asked, range(len(matching))):
        for part in one.parts():
            run = one.run(Desk(), part)
            names = [matching.names[at] for at in one.members[part]]
            kind = f"<u{one.width}"
            assert run.counts.tolist() == [first[name].nbytes // one.width for name in names]
            assert run.first.tolist() == np.concatenate([first[name].view(kind) for name in names]).tolist()
            assert run.second.tolist() == np.concatenate([second[name].view(kind) for name in names]).tolist()
            assert {asked[name].predicate for name in names} == {one.asked.predicate}
            assert {str(first[name].dtype) for name in names} == {one.dtype}
            seen += names
        sizes = [int(one.lengths[part].sum()) for part in one.parts()]
        assert all(size < full + one.lengths.max() for size in sizes)
        assert len(sizes) == 1 or full < sum(sizes)
    assert sorted(seen) == sorted(first)


@pytest.mark.parametrize("count", [FEWEST - 1, FEWEST, FEWEST + 1])
def test_few_are_not_compared_together(count: int) -> None:
    made = {f"t{at}": np.arange(3, dtype=np.int16) for at in range(count)} | {
        "u": np.arange(3, dtype=np.int8)
    }
    matching = Matching(lying(made, 1), lying(made, 2))
    found = list(groups(matching, dict.fromkeys(matching.names, STRICT), range(count + 1)))
    assert [len(one.members) for one in found] == [count] * (count >= FEWEST)
    some = [at for at in range(count) if at != 1]
    found = list(groups(matching, dict.fromkeys(matching.names, STRICT), some))
    assert [sorted(one.members.tolist()) for one in found] == [some] * (count > FEWEST)


def test_what_is_asked_counts_and_not_who_asks_it() -> None:
    made = {f"t{at}": np.arange(3, dtype=np.int16) for at in range(2 * FEWEST)}
    matching = Matching(lying(made, 1), lying(made, 2))
    each = {name: replace(STRICT, spared=at % 2 > 0) for at, name in enumerate(matching.names)}
    found = list(groups(matching, each, range(len(matching))))
    assert sorted((one.asked.spared, len(one.members)) for one in found) == [(False, FEWEST), (True, FEWEST)]
    one_kind = {name: replace(STRICT) for name in matching.names}
    (whole,) = groups(matching, one_kind, range(len(matching)))
    assert len(whole.members) == 2 * FEWEST

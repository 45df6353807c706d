"""Small tensors of special codes compared together: nothing comes out but what comes out of each alone."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from lintian_ml.equality import Comparison, compare
from lintian_ml.equality.manner import Manner
from lintian_ml.equality.self_test.drawing import special
from lintian_ml.model import BITS, Model
from tests.equality.kernel import laid

REALS = ("float64", "float32", "float16", "bfloat16", "float8e4m3fn", "float8e5m2fnuz")
WHOLE = ("int8", "uint8", "int64", "uint32")
COUNT, LONGEST = 16, 5

Codes = list[list[int]]


def lengths(draw: Random, uneven: bool) -> list[range]:
    return [range(draw.randint(1, LONGEST) if uneven else LONGEST) for _ in range(COUNT)]


def drawn(dtype: str, uneven: bool) -> tuple[Codes, Codes]:
    """Return the codes of tensors on both sides: special ones, some beside others, some beside their
    neighbours or with another sign, some equal.
    """
    draw, limit, codes = Random(dtype), 1 << BITS[dtype], special(dtype)

    def beside(code: int) -> int:
        near = (code + draw.randint(-3, 3)) % limit
        return draw.choice((code, code, near, draw.choice(codes), code ^ limit // 2))

    first = [[draw.choice(codes) for _ in places] for places in lengths(draw, uneven)]
    return first, [[beside(code) if at % 4 else code for code in row] for at, row in enumerate(first)]


def ordinary(dtype: str, uneven: bool) -> tuple[Codes, Codes]:
    """Return codes of ordinary size, each beside one at most two steps off, some tensors equal."""
    draw, middle = Random(dtype), 3 << (BITS[dtype] - 4)
    first = [[middle + draw.randint(3, 12) for _ in places] for places in lengths(draw, uneven)]
    return first, [
        [code + draw.randint(-2, 2) * (at % 3 > 0) for code in row] for at, row in enumerate(first)
    ]


def alone(first: Model, second: Model, predicate: str) -> Iterator[Any]:
    """Yield what comes out of each pair of tensors in models of their own."""
    for one, other in zip(first.tensors, second.tensors, strict=True):
        pair = replace(first, tensors=(one,)), replace(second, tensors=(other,))
        yield from compare(*pair, predicate).tensors


def without_controls(found: Comparison) -> list[Any]:
    return [replace(one, control="") for one in found.tensors]


ASKED = [
    *((dtype, predicate) for dtype in REALS
      for predicate in ("same", "ulp(1)", "ulp(2)", "close(1/1000)", "close(0, 1/1024)",
                        "ulp(3) and close(1/100, 1/64)")),
    *((dtype, predicate) for dtype in WHOLE for predicate in ("same", "steps(1)", "steps(2)")),
]  # fmt: skip


@pytest.mark.parametrize("uneven", [False, True])
@pytest.mark.parametrize(("dtype", "predicate"), ASKED)
def test_what_is_found_together_is_what_is_found_of_each_alone(
    dtype: str, predicate: str, uneven: bool
) -> None:
    for made in (drawn, ordinary):
        first, second = (laid(dtype, side) for side in made(dtype, uneven))
        found = compare(first, second, predicate)
        assert without_controls(found) == [
            replace(one, control="") for one in alone(first, second, predicate)
        ]
        plain = compare(first, second, predicate, manner=Manner(shortcut=False))
        assert plain == found


def test_tensors_of_several_types_are_judged_by_their_own() -> None:
    """One step of each type is allowed, of which the widest has the smallest."""

    def mixed(moved: int) -> Model:
        made = []
        for dtype in REALS:
            middle = 3 << (BITS[dtype] - 4)
            tensors = laid(dtype, [[middle + moved * (at % 3)] * 3 for at in range(COUNT)]).tensors
            made += [replace(one, name=f"{dtype} {one.name}") for one in tensors]
        return Model("made", tuple(made), structure={}, complete=True)

    first, second = mixed(0), mixed(1)
    found = compare(first, second, "ulp(1)")
    for one in found.tensors:
        assert one.verdict.value == ("not met" if int(one.name[-3:]) % 3 == 2 else "met")
        assert one.worst is None or one.worst.ulp == int(one.name[-3:]) % 3


@pytest.mark.parametrize("failing", range(1, 4))
def test_one_pair_that_fails_is_one_too_many(failing: int) -> None:
    codes = [[0x3F800000] * 4 for _ in range(COUNT)]
    other = [list(row) for row in codes]
    for at in range(failing):
        other[5][at] += 2
    found = compare(laid("float32", codes), laid("float32", other), "ulp(1)")
    assert [one.failing for one in found.tensors] == [0] * 5 + [failing] + [0] * (COUNT - 6)
    assert [one.verdict.value for one in found.tensors if one.failing] == ["not met"]
    assert found.verdict.value == "not met"


def test_progress_is_told_of_every_byte() -> None:
    told: list[int] = []
    codes = [[0x3F800000] * 4 for _ in range(COUNT)]
    compare(laid("float32", codes), laid("float32", codes), "ulp(1)", manner=Manner(advance=told.append))
    assert sum(told) == COUNT * 4 * 4

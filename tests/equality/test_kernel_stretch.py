"""What a run of pairs is known by, held against the ranks of its pairs one by one."""

from random import Random
from typing import Any

import numpy as np
import pytest

from lintian_ml.equality.elements import FLOATS, INTEGERS, Float, Integer
from lintian_ml.equality.stretch import Stretch, alone, measured, measured_each
from tests.equality import kernel
from tests.equality.kernel import array, rank, value, width

TYPES = tuple(name for name in (*kernel.REALS, *kernel.INTEGERS) if width(name) >= 8)


def form_of(dtype: str) -> Float | Integer:
    return FLOATS.get(dtype) or INTEGERS[dtype]


def known(first: list[int], second: list[int], dtype: str) -> Stretch | None:
    sides = array(first, dtype), array(second, dtype)
    return measured(*sides, form_of(dtype), np.zeros(sides[0].nbytes + 5, np.uint8))


def ends(dtype: str) -> tuple[int, int]:
    """Return the rank that counts as 0, and how many there are above it."""
    return (INTEGERS[dtype].sign if dtype in INTEGERS else 0), form_of(dtype).limit


def expected(first: list[int], second: list[int], dtype: str) -> Stretch | None:
    """Tell what is known of pairs by the account of the module, in whole numbers that have no end."""
    bits = width(dtype)
    gaps = [(one - other) % (1 << bits) for one, other in zip(first, second, strict=True)]
    furthest = max(min(gap, (1 << bits) - gap) for gap in gaps)
    zero, limit = ends(dtype)
    ranks = [(rank(code, dtype) + zero if dtype in INTEGERS else code % (1 << (bits - 1))) for code in second]
    floor = furthest + (dtype in FLOATS)
    if min(ranks) < floor or max(ranks) + furthest >= limit:
        return None
    return Stretch(len(first), sum(gap != 0 for gap in gaps), furthest, min(ranks), max(ranks))


def runs(dtype: str) -> list[tuple[list[int], list[int]]]:
    """Return runs of pairs, about as many of them too near an end of their type as not."""
    draw, bits = Random(dtype), width(dtype)
    made = [([code], [code]) for code in kernel.special(dtype)]
    for code in kernel.special(dtype):
        made += [([(code + step) % (1 << bits)], [code]) for step in (-3, -2, -1, 1, 2, 3)]
    for _ in range(60):
        middle, spread = draw.randrange(1 << bits), draw.choice((1, 2, 5, 60))
        second = [(middle + draw.randrange(-20, 20)) % (1 << bits) for _ in range(draw.randrange(1, 9))]
        made.append(([(code + draw.randrange(-spread, spread + 1)) % (1 << bits) for code in second], second))
    return made


@pytest.mark.parametrize("dtype", TYPES)
def test_a_run_is_known_by_its_ends_and_its_largest_difference_or_not_at_all(dtype: str) -> None:
    seen = set()
    for first, second in runs(dtype):
        found = known(first, second, dtype)
        assert found == expected(first, second, dtype), (first, second)
        seen.add(found is None)
    assert seen == {True, False}


@pytest.mark.parametrize("dtype", TYPES)
def test_what_is_known_is_true_of_each_pair(dtype: str) -> None:
    for first, second in runs(dtype):
        found = known(first, second, dtype)
        if found is None:
            continue
        assert all(value(code, dtype) is not None for code in (*first, *second))
        apart = [kernel.apart(one, other, dtype) for one, other in zip(first, second, strict=True)]
        assert found.furthest == max(apart)
        assert found.differing == len(apart) - apart.count(0)


@pytest.mark.parametrize("dtype", TYPES)
def test_many_runs_at_once_are_known_as_each_alone(dtype: str) -> None:
    made = runs(dtype)
    starts = [0]
    for first, _ in made:
        starts.append(starts[-1] + len(first))
    first, second = (array((code for run in made for code in run[side]), dtype) for side in (0, 1))
    scratch = np.zeros(first.nbytes + 3, np.uint8)
    found = measured_each(first, second, form_of(dtype), starts, scratch)
    assert found == [expected(*run, dtype) for run in made]
    for run, (_, codes) in zip(found, made, strict=True):
        assert run is None or doubled(run) == (twice(codes, dtype) if dtype in FLOATS else None)


def doubled(run: Stretch) -> Any:
    return None if run.doubled is None else run.doubled.tolist()


def twice(codes: list[int], dtype: str) -> list[int]:
    return [2 * code % (1 << width(dtype)) for code in codes]


@pytest.mark.parametrize("dtype", TYPES)
def test_floats_leave_their_magnitudes_doubled_and_integers_nothing(dtype: str) -> None:
    code = 1 << (width(dtype) - 3)
    found = known([code, code + 1], [code, code + 2], dtype)
    assert found is not None
    assert doubled(found) == (twice([code, code + 2], dtype) if dtype in FLOATS else None)


@pytest.mark.parametrize("dtype", TYPES)
def test_elements_that_each_equal_the_other_are_known_but_for_zeros_and_what_is_no_number(dtype: str) -> None:
    for code in kernel.special(dtype):
        scratch = np.zeros(64, np.uint8)
        found = alone(array([code, code], dtype), form_of(dtype), scratch)
        known_ = expected([code, code], [code, code], dtype)
        assert found == known_
        assert found is None or (found.count, found.differing, found.furthest) == (2, 0, 0)


def test_a_stretch_is_what_it_tells_whatever_scratch_it_lies_in() -> None:
    one = Stretch(1, 0, 0, 3, 3, np.zeros(1, np.uint8))
    assert one == Stretch(1, 0, 0, 3, 3)
    assert Stretch(1, 0, 0, 3, 3).doubled is None
    assert "doubled" not in repr(one)

"""Ten comparators that are broken on purpose, each by one replaced function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from lintian_ml.equality import blocks, elements, judge, narrow, portion, stretch, tally
from lintian_ml.equality.predicates import steps, ulp

Break = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Broken:
    """What is wrong, and what makes it so."""

    title: str
    make: Break


def wrapped_subtraction(patch: pytest.MonkeyPatch) -> None:
    """Distances are subtracted as signed numbers of the elements' width."""

    def ranked(codes: Any, form: Any) -> Any:
        """Return keys that are as wide as the codes."""
        signed = codes.view(f"i{codes.dtype.itemsize}")
        if not isinstance(form, elements.Float):
            return signed
        return np.where(signed < 0, -(codes & codes.dtype.type(form.sign - 1)).view(signed.dtype), signed)

    def distance(first: Any, second: Any, form: Any) -> Any:
        with np.errstate(all="ignore"):
            return np.abs(ranked(first, form) - ranked(second, form)).astype(first.dtype)

    for module in (elements, ulp, steps, judge):
        patch.setattr(module, "distance", distance)


def strict_for_inclusive(patch: pytest.MonkeyPatch) -> None:
    """A distance of exactly n does not hold."""

    def near(self: Any, first: Any, second: Any) -> Any:
        return elements.distance(first, second, self.form) < first.dtype.type(
            min(self.n, self.form.limit - 1)
        )

    patch.setattr(ulp._Ulp, "near", near)
    patch.setattr(steps._Steps, "near", near)


def tolerance_in_the_narrow_type(patch: pytest.MonkeyPatch) -> None:
    """Tolerances are rounded to float32 before they are used."""
    of = narrow.Narrow.of

    def rounded(dtype: str, rtol: Fraction, atol: Fraction) -> Any:
        with np.errstate(all="ignore"):
            near = [Fraction(float(np.float32(min(float(one), 3e38)))) for one in (rtol, atol)]
        return of(dtype, Fraction(near[0]).limit_denominator(1 << 20), near[1])

    patch.setattr(narrow.Narrow, "of", rounded)


def nan_equals_anything(patch: pytest.MonkeyPatch) -> None:
    """What is not finite is not held against the tolerance: d > n is false for it."""
    near = judge.Judge.accepts

    def accepts(self: Any, first: Any, second: Any) -> Any:
        form = elements.float_format(self.dtype)
        odd = False if form is None else ~(elements.finite(first, form) & elements.finite(second, form))
        return near(self, first, second) | odd

    patch.setattr(judge.Judge, "accepts", accepts)


def chunk_off_by_one(patch: pytest.MonkeyPatch) -> None:
    """The last element of each piece is not looked at."""
    judged = portion.Portion._judge

    def skipping(self: Any, start: int, first: Any, second: Any, *rest: Any, **more: Any) -> Any:
        return judged(self, start, first[:-1], second[:-1], *rest, **more)

    patch.setattr(portion.Portion, "_judge", skipping)


def result_of_a_thread_dropped(patch: pytest.MonkeyPatch) -> None:
    """What a later range found is not added."""
    patch.setattr(tally.Tally, "merge", lambda self, other: None)


def task_of_a_thread_dropped(patch: pytest.MonkeyPatch) -> None:
    """Every second piece is passed over."""
    compare = portion.Portion.compare

    def lazy(self: Any, offset: int, *rest: Any, **more: Any) -> Any:
        return compare(self, offset, *rest, **more) if offset // max(1, self.pair.size) % 2 == 0 else None

    patch.setattr(portion.Portion, "compare", lazy)


def zeros_apart(patch: pytest.MonkeyPatch) -> None:
    """Negative numbers are ranked by their inverted bits, so that -0 is one below +0."""
    distance = elements.distance

    def apart(first: Any, second: Any, form: Any) -> Any:
        found = distance(first, second, form)
        if not isinstance(form, elements.Float) or not form.signed:
            return found
        return found + (((first ^ second) & first.dtype.type(form.sign)) != 0).astype(first.dtype)

    for module in (elements, ulp, judge):
        patch.setattr(module, "distance", apart)


def byte_order_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Elements are taken as they lie in memory, whatever the file says."""
    codes = blocks.codes

    def native(piece: Any, tensor: Any) -> Any:
        from dataclasses import replace

        return codes(piece, replace(tensor, big_endian=False))

    patch.setattr(portion, "codes", native)


def runs_settled_too_soon(patch: pytest.MonkeyPatch) -> None:
    """A run is settled by its least distance instead of its furthest."""
    measured = stretch.measured

    def hasty(*arguments: Any) -> Any:
        from dataclasses import replace

        known = measured(*arguments)
        return known and replace(known, furthest=known.furthest // 2)

    patch.setattr(stretch, "measured", hasty)


BROKEN = (
    Broken("a subtraction that wraps around", wrapped_subtraction),
    Broken("< for ≤", strict_for_inclusive),
    Broken("tolerances in the narrow type", tolerance_in_the_narrow_type),
    Broken("NaN holds beside anything", nan_equals_anything),
    Broken("the end of a piece off by one", chunk_off_by_one),
    Broken("a thread's result dropped", result_of_a_thread_dropped),
    Broken("every second piece passed over", task_of_a_thread_dropped),
    Broken("the two zeros one apart", zeros_apart),
    Broken("the byte order forgotten", byte_order_forgotten),
    Broken("runs settled too soon", runs_settled_too_soon),
)

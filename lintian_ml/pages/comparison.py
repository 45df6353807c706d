"""The report on a comparison as one page: the verdict first, then what it rests on, then how to repeat it."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from lintian_ml.equality import Comparison, TensorResult, Verdict
from lintian_ml.equality.report import slack
from lintian_ml.equality.verdict import together
from lintian_ml.pages import render_alone

MOST_ROWS = 500
"""Tensors of one comparison that are told of; the others are counted."""

MOST_BARS = 30
"""Tensors in a plot: those that are furthest apart."""

LEFT, RIGHT, TOP, ROW = 190, 640, 28, 20
"""The plot, in its own units: where bars begin and the longest ends, where the first lies, and their step."""

FIRST = 0.5
"""Decades before the tick of 1, so that the smallest deviation has a bar."""

LONGEST_NAME = 26
"""Characters of a tensor's name beside its bar."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of the models at one path (empty: of two files); ``trouble`` says why nothing did."""

    path: str
    comparison: Comparison | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """How far apart a tensor's worst pair is: its name, representable values, and where the bar lies."""

    name: str
    ulp: int
    fails: bool
    y: int
    width: float


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars on a logarithmic axis, and its ticks with their places."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    height: int


@dataclass(frozen=True, slots=True)
class ShownComparison:
    """One comparison with what the page tells: the tensors that differ or fail, and how many others."""

    number: int
    compared: Compared
    telling: tuple[TensorResult, ...]
    hidden: int
    identical: int
    plot: Plot | None
    slack: str

    @property
    def grounds(self) -> str:
        """Why the verdict is what it is, on one line: the reason, or else what holds."""
        comparison = self.compared.comparison
        if comparison is None:
            return self.compared.trouble
        held = comparison.predicate.splitlines()
        return comparison.reason or (
            f"by a predicate of {len(held)} lines" if len(held) > 1 else "".join(held)
        )


def comparison_page(first: str, second: str, compared: Sequence[Compared], how: Sequence[str] = ()) -> str:
    """Return the page on two models, folders or packages of these names.

    ``how`` holds the options with which they were compared, as they are typed.
    """
    shown = [_shown(number, one) for number, one in enumerate(compared, 1)]
    verdicts = [one.comparison.verdict for one in compared if one.comparison]
    return render_alone(
        "comparison.html",
        first=first,
        second=second,
        shown=shown,
        verdict=together(verdicts).value if verdicts else Verdict.NOT_DECIDED.value,
        troubles=sum(one.comparison is None for one in compared),
        again=shlex.join(["lintian-ml", "compare", *how, "--", first, second]),
        in_words=slack,
        left=LEFT,
        right=RIGHT,
    )


def _shown(number: int, compared: Compared) -> ShownComparison:
    comparison = compared.comparison
    tensors = comparison.tensors if comparison else ()
    telling = [one for one in tensors if one.differing or one.verdict is not Verdict.MET]
    telling.sort(key=lambda one: (one.verdict is Verdict.MET, -one.failing, -(_ulp(one) or 0)))
    return ShownComparison(
        number,
        compared,
        tuple(telling[:MOST_ROWS]),
        len(telling[MOST_ROWS:]),
        len(tensors) - len(telling),
        _plot(telling),
        slack(comparison.slack) if comparison else "",
    )


def _ulp(result: TensorResult) -> int | None:
    return result.worst.ulp if result.worst else None


def _plot(tensors: Sequence[TensorResult]) -> Plot | None:
    """Return how far apart the worst pairs of the tensors are; None where that is told of none."""
    found = sorted(((ulp, one) for one in tensors if (ulp := _ulp(one))), key=lambda pair: -pair[0])[
        :MOST_BARS
    ]
    if not found:
        return None
    decades = max(1, math.ceil(math.log10(found[0][0]) + FIRST))
    step = (RIGHT - LEFT) / decades
    bars = tuple(
        Bar(_short(one.name), ulp, one.verdict is not Verdict.MET, TOP + place * ROW, step * _length(ulp))
        for place, (ulp, one) in enumerate(found)
    )
    powers = range(0, decades, max(1, decades // 6))
    ticks = tuple((LEFT + step * (power + FIRST), f"{10**power:,}") for power in powers)
    return Plot(bars, ticks, TOP + ROW * len(bars) + 8)


def _length(ulp: int) -> float:
    """Return how long a bar is, in decades."""
    return math.log10(ulp) + FIRST


def _short(name: str) -> str:
    """Return a name that fits beside a bar: its end tells more than its beginning."""
    return name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}"

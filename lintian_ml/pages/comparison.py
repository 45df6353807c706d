"""The report on a comparison as one page: the verdict first, then what it rests on, then how to repeat it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lintian_ml.equality import Comparison, TensorResult, Verdict
from lintian_ml.equality.control import PASSED
from lintian_ml.equality.portrait.painting import telling
from lintian_ml.equality.portrait.words import CAUTION
from lintian_ml.equality.report import purpose, slack
from lintian_ml.equality.verdict import together
from lintian_ml.pages import drawing, render_alone
from lintian_ml.pages.drawing import Told
from lintian_ml.pages.plot import worst_pairs
from lintian_ml.pages.portrait import ShownPortrait, shown_portrait

if TYPE_CHECKING:
    from markupsafe import Markup

MOST_ROWS = 500
"""Tensors of one comparison that are told of; the others are counted."""

MOST_BARS = 30
"""Tensors in the plot of worst pairs: those that are furthest apart."""

LONGEST_NAME = 26
"""Characters of a tensor's name beside its bar."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of the models at one path (empty: of two files); ``trouble`` says why nothing did.

    ``outcome`` is what a rebuilder calls it, ``declared`` the model whose declaration the predicate is from.
    """

    path: str
    comparison: Comparison | None
    trouble: str = ""
    outcome: str = ""
    declared: str = ""


@dataclass(frozen=True, slots=True)
class ShownComparison:
    """One comparison with what the page tells: the tensors that differ or fail, and how many others."""

    number: int
    compared: Compared
    telling: tuple[TensorResult, ...]
    hidden: int
    identical: int
    controlled: int
    plot: Markup | None
    portraits: tuple[ShownPortrait, ...]
    slack: str

    @property
    def places(self) -> Mapping[str, str]:
        """Where in the page each tensor is portrayed, by its name."""
        return {one.portrait.name: one.name for one in self.portraits}

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
        images=True,
        first=first,
        second=second,
        shown=shown,
        verdict=together(verdicts).value if verdicts else Verdict.NOT_DECIDED.value,
        troubles=sum(one.comparison is None for one in compared),
        again=shlex.join(["lintian-ml", "compare", *how, "--", first, second]),
        available=drawing.available(),
        missing=drawing.MISSING,
        caution=CAUTION,
        passed=PASSED,
        purpose=purpose,
    )


def _shown(number: int, compared: Compared) -> ShownComparison:
    comparison = compared.comparison
    tensors = comparison.tensors if comparison else ()
    differing = telling(tensors)
    results = {one.name: one for one in tensors}
    return ShownComparison(
        number,
        compared,
        tuple(differing[:MOST_ROWS]),
        len(differing[MOST_ROWS:]),
        len(tensors) - len(differing),
        sum(one.control == PASSED for one in tensors),
        _plot(differing, f"worst-{number}"),
        tuple(
            shown_portrait(portrait, results[portrait.name], f"tensor-{number}-{place}")
            for place, portrait in enumerate(comparison.portraits if comparison else (), 1)
        ),
        slack(comparison.slack) if comparison else "",
    )


def _plot(tensors: Sequence[TensorResult], name: str) -> Markup | None:
    """Draw how far apart the worst pairs of the tensors are; None where that is told of none."""
    found = [(one.name, one.worst.ulp, one.verdict) for one in tensors if one.worst and one.worst.ulp]
    found.sort(key=lambda one: -one[1])
    if not found or not drawing.available():
        return None
    title = "How far apart the worst elements are, in representable values, on a logarithmic axis"
    text = "; ".join(f"{tensor}: {ulp:,}" for tensor, ulp, _ in found[:MOST_BARS])
    bars = [(_short(tensor), ulp, verdict is not Verdict.MET) for tensor, ulp, verdict in found[:MOST_BARS]]
    return worst_pairs(bars, Told(name, title, text))


def _short(name: str) -> str:
    """Return a name that fits beside a bar: its end tells more than its beginning."""
    return name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}"

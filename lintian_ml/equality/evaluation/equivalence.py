"""Are two series of runs equivalent? Two one-sided tests of Welch, class by class, with Holm's correction.

Schuirmann 1987 (two one-sided tests), Welch 1947 (unequal variances, degrees of freedom by Satterthwaite),
Holm 1979 (several tests at once). Means and variances are exact; only the tail probability is rounded, and a
decision that its stated error could change is left open.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

from lintian_ml.equality.evaluation.runs import Runs
from lintian_ml.equality.evaluation.student import ERROR, upper_tail
from lintian_ml.equality.verdict import Verdict

LEAST_RUNS = 5
"""Runs of a class, in either series, below which nothing is decided."""


@dataclass(frozen=True, slots=True)
class Tested:
    """The tests of one class: how far apart the means are, and the larger of the two probabilities."""

    name: str
    gap: Fraction
    probability: float


@dataclass(frozen=True, slots=True)
class Equivalence:
    """The verdict on all classes and why, with the test of each."""

    verdict: Verdict
    reason: str = ""
    tests: tuple[Tested, ...] = ()


def equivalent(first: Runs, second: Runs, within: Fraction, alpha: Fraction) -> Equivalence:
    """Tell whether the means of every class differ by less than ``within``, at level ``alpha``.

    Met where every test rejects that they differ more, not met where one does not.
    """
    if reason := _lacking(first, second):
        return Equivalence(Verdict.NOT_DECIDED, reason)
    tests = tuple(_tested(name, first[name], second[name], within) for name in sorted(first))
    return _corrected(tests, alpha)


def _lacking(first: Runs, second: Runs) -> str:
    """Return why the series cannot be compared."""
    if first.keys() != second.keys():
        odd = sorted(first.keys() ^ second.keys())[0]
        return f"the class {odd!r:.80} is in one of both files only"
    for name in sorted(first):
        fewest = min(len(first[name]), len(second[name]))
        if fewest < LEAST_RUNS:
            return f"{fewest} runs of {name!r:.80}: fewer than {LEAST_RUNS} decide nothing"
    return ""


def _tested(name: str, first: tuple[Fraction, ...], second: tuple[Fraction, ...], within: Fraction) -> Tested:
    means = [sum(runs, Fraction(0)) / len(runs) for runs in (first, second)]
    shares = [
        sum(((run - mean) ** 2 for run in runs), Fraction(0)) / (len(runs) - 1) / len(runs)
        for runs, mean in zip((first, second), means, strict=True)
    ]
    gap, error = abs(means[0] - means[1]), sum(shares, Fraction(0))
    if not error:
        return Tested(name, gap, 0.0 if gap < within else 1.0)
    freedom = error**2 / sum(
        share**2 / (len(runs) - 1) for runs, share in zip((first, second), shares, strict=True)
    )
    t = _root((within - gap) ** 2 / error)
    return Tested(name, gap, upper_tail(t if gap <= within else -t, float(freedom)))


def _root(value: Fraction) -> float:
    """Return the square root, which may lie far outside of a float's range when squared."""
    shift = (value.numerator.bit_length() - value.denominator.bit_length()) // 2 if value else 0
    return math.ldexp(math.sqrt(value / Fraction(4) ** shift), max(-1000, min(1000, shift)))


def _corrected(tests: tuple[Tested, ...], alpha: Fraction) -> Equivalence:
    """Hold the i-th smallest of n probabilities to alpha / (n - i + 1), the smallest first."""
    doubtful = ""
    ordered = sorted(tests, key=lambda test: test.probability)
    for place, test in enumerate(ordered):
        bound = float(alpha / (len(ordered) - place))
        said = f"{test.name!r:.80}: probability {test.probability:.3g}, above {bound:.3g}"
        if abs(test.probability - bound) <= 4 * ERROR * bound:
            doubtful = doubtful or f"too near the bound to be told for {said}"
        elif test.probability > bound:
            return Equivalence(Verdict.NOT_MET, f"equivalence is not shown for {said}", tests)
    return Equivalence(Verdict.NOT_DECIDED if doubtful else Verdict.MET, doubtful, tests)

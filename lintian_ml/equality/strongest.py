"""Finds, for each tensor, the predicate of least slack among those that hold, at its tightest parameter.

One pass measures; which predicate is the strongest mostly follows from what it found, else from a count of
the exponents in another. Of floating-point tensors that is ``ulp`` or ``scaled``: a relative tolerance that
spans d representable values anywhere has more than d codes on either side of the smallest element of every
binade, so that ``close`` never leaves less open than ``ulp``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lintian_ml.equality.binding import STRICT, Asked
from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.comparing import Comparing
from lintian_ml.equality.elements import INTEGERS, float_format
from lintian_ml.equality.histogram import Histogram
from lintian_ml.equality.manner import PLAIN, Manner
from lintian_ml.equality.portion import Portion
from lintian_ml.equality.predicate import Predicate
from lintian_ml.equality.predicates.scaled import Scaled
from lintian_ml.equality.predicates.steps import Steps
from lintian_ml.equality.predicates.ulp import Ulp
from lintian_ml.equality.scales import Scales
from lintian_ml.equality.stage import go_through
from lintian_ml.equality.survey import Anything, Survey

Terms = tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class _Open:
    """What measuring a tensor leaves open: which of the predicates that hold has the least slack."""

    reach: int
    tau: Fraction


def strongest(pairs: Sequence[Pair], manner: Manner = PLAIN) -> list[Terms | None]:
    """Return the tightest terms that hold for each pair of tensors; None where none is known that does."""
    surveyed, counted = (Asked((Anything(counts=counts),), relaxed=True) for counts in (False, True))
    work = [(pair, surveyed if _measurable(pair) else STRICT) for pair in pairs]
    found = go_through(work, _found, lambda *_: None, manner)
    left = [at for at, terms in enumerate(found) if isinstance(terms, _Open)]
    tighter = go_through([(pairs[at], counted) for at in left], _counted, lambda *_: None, manner)
    for at, histogram in zip(left, tighter, strict=True):
        terms = found[at]
        assert isinstance(terms, _Open)
        found[at] = _tightest(terms, histogram) if histogram else None
    return [None if isinstance(terms, _Open) else terms for terms in found]


def _measurable(pair: Pair) -> bool:
    dtype = pair.first.dtype
    return dtype == pair.second.dtype and (dtype in INTEGERS or float_format(dtype) is not None)


def _found(one: Comparing, whole: Portion) -> Terms | _Open | None:
    """Return what holds of a tensor that was gone through; None for nothing."""
    if whole.trouble or whole.unused_differ or whole.tally.failing:
        return None
    if not whole.tally.differing:
        return STRICT.terms
    (survey,) = whole.judges
    assert isinstance(survey, Survey)
    dtype, reach = one.pair.first.dtype, int(two_digits(Fraction(survey.furthest)))
    own: Predicate = Steps(reach) if dtype in INTEGERS else Ulp(reach)
    allowed = None if own.vacuous(dtype) else (own,)
    if dtype in INTEGERS or survey.scales is None or not (smaller := survey.scales.smaller):
        return allowed
    tau = two_digits(survey.gap / smaller)
    if tau >= 1 or (allowed and _dominated(survey.scales, reach, tau * smaller)):
        return allowed
    return _Open(reach, tau) if allowed else (Scaled(tau),)


def _dominated(scales: Scales, reach: int, distance: Fraction) -> bool:
    """Whether each element has ``reach`` neighbours or more on either side within ``distance``.

    The smallest of a binade, by which slack is bounded, has as many as that distance has steps of the largest
    binade; or all of its own binade, where the distance goes beyond that.
    """
    form = scales.form
    steps = Fraction(2) ** (form.unit + max(0, (scales.larger >> form.fraction) - 1))
    return form.signed and reach < 1 << form.fraction and distance >= reach * steps


def _counted(one: Comparing, whole: Portion) -> Histogram | None:
    """Return how many elements each binade has."""
    del one
    (histogram,) = whole.meters
    assert isinstance(histogram, Histogram)
    return None if whole.trouble else histogram


def _tightest(terms: _Open, histogram: Histogram) -> Terms:
    """Return the one of less slack."""
    histogram.share = terms.tau
    slack = histogram.count * math.log2(2 * terms.reach + 1)
    return (Ulp(terms.reach),) if slack <= (histogram.bits() or 0.0) else (Scaled(terms.tau),)


def two_digits(value: Fraction) -> Fraction:
    """Return ``value``, which is not negative, rounded up to two significant digits."""
    if not value:
        return value
    exponent = len(str(value.numerator)) - len(str(value.denominator)) - 2
    while value > 100 * Fraction(10) ** exponent:
        exponent += 1
    while value <= 10 * Fraction(10) ** exponent:
        exponent -= 1
    unit = Fraction(10) ** exponent
    return -(-value // unit) * unit

"""Finds, for each tensor, the predicate of least slack among those that hold, at its tightest parameter.

One pass measures; which predicate is the strongest follows from what it found. Of floating-point tensors that
is ``ulp`` or ``scaled``: a relative tolerance that spans d representable values anywhere has more than d
codes on either side of the smallest element of every binade, so that ``close`` never leaves less open than
``ulp``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
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
from lintian_ml.equality.stage import go_through
from lintian_ml.equality.survey import Anything, Survey

Terms = tuple[Predicate, ...]


def strongest(pairs: Sequence[Pair], manner: Manner = PLAIN) -> list[Terms | None]:
    """Return the tightest terms that hold for each pair of tensors; None where none is known that does."""
    surveyed = Asked((Anything(),), relaxed=True)
    work = [(pair, surveyed if _measurable(pair) else STRICT) for pair in pairs]
    return [
        found if not isinstance(found, bool) else (STRICT.terms if found else None)
        for found in go_through(work, _found, lambda *_: False, manner)
    ]


def _measurable(pair: Pair) -> bool:
    dtype = pair.first.dtype
    return dtype == pair.second.dtype and (dtype in INTEGERS or float_format(dtype) is not None)


def _found(one: Comparing, whole: Portion) -> Terms | bool:
    """Return what holds of a tensor that was gone through; True for bit equality, False for nothing."""
    if whole.trouble or whole.unused_differ or whole.tally.failing:
        return False
    if not whole.tally.differing:
        return True
    (survey,) = whole.judges
    assert isinstance(survey, Survey)
    if one.pair.first.dtype in INTEGERS:
        terms: list[tuple[float, Predicate]] = [(0.0, Steps(int(two_digits(Fraction(survey.furthest)))))]
    else:
        (histogram,) = whole.meters
        assert isinstance(histogram, Histogram)
        terms = list(_tolerances(survey, histogram))
    held = [item for item in terms if not item[1].vacuous(one.pair.first.dtype)]
    return (min(held, key=lambda item: item[0])[1],) if held else False


def _tolerances(survey: Survey, histogram: Histogram) -> Iterator[tuple[float, Predicate]]:
    """Yield what holds of a tensor of floats, each with its slack."""
    reach = int(two_digits(Fraction(survey.furthest)))
    yield histogram.count * math.log2(2 * reach + 1), Ulp(reach)
    smaller = survey.scales.smaller if survey.scales else Fraction(0)
    if smaller and (tau := two_digits(survey.gap / smaller)) < 1:
        histogram.share = tau
        yield histogram.bits() or 0.0, Scaled(tau)


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

"""How many pairs of a sample use up what a predicate allows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from lintian_ml.equality.elements import Float, distance
from lintian_ml.equality.portrait.numbers import apart, values
from lintian_ml.equality.predicates.close import Close
from lintian_ml.equality.predicates.scaled import Scaled
from lintian_ml.equality.predicates.steps import Steps
from lintian_ml.equality.predicates.ulp import Ulp

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes, Mask
    from lintian_ml.equality.portrait.gathering import Gathering
    from lintian_ml.equality.predicate import Predicate

NEAR = Fraction(9, 10)
"""The share of what is allowed from which on a pair is near the bound."""


def near(first: Codes, second: Codes, gathered: Gathering, terms: Sequence[Predicate]) -> float | None:
    """Return the share of finite pairs that are near, or past, a bound of theirs; None where there is none.

    A pair that does not differ is never near.
    """
    import numpy as np

    masks = list(_masks(first, second, gathered, terms))
    if not masks:
        return None
    close = np.logical_or.reduce(masks) & (first != second)
    return float(np.count_nonzero(close)) / first.size


def _masks(first: Codes, second: Codes, gathered: Gathering, terms: Sequence[Predicate]) -> Iterator[Mask]:
    """Yield, for each term that bounds single elements, which pairs are near its bound."""
    import numpy as np

    form = gathered.form
    assert form is not None
    for term in terms:
        if isinstance(term, Ulp | Steps):
            yield distance(first, second, form).astype(np.float64) >= float(NEAR * term.n)
        elif isinstance(term, Close):
            with np.errstate(all="ignore"):
                larger = np.maximum(*(np.abs(values(side, gathered.kind)) for side in (first, second)))
                allowed = np.maximum(_as_float(NEAR * term.atol), _as_float(NEAR * term.rtol) * larger)
            yield apart(first, second, gathered.kind) >= allowed
        elif isinstance(term, Scaled) and isinstance(form, Float) and form.has_zero:
            bound = NEAR * term.tau * min(map(form.value, gathered.largest))
            yield apart(first, second, gathered.kind) >= _as_float(bound)


def _as_float(number: Fraction) -> float:
    """Return a number as float64; one that is too large for it as infinity."""
    try:
        return float(number)
    except OverflowError:
        return float("inf")

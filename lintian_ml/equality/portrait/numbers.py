"""Elements as float64, for what is only looked at: rounded where the type is wider, never for a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintian_ml.equality.elements import FLOATS, INTEGERS, distance, reals

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes, Reals


def values(codes: Codes, kind: str) -> Reals:
    """Return the values of the codes of a number type; those that are not finite have no sense."""
    import numpy as np

    if kind in FLOATS:
        return reals(codes, kind)
    form = INTEGERS[kind]
    flipped = (codes ^ codes.dtype.type(form.sign)).astype(np.float64)
    return flipped - float(form.sign)


def apart(first: Codes, second: Codes, kind: str) -> Reals:
    """Return |a - b| of finite pairs, at most the largest float64; 1 where the elements are no numbers."""
    import numpy as np

    if kind in INTEGERS:
        return distance(first, second, INTEGERS[kind]).astype(np.float64)
    if kind not in FLOATS:
        return np.ones(first.shape, dtype=np.float64)
    with np.errstate(all="ignore"):
        gaps: Reals = np.abs(values(first, kind) - values(second, kind))
    return np.minimum(gaps, np.finfo(np.float64).max)

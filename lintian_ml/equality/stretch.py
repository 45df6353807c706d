"""What integers alone tell of a run of pairs: a bound on how far apart they are that settles most of them.

A code is compared as it lies there. Where every second element b has a magnitude code (of integers: a rank)
of more than d and less than ``limit`` - d, and every difference of codes, taken as a signed number of their
width, is at most d either way, then a = b + d cannot have carried into the sign bit nor out of the finite
codes: each pair is finite, of one sign, and |a - b| in codes is its distance in representable values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lintian_ml.equality.elements import Float, Integer

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of ``count`` pairs, ``differing`` of which are not equal; all are finite, each of one sign.

    The two of a pair are at most ``furthest`` representable values apart, and some are so many. The second
    elements have magnitude codes (of integers: ranks) from ``least`` to ``most``; the first ones at most
    ``furthest`` less or more. ``doubled`` are the magnitude codes times two, until the scratch they lie in is
    used again; None for integers.
    """

    count: int
    differing: int
    furthest: int
    least: int
    most: int
    doubled: Codes | None = field(default=None, compare=False, repr=False)


def measured(first: Codes, second: Codes, form: Float | Integer, scratch: Codes) -> Stretch | None:
    """Return what is known of pairs of codes, of which there are some; None where it is too little.

    ``scratch`` is overwritten: bytes, as many as either run has. Codes are as wide as their type.
    """
    import numpy as np

    signed = np.dtype(f"i{first.dtype.itemsize}")
    gaps = scratch[: first.nbytes].view(signed)
    np.subtract(first.view(signed), second.view(signed), out=gaps)
    low, high = int(np.minimum.reduce(gaps)), int(np.maximum.reduce(gaps))
    furthest = max(high, -low)
    differing = first.size if low > 0 or high < 0 else int(np.count_nonzero(gaps))
    return _within(second, form, scratch, furthest, differing)


def alone(second: Codes, form: Float | Integer, scratch: Codes) -> Stretch | None:
    """Return what is known of elements that each equal the other; None where it is too little."""
    return _within(second, form, scratch, 0, 0)


def _within(
    second: Codes, form: Float | Integer, scratch: Codes, furthest: int, differing: int
) -> Stretch | None:
    """Return the stretch if the second elements are far enough from zero and from the ends of their type."""
    if furthest >= form.limit:
        return None
    doubled = None if isinstance(form, Integer) else _doubled(second, scratch)
    least, most = _ends(second, form) if doubled is None else _magnitudes(doubled)
    floor = furthest if isinstance(form, Integer) else furthest + 1
    if least < floor or most + furthest >= form.limit:
        return None
    return Stretch(second.size, differing, furthest, least, most, doubled)


def _doubled(second: Codes, scratch: Codes) -> Codes:
    """Return codes times two, which is without their signs."""
    import numpy as np

    doubled = scratch[: second.nbytes].view(second.dtype)
    np.add(second, second, out=doubled)
    return doubled


def _magnitudes(doubled: Codes) -> tuple[int, int]:
    """Return the least and the largest magnitude code."""
    import numpy as np

    return int(np.minimum.reduce(doubled)) >> 1, int(np.maximum.reduce(doubled)) >> 1


def _ends(second: Codes, form: Integer | Float) -> tuple[int, int]:
    """Return the least and the largest rank of integers."""
    import numpy as np

    values = second.view(f"i{second.dtype.itemsize}") if form.signed else second
    return int(np.minimum.reduce(values)) + form.sign, int(np.maximum.reduce(values)) + form.sign

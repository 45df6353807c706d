"""What integers alone tell of a run of pairs: a bound on how far apart they are that settles most of them.

A code is compared as it lies there. Where every second element b has a magnitude code (of integers: a rank)
of more than d and less than ``limit`` - d, and every difference of codes, taken as a signed number of their
width, is at most d either way, then a = b + d cannot have carried into the sign bit nor out of the finite
codes: each pair is finite, of one sign, and |a - b| in codes is its distance in representable values.
"""

from __future__ import annotations

from collections.abc import Sequence
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


def measured_each(
    first: Codes, second: Codes, form: Float | Integer, starts: Sequence[int], scratch: Codes
) -> list[Stretch | None]:
    """Return what ``measured`` returns for each of several runs that lie one after the other.

    A run goes from one of ``starts`` to the next and has some elements; the last of ``starts`` is an end.
    """
    import numpy as np

    signed, begins = np.dtype(f"i{first.dtype.itemsize}"), starts[:-1]
    gaps = scratch[: first.nbytes].view(signed)
    np.subtract(first.view(signed), second.view(signed), out=gaps)
    low, high = (end.reduceat(gaps, begins).tolist() for end in (np.minimum, np.maximum))
    differing = np.add.reduceat(gaps != 0, begins, dtype=np.intp).tolist()
    doubled = None if isinstance(form, Integer) else _doubled(second, scratch)
    ends = _ranks(second, form) if doubled is None else doubled
    shift, sign = (form.sign, 0) if doubled is None else (0, 1)
    least, most = (
        [(rank >> sign) + shift for rank in end.reduceat(ends, begins).tolist()]
        for end in (np.minimum, np.maximum)
    )
    found: list[Stretch | None] = []
    for at, begin in enumerate(begins):
        furthest, own = max(high[at], -low[at]), slice(begin, starts[at + 1])
        apart = _far_enough(form, furthest, least[at], most[at])
        twice = None if doubled is None else doubled[own]
        run = Stretch(own.stop - begin, differing[at], furthest, least[at], most[at], twice)
        found.append(run if apart else None)
    return found


def alone(second: Codes, form: Float | Integer, scratch: Codes) -> Stretch | None:
    """Return what is known of elements that each equal the other; None where it is too little."""
    return _within(second, form, scratch, 0, 0)


def _within(
    second: Codes, form: Float | Integer, scratch: Codes, furthest: int, differing: int
) -> Stretch | None:
    """Return the stretch if the second elements are far enough from zero and from the ends of their type."""
    doubled = None if isinstance(form, Integer) else _doubled(second, scratch)
    least, most = _ends(second, form) if doubled is None else _magnitudes(doubled)
    if not _far_enough(form, furthest, least, most):
        return None
    return Stretch(second.size, differing, furthest, least, most, doubled)


def _far_enough(form: Float | Integer, furthest: int, least: int, most: int) -> bool:
    """Whether the second elements are so far from zero and from the ends of their type."""
    floor = furthest if isinstance(form, Integer) else furthest + 1
    return furthest < form.limit and least >= floor and most + furthest < form.limit


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

    values = _ranks(second, form)
    return int(np.minimum.reduce(values)) + form.sign, int(np.maximum.reduce(values)) + form.sign


def _ranks(second: Codes, form: Integer | Float) -> Codes:
    """Return integers as they are ordered; their ranks are above them by the sign's code."""
    values: Codes = second.view(f"i{second.dtype.itemsize}") if form.signed else second
    return values

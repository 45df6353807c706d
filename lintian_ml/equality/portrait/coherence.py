"""Whether the differences of a sample add up: measurements that tell noise from a change made on purpose."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lintian_ml.equality.elements import FLOATS, INTEGERS, Float, finite
from lintian_ml.equality.portrait import Balance, Coherence
from lintian_ml.equality.portrait.nearness import near
from lintian_ml.equality.portrait.numbers import apart, values

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes, Reals
    from lintian_ml.equality.portrait.gathering import Gathering
    from lintian_ml.equality.predicate import Predicate

MOST_LOW_BITS = 8
"""Last bits of an element that should be uniform in what was trained."""

MOST_RATIO = 1e100
"""A largest difference that is more medians than this is not squared."""


def coherence(gathered: Gathering, terms: Sequence[Predicate]) -> Coherence | None:
    """Return what the sample tells of the differences, held against the terms that were asked for."""
    form = gathered.form
    if form is None:
        return None
    import numpy as np

    first, second = gathered.sample.codes()
    shape = first.shape
    if isinstance(form, Float):
        ordered = finite(first, form) & finite(second, form)
        first, second = (np.where(ordered, side, side.dtype.type(0)) for side in (first, second))
    with np.errstate(all="ignore"):
        right = values(second.reshape(-1), gathered.kind)
        sizes = apart(first.reshape(-1), second.reshape(-1), gathered.kind)
        rises = values(first.reshape(-1), gathered.kind) > right
        differences = np.where(rises, sizes, -sizes)
    return Coherence(
        sampled=first.size,
        differing=int(np.count_nonzero(differences)),
        signs=_balance(np.sign(differences)),
        growth=_balance(np.sign(differences) * np.sign(right)),
        near=near(first.reshape(-1), second.reshape(-1), gathered, terms),
        length=_length(sizes),
        spectral=_spectral(differences.reshape(shape)),
        low_bits=(_unevenness(first, gathered.kind), _unevenness(second, gathered.kind)),
    )


def _balance(signs: Reals) -> Balance:
    import numpy as np

    return Balance(int(np.count_nonzero(signs > 0)), int(np.count_nonzero(signs < 0)))


def _length(sizes: Reals) -> float | None:
    """Return ‖d‖₂ / (√n·median |d|), where the median is not 0, nor so small that the ratio has no end."""
    import numpy as np

    median, largest = float(np.median(sizes)), float(sizes.max(initial=0.0))
    if not median or largest / median > MOST_RATIO:
        return None
    return float(np.sqrt(np.mean(np.square(sizes / median))))


def _spectral(matrix: Reals) -> float | None:
    """Return the spectral norm over σ·(√rows + √columns), to which it tends for independent noise."""
    import numpy as np

    rows, columns = matrix.shape
    scale = float(np.abs(matrix).max(initial=0.0))
    if min(rows, columns) < 2 or not scale:
        return None
    scaled = matrix / scale if rows <= columns else matrix.T / scale
    squares = scaled @ scaled.T
    norm = math.sqrt(max(0.0, float(np.linalg.eigvalsh(squares)[-1])))
    deviation = math.sqrt(float(np.trace(squares)) / matrix.size)
    return norm / (deviation * (math.sqrt(rows) + math.sqrt(columns)))


def _unevenness(codes: Codes, kind: str) -> float:
    """Return χ² of the last bits against the uniform distribution, less its mean, in its deviations."""
    import numpy as np

    bits = low_bits(kind)
    masked = codes.reshape(-1) & codes.dtype.type((1 << bits) - 1)
    counts = np.bincount(masked.astype(np.intp), minlength=1 << bits)
    expected = codes.size / (1 << bits)
    freedom = (1 << bits) - 1
    return (float(np.square(counts - expected).sum()) / expected - freedom) / math.sqrt(2 * freedom)


def low_bits(kind: str) -> int:
    """Return how many last bits are looked at: of the fraction of a float, of an integer, at most half."""
    available = FLOATS[kind].fraction if kind in FLOATS else INTEGERS[kind].bits
    return max(1, min(MOST_LOW_BITS, available // 2))

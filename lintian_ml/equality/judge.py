"""What decides one predicate for one pair of tensors: which pairs of elements hold, how far apart, how much
slack.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from lintian_ml.equality.elements import FLOATS, INTEGERS, Float, component, distance, finite, float_format

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from lintian_ml.equality.elements import Codes, Mask, Reals
    from lintian_ml.equality.stretch import Stretch

    Singles = NDArray[float32]


class Judge(ABC):
    """Decides a predicate for the elements of one tensor, a piece at a time.

    Several threads may ask at the same time, on different pieces; what a judge keeps between two questions
    it keeps behind ``lock``. ``doubt`` says why some pairs could not be decided; those count as held, and the
    verdict is not decided unless another pair fails.
    """

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype
        self.doubt = ""
        self.lock = threading.RLock()

    @abstractmethod
    def near(self, first: Codes, second: Codes) -> Mask:
        """Return which pairs of finite codes that are not equal hold."""

    def accepts(self, first: Codes, second: Codes) -> Mask:
        """Return which pairs of unequal codes hold: none of those in which an element is not finite."""
        import numpy as np

        form = float_format(self.dtype)
        if form is None:
            return self.near(first, second)
        real = finite(first, form) & finite(second, form)
        if real.all():
            return self.near(first, second)
        held = np.zeros(first.shape, dtype=bool)
        if real.any():
            held[real] = self.near(first[real], second[real])
        return held

    def excess(self, first: Codes, second: Codes) -> Reals:
        """Return how far apart unequal codes are in the predicate's own terms; the worst has the most.

        Infinity where one is not finite. Here: representable values, rounded to float64 beyond 2**53; every
        difference counts as 1 in types that are no numbers.
        """
        return apart(first, second, component(self.dtype))

    def roughly(self, first: Codes, second: Codes, stretch: Stretch) -> Singles | None:
        """Return ``excess`` times any one number, off by a thousandth at most, in less time.

        It is 0 of equal codes; None where that cannot be told. The ``stretch`` is that of these pairs.
        """
        del first, second, stretch
        return None

    def settles(self, stretch: Stretch) -> bool:
        """Whether every pair holds in a run of which this is known, so that none need be looked at."""
        del stretch
        return False

    def look(self, first: Codes, second: Codes) -> None:
        """See all elements of a run that no stretch tells of, equal ones too; most judges need not."""
        del first, second

    def ceiling(self, stretch: Stretch) -> float:
        """Return a number that no ``excess`` of a pair in such a run is above.

        Whoever counts otherwise there must do so here too.
        """
        return float(stretch.furthest)

    def holds(self, first: int, second: int) -> bool | None:
        """Decide one pair of finite codes by the definition, in whole or rational numbers.

        None where a single pair cannot be decided on its own. It shares nothing with ``near``, so that it can
        tell what ``near`` should have said.
        """
        del first, second
        return None

    def definite(self) -> Judge:
        """Return what decides single pairs, once all elements were seen; mostly this very judge."""
        return self

    def again(self) -> Judge | None:
        """Return what must see all elements once more, after the last piece; None where all is said."""
        return None

    def conclude(self) -> str:
        """Return why the tensor as a whole fails, after its last piece; an empty string where not."""
        return ""


def apart(first: Codes, second: Codes, dtype: str) -> Reals:
    """Return how many representable values apart unequal codes are: infinity if one is not finite."""
    import numpy as np

    form = FLOATS.get(dtype) or INTEGERS.get(dtype)
    if form is None:
        return np.ones(first.shape, dtype=np.float64)
    distances: Reals = distance(first, second, form).astype(np.float64)
    if isinstance(form, Float):
        distances[~(finite(first, form) & finite(second, form))] = np.inf
    return distances

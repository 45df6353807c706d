"""Compares the tensors of two models, in bounded memory, with all cores.

What is said of a tensor depends neither on the pieces it is read in nor on the threads.
"""

from __future__ import annotations

from collections.abc import Sequence

from lintian_ml.equality.binding import Asked
from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.comparing import Comparing
from lintian_ml.equality.manner import PLAIN, Manner
from lintian_ml.equality.stage import go_through
from lintian_ml.equality.verdict import TensorResult

__all__ = ["PLAIN", "Manner", "compare_all", "compare_tensors"]


def compare_tensors(pair: Pair, asked: Asked, manner: Manner = PLAIN) -> TensorResult:
    """Hold two tensors of one name to what is asked."""
    return compare_all([(pair, asked)], manner)[0]


def compare_all(work: Sequence[tuple[Pair, Asked]], manner: Manner = PLAIN) -> list[TensorResult]:
    """Hold the tensors of each pair to what is asked of them; return the results in the order of ``work``."""
    return go_through(work, Comparing.result, Comparing.refused, manner)

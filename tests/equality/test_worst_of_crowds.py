"""The worst pair of each of several tensors is the same whether it is looked for roughly first or not."""

from fractions import Fraction

import numpy as np
import pytest

from lintian_ml.equality.bound import Bound
from lintian_ml.equality.elements import FLOATS
from lintian_ml.equality.gathering import Run
from lintian_ml.equality.stretch import measured

FORM = FLOATS["float32"]
TOLERANCES = [
    ("1e-5", "1e-8"),
    ("0", "1"),
    ("0.01", "0"),
    ("1e-5", "1000000"),
    ("1e-13", "0"),
    ("0.001", "0.01"),
]


def runs(seed: int, alike: bool, far: int) -> Run:
    """Draw tensors of which some pairs differ, by fewer than ``far`` representable values."""
    random = np.random.default_rng(seed)
    counts = np.full(5, random.integers(1, 60)) if alike else random.integers(1, 60, 5)
    values = random.standard_normal(int(counts.sum())) * 2.0 ** random.integers(-20, 20)
    first = values.astype(np.float32).view(np.uint32)
    return Run(first, first + random.integers(0, far, first.size).astype(np.uint32), counts)


@pytest.mark.parametrize(("rtol", "atol"), TOLERANCES)
@pytest.mark.parametrize("far", [1, 2, 900, 5000])
def test_the_worst_are_the_same_by_either_way(rtol: str, atol: str, far: int) -> None:
    judge = Bound("float32", Fraction(rtol), Fraction(atol))
    for seed in range(40):
        run = runs(seed, seed % 2 == 0, far)
        known = measured(run.first, run.second, FORM, np.empty(run.first.nbytes, np.uint8))
        if known is not None:
            assert run.worst(judge, known).tolist() == run.peaks(run.settled(judge)).tolist()


def test_rough_numbers_are_told_of_ordinary_elements_only() -> None:
    judge = Bound("float32", Fraction("1e-5"), Fraction("1e-8"))
    for scale, told in ((1.0, True), (2.0**-40, False), (2.0**40, False)):
        first = np.full(9, scale, np.float32).view(np.uint32)
        known = measured(first, first + np.uint32(1), FORM, np.empty(first.nbytes, np.uint8))
        assert known is not None
        assert (judge.roughly(first, first + np.uint32(1), known) is not None) is told

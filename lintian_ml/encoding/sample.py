"""What a sequence of numbers looks like: a few statistics that tell trained weights from tables.

Measured on real sources: sine, DCT and twiddle tables have the kurtosis 1.5 of the arcsine law; windows and
ramps rise throughout and each value is close to the one before; permutations repeat no value; weights of nets
have both signs, a kurtosis of 1.8 (uniform) to some dozens, and hardly depend on the value before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isfinite
from operator import gt, lt, mul


@dataclass(frozen=True, slots=True)
class Sample:
    """Statistics of ``size`` numbers, all of them finite.

    ``floats`` is the share written with a point or an exponent; ``distinct`` counts different values;
    ``negative`` is the share of negative ones among those that are not zero; ``zeros`` the share of zeros;
    ``correlation`` is with the value before (lag 1); ``rising`` the share of upward steps among the steps
    that change the value; ``kurtosis`` the fourth central moment over the squared variance (3 for a
    Gaussian). Of a constant sequence the last three are 1, 0 and 0.
    """

    size: int
    floats: float
    low: float
    high: float
    distinct: int
    negative: float
    zeros: float
    correlation: float
    rising: float
    kurtosis: float


def describe(values: Sequence[float], floats: float) -> Sample:
    """Return the statistics of ``values``, of which the share ``floats`` was written as floating point."""
    values = [value for value in values if -1e60 < value < 1e60] or [0.0]
    size = len(values)
    zeros = values.count(0)
    negative = len([value for value in values if value < 0])
    correlation, kurtosis = _moments(values)
    return Sample(
        size=size,
        floats=floats,
        low=min(values),
        high=max(values),
        distinct=len(set(values)),
        negative=negative / (size - zeros) if zeros < size else 0.0,
        zeros=zeros / size,
        correlation=correlation,
        rising=_rising(values),
        kurtosis=kurtosis,
    )


def _moments(values: Sequence[float]) -> tuple[float, float]:
    """Return the lag-1 autocorrelation and the kurtosis."""
    size = len(values)
    mean = fsum(values) / size
    centred = [value - mean for value in values]
    squares = list(map(mul, centred, centred))
    variance = fsum(squares) / size
    if not variance or not isfinite(variance) or not variance * variance:
        return 1.0, 0.0
    fourth = fsum(map(mul, squares, squares)) / size
    products = fsum(map(mul, centred, centred[1:]))
    return products / (size * variance), fourth / (variance * variance)


def _rising(values: Sequence[float]) -> float:
    ups = sum(map(lt, values, values[1:]))
    downs = sum(map(gt, values, values[1:]))
    return ups / (ups + downs) if ups + downs else 0.0


def looks_trained(sample: Sample, count: int) -> bool:
    """Whether ``count`` values may be weights by those sampled, and are no wave, window, ramp, permutation or
    small table.
    """
    return (
        sample.distinct >= min(32, count // 2)
        and 0.2 <= sample.negative <= 0.8
        and 0.35 <= sample.rising <= 0.65
        and abs(sample.correlation) < 0.5
        and 1.6 <= sample.kurtosis <= 500
    )

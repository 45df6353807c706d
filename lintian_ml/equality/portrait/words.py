"""What portraits tell, in words: each measurement beside what rounding noise would give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lintian_ml.equality.portrait import Balance, Coherence, Portrait
from lintian_ml.escape import for_line

CAUTION = "How the differences add up is information and never a verdict: honest noise can look coherent."


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measurement of a sample: what it is of, its value, and what rounding noise would give."""

    name: str
    value: str
    noise: str


def measurements(coherence: Coherence) -> Iterator[Measurement]:
    """Yield what was measured."""
    coin = "both signs alike, within 3 deviations"
    yield Measurement("sign of a - b", _balance(coherence.signs), coin)
    yield Measurement("sign of (a - b)·b", _balance(coherence.growth), coin)
    near = "the predicate bounds no single element" if coherence.near is None else _share(coherence.near)
    yield Measurement("pairs at 90 % of their bound or more", near, "few")
    length = "the median is 0" if coherence.length is None else f"{coherence.length:.3g}"
    yield Measurement("‖a - b‖ over √n·median |a - b|", length, "about 1.5; more where few elements carry it")
    spectral = "not a matrix" if coherence.spectral is None else f"{coherence.spectral:.3g}"
    yield Measurement("spectral norm over that of noise", spectral, "about 1; more where it has a direction")
    first, second = coherence.low_bits
    unevenness = f"{first:.3g} and {second:.3g} deviations from uniform"
    yield Measurement("last bits of both", unevenness, "alike in both models")


def lines(portraits: Iterable[Portrait]) -> Iterator[str]:
    """Yield the lines that tell how coherent the differences of each tensor are."""
    shown = [(one, one.coherence) for one in portraits if one.coherence]
    if not shown:
        return
    yield ""
    yield CAUTION
    for portrait, coherence in shown:
        yield for_line(f"  {portrait.name}: {coherence.differing:,} of {coherence.sampled:,} differ")
        for one in measurements(coherence):
            yield f"    {one.name}: {one.value} (noise: {one.noise})"


def _balance(balance: Balance) -> str:
    return f"{balance.above:,} above 0, {balance.below:,} below, {balance.deviations:+.1f} deviations"


def _share(share: float) -> str:
    return f"{share:.2%}".replace("%", " %")

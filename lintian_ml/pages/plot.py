"""The plots of a comparison: how far apart tensors are, how their deviations are spread, where they lie."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lintian_ml.equality.portrait import Field, Portrait
from lintian_ml.pages.drawing import Told, axes, finished, labels, sheet
from lintian_ml.pages.svg import INKS

if TYPE_CHECKING:
    from markupsafe import Markup

LOG2 = math.log10(2)

SMALLEST = -0.5
"""Where the logarithmic axis begins, so that a distance of 1 has a bar; what is equal lies before it."""

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

MOST_TICKS = 6

WIDTH, HEIGHT = 320, 210
"""Units of a drawing, of which three stand side by side in a wide window."""


def power(exponent: int) -> str:
    """Return a power of ten as people read it."""
    return str(10**exponent) if 0 <= exponent <= 3 else f"10{str(exponent).translate(SUPERSCRIPTS)}"


def worst_pairs(found: Sequence[tuple[str, int, bool]], told: Told) -> Markup:
    """Draw a bar for each name: how many values its worst pair is apart, and whether it fails."""
    height = 20 * len(found) + 40
    with sheet(380, height) as figure:
        drawn = axes(figure, 164, 10, 12, 28)
        places = range(len(found))
        longest = max(math.log10(far) for _, far, _ in found)
        drawn.barh(
            places,
            [math.log10(far) - SMALLEST for _, far, _ in found],
            left=SMALLEST,
            height=0.65,
            color=[INKS["fails"] if fails else INKS["bar"] for *_, fails in found],
        )
        drawn.set_xlim(SMALLEST, max(1.0, longest + 0.1))
        drawn.set_ylim(len(found) - 0.4, -0.6)
        drawn.xaxis.tick_top()
        drawn.tick_params(top=False)
        _decades(drawn, drawn.get_xlim()[1])
        drawn.grid(axis="x")
        labels(drawn.yaxis, places, [name for name, *_ in found])
        for spine in drawn.spines.values():
            spine.set_visible(False)
        return finished(figure, told)


def spread(portrait: Portrait, told: Told) -> Markup:
    """Draw how many pairs are how far apart, both on logarithmic axes, and the share of pairs so far."""
    counts = portrait.octaves
    end = max(1.0, (len(counts) - 1) * LOG2)
    with sheet(WIDTH, HEIGHT) as figure:
        bars = axes(figure, 60, 40, 58, 12)
        edges = [(SMALLEST - 0.5, SMALLEST)] + [((at - 1) * LOG2, at * LOG2) for at in range(1, len(counts))]
        lefts, widths = [low for low, _ in edges], [(high - low) * 0.92 for low, high in edges]
        bars.bar(lefts, counts, widths, align="edge", color=INKS["bar"])
        bars.set_yscale("log")
        tallest = math.ceil(math.log10(max(counts) + 1))
        bars.set_ylim(0.5, 10**tallest)
        powers = range(0, tallest + 1, max(1, -(-tallest // MOST_TICKS)))
        labels(bars.yaxis, [10.0**one for one in powers], [power(one) for one in powers])
        bars.minorticks_off()
        bars.tick_params(left=False, which="both")
        bars.grid(axis="y")
        bars.set_ylabel("pairs")
        bars.set_xlabel("representable values apart")
        bars.set_xlim(SMALLEST - 0.6, end + 0.1)
        _decades(bars, end, equal=bool(counts[0]))
        _curve(bars, portrait, [high for _, high in edges])
        return finished(figure, told)


def _curve(bars: Any, portrait: Portrait, ends: Sequence[float]) -> None:
    """Draw the share of pairs that are at most so far apart, on an axis to the right."""
    curve = bars.twinx()
    curve.tick_params(left=False, right=False)
    shares = [100 * portrait.within(octave) for octave in range(len(ends))]
    curve.step([SMALLEST - 0.5, *ends], [0.0, *shares], where="post", color=INKS["curve"], linewidth=1.8)
    curve.set_ylim(0, 104)
    curve.set_ylabel("share so far")
    labels(curve.yaxis, (0, 50, 100), ("0 %", "50 %", "100 %"))
    curve.spines["right"].set_visible(False)


def _decades(drawn: Any, end: float, *, equal: bool = False) -> None:
    """Put powers of ten below an axis that is the logarithm, and 0 before it where that has a place."""
    step = max(1, math.ceil((end + 1) / MOST_TICKS))
    powers = range(0, math.floor(end) + 1, step)
    before = ([SMALLEST - 0.25], ["0"]) if equal else ([], [])
    labels(drawn.xaxis, [*before[0], *powers], [*before[1], *map(power, powers)])


def terrain(field: Field, heights: Sequence[float], unit: str, told: Told) -> Markup:
    """Draw the cells of a matrix, the higher the lighter; what is 0 is left blank. Heights are drawn by
    their logarithm; ``unit`` says what they are.
    """
    import numpy as np

    known = [value for value in heights if value > 0]
    low, high = (math.log10(end(known)) if known else 0.0 for end in (min, max))
    with np.errstate(divide="ignore"):
        cells = np.log10(np.array(heights).reshape(field.height, field.width))
    flat = field.height == 1
    with sheet(WIDTH, 118 if flat else HEIGHT) as figure:
        drawn = axes(figure, 50, 66, 14, 12)
        drawn.imshow(
            np.ma.masked_invalid(cells),
            cmap="viridis",
            vmin=low,
            vmax=high if high > low else low + 1,
            aspect="auto",
            interpolation="none",
            extent=(0, field.columns, field.rows, 0),
        )
        labels(drawn.xaxis, (0, field.columns), ("0", f"{field.columns:,}"))
        labels(drawn.yaxis, () if flat else (0, field.rows), () if flat else ("0", f"{field.rows:,}"))
        for spine in drawn.spines.values():
            spine.set_visible(True)
        _key(figure, low, high, unit)
        return finished(figure, told)


def _key(figure: Any, low: float, high: float, unit: str) -> None:
    """Draw what the colours stand for, below the matrix."""
    import numpy as np

    height = figure.get_size_inches()[1] * 72
    key = axes(figure, 110, 22, 110, height - 34)
    key.imshow(np.arange(64)[None, :], cmap="viridis", aspect="auto", extent=(0, 1, 0, 1))
    labels(key.yaxis, (), ())
    labels(key.xaxis, (), ())
    for place, value, side in ((-0.03, low, "right"), (1.03, high, "left")):
        key.text(place, 0.5, f"{10**value:.3g}", ha=side, va="center", transform=key.transAxes)
    key.text(0.5, -0.6, unit, ha="center", va="top", transform=key.transAxes)
    for spine in key.spines.values():
        spine.set_visible(False)

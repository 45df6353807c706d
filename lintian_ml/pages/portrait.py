"""What the page on a comparison shows of a tensor that differs: drawings, and the numbers in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lintian_ml.equality import TensorResult
from lintian_ml.equality.portrait import Field, Portrait
from lintian_ml.equality.portrait.layout import Matrix
from lintian_ml.equality.portrait.words import Measurement, measurements
from lintian_ml.pages import drawing, plot
from lintian_ml.pages.drawing import Told

if TYPE_CHECKING:
    from markupsafe import Markup

MOST_CELLS = 8
"""Cells that are told of in words: those whose pairs are furthest apart."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing, and what stands below it."""

    image: Markup
    caption: str


@dataclass(frozen=True, slots=True)
class Step:
    """Pairs that are from so many to so many values apart: how many, and the share that is at most as far."""

    apart: str
    pairs: int
    share: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a matrix: its rows and columns, how far its furthest pair is apart, and the mean |a - b|."""

    rows: str
    columns: str
    apart: str
    mean: str


@dataclass(frozen=True, slots=True)
class ShownPortrait:
    """A portrait with the result that it belongs to, and what of it is shown."""

    name: str
    result: TensorResult
    portrait: Portrait
    drawings: tuple[Drawing, ...]
    steps: tuple[Step, ...]
    cells: tuple[Cell, ...]
    measurements: tuple[Measurement, ...]
    split: str

    @property
    def half(self) -> str:
        """How far apart no pair of the closer half is."""
        return f"{(1 << self._octave_of(0.5)) - 1:,}"

    @property
    def most(self) -> str:
        """How far apart no pair is but one in a hundred."""
        return f"{(1 << self._octave_of(0.99)) - 1:,}"

    def _octave_of(self, share: float) -> int:
        octaves = range(len(self.portrait.octaves))
        return next((one for one in octaves if self.portrait.within(one) >= share), len(octaves) - 1)


def shown_portrait(portrait: Portrait, result: TensorResult, name: str) -> ShownPortrait:
    """Return what is shown of a portrait; ``name`` begins the names of its parts in the page."""
    return ShownPortrait(
        name,
        result,
        portrait,
        tuple(_drawings(portrait, name)) if drawing.available() else (),
        tuple(_steps(portrait)),
        tuple(_cells(portrait.field)),
        tuple(measurements(portrait.coherence)) if portrait.coherence else (),
        _split(portrait.field, result.shape),
    )


def _drawings(portrait: Portrait, name: str) -> Iterator[Drawing]:
    """Yield the drawings: none of how far apart pairs are where all that can be said is that they differ."""
    field = portrait.field
    told = "; ".join(f"{step.apart} apart: {step.pairs:,}, {step.share} so far" for step in _steps(portrait))
    title = f"How far apart the elements of {portrait.name} are"
    yield Drawing(
        plot.spread(portrait, Told(f"{name}-spread", title, told)),
        "How many pairs are how far apart, both on logarithmic axes; the line is the share of pairs so far.",
    )
    if not any(field.peaks) or len(field.peaks) < 2:
        return
    places = f"where the elements of {portrait.name} differ, as a matrix in blocks"
    worst = "; ".join(f"rows {one.rows}, columns {one.columns}: {one.apart}" for one in _cells(field))
    peaks = [float(1 << octave >> 1) for octave in field.peaks]
    yield Drawing(
        plot.terrain(
            field, peaks, "values apart", Told(f"{name}-peaks", f"The furthest pairs: {places}", worst)
        ),
        "The furthest pair of each block.",
    )
    mean = "; ".join(f"rows {one.rows}, columns {one.columns}: {one.mean}" for one in _cells(field))
    yield Drawing(
        plot.terrain(field, field.means, "mean |a - b|", Told(f"{name}-means", f"The mean: {places}", mean)),
        "The mean of |a - b| in each block.",
    )


def _steps(portrait: Portrait) -> Iterator[Step]:
    for octave, pairs in enumerate(portrait.octaves):
        if pairs:
            yield Step(_apart(octave), pairs, _share(portrait.within(octave)))


def _apart(octave: int) -> str:
    """Say how far apart the pairs of an octave are."""
    if octave < 2:
        return str(octave)
    return f"{1 << (octave - 1):,} to {(1 << octave) - 1:,}"


def _share(share: float) -> str:
    """Return a share in percent, which is 100 only where nothing is missing."""
    return "100 %" if share == 1 else f"{min(share, 0.999999) * 100:.4f} %"


def _cells(field: Field) -> Iterator[Cell]:
    """Yield the cells with the furthest pairs; of equally far ones those with the greater mean first."""
    whole = Matrix(field.split, field.rows, field.columns)
    order = sorted(range(len(field.peaks)), key=lambda one: (-field.peaks[one], -field.means[one], one))
    for place in order[:MOST_CELLS]:
        if field.peaks[place]:
            rows, columns = map(_extent, whole.span(place))
            yield Cell(rows, columns, _apart(field.peaks[place]), f"{field.means[place]:.3g}")


def _extent(numbers: range) -> str:
    first, last = numbers[0], numbers[-1]
    return f"{first:,}" if first == last else f"{first:,} to {last:,}"


def _split(field: Field, shape: tuple[int, ...]) -> str:
    """Say how a tensor is seen as a matrix, where that needs to be said."""
    if len(shape) < 3 or not field.split:
        return ""
    rows, columns = (" × ".join(map(str, part)) for part in (shape[: field.split], shape[field.split :]))
    return f"seen as a matrix: {rows} are the rows, {columns} the columns"

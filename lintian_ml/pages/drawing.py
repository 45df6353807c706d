"""Drawings as SVG inside a page, made by matplotlib where it is installed: the only module that uses it.

A drawing has no style of its own: what it is drawn with becomes a class that the page's style sheet knows, so
that it follows the colours of the page. Equal numbers give equal text.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from lintian_ml.pages import printable
from lintian_ml.pages.svg import INKS, tidied

if TYPE_CHECKING:
    from markupsafe import Markup

MISSING = "python3-matplotlib"
"""The package of Debian that draws."""

UNIT = 72
"""Units of a drawing to matplotlib's inch."""

LETTER = 11.0
"""Height of letters, in units."""

SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "lintian-ml",
    "font.size": LETTER,
    "font.family": "DejaVu Sans",
    "text.usetex": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INKS["rule"],
    "axes.labelcolor": INKS["ink"],
    "text.color": INKS["ink"],
    "xtick.labelcolor": INKS["ink"],
    "ytick.labelcolor": INKS["ink"],
    "grid.color": INKS["rule"],
    "axes.grid": False,
    "axes.axisbelow": True,
}


@cache
def available() -> bool:
    """Whether drawings can be made here."""
    return find_spec("matplotlib") is not None


@dataclass(frozen=True, slots=True)
class Told:
    """What a drawing says to those who do not see it: its title, and a text in its place."""

    name: str
    title: str
    text: str


@contextmanager
def sheet(width: float, height: float) -> Iterator[Any]:
    """Give an empty figure of so many units; within, what matplotlib is set to does not count."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(SETTINGS)
        yield Figure(figsize=(width / UNIT, height / UNIT), dpi=UNIT, facecolor="none")


def finished(figure: Any, told: Told) -> Markup:
    """Return a figure as an element for a page; ``told.name`` begins the names in it."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    made = io.StringIO()
    metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    FigureCanvasSVG(figure).print_svg(made, metadata=metadata)
    return tidied(made.getvalue(), told.name, told.title, told.text)


def axes(figure: Any, left: float, bottom: float, right: float, top: float) -> Any:
    """Return axes with margins of so many units, without marks beside the numbers."""
    width, height = (extent * UNIT for extent in figure.get_size_inches())
    place = (left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height)
    made = figure.add_axes(place, facecolor="none")
    made.tick_params(left=False, bottom=False, right=False, which="both")
    return made


def labels(axis: Any, places: Sequence[float], texts: Sequence[str]) -> None:
    """Put texts beside an axis, as they are: nothing in them is a formula."""
    axis.set_ticks(places)
    axis.set_ticklabels([str(printable(text)) for text in texts], parse_math=False)

"""The areas of the manual: what a tag is about, told by its name, which is that of its file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the manual: what it is about, and what the name of a tag in it has (nothing: the rest)."""

    about: str
    names: re.Pattern[str] | None = None


_RECOGNISED: Mapping[str, Area] = {
    "equality": Area("What makes two trainings the same model", re.compile("equality|predicate")),
    "reproducibility": Area(
        "Whether a training can be repeated", re.compile("reproduc|rebuilt|retrain|certificate")
    ),
    "declaration": Area(
        "What debian/models and overrides say, and whether it is so",
        re.compile("debian-models|override|declar|claim|disagree"),
    ),
    "data": Area("What a model was trained on", re.compile(r"\bdata\b|toxic|lawful|notices")),
    "license": Area("What the license of a model allows", re.compile("license|free|undistributable")),
    "program": Area("What trains a model again", re.compile("program|training|environment")),
    "origin": Area("How a model comes into a package, or past it", re.compile("download|lfs|shipped|copy")),
    "format": Area("What the files themselves are"),
}
"""The areas in the order in which they claim a tag."""

AREAS: Mapping[str, str] = {
    name: _RECOGNISED[name].about
    for name in (
        "license",
        "data",
        "program",
        "reproducibility",
        "equality",
        "declaration",
        "origin",
        "format",
    )
}
"""What each area is about, in the order of the manual."""


def area_of(tag: str) -> str:
    """Return the area of a tag: the first that knows something in its name, and else the last."""
    return next(name for name, area in _RECOGNISED.items() if area.names is None or area.names.search(tag))

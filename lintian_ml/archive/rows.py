"""From the linter's report on one package to the rows of the store."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lintian_ml.archive.attempt import Report
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.terms import Terms
from lintian_ml.escape import for_data
from lintian_ml.model import Certainty, Nature
from lintian_ml.policy import STRICTNESS, Areas, Declared

Row = dict[str, object]

LARGEST = (1 << 63) - 1
"""The largest number that SQLite stores exactly."""

NOTHING_KNOWN: Row = {
    "status": "failed",
    **dict.fromkeys(("type", "area", "suite", "maintainer")),
    **dict.fromkeys(("uploaders", "binaries"), "[]"),
}
"""What stands for a package that no child lived to report on."""


def package_row(report: Report) -> Row:
    """Return what a report says of the package itself."""
    plain = ("status", "type", "area", "suite", "maintainer")
    lists = ("uploaders", "binaries")
    return {name: report[name] for name in plain} | {name: as_text(report[name]) for name in lists}


def model_row(model: Mapping[str, Any]) -> Row:
    """Return what a report says of one model, but for its facts and its class."""
    plain = ("path", "format", "certainty", "nature", "sha256", "reproducibility")
    return (
        {name: model[name] for name in plain}
        | {name: as_text(model[name]) for name in ("parts", "evidence", "metadata", "remarks")}
        | {name: _number(model[name]) for name in ("size", "tensors", "parameters")}
        | {name: model["equality"][name] for name in ("predicate", "verdict")}
        | {"held": _is_held(model)}
    )


def fact_rows(model: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the facts about a model."""
    for name, fact in model["facts"].items():
        yield {"name": name, "value": fact["value"], "source": fact["source"]}


def class_row(model: Mapping[str, Any], area: str | None, terms: Terms) -> Row:
    """Return the class of a model, and whether such a model may be in ``area``."""
    areas = terms.areas.get(model["areas"])
    if areas is None:
        raise ArchiveError(f"the profile {terms.argument} was changed while it was used; scan again")
    plain = ("class", "row", "areas", "assurance")
    return {
        "profile": terms.profile,
        "permitted": _is_permitted(areas, area),
        **{name: model[name] for name in plain},
    }


def _is_permitted(areas: Areas, area: str | None) -> bool | None:
    """Whether a model may be in ``area``; where that is not known, what holds of every area, if anything."""
    verdicts = {areas.permits(possible) for possible in ([area] if area else STRICTNESS)}
    return verdicts.pop() if len(verdicts) == 1 else None


def hint_row(hint: Mapping[str, Any]) -> Row:
    """Return one hint, with the place that it points to and the override that silences it."""
    pointer, override = hint["pointer"] or {}, hint["override"] or {}
    return {
        **{name: hint[name] for name in ("tag", "visibility", "certainty", "experimental", "note")},
        "file": pointer.get("file"),
        "line": pointer.get("line"),
        "overridden": bool(override),
        "justification": override.get("justification"),
        "override_file": override.get("file"),
        "override_line": override.get("line"),
    }


def as_text(value: object) -> str:
    """Write a list or an object as one value, the same for the same content."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def clean(text: str) -> str:
    """Write a name of the file system so that every reader of the store can show it."""
    return for_data(text)


def _number(value: int | None) -> int | None:
    """Return a number that can be stored: one that no file can truly hold is as good as unknown."""
    return None if value is None or value > LARGEST else value


def _is_held(model: Mapping[str, Any]) -> bool:
    """Whether it is held to the policy: declared as a model, or certainly or probably one and not denied."""
    if model["nature"] == Nature.NOT_A_MODEL.value:
        return False
    declared = model["facts"]["declared"]["value"] == Declared.YES.value
    return declared or model["certainty"] in (Certainty.CERTAIN.value, Certainty.PROBABLE.value)

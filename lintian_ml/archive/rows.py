"""From what is said of one package to the rows of the store."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from enum import Enum
from typing import Any

from lintian_ml import __version__
from lintian_ml.escape import for_data
from lintian_ml.facts import KnownModel
from lintian_ml.policy import STRICTNESS, Areas, Judgement
from lintian_ml.run import IssuedHint, Report

Row = dict[str, Any]

LARGEST = (1 << 63) - 1
"""The largest number that a database stores exactly."""

NOTHING_KNOWN: Row = {
    "status": "failed",
    **dict.fromkeys(("type", "area", "suite", "maintainer")),
    **dict.fromkeys(("uploaders", "binaries"), "[]"),
}
"""What stands for a package that no child lived to report on."""


def rows_of(report: Report) -> Row:
    """Return the rows that a package fills, and the version of the program that says so."""
    package = report.package
    return {
        "tool_version": __version__,
        "package": {
            "status": "partial" if report.not_examined else "ok",
            "type": package.type.value or "binary",
            "area": package.area,
            "suite": _shown(package.suite),
            "maintainer": clean(package.maintainer),
            "uploaders": as_text(package.uploaders),
            "binaries": as_text(package.binaries),
        },
        "models": [_model_rows(model, report, number) for number, model in enumerate(report.models)],
        "hints": [_hint_row(issued) for issued in report.hints],
        "not_examined": [
            {"path": clean(note.path), "reason": clean(note.reason)} for note in report.not_examined
        ],
        "elsewhere": [
            {"kind": kind, "path": clean(one.path), "told": as_text(one)}
            for kind, found in (("download", package.hooks), ("pointer", package.pointers))
            for one in found
        ],
    }


def _model_rows(model: KnownModel, report: Report, number: int) -> Row:
    """Return the row of a model, and under ``facts`` and ``classes`` those that hang on it."""
    judgements = {name: judged[number] for name, judged in report.readings.items()}
    judgements[report.profile.name] = model.judgement
    area = report.package.area
    return {
        **_model_row(model),
        "facts": list(_fact_rows(model)),
        "classes": [_class_row(name, judgement, area) for name, judgement in judgements.items()],
    }


def _model_row(model: KnownModel) -> Row:
    """Return what is known of one model, but for its facts and classes; a built one was not found."""
    found = model.found
    return {
        "path": clean(model.path),
        "format": found.format if found else None,
        "certainty": found.certainty.value if found else None,
        "nature": model.facts.nature.value,
        "held": model.is_model,
        "sha256": found.sha256 if found else None,
        "size": number(found.size) if found else None,
        "tensors": number(found.tensors) if found else None,
        "parameters": number(found.parameters) if found else None,
        "reproducibility": model.facts.reproducibility.value,
        "predicate": model.predicate,
        "verdict": None,
        "parts": as_text(found.part_paths if found else ()),
        "evidence": as_text(found.evidence if found else ()),
        "metadata": as_text(dict(found.metadata) if found else {}),
        "remarks": as_text(found.remarks if found else ()),
    }


def _fact_rows(model: KnownModel) -> Iterator[Row]:
    for name, value, source in model.facts:
        yield {"name": name, "value": value.value, "source": clean(str(source)) if source else None}


def _class_row(profile: str, judgement: Judgement, area: str | None) -> Row:
    """Return the class of a model, and whether such a model may be in ``area``."""
    return {
        "profile": profile,
        "class": judgement.class_.value,
        "row": str(judgement.row),
        "areas": judgement.areas.text,
        "assurance": judgement.assurance.value,
        "permitted": _is_permitted(judgement.areas, area),
    }


def _is_permitted(areas: Areas, area: str | None) -> bool | None:
    """Whether a model may be in ``area``; where that is not known, what holds of every area, if anything."""
    verdicts = {areas.permits(possible) for possible in ([area] if area else STRICTNESS)}
    return verdicts.pop() if len(verdicts) == 1 else None


def _hint_row(issued: IssuedHint) -> Row:
    """Return one hint, with the place that it points to and the override that silences it."""
    hint, pointer, override = issued.hint, issued.hint.pointer, issued.override
    return {
        "tag": issued.tag,
        "visibility": issued.visibility.value,
        "certainty": hint.certainty.value,
        "experimental": issued.experimental,
        "note": clean(hint.note),
        "file": _shown(pointer.file) if pointer else None,
        "line": pointer.line if pointer else None,
        "overridden": override is not None,
        "justification": _shown(override.justification) if override else None,
        "override_file": override.file if override else None,
        "override_line": override.line if override else None,
    }


def as_text(value: object) -> str:
    """Write a list or an object as one value, the same for the same content."""
    plain = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    return json.dumps(_cleaned(plain), ensure_ascii=False, sort_keys=True)


def _cleaned(value: object) -> object:
    """Return plain data with every string made valid Unicode."""
    if isinstance(value, str):
        return for_data(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {for_data(str(key)): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    return value


def clean(text: str) -> str:
    r"""Write a text so that every store can hold it: valid Unicode, and no zero character, but ``\x00``."""
    return for_data(text).replace("\0", "\\x00")


def number(value: int | None) -> int | None:
    """Return a number that can be stored: one that no file can truly hold is as good as unknown."""
    return None if value is None or value > LARGEST else value


def _shown(text: str | None) -> str | None:
    return None if text is None else clean(text)

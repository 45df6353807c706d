"""The report as JSON, one object per package and line; ``schema.json`` beside this file describes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from enum import Enum
from typing import TYPE_CHECKING, Any

from lintian_ml import __version__
from lintian_ml.detection import DETECTION_VERSION
from lintian_ml.escape import for_data
from lintian_ml.report import Look, Writer
from lintian_ml.run import IssuedHint, Report

if TYPE_CHECKING:
    from lintian_ml.facts import KnownModel

SCHEMA = "lintian-ml/1"


def writer(look: Look) -> Writer:
    """Return a writer of JSON Lines; every hint is in them, whatever the display level."""
    del look
    return JsonWriter()


class JsonWriter:
    """Writes each report as one line."""

    def report(self, report: Report) -> Iterator[str]:
        """Yield the line on one package."""
        yield dumps(as_object(report))

    def failure(self, input_name: str, profile: str, error: str) -> Iterator[str]:
        """Yield the line on an input that could not be looked at."""
        yield dumps(_frame(input_name, profile) | {"status": "failed", "error": error})

    def closing(self) -> Iterator[str]:
        """Yield nothing."""
        yield from ()


def dumps(value: object) -> str:
    """Serialise with every string made valid Unicode."""
    return json.dumps(_clean(value), ensure_ascii=False)


def as_object(report: Report) -> dict[str, Any]:
    """Return the report on one package as plain data."""
    package = report.package
    return _frame(package.input, report.profile.name) | {
        "package": package.name,
        "version": package.version,
        "type": package.type.value or "binary",
        "area": package.area,
        "suite": package.suite,
        "maintainer": package.maintainer,
        "uploaders": list(package.uploaders),
        "binaries": list(package.binaries),
        "status": "partial" if report.not_examined else "ok",
        "error": None,
        "suite_index": report.suite.told if report.suite else None,
        "not_examined": [asdict(note) for note in report.not_examined],
        "models": [_model(model) | _readings(report, number) for number, model in enumerate(report.models)],
        "downloads": [asdict(hook) for hook in package.hooks],
        "pointers": [asdict(pointer) for pointer in package.pointers],
        "hints": [_hint(issued) for issued in report.hints],
    }


def _frame(input_name: str, profile: str) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "tool_version": __version__,
        "detection_version": DETECTION_VERSION,
        "profile": profile,
        "input": input_name,
        "package": None,
        "version": None,
        "type": None,
        "area": None,
        "suite": None,
        "suite_index": None,
        "maintainer": None,
        "uploaders": [],
        "binaries": [],
        "status": "ok",
        "error": None,
        "not_examined": [],
        "models": [],
        "downloads": [],
        "pointers": [],
        "hints": [],
    }


def _readings(report: Report, number: int) -> dict[str, Any]:
    """Return the judgements of one model under the profiles that were asked for besides."""
    judged = {name: judgements[number] for name, judgements in report.readings.items()}
    return {
        "readings": {
            name: {
                "class": one.class_.value,
                "called": one.row.called,
                "row": str(one.row),
                "areas": one.areas.text,
                "assurance": one.assurance.value,
            }
            for name, one in judged.items()
        }
    }


def _model(model: KnownModel) -> dict[str, Any]:
    found = model.found
    judgement = model.judgement
    return {
        "path": model.path,
        "parts": list(found.part_paths) if found else [],
        "missing_parts": list(found.missing_paths) if found else [],
        "format": found.format if found else None,
        "certainty": found.certainty.value if found else None,
        "nature": model.facts.nature.value,
        "size": found.size if found else None,
        "sha256": found.sha256 if found else None,
        "tensors": found.tensors if found else None,
        "parameters": found.parameters if found else None,
        "class": judgement.class_.value,
        "called": judgement.row.called,
        "row": str(judgement.row),
        "areas": judgement.areas.text,
        "assurance": judgement.assurance.value,
        "reproducibility": model.facts.reproducibility.value,
        "equality": {
            "predicate": model.predicate,
            "verdict": model.verification.verdict.value if model.verification else None,
        },
        "facts": {
            name: {"value": value.value, "source": str(source) if source else None}
            for name, value, source in model.facts
        },
        "evidence": list(found.evidence) if found else [],
        "metadata": dict(found.metadata) if found else {},
        "statements": [asdict(statement) for statement in found.statements] if found else [],
        "remarks": list(found.remarks) if found else [],
    }


def _hint(issued: IssuedHint) -> dict[str, Any]:
    pointer, override = issued.hint.pointer, issued.override
    return {
        "tag": issued.tag,
        "visibility": issued.visibility.value,
        "certainty": issued.hint.certainty.value,
        "experimental": issued.experimental,
        "note": issued.hint.note,
        "pointer": None if pointer is None else {"file": pointer.file, "line": pointer.line},
        "override": None
        if override is None
        else {"justification": override.justification, "file": override.file, "line": override.line},
    }


def _clean(value: object) -> object:
    if isinstance(value, str):
        return for_data(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {for_data(str(key)): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value

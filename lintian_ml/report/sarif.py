"""The report as SARIF 2.1.0, which code scanners and editors read: one run, a result for each hint.

The format is the OASIS standard "Static Analysis Results Interchange Format", version 2.1.0. A hint that is
overridden is a result that is suppressed, with its justification; a model's facts stay in the JSON report.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from lintian_ml import __version__
from lintian_ml.escape import for_data, for_message
from lintian_ml.hint import Pointer, Visibility
from lintian_ml.pages.subject import subject
from lintian_ml.registry import Check, checks
from lintian_ml.report import Look, Writer
from lintian_ml.run import IssuedHint, Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS = {
    Visibility.ERROR: "error",
    Visibility.WARNING: "warning",
    Visibility.INFO: "note",
    Visibility.PEDANTIC: "note",
    Visibility.CLASSIFICATION: "none",
}
"""SARIF's word for each visibility."""


def writer(look: Look) -> Writer:
    """Return a writer of one SARIF log; every hint is in it, whatever the display level."""
    del look
    return SarifWriter()


class SarifWriter:
    """Gathers results; the log is written at the end."""

    def __init__(self) -> None:
        self._results: list[dict[str, Any]] = []
        self._notifications: list[dict[str, Any]] = []
        self._failed = False

    def report(self, report: Report) -> Iterator[str]:
        """Keep the results on one package; yield nothing yet."""
        paths = frozenset(model.path for model in report.models)
        self._results += [
            _result(issued, subject(issued.hint.note, paths) or report.package.input)
            for issued in report.hints
        ]
        self._notifications += [
            _notification("warning", f"not examined: {note.reason}", note.path)
            for note in report.not_examined
        ]
        yield from ()

    def failure(self, input_name: str, profile: str, error: str) -> Iterator[str]:
        """Keep that an input could not be looked at; yield nothing yet."""
        del profile
        self._failed = True
        self._notifications.append(_notification("error", error, input_name))
        yield from ()

    def closing(self) -> Iterator[str]:
        """Yield the log."""
        invocation = {
            "executionSuccessful": not self._failed,
            "toolExecutionNotifications": self._notifications,
        }
        run = {
            "tool": {"driver": _driver()},
            "invocations": [invocation],
            "columnKind": "unicodeCodePoints",
            "results": self._results,
        }
        yield json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False)


def _driver() -> dict[str, Any]:
    return {
        "name": "lintian-ml",
        "version": __version__,
        "rules": [_rule(check) for check in checks().values()],
    }


def _rule(check: Check) -> dict[str, Any]:
    return {
        "id": check.name,
        "shortDescription": {"text": check.brief},
        "fullDescription": {"text": f"{check.brief}\n\n{check.explanation}"},
        "defaultConfiguration": {"level": LEVELS[check.tag.visibility]},
        "deprecatedIds": list(check.tag.renamed_from),
        "properties": {"visibility": check.tag.visibility.value},
    }


def _result(issued: IssuedHint, path: str) -> dict[str, Any]:
    """Return one hint, which is about the file at ``path`` if it points nowhere."""
    level = LEVELS[issued.visibility]
    made: dict[str, Any] = {
        "ruleId": issued.tag,
        "ruleIndex": _places()[issued.tag],
        "kind": "informational" if level == "none" else "fail",
        "level": level,
        "message": {"text": f"{checks()[issued.tag].brief} {for_message(issued.hint.note)}".rstrip()},
        "locations": [_location(issued.hint.pointer or Pointer(path))],
        "partialFingerprints": {"hint/v1": _fingerprint(issued)},
        "properties": {
            "package": issued.package,
            "visibility": issued.visibility.value,
            "certainty": issued.hint.certainty.value,
        },
    }
    if issued.override:
        reason = for_data(issued.override.justification)
        made["suppressions"] = [{"kind": "inSource", "justification": reason}]
    return made


def _fingerprint(issued: IssuedHint) -> str:
    """Return a digest of what overrides match, which is stable from release to release."""
    package = f"{issued.package} {issued.type}".rstrip()
    said = f"{package}: {issued.tag} {issued.context}".rstrip()
    return sha256(said.encode("utf-8", "surrogateescape")).hexdigest()


def _location(pointer: Pointer) -> dict[str, Any]:
    region = {"region": {"startLine": pointer.line}} if pointer.line else {}
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(pointer.file)}} | region}


@cache
def _places() -> Mapping[str, int]:
    """Return where each rule stands in their list."""
    return {tag: place for place, tag in enumerate(checks())}


def _notification(level: str, text: str, path: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": for_message(text)}, "locations": [_location(Pointer(path))]}


def _uri(path: str) -> str:
    """Return a path as a relative reference (RFC 3986), which a colon or two slashes in it do not mislead."""
    return quote(path.encode("utf-8", "surrogateescape"), safe="/").replace("//", "/%2F")

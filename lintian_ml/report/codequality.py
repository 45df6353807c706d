"""The report as GitLab's Code Quality JSON, which a merge request shows: one list, an object for each hint.

The fields are those that GitLab documents for the artifact ``reports:codequality``: description, check_name,
fingerprint, severity, and a location that is relative to the repository. A hint that is overridden is left
out, as the format has no word for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from lintian_ml.escape import for_data, for_message
from lintian_ml.hint import Visibility
from lintian_ml.pages.subject import subject
from lintian_ml.registry import checks
from lintian_ml.report import Look, Writer
from lintian_ml.run import IssuedHint, Report

SEVERITIES = {
    Visibility.ERROR: "critical",
    Visibility.WARNING: "major",
    Visibility.INFO: "minor",
    Visibility.PEDANTIC: "info",
    Visibility.CLASSIFICATION: "info",
}
"""GitLab's word for each visibility; its fifth, blocker, is for an input that could not be looked at."""

FAILURE = "not-examined"
"""The name of the check that an input, or a file in it, fails if it could not be looked at."""


def writer(look: Look) -> Writer:
    """Return a writer of one list; every hint is in it, whatever the display level."""
    del look
    return CodeQualityWriter()


class CodeQualityWriter:
    """Gathers objects; the list is written at the end."""

    def __init__(self) -> None:
        self._told: list[dict[str, Any]] = []

    def report(self, report: Report) -> Iterator[str]:
        """Keep what is told of one package; yield nothing yet."""
        paths = frozenset(model.path for model in report.models)
        hints = (issued for issued in report.hints if not issued.override)
        self._told += [
            _hint(issued, subject(issued.hint.note, paths) or "debian/control") for issued in hints
        ]
        self._told += [
            _unseen(note.path, f"not examined: {note.reason}", "minor") for note in report.not_examined
        ]
        yield from ()

    def failure(self, input_name: str, profile: str, error: str) -> Iterator[str]:
        """Keep that an input could not be looked at; yield nothing yet."""
        del profile
        self._told.append(_unseen(input_name, error, "blocker"))
        yield from ()

    def closing(self) -> Iterator[str]:
        """Yield the list."""
        yield json.dumps(self._told, ensure_ascii=False)


def _hint(issued: IssuedHint, path: str) -> dict[str, Any]:
    """Return a hint, which is about the file at ``path`` if it points nowhere."""
    pointer = issued.hint.pointer
    package = f"{issued.package} {issued.type}".rstrip()
    return _told(
        f"{package}: {checks()[issued.tag].brief} {issued.hint.note}".rstrip(),
        issued.tag,
        f"{package}: {issued.tag} {issued.context}",
        SEVERITIES[issued.visibility],
        pointer.file if pointer else path,
        (pointer.line if pointer else None) or 1,
    )


def _unseen(path: str, reason: str, severity: str) -> dict[str, Any]:
    return _told(reason, FAILURE, f"{FAILURE} {path}", severity, path, 1)


def _told(description: str, name: str, sameness: str, severity: str, path: str, line: int) -> dict[str, Any]:
    """Return one object; ``sameness`` is what tells it from all others, and lasts from run to run."""
    return {
        "description": for_message(description),
        "check_name": name,
        "fingerprint": sha256(sameness.encode("utf-8", "surrogateescape")).hexdigest(),
        "severity": severity,
        "location": {"path": for_data(path), "lines": {"begin": line}},
    }

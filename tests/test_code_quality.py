"""The list that GitLab shows in merge requests has the fields that it asks for, whatever a package holds."""

import json
from dataclasses import replace
from typing import Any

import pytest

from lintian_ml import report as reports
from lintian_ml.detection import Examiner, NotExamined
from lintian_ml.hint import Visibility
from lintian_ml.package import package_from_files
from lintian_ml.registry import find_profile
from lintian_ml.report import Look
from lintian_ml.report.codequality import FAILURE, SEVERITIES
from lintian_ml.run import Report, Settings, judge
from lintian_ml.samples import declared, sample
from tests.hostile import Poison

KNOWN = {"info", "minor", "major", "critical", "blocker"}
"""The severities that GitLab knows."""


@pytest.fixture(scope="module")
def full() -> Report:
    """A package with a declared and an undeclared model, and an override."""
    files = {
        **declared({"Training-Program": "lost.py", "Base-Model": "none"}),
        "other.npz": sample("linear.npz"),
        "debian/source.lintian-ml-overrides": "# asked upstream\nshipped-model net.onnx *\n",
    }
    named = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return judge(package_from_files(named, Examiner()), Settings(find_profile("ml-policy")))


def listed(*of: Report, failure: str = "") -> list[dict[str, Any]]:
    writer = reports.writer("codequality", Look())
    lines = [line for one in of for line in writer.report(one)]
    if failure:
        lines += writer.failure(failure, "debian", "it cannot be read")
    found: list[dict[str, Any]] = json.loads("\n".join([*lines, *writer.closing()]))
    return found


def test_every_hint_that_is_not_overridden_is_told_with_its_tag(full: Report) -> None:
    spoken = sorted(issued.tag for issued in full.hints if not issued.override)
    assert sorted(told["check_name"] for told in listed(full)) == spoken
    assert len(spoken) < len(full.hints)


def test_every_object_has_what_gitlab_asks_for(full: Report) -> None:
    for told in listed(replace(full, not_examined=(NotExamined("x.bin", "too large"),)), failure="y.dsc"):
        assert told["description"]
        assert told["severity"] in KNOWN
        assert told["location"]["lines"]["begin"] >= 1
        assert not told["location"]["path"].startswith(("/", "./"))
        assert told.keys() == {"description", "check_name", "fingerprint", "severity", "location"}


def test_fingerprints_tell_hints_apart_and_last(full: Report) -> None:
    first, second = ([told["fingerprint"] for told in listed(full)] for _ in range(2))
    assert first == second
    assert len({*first}) == len(first)


def test_a_pointer_is_the_place(full: Report) -> None:
    pointed = {
        (issued.tag, issued.hint.pointer.file, issued.hint.pointer.line)
        for issued in full.hints
        if issued.hint.pointer and issued.hint.pointer.line and not issued.override
    }
    places = {(t["check_name"], t["location"]["path"], t["location"]["lines"]["begin"]) for t in listed(full)}
    assert pointed
    assert pointed <= places


def test_louder_hints_are_never_milder() -> None:
    order = ["info", "minor", "major", "critical"]
    ranks = [order.index(SEVERITIES[level]) for level in sorted(Visibility, key=lambda level: level.rank)]
    assert ranks in (sorted(ranks), sorted(ranks, reverse=True))
    assert SEVERITIES.keys() == set(Visibility)


def test_what_could_not_be_looked_at_is_told() -> None:
    (told,) = listed(failure="lost.dsc")
    assert (told["check_name"], told["severity"]) == (FAILURE, "blocker")
    assert told["location"]["path"] == "lost.dsc"


def test_bytes_that_are_no_text_do_no_harm(full: Report) -> None:
    poison = Poison()
    hints = tuple(replace(issued, hint=poison.all_of(issued.hint)) for issued in full.hints)
    told = listed(replace(full, hints=hints))
    assert len(told) == sum(not issued.override for issued in hints)
    json.dumps(told, ensure_ascii=False).encode()

"""Every example of every check, and the one form that all checks keep."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lintian_ml.check import Clean, Example, Flagged
from lintian_ml.citation import cite
from lintian_ml.detection import Examiner
from lintian_ml.package import PackageType, package_from_files
from lintian_ml.registry import Check, checks, find_profile, profile_names
from lintian_ml.run import Settings, judge
from lintian_ml.suite import Suite

CHECKS = list(checks().values())


def examples() -> Iterator[pytest.param]:  # type: ignore[valid-type]
    for check in CHECKS:
        for example in check.module.examples():
            yield pytest.param(check, example, id=f"{check.name}-{example.title}")


@pytest.mark.parametrize(("check", "example"), list(examples()))
def test_example(check: Check, example: Example) -> None:
    files = {
        path: content.encode() if isinstance(content, str) else content
        for path, content in example.files.items()
    }
    package = package_from_files(files, Examiner())
    if example.is_binary:
        package = replace(package, type=PackageType.BINARY)
    suite = None if example.suite is None else Suite.of("example", example.suite)
    only = frozenset({check.name}) | OVERRIDABLE
    report = judge(package, Settings(find_profile("debian"), only_tags=only, suite=suite))
    said = [issued.hint for issued in report.hints if issued.tag == check.name and not issued.override]
    assert said == list(example.hints if isinstance(example, Flagged) else ())


OVERRIDABLE = frozenset({"undeclared-model"})
"""Tags that examples of override checks silence."""


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
class TestForm:
    def test_the_brief_is_one_sentence(self, check: Check) -> None:
        assert re.fullmatch(r"[A-Z`][^.]*(\.[a-z/`*][^.]*)*\.", check.brief)

    def test_the_explanation_says_more(self, check: Check) -> None:
        assert len(check.explanation) > 80

    def test_there_are_examples_of_both_kinds_with_unique_titles(self, check: Check) -> None:
        found = list(check.module.examples())
        assert {type(example) for example in found} == {Flagged, Clean}
        assert len({example.title for example in found}) == len(found)

    def test_references_resolve(self, check: Check) -> None:
        assert all(cite(reference).address for reference in check.tag.see_also)

    def test_some_profile_enables_it(self, check: Check) -> None:
        assert any(
            find_profile(name).visibility(check.name, check.tag.visibility) for name in profile_names()
        )

    def test_it_either_checks_a_case_or_speaks_about_the_run(self, check: Check) -> None:
        assert hasattr(check.module, "check") != hasattr(check.module, "after")

    def test_it_is_small(self, check: Check) -> None:
        assert check.module.__file__  # type: ignore[attr-defined]
        assert len(Path(check.module.__file__).read_text().splitlines()) <= 60  # type: ignore[attr-defined]


def test_the_tags_that_profiles_name_exist() -> None:
    for name in profile_names():
        assert find_profile(name).named_tags <= set(checks())

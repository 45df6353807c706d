"""Every example of every check, and the one form that all checks keep."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from lintian_ml.check import Clean, Example, Flagged
from lintian_ml.citation import cite
from lintian_ml.detection import Examiner
from lintian_ml.package import PackageType, package_from_files
from lintian_ml.package.tree import DEFAULTS
from lintian_ml.registry import Check, checks, find_profile, profile_names
from lintian_ml.run import Settings, judge, lint
from lintian_ml.suite import Suite

CHECKS = list(checks().values())


def examples() -> Iterator[pytest.param]:  # type: ignore[valid-type]
    for check in CHECKS:
        for example in check.module.examples():
            yield pytest.param(check, example, id=f"{check.name}-{example.title}")


@pytest.mark.parametrize(("check", "example"), list(examples()))
def test_example(check: Check, example: Example, tmp_path: Path) -> None:
    suite = None if example.suite is None else Suite.of("example", example.suite)
    only = frozenset({check.name}) | OVERRIDABLE
    settings = Settings(find_profile("debian"), only_tags=only, suite=suite)
    if example.is_binary:
        package = replace(package_from_files(as_bytes(example.files), Examiner()), type=PackageType.BINARY)
        report = judge(package, settings)
    else:
        (report,) = lint(
            laid(tmp_path / "package", DEFAULTS | as_bytes(example.files)),
            beside(tmp_path, example, settings),
        )
    said = [issued.hint for issued in report.hints if issued.tag == check.name and not issued.override]
    assert said == list(example.hints if isinstance(example, Flagged) else ())


def as_bytes(files: Mapping[str, bytes | str]) -> dict[str, bytes]:
    return {path: one.encode() if isinstance(one, str) else one for path, one in files.items()}


def laid(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files below a folder, which is what a maintainer has."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def beside(folder: Path, example: Example, settings: Settings) -> Settings:
    """Return the settings with what an example has beside its package."""
    if example.rebuilt is not None:
        settings = replace(settings, rebuilt=(laid(folder / "rebuilt", as_bytes(example.rebuilt)),))
    if example.before is not None:
        (old,) = lint(laid(folder / "before", DEFAULTS | as_bytes(example.before)), settings)
        settings = replace(settings, before={model.path: model for model in old.models})
    return settings


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

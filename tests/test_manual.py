"""The manual pages say what the program does: no option, field or predicate is missing or made up."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from lintian_ml.archive.outputs import OUTPUTS
from lintian_ml.archive.query import FIELDS, filters
from lintian_ml.cli import DEFAULT, commands
from lintian_ml.cli.lint import parser
from lintian_ml.declaration import ModelStanza, parse_declaration
from lintian_ml.declaration.reading import KINDS as STANZAS
from lintian_ml.equality import parse_predicate, predicates
from lintian_ml.equality.language import PRESETS
from lintian_ml.equality.predicate import Kind
from lintian_ml.override import Override, parse_overrides
from lintian_ml.package import BINARY_OVERRIDES
from lintian_ml.policy import KINDS as FACTS
from lintian_ml.policy import Class
from lintian_ml.profile import ALLOWANCE, CLASS_ROW, HEADER, TAG_ROW, Profile, parse_profile
from lintian_ml.registry import checks, find_profile, profile_names
from lintian_ml.report import formats as report_formats
from lintian_ml.shipped_overrides import SOURCE_OVERRIDES
from tests.building import run_command

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "docs/man").glob("*.[15]"))

LINTER, ARCHIVE, COMPARE, EXPLAIN, MODELS, OVERRIDES, PROFILES = (
    "lintian-ml.1",
    "lintian-ml-archive.1",
    "lintian-ml-compare.1",
    "lintian-ml-explain.1",
    "debian-models.5",
    "lintian-ml-overrides.5",
    "lintian-ml-profiles.5",
)

OPTION = re.compile(r"--[a-z][a-z-]*[a-z]")
FLAG = re.compile(r"\bFl -([a-z][a-z-]*[a-z])")
ESCAPES = {r"\(aq": "'", r"\&": "", r"\-": "-", r"\e": "\\"}
NOT_OURS = re.compile(r"referenced manual not found|outdated mandoc\.db")
"""What mandoc says of the machine that it runs on, not of the page."""


@cache
def source(page: str) -> str:
    """Return the source of a page without its comments."""
    text = (ROOT / "docs/man" / page).read_text("utf-8")
    return re.sub(r'(?m)^\.\\".*\n', "", text)


def section(page: str, title: str) -> str:
    """Return the source of one section."""
    found = re.search(rf"(?ms)^\.Sh {title}\n(.*?)(?=^\.Sh |\Z)", source(page))
    assert found, f"{page} has no section {title}"
    return found[1]


def flags(text: str) -> set[str]:
    """Return the long options that a piece of a page names, by macro or in an example."""
    return {f"--{name}" for name in FLAG.findall(text)} | set(OPTION.findall(text))


def words(text: str) -> set[str]:
    """Return the words of a piece of a page: what blanks, commas and brackets stand between."""
    return set(re.split(r"[\s,;|()]+", text))


def literals(page: str) -> Iterator[str]:
    """Yield the literal blocks of a page, as people read them."""
    for block in re.findall(r"(?ms)^\.Bd -literal[^\n]*\n(.*?)^\.Ed$", source(page)):
        for escape, character in ESCAPES.items():
            block = block.replace(escape, character)
        yield block


def the_literal(page: str, beginning: str) -> str:
    """Return the one literal block of a page that begins so."""
    (block,) = (block for block in literals(page) if block.startswith(beginning))
    return block


def linter_options() -> set[str]:
    """Return every long option of the linter, those that --help hides too."""
    actions = parser()._actions
    return {option for action in actions for option in action.option_strings if option.startswith("--")}


@cache
def options_of(*command: str) -> frozenset[str]:
    """Return the long options that a command's own --help shows, and those of its actions."""
    text = run_command(*command, "--help").stdout
    options = frozenset(OPTION.findall(text))
    actions = re.search(r"^usage:.*?\[-h\] ([a-z]+(?:\|[a-z]+)+) \.\.\.", text)
    if not actions:
        return options
    return options.union(*(options_of(*command, action) for action in actions[1].split("|")))


class TestLinter:
    def test_every_option_is_explained(self) -> None:
        assert linter_options() - flags(section(LINTER, "OPTIONS")) == set()

    def test_every_short_option_is_explained(self) -> None:
        shown = {name for item in re.findall(r"(?m)^\.It Fl .*", source(LINTER)) for name in item.split()}
        short = {option[1:] for action in parser()._actions for option in action.option_strings
                 if re.fullmatch("-[A-Za-z]", option)}  # fmt: skip
        assert short - shown == set()

    def test_no_option_is_made_up(self) -> None:
        assert flags(section(LINTER, "OPTIONS")) - linter_options() == set()
        known = linter_options().union(*(options_of(name) for name in commands()))
        assert flags(source(LINTER)) - known == set()

    @pytest.mark.parametrize("name", [name for name in commands() if name != DEFAULT])
    def test_every_command_is_explained_with_its_options(self, name: str) -> None:
        assert re.search(rf"(?m)^\.Cm {name}\b", section(LINTER, "SYNOPSIS"))
        assert re.search(rf"(?m)^\.It Cm {name}\b", section(LINTER, "DESCRIPTION"))
        own = ROOT / "docs/man" / f"lintian-ml-{name}.1"
        pages = source(LINTER) + (source(own.name) if own.exists() else "")
        assert options_of(name) - flags(pages) == set()

    @pytest.mark.parametrize("name", profile_names())
    def test_every_profile_is_named(self, name: str) -> None:
        assert f".It Cm {name}\n" in section(LINTER, "PROFILES")

    @pytest.mark.parametrize("kind", Class)
    def test_every_class_is_explained(self, kind: Class) -> None:
        assert f".It Sy {kind.value}\n" in section(LINTER, "DESCRIPTION") + section(LINTER, "OUTPUT")

    def test_the_example_of_a_configuration_is_accepted(self, tmp_path: Path) -> None:
        path = tmp_path / "config"
        path.write_text(the_literal(LINTER, "Profile: "))
        assert parser().with_configuration(["--cfg", str(path)]).profile in profile_names()

    @pytest.mark.parametrize("name", report_formats())
    def test_every_output_format_is_told(self, name: str) -> None:
        assert name in words(section(LINTER, "OUTPUT")) | words(section(LINTER, "OPTIONS"))
        assert name in parser().format_help()

    def test_tags_that_are_named_exist(self) -> None:
        named = re.findall(r"(?:-T |source: )([a-z]+(?:-[a-z]+)+)", source(LINTER))
        assert named
        assert set(named) <= set(checks())


class TestArchive:
    def test_no_option_is_made_up(self) -> None:
        assert flags(source(ARCHIVE)) - options_of("archive") == {"--stdin"}  # which is an option of dd-list

    def test_every_field_and_output_of_a_query_is_named(self) -> None:
        told = words(section(ARCHIVE, "DESCRIPTION"))
        assert {*FIELDS, *OUTPUTS, "tag", "profile"} - told == set()

    def test_the_filters_of_the_examples_are_understood(self) -> None:
        examples = the_literal(ARCHIVE, "$ lintian-ml archive scan")
        assert len(filters(re.findall(r"\w+=[a-z-]+", examples))) == 3


class TestExplanations:
    def test_no_option_is_made_up(self) -> None:
        known = options_of("explain") | {"--include-dir"}  # which is an option of lintian-explain-tags
        assert flags(source(EXPLAIN)) <= known

    def test_every_kind_of_thing_is_told(self) -> None:
        kinds = {line.split()[0] for line in run_command("explain", "--list").stdout.splitlines()}
        assert set(re.findall(r"(?m)^\.It an? (\w+)$", source(EXPLAIN))) == kinds


class TestOverrides:
    def test_the_example_is_understood(self) -> None:
        lines = the_literal(OVERRIDES, "# Trained")
        parsed = list(parse_overrides(lines, "overrides", "gnubg", "source"))
        assert [(line.tag, bool(line.justification)) for line in parsed if isinstance(line, Override)] == [
            ("undeclared-model", True),
            ("model-in-unsafe-serialisation", True),
            ("model-in-unsafe-serialisation", True),
        ]

    def test_tags_that_are_named_exist(self) -> None:
        named = re.findall(r"(?m)^\.Pq Sy (\S+)", source(OVERRIDES))
        overridden = re.findall(r"(?m)^([a-z]+(?:-[a-z]+)+) tests/", source(OVERRIDES))
        assert len(named) == 3
        assert {*named, *overridden} <= checks().keys()

    def test_the_places_are_those_that_the_program_reads(self) -> None:
        assert f".It Pa {SOURCE_OVERRIDES}\n" in source(OVERRIDES)
        assert f"/{BINARY_OVERRIDES}/PACKAGE" in source(OVERRIDES)


class TestComparator:
    @pytest.mark.parametrize("name", [*predicates(), *PRESETS])
    def test_every_predicate_is_explained(self, name: str) -> None:
        assert re.search(rf"(?m)^\.It Cm {name}(\(|$)", section(COMPARE, "PREDICATES"))

    def test_no_predicate_is_made_up(self) -> None:
        listed = re.findall(r"(?m)^\.It Cm ([a-z-]+)", section(COMPARE, "PREDICATES"))
        assert set(listed) <= {*predicates(), *PRESETS}

    def test_presets_are_what_they_stand_for(self) -> None:
        for name, meaning in PRESETS.items():
            assert f".It Cm {name}\n.Cm {meaning}\n" in source(COMPARE)

    def test_the_predicates_are_told_apart_from_the_measurements(self) -> None:
        proofs, _, measured = section(COMPARE, "PREDICATES").partition("Measurements are no proofs")
        kinds = {name: kind.kind for name, kind in predicates().items()}
        for name, kind in kinds.items():
            told = [re.search(rf"(?m)^\.It Cm {name}\b", part) is not None for part in (proofs, measured)]
            assert told == [kind is not Kind.MEASUREMENT, kind is Kind.MEASUREMENT], name

    def test_the_example_of_selectors_is_understood(self) -> None:
        block = the_literal(COMPARE, "*  ")
        assert len(parse_predicate(block).clauses) == 3

    def test_exit_statuses_are_the_programs(self) -> None:
        from lintian_ml.cli.compare import STATUS, TROUBLE

        told = re.findall(r"(?m)^\.It (\d)\n([a-z ]+)", section(COMPARE, "EXIT STATUS"))
        statuses = {str(status): verdict.value for verdict, status in STATUS.items()}
        assert dict(told) == {**statuses, str(TROUBLE): "trouble"}


class TestModels:
    @pytest.mark.parametrize("kind", STANZAS)
    def test_every_field_is_explained(self, kind: str) -> None:
        listed = words(source(MODELS))
        assert {kind, *STANZAS[kind].known_fields()} - listed == set()

    def test_no_field_is_made_up(self) -> None:
        known = {"Format", *STANZAS, *(name for kind in STANZAS.values() for name in kind.known_fields())}
        for title in ("HEADER", "MODELS", "DATA"):
            assert set(re.findall(r"(?m)^\.It Sy (\S+)$", section(MODELS, title))) <= known

    def test_the_example_has_no_problems_and_every_field(self) -> None:
        block = the_literal(MODELS, "Format: ")
        declaration = parse_declaration(block.encode())
        assert declaration.problems == ()
        used = set(re.findall(r"(?m)^([A-Z][A-Za-z0-9-]+):", block))
        assert {*STANZAS, *ModelStanza.known_fields()} - used == set()

    def test_the_predicates_of_the_example_are_understood(self) -> None:
        models = parse_declaration(the_literal(MODELS, "Format: ").encode()).models
        for model in models:
            assert parse_predicate("\n".join(line.text for line in model.equality)).clauses

    def test_facts_that_are_named_exist(self) -> None:
        assert set(re.findall(r"(?m)^\.It Sy (\S+)$", section(MODELS, "FACTS"))) <= FACTS.keys()


class TestProfiles:
    def example(self) -> Profile:
        return parse_profile(the_literal(PROFILES, "Profile: "), "team.profile", find_profile)

    def test_the_example_is_a_profile(self) -> None:
        profile = self.example()
        assert profile.extends in profile_names()
        assert profile.named_tags <= checks().keys()

    def test_the_example_does_what_is_said_of_it(self) -> None:
        profile = self.example()
        tag = checks()["undeclared-model"].tag
        (loudness,) = {profile.visibility("undeclared-model", tag.visibility)}
        assert loudness is not None
        assert loudness.value == "error"
        assert profile.rows[0].class_ is Class.TOXIC_CANDY

    @pytest.mark.parametrize("name", sorted({*HEADER, *ALLOWANCE, *CLASS_ROW, *TAG_ROW}))
    def test_every_field_is_explained(self, name: str) -> None:
        assert f".It Sy {name}\n" in source(PROFILES)

    @pytest.mark.parametrize("fact", FACTS)
    def test_every_fact_is_explained_with_its_values(self, fact: str) -> None:
        found = re.search(rf"(?ms)^\.It Sy {fact}\n(.*?)(?=^\.It |^\.El)", section(PROFILES, "FACTS"))
        assert found
        assert {member.value for member in FACTS[fact]} - words(found[1]) == set()

    def test_every_class_is_named(self) -> None:
        assert {kind.value for kind in Class} <= words(section(PROFILES, "CLASS ROWS"))


class TestPages:
    def test_the_package_installs_every_page(self) -> None:
        patterns = (ROOT / "debian/lintian-ml.manpages").read_text().split()
        assert {path for pattern in patterns for path in ROOT.glob(pattern)} == set(PAGES)

    def test_pages_of_ours_that_are_referred_to_exist(self) -> None:
        named = {match for page in PAGES for match in re.findall(r"\.Xr (\S+) (\d)", source(page.name))}
        ours = {f"{name}.{number}" for name, number in named if name.startswith(("lintian-ml", "debian-m"))}
        assert ours <= {path.name for path in PAGES}

    @pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
    def test_groff_has_nothing_to_warn_of(self, page: Path) -> None:
        if not shutil.which("man"):
            pytest.skip("man is not there")
        settings = {**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"}
        words = ["man", "--warnings", "-l", str(page)]
        done = subprocess.run(words, capture_output=True, text=True, env=settings, stdin=subprocess.DEVNULL)
        assert (done.returncode, done.stderr) == (0, "")
        assert "SEE ALSO" in done.stdout

    @pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
    def test_mandoc_has_nothing_to_say(self, page: Path) -> None:
        if not shutil.which("mandoc"):
            pytest.skip("mandoc is not there")
        done = subprocess.run(["mandoc", "-T", "lint", str(page)], capture_output=True, text=True)
        told = (done.stdout + done.stderr).splitlines()
        assert [line for line in told if not NOT_OURS.search(line)] == []

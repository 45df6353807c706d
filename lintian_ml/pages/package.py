"""The report on packages as one page: their models as cards, what is said of each, and what was not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lintian_ml.hint import Visibility
from lintian_ml.pages import environment, render_alone
from lintian_ml.pages.subject import subject
from lintian_ml.registry import Check, checks
from lintian_ml.run import IssuedHint, Report

if TYPE_CHECKING:
    from markupsafe import Markup

    from lintian_ml.fact import Source
    from lintian_ml.facts import KnownModel
    from lintian_ml.policy import Judgement

MOST_SAID, LONGEST_SAID = 40, 400
"""What a model says of itself that is shown, and characters of each; the JSON report has all."""

FETCHED = {"build": "when it is built", "run": "when it is run", "script": "by a script that nobody need run"}
"""When a package fetches a model, in words."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "License": ("license",),
    "Training data": ("data-identified", "data-license", "data-access"),
    "Training program": ("training-program", "training-environment"),
    "Reproducibility": ("reproducibility",),
}
"""The facts that each card shows, known or not, under a title for each group."""


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact: its name, its value, and where that comes from (empty: nobody said)."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class ShownModel:
    """A model with what its card tells: facts in groups, all other known ones, the unknown, what
    the model says of itself, the hints, and what other profiles make of it.
    """

    model: KnownModel
    groups: tuple[tuple[str, tuple[ShownFact, ...]], ...]
    others: tuple[ShownFact, ...]
    unknown: tuple[str, ...]
    said: tuple[tuple[str, str], ...]
    hints: tuple[IssuedHint, ...]
    readings: tuple[tuple[str, Judgement], ...]


def package_section(report: Report, number: int) -> Markup:
    """Return the part of the page on one package; ``number`` tells its anchors from those of others."""
    by_path, rest = _by_model(report)
    loud = [issued for issued in report.hints if issued.override is None]
    made = environment().get_template("package.html").module
    section: Markup = made.package(  # type: ignore[attr-defined]
        report,
        number,
        [
            _shown(model, tuple(by_path.get(model.path, ())), tuple(_readings(report, place)))
            for place, model in enumerate(report.models)
        ],
        rest,
        counted(loud),
        len(report.hints) - len(loud),
        FETCHED,
    )
    return section


def failure_section(input_name: str, profile: str, error: str, number: int) -> Markup:
    """Return the part of the page on an input that could not be looked at."""
    made = environment().get_template("package.html").module
    section: Markup = made.failure(input_name, profile, error, number)  # type: ignore[attr-defined]
    return section


def report_page(sections: Sequence[tuple[str, Markup]], tags: Iterable[str]) -> str:
    """Return the whole page: the section of each package with its name, and what the tags in them mean."""
    explained: list[Check] = [checks()[tag] for tag in sorted(set(tags))]
    return render_alone("report.html", sections=sections, explained=explained)


def counted(hints: Iterable[IssuedHint]) -> tuple[tuple[str, int], ...]:
    """Return how many hints there are of each visibility, the loudest first."""
    counts = Counter(issued.visibility for issued in hints)
    return tuple((level.value, counts[level]) for level in Visibility if counts[level])


def _by_model(report: Report) -> tuple[Mapping[str, list[IssuedHint]], list[IssuedHint]]:
    """Return the hints on each model, by its path, which begins their notes, and those on no model."""
    paths = {model.path for model in report.models}
    found: dict[str, list[IssuedHint]] = {}
    rest = []
    for issued in report.hints:
        path = subject(issued.hint.note, paths)
        if path is None:
            rest.append(issued)
        else:
            found.setdefault(path, []).append(issued)
    return found, rest


def _readings(report: Report, place: int) -> Iterator[tuple[str, Judgement]]:
    """Yield what the other profiles that were asked for make of one model."""
    yield from ((name, judgements[place]) for name, judgements in report.readings.items())


def _shown(
    model: KnownModel, hints: tuple[IssuedHint, ...], readings: tuple[tuple[str, Judgement], ...]
) -> ShownModel:
    facts = {name: ShownFact(name, value.value, _told(source)) for name, value, source in model.facts}
    groups = tuple((title, tuple(facts.pop(name) for name in names)) for title, names in GROUPS.items())
    others = tuple(fact for fact in facts.values() if fact.source)
    grouped = (fact for _, those in groups for fact in those)
    unknown = tuple(fact.name for fact in (*grouped, *facts.values()) if not fact.source)
    return ShownModel(model, groups, others, unknown, tuple(_said(model)), hints, readings)


def _told(source: Source | None) -> str:
    return str(source) if source else ""


def _said(model: KnownModel) -> Iterator[tuple[str, str]]:
    """Yield what a model says of itself, under its own keys, as far as it is shown."""
    entries = list(model.found.metadata.items()) if model.found else []
    for key, value in entries[:MOST_SAID]:
        yield key[:LONGEST_SAID], value if len(value) <= LONGEST_SAID else f"{value[:LONGEST_SAID]}…"
    if len(entries) > MOST_SAID:
        yield "…", f"and {len(entries) - MOST_SAID} more"

"""Lints one package under one profile: models are found, facts gathered, classes judged, checks asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lintian_ml.check import Case, Run
from lintian_ml.container.limits import Limits
from lintian_ml.detection import Examiner, NotExamined
from lintian_ml.escape import for_line
from lintian_ml.hint import Hint, Pointer, Visibility
from lintian_ml.overlay import declaration_of
from lintian_ml.override import Override, best_match, by_tag
from lintian_ml.package import DECLARATION, Package, PackageType, read_packages
from lintian_ml.profile import Profile
from lintian_ml.registry import Check, checks, tag_names
from lintian_ml.shipped_overrides import override_file, overrides_of
from lintian_ml.suite import Suite
from lintian_ml.surroundings import removes_models

if TYPE_CHECKING:
    from lintian_ml.declaration import Declaration
    from lintian_ml.facts import KnownModel
    from lintian_ml.policy import Judgement
    from lintian_ml.verification import Evidence


@dataclass(frozen=True, slots=True)
class IssuedHint:
    """A hint with all that the engine stamps on it: tag, visibility, package, and the override that
    silences it.
    """

    tag: str
    visibility: Visibility
    experimental: bool
    package: str
    type: str
    hint: Hint
    override: Override | None = None

    @property
    def context(self) -> str:
        """Note and pointer as they are printed and as overrides match them."""
        pointer = f"[{for_line(str(self.hint.pointer))}]" if self.hint.pointer else ""
        return " ".join(filter(None, (for_line(self.hint.note), pointer)))


@dataclass(frozen=True)
class Report:
    """What is to be said of one package.

    ``readings`` has, by the name of each profile that was asked for besides, its judgements of the models, in
    their order. ``suite`` is the index that was asked, None where there was none.
    """

    package: Package
    profile: Profile
    declaration: Declaration | None
    models: tuple[KnownModel, ...] = ()
    hints: tuple[IssuedHint, ...] = ()
    not_examined: tuple[NotExamined, ...] = ()
    readings: Mapping[str, tuple[Judgement, ...]] = field(default_factory=dict)
    suite: Suite | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is asked for: the profile, the tags to leave out or to keep to, and whether overrides
    count. ``readings`` are the profiles whose judgements are asked for besides; ``suite`` is the index of the
    suite that the package is for, None where none is at hand. ``rebuilt`` and ``certificates`` are what its
    models are held against, ``before`` has the models of an earlier version by their paths.
    """

    profile: Profile
    only_tags: frozenset[str] = frozenset()
    without_tags: frozenset[str] = frozenset()
    overrides: bool = True
    declarations: Path | None = None
    limits: Limits = field(default_factory=Limits)
    examiner: Callable[[Limits], Examiner] = Examiner
    readings: tuple[Profile, ...] = ()
    suite: Suite | None = None
    rebuilt: tuple[Path, ...] = ()
    certificates: tuple[Path, ...] = ()
    before: Mapping[str, KnownModel] = field(default_factory=dict)


def lint(path: Path, settings: Settings) -> Iterator[Report]:
    """Yield a report for each package that ``path`` names; PackageError where it cannot be read.

    Of an upload the source comes first, and what is known of its models counts for its binary packages.
    """
    source: Report | None = None
    with ExitStack() as stack:
        evidence: Evidence | None = None
        for package in read_packages(path, lambda: settings.examiner(settings.limits), settings.limits):
            if evidence is None and _may_be_verified(package, settings):
                from lintian_ml.verification import Asked, Evidence

                asked = Asked(settings.rebuilt, settings.certificates)
                evidence = stack.enter_context(Evidence(path, asked))
            report = judge(package, settings, evidence, source)
            source = report if package.type is PackageType.SOURCE else source
            yield report


def _may_be_verified(package: Package, settings: Settings) -> bool:
    """Whether there may be something to hold models against: only then the comparator is loaded."""
    declares = DECLARATION in package.debian or settings.declarations is not None
    return bool(settings.rebuilt or settings.certificates or declares)


def judge(
    package: Package, settings: Settings, evidence: Evidence | None = None, source: Report | None = None
) -> Report:
    """Return the report on a package that has been read.

    ``evidence`` is what its models can be held against, ``source`` the report on the source package that a
    binary package was built from.
    """
    declaration = declaration_of(package, settings.declarations)
    if declaration is None and settings.suite is None and _tells_nothing(package, source):
        return Report(package, settings.profile, None)
    from lintian_ml.facts import know_by

    profiles = (settings.profile, *settings.readings)
    verified = evidence.of(package, declaration) if evidence else None
    package = evidence.with_programs(package) if evidence else package
    origins = tuple(_origins(source)) if source and package.type is not PackageType.SOURCE else None
    known, *others = know_by(package, declaration, profiles, settings.suite, verified, origins)
    case = Case(
        *(package, settings.profile.name, declaration, known, settings.suite, settings.before),
        settings.profile.most_slack,
    )
    readings = {
        profile.name: tuple(model.judgement for model in models)
        for profile, models in zip(settings.readings, others, strict=True)
    }
    hints = _hints(case, settings)
    return Report(
        package, settings.profile, declaration, known, hints, package.not_examined, readings, settings.suite
    )


def _origins(source: Report) -> Iterator[tuple[KnownModel, ...]]:
    """Yield the models of a source package as each profile judges them."""
    yield source.models
    for judged in source.readings.values():
        pairs = zip(source.models, judged, strict=True)
        yield tuple(replace(model, judgement=judgement) for model, judgement in pairs)


def _hints(case: Case, settings: Settings) -> tuple[IssuedHint, ...]:
    """Return what all checks say of a case, those on the run itself asked last, in the report's order."""
    enabled = _enabled(settings)
    overrides, malformed = overrides_of(case.package) if settings.overrides else ((), ())
    table = by_tag(overrides)
    spoken = tuple(
        replace(one, override=best_match(table.get(one.tag, ()), one.context))
        for one in _speak(case, enabled, settings)
    )
    used = frozenset(issued.override for issued in spoken if issued.override)
    run = Run(case, overrides, malformed, used, tag_names(), frozenset(enabled))
    return tuple(sorted({*spoken, *_close(run, enabled, settings)}, key=_order))


def _tells_nothing(package: Package, source: Report | None) -> bool:
    """Whether no check has anything to speak of: no file that may be a model or could not be read, nothing
    that is fetched or kept elsewhere, none that was removed, no override, and no model in the source.
    """
    if source and source.models:
        return False
    found = package.models or package.not_examined or package.hooks or package.pointers
    return not found and not removes_models(package) and override_file(package) not in package.texts


def _enabled(settings: Settings) -> Mapping[str, Visibility]:
    """Return the tags that may speak, and how loudly; those asked for by name speak in any profile."""
    wanted = settings.only_tags or checks().keys()
    loudness = {
        name: settings.profile.visibility(name, check.tag.visibility)
        for name, check in checks().items()
        if name in wanted and name not in settings.without_tags
    }
    if settings.only_tags:
        return {name: level or checks()[name].tag.visibility for name, level in loudness.items()}
    return {name: level for name, level in loudness.items() if level is not None}


def _speak(case: Case, enabled: Mapping[str, Visibility], settings: Settings) -> Iterator[IssuedHint]:
    for name, visibility in enabled.items():
        check = checks()[name]
        if not check.is_about_the_run:
            yield from _issue(case.package, check, visibility, check.module.check(case), settings)


def _close(run: Run, enabled: Mapping[str, Visibility], settings: Settings) -> Iterator[IssuedHint]:
    for name, visibility in enabled.items():
        check = checks()[name]
        if check.is_about_the_run:
            yield from _issue(run.case.package, check, visibility, check.module.after(run), settings)


def _issue(
    package: Package, check: Check, visibility: Visibility, hints: Iterable[Hint], settings: Settings
) -> Iterator[IssuedHint]:
    """Stamp hints. One that is quieter than its tag is still raised by the profile as such tags are."""
    name = for_line(package.name)
    for hint in hints:
        loudness = visibility
        if hint.at_most:
            own = min(check.tag.visibility, hint.at_most)
            loudness = settings.profile.visibility(check.name, own) or own
        yield IssuedHint(check.name, loudness, check.tag.experimental, name, package.type.value, hint)


def _order(issued: IssuedHint) -> tuple[bool, int, str, str, str, int]:
    """Lintian's order: what is not overridden first, then loudness, tag and context."""
    pointer = issued.hint.pointer or Pointer("", 0)
    return (
        issued.override is not None,
        issued.visibility.rank,
        issued.tag,
        issued.hint.note,
        pointer.file,
        pointer.line or 0,
    )

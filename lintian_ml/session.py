"""One run of the linter: packages in, reports out, an exit status at the end."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from lintian_ml.error import LintianMLError, UsageError
from lintian_ml.escape import for_message
from lintian_ml.hint import Visibility
from lintian_ml.options import columns, linter, wants_colour, warn
from lintian_ml.overriding import write_overrides
from lintian_ml.package import PackageType
from lintian_ml.progress import Progress
from lintian_ml.registry import DEFAULT_PROFILE, find_check, find_profile, profile_names, unknown
from lintian_ml.report import Display, Look, Writer, levels, writer
from lintian_ml.run import IssuedHint, Report, Settings, lint
from lintian_ml.suite import read_suite

if TYPE_CHECKING:
    from lintian_ml.facts import KnownModel

TROUBLE = 1
FAILED = 2

TERMINAL_TAG_LIMIT = 4

Failing = Callable[[IssuedHint], bool]


def lint_all(options: argparse.Namespace) -> int:
    """Lint every package that the options name; return the exit status."""
    progress = Progress(options.quiet)
    settings = _settings(options, progress)
    settings = replace(settings, before=_known_before(options.previous, settings))
    failing = _failing(options.fail_on)
    look = _look(options, settings.only_tags, settings)
    lines = writer(_format(options), look)
    after = partial(write_overrides, shows=look.display.shows) if options.write_overrides else None
    statuses = {0}
    with _output(options.output) as out:
        for name in _packages(options):
            statuses.add(_lint_one(name, settings, failing, lines, out, progress, options.debug, after))
        _print(lines.closing(), out)
    return next(status for status in (TROUBLE, FAILED, 0) if status in statuses)


def _lint_one(
    name: str,
    settings: Settings,
    failing: Failing,
    lines: Writer,
    out: TextIO,
    progress: Progress,
    debug: bool,
    after: Callable[[Path, Report], None] | None,
) -> int:
    """Report on one input, and do what is asked for ``after`` that; its exit status."""
    status = 0
    try:
        for report in lint(Path(name), settings):
            progress.clear()
            _print(lines.report(report), out)
            if after:
                after(Path(name), report)
            if any(map(failing, report.hints)):
                status = FAILED
    except LintianMLError as error:
        progress.clear()
        warn(f"error: {for_message(str(error))}")
        if debug:
            traceback.print_exc()
        _print(lines.failure(name, settings.profile.name, str(error)), out)
        return TROUBLE
    return status


def _settings(options: argparse.Namespace, progress: Progress) -> Settings:
    only = _tags(options.tags, options.tags_from_file)
    if options.declarations and not options.declarations.is_dir():
        raise UsageError(f"{options.declarations}: is no directory of declarations")
    without = _tags(options.suppress_tags + options.dont_check_part, options.suppress_tags_from_file)
    return Settings(
        profile=find_profile(options.profile or DEFAULT_PROFILE),
        only_tags=only,
        without_tags=frozenset() if only else without,
        overrides=options.override,
        declarations=options.declarations,
        examiner=progress.examiner,
        readings=tuple(map(find_profile, profile_names())) if options.all_profiles else (),
        suite=read_suite(options.suite_index),
        rebuilt=tuple(map(_existing, options.rebuilt)),
        certificates=tuple(options.certificate),
    )


def _existing(path: Path) -> Path:
    """Return the path of rebuilt files; UsageError where there is nothing."""
    if not path.exists():
        raise UsageError(f"{path}: there are no rebuilt files")
    return path


def _tags(lists: Iterable[str], files: Iterable[str]) -> frozenset[str]:
    """Return the present names of the tags in comma lists and files; UsageError for one that does not
    exist.
    """
    names = [*_listed(lists), *(name for file in files for name in _listed(_lines_of(file)))]
    return frozenset(find_check(name).name for name in names)


def _listed(lists: Iterable[str]) -> list[str]:
    return [name for part in lists for name in part.replace(",", " ").split()]


def _lines_of(file: str) -> list[str]:
    """Return the lines of a file, "-" for standard input, without empty ones and comments."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(errors="surrogateescape")
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _packages(options: argparse.Namespace) -> list[str]:
    named: list[str] = list(options.packages)
    if options.packages_from_file:
        if named:
            warn("--packages-from-file is ignored, since packages are named on the command line too")
        elif not (named := _lines_of(options.packages_from_file)):
            raise UsageError(f"{options.packages_from_file} names no package")
    return named or ["."]


def _fail_levels(lists: Iterable[str]) -> set[str]:
    """Return the levels that --fail-on names; "none" undoes what was said before it."""
    wanted = {"error"}
    for number, part in enumerate(lists):
        levels = _listed([part])
        for level in levels:
            if level not in linter.FAIL_ON:
                raise UsageError(unknown("level in --fail-on:", level, linter.FAIL_ON))
        if "none" in levels and len(levels) > 1:
            raise UsageError("--fail-on none cannot stand beside other levels")
        wanted = {*levels} if number == 0 or "none" in levels else {*wanted, *levels}
    return wanted


def _failing(lists: Iterable[str]) -> Failing:
    """Return the test that tells whether a hint makes the exit status 2, whatever is displayed."""
    wanted = _fail_levels(lists)
    named = [level for level in Visibility if level.value in wanted]
    quietest = min(named, default=None)

    def fails(issued: IssuedHint) -> bool:
        if issued.override:
            return "override" in wanted
        if issued.experimental:
            return "experimental" in wanted
        return quietest is not None and issued.visibility >= quietest

    return fails


def _format(options: argparse.Namespace) -> str:
    """Return the output format; Lintian's --exp-output format=NAME is understood."""
    name: str = "review" if options.new_queue else options.format
    if options.exp_output:
        key, _, name = options.exp_output.partition("=")
        if key != "format":
            raise UsageError(f"--exp-output takes format=NAME, not {options.exp_output}")
        name = {"ewi": "text"}.get(name, name)
    return name


def _before(old: Path | None, settings: Settings) -> Mapping[str, str] | None:
    """Return the models of an older version with their digests; None where none is named."""
    if old is None:
        return None
    return {path: model.found.sha256 for path, model in _known_before(old, settings).items() if model.found}


def _known_before(old: Path | None, settings: Settings) -> Mapping[str, KnownModel]:
    """Return the models of the source of an older version, by path; none where no version is named."""
    if old is None:
        return {}
    alone = replace(settings, rebuilt=(), certificates=(), readings=())
    reports = (report for report in lint(old, alone) if report.package.type is PackageType.SOURCE)
    return {model.path: model for report in reports for model in report.models if model.is_model}


def _look(options: argparse.Namespace, tags: frozenset[str], settings: Settings) -> Look:
    to_terminal = options.output is None and sys.stdout.isatty()
    limit = options.tag_display_limit
    if limit is None:
        limit = TERMINAL_TAG_LIMIT if to_terminal and not options.verbose else 0
    colour = options.output is None and wants_colour(options.color)
    return Look(
        display=Display(levels(options.levels), options.display_experimental, options.show_overrides, tags),
        info=options.info,
        verbose=options.verbose,
        colour=colour,
        hyperlinks=options.hyperlinks == "on" and colour and to_terminal,
        tag_limit=limit,
        width=columns(),
        before=_before(options.against, settings),
    )


@contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    """Give the stream that the report goes to; a file is in place only when it is complete."""
    if path is None:
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
        yield sys.stdout
        return
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8") as out:
            yield out
        partial.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


def _print(lines: Iterable[str], out: TextIO) -> None:
    for line in lines:
        print(line, file=out)
    out.flush()

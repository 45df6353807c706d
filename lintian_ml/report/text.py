"""The report in Lintian's own lines, which people's eyes and scripts know.

Standard output holds hints and lines that begin with ``N:`` only; other programs parse it.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING

from lintian_ml.citation import cite
from lintian_ml.detection import FoundModel, Statement, When
from lintian_ml.escape import for_line
from lintian_ml.hint import Visibility
from lintian_ml.package import Package
from lintian_ml.registry import Check, checks
from lintian_ml.report import Look, Writer
from lintian_ml.run import IssuedHint, Report

if TYPE_CHECKING:
    from lintian_ml.facts import KnownModel

COLOURS = {
    "E": "97;101",
    "W": "30;103",
    "I": "97;104",
    "P": "97;42",
    "C": "97;105",
    "X": "97;43",
    "O": "97;100",
}
"""Lintian's colours, as SGR parameters; only the tag's name is coloured."""

MOST_NAMED = 3
"""Models that are named of those which all readings judge alike."""

MOST_SAID = 20
LONGEST_SAID = 200
"""Statements of a model, and characters of one, that are shown; the JSON report has all."""

FETCHES = {
    When.BUILD: "fetches at build time",
    When.RUN: "fetches at run time",
    When.SCRIPT: "a script that fetches",
}

MORE = '... use "--tag-display-limit 0" to see all (or pipe to a file/program)'
"""Lintian's words where the limit is reached."""

MANUAL = "/usr/share/doc/lintian-ml-doc/html"
"""Where the manual lies once its package is installed; links go there, and nowhere if it is not."""


def writer(look: Look) -> Writer:
    """Return a writer of Lintian's lines."""
    return TextWriter(look)


class TextWriter:
    """Writes reports as lines; it remembers which tags it has explained, and how much was overridden."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self._explained: set[str] = set()
        self._overridden = 0

    def report(self, report: Report) -> Iterator[str]:
        """Yield the lines on one package."""
        if self.look.verbose:
            if report.suite:
                yield from self._wrapped(f"asked of other packages: {report.suite.told}", "N: ")
            asked = {condition.fact for row in report.profile.rows for condition in row.when}
            for model in report.models:
                yield from self._model(model, asked)
            for line in _elsewhere(report.package):
                yield from self._wrapped(for_line(line), "N: ")
        yield from self._readings(report)
        self._overridden += sum(issued.override is not None for issued in report.hints)
        seen: Counter[str] = Counter()
        for issued in report.hints:
            if not self.look.display.shows(issued):
                continue
            seen[issued.tag] += 1
            if not self.look.tag_limit or seen[issued.tag] <= self.look.tag_limit:
                yield from self._hint(issued)
            elif seen[issued.tag] == self.look.tag_limit + 1:
                yield f"{self._start(issued)} {MORE}"

    def failure(self, input_name: str, profile: str, error: str) -> Iterator[str]:
        """Yield nothing: who parses these lines knows of failures by the exit status."""
        del input_name, profile, error
        yield from ()

    def closing(self) -> Iterator[str]:
        """Tell how many hints were overridden, which the reader does not see otherwise."""
        if self._overridden and not self.look.display.overridden:
            yield f"N: {self._overridden} {'hint' if self._overridden == 1 else 'hints'} overridden"

    def _hint(self, issued: IssuedHint) -> Iterator[str]:
        if self.look.info:
            yield "N:"
        if issued.override and issued.override.justification:
            yield from self._wrapped(for_line(issued.override.justification), "N: ")
        pointer = f"[{for_line(str(issued.hint.pointer))}]" if issued.hint.pointer else ""
        yield " ".join(filter(None, (self._start(issued), for_line(issued.hint.note), pointer)))
        if self.look.info and issued.tag not in self._explained:
            self._explained.add(issued.tag)
            yield from explanation(checks()[issued.tag], issued.visibility, self.look.width)

    def _start(self, issued: IssuedHint) -> str:
        letter = code(issued)
        kind = f" {issued.type}" if issued.type else ""
        tag = issued.tag
        if self.look.colour:
            tag = f"\033[{COLOURS[letter]}m{tag}\033[0m"
            if self.look.hyperlinks:
                tag = f"\033]8;;file://{MANUAL}/tags/{issued.tag}.html\a{tag}\033]8;;\a"
        return f"{letter}: {issued.package}{kind}: {tag}"

    def _readings(self, report: Report) -> Iterator[str]:
        """Tell the class under each profile that was asked for, once for all models that are judged alike."""
        if not report.readings:
            return
        alike: dict[tuple[str, ...], list[str]] = {}
        for model, judged in zip(report.models, zip(*report.readings.values(), strict=True), strict=True):
            if model.is_model:
                alike.setdefault(tuple(one.text for one in judged), []).append(for_line(model.path))
        width = max(map(len, report.readings))
        for told, paths in alike.items():
            more = f" and {len(paths) - MOST_NAMED} more" if len(paths) > MOST_NAMED else ""
            yield from self._wrapped(f"{', '.join(paths[:MOST_NAMED])}{more}:", "N: ")
            for name, text in zip(report.readings, told, strict=True):
                yield f"N:   {name:{width}}  {text}"

    def _model(self, model: KnownModel, asked: Container[str]) -> Iterator[str]:
        """Tell a model's class, the row that decided, and the facts that are known or asked for."""
        judgement = model.judgement
        yield f"N: {for_line(model.path)}: {judgement.text}"
        row = f"{judgement.row} ({judgement.row.file}:{judgement.row.line}); areas: {judgement.areas.text}"
        yield from self._wrapped(row, "N:   row: ")
        if judgement.row.because:
            yield from self._wrapped(judgement.row.because, "N:   because: ")
        if judgement.row.remark:
            yield from self._wrapped(judgement.row.remark, "N:   remark: ")
        if model.found:
            found = model.found
            count = "" if found.parameters is None else f", {found.parameters:,} parameters"
            yield f"N:   {found.format}, {found.certainty.value}, {found.size:,} bytes{count}"
            for title, notes in _seen(found):
                for note in notes:
                    yield from self._wrapped(for_line(note), f"N:   {title}: ")
        for name, value, source in model.facts:
            if source is None and name not in asked:
                continue
            told = f"{value.value} ({source})" if source else value.value
            yield from self._wrapped(for_line(told), f"N:   {name}: ")

    def _wrapped(self, text: str, first: str) -> Iterator[str]:
        indent = "N:" + " " * (len(first) - 2)
        yield from textwrap.wrap(
            text, self.look.width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
        )


def _seen(found: FoundModel) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what was seen of a model, each kind under its title."""
    yield "part", found.part_paths
    yield "missing", found.missing_paths
    yield "seen", found.evidence
    yield "noticed", found.remarks
    yield "says", [_said(statement) for statement in found.statements[:MOST_SAID]]


def _said(statement: Statement) -> str:
    """Return what a model says of itself on one line: subject, value, and the format's own key."""
    value = " ".join(statement.value.split())
    short = value if len(value) <= LONGEST_SAID else f"{value[: LONGEST_SAID - 1]}…"
    return f"{statement.subject.value}: {short} ({statement.key[:LONGEST_SAID]})"


def _elsewhere(package: Package) -> Iterator[str]:
    """Yield what is told of models that are not in the package."""
    for hook in package.hooks:
        pinned = "pinned" if hook.pinned else "not pinned"
        yield f"{hook.path}:{hook.line}: {FETCHES[hook.when]} {hook.target}, {pinned}"
    for pointer in package.pointers:
        yield f"{pointer.path}: stands for {pointer.size:,} bytes kept by Git LFS, sha256 {pointer.oid}"


def code(issued: IssuedHint) -> str:
    """Return the letter before a hint: O overridden, X experimental, else its visibility's."""
    if issued.override:
        return "O"
    return "X" if issued.experimental else issued.visibility.letter


def explanation(check: Check, visibility: Visibility, width: int = 80) -> Iterator[str]:
    """Yield the explanation of a tag as ``N:`` lines, in Lintian's layout."""
    yield "N: "
    for paragraph in (check.brief, *check.explanation.split("\n\n")):
        yield from _paragraph(paragraph, width)
    if references := check.tag.see_also:
        titles = [cite(reference).title for reference in references]
        yield from _paragraph(f"Please refer to {_enumerated(titles)} for details.", width)
    yield f"N:   Visibility: {visibility.value}"
    yield f"N:   Show-Always: {'yes' if check.tag.show_always else 'no'}"
    yield f"N:   Check: {check.name}"
    if check.tag.renamed_from:
        yield f"N:   Renamed from: {' '.join(check.tag.renamed_from)}"
    if check.tag.experimental:
        yield "N:   This tag is experimental."
    if visibility is Visibility.CLASSIFICATION:
        yield "N:   This tag is a classification. There is no issue in your package."
    yield "N: "


def _paragraph(text: str, width: int) -> Iterator[str]:
    """Yield one paragraph and the empty line behind it; a block indented in the source stays as it is."""
    text = re.sub(r"``([^`]*)``", r"\1", text)
    if not text.strip():
        return
    if text.startswith(" "):
        yield from (f"N:   {line}" for line in text.splitlines())
    else:
        yield from textwrap.wrap(
            " ".join(text.split()),
            width,
            initial_indent="N:   ",
            subsequent_indent="N:   ",
            break_on_hyphens=False,
        )
    yield "N: "


def _enumerated(items: list[str]) -> str:
    if len(items) < 3:
        return " and ".join(items)
    return ", ".join(items[:-1]) + ", and " + items[-1]

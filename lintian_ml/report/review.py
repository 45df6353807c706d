"""The report as the summary that a reviewer of the NEW queue wants.

It tells what there is, and keeps apart what the maintainer claims and what was found. At the end are
sentences to paste into debian/README.source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from lintian_ml.escape import for_line
from lintian_ml.policy import License, SourceKind
from lintian_ml.report import Look, Writer
from lintian_ml.run import Report

if TYPE_CHECKING:
    from lintian_ml.facts import KnownModel

TOLD = ("data-identified", "data-license", "data-access", "training-program", "base-model", "reproducibility")
"""The facts on its making that a reviewer asks for."""

MOST_SAID = 6
LONGEST_SAID = 160
"""Statements of a model, and characters of one, that are shown."""

DISTRIBUTABLE = {
    License.NOT_REDISTRIBUTABLE: "no",
    License.UNKNOWN: "not known",
    License.NOT_MACHINE_READABLE: "not known",
}
"""What a license is to the question whether the archive may carry the file; any other may be carried."""


def writer(look: Look) -> Writer:
    """Return a writer of summaries; all models are told, whatever the display level."""
    return ReviewWriter(look.before)


class ReviewWriter:
    """Writes a summary of each package; ``before`` maps the models of an older version to their digests."""

    def __init__(self, before: Mapping[str, str] | None) -> None:
        self._before = before

    def report(self, report: Report) -> Iterator[str]:
        """Yield the lines on one package."""
        models = [model for model in report.models if model.is_model]
        package = report.package
        counted = f"{len(models)} {'model' if len(models) == 1 else 'models'}"
        yield for_line(f"{package.name} {package.version} ({package.area or 'area not known'}): {counted}")
        yield from _distribution(models)
        if self._before is not None:
            yield from _changes(models, self._before)
        for model in models:
            yield ""
            yield from map(for_line, _model(model))
        if paragraph := [line for model in models for line in _explained(model)]:
            yield from ("", "To paste into debian/README.source:", "", *map(for_line, paragraph))
        elif models:
            yield from ("", "There is no debian/models; lintian-ml declare writes a first one.")
        for note in report.not_examined:
            yield for_line(f"Not examined: {note.path} ({note.reason})")

    def failure(self, input_name: str, profile: str, error: str) -> Iterator[str]:
        """Yield nothing: standard error tells of it."""
        del input_name, profile, error
        yield from ()

    def closing(self) -> Iterator[str]:
        """Yield nothing."""
        yield from ()


def _distribution(models: list[KnownModel]) -> Iterator[str]:
    """Yield whether the archive may carry all models, and which it may not."""
    doubts: dict[str, list[str]] = {}
    for model in models:
        if answer := DISTRIBUTABLE.get(model.facts.license):
            doubts.setdefault(answer, []).append(for_line(model.path))
    if models and not doubts:
        yield "May be distributed: yes, by debian/copyright"
    yield from (f"May be distributed: {answer}: {', '.join(paths)}" for answer, paths in doubts.items())


def _changes(models: list[KnownModel], before: Mapping[str, str]) -> Iterator[str]:
    """Yield which models are added, changed and removed since an older version."""
    now = {model.path: model.found.sha256 for model in models if model.found}
    kinds = {
        "Added": [path for path in now if path not in before],
        "Changed": [path for path in now if path in before and before[path] != now[path]],
        "Removed": [path for path in before if path not in now],
    }
    for kind, paths in kinds.items():
        yield for_line(f"{kind}: {', '.join(sorted(paths)) or 'none'}")


def _model(model: KnownModel) -> Iterator[str]:
    """Yield what a reviewer asks of one model; claims and findings stand in columns of their own."""
    yield model.path
    if model.found:
        yield f"  {model.found.format}, {model.found.size:,} bytes, sha256 {model.found.sha256}"
    grant = model.grant
    only = ", by Files: * only" if grant.general else ""
    said = f"{grant.license} ({grant.pointer}{only})" if grant.pointer else "not told by debian/copyright"
    yield f"  license: {said}"
    yield f"  class: {model.judgement.text}"
    for statement in model.found.statements[:MOST_SAID] if model.found else ():
        yield f"  says: {statement.subject.value}: {' '.join(statement.value.split())[:LONGEST_SAID]}"
    if model.stanza is None:
        yield "  nothing is claimed of how it was made"
        return
    yield f"  {'':17}{'claimed':14}found"
    for name in TOLD:
        source = model.facts.sources.get(name)
        value = model.facts.value(name).value
        claimed = source is not None and source.kind is SourceKind.DECLARED
        yield f"  {name:17}{value if claimed else '-':14}{'-' if claimed or source is None else value}"


def _explained(model: KnownModel) -> Iterator[str]:
    """Yield what README.source should say of a declared model; what nobody has said is left as FIXME."""
    stanza = model.stanza
    if stanza is None:
        return
    digest = f" (sha256 {model.found.sha256})" if model.found else ""
    yield f"{model.path}{digest} is from {stanza.source or 'FIXME'}."
    data = "no data" if stanza.training_data == () else ", ".join(stanza.training_data or ("FIXME",))
    program = stanza.training_program
    shown = (program.path or f"in the package {program.package}") if program else "FIXME"
    yield f"It was trained on {data}; the program that trained it is {shown}."

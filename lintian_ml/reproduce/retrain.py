"""From a package to its reproductions: each model is trained several times in fresh copies of the source."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from lintian_ml.declaration import ModelStanza
from lintian_ml.error import UsageError
from lintian_ml.reproduce.data import lacking
from lintian_ml.reproduce.fetching import FetchError, fetch
from lintian_ml.reproduce.folders import temporary
from lintian_ml.reproduce.judging import judge, missing
from lintian_ml.reproduce.outcome import Ending, Outcome, Reproduction, Run
from lintian_ml.reproduce.requirements import unmet
from lintian_ml.reproduce.sandbox import Ended
from lintian_ml.reproduce.sandbox.training import TrainingError
from lintian_ml.reproduce.settings import Settings
from lintian_ml.reproduce.source import Source, open_source
from lintian_ml.reproduce.workshop import CONTROL, Workshop

NEEDS_GPU = "needs-gpu"
"""The word of Training-Restrictions for trainings that need an accelerator."""


def reproduce(path: Path, settings: Settings) -> Iterator[Reproduction]:
    """Train the declared models of the package at ``path``; yield what came of each.

    PackageError where it cannot be unpacked or declares no models, UsageError for a model or a folder that
    is not there. Nothing of it is left on disk but what ``keep`` and ``fetches`` ask for.
    """
    _check(settings)
    with temporary() as folder:
        source = open_source(path, folder, settings.limits.seconds)
        stanzas = _chosen(source, settings.model)
        settings.ask([one.training_command for one in stanzas if one.training_command])
        for stanza in stanzas:
            with temporary() as workshop:
                reproduction = _reproduced(Workshop(source, stanza, settings, workshop))
            yield reproduction


def _check(settings: Settings) -> None:
    """UsageError where a folder is not as it must be."""
    if settings.data and not settings.fetches and not settings.data.is_dir():
        raise UsageError(f"{settings.data}: is no folder; give one that holds a folder for each data set")
    keep = settings.keep
    if keep and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise UsageError(f"{keep}: is already there; give a new folder, or an empty one")


def _chosen(source: Source, name: str | None) -> tuple[ModelStanza, ...]:
    """Return the stanzas of the models to train."""
    stanzas = source.declaration.models
    if not stanzas:
        raise UsageError("debian/models declares no model")
    if name is None:
        return stanzas
    stanza = source.declaration.model(name)
    if stanza is None:
        raise UsageError(
            f"debian/models declares no model {name}, but {', '.join(one.name for one in stanzas)}"
        )
    return (stanza,)


def _reproduced(workshop: Workshop) -> Reproduction:
    """Train one model as often as is asked for, and judge what comes out."""
    reason = _undecidable(workshop.source, workshop.stanza) or _unready(workshop)
    if reason:
        return Reproduction(workshop.stanza.name, Ending.NOT_DECIDED, reason=reason)
    workshop.lay_out()
    runs = []
    for number in range(1, workshop.settings.times + 1):
        try:
            run, ended = workshop.run(number)
        except TrainingError as error:
            return _ended(workshop, Ending.TROUBLE, f"run {number}: {error}", number)
        if ended.stopped:
            return _ended(workshop, Ending.NOT_DECIDED, f"run {number}: {ended}", number)
        if not ended.well or any(missing(workshop.source, workshop.stanza, run)):
            return _failed(workshop, run, ended)
        runs.append(run)
    return _judged(workshop, runs)


def _undecidable(source: Source, stanza: ModelStanza) -> str:
    """Return why a model cannot be judged by what is declared; an empty string where it can."""
    shipped = source.shipped(stanza)
    if stanza.built_files and not shipped and not stanza.training_command:
        return "the build makes it, and no Training-Command is stated; compare two builds"
    if not shipped and not stanza.built_files:
        return "no file in the tree is named by its Files"
    if not stanza.training_command:
        return "debian/models states no Training-Command for it"
    return ""


def _unready(workshop: Workshop) -> str:
    """Return what is not at hand for a training; an empty string where all is. Data may be fetched first."""
    source, stanza, settings = workshop.source, workshop.stanza, workshop.settings
    if NEEDS_GPU in stanza.training_restrictions and not settings.confinement.has_devices:
        return "it needs a GPU, which is not to be had within walls (--unconfined)"
    if lack := "; ".join(unmet(source, stanza, settings.root)):
        return f"the system lacks what it needs: {lack}"
    if settings.fetches and settings.data:
        try:
            fetch(source, stanza, settings.data, lambda address: settings.tell(f"fetching {address}"))
        except FetchError as error:
            return str(error)
    return "; ".join(lacking(source, stanza, settings.data))


def _failed(workshop: Workshop, run: Run, ended: Ended) -> Reproduction:
    """Tell of a run that failed, or did not make what it should: for want of the shipped files?"""
    stanza, said = workshop.stanza, f"run {run.number}: {ended}"
    if ended.well:
        paths = ", ".join(missing(workshop.source, stanza, run))
        said = f"run {run.number}: the training did not write {paths} as a plain file below MODEL_OUTPUT"
    if reason := _derived(workshop, came_out=False):
        return _ended(workshop, Ending.DERIVED, f"{said}; {reason}", run.number)
    bases = [base.name for base in stanza.base_model or () if base.kind == "url"]
    if bases:
        return _ended(workshop, Ending.NOT_DECIDED, f"{said}; not at hand: {', '.join(bases)}", run.number)
    return _ended(workshop, Ending.FTTFS, said, run.number)


def _judged(workshop: Workshop, runs: Sequence[Run]) -> Reproduction:
    """Hold the runs against what is shipped. Where none of them is that, were the files copied from it?"""
    files = judge(workshop.source, workshop.stanza, runs)
    held = [one.outcome for file in files for one in file.shipped]
    if held and Outcome.MET not in held and (reason := _derived(workshop, came_out=True)):
        return _ended(workshop, Ending.DERIVED, reason, len(runs))
    name, removed = workshop.stanza.name, workshop.removed
    return Reproduction(name, Ending.TRAINED, files, removed=removed, conditions=workshop.told(len(runs)))


def _derived(workshop: Workshop, *, came_out: bool) -> str:
    """Train once more with the shipped files in the tree; return what shows that the training needs them.

    That is so if now the declared files come out where they did not before or, where they ``came_out`` but
    were not what is shipped, if now they are.
    """
    source, stanza = workshop.source, workshop.stanza
    if not source.shipped(stanza):
        return ""
    try:
        run, ended = workshop.run(CONTROL)
    except TrainingError:
        return ""
    if not ended.well or any(missing(source, stanza, run)):
        return ""
    met = all(one.outcome is Outcome.MET for file in judge(source, stanza, [run]) for one in file.shipped)
    if came_out and not met:
        return ""
    what = "what is shipped comes out" if met else "its files come out"
    return f"{what} only while the shipped files are in the tree"


def _ended(workshop: Workshop, ending: Ending, reason: str, number: int) -> Reproduction:
    """Return what came of a model that was not judged, with the end of that run's log."""
    return Reproduction(
        workshop.stanza.name,
        ending,
        reason=reason,
        log=workshop.end_of_log(number),
        removed=workshop.removed,
        conditions=workshop.told(number),
    )

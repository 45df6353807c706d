"""From a package to its reproductions: each model is trained in a fresh copy of the source."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lintian_ml.declaration import Access, DatasetStanza, ModelStanza
from lintian_ml.error import UsageError
from lintian_ml.reproduce.clearing import clear
from lintian_ml.reproduce.confinement import Confinement, Folders
from lintian_ml.reproduce.folders import copy, regular_files, temporary
from lintian_ml.reproduce.judging import judge
from lintian_ml.reproduce.outcome import Outcome, Reproduction, worst
from lintian_ml.reproduce.source import Source, open_source
from lintian_ml.reproduce.training import Training, TrainingError

AT_HAND = (Access.IN_SOURCE, Access.IN_ARCHIVE)
"""Data that need not be given: it lies in the tree, or is installed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How models are trained again.

    ``model`` is the one to train, None for all; ``data`` the folder with a folder for each data set; ``keep``
    the folder for what was made; ``timeout`` in seconds, for each model. ``tell`` is called before each
    training with the model's name and command.
    """

    confinement: Confinement
    model: str | None = None
    data: Path | None = None
    keep: Path | None = None
    timeout: float = 3600.0
    tell: Callable[[str, str], None] = lambda model, command: None


def reproduce(path: Path, settings: Settings) -> Iterator[Reproduction]:
    """Train the declared models of the package at ``path``; yield what came of each.

    PackageError where it cannot be unpacked or declares no models, UsageError for a model or a folder that
    is not there. Nothing of it is left on disk but what ``keep`` asks for.
    """
    if settings.data and not settings.data.is_dir():
        raise UsageError(f"{settings.data}: is no folder; give one that holds a folder for each data set")
    if (
        settings.keep
        and settings.keep.exists()
        and (not settings.keep.is_dir() or any(settings.keep.iterdir()))
    ):
        raise UsageError(f"{settings.keep}: is already there; give a new folder, or an empty one")
    with temporary() as folder:
        source = open_source(path, folder, settings.timeout)
        for stanza in _chosen(source, settings.model):
            with temporary() as workshop:
                reproduction = _reproduced(source, stanza, settings, workshop)
            yield reproduction


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


def _reproduced(source: Source, stanza: ModelStanza, settings: Settings, folder: Path) -> Reproduction:
    """Train one model, and judge it."""
    if reason := _undecidable(source, stanza):
        return Reproduction(stanza.name, Outcome.NOT_DECIDED, reason=reason)
    training = _prepared(source, stanza, settings, folder)
    shipped = source.shipped(stanza)
    removed = tuple(path for path in clear(source, stanza, training.folders.tree) if path not in shipped)
    settings.tell(stanza.name, stanza.training_command)
    try:
        training.run(settings.confinement)
    except TrainingError as error:
        reason = f"{error}{_missing(source, stanza, settings.data)}"
        return Reproduction(stanza.name, Outcome.TROUBLE, reason=reason, removed=removed)
    finally:
        _keep(training, stanza, settings.keep)
    files = tuple(judge(source, stanza, training.folders.output))
    return Reproduction(stanza.name, worst(file.outcome for file in files), files, removed=removed)


def _undecidable(source: Source, stanza: ModelStanza) -> str:
    """Return why a model cannot be trained or judged by what is declared; an empty string where it can."""
    if not stanza.files and stanza.built_files:
        return "the build makes it, and nothing is shipped to hold it against; compare two builds"
    if not source.shipped(stanza):
        return "no file in the tree is named by its Files"
    if not stanza.training_command:
        return "debian/models states no Training-Command for it"
    return ""


def _prepared(source: Source, stanza: ModelStanza, settings: Settings, folder: Path) -> Training:
    """Lay out the folders of a training; those that its files go to are made."""
    folders = Folders(folder / "tree", folder / "output", settings.data or folder / "data", folder / "home")
    copy(source.root, folders.tree)
    for made in (folders.output, folder / "data", folders.home):
        made.mkdir()
    for path in source.shipped(stanza):
        (folders.output / path).parent.mkdir(parents=True, exist_ok=True)
    resolved = Folders(folders.tree, folders.output, folders.data.resolve(), folders.home)
    return Training(stanza.training_command, resolved, folder / "log", source.epoch, settings.timeout)


def _missing(source: Source, stanza: ModelStanza, data: Path | None) -> str:
    """Say which data sets were not at hand, as that may be why a training failed."""
    named = (source.declaration.data(name) for name in stanza.training_data or ())
    needed = [one.name for one in named if isinstance(one, DatasetStanza) and one.access not in AT_HAND]
    missing = [name for name in needed if data is None or not (data / name).exists()]
    return f" (not at hand: data set {', '.join(missing)}; give --data)" if missing else ""


def _keep(training: Training, stanza: ModelStanza, keep: Path | None) -> None:
    """Copy the log and what was made to the folder ``keep``: plain files only, each at its path."""
    if keep is None:
        return
    output = training.folders.output
    word = re.sub(r"[^A-Za-z0-9.+_-]", "-", stanza.name)
    try:
        keep.mkdir(parents=True, exist_ok=True)
        for path in regular_files(output):
            (keep / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(output / path, keep / path, follow_symlinks=False)
        shutil.copyfile(training.log, keep / f"training-{word}.log")
    except OSError as error:
        raise UsageError(f"{keep}: cannot keep what was made: {error}") from error

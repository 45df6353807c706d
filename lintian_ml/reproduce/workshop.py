"""The folder in which one model is trained, as often as is asked for: what each run is given, and makes."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from lintian_ml.declaration import ModelStanza
from lintian_ml.error import UsageError
from lintian_ml.reproduce import variation
from lintian_ml.reproduce.clearing import clear
from lintian_ml.reproduce.folders import copy, regular_files
from lintian_ml.reproduce.outcome import Run
from lintian_ml.reproduce.sandbox import Ended, Room, Training
from lintian_ml.reproduce.settings import Settings
from lintian_ml.reproduce.source import Source

CONTROL = 0
"""The number of the run in the tree that still has the models."""

TAIL = 4096
"""Bytes of a log that are told."""

TAIL_LINES = 20
"""Lines of a log that are told."""


class Workshop:
    """What the runs of one training have in common; ``removed`` is what was taken out of its tree."""

    def __init__(self, source: Source, stanza: ModelStanza, settings: Settings, folder: Path) -> None:
        self.source = source
        self.stanza = stanza
        self.settings = settings
        self.folder = folder
        self.removed: tuple[str, ...] = ()
        self._conditions = variation.plan(settings.times, settings.varied, variation.Machine.here())
        self._began = 0.0

    def lay_out(self) -> None:
        """Make the copy of the source without the models, and the folders that its files go to."""
        (self.folder / "data").mkdir()
        given = self._given("given")
        shipped = self.source.shipped(self.stanza)
        gone = clear(self.source, self.stanza, given / "source")
        self.removed = tuple(path for path in gone if path not in shipped)

    def run(self, number: int) -> tuple[Run, Ended]:
        """Train once; CONTROL is under the conditions of the first run, with all models in the tree."""
        self._wait(number)
        given = self.folder / "given" if number != CONTROL else self._given("whole")
        scratch, output = (self.folder / f"{name}-{number}" for name in ("scratch", "output"))
        scratch.mkdir()
        output.mkdir()
        data = (self.settings.data or self.folder / "data").resolve()
        conditions = self._conditions[max(0, number - 1)]
        room = Room(given, data, scratch, self.source.folder, conditions.aside)
        training = Training(
            self.stanza.training_command, self._environment(conditions), conditions.processors
        )
        self.settings.tell(f"{self.stanza.name}: training, {_named(number)}")
        try:
            ended = training.run(
                self.settings.confinement, self.settings.limits, room, output, self._log(number)
            )
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
            self._keep(number, output)
        return Run(number, output), ended

    def told(self, runs: int) -> tuple[str, ...]:
        """Say under which conditions the first runs were."""
        epoch = self.source.epoch
        base = self._conditions[0].environment["DEB_BUILD_OPTIONS"]
        stated = f"SOURCE_DATE_EPOCH={'not set' if epoch is None else epoch}, DEB_BUILD_OPTIONS={base}"
        varied = tuple(variation.told(self._conditions[:runs], self.settings.varied)) or (
            "nothing is varied",
        )
        return (f"runs: {runs}, {stated}", *varied)

    def end_of_log(self, number: int) -> str:
        """Return the last lines that a run said."""
        try:
            with self._log(number).open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - TAIL))
                said = log.read(TAIL).decode("utf-8", "replace")
        except OSError:
            return ""
        return "\n".join(said.strip("\n").split("\n")[-TAIL_LINES:])

    def _given(self, name: str) -> Path:
        """Make a folder to be given: a copy of the source, and the folders that its files go to."""
        given = self.folder / name
        given.mkdir()
        copy(self.source.root, given / "source")
        (given / "output").mkdir()
        for path in self._paths():
            if ".." not in path.split("/") and not path.startswith("/"):
                (given / "output" / path).parent.mkdir(parents=True, exist_ok=True)
        return given

    def _paths(self) -> Iterator[str]:
        """Yield the files that a run should make, as far as they are known."""
        shipped = self.source.shipped(self.stanza)
        yield from shipped
        if not shipped:
            yield from (glob.literal for glob in self.stanza.built_files if glob.literal)

    def _environment(self, conditions: variation.Conditions) -> dict[str, str]:
        epoch = self.source.epoch
        told = {} if epoch is None else {"SOURCE_DATE_EPOCH": str(epoch)}
        return {**conditions.environment, **told}

    def _wait(self, number: int) -> None:
        """Let the clock go on between two runs whose time varies."""
        if number == 1:
            self._began = time.monotonic()
        elif number != CONTROL and self._conditions[number - 1].later:
            time.sleep(max(0.0, self._began + variation.MOMENT * (number - 1) - time.monotonic()))

    def _log(self, number: int) -> Path:
        return self.folder / f"log-{number}"

    def _keep(self, number: int, output: Path) -> None:
        """Copy the log and what was made to the folder of the run that is kept, each file at its path."""
        if self.settings.keep is None:
            return
        keep = self.settings.keep / ("control" if number == CONTROL else f"run-{number}")
        word = re.sub(r"[^A-Za-z0-9.+_-]", "-", self.stanza.name)
        try:
            keep.mkdir(parents=True, exist_ok=True)
            for path in regular_files(output):
                (keep / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(output / path, keep / path, follow_symlinks=False)
            if self._log(number).exists():
                shutil.copyfile(self._log(number), keep / f"training-{word}.log")
        except OSError as error:
            raise UsageError(f"{keep}: cannot keep what was made: {error}") from error


def _named(number: int) -> str:
    return (
        "with the shipped files there, to see whether it needs them" if number == CONTROL else f"run {number}"
    )

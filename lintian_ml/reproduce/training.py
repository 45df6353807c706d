"""Runs one Training-Command to its end, or to the end of its time."""

import os
import resource
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lintian_ml.error import LintianMLError
from lintian_ml.reproduce.confinement import Confinement, Folders

SEARCHED = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

TAIL = 4096
"""Bytes of the log that are looked at for the last line."""

LONGEST_LINE = 200


class TrainingError(LintianMLError):
    """The training did not come to a good end."""


@dataclass(frozen=True, slots=True)
class Training:
    """A command with its folders and all that it is to know of its surroundings.

    ``epoch`` is the SOURCE_DATE_EPOCH in seconds, None where the package tells no time; ``timeout`` in
    seconds. What the command says goes to the file ``log``.
    """

    command: str
    folders: Folders
    log: Path
    epoch: int | None
    timeout: float

    def environment(self, confinement: Confinement) -> Mapping[str, str]:
        """Return the whole environment of the command."""
        seen = confinement.inside(self.folders)
        told = {
            "HOME": str(seen.home),
            "PATH": SEARCHED,
            "LC_ALL": "C.UTF-8",
            "MODEL_OUTPUT": str(seen.output),
            "MODEL_DATA": str(seen.data),
        }
        return told if self.epoch is None else {**told, "SOURCE_DATE_EPOCH": str(self.epoch)}

    def run(self, confinement: Confinement) -> None:
        """Run the command; TrainingError where it fails or takes too long. No process of it is left."""
        with self.log.open("wb") as log:
            try:
                process = subprocess.Popen(
                    confinement.wrap(["/bin/sh", "-c", self.command], self.folders),
                    cwd=self.folders.tree,
                    env=dict(self.environment(confinement)),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=_without_core,
                )
            except (OSError, ValueError) as error:
                raise TrainingError(f"the training could not be started: {error}") from error
            status = _wait(process, self.timeout)
        if status is None:
            raise TrainingError(f"the training did not end within {self.timeout:g} s{self._last_words()}")
        if status:
            how = f"ended by signal {-status}" if status < 0 else f"failed with status {status}"
            raise TrainingError(f"the training {how}{self._last_words()}")

    def _last_words(self) -> str:
        """Return the last line of the log, for a sentence."""
        with self.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - TAIL))
            lines = log.read(TAIL).decode("utf-8", "replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return f"; it said last: {said[-1][-LONGEST_LINE:]}" if said else ", and said nothing"


def _without_core() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _wait(process: subprocess.Popen[bytes], timeout: float) -> int | None:
    """Return the exit status, None after ``timeout`` seconds; then, and in any case, end what still runs."""
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

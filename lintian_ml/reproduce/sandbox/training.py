"""Runs one Training-Command to its end, or to the end of what it may take."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from lintian_ml.error import LintianMLError
from lintian_ml.reproduce.sandbox.capture import Log, Output, Sent, close
from lintian_ml.reproduce.sandbox.confinement import Confinement
from lintian_ml.reproduce.sandbox.holding import outer_environment
from lintian_ml.reproduce.sandbox.limits import Limits
from lintian_ml.reproduce.sandbox.place import Room
from lintian_ml.reproduce.sandbox.watchdog import end, watch

SEARCHED = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

NOT_SET_UP = 125
"""The status of a run whose folders could not be laid out."""

BEFORE = f"""\
tree=$1 output=$2 home=$3 given=$4; shift 4
mkdir -p "$tree" "$home" && cp -a "$given/source/." "$tree" && cp -a "$given/output" "$output" &&
cd "$tree" || exit {NOT_SET_UP}
"$@" >&2 </dev/null
status=$?
"""

AFTER = """
printf '%d %d\\n' "$status" "$(stat -f -c %a "$output" || echo 1)"
exec tar -C "$output" --format=gnu --hard-dereference -cf - .
"""
"""A run lays out its folders, trains, ends what is left of that, and sends its status and what was made."""


class TrainingError(LintianMLError):
    """A training could not even be begun."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: the exit status of its command, None where it was ended before its time.

    ``stopped`` tells which limit ended it, or what kept its files from being taken in.
    """

    status: int | None
    stopped: str = ""

    @property
    def well(self) -> bool:
        """Whether the command did what it was asked to, by its own account."""
        return self.status == 0 and not self.stopped

    def __str__(self) -> str:
        if self.stopped:
            return self.stopped
        if self.status is None:
            return "the training was ended, by itself or for want of memory"
        if self.status > 128:
            return f"the training ended by signal {self.status - 128}"
        return f"the training failed with status {self.status}"


@dataclass(frozen=True, slots=True)
class Training:
    """A command, with what it is to know of its surroundings, and the processors that it may use.

    Without ``processors`` it may use all.
    """

    command: str
    environment: Mapping[str, str]
    processors: Sequence[int]

    def run(self, confinement: Confinement, limits: Limits, room: Room, output: Path, log: Path) -> Ended:
        """Run the command; what it made is laid below ``output``, what it said goes to ``log``.

        No process of it is left. TrainingError where it cannot be begun.
        """
        runner, told = self._runner(confinement, limits, room), self._told(confinement, room)
        words = confinement.words(runner, room, told, limits)
        try:
            with confinement.holder.hold(limits) if confinement.holder else nullcontext([]) as around:
                return _awaited(_started([*around, *words]), limits, output, log)
        except (OSError, ValueError) as error:
            raise TrainingError(f"the training could not be run: {error}") from error

    def _runner(self, confinement: Confinement, limits: Limits, room: Room) -> list[str]:
        """Return the command line that lays out the folders of a run, and trains."""
        place = confinement.place(room)
        script = f"{BEFORE}{confinement.ending}{AFTER}"
        folders = map(str, (place.tree, place.output, place.home, place.given))
        pinned = ["taskset", "-c", ",".join(map(str, self.processors))] if self.processors else []
        return [
            "/bin/sh",
            "-c",
            script,
            "run",
            *folders,
            *limits.words(),
            *pinned,
            "/bin/sh",
            "-c",
            self.command,
        ]

    def _told(self, confinement: Confinement, room: Room) -> Mapping[str, str]:
        """Return the whole environment of the command."""
        place = confinement.place(room)
        return {
            "HOME": str(place.home),
            "PATH": SEARCHED,
            "MODEL_OUTPUT": str(place.output),
            "MODEL_DATA": str(place.data),
            **self.environment,
        }


def _started(words: Sequence[str]) -> subprocess.Popen[bytes]:
    """Begin to run a command line in a session of its own."""
    return subprocess.Popen(
        words,
        env=outer_environment(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _awaited(process: subprocess.Popen[bytes], limits: Limits, output: Path, log: Path) -> Ended:
    """Take in what a run says and makes until it ends, or is ended."""
    assert process.stdout
    assert process.stderr
    said = Log(process.stderr, log, limits.log)
    made = Output(process.stdout, output, limits.space, process.kill)
    try:
        stopped = watch(process, limits)
        sent = made.finish()
        said.finish()
    finally:
        end(process)
        close(process.stdout, process.stderr)
    if stopped:
        return Ended(None, stopped)
    return _ended(process.returncode, sent)


def _ended(returned: int, sent: Sent) -> Ended:
    """Tell how a run ended that nobody ended; TrainingError where it never began."""
    if sent.status is None and not sent.trouble and returned == NOT_SET_UP:
        raise TrainingError("the source could not be laid out in the build folder (--space gives more)")
    if sent.status is not None and not sent.free:
        return Ended(sent.status, "it filled its build folder (--space gives more)")
    return Ended(sent.status, sent.trouble)

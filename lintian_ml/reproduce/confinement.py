"""What keeps a training from all but its own folders: bubblewrap, or nothing where the user waives it."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lintian_ml.error import LintianMLError

PROBE_SECONDS = 30.0

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt")
"""What a training sees of the machine, read-only: its programs and their settings, nobody's own files."""

INSIDE = Path("/build")
"""Where a training sees its folders: always here, so that no path of the machine gets into a model."""


class ConfinementError(LintianMLError):
    """There is nothing to confine a training with."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of a training: ``tree`` to work in, ``output`` and ``home`` to write, ``data`` to read."""

    tree: Path
    output: Path
    data: Path
    home: Path


class Confinement(Protocol):
    """A way to run a command."""

    @property
    def name(self) -> str:
        """What to say of it, in a phrase."""

    def inside(self, folders: Folders) -> Folders:
        """Return where the command sees its folders."""

    def wrap(self, command: Sequence[str], folders: Folders) -> list[str]:
        """Return the command line that runs ``command`` with the tree as its working directory."""


@dataclass(frozen=True, slots=True)
class Unconfined:
    """Runs a command as the user who asked for it: with the network, and all files that they can read."""

    name: str = "not confined: it may use the network, and read what you can read"

    def inside(self, folders: Folders) -> Folders:
        """Return the folders as they are."""
        return folders

    def wrap(self, command: Sequence[str], folders: Folders) -> list[str]:
        """Return the command itself."""
        del folders
        return list(command)


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """Runs a command in namespaces of its own: no network, no other processes, no files of the user's."""

    program: str
    name: str = "confined by bubblewrap: no network, and no files but the system's and its own"

    def inside(self, folders: Folders) -> Folders:
        """Return the fixed folders of the inside."""
        del folders
        return Folders(*(INSIDE / name for name in ("source", "output", "data", "home")))

    def wrap(self, command: Sequence[str], folders: Folders) -> list[str]:
        """Return bubblewrap's command line."""
        seen = self.inside(folders)
        own = [
            *("--bind", str(folders.tree), str(seen.tree)),
            *("--bind", str(folders.output), str(seen.output)),
            *("--bind", str(folders.home), str(seen.home)),
            *("--ro-bind", str(folders.data), str(seen.data)),
            *("--chdir", str(seen.tree)),
        ]
        return [self.program, *_walls(), *own, "--", *command]


def _walls() -> Iterator[str]:
    """Yield the options that every confined command has."""
    yield from ("--unshare-all", "--unshare-user", "--die-with-parent", "--new-session")
    yield from ("--cap-drop", "ALL", "--hostname", "localhost")
    for path in map(Path, SYSTEM):
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), str(path))
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))
    yield from ("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/var/tmp")


def confinement(*, waived: bool, environment: Mapping[str, str]) -> Confinement:
    """Return how trainings are to be run; ConfinementError where bubblewrap is not there and not ``waived``.

    ``environment`` has the PATH on which bubblewrap is looked for. It is tried out: in many containers it is
    there but may not make namespaces.
    """
    if waived:
        return Unconfined()
    program = shutil.which("bwrap", path=environment.get("PATH"))
    advice = "or allow what the package brought to run as you, with the network, by --unconfined"
    if program is None:
        raise ConfinementError(f"bwrap is not there to confine the training; install bubblewrap, {advice}")
    if trouble := _trouble([program, *_walls(), "--", "/bin/true"]):
        raise ConfinementError(f"bwrap cannot confine here ({trouble}); mend that, {advice}")
    return Bubblewrap(program)


def _trouble(command: Sequence[str]) -> str:
    """Return why a command fails; an empty string where it works."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return (said or [f"status {done.returncode}"])[-1] if done.returncode else ""

"""What keeps a training from all but its own folders: bubblewrap, or nothing where the user waives it."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from lintian_ml.error import LintianMLError
from lintian_ml.reproduce.sandbox.holding import Holder
from lintian_ml.reproduce.sandbox.limits import Limits
from lintian_ml.reproduce.sandbox.place import Place, Room

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt")
"""What a training sees of the machine, read-only: its programs and their settings, nobody's own files."""

BUILD, GIVEN, DATA = PurePosixPath("/build"), PurePosixPath("/given"), PurePosixPath("/data")

NOBODY = "1000"
"""The number by which a training sees its user and group: always this, and never that of root."""

OPEN_FILE, OPEN_FOLDER = 0o004, 0o005
"""What everybody may do with a file or folder that holds no secret."""

SHARE = 4
"""The shared memory, and the folder for temporary files, may each grow to this part of the build folder."""


class ConfinementError(LintianMLError):
    """There is nothing to confine a training with."""


class Confinement(Protocol):
    """A way to run a command."""

    @property
    def name(self) -> str:
        """What to say of it, in a phrase."""

    @property
    def held(self) -> str:
        """What holds a run to its limits, in a phrase."""

    @property
    def ending(self) -> str:
        """The shell command that ends all that still runs of a training."""

    @property
    def has_devices(self) -> bool:
        """Whether accelerators can be used."""

    @property
    def holder(self) -> Holder | None:
        """What holds all processes of a run to their limits together; None where nothing does."""

    def place(self, room: Room) -> Place:
        """Return where the command sees its folders."""

    def words(
        self, command: Sequence[str], room: Room, environment: Mapping[str, str], limits: Limits
    ) -> list[str]:
        """Return the command line that runs ``command`` with that environment and no other."""


@dataclass(frozen=True, slots=True)
class Unconfined:
    """Runs a command as the user who asked for it: with the network, and all files that they can read."""

    name: str = "not confined: it may use the network, and do what you can do"
    held: str = "rlimits of each process, and a watchdog; the build folder is on disk, and has no limit"
    ending: str = ":"
    has_devices: bool = True
    holder: Holder | None = None

    def place(self, room: Room) -> Place:
        """Return folders below the scratch folder."""
        given, data = PurePosixPath(room.given), PurePosixPath(room.data)
        return Place.below(PurePosixPath(room.scratch), room, data, given)

    def words(
        self, command: Sequence[str], room: Room, environment: Mapping[str, str], limits: Limits
    ) -> list[str]:
        """Return the command itself."""
        del room, limits
        return ["env", "-i", *(f"{name}={value}" for name, value in environment.items()), *command]


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """Runs a command in namespaces of its own: no network, no other processes, no files of the user's.

    ``root`` is the system that it sees: this one, or a chroot. ``holder`` holds its processes to their limits
    together; None where there is nothing that could.
    """

    program: str
    root: Path = Path("/")
    holder: Holder | None = None
    name: str = field(default="confined by bubblewrap: no network, no files but the system's and its own")
    ending: str = "kill -KILL -1 2>/dev/null"
    has_devices: bool = False

    @property
    def held(self) -> str:
        """What holds a run to its limits, in a phrase."""
        if self.holder:
            return f"{self.holder.name}, rlimits of each process, and a watchdog that ends them all"
        return "rlimits of each process, and a watchdog that ends them all"

    def place(self, room: Room) -> Place:
        """Return folders below fixed ones, so that no path of this machine gets into a model."""
        return Place.below(BUILD, room, DATA, GIVEN)

    def words(
        self, command: Sequence[str], room: Room, environment: Mapping[str, str], limits: Limits
    ) -> list[str]:
        """Return bubblewrap's command line."""
        told = (word for name, value in environment.items() for word in ("--setenv", name, value))
        return [
            self.program,
            *walls(self.root, limits.space),
            *("--ro-bind", str(room.given), str(GIVEN), "--ro-bind", str(room.data), str(DATA)),
            *("--remount-ro", "/", "--chdir", str(BUILD)),
            *(*told, "--", *command),
        ]


def walls(root: Path, space: int) -> Iterator[str]:
    """Yield the options that every confined command has; ``space`` in bytes is that of its build folder.

    All that it can write to is a tmpfs of limited size.
    """
    yield from ("--unshare-all", "--unshare-user", "--disable-userns", "--uid", NOBODY, "--gid", NOBODY)
    yield from ("--new-session", "--die-with-parent", "--cap-drop", "ALL", "--clearenv")
    yield from ("--hostname", "localhost")
    for name in SYSTEM:
        path = root / name[1:]
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), name)
        elif path.is_dir():
            yield from ("--ro-bind", str(path), name)
    yield from _masks(root / "etc")
    yield from ("--proc", "/proc", "--dev", "/dev")
    yield from (*_room("/dev/shm", space // SHARE), "--remount-ro", "/dev")
    yield from (*_room("/tmp", space // SHARE), "--symlink", "/tmp", "/var/tmp")
    yield from _room(str(BUILD), space)


def _room(path: str, size: int) -> tuple[str, ...]:
    return ("--size", str(max(size, 1 << 12)), "--tmpfs", path)


def _masks(settings: Path) -> Iterator[str]:
    """Yield options that hide what in /etc is not for everybody: root, too, is to run trainings without."""
    for folder, folders, files in os.walk(settings):
        for name in sorted(folders):
            path = Path(folder, name)
            if not path.is_symlink() and path.stat().st_mode & OPEN_FOLDER != OPEN_FOLDER:
                folders.remove(name)
                yield from _room(str(_inside(path, settings)), 0)
        for name in files:
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink() and not path.stat().st_mode & OPEN_FILE:
                yield from ("--ro-bind", "/dev/null", str(_inside(path, settings)))


def _inside(path: Path, settings: Path) -> PurePosixPath:
    return PurePosixPath("/etc") / path.relative_to(settings)

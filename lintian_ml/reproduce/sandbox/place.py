"""Where a training works: the folders that it is given, and where it sees its own."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath


@dataclass(frozen=True, slots=True)
class Room:
    """What a run is given, on this machine.

    ``given`` holds ``source``, the tree without the models, and ``output``, the folders to write to; it is
    copied, never changed. ``data`` has a folder for each data set. ``scratch`` is for those that run without
    walls. ``name`` is that of the folder to work in, ``aside`` the path that stands before it, which may be
    empty.
    """

    given: Path
    data: Path
    scratch: Path
    name: str
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the command sees its folders: to work in, to write to, its home, its data, what it is given."""

    tree: PurePosixPath
    output: PurePosixPath
    home: PurePosixPath
    data: PurePosixPath
    given: PurePosixPath

    @classmethod
    def below(cls, top: PurePosixPath, room: Room, data: PurePosixPath, given: PurePosixPath) -> "Place":
        """Return the places of a room, of which those that are written to lie below ``top``."""
        here = top / room.aside
        return cls(here / room.name, here / "output", here / "home", data, given)

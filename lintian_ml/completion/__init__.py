"""Completion of the command line, for each shell that has a module in ``shells``.

What can be completed is read from the parsers of the commands and written out as a script, which needs
neither Python nor this program when a key is pressed.
"""

import importlib
from collections.abc import Iterator
from typing import Protocol, cast

from lintian_ml import discover
from lintian_ml.completion.command import Command

FOLDER = "lintian_ml.completion.shells"


class Shell(Protocol):
    """The shape of the modules in ``shells``."""

    def script(self, root: Command, /) -> Iterator[str]:
        """Yield the lines of a script that completes ``root`` and the commands below it."""


def shell_names() -> tuple[str, ...]:
    """Return the names of the shells."""
    return tuple(name.rpartition(".")[2] for name in discover.names(FOLDER))


def script(shell: str, root: Command) -> Iterator[str]:
    """Yield the lines of the script for one of the shells."""
    return cast(Shell, importlib.import_module(f"{FOLDER}.{shell}")).script(root)

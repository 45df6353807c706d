"""The commands: one module is one command, found by its name in this folder."""

import gc
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from lintian_ml.error import LintianMLError, UsageError
from lintian_ml.options import Parser, warn

DEFAULT = "lint"
RARELY = (100_000, 50, 100)
"""How seldom cycles are looked for, in Python's terms: nearly all that a command makes lives to its end."""

INTERRUPTED = 130
BROKEN_PIPE = 141


class Command(Protocol):
    """The shape of a module in this folder."""

    TROUBLE: int
    """The exit status where the command itself could not do its work."""

    def parser(self) -> Parser:
        """Return the parser of the command's line."""

    def run(self, arguments: Sequence[str], /) -> int:
        """Do the work and return the exit status."""


def commands() -> tuple[str, ...]:
    """Return the names of all commands, as they are typed."""
    return tuple(sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__)))


def find_command(name: str) -> Command:
    """Return the module of a command, by the name that is typed."""
    return cast(Command, importlib.import_module(f"{__name__}.{name.replace('-', '_')}"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the first word names, or lint; return its exit status."""
    gc.set_threshold(*RARELY)
    words = [*(sys.argv[1:] if arguments is None else arguments)]
    name = words.pop(0) if words and words[0] in commands() else DEFAULT
    try:
        status = _run(name, words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return status


def _run(name: str, words: Sequence[str]) -> int:
    """Run a command; turn what went wrong into a message and the command's own status for trouble."""
    command = find_command(name)
    try:
        return command.run(words)
    except LintianMLError as error:
        warn(f"{'' if isinstance(error, UsageError) else 'error: '}{error}")
    except BrokenPipeError:
        raise
    except Exception:  # our own bug: the traceback goes to stderr, with a status that no verdict uses
        import traceback

        traceback.print_exc()
    return command.TROUBLE

"""Writes the completion script of a shell: options, tags, profiles, predicates and formats."""

from collections.abc import Sequence

from lintian_ml.cli import DEFAULT, commands, find_command
from lintian_ml.completion import script, shell_names
from lintian_ml.completion.command import Command, command_line
from lintian_ml.options import Parser

TROUBLE = 1

PROGRAM = "lintian-ml"


def parser() -> Parser:
    """Return the parser of this command's line."""
    made = Parser(prog="lintian-ml completion", description=__doc__)
    made.add_argument("shell", choices=shell_names(), help="the shell that will read the script")
    return made


def run(arguments: Sequence[str]) -> int:
    """Print the script; return 0."""
    options = parser().parse_args(arguments)
    print("\n".join(script(options.shell, root())))
    return 0


def root() -> Command:
    """Return the whole command line, as a completion sees it."""
    return command_line(PROGRAM, DEFAULT, {name: find_command(name).parser() for name in commands()})

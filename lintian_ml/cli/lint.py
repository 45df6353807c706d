"""Lints packages: finds the models in them, judges them by a policy, and says what is wrong."""

import argparse
import os
from collections.abc import Sequence

from lintian_ml.cli import DEFAULT, commands
from lintian_ml.options import Parser, linter, warn

TROUBLE = 1


def parser() -> Parser:
    """Return the parser of the linter's command line."""
    others = ", ".join(name for name in commands() if name != DEFAULT)
    made = Parser(
        prog="lintian-ml",
        description=f"{__doc__} Nothing that a package holds is run.",
        epilog=f"Other commands: {others}; each has a --help of its own. Exit status: 0 nothing at or above "
        "--fail-on, 1 an input could not be looked at, 2 hints at or above --fail-on.",
    )
    linter.add_to(made)
    return made


def run(arguments: Sequence[str]) -> int:
    """Lint every package; return the exit status."""
    options = _parse(arguments)
    from lintian_ml.session import lint_all  # only now: --help does not wait for the whole house

    return lint_all(options)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the command line on top of the configuration; warn of what the user should know."""
    options = parser().with_configuration(arguments)
    if os.geteuid() == 0 and not options.allow_root and not options.quiet:
        warn("running with root privileges is not recommended!")
    return options

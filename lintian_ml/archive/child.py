"""The process that reads packages: it bounds itself, then answers one question after the other.

``python -m lintian_ml.archive.child PARENT BYTES`` takes a line of JSON for each package from standard
input and puts one on standard output, until there are no more. Not a line of the linter runs without the
limits, nothing of a package is ever written, and what one package does to this process ends with it:
whoever asks starts another.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from lintian_ml.archive import confine
from lintian_ml.threads import SINGLE_THREADED

ISOLATED = (sys.executable, "-P", "-m")
"""Runs a module, but never one that lies in the current folder."""

MODULE = "lintian_ml.archive.child"


def command(parent: int, memory: int) -> list[str]:
    """Return the command that starts a child of the process ``parent``, within so many bytes."""
    return [*ISOLATED, MODULE, str(parent), str(memory)]


def environment() -> Mapping[str, str]:
    """Return the environment that a child is started in."""
    return {**os.environ, **SINGLE_THREADED}


def main(arguments: Sequence[str]) -> None:
    """Set the limits, then answer until nobody asks any more."""
    parent, memory = map(int, arguments)
    confine.die_with(parent)
    confine.give_up_privileges()
    confine.limit(memory)
    _serve(sys.stdin.buffer, _sole_output())


def _serve(questions: BinaryIO, answers: BinaryIO) -> None:
    from lintian_ml.archive.reading import answer, understood

    for line in questions:
        question = understood(line)
        confine.grant(question.seconds)
        answers.write(answer(question))
        answers.flush()


def _sole_output() -> BinaryIO:
    """Return standard output; what anything else writes there goes to standard error from now on."""
    own = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return own


if __name__ == "__main__":
    main(sys.argv[1:])

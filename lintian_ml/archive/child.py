"""The process that reads packages: it bounds itself, and becomes the linter as any user would run it.

``python -m lintian_ml.archive.child PARENT BYTES SECONDS WORD…`` runs ``lintian-ml WORD…``. Limits outlast
execve(2), so that not a single line of the linter runs without them, and what a scan stores is what the
linter prints.
"""

import os
import sys
from collections.abc import Mapping, Sequence

from lintian_ml.archive import confine

ISOLATED = (sys.executable, "-P", "-m")
"""Runs a module, but never one that lies in the current folder."""

USERS_OWN = "LINTIAN_ML_"
"""Prefix of the variables by which users configure the linter for themselves."""

SINGLE_THREADED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Each thread of a numeric library reserves address space; on many cores that is more than a child has."""


def command(parent: int, memory: int, seconds: int, words: Sequence[str]) -> list[str]:
    """Return the command that runs the linter within bounds, to be started by the process ``parent``."""
    return [*ISOLATED, __name__, str(parent), str(memory), str(seconds), *words]


def main(arguments: Sequence[str]) -> None:
    """Set the limits and become the linter."""
    parent, memory, seconds = map(int, arguments[:3])
    confine.die_with(parent)
    confine.give_up_privileges()
    confine.limit(memory, seconds)
    os.execve(sys.executable, [*ISOLATED, "lintian_ml", *arguments[3:]], _environment(os.environ))


def _environment(inherited: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in inherited.items() if not name.startswith(USERS_OWN)}
    return kept | SINGLE_THREADED


if __name__ == "__main__":
    main(sys.argv[1:])

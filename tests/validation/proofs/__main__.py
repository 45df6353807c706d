"""Writes the claims as files, or has solvers prove them.

    python -m tests.validation.proofs write
    python -m tests.validation.proofs prove [--solver NAME] [--seconds N] [GLOB...]

``prove`` asks those solvers that are there: z3 (z3-solver; Debian: python3-z3) and cvc5 (cvc5) the files in
SMT-LIB, gappa (Debian: gappa) its own. It writes a line of ``proved.tsv`` on each answer: name, solver,
answer, seconds of the processor, version; ``unknown`` is what could not be answered within so many seconds.
Exit status 1 if an answer is not the one that is claimed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path

from tests.validation.proofs import bounds, decisions, errors, exactness, keys, sums
from tests.validation.proofs.keys import Statement
from tests.validation.proofs.solvers import SOLVERS, UNKNOWN, Solver

FOLDERS = {"smt2": Path(__file__).parent / "smt", "g": Path(__file__).parent / "gappa"}
PARTS = (keys, bounds, errors, decisions, exactness, sums)
PROVED = Path(__file__).parent / "proved.tsv"

Rows = dict[tuple[str, str], list[str]]
"""Answer, seconds and version, by claim and solver."""


def statements() -> Iterator[Statement]:
    """Yield every claim and every negative control."""
    return chain.from_iterable(part.statements() for part in PARTS)


def files() -> dict[Path, str]:
    """Return what the files hold, each with what a solver must answer as its last line."""
    mark = {"smt2": ";", "g": "#"}
    return {
        FOLDERS[one.language] / f"{one.name}.{one.language}": (
            f"{one.text.rstrip()}\n{mark[one.language]} must be {one.answer}\n"
        )
        for one in statements()
    }


def write() -> None:
    """Write the files; what is no claim any more goes away."""
    for folder in FOLDERS.values():
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
    for path, text in files().items():
        path.write_text(text)


def proved() -> Rows:
    """Return the lines on what was answered."""
    rows = PROVED.read_text().splitlines() if PROVED.exists() else []
    return {(cells[0], cells[1]): cells[2:] for cells in (row.split("\t") for row in rows)}


def prove(solver: Solver, globs: Sequence[str], seconds: float) -> int:
    """Have claims answered; return how many answers were not what is claimed, unknown ones not counted."""
    rows, wrong, version = proved(), 0, solver.version()
    for one in statements():
        if one.language != solver.language or not any(fnmatchcase(one.name, glob) for glob in globs):
            continue
        start = _spent()
        found = solver.answer(one.text, seconds)
        wrong += found not in (one.answer, UNKNOWN)
        rows[one.name, solver.name] = [found, f"{_spent() - start:.2f}", version]
        print(one.name, solver.name, *rows[one.name, solver.name], flush=True)
        PROVED.write_text("".join("\t".join((*key, *row)) + "\n" for key, row in sorted(rows.items())))
    return wrong


def _spent() -> float:
    """Return the seconds of the processor that this process and its children have had."""
    return sum(os.times()[:4])


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked for."""
    made = argparse.ArgumentParser(prog="python -m tests.validation.proofs", description=__doc__)
    made.add_argument("action", choices=("write", "prove"))
    made.add_argument("globs", nargs="*", metavar="GLOB", default=["*"])
    made.add_argument("--seconds", type=float, default=600)
    made.add_argument("--solver", choices=[solver.name for solver in SOLVERS], help="ask this one only")
    options = made.parse_intermixed_args(arguments)
    if options.action == "write":
        write()
        return 0
    asked = [solver for solver in SOLVERS if options.solver in (None, solver.name) and solver.there()]
    return int(sum(prove(solver, options.globs, options.seconds) for solver in asked) > 0)


if __name__ == "__main__":
    sys.exit(main())

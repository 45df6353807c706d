"""Writes the claims as SMT-LIB files, or has z3 prove them.

    python -m tests.validation.proofs write
    python -m tests.validation.proofs prove [--seconds N] [GLOB...]

``prove`` needs z3-solver (Debian: python3-z3). It has each file answered and writes a line of ``proved.tsv``
on it: name, answer, seconds of the processor, solver; ``unknown`` is what could not be answered within so
many seconds. Any other solver will do too: ``cvc5 smt/float32-order.smt2``. Exit status 1 if an answer is not
the one that is claimed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path

from tests.validation.proofs import bounds, keys
from tests.validation.proofs.keys import Statement

FOLDER = Path(__file__).parent / "smt"
PROVED = Path(__file__).parent / "proved.tsv"


def statements() -> Iterator[Statement]:
    """Yield every claim and every negative control."""
    return chain(keys.statements(), bounds.statements())


def write() -> None:
    """Write the files; what is no claim any more goes away."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.smt2"):
        path.unlink()
    for one in statements():
        (FOLDER / f"{one.name}.smt2").write_text(f"{one.text.rstrip()}\n; must be {one.answer}\n")


def answer(text: str, seconds: float) -> str:
    """Return what z3 answers: sat, unsat or unknown."""
    import z3

    solver = z3.Solver()
    solver.set("timeout", int(seconds * 1000))
    solver.from_string(text)
    return str(solver.check())


def proved() -> dict[str, list[str]]:
    """Return the lines on what was answered, by the names of the claims."""
    rows = PROVED.read_text().splitlines() if PROVED.exists() else []
    return {row.split("\t")[0]: row.split("\t")[1:] for row in rows}


def prove(globs: Sequence[str], seconds: float) -> int:
    """Have claims answered; return how many answers were not what is claimed, unknown ones not counted."""
    import z3

    rows, wrong = proved(), 0
    for one in statements():
        if not any(fnmatchcase(one.name, glob) for glob in globs):
            continue
        start = time.process_time()
        found = answer((FOLDER / f"{one.name}.smt2").read_text(), seconds)
        wrong += found not in (one.answer, "unknown")
        rows[one.name] = [found, f"{time.process_time() - start:.2f}", f"z3 {z3.get_version_string()}"]
        print(one.name, *rows[one.name], flush=True)
        PROVED.write_text("".join("\t".join((name, *row)) + "\n" for name, row in sorted(rows.items())))
    return wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked for."""
    made = argparse.ArgumentParser(prog="python -m tests.validation.proofs", description=__doc__)
    made.add_argument("action", choices=("write", "prove"))
    made.add_argument("globs", nargs="*", metavar="GLOB", default=["*"])
    made.add_argument("--seconds", type=float, default=600)
    options = made.parse_intermixed_args(arguments)
    if options.action == "prove":
        return int(prove(options.globs, options.seconds) > 0)
    write()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Runs the exhaustive checks that the summary has no line of, or one of an older program.

    python -m tests.validation.exhaustion [--seconds N] [--summary FILE] [--list] [GLOB...]

A line of the summary is one check: its name, the cases, how many were wrong, a digest of all answers, the
seconds it took, and a digest of the program that answered, separated by tabs. A run that is stopped goes on
where it was; a check is run again when what its modules do has changed, or when its line is deleted. Exit
status 1 if any case was wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path

from tests.validation.exhaustion import half, single, small
from tests.validation.exhaustion.task import Task

SUMMARY = Path(__file__).parent / "summary.tsv"


def tasks() -> Iterator[Task]:
    """Yield every check, the quick ones first."""
    return chain(small.tasks(), half.tasks(), single.tasks())


def done(summary: Path) -> dict[str, list[str]]:
    """Return the lines of a summary by the names of the checks."""
    rows = summary.read_text().splitlines() if summary.exists() else []
    return {row.split("\t")[0]: row.split("\t")[1:] for row in rows}


def open_(summary: Path) -> Iterator[Task]:
    """Yield the checks that were not run, or with another program."""
    known = done(summary)
    return (task for task in tasks() if known.get(task.name, [""])[-1] != task.program)


def run(task: Task, summary: Path) -> None:
    """Run a check and write its line in its place."""
    start = time.process_time()
    outcome = task.run()
    seconds = f"{time.process_time() - start:.1f}"
    row = [str(outcome.cases), str(outcome.wrong), outcome.digest, seconds, task.program]
    rows = done(summary) | {task.name: row}
    fresh = summary.with_suffix(".new")
    fresh.write_text("".join("\t".join((name, *cells)) + "\n" for name, cells in rows.items()))
    fresh.replace(summary)
    print(task.name, *row, sep="\t", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; return 1 if the summary has a wrong case."""
    made = argparse.ArgumentParser(prog="python -m tests.validation.exhaustion", description=__doc__)
    made.add_argument("globs", nargs="*", metavar="GLOB", default=["*"], help="names of checks")
    made.add_argument("--seconds", type=float, default=float("inf"), help="begin none after so long")
    made.add_argument("--summary", type=Path, default=SUMMARY)
    made.add_argument("--list", action="store_true", help="print the names of what is still to do")
    options = made.parse_intermixed_args(arguments)
    end = time.monotonic() + options.seconds
    for task in open_(options.summary):
        if not any(fnmatchcase(task.name, glob) for glob in options.globs):
            continue
        if options.list:
            print(task.name)
        elif time.monotonic() < end:
            run(task, options.summary)
    return int(any(row[1] != "0" for row in done(options.summary).values()))


if __name__ == "__main__":
    sys.exit(main())

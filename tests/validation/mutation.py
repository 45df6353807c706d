"""Breaks the comparator on purpose, one place at a time, and counts how many of the breaks are noticed.

    python -m tests.validation.mutation [--every N] [--changed] [--seconds S] [--summary FILE] [GLOB...]

A mutant is a module with one change (see ``mutator``); it is made in memory, in a process of its own, and
never written. It is noticed if a case of a test that calls the changed function (see ``trial_cases``) fails
with it, or, with --thorough, the self-test or a test of the comparator. Every N-th mutant is tried of each
module that a GLOB fits, without a GLOB of those in ``mutants.tsv``, which were tried in full; with --changed
only of those that never were as they are.

``survivors.tsv`` lists those that no case notices, and why. One that is not listed is a fault, and so is a
listed one that is noticed, unless the module has changed and not all of its mutants are tried. With --tests
fewer files of tests are asked, to try a single module soon.
"""

from __future__ import annotations

import argparse
import csv
import gc
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

from tests.validation import trial
from tests.validation.apart import spent
from tests.validation.mutants import Mutant, mutants

HERE = Path(__file__).resolve().parent
SURVIVORS, SUMMARY = HERE / "survivors.tsv", HERE / "mutants.tsv"

MODULES = tuple(name for name in trial.modules() if mutants(name, trial.source(name)))
"""All of the comparator but what has nothing that could be changed."""

ENOUGH = 0.95
"""The share of mutants that must be noticed."""


@dataclass(frozen=True, slots=True)
class Score:
    """What became of the mutants of one module; ``digest`` is that of its source."""

    module: str
    digest: str
    made: int
    noticed: int
    seconds: int

    @property
    def row(self) -> list[str]:
        """The line of the summary."""
        return [
            self.module,
            self.digest,
            str(self.made),
            str(self.noticed),
            str(self.seconds),
        ]


def digest(module: str) -> str:
    """Return a short digest of a module's source."""
    return sha256(trial.source(module).encode()).hexdigest()[:16]


def survivors() -> dict[tuple[str, str], str]:
    """Return why the listed survivors survive, by module and place."""
    with SURVIVORS.open(newline="") as file:
        return {(row[0], row[1]): row[2] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def summary(path: Path = SUMMARY) -> dict[str, Score]:
    """Return what is known of each module whose mutants were all tried."""
    if not path.exists():
        return {}
    rows = (line.split("\t") for line in path.read_text().splitlines())
    return {row[0]: Score(row[0], row[1], *map(int, row[2:])) for row in rows}


def as_it_is(module: str, known: Mapping[str, Score]) -> bool:
    """Whether a module was tried in full as it is now."""
    return module in known and known[module].digest == digest(module)


def tried(module: str, every: int, judges: trial.Judges, end: float) -> Iterator[tuple[Mutant, str]]:
    """Yield mutants of a module and what noticed each; an empty string where nothing did."""
    for mutant in mutants(module, trial.source(module))[every // 2 :: every]:
        if time.monotonic() > end:
            return
        yield mutant, judges.noticed(mutant)


def surprises(module: str, every: int, found: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with the list of survivors, as far as the mutants tried tell."""
    if every > 1 and not as_it_is(module, summary()):
        return
    listed = {place for name, place in survivors() if name == module}
    yield from (
        f"not listed: {module} {place}" for place, by in found.items() if not by and place not in listed
    )
    yield from (f"listed, but noticed: {module} {place}" for place in listed if found.get(place))
    if every == 1:
        yield from (f"listed, but not made: {module} {place}" for place in listed - found.keys())


def main(arguments: Sequence[str] | None = None) -> int:
    """Try mutants; return 1 if too few are noticed, or others than those listed survive."""
    options = _options(arguments)
    end, counts, wrong = time.monotonic() + options.seconds, [0, 0], list[str]()
    cases, complaint = trial.prepare(options.tests or ["*"])
    if complaint:
        print(f"without any change: {complaint}")
        return 1
    judges = trial.Judges(cases, seconds=options.each, thorough=options.thorough)
    gc.freeze()
    for module in _chosen(options.globs, options.changed):
        start, found = time.process_time() + spent(), dict[str, str]()
        for mutant, by in tried(module, options.every, judges, end):
            found[mutant.place] = by
            print(f"{by or 'SURVIVED'}\t{module}\t{mutant.place}", flush=True)
        counts = [counts[0] + len(found), counts[1] + sum(map(bool, found.values()))]
        wrong += surprises(module, options.every, found)
        if options.summary and len(found) == len(mutants(module, trial.source(module))):
            _note(options.summary, module, found, time.process_time() + spent() - start)
    print("\n".join(wrong) + "\n" * bool(wrong), end="")
    print(f"{counts[1]} of {counts[0]} mutants noticed")
    return int(bool(wrong) or counts[1] < ENOUGH * counts[0])


def _chosen(globs: Sequence[str], changed: bool) -> Iterator[str]:
    """Yield the modules that a pattern fits, without one those of the summary; or those that have changed."""
    known = summary()
    for module in MODULES:
        wanted = any(fnmatchcase(module, glob) for glob in globs) if globs else changed or module in known
        if wanted and not (changed and as_it_is(module, known)):
            yield module


def _note(path: Path, module: str, found: Mapping[str, str], seconds: float) -> None:
    """Keep in a summary what became of a module's mutants."""
    known = summary(path)
    noticed = sum(map(bool, found.values()))
    known[module] = Score(module, digest(module), len(found), noticed, round(seconds))
    path.write_text("".join("\t".join(known[name].row) + "\n" for name in sorted(known)))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    made = argparse.ArgumentParser(prog="python -m tests.validation.mutation", description=__doc__)
    made.add_argument("globs", nargs="*", metavar="GLOB")
    made.add_argument("--every", type=int, default=1)
    made.add_argument(
        "--changed",
        action="store_true",
        help="only modules not tried in full as they are",
    )
    made.add_argument("--seconds", type=float, default=float("inf"), help="begin none after so long")
    made.add_argument(
        "--each",
        type=float,
        default=trial.SECONDS,
        help="seconds of cases for each mutant",
    )
    made.add_argument("--thorough", action="store_true", help="also run the comparator's other tests")
    made.add_argument(
        "--tests",
        action="append",
        metavar="GLOB",
        help="ask only tests in files so named",
    )
    made.add_argument(
        "--summary",
        type=Path,
        help="note there the figures of modules that were done in full",
    )
    return made.parse_intermixed_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

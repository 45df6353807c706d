"""Runs of several trainings, as a JSON file holds them: ``{metric: {class: [number, …]}}``, read exactly."""

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from lintian_ml.equality.number import number
from lintian_ml.error import FormatError

LONGEST = 16 << 20
"""Bytes of the longest file that is read."""

MOST_RUNS = 20_000
"""Numbers of one metric."""

Runs = Mapping[str, tuple[Fraction, ...]]
"""The numbers of each class."""


def read_runs(path: Path, metric: str) -> Runs:
    """Return the runs of one metric; FormatError, which names the file, where they are not there.

    A number is what its decimal digits say, not the nearest float. OSError where the file cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise FormatError(f"{path.name}: longer than the {LONGEST >> 20} MiB that are read")
    try:
        document = json.loads(
            data, parse_float=_exact, parse_int=_exact, parse_constant=_refused, object_pairs_hook=_unique
        )
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{path.name}: {str(error)[:120]}") from None
    classes = document.get(metric) if isinstance(document, dict) else None
    if not isinstance(classes, dict) or not classes:
        raise FormatError(f"{path.name}: there is no metric {metric!r:.80} with classes")
    if sum(len(runs) if isinstance(runs, list) else 0 for runs in classes.values()) > MOST_RUNS:
        raise FormatError(f"{path.name}: more than {MOST_RUNS} runs")
    return {name: _numbers(path, name, runs) for name, runs in classes.items()}


def _numbers(path: Path, name: str, runs: object) -> tuple[Fraction, ...]:
    if not isinstance(runs, list) or not all(isinstance(run, Fraction) for run in runs):
        raise FormatError(f"{path.name}: the runs of {name!r:.80} are no list of numbers")
    return tuple(runs)


def _exact(text: str) -> Fraction:
    value = number(text)
    if value is None:
        raise ValueError(f"{text[:40]!r} is no number")
    return value


def _refused(constant: str) -> object:
    raise ValueError(f"{constant} is no number")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found

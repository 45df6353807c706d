"""Whether this comparator, on this machine and with this numpy, still answers as the definitions ask.

``examine(seed)`` does one check after the other and yields what each found; equal seeds ask the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: so many cases, of them wrong, the first complaints, notes, and the seconds."""

    name: str
    cases: int
    wrong: int
    complaints: tuple[str, ...]
    notes: tuple[str, ...]
    seconds: float


def examine(seed: int) -> Iterator[Finding]:
    """Yield what each check found. What raises is a fault too: the check could not be done."""
    from lintian_ml.equality.self_test.checks import CHECKS
    from lintian_ml.equality.self_test.record import Record

    for check in CHECKS:
        start, record = time.monotonic(), Record()
        try:
            check.run(Random(f"{seed} {check.name}"), record)
        except Exception as error:  # a comparator that is broken may break in any way
            record.demand(False, f"{type(error).__name__}: {error}")
        told = tuple(record.complaints), tuple(record.notes)
        yield Finding(check.name, record.cases, record.wrong, *told, time.monotonic() - start)

"""A comparison as text for people: the verdict first, then what it rests on, then what to do with it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from lintian_ml.equality.predicate import Level
from lintian_ml.equality.results import Results
from lintian_ml.equality.verdict import Comparison, Deviation, TensorResult, Verdict
from lintian_ml.escape import for_line

WORST = 20
"""Tensors of which the report tells; the others are counted."""

BYTES = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def lines(comparison: Comparison) -> Iterator[str]:
    """Yield the lines of the report."""
    asked = "; ".join(comparison.predicate.splitlines())
    yield for_line(f"{comparison.verdict.value}: {comparison.reason or asked}")
    if comparison.verdict is Verdict.MET:
        yield f"slack: {slack(comparison.slack)}"
    yield f"level: {comparison.level.value}"
    for part in comparison.parts:
        yield for_line(f"{part.part.value}: {part.verdict.value}{_because(part.reason)}")
    yield from _tensors(comparison.tensors)
    yield from _controls(comparison.tensors)
    yield from (for_line(note) for note in comparison.notes)
    if comparison.suggested and comparison.predicate:
        yield ""
        yield f"The tightest predicate that was found to hold, {purpose(comparison)}:"
        yield comparison.field.rstrip("\n")
    if comparison.portraits:
        from lintian_ml.equality.portrait import words

        yield from words.lines(comparison.portraits)


def purpose(comparison: Comparison) -> str:
    """Say what a suggested predicate is good for."""
    weak = comparison.verdict is Verdict.MET and comparison.level is Level.NONE
    return "which leaves too much open to be declared" if weak else "for debian/models"


def slack(bits: float | None) -> str:
    """Say what a predicate leaves open, in bytes."""
    if bits is None:
        return "not known for all that is relaxed"
    if math.isinf(bits):
        return "unbounded"
    if bits == 0:
        return "none; every bit is settled"
    size = bits / 8
    unit, name = next(((unit, name) for unit, name in BYTES if size >= unit), (1, "bytes"))
    return f"{size / unit:,.1f} {name} may differ without notice"


def _tensors(tensors: Sequence[TensorResult]) -> Iterator[str]:
    """Yield what there is to tell of tensors that differ, those that fail most first."""
    results = Results.of(tensors)
    telling, count = results.telling(WORST)
    for result in telling:
        yield from _tensor(result)
    if count > WORST:
        yield f"  … and {count - WORST} more tensors that differ"
    if tensors:
        yield f"bit-identical tensors: {len(tensors) - count} of {len(tensors)}"


def _tensor(result: TensorResult) -> Iterator[str]:
    counts = f"{result.differing:,} of {result.elements:,} elements differ"
    failing = f", {result.failing:,} too far" if result.failing else ""
    verdict = f"{result.verdict.value} {result.predicate}{_because(result.reason)}"
    yield for_line(f"  {result.name}: {verdict}; {counts}{failing}")
    if result.worst:
        yield for_line(f"    worst at {_place(result.worst)}: {_distance(result.worst)}")


def _controls(tensors: Sequence[TensorResult]) -> Iterator[str]:
    """Say of how many relaxed tensors a control showed that the comparator noticed, and why not of others."""
    told, shared, refused = Results.of(tensors).controls()
    if told:
        by = f"; {shared} by that of another of their kind" if shared else ""
        yield f"negative controls: {told - len(refused)} of {told} relaxed tensors, all passed{by}"
    for result in refused[:WORST]:
        yield for_line(f"  {result.name}: {result.control}")


def _because(reason: str) -> str:
    return f", {reason}" if reason else ""


def _place(worst: Deviation) -> str:
    index = ",".join(map(str, worst.index)) or "the scalar"
    return f"{index} {worst.component}".rstrip()


def _distance(worst: Deviation) -> str:
    far = "" if worst.ulp is None else f", {worst.ulp:,} representable values apart"
    relative = "" if worst.relative is None else f", relative {worst.relative:.3g}"
    return f"{worst.first} and {worst.second}{far}{relative}"

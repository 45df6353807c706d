"""What came of comparing two builds, in the words of those who rebuild packages."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from lintian_ml.escape import for_line
from lintian_ml.verification.builds import Build, Difference, differences
from lintian_ml.verification.pairing import Paired

SHOWN = 40
"""Differences of one field that are shown; the others are counted."""


def kind(paired: Paired) -> str:
    """Return what a model counts as, whatever the predicate is that it satisfies."""
    word = paired.word.partition(",")[0]
    before, under, _ = word.partition(" under ")
    return f"{before} (not bit-for-bit)" if under else word


def summary(compared: Iterable[Paired]) -> Iterator[str]:
    """Yield one line: how many models there are of each kind."""
    counts = Counter(map(kind, compared))
    total = sum(counts.values())
    told = ", ".join(f"{count} {name}" for name, count in counts.most_common())
    yield f"{total} {'model' if total == 1 else 'models'}: {told}"


def environments(first: Build | None, second: Build | None) -> Iterator[str]:
    """Yield what the environments of two builds had not in common."""
    if first is None or second is None:
        which = "neither side" if first is second else "only one side"
        yield f"environments: not compared, as {which} has a .buildinfo"
        return
    found = list(differences(first, second))
    if not found:
        yield "environments: the same, by both .buildinfo"
        return
    yield f"environments: {len(found)} differences, by both .buildinfo"
    fields: dict[str, list[Difference]] = {}
    for one in found:
        fields.setdefault(one.field, []).append(one)
    for rows in fields.values():
        yield from (for_line(f"  {one}") for one in rows[:SHOWN])
        if len(rows) > SHOWN:
            yield f"  {rows[0].field}: and {len(rows) - SHOWN} more"


def as_object(first: Build | None, second: Build | None) -> dict[str, object]:
    """Return the same as plain data; ``differences`` is None where there are no two builds to compare."""
    both = list(differences(first, second)) if first and second else None
    rows = None if both is None else [asdict(one) for one in both]
    names = {"first": first.name if first else None, "second": second.name if second else None}
    return {"environments": {"buildinfo": names, "differences": rows}}

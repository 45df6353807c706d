"""Compares the tensors of two models, in bounded memory, with all cores.

Small ones are compared together, many at a time; what is said of a tensor depends neither on that, nor on the
pieces it is read in, nor on the threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from lintian_ml.equality.binding import Asked
from lintian_ml.equality.comparing import Comparing
from lintian_ml.equality.crew import share
from lintian_ml.equality.crowd import Crowd, Task
from lintian_ml.equality.desk import Desk
from lintian_ml.equality.group import Group, groups
from lintian_ml.equality.manner import PLAIN, Manner
from lintian_ml.equality.matching import Matching
from lintian_ml.equality.results import LOOKED_AT, Columns, Control, Results
from lintian_ml.equality.stage import go_through
from lintian_ml.equality.verdict import TensorResult

__all__ = ["PLAIN", "Manner", "compare_all"]


def compare_all(matching: Matching, asked: Mapping[str, Asked], manner: Manner = PLAIN) -> Results:
    """Hold the tensors of each name to what is asked of it; return the results in the order of the names."""
    rows = dict(_unmatched(matching, asked))
    every = range(len(matching))
    places = [at for at in every if at not in rows] if rows else every
    columns = Columns.of(len(matching))
    uniform = (group for group in groups(matching, asked, places) if _is_uniform(group.asked))
    controls = _together(uniform, matching, columns, manner)
    verdicts = columns.verdict.tolist()
    alone = [at for at in places if verdicts[at] == LOOKED_AT] if controls else places
    work = [(matching.pair(at), asked[matching.names[at]]) for at in alone]
    rows.update(zip(alone, go_through(work, Comparing.result, Comparing.refused, manner), strict=True))
    return Results(
        len(matching),
        rows,
        columns if controls else None,
        controls,
        lambda at: (matching.tensor(at), asked[matching.names[at]]),
    )


def _is_uniform(asked: Asked) -> bool:
    """Whether each pair of elements is decided by itself, whatever else its tensor holds."""
    return all(term.uniform for term in asked.terms)


def _unmatched(matching: Matching, asked: Mapping[str, Asked]) -> Iterator[tuple[int, TensorResult]]:
    """Yield what there is to say of the names that one model lacks, or has several times."""
    for at, verdict, reason in matching.unmatched():
        tensor = matching.tensor(at)
        one = asked[tensor.name]
        yield (
            at,
            TensorResult(
                tensor.name,
                verdict,
                one.predicate,
                reason,
                one.relaxed,
                dtype=tensor.dtype,
                shape=tensor.shape,
            ),
        )


def _together(
    found: Iterable[Group], matching: Matching, columns: Columns, manner: Manner
) -> Sequence[Control]:
    """Compare groups of small tensors; return how their controls went."""
    crowds = []
    for number, group in enumerate(found):
        columns.group[group.members] = number
        crowds.append(Crowd(group, columns, matching.pair, manner.shortcut))
    tasks = chain.from_iterable(crowd.tasks(manner.advance) for crowd in crowds)
    share(tasks, _worker, manner.threads if crowds else 1)
    return [crowd.conclude() for crowd in crowds]


def _worker() -> Callable[[Task], None]:
    """Return what does tasks in one thread."""
    desk = Desk()
    return lambda task: task(desk)

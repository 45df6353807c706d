"""Measures small tensors together: how far apart they are, where one look at the pairs tells what holds.

That is where they are equal, and where a pair lies as many steps of the largest elements apart as any pair
lies in representable values: then no share of the largest element leaves less open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache, partial
from itertools import chain
from typing import TYPE_CHECKING

from lintian_ml.equality.binding import STRICT
from lintian_ml.equality.crew import share
from lintian_ml.equality.desk import Desk
from lintian_ml.equality.elements import INTEGERS, Float, component, distance, magnitude, reals
from lintian_ml.equality.group import Group, groups
from lintian_ml.equality.manner import Manner
from lintian_ml.equality.matching import Matching
from lintian_ml.equality.portion import plain_form
from lintian_ml.equality.predicate import Predicate
from lintian_ml.equality.predicates.steps import Steps
from lintian_ml.equality.predicates.ulp import Ulp
from lintian_ml.equality.strongest import Terms, two_digits
from lintian_ml.error import LintianMLError

if TYPE_CHECKING:
    from numpy import uint64
    from numpy.typing import NDArray

    from lintian_ml.equality.elements import Mask, Reals
    from lintian_ml.equality.gathering import Run


def census(matching: Matching, places: Sequence[int], manner: Manner) -> dict[int, Terms]:
    """Return the tightest terms that hold of small tensors, by place; those not told of are left open."""
    counts = [_Count(group) for group in groups(matching, dict.fromkeys(matching.names, STRICT), places)]
    tasks = chain.from_iterable(count.tasks(manner.advance) for count in counts)
    share(tasks, _worker, manner.threads if counts else 1)
    return {at: terms for count in counts for at, terms in count.found()}


def _worker() -> Callable[[Callable[[Desk], None]], None]:
    """Return what does tasks in one thread."""
    desk = Desk()
    return lambda task: task(desk)


class _Count:
    """How far apart the members of one group are, as far as it was seen, and of which that is all."""

    def __init__(self, group: Group) -> None:
        import numpy as np

        form = plain_form(group.dtype)
        assert form is not None
        self.group = group
        self.form = form
        self.furthest: NDArray[uint64] = np.zeros(len(group.members), np.uint64)
        self.settled: Mask = np.zeros(len(group.members), dtype=bool)

    def tasks(self, advance: Callable[[int], None]) -> Iterator[Callable[[Desk], None]]:
        """Yield what is to be done, a run at a time."""
        for part in self.group.parts():
            yield partial(self._measure, part=part, advance=advance)

    def found(self) -> Iterator[tuple[int, Terms]]:
        """Yield the place of each member of which something is known to be the tightest, and what."""

        @cache
        def terms(furthest: int) -> Terms | None:
            reach = _reach(furthest)
            own: Predicate = Steps(reach) if self.group.dtype in INTEGERS else Ulp(reach)
            if not furthest:
                return STRICT.terms
            return None if own.vacuous(self.group.dtype) else (own,)

        members, furthest = self.group.members[self.settled], self.furthest[self.settled]
        for at, far in zip(members.tolist(), furthest.tolist(), strict=True):
            if (known := terms(far)) is not None:
                yield at, known

    def _measure(self, desk: Desk, part: slice, advance: Callable[[int], None]) -> None:
        """Measure one run; what cannot be read is left open."""
        import numpy as np

        try:
            run = self.group.run(desk, part)
        except LintianMLError:
            return
        far = distance(run.first, run.second, self.form)
        self.furthest[part] = np.maximum.reduceat(far, run.begins)
        equal = run.sums(run.first != run.second) == 0
        self.settled[part] = equal | (
            True if not isinstance(self.form, Float) else self._dominated(run, part)
        )
        advance(int(self.group.lengths[part].sum()))

    def _dominated(self, run: Run, part: slice) -> Mask:
        """Return of which tensors a pair lies as many steps of the largest binade apart as any pair lies
        values apart.

        The values of float32 and float64 may have been flushed to zero if they are below the smallest normal
        number, which is made up for. A difference is rounded once: it may reach what it falls short of by
        less than the rounding of a predicate's parameter to two digits adds.
        """
        import numpy as np

        form, kind = self.form, component(self.group.dtype)
        assert isinstance(form, Float)
        ranks = (magnitude(side, form) for side in (run.first, run.second))
        top = np.maximum(*(np.maximum.reduceat(rank, run.begins) for rank in ranks)).astype(np.int64)
        flushed = np.ldexp(1.0, form.unit + form.fraction + 2) if form.bits > 16 else 0.0
        with np.errstate(all="ignore"):
            gaps: Reals = np.abs(reals(run.first, kind) - reals(run.second, kind))
            gap = np.maximum.reduceat(gaps, run.begins) - flushed
            exponents = form.unit + np.maximum(0, (top >> form.fraction) - 1)
            far, at = np.unique(self.furthest[part], return_inverse=True)
            reach = np.array([float(_reach(each)) for each in far.tolist()])[at]
            wide = gap >= reach * np.ldexp(1.0, exponents.astype(np.int32))
        finite = (top < form.limit) & form.signed & (not form.fnuz)
        dominated: Mask = finite & wide & (reach > 0) & (reach < float(1 << form.fraction))
        return dominated


@cache
def _reach(furthest: int) -> int:
    """Return the parameter under which pairs so far apart hold."""
    return int(two_digits(Fraction(furthest)))

"""The verdicts on the tensors of two models: those on tensors that were compared together kept by column."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from lintian_ml.equality.portion import counted
from lintian_ml.equality.tally import Tally
from lintian_ml.equality.verdict import IMPOSSIBLE, SHARED, TensorResult, Verdict

if TYPE_CHECKING:
    from numpy import float64, int8, int32, uint64
    from numpy.typing import NDArray

    from lintian_ml.equality.binding import Asked
    from lintian_ml.model import Tensor

LOOKED_AT, MET, NOT_MET, NOT_DECIDED = 0, 1, 2, 3
"""How the columns tell of a verdict; of a tensor that was looked at on its own they do not."""

VERDICTS = {MET: Verdict.MET, NOT_MET: Verdict.NOT_MET, NOT_DECIDED: Verdict.NOT_DECIDED}
_CODES = {verdict: code for code, verdict in VERDICTS.items()}


@dataclass(frozen=True, slots=True)
class Control:
    """How the control of tensors went that were compared together: it was made in the one at ``bearer``.

    ``trouble`` says what was wrong, where it failed.
    """

    told: str = ""
    others: str = ""
    bearer: int = -1
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """What was found of each tensor; the numbers are those of a TensorResult.

    ``place``, ``first`` and ``second`` are those of the worst pair of codes; the slack is not a number where
    it is not known, ``group`` which of the controls stands for a tensor.
    """

    verdict: NDArray[int8]
    differing: NDArray[int32]
    failing: NDArray[int32]
    zero_signs: NDArray[int32]
    place: NDArray[int32]
    first: NDArray[uint64]
    second: NDArray[uint64]
    slack: NDArray[float64]
    group: NDArray[int32]

    @classmethod
    def of(cls, count: int) -> Columns:
        """Return empty columns."""
        import numpy as np

        differing, failing, zero_signs, place, group = (np.zeros(count, np.int32) for _ in range(5))
        first, second = (np.zeros(count, np.uint64) for _ in range(2))
        verdict, slack = np.zeros(count, np.int8), np.zeros(count)
        return cls(verdict, differing, failing, zero_signs, place, first, second, slack, group)


Which = Callable[[int], "tuple[Tensor, Asked]"]
"""Returns the first tensor of a row, and what was asked of it."""


class Results(Sequence[TensorResult]):
    """The results in order: ``rows`` has those that were made one by one, the others are made when asked
    for.
    """

    __slots__ = ("_columns", "_controls", "_count", "_rows", "_which")

    def __init__(
        self,
        count: int,
        rows: Mapping[int, TensorResult],
        columns: Columns | None = None,
        controls: Sequence[Control] = (),
        which: Which | None = None,
    ) -> None:
        self._count = count
        self._rows = rows
        self._columns = columns
        self._controls = controls
        self._which = which

    @classmethod
    def of(cls, results: Sequence[TensorResult]) -> Results:
        """Return any results as these."""
        return results if isinstance(results, Results) else cls(len(results), dict(enumerate(results)))

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> TensorResult: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[TensorResult]: ...

    def __getitem__(self, at: int | slice) -> TensorResult | Sequence[TensorResult]:
        if isinstance(at, slice):
            return tuple(map(self._row, range(*at.indices(self._count))))
        return self._row(range(self._count)[at])

    def __iter__(self) -> Iterator[TensorResult]:
        return map(self._row, range(self._count))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def verdicts(self) -> set[Verdict]:
        """Return the verdicts that occur."""
        found = {result.verdict for result in self._rows.values()}
        kinds = set(self._columns.verdict.tolist()) if self._columns else set()
        return found | {VERDICTS[kind] for kind in kinds - {LOOKED_AT}}

    def with_verdict(self, verdict: Verdict) -> tuple[TensorResult | None, int]:
        """Return the first of the results of a verdict, and how many there are."""
        places = [at for at, result in self._rows.items() if result.verdict is verdict]
        if self._columns:
            (own,) = (self._columns.verdict == _CODES[verdict]).nonzero()
            places += own.tolist()
        return (self._row(min(places)) if places else None), len(places)

    def slack(self) -> float | None:
        """Return the bits that are left open in all; None where some part of it is not known."""
        slacks = [result.slack for result in self._rows.values()]
        if self._columns:
            slacks += self._columns.slack[self._columns.verdict != LOOKED_AT].tolist()
        known = [slack for slack in slacks if slack is not None and not math.isnan(slack)]
        return math.fsum(known) if len(known) == len(slacks) else None

    def zero_signs(self) -> int:
        """Return how many zeros differ in their sign."""
        found = sum(result.zero_signs for result in self._rows.values())
        return found + (int(self._columns.zero_signs.sum()) if self._columns else 0)

    def remarked(self) -> Iterator[TensorResult]:
        """Yield the results that have remarks, in order."""
        yield from (self._rows[at] for at in sorted(self._rows) if self._rows[at].remarks)

    def telling(self, most: int | None = None) -> tuple[Sequence[TensorResult], int]:
        """Return those that differ or do not hold, what fails most first, and how many of them there are."""
        places = [at for at, one in self._rows.items() if one.differing or one.verdict is not Verdict.MET]
        keys = [(self._rows[at].verdict is Verdict.MET, -self._rows[at].failing, at) for at in places]
        if self._columns:
            keys += self._telling_columns(self._columns, most)
        chosen = tuple(self._row(at) for _, _, at in sorted(keys)[:most])
        return chosen, len(places) + self._differing()

    def controls(self) -> tuple[int, int, Sequence[TensorResult]]:
        """Return of how many tensors a control was made, of how many by that of another, and those that can
        have none.
        """
        own = [self._rows[at] for at in sorted(self._rows) if self._rows[at].control]
        refused = [result for result in own if result.control.startswith(IMPOSSIBLE)]
        shared = sum(result.control.endswith(SHARED) for result in own)
        told = [at for at, control in enumerate(self._controls) if control.told]
        if self._columns and told:
            import numpy as np

            met = self._columns.verdict == MET
            count = int(np.count_nonzero(met & np.isin(self._columns.group, told)))
            return len(own) + count, shared + count - len(told), refused
        return len(own), shared, refused

    def _telling_columns(self, columns: Columns, most: int | None) -> list[tuple[bool, int, int]]:
        """Return the keys by which the first that tell are sorted."""
        import numpy as np

        met = columns.verdict == MET
        (places,) = ((columns.differing > 0) | (columns.verdict > MET)).nonzero()
        order = np.lexsort((places, -columns.failing[places], met[places]))[:most]
        chosen = places[order]
        return list(
            zip(met[chosen].tolist(), (-columns.failing[chosen]).tolist(), chosen.tolist(), strict=True)
        )

    def _differing(self) -> int:
        columns = self._columns
        return int(((columns.differing > 0) | (columns.verdict > MET)).sum()) if columns else 0

    def _row(self, at: int) -> TensorResult:
        made = self._rows.get(at)
        if made is not None:
            return made
        columns = self._columns
        assert columns is not None and self._which is not None
        tensor, asked = self._which(at)
        control = self._controls[columns.group[at]]
        verdict, failing = VERDICTS[int(columns.verdict[at])], int(columns.failing[at])
        tally = Tally(tensor)
        worst = (int(column[at]) for column in (columns.place, columns.first, columns.second))
        tally.keep(int(columns.differing[at]), 0.0, *worst)
        told = control.told if control.bearer == at else control.others
        slack = float(columns.slack[at])
        return TensorResult(
            name=tensor.name,
            verdict=verdict,
            predicate=asked.predicate,
            reason=_reason(verdict, failing, tensor, control),
            relaxed=asked.relaxed,
            elements=counted(tensor),
            differing=tally.differing,
            failing=failing,
            zero_signs=int(columns.zero_signs[at]),
            worst=tally.worst(),
            slack=None if math.isnan(slack) else slack,
            control=told if verdict is Verdict.MET else "",
            dtype=tensor.dtype,
            shape=tensor.shape,
        )


def _reason(verdict: Verdict, failing: int, tensor: Tensor, control: Control) -> str:
    if verdict is Verdict.NOT_MET:
        return do_not_hold(failing, tensor)
    return control.trouble if verdict is Verdict.NOT_DECIDED else ""


def do_not_hold(failing: int, tensor: Tensor) -> str:
    """Say how many elements of a tensor fail."""
    return f"{failing} of {counted(tensor)} elements do not hold"

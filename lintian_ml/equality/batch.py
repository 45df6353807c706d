"""Small tensors of one type that one predicate bears on, compared together: a few operations for all of them.

Each has a stretch of its own. What stretches cannot settle is left to be compared one by one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from lintian_ml.equality.comparing import Comparing
from lintian_ml.equality.control import IMPOSSIBLE, ControlFailed, control
from lintian_ml.equality.desk import Desk, Place
from lintian_ml.equality.elements import COMPLEX
from lintian_ml.equality.portion import SAMPLE, Portion, plain_form
from lintian_ml.equality.stretch import Stretch, measured_each
from lintian_ml.model import BITS

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes, Float, Integer
    from lintian_ml.equality.judge import Judge

SMALL = 1 << 14
"""Bytes of the largest tensor that is compared together with others."""

FULL = 1 << 18
"""Bytes of either side that a batch has at most."""

FEWEST = 8
"""Tensors that are compared together rather than one by one."""


@dataclass(frozen=True, slots=True)
class Member:
    """One pair of tensors, and where the payloads lie."""

    comparing: Comparing
    places: tuple[Place, Place]

    @property
    def length(self) -> int:
        """Bytes of either payload."""
        return self.comparing.pair.first.payload.length


def key(one: Comparing) -> tuple[str, int] | None:
    """Return what the members of a batch have in common; None for a pair that must be compared alone.

    The same bound must hold for all of them, whatever their elements are, and the elements must be as this
    machine has them. Whoever asks keeps what is asked alive.
    """
    first, second = one.pair.first, one.pair.second
    foreign = sys.byteorder != "little" or first.big_endian or second.big_endian
    if foreign or not 0 < first.payload.length <= SMALL:
        return None
    if not all(term.uniform for term in one.asked.terms):
        return None
    return first.dtype, id(one.asked)


class Batch:
    """Members of one key, ``FULL`` bytes at most, read one after the other into two arrays."""

    def __init__(self, members: Sequence[Member], desk: Desk) -> None:
        self.members = members
        one = members[0].comparing
        self.dtype = one.pair.first.dtype
        self.judges: Sequence[Judge] = [term.judge(one.pair) for term in one.asked.terms]
        self._terms = one.asked.terms
        self._relaxed = one.asked.relaxed
        self._scratch = desk.scratch
        self._form: Float | Integer | None = plain_form(self.dtype)
        lengths = [member.length for member in members]
        self._ends = list(accumulate(lengths))
        self._sides = [self._gathered(side, desk, self._ends[-1]) for side in (0, 1)]

    def portions(self) -> Iterator[tuple[Member, Portion | None]]:
        """Yield the account of each member's elements; None where it must be compared alone."""
        codes = [side.view(f"<u{self._width}") for side in self._sides]
        starts = [0, *(end // self._width for end in self._ends)]
        known = self._known(codes[0], codes[1], starts)
        settled = [self._settles(stretch) for stretch in known]
        worst = self._worst(codes, starts, known) if any(settled) else []
        told: list[Portion] = []
        for at, member in enumerate(self.members):
            stretch = known[at]
            if stretch is None or not settled[at]:
                yield member, None
                continue
            portion = self._portion(member, stretch, codes[1][starts[at] : starts[at + 1]])
            if stretch.differing:
                portion.tally.keep(stretch.differing, *worst[at])
            told.append(portion)
            self._demand_control(portion, told[0])
            yield member, portion

    @property
    def _width(self) -> int:
        """Bytes of one element, or component; 1 where the elements are not told apart."""
        if self._form is None:
            return 1
        return BITS[self.dtype] // (16 if self.dtype in COMPLEX else 8)

    def _gathered(self, side: int, desk: Desk, size: int) -> Codes:
        """Return the payloads of one side, one after the other."""
        import numpy as np

        whole: Codes = np.empty(size, dtype=np.uint8)
        start = 0
        for member, end in zip(self.members, self._ends, strict=True):
            whole[start:end] = desk.read(side, member.places[side], 0, end - start)
            start = end
        return whole

    def _known(self, first: Codes, second: Codes, starts: Sequence[int]) -> Sequence[Stretch | None]:
        """Return what is known of each member; of types without a stretch, only which are equal."""
        import numpy as np

        if self._form is not None:
            return measured_each(first, second, self._form, starts, self._scratch)
        if any(term.meter(self.dtype).looks for term in self._terms):
            return [None] * len(self.members)
        unequal = np.logical_or.reduceat(first != second, starts[:-1])
        return [None if odd else Stretch(0, 0, 0, 0, 0) for odd in unequal.tolist()]

    def _settles(self, stretch: Stretch | None) -> bool:
        if stretch is None:
            return False
        return not stretch.differing or all(judge.settles(stretch) for judge in self.judges)

    def _worst(
        self, codes: Sequence[Codes], starts: Sequence[int], known: Sequence[Stretch | None]
    ) -> Sequence[tuple[float, int, int, int]]:
        """Return the first of the furthest pairs of each member: how far, its place, and both codes."""
        import numpy as np

        if not any(stretch and stretch.differing for stretch in known):
            return []
        first, second = codes
        distances = self.judges[0].excess(first, second)
        distances[first == second] = -1.0
        most = np.maximum.reduceat(distances, starts[:-1])
        lengths = np.diff(starts)
        places = np.flatnonzero(distances == np.repeat(most, lengths))
        places = places[np.searchsorted(places, starts[:-1])]
        inside = (places - starts[:-1]).tolist()
        return list(zip(most.tolist(), inside, first[places].tolist(), second[places].tolist(), strict=True))

    def _portion(self, member: Member, stretch: Stretch, second: Codes) -> Portion:
        """Return the account of a member that its stretch settles, with the slack beside its elements."""
        one = member.comparing
        one.share(self.judges)
        portion = one.portion()
        for meter in portion.meters:
            if meter.looks and not meter.settle(stretch):
                meter.add(second)
        if self._relaxed:
            portion.sample = second[: SAMPLE // self._width].tobytes()
        return portion

    def _demand_control(self, portion: Portion, bearer: Portion) -> None:
        """Put the first member to the control; what it shows holds for the others, as they are asked alike.

        Where no control of it is possible, each has its own.
        """
        if not self._relaxed:
            return
        if portion is bearer:
            try:
                told = control(portion.pair.second, portion.sample, self.judges, self._settled_by_batch)
            except ControlFailed as failure:
                portion.trouble = str(failure)
            else:
                portion.told = "" if told.startswith(IMPOSSIBLE) else told
        elif bearer.trouble:
            portion.trouble = bearer.trouble
        elif bearer.told:
            portion.told = f"{bearer.told}, in {bearer.pair.second.name} for all of its kind"

    def _settled_by_batch(self, first: Codes, second: Codes) -> bool:
        """Whether two runs of codes would be settled, were they members."""
        import numpy as np

        if self._form is None:
            return False
        scratch = np.empty(first.nbytes, dtype=np.uint8)
        return self._settles(measured_each(first, second, self._form, [0, first.size], scratch)[0])


def batches(members: Sequence[Member]) -> Iterator[Sequence[Member]]:
    """Yield members in runs of FULL bytes at most."""
    size = 0
    run: list[Member] = []
    for member in members:
        if size + member.length > FULL:
            yield run
            run, size = [], 0
        run.append(member)
        size += member.length
    yield run

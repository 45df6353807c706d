"""Small tensors of one type that one predicate bears on, compared together: a few operations for all of them.

Each has a stretch of its own. What stretches cannot settle is left to be compared one by one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from lintian_ml.equality.comparing import Comparing
from lintian_ml.equality.control import ControlFailed, control
from lintian_ml.equality.desk import Desk, Place
from lintian_ml.equality.elements import COMPLEX
from lintian_ml.equality.portion import SAMPLE, Portion, plain_form
from lintian_ml.equality.stretch import Stretch, measured_each
from lintian_ml.equality.verdict import IMPOSSIBLE, SHARED
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
        import numpy as np

        if self._looking and self._form is None:
            yield from ((member, None) for member in self.members)
            return
        first, second = (side.view(f"<u{self._width}") for side in self._sides)
        starts = [0, *(end // self._width for end in self._ends)]
        unequal = np.logical_or.reduceat(first != second, starts[:-1]).tolist()
        known = self._known(first, second, starts)
        worst = self._worst(first, second, starts) if any(unequal) else []
        held = [not odd or self._settles(stretch) for odd, stretch in zip(unequal, known, strict=True)]
        shown = self._shown(held, known, [second[slice(*ends)] for ends in pairwise(starts)])
        for at, member in enumerate(self.members):
            if not held[at]:
                yield member, None
                continue
            portion = self._portion(member, known[at], second[starts[at] : starts[at + 1]])
            if unequal[at]:
                portion.tally.keep(*worst[at])
            portion.told, portion.trouble = shown(at)
            yield member, portion

    @property
    def _looking(self) -> bool:
        """Whether elements that are equal must be looked at too."""
        return any(term.meter(self.dtype).looks for term in self._terms)

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
        """Return what is known of each member."""
        if self._form is None:
            return [None] * len(self.members)
        return measured_each(first, second, self._form, starts, self._scratch)

    def _settles(self, stretch: Stretch | None) -> bool:
        return stretch is not None and all(judge.settles(stretch) for judge in self.judges)

    def _worst(
        self, first: Codes, second: Codes, starts: Sequence[int]
    ) -> Sequence[tuple[int, float, int, int, int]]:
        """Return, of each member, how many pairs are unequal, and the first of the furthest: how far, its
        place, and both codes.
        """
        import numpy as np

        begins = starts[:-1]
        unequal = first != second
        counts = np.add.reduceat(unequal, begins, dtype=np.intp)
        distances = np.where(unequal, self.judges[0].excess(first, second), -1.0)
        most = np.maximum.reduceat(distances, begins)
        places = np.flatnonzero(distances == np.repeat(most, np.diff(starts)))
        places = places[np.searchsorted(places, begins)]
        found = (counts, most, places - begins, first[places], second[places])
        return list(zip(*(part.tolist() for part in found), strict=True))

    def _portion(self, member: Member, stretch: Stretch | None, second: Codes) -> Portion:
        """Return the account of a member that is settled, with the slack beside its elements."""
        one = member.comparing
        one.share(self.judges)
        portion = one.portion()
        for meter in portion.meters:
            if meter.looks and not (stretch and meter.settle(stretch)):
                meter.add(second)
        if self._relaxed:
            portion.sample = self._sample(second)
        return portion

    def _shown(
        self, held: Sequence[bool], known: Sequence[Stretch | None], seconds: Sequence[Codes]
    ) -> Callable[[int], tuple[str, str]]:
        """Put one member to the control, one that a stretch tells of if there is any.

        Return what tells of any member how its control went, and what is wrong. What it shows of one holds
        for the others, as they are asked alike; where none of it is possible, each has its own.
        """
        places = [at for at, holds in enumerate(held) if holds]
        if not self._relaxed or not places:
            return lambda _: ("", "")
        bearer = next((at for at in places if known[at]), places[0])
        tensor = self.members[bearer].comparing.pair.second
        try:
            told = control(tensor, self._sample(seconds[bearer]), self.judges, self._settled)
        except ControlFailed as failure:
            trouble = str(failure)
            return lambda _: ("", trouble)
        if told.startswith(IMPOSSIBLE):
            return lambda _: ("", "")
        others = f"{told}, in {tensor.name} {SHARED}"
        return lambda at: (told if at == bearer else others, "")

    def _sample(self, second: Codes) -> bytes:
        """Return the beginning of a member, for its control."""
        return second[: SAMPLE // self._width].tobytes()

    def _settled(self, first: Codes, second: Codes) -> bool:
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

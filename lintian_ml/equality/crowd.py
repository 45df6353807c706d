"""Small tensors of one type of which one thing is asked, compared together as one run of elements.

A few operations settle hundreds of them. What is found of each is kept by column; those that must be looked
at on their own are left without a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.control import ControlFailed, control
from lintian_ml.equality.desk import Desk
from lintian_ml.equality.group import Group
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.portion import SAMPLE, plain_form
from lintian_ml.equality.results import LOOKED_AT, MET, NOT_DECIDED, NOT_MET, Columns, Control
from lintian_ml.equality.stretch import Stretch, measured
from lintian_ml.equality.verdict import IMPOSSIBLE, SHARED
from lintian_ml.error import LintianMLError

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes

SAMPLES = 8
"""Runs of which the beginnings of some tensors are kept for the control."""

EACH = 4
"""Tensors of such a run whose beginnings are kept."""

Task = Callable[[Desk], None]


class Crowd:
    """One group under way; ``pair`` returns the tensors of a member."""

    def __init__(self, group: Group, columns: Columns, pair: Callable[[int], Pair], shortcut: bool) -> None:
        form = plain_form(group.dtype)
        assert form is not None
        self.group = group
        self._columns = columns
        self._pair = pair
        self._shortcut = shortcut
        self._form = form
        self._looking = any(term.meter(group.dtype).looks for term in group.asked.terms)
        self._samples: dict[int, bytes] = {}

    def tasks(self, advance: Callable[[int], None]) -> Iterator[Task]:
        """Yield what is to be done, a run at a time; ``advance`` is told of the bytes."""
        for number, part in enumerate(self.group.parts()):
            yield partial(self._compare, part=part, keep=number < SAMPLES, advance=advance)

    def _compare(self, desk: Desk, part: slice, keep: bool, advance: Callable[[int], None]) -> None:
        """Compare one run; what cannot be read is left to be looked at one by one."""
        try:
            second = self._note(desk, part)
        except LintianMLError:
            return
        if keep and self.group.asked.relaxed and second is not None:
            self._keep_samples(part, second)
        advance(int(self.group.lengths[part].sum()))

    def _note(self, desk: Desk, part: slice) -> Codes | None:
        """Keep what is found of the members of a run, and return the elements of the second side.

        None, and nothing is kept, where a pair could not be decided.
        """
        run, known = self.group.run(desk, part), None
        first, second = run.first, run.second
        columns, members = self._columns, self.group.members[part]
        if self._looking or not self._shortcut or not run.equal():
            judges = self._judges()
            known = measured(first, second, self._form, desk.scratch)
            if known and self._settles(judges, known):
                places = run.worst(judges[0], known)
            else:
                known = None
                failing, zeros, distances = run.judged(judges)
                if any(judge.doubt for judge in judges):
                    return None
                columns.failing[members], columns.zero_signs[members] = run.sums(failing), run.sums(zeros)
                places = run.peaks(distances)
            columns.differing[members], columns.place[members] = run.sums(first != second), places
            columns.first[members], columns.second[members] = run.pairs(places)
        columns.slack[members] = run.slack(self.group.asked.terms, self.group.dtype, known)
        columns.verdict[members] = MET + (NOT_MET - MET) * (columns.failing[members] > 0)
        return second

    def conclude(self) -> Control:
        """Put one member to the control; what it shows of one holds for the others, as they are asked alike.

        Where it fails, nothing is decided; where there can be none, each is left to be looked at on its own.
        """
        if not self.group.asked.relaxed:
            return Control()
        for member in sorted(self._samples, key=lambda member: (not self._measurable(member), member)):
            pair = self._pair(member)
            judges = self._judges()
            try:
                told = control(pair.second, self._samples[member], judges, partial(self._settled, judges))
            except ControlFailed as failure:
                self._change(MET, NOT_DECIDED)
                return Control(trouble=str(failure))
            if not told.startswith(IMPOSSIBLE):
                return Control(told, f"{told}, in {pair.second.name} {SHARED}", member)
        self._change(MET, LOOKED_AT)
        return Control()

    def _judges(self) -> Sequence[Judge]:
        pair = self._pair(int(self.group.members[0]))
        return [term.judge(pair) for term in self.group.asked.terms]

    def _settles(self, judges: Sequence[Judge], known: Stretch) -> bool:
        return all(judge.settles(known) for judge in judges)

    def _settled(self, judges: Sequence[Judge], first: Codes, second: Codes) -> bool:
        """Whether two runs of codes would be settled without a look at their pairs."""
        import numpy as np

        known = measured(first, second, self._form, np.empty(first.nbytes, dtype=np.uint8))
        return known is not None and self._settles(judges, known)

    def _measurable(self, member: int) -> bool:
        """Whether a member's beginning could be settled without a look at its pairs."""
        import numpy as np

        codes = np.frombuffer(self._samples[member], f"<u{self.group.width}")
        return measured(codes, codes, self._form, np.empty(codes.nbytes, dtype=np.uint8)) is not None

    def _keep_samples(self, part: slice, second: Codes) -> None:
        """Keep the beginnings of the first members of a run that hold, for the control."""
        members, counts = self.group.members[part], self.group.lengths[part] // self.group.width
        (held,) = (self._columns.verdict[members] == MET).nonzero()
        begins = counts.cumsum() - counts
        for at in held[:EACH].tolist():
            begin, count = int(begins[at]), min(int(counts[at]), SAMPLE // self.group.width)
            self._samples[int(members[at])] = second[begin : begin + count].tobytes()

    def _change(self, old: int, new: int) -> None:
        """Change a verdict that was given."""
        verdicts = self._columns.verdict[self.group.members]
        verdicts[verdicts == old] = new
        self._columns.verdict[self.group.members] = verdicts

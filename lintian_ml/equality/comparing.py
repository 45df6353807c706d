"""One tensor's comparison under way, from its first range to its result."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from lintian_ml.equality.binding import Asked
from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.control import ControlFailed, control
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.portion import Portion, counted
from lintian_ml.equality.predicate import Kind
from lintian_ml.equality.tally import Peak, least
from lintian_ml.equality.verdict import TensorResult, Verdict

UNUSED_BITS = "the unused bits of the last byte differ"


class Comparing:
    """The pair with ``number`` among those of two models, and what is asked of it.

    The ranges of a pair share its judges; each has its own counts, which are added up in the order of the
    ranges when the last is done.
    """

    __slots__ = ("_judges", "_left", "_lock", "_peak", "_portions", "asked", "number", "pair")

    def __init__(
        self, number: int, pair: Pair, asked: Asked, judges: Sequence[Judge | None] | None = None
    ) -> None:
        self.number = number
        self.pair = pair
        self.asked = asked
        self._judges = judges
        self._portions: list[Portion | None] = []
        self._left = 0
        self._peak: Peak | None = None
        self._lock: threading.Lock | None = None

    def begin(self, ranges: int) -> None:
        """Make what decides each term; ``ranges`` are to come."""
        if self._judges is None:
            self._judges = [None if term.undecided() else term.judge(self.pair) for term in self.asked.terms]
        self._portions = [None] * ranges
        self._left = ranges
        self._lock = threading.Lock()
        self._peak = Peak()

    @property
    def fresh(self) -> bool:
        """Whether no element was seen yet."""
        return self._judges is None

    def share(self, judges: Sequence[Judge]) -> None:
        """Be decided by judges that decide others too."""
        self._judges = judges

    def portion(self) -> Portion:
        """Return the empty account of one range."""
        meters = [term.meter(self.pair.second.dtype) for term in self.asked.terms]
        return Portion(self.pair, self._deciding(), meters, self._peak)

    def finish(self, place: int, portion: Portion) -> bool:
        """Take the account of the range at ``place``; return whether it was the last to be done."""
        assert self._lock is not None
        with self._lock:
            self._portions[place] = portion
            self._left -= 1
            return not self._left

    def again(self) -> Comparing | None:
        """Return the comparison that must follow where a judge asks to see all elements once more."""
        next_judges = [judge.again() if judge else None for judge in self._judges or ()]
        if not any(next_judges):
            return None
        pairs = zip(next_judges, self._judges or (), strict=True)
        return Comparing(self.number, self.pair, self.asked, [new or old for new, old in pairs])

    def result(self, whole: Portion) -> TensorResult:
        """Return the verdict, and all that was seen of the ``whole``."""
        tally = whole.tally
        verdict, reason = self._conclusion(whole)
        told = whole.told if verdict is Verdict.MET else ""
        if verdict is Verdict.MET and self.asked.relaxed and whole.sample and not told:
            try:
                told = control(self.pair.second, whole.sample, self._deciding())
            except ControlFailed as failure:
                verdict, reason = Verdict.NOT_DECIDED, str(failure)
        return TensorResult(
            name=self.pair.first.name,
            verdict=verdict,
            predicate=self.asked.predicate,
            reason=reason,
            relaxed=self.asked.relaxed,
            elements=counted(self.pair.first),
            differing=tally.differing,
            failing=tally.failing,
            zero_signs=tally.zero_signs,
            worst=tally.worst(),
            slack=least([meter.bits() for meter in whole.meters]),
            control=told,
            remarks=tuple(remark for meter in whole.meters for remark in meter.remarks()),
            dtype=self.pair.first.dtype,
            shape=self.pair.first.shape,
        )

    def release(self) -> None:
        """Let go of all that the comparison held."""
        self._judges = None
        self._portions = []

    def refused(self, verdict: Verdict, reason: str) -> TensorResult:
        """Return the result on tensors whose elements were not looked at."""
        tensor, asked = self.pair.first, self.asked
        return TensorResult(
            tensor.name,
            verdict,
            asked.predicate,
            reason,
            relaxed=asked.relaxed,
            dtype=tensor.dtype,
            shape=tensor.shape,
        )

    def whole(self) -> Portion:
        """Return the account of all ranges together."""
        whole = self.portion()
        for portion in self._portions:
            assert portion is not None
            whole.merge(portion)
        return whole

    def _deciding(self) -> Sequence[Judge]:
        return [judge for judge in self._judges or () if judge is not None]

    def _conclusion(self, whole: Portion) -> tuple[Verdict, str]:
        """Return the verdict after the last range, and why."""
        tally, judges = whole.tally, self._deciding()
        fails = tally.failing > tally.undefined
        if whole.trouble:
            return (Verdict.NOT_MET if fails or whole.unused_differ else Verdict.NOT_DECIDED), whole.trouble
        if whole.unused_differ:
            return Verdict.NOT_MET, UNUSED_BITS
        if fails:
            return Verdict.NOT_MET, f"{tally.failing} of {counted(self.pair.first)} elements do not hold"
        if tally.failing:
            return Verdict.NOT_DECIDED, "a bool is neither 0 nor 1"
        if not tally.differing and not any(term.kind is Kind.MEASUREMENT for term in self.asked.terms):
            return Verdict.MET, ""
        if failure := next(filter(None, (judge.conclude() for judge in judges)), ""):
            return Verdict.NOT_MET, failure
        undecided = next(filter(None, (term.undecided() for term in self.asked.terms)), "")
        doubt = undecided or next((judge.doubt for judge in judges if judge.doubt), "")
        return (Verdict.NOT_DECIDED, doubt) if doubt else (Verdict.MET, "")

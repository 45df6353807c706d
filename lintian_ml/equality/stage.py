"""Goes through pairs of tensors: large ones in ranges that threads share, small ones many at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Generic, TypeVar

from lintian_ml.equality.batch import FEWEST, Batch, Member, batches, key
from lintian_ml.equality.binding import Asked
from lintian_ml.equality.blocks import PIECE, Pair
from lintian_ml.equality.comparing import Comparing
from lintian_ml.equality.crew import share
from lintian_ml.equality.desk import Desk, Place, place
from lintian_ml.equality.manner import Manner
from lintian_ml.equality.portion import Portion
from lintian_ml.equality.verdict import Verdict
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.model import BITS, Tensor

T = TypeVar("T")

RANGE = 8
"""Pieces of one tensor that a thread takes at a time."""

RUN = 4 << 20
"""Bytes of small tensors that a thread takes at a time."""


def go_through(
    work: Sequence[tuple[Pair, Asked]],
    conclude: Callable[[Comparing, Portion], T],
    refuse: Callable[[Comparing, Verdict, str], T],
    manner: Manner,
) -> list[T]:
    """Show the elements of each pair to the judges of what is asked; return what follows, in order.

    ``conclude`` is given the account of the whole tensor, ``refuse`` why it could not be gone through.
    """
    results: dict[int, T] = {}
    waiting = [Comparing(number, *item) for number, item in enumerate(work)]
    while waiting:
        stage = _Stage(waiting, results, conclude, refuse, manner)
        share(stage.tasks(), stage.worker, manner.threads)
        waiting = stage.again
    return [results[number] for number in range(len(work))]


@dataclass(frozen=True, slots=True)
class _Range:
    """The bytes from ``start`` to ``end`` of one pair; ``order`` is its place among the pair's ranges.

    ``places`` are where both payloads lie, or None where they are read as streams.
    """

    comparing: Comparing
    places: tuple[Place, Place] | None
    order: int
    start: int
    end: int


_Task = Callable[[Desk], None]


class _Stage(Generic[T]):
    """One pass through all tensors that wait for one."""

    def __init__(
        self,
        waiting: Sequence[Comparing],
        results: dict[int, T],
        conclude: Callable[[Comparing, Portion], T],
        refuse: Callable[[Comparing, Verdict, str], T],
        manner: Manner,
    ) -> None:
        self.waiting = waiting
        self.results = results
        self.conclude = conclude
        self.refuse = refuse
        self.manner = manner
        self.again: list[Comparing] = []
        self._streaming = threading.Lock()

    def worker(self) -> Callable[[_Task], None]:
        """Return what does tasks in one thread."""
        desk = Desk()
        return lambda task: task(desk)

    def tasks(self) -> Iterator[_Task]:
        """Yield what is to be done, in pieces that are neither too large nor too small for a thread."""
        alike: dict[object, list[Member]] = {}
        alone: list[tuple[Comparing, tuple[Place, Place] | None]] = []
        for one, places in self._comparable():
            common = key(one) if places and one.fresh else None
            if places and common:
                alike.setdefault(common, []).append(Member(one, places))
            else:
                alone.append((one, places))
        for members in alike.values():
            if len(members) < FEWEST:
                alone += ((member.comparing, member.places) for member in members)
            else:
                yield from (partial(self._together, members=some) for some in batches(members))
        alone.sort(key=lambda pair: _offset(pair[0]))
        yield from (partial(self._each, run=run) for run in _runs(alone))

    def _comparable(self) -> Iterator[tuple[Comparing, tuple[Place, Place] | None]]:
        """Yield the pairs and where their payloads lie, in the order of the first ones'; None for streams.

        Those whose tensors cannot be compared are settled here.
        """
        for one in sorted(self.waiting, key=_offset):
            first, second = one.pair.first, one.pair.second
            if reason := _unlike(first, second):
                self.results[one.number] = self.refuse(one, Verdict.NOT_MET, reason)
                continue
            try:
                for tensor in (first, second):
                    _demand_form(tensor)
                left, right = place(first.payload), place(second.payload)
            except LintianMLError as error:
                self.results[one.number] = self.refuse(one, Verdict.NOT_DECIDED, str(error))
                continue
            yield one, ((left, right) if left and right else None)

    def _together(self, desk: Desk, members: Sequence[Member]) -> None:
        """Compare small tensors together; those that cannot be settled so, alone."""
        try:
            found = list(Batch(members, desk).portions())
        except LintianMLError:
            found = [(member, None) for member in members]
        rest = [(member.comparing, member.places) for member, portion in found if portion is None]
        for member, portion in found:
            if portion is not None:
                self._conclude(member.comparing, portion)
                self.manner.advance(member.length)
        for run in _runs(rest):
            self._each(desk, run)

    def _each(self, desk: Desk, run: Sequence[_Range]) -> None:
        """Compare each range of a run; conclude on a pair after its last one."""
        for part in run:
            one = part.comparing
            portion = one.portion()
            try:
                self._compare(desk, part, portion)
            except LintianMLError as error:
                portion.trouble = str(error)
            if one.finish(part.order, portion):
                self._conclude(one, None)

    def _compare(self, desk: Desk, part: _Range, portion: Portion) -> None:
        """Compare one range piece by piece."""
        shortcut = self.manner.shortcut
        if part.places is None:
            with self._streaming:
                self._stream(desk, part, portion)
            return
        step = min(PIECE, part.comparing.pair.size)
        for offset in range(part.start, part.end, step):
            length = min(step, part.end - offset)
            first, second = (desk.read(side, part.places[side], offset, length) for side in (0, 1))
            portion.compare(offset, first, second, desk.scratch, shortcut)
            self.manner.advance(length)

    def _stream(self, desk: Desk, part: _Range, portion: Portion) -> None:
        """Compare payloads that are decoded from their beginnings; their readers are not made for threads."""
        import numpy as np

        for offset, *pieces in part.comparing.pair.pieces():
            first, second = (np.frombuffer(piece, dtype=np.uint8) for piece in pieces)
            portion.compare(offset, first, second, desk.scratch, self.manner.shortcut)
            self.manner.advance(len(first))

    def _conclude(self, one: Comparing, whole: Portion | None) -> None:
        """Keep what follows for a pair from the account of all its elements; None: that of its ranges."""
        try:
            again = one.again()
            if again:
                self.again.append(again)
            else:
                self.results[one.number] = self.conclude(one, whole or one.whole())
        except LintianMLError as error:
            self.results[one.number] = self.refuse(one, Verdict.NOT_DECIDED, str(error))
        one.release()


def _runs(pairs: Iterable[tuple[Comparing, tuple[Place, Place] | None]]) -> Iterator[Sequence[_Range]]:
    """Yield runs of ranges: one of a large tensor, or several of smaller ones that lie together."""
    run: list[_Range] = []
    size = 0
    for one, places in pairs:
        for part in _ranges(one, places):
            run.append(part)
            size += part.end - part.start + 1
            if size >= RUN:
                yield run
                run, size = [], 0
    yield run


def _ranges(one: Comparing, places: tuple[Place, Place] | None) -> Iterator[_Range]:
    """Yield the ranges of one pair, of which the comparison begins; a stream is one range."""
    length = one.pair.first.payload.length
    step = RANGE * one.pair.size if places else max(1, length)
    starts = range(0, max(1, length), step)
    one.begin(len(starts))
    for order, start in zip(count(), starts):
        yield _Range(one, places, order, start, min(start + step, length))


def _offset(one: Comparing) -> int:
    """Return where the first payload lies, so that neighbours are read together."""
    return getattr(one.pair.first.payload, "offset", 0)


def _unlike(first: Tensor, second: Tensor) -> str:
    """Return how type or shape differ; nothing is ever broadcast or converted."""
    if first.dtype != second.dtype:
        return f"the elements are {first.dtype} and {second.dtype}"
    if first.shape != second.shape:
        return f"the shapes are {first.shape} and {second.shape}"
    if first.dtype not in BITS and first.payload.length != second.payload.length:
        return f"the payloads have {first.payload.length} and {second.payload.length} bytes"
    return ""


def _demand_form(tensor: Tensor) -> None:
    """Raise FormatError where the payload cannot be the tensor's."""
    expected = tensor.expected_length
    if any(extent < 0 for extent in tensor.shape):
        raise FormatError(f"the shape {tensor.shape} has no sense")
    if expected is not None and tensor.payload.length != expected:
        raise FormatError(
            f"the payload has {tensor.payload.length} bytes where type and shape ask for {expected}"
        )

"""Compares the tensors of two models, each pair in ranges that threads share, in bounded memory.

What is said of a tensor depends neither on the ranges nor on the threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Generic, TypeVar

from lintian_ml.equality.binding import Asked
from lintian_ml.equality.blocks import PIECE, Pair
from lintian_ml.equality.comparing import Comparing
from lintian_ml.equality.crew import share
from lintian_ml.equality.desk import Desk, Place, place
from lintian_ml.equality.portion import Portion
from lintian_ml.equality.verdict import TensorResult, Verdict
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.model import BITS, Tensor

T = TypeVar("T")

RANGE = 8
"""Pieces of one tensor that a thread takes at a time."""

RUN = 4 << 20
"""Bytes of small tensors that a thread takes at a time."""

Advance = Callable[[int], None]
"""Is told how many bytes of each payload were compared since it was last called, by any thread."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How to compare; none of it changes what is found.

    ``threads`` None is one for each core; ``shortcut`` false looks into equal pieces too.
    """

    threads: int | None = None
    shortcut: bool = True
    advance: Advance = lambda _: None


PLAIN = Manner()


def compare_tensors(pair: Pair, asked: Asked, manner: Manner = PLAIN) -> TensorResult:
    """Hold two tensors of one name to what is asked."""
    return compare_all([(pair, asked)], manner)[0]


def compare_all(work: Sequence[tuple[Pair, Asked]], manner: Manner = PLAIN) -> list[TensorResult]:
    """Hold the tensors of each pair to what is asked of them; return the results in the order of ``work``."""
    return go_through(work, Comparing.result, Comparing.refused, manner)


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

    def worker(self) -> Callable[[Sequence[_Range]], None]:
        """Return what does tasks in one thread."""
        return partial(self._work, Desk())

    def tasks(self) -> Iterator[Sequence[_Range]]:
        """Yield runs of ranges: one of a large tensor, or several of small ones that lie together."""
        run: list[_Range] = []
        size = 0
        for one in sorted(self.waiting, key=_offset):
            for part in self._ranges(one):
                run.append(part)
                size += part.end - part.start + 1
                if size >= RUN:
                    yield run
                    run, size = [], 0
        yield run

    def _ranges(self, one: Comparing) -> Iterator[_Range]:
        """Yield the ranges of one pair; none where its tensors cannot be compared, which is settled here."""
        pair = one.pair
        if reason := _unlike(pair.first, pair.second):
            self.results[one.number] = self.refuse(one, Verdict.NOT_MET, reason)
            return
        try:
            for tensor in (pair.first, pair.second):
                _demand_form(tensor)
            first, second = place(pair.first.payload), place(pair.second.payload)
        except LintianMLError as error:
            self.results[one.number] = self.refuse(one, Verdict.NOT_DECIDED, str(error))
            return
        length = pair.first.payload.length
        places = (first, second) if first and second else None
        step = RANGE * pair.size if places else max(1, length)
        starts = range(0, max(1, length), step)
        one.begin(len(starts))
        for order, start in zip(count(), starts):
            yield _Range(one, places, order, start, min(start + step, length))

    def _work(self, desk: Desk, run: Sequence[_Range]) -> None:
        """Compare each range of a run; conclude on a pair after its last one."""
        for part in run:
            one = part.comparing
            portion = one.portion()
            try:
                self._compare(desk, part, portion)
            except LintianMLError as error:
                portion.trouble = str(error)
            if one.finish(part.order, portion):
                self._conclude(one)

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

    def _conclude(self, one: Comparing) -> None:
        try:
            again = one.again()
            if again:
                self.again.append(again)
            else:
                self.results[one.number] = self.conclude(one, one.whole())
        except LintianMLError as error:
            self.results[one.number] = self.refuse(one, Verdict.NOT_DECIDED, str(error))
        one.release()


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

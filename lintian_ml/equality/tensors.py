"""Compares the two tensors of one name, in one pass over their blocks and in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lintian_ml.equality.binding import Asked
from lintian_ml.equality.blocks import Pair, codes
from lintian_ml.equality.elements import COMPLEX
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.predicate import Kind
from lintian_ml.equality.tally import Tally, least
from lintian_ml.equality.verdict import TensorResult, Verdict
from lintian_ml.error import LintianMLError
from lintian_ml.model import BITS, Tensor

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes

UNUSED_BITS = "the unused bits of the last byte differ"


def compare_tensors(pair: Pair, asked: Asked, *, shortcut: bool = True) -> TensorResult:
    """Hold two tensors of one name to what is asked; ``shortcut`` false looks into equal blocks too."""
    result = TensorResult(pair.first.name, Verdict.NOT_MET, asked.predicate, relaxed=asked.relaxed)
    if reason := _unlike(pair.first, pair.second):
        return replace(result, reason=reason)
    for tensor in (pair.first, pair.second):
        if reason := _malformed(tensor):
            return replace(result, verdict=Verdict.NOT_DECIDED, reason=reason)
    return Comparing(pair, asked, shortcut).result(result)


def _unlike(first: Tensor, second: Tensor) -> str:
    """Return how type or shape differ; nothing is ever broadcast or converted."""
    if first.dtype != second.dtype:
        return f"the elements are {first.dtype} and {second.dtype}"
    if first.shape != second.shape:
        return f"the shapes are {first.shape} and {second.shape}"
    if first.dtype not in BITS and first.payload.length != second.payload.length:
        return f"the payloads have {first.payload.length} and {second.payload.length} bytes"
    return ""


def _malformed(tensor: Tensor) -> str:
    """Return why the payload cannot be the tensor's."""
    expected = tensor.expected_length
    if any(extent < 0 for extent in tensor.shape):
        return f"the shape {tensor.shape} has no sense"
    if expected is not None and tensor.payload.length != expected:
        return f"the payload has {tensor.payload.length} bytes where type and shape ask for {expected}"
    return ""


class Comparing:
    """One tensor's comparison under way."""

    def __init__(self, pair: Pair, asked: Asked, shortcut: bool) -> None:
        self.pair = pair
        self.asked = asked
        self.shortcut = shortcut and pair.first.big_endian == pair.second.big_endian
        self.tally = Tally(pair.first)
        self.undecided = next(filter(None, (term.undecided() for term in asked.terms)), "")
        self.meters = [term.meter(pair.second.dtype) for term in asked.terms]
        self.unused_differ = False
        self._judges: Sequence[Judge] | None = None

    @property
    def elements(self) -> int:
        """Elements, components of complex numbers, or bytes of types without a fixed width."""
        tensor = self.pair.first
        if tensor.dtype not in BITS:
            return tensor.payload.length
        return tensor.elements * (2 if tensor.dtype in COMPLEX else 1)

    def judges(self) -> Sequence[Judge]:
        """Return what decides each term, made when the first difference is found."""
        if self._judges is None:
            decided = (term for term in self.asked.terms if not term.undecided())
            self._judges = tuple(term.judge(self.pair) for term in decided)
        return self._judges

    def result(self, result: TensorResult) -> TensorResult:
        """Go through the payloads; return ``result`` with the verdict and all that was seen."""
        try:
            self._stream()
            verdict, reason = self._conclusion()
        except LintianMLError as error:
            verdict, reason = Verdict.NOT_DECIDED, str(error)
            if self.tally.failing > self.tally.undefined or self.unused_differ:
                verdict = Verdict.NOT_MET
        return replace(
            result,
            verdict=verdict,
            reason=reason,
            elements=self.elements,
            differing=self.tally.differing,
            failing=self.tally.failing,
            zero_signs=self.tally.zero_signs,
            worst=self.tally.worst(),
            slack=least([meter.bits() for meter in self.meters]),
        )

    def _stream(self) -> None:
        """Compare piece by piece; a piece whose bytes are equal is settled by one comparison of memory."""
        meters = [meter for meter in self.meters if meter.looks]
        for offset, first, second in self.pair.pieces():
            equal = self.shortcut and first == second
            if not equal or meters:
                start = self._start(offset)
                right = codes(second, self.pair.second)
                for meter in meters:
                    meter.add(right[: self.elements - start])
                if not equal:
                    self._judge(start, codes(first, self.pair.first), right)

    def _start(self, offset: int) -> int:
        """Return the place of the first element of the piece at ``offset`` bytes."""
        bits = BITS.get(self.pair.first.dtype, 8)
        return offset * 8 // bits * (2 if self.pair.first.dtype in COMPLEX else 1)

    def _judge(self, start: int, first: Codes, second: Codes) -> None:
        """Tally the elements of one piece, and look at the bits after the last one."""
        import numpy as np

        count = self.elements - start
        if not np.array_equal(first[count:], second[count:]):
            self.unused_differ = True
        first, second = first[:count], second[:count]
        if not np.array_equal(first, second):
            self.tally.add(start, first, second, self.judges())

    def _conclusion(self) -> tuple[Verdict, str]:
        """Return the verdict after the last piece, and why."""
        tally = self.tally
        if self.unused_differ:
            return Verdict.NOT_MET, UNUSED_BITS
        if tally.failing > tally.undefined:
            return Verdict.NOT_MET, f"{tally.failing} of {self.elements} elements do not hold"
        if tally.failing:
            return Verdict.NOT_DECIDED, "a bool is neither 0 nor 1"
        if not tally.differing and not any(term.kind is Kind.MEASUREMENT for term in self.asked.terms):
            return Verdict.MET, ""
        if failure := next(filter(None, (judge.conclude() for judge in self.judges())), ""):
            return Verdict.NOT_MET, failure
        doubt = self.undecided or next((judge.doubt for judge in self.judges() if judge.doubt), "")
        return (Verdict.NOT_DECIDED, doubt) if doubt else (Verdict.MET, "")

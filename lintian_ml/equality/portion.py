"""A range of one tensor's pair of payloads, gone through by one thread piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lintian_ml.equality import stretch
from lintian_ml.equality.blocks import Pair, codes
from lintian_ml.equality.elements import COMPLEX, FLOATS, INTEGERS, Float, Integer, component
from lintian_ml.equality.slack import Meter
from lintian_ml.equality.tally import CHUNK, Peak, Tally
from lintian_ml.model import BITS, Tensor

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes
    from lintian_ml.equality.judge import Judge

SAMPLE = 1 << 10
"""Bytes of the second payload's beginning that are kept for the control."""

GLANCE = 64
"""Bytes that tell at once that two pieces differ, where they do so everywhere."""


class Portion:
    """What was found in a range; ``trouble`` says why its end was not reached.

    ``sample`` is the beginning of the second payload, where the range begins with it; ``told`` how the
    control went, where it was made already.
    """

    def __init__(
        self, pair: Pair, judges: Sequence[Judge], meters: Sequence[Meter], peak: Peak | None = None
    ) -> None:
        self.pair = pair
        self.judges = judges
        self.meters = meters
        self.tally = Tally(pair.first, peak)
        self.unused_differ = False
        self.trouble = ""
        self.sample = b""
        self.told = ""
        self._looking = [meter for meter in meters if meter.looks]
        self._form = plain_form(pair.first.dtype)
        self._elements = counted(pair.first)

    def merge(self, later: Portion) -> None:
        """Add what was found in a later range."""
        self.tally.merge(later.tally)
        self.sample = self.sample or later.sample
        for meter, other in zip(self.meters, later.meters, strict=True):
            meter.merge(other)
        self.unused_differ |= later.unused_differ
        self.trouble = self.trouble or later.trouble

    def compare(self, offset: int, first: Codes, second: Codes, scratch: Codes, shortcut: bool) -> None:
        """Compare the bytes of one piece, which lies at ``offset`` bytes in both payloads.

        A piece whose bytes are equal is settled by one comparison of memory, if ``shortcut``.
        """
        if offset == 0:
            self.sample = second[:SAMPLE].tobytes()
        orders = self.pair.first.big_endian == self.pair.second.big_endian
        equal = shortcut and orders and _equal(first, second)
        if equal and not self._looking:
            return
        start = self._start(offset)
        right = codes(second, self.pair.second)
        if equal:
            self._look(right[: self._elements - start], scratch)
        else:
            self._judge(start, codes(first, self.pair.first), right, scratch)

    def _start(self, offset: int) -> int:
        """Return the place of the first element of the piece at ``offset`` bytes."""
        bits = BITS.get(self.pair.first.dtype, 8)
        return offset * 8 // bits * (2 if self.pair.first.dtype in COMPLEX else 1)

    def _look(self, second: Codes, scratch: Codes) -> None:
        """Show the meters the elements of a piece that is equal in both."""
        known = stretch.alone(second, self._form, scratch) if self._form and second.size else None
        for judge in self.judges:
            if known:
                judge.settles(known)
            else:
                judge.look(second, second)
        self._meter(second, known)

    def _judge(self, start: int, first: Codes, second: Codes, scratch: Codes) -> None:
        """Tally the elements of one piece, and look at the bits after the last one."""
        count = self._elements - start
        if len(first) > count:
            self.unused_differ |= first[count:].tobytes() != second[count:].tobytes()
            first, second = first[:count], second[:count]
        if not first.size:
            return
        whole = self._measured(first, second, scratch)
        if self._settle(start, first, second, whole):
            return
        for at in range(0, first.size, CHUNK):
            left, right = first[at : at + CHUNK], second[at : at + CHUNK]
            known = whole if left.size == first.size else self._measured(left, right, scratch)
            if known is not whole and self._settle(start + at, left, right, known):
                continue
            for judge in self.judges:
                judge.look(left, right)
            self.tally.add(start + at, left, right, self.judges, known)
            self._meter(right, known)

    def _measured(self, first: Codes, second: Codes, scratch: Codes) -> stretch.Stretch | None:
        """Return what integers alone tell of a run of pairs."""
        return stretch.measured(first, second, self._form, scratch) if self._form else None

    def _settle(self, start: int, first: Codes, second: Codes, known: stretch.Stretch | None) -> bool:
        """Account for a run of pairs by what is known of it; whether that suffices."""
        if known is None or not all(judge.settles(known) for judge in self.judges):
            return False
        self.tally.settle(start, first, second, known, self.judges)
        self._meter(second, known)
        return True

    def _meter(self, second: Codes, known: stretch.Stretch | None) -> None:
        """Count the slack beside the elements of a piece."""
        for meter in self._looking:
            if known is None or not meter.settle(known):
                for at in range(0, len(second), CHUNK):
                    meter.add(second[at : at + CHUNK])


def counted(tensor: Tensor) -> int:
    """Return the elements of a tensor, components of complex numbers, or bytes of types without a width."""
    if tensor.dtype not in BITS:
        return tensor.payload.length
    return tensor.elements * (2 if tensor.dtype in COMPLEX else 1)


def plain_form(dtype: str) -> Float | Integer | None:
    """Return the format of elements whose codes fill whole bytes and, of floats, begin with a sign."""
    form = FLOATS.get(component(dtype)) or INTEGERS.get(dtype)
    if form is None or form.bits < 8 or (isinstance(form, Float) and not form.signed):
        return None
    return form


def _equal(first: Codes, second: Codes) -> bool:
    """Whether two runs of as many bytes are equal."""
    import numpy as np

    if first[:GLANCE].tobytes() != second[:GLANCE].tobytes():
        return False
    if len(first) <= GLANCE:
        return True
    words = len(first) // 8 * 8
    if first[words:].tobytes() != second[words:].tobytes():
        return False
    return not bool(np.not_equal(first[:words].view(np.uint64), second[:words].view(np.uint64)).any())

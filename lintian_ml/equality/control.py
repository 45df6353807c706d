"""Negative controls: whether this comparator, on this machine and in this very tensor, still notices.

One element of the tensor is put beside the nearest code that must just hold, and beside the nearest that must
just fail, as the definition in whole numbers has it; both go the way that all elements went.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lintian_ml.blob import Blob
from lintian_ml.equality.blocks import Pair, codes
from lintian_ml.equality.elements import FLOATS, INTEGERS, Float, Integer, component
from lintian_ml.equality.portion import Portion
from lintian_ml.equality.verdict import IMPOSSIBLE
from lintian_ml.error import LintianMLError
from lintian_ml.model import BITS, Span, Tensor

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes
    from lintian_ml.equality.judge import Judge

PASSED = "one element just inside held, one just outside did not"
HALF = "one element just outside did not hold; just inside there is none"


class ControlFailed(LintianMLError):
    """The comparator did not see what it must see, so nothing it says of the tensor counts."""


Settled = Callable[["Codes", "Codes"], bool]
"""Whether pairs of codes are settled together with others, so that none of them is looked at."""


def control(
    tensor: Tensor, sample: bytes, judges: Sequence[Judge], settled: Settled = lambda *_: False
) -> str:
    """Return how the control of one tensor went, or why there is none; ControlFailed where it failed.

    ``settled`` is the way that went before looking, where there was one.
    """
    form = FLOATS.get(component(tensor.dtype)) or INTEGERS.get(tensor.dtype)
    if form is None or BITS[tensor.dtype] < 8:
        return f"{IMPOSSIBLE}{tensor.dtype} elements are not put to it"
    native = codes(sample, tensor)
    judges = [judge.definite() for judge in judges]
    for place, code in enumerate(native[:16].tolist()):
        if isinstance(form, Integer) or form.finite(code):
            return _tried(tensor, native, place, form, judges, settled)
    return f"{IMPOSSIBLE}its first elements are not finite"


def _tried(
    tensor: Tensor,
    native: Codes,
    place: int,
    form: Float | Integer,
    judges: Sequence[Judge],
    settled: Settled,
) -> str:
    """Put the element at ``place`` beside both codes."""
    code = int(native[place])
    single = [judge for judge in judges if judge.holds(code, code) is not None]
    if not single:
        return f"{IMPOSSIBLE}what is asked does not bound single elements"

    def holds(other: int) -> bool:
        return all(judge.holds(other, code) for judge in single)

    for way in _ways(form, code):
        inside, outside = _border(way, holds)
        if outside is None:
            continue
        if inside is not None:
            _demand(tensor, native, place, inside, single, settled, failing=0)
        _demand(tensor, native, place, outside, single, settled, failing=1)
        return HALF if inside is None else PASSED
    return f"{IMPOSSIBLE}every code that can be put beside an element holds"


@dataclass(frozen=True, slots=True)
class _Way:
    """The codes that follow on one, ``length`` of them: up (``step`` 1) or down (-1)."""

    code: int
    step: int
    length: int
    limit: int

    def __getitem__(self, at: int) -> int:
        return (self.code + self.step * (at + 1)) % self.limit


def _ways(form: Float | Integer, code: int) -> tuple[_Way, _Way]:
    """Return the codes away from zero and those towards it; of integers, upwards and downwards."""
    if isinstance(form, Integer):
        number = form.number(code)
        up, down = form.limit - form.sign - 1 - number, number + form.sign
        return _Way(code, 1, up, form.limit), _Way(code, -1, down, form.limit)
    rank = abs(form.rank(code))
    least = 1 if form.fnuz else 0
    return (
        _Way(code, 1, form.limit - 1 - rank, 1 << form.bits),
        _Way(code, -1, max(0, rank - least), 1 << form.bits),
    )


def _border(way: _Way, holds: Callable[[int], bool]) -> tuple[int | None, int | None]:
    """Return the last code of a way that holds and the first that does not, each None where there is none."""
    low, high = -1, 0
    while high < way.length and holds(way[high]):
        low, high = high, 2 * high + 1
    high = min(high, way.length)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(way[middle]) else (low, middle)
    return (way[low] if low >= 0 else None), (way[high] if high < way.length else None)


def _demand(
    tensor: Tensor,
    native: Codes,
    place: int,
    other: int,
    judges: Sequence[Judge],
    settled: Settled,
    *,
    failing: int,
) -> None:
    """Compare the sample with itself but for one element, and demand that so many fail."""
    import numpy as np

    changed = native.copy()
    changed[place] = other
    portion = Portion(Pair(_lone(tensor, changed), _lone(tensor, native)), judges, ())
    scratch = np.empty(native.nbytes, dtype=np.uint8)
    portion.compare(0, changed.view(np.uint8), native.view(np.uint8), scratch, shortcut=False)
    missed = failing and settled(changed, native)
    if portion.tally.failing != failing or not portion.tally.differing or missed:
        what = "holds though it must fail" if failing else "fails though it must hold"
        raise ControlFailed(
            f"the negative control failed: code {other:#x} beside {int(native[place]):#x} {what}"
        )


def _lone(tensor: Tensor, array: Codes) -> Tensor:
    """Return a tensor of a few components."""
    data = Blob(array.tobytes())
    return Tensor(tensor.name, component(tensor.dtype), (array.size,), Span(data, 0, data.size))

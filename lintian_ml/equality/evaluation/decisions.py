"""Do two outputs decide alike? Along the last axis: which element is the largest, and by what margin."""

from dataclasses import dataclass
from fractions import Fraction

from lintian_ml.equality.blocks import codes
from lintian_ml.equality.elements import FLOATS, INTEGERS, Float, Integer
from lintian_ml.equality.verdict import Verdict
from lintian_ml.model import Tensor

MOST_ELEMENTS = 4_000_000
"""Elements of one output that are decided on."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on all rows: how many there are, how many differ, how many are left undecided."""

    verdict: Verdict
    reason: str
    rows: int = 0
    differing: int = 0
    undecided: int = 0


def decide(first: Tensor, second: Tensor, margin: Fraction) -> Decision:
    """Compare the place of the largest element in each row of the last axis, exactly.

    A row is left undecided where, in either output, the two largest lie within ``margin``, or an element is
    no finite number.
    """
    form = FLOATS.get(first.dtype) or INTEGERS.get(first.dtype)
    if form is None or (first.dtype, first.shape) != (second.dtype, second.shape):
        return Decision(Verdict.NOT_DECIDED, "the outputs are not numbers of one type and shape")
    width = first.shape[-1] if first.shape else 0
    if width < 2 or not first.elements or first.elements > MOST_ELEMENTS:
        return Decision(
            Verdict.NOT_DECIDED, f"the outputs of shape {list(first.shape)} leave nothing to choose"
        )
    one, other = (_choices(tensor, form, width, margin) for tensor in (first, second))
    pairs = list(zip(one, other, strict=True))
    undecided = sum(left is None or right is None for left, right in pairs)
    differing = sum(left is not None and right is not None and left != right for left, right in pairs)
    counts = (len(pairs), differing, undecided)
    if differing:
        return Decision(Verdict.NOT_MET, f"{differing} of {len(pairs)} decisions differ", *counts)
    if undecided:
        why = f"{undecided} of {len(pairs)} decisions are not clear by more than the margin"
        return Decision(Verdict.NOT_DECIDED, why, *counts)
    return Decision(Verdict.MET, "", *counts)


def _choices(tensor: Tensor, form: Float | Integer, width: int, margin: Fraction) -> list[int | None]:
    """Return the place of the largest element of each row; None where it is not clear."""
    elements = codes(b"".join(tensor.payload.blocks()), tensor)[: tensor.elements].tolist()
    known = {code: _value(code, form) for code in set(elements)}
    values = [known[code] for code in elements]
    return [_largest(values[at : at + width], margin) for at in range(0, len(values), width)]


def _value(code: int, form: Float | Integer) -> Fraction | None:
    """Return the value of a code; None where it is no finite number."""
    if isinstance(form, Integer) or form.finite(code):
        return form.value(code)
    return None


def _largest(row: list[Fraction | None], margin: Fraction) -> int | None:
    """Return the place of the largest value, if it is more than the margin above the next."""
    real = [value for value in row if value is not None]
    if len(real) < len(row):
        return None
    next_best, best = sorted(real)[-2:]
    return row.index(best) if best - next_best > margin else None

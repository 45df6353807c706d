"""What a comparison says: three answers, never two, for each tensor, each part and the whole."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lintian_ml.equality.predicate import Level

if TYPE_CHECKING:
    from lintian_ml.equality.portrait import Portrait

IMPOSSIBLE = "no control possible: "
"""What the account of a negative control begins with where there can be none."""

SHARED = "for all of its kind"
"""What the account of a control ends in that was made in another tensor."""


class Verdict(enum.Enum):
    """Whether a predicate holds. What could not be looked at is *not decided*, never *met*."""

    MET = "met"
    NOT_MET = "not met"
    NOT_DECIDED = "not decided"


class Part(enum.Enum):
    """The parts of a model that a comparison accounts for one by one."""

    TENSORS = "tensors"
    STRUCTURE = "structure"
    METADATA = "metadata"
    RESIDUE = "residue"


@dataclass(frozen=True, slots=True)
class Deviation:
    """The worst pair of elements of a tensor: one that fails, where any does, and the furthest apart of
    those.

    ``index`` is the place in the tensor, outermost first (the byte's, in types without a fixed width);
    ``component`` is ``real`` or ``imaginary`` in complex types and empty otherwise. ``first`` and ``second``
    are the values for people. ``ulp`` is the number of representable values between them (of integers, their
    difference) and ``relative`` is |a - b| / max(|a|, |b|); both are None where an element is not a finite
    number.
    """

    index: tuple[int, ...]
    first: str
    second: str
    ulp: int | None
    relative: float | None
    component: str = ""


@dataclass(frozen=True, slots=True)
class TensorResult:
    """One tensor's verdict and why; ``predicate`` is what was asked of it, in canonical form.

    ``elements`` and ``differing`` count elements (components, of complex types; bytes, of types without a
    fixed width); ``failing`` those that the predicate does not allow, ``zero_signs`` the pairs of +0 and -0.
    ``relaxed`` tells whether a line of the predicate bears on the tensor, so that it is not simply held to
    bit equality. ``slack`` is in bits, None where it is not known. ``control`` tells how the negative control
    went, or why there could be none; it is empty where none was called for. ``remarks`` are what a predicate
    has to tell of the tensor beside its verdict. ``dtype`` and ``shape`` are those of the tensor in the first
    model that has it.
    """

    name: str
    verdict: Verdict
    predicate: str
    reason: str = ""
    relaxed: bool = False
    elements: int = 0
    differing: int = 0
    failing: int = 0
    zero_signs: int = 0
    worst: Deviation | None = None
    slack: float | None = 0.0
    control: str = ""
    remarks: tuple[str, ...] = ()
    dtype: str = ""
    shape: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PartResult:
    """One part's verdict and why; ``slack`` in bits, of what a line lets be ignored."""

    part: Part
    verdict: Verdict
    reason: str = ""
    slack: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer to "are these the same model?".

    ``predicate`` is the canonical form of what was asked, or, where nothing was asked, of the tightest that
    was found to hold; ``suggested`` then is true. ``level`` is the level of reproducibility that the verdict
    vouches for: NONE unless it is met. ``notes`` are remarks for people, the most important first.
    ``portraits`` are those of the tensors that differ most, where they were asked for.
    """

    verdict: Verdict
    predicate: str
    level: Level = Level.NONE
    reason: str = ""
    parts: tuple[PartResult, ...] = ()
    tensors: Sequence[TensorResult] = ()
    notes: tuple[str, ...] = ()
    suggested: bool = False
    portraits: tuple[Portrait, ...] = ()

    @property
    def slack(self) -> float | None:
        """The bits that the predicate leaves open in all; None where some part of it is not known, infinity
        where a measurement leaves it unbounded.
        """
        from lintian_ml.equality.results import Results

        slacks = [Results.of(self.tensors).slack(), *(part.slack for part in self.parts)]
        known = [slack for slack in slacks if slack is not None]
        return sum(known) if len(known) == len(slacks) else None

    @property
    def field(self) -> str:
        """An ``Equality`` field for debian/models, ready to paste."""
        lines = self.predicate.splitlines()
        if len(lines) == 1:
            return f"Equality: {lines[0]}\n"
        return "Equality:\n" + "".join(f" {line}\n" for line in lines)


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict on a whole: one part not met decides, else one part not decided leaves it open."""
    seen = set(verdicts)
    if Verdict.NOT_MET in seen:
        return Verdict.NOT_MET
    return Verdict.NOT_DECIDED if Verdict.NOT_DECIDED in seen else Verdict.MET

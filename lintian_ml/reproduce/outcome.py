"""What comes of training again: an outcome for each file, each model, and the whole run."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class Outcome(enum.Enum):
    """Whether what was declared holds; the value is the exit status."""

    MET = 0
    NOT_MET = 1
    NOT_DECIDED = 2
    TROUBLE = 3


LOUDEST = (Outcome.TROUBLE, Outcome.NOT_MET, Outcome.NOT_DECIDED, Outcome.MET)
"""Of several outcomes, the first of these that there is stands for all."""


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of the whole; where there is nothing to decide on, nothing was decided."""
    return min(outcomes, key=LOUDEST.index, default=Outcome.NOT_DECIDED)


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """One shipped file against its retrained one.

    ``path`` is that in the source tree. ``verdict`` is for people: ``bit-by-bit``, ``model-equal under P (not
    bit-for-bit)``, ``not equal`` or ``not decided``; ``reason`` says why, and may be empty.
    """

    path: str
    outcome: Outcome
    verdict: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reproduction:
    """One model: its stanza's name, and its files as they were judged.

    ``reason`` says why there is nothing to judge where the training did not come to its end. ``removed`` are
    the files that were taken out of the tree before the training, beside ``files``.
    """

    model: str
    outcome: Outcome
    files: tuple[FileOutcome, ...] = ()
    reason: str = ""
    removed: tuple[str, ...] = ()

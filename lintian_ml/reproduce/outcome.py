"""What comes of training again: an outcome for each comparison, each file, each model, and the whole run."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lintian_ml.reproduce.agreement import Agreement


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
class Held:
    """One file held against another: ``second`` is the number of the run that made it.

    ``first`` is the number of the other's run, 0 for the shipped one. ``verdict`` is for people:
    ``bit-by-bit``, ``model-equal under P (not bit-for-bit)``, ``not equal`` or ``not decided``; ``reason``
    says why, and may be empty.
    """

    first: int
    second: int
    outcome: Outcome
    verdict: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """One file of a model, as it is shipped and as the runs made it.

    ``path`` is that in the source tree. ``shipped`` are the runs' files held against the shipped one, none
    where the build makes it; ``between`` the later runs' held against the first one's. ``agreement`` is the
    strongest predicate that held over all of them. ``whole`` is the path of the file that this one is a part
    of, and with which it was judged; else empty.
    """

    path: str
    shipped: tuple[Held, ...]
    between: tuple[Held, ...]
    agreement: Agreement
    whole: str = ""

    @property
    def outcome(self) -> Outcome:
        """That of all comparisons together."""
        return worst(held.outcome for held in (*self.shipped, *self.between))


class Ending(enum.Enum):
    """How the training of a model ended, in a word for people."""

    TRAINED = "trained"
    FTTFS = "FTTFS"
    DERIVED = "derived, not trained"
    NOT_DECIDED = "not decided"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Reproduction:
    """One model: its stanza's name, and its files as they were judged.

    ``reason`` says why there is nothing to judge where the training did not come to its end, and ``log`` is
    then the end of what it said. ``removed`` are the files that were taken out of the tree before the
    training, beside those of the model. ``conditions`` are sentences on how it was run.
    """

    model: str
    ending: Ending
    files: tuple[FileOutcome, ...] = ()
    reason: str = ""
    log: str = ""
    removed: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Whether what is declared holds. That a training fails is no trouble of ours: it is not met."""
        if self.ending is Ending.TRAINED:
            return worst(file.outcome for file in self.files)
        return ENDINGS[self.ending]


ENDINGS = {
    Ending.FTTFS: Outcome.NOT_MET,
    Ending.DERIVED: Outcome.NOT_MET,
    Ending.NOT_DECIDED: Outcome.NOT_DECIDED,
    Ending.TROUBLE: Outcome.TROUBLE,
}


@dataclass(frozen=True, slots=True)
class Run:
    """A run that came to its end: its number, counted from 1, and where its files lie."""

    number: int
    output: Path

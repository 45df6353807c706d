"""The class that the rows of a profile give to a model, by what is known of it.

The decision table is data in the profiles; here is only how it is applied. The facts are handed on from
``lintian_ml.fact``, so that who judges finds both in one place.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lintian_ml.error import ProfileError
from lintian_ml.fact import (
    KINDS,
    BaseModel,
    BaseReplaceable,
    DataAccess,
    DataIdentified,
    DataInformation,
    DataLicense,
    Declared,
    Facts,
    InputNotices,
    InputsLawful,
    License,
    Openness,
    Origin,
    PreferredForm,
    Reproducibility,
    Retraining,
    Source,
    SourceKind,
    TrainedBy,
    TrainingEnvironment,
    TrainingProgram,
    TuningProgram,
)

__all__ = [
    "KINDS",
    "STRICTNESS",
    "Allowance",
    "Areas",
    "Assurance",
    "BaseModel",
    "BaseReplaceable",
    "Class",
    "Condition",
    "DataAccess",
    "DataIdentified",
    "DataInformation",
    "DataLicense",
    "Declared",
    "Facts",
    "InputNotices",
    "InputsLawful",
    "Judgement",
    "License",
    "Openness",
    "Origin",
    "PreferredForm",
    "Reproducibility",
    "Retraining",
    "Row",
    "Source",
    "SourceKind",
    "TrainedBy",
    "TrainingEnvironment",
    "TrainingProgram",
    "TuningProgram",
    "classify",
]


class Class(enum.Enum):
    """What a model is, best first; the last but two say what is known, not what the model is."""

    EXEMPT = "exempt"
    FREE = "free"
    UNPROVEN = "unproven"
    UNDECLARED = "undeclared"
    TOXIC_CANDY = "toxic-candy"
    NON_FREE = "non-free"

    @property
    def proven(self) -> bool:
        """Whether it says what the model is, and not only that this is not known."""
        return self not in (Class.UNPROVEN, Class.UNDECLARED)

    @property
    def as_base(self) -> BaseModel:
        """What this class is to a model that was made from this one."""
        return BaseModel(self.value) if self.proven else BaseModel.UNKNOWN


STRICTNESS: Mapping[str, int] = {"main": 0, "contrib": 1, "non-free": 2, "non-free-firmware": 2}
"""The archive areas; what may be in one may be in every area that asks for no more."""


@dataclass(frozen=True, slots=True)
class Areas:
    """The archive areas where a model may be; ``open`` where the row settles nothing ("as it is").

    ``disputed`` holds the areas on which the policy is silent or argued about ("contrib?"), ``refused`` those
    that ask for no more than an allowed one and are closed all the same ("not non-free-firmware").
    """

    allowed: frozenset[str] = frozenset()
    disputed: frozenset[str] = frozenset()
    open: bool = False
    text: str = ""
    refused: frozenset[str] = frozenset()

    def permits(self, area: str) -> bool | None:
        """Whether a model may be in ``area``; None where that is disputed, open, or the area is not known."""
        if self.open or area not in STRICTNESS:
            return None
        if area in self.refused:
            return False
        if any(STRICTNESS[area] >= STRICTNESS[allowed] for allowed in self.allowed):
            return True
        return None if area in self.disputed else False


@dataclass(frozen=True, slots=True)
class Condition:
    """One fact has one of some values."""

    fact: str
    values: frozenset[enum.Enum]

    def holds(self, facts: Facts) -> bool:
        """Whether it is so."""
        return facts.value(self.fact) in self.values

    def __str__(self) -> str:
        return f"{self.fact}={'|'.join(kind.value for kind in KINDS[self.fact] if kind in self.values)}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a decision table: where all of ``when`` holds, the model is of this class, and why.

    ``called`` is the reading's own word for what it makes of such a model, empty where that is the class.
    ``file`` and ``line`` are where the profile says so.
    """

    class_: Class
    when: tuple[Condition, ...]
    areas: Areas
    because: str = ""
    remark: str = ""
    line: int = 0
    file: str = ""
    called: str = ""

    def applies(self, facts: Facts) -> bool:
        """Whether all its conditions hold."""
        return all(condition.holds(facts) for condition in self.when)

    def __str__(self) -> str:
        return ", ".join(map(str, self.when)) or "(rest)"


@dataclass(frozen=True, slots=True)
class Allowance:
    """Models of some formats that a reading does not take for models: in any package, or in those of some
    names; ``because`` says why.
    """

    formats: frozenset[str]
    packages: frozenset[str] = frozenset()
    because: str = ""

    def covers(self, format_: str, package: str) -> bool:
        """Whether it is about a model of that format in that package."""
        return format_ in self.formats and (not self.packages or package in self.packages)


class Assurance(enum.Enum):
    """What a class rests on, best first."""

    REPRODUCED = "reproduced"
    FOUND = "found"
    CLAIMED = "claimed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The class of one model under one profile, the row that gave it, and what it rests on."""

    class_: Class
    row: Row
    areas: Areas
    assurance: Assurance
    note: str = ""

    @property
    def text(self) -> str:
        """As people read it: "free (claimed)"; a class that only says what is not known stands alone.

        A word of the reading's own follows the class: "toxic-candy: not DFSG-compliant (claimed)".
        """
        told = ": ".join(filter(None, (self.class_.value, self.row.called)))
        if self.assurance is Assurance.NONE:
            return told
        rest = f"{self.assurance.value}, {self.note}" if self.note else self.assurance.value
        return f"{told} ({rest})"


def classify(facts: Facts, rows: Sequence[Row]) -> Judgement:
    """Return the judgement of the first of ``rows`` that applies; ProfileError if none does.

    A bad class rests on the facts of its row; a good one on every fact that an earlier row could have used
    against it.
    """
    for number, row in enumerate(rows):
        if row.applies(facts):
            good = row.class_ in (Class.FREE, Class.EXEMPT)
            asked = rows[: number + 1] if good else (row,)
            assurance, note = _grounds(facts, row.class_, asked)
            return Judgement(row.class_, row, row.areas, assurance, note)
    raise ProfileError("no class row applies to a model; let the profile's last row have no When field")


def _grounds(facts: Facts, class_: Class, asked: Iterable[Row]) -> tuple[Assurance, str]:
    """Return what a class is worth that rests on the facts that these rows ask for, and a remark on it."""
    if not class_.proven:
        return Assurance.NONE, ""
    deciding = {condition.fact for row in asked for condition in row.when}
    presumed = "license" in deciding and facts.license is License.NOT_MACHINE_READABLE
    note = "license presumed" if presumed else ""
    training = facts.sources.get("training-program")
    if "training-program" in deciding and facts.training_program is TrainingProgram.REPRODUCED:
        return Assurance.REPRODUCED, ", ".join(filter(None, (training.note if training else "", note)))
    sources = [facts.sources.get(name) for name in deciding]
    if sources and all(source and source.kind is not SourceKind.DECLARED for source in sources):
        return Assurance.FOUND, note
    return Assurance.CLAIMED, note

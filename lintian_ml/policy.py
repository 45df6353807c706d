"""Facts about a model, and the class that the rows of a profile give it.

A fact has a value of its own enum. Its unknown value means that nobody said; what is stated to be missing is
another value, and known bad. The decision table is data in the profiles; here is only how it is applied.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_type_hints

from lintian_ml.error import ProfileError
from lintian_ml.model import Nature


class License(enum.Enum):
    """What the license that covers the model's files permits, held against the DFSG."""

    DFSG = "dfsg"
    NOT_DFSG = "not-dfsg"
    NOT_REDISTRIBUTABLE = "not-redistributable"
    NOT_MACHINE_READABLE = "not-machine-readable"
    UNKNOWN = "unknown"


class Declared(enum.Enum):
    """Whether a stanza of debian/models covers the model."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class DataIdentified(enum.Enum):
    """Whether it is said which data or simulator the model was trained on."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class DataLicense(enum.Enum):
    """The weakest license of all the training data; ``not-stated`` where upstream states none."""

    DFSG = "dfsg"
    NOT_DFSG = "not-dfsg"
    NOT_STATED = "not-stated"
    UNKNOWN = "unknown"


class DataAccess(enum.Enum):
    """Who can get all the training data; ``restricted`` means a registration or a click is asked for."""

    ANONYMOUS = "anonymous"
    RESTRICTED = "restricted"
    NONE = "none"
    UNKNOWN = "unknown"


class TrainingProgram(enum.Enum):
    """Whether the program that trained the model is there and complete."""

    ABSENT = "absent"
    PARTIAL = "partial"
    CLAIMED = "claimed"
    REPRODUCED = "reproduced"
    UNKNOWN = "unknown"


class TrainingEnvironment(enum.Enum):
    """Whether all that the training needs is in main."""

    MAIN = "main"
    OUTSIDE_MAIN = "outside-main"
    UNKNOWN = "unknown"


class BaseModel(enum.Enum):
    """The class of the model that this one was made from."""

    NONE = "none"
    FREE = "free"
    EXEMPT = "exempt"
    TOXIC_CANDY = "toxic-candy"
    NON_FREE = "non-free"
    UNKNOWN = "unknown"


class TrainedBy(enum.Enum):
    """Who ran the training."""

    UPSTREAM = "upstream"
    MAINTAINER = "maintainer"
    BUILD = "build"
    UNKNOWN = "unknown"


class Origin(enum.Enum):
    """How the model came into the package."""

    BUILT = "built"
    SHIPPED = "shipped"
    VENDORED = "vendored"
    DOWNLOADED_AT_BUILD = "downloaded-at-build"
    DOWNLOADED_AT_RUN = "downloaded-at-run"
    UNKNOWN = "unknown"


class Reproducibility(enum.Enum):
    """How alike two trainings are: unverified, its unknown, until two artefacts were compared."""

    BIT_BY_BIT = "bit-by-bit"
    NUMERICAL = "numerical"
    PERFORMANCE = "performance"
    NONE = "none"
    UNVERIFIED = "unverified"


class SourceKind(enum.Enum):
    """Whether a fact was declared by the maintainer, found in the package, or derived from other facts."""

    DECLARED = "declared"
    FOUND = "found"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from; ``file`` and ``line`` are None where no one place in a file says it."""

    kind: SourceKind
    file: str | None = None
    line: int | None = None
    note: str = ""

    def __str__(self) -> str:
        """As people read it: "declared in debian/models:7, digits"."""
        place = "" if self.file is None else f" in {self.file}" + (f":{self.line}" if self.line else "")
        return f"{self.kind.value}{place}" + (f", {self.note}" if self.note else "")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one model. Facts are named as people write them: ``training-program``."""

    license: License = License.UNKNOWN
    nature: Nature = Nature.UNDECIDED
    declared: Declared = Declared.UNKNOWN
    data_identified: DataIdentified = DataIdentified.UNKNOWN
    data_license: DataLicense = DataLicense.UNKNOWN
    data_access: DataAccess = DataAccess.UNKNOWN
    training_program: TrainingProgram = TrainingProgram.UNKNOWN
    training_environment: TrainingEnvironment = TrainingEnvironment.UNKNOWN
    base_model: BaseModel = BaseModel.UNKNOWN
    trained_by: TrainedBy = TrainedBy.UNKNOWN
    origin: Origin = Origin.UNKNOWN
    reproducibility: Reproducibility = Reproducibility.UNVERIFIED
    sources: Mapping[str, Source] = field(default_factory=dict)

    def value(self, name: str) -> enum.Enum:
        """Return the value of the fact ``name``; KeyError if there is no such fact."""
        value: enum.Enum = getattr(self, ATTRIBUTES[name])
        return value

    def __iter__(self) -> Iterator[tuple[str, enum.Enum, Source | None]]:
        """Yield each fact: its name, its value, and its source (None where nobody said)."""
        for name in KINDS:
            yield name, self.value(name), self.sources.get(name)


KINDS: Mapping[str, type[enum.Enum]] = {
    name.replace("_", "-"): kind
    for name, kind in get_type_hints(Facts).items()
    if isinstance(kind, type) and issubclass(kind, enum.Enum)
}
"""The facts that there are, by name, and the enum of each."""

ATTRIBUTES: Mapping[str, str] = {name: name.replace("-", "_") for name in KINDS}
"""The attribute of Facts that holds each fact."""


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

    ``disputed`` holds the areas on which the policy is silent or argued about ("contrib?").
    """

    allowed: frozenset[str] = frozenset()
    disputed: frozenset[str] = frozenset()
    open: bool = False
    text: str = ""

    def permits(self, area: str) -> bool | None:
        """Whether a model may be in ``area``; None where that is disputed, open, or the area is not known."""
        if self.open or area not in STRICTNESS:
            return None
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

    ``file`` and ``line`` are where the profile says so.
    """

    class_: Class
    when: tuple[Condition, ...]
    areas: Areas
    because: str = ""
    remark: str = ""
    line: int = 0
    file: str = ""

    def applies(self, facts: Facts) -> bool:
        """Whether all its conditions hold."""
        return all(condition.holds(facts) for condition in self.when)

    def __str__(self) -> str:
        return ", ".join(map(str, self.when)) or "(rest)"


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
        """As people read it: "free (claimed)"; a class that only says what is not known stands alone."""
        if self.assurance is Assurance.NONE:
            return self.class_.value
        rest = f"{self.assurance.value}, {self.note}" if self.note else self.assurance.value
        return f"{self.class_.value} ({rest})"


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

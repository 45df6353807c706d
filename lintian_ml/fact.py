"""Facts about a model: what there is to know of it, in words that profiles and people use."""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import get_type_hints

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


class DataInformation(enum.Enum):
    """Whether the training data is described so well that a skilled person could gather its like."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NONE = "none"
    UNKNOWN = "unknown"


class TuningProgram(enum.Enum):
    """Whether a program that trains the finished model further is there and complete."""

    ABSENT = "absent"
    PARTIAL = "partial"
    CLAIMED = "claimed"
    UNKNOWN = "unknown"


class PreferredForm(enum.Enum):
    """What those who made the model work from when they change it: its data, or its finished weights."""

    DATA = "data"
    WEIGHTS = "weights"
    UNKNOWN = "unknown"


class BaseReplaceable(enum.Enum):
    """Whether another model could take the place of the one that this was made from."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Retraining(enum.Enum):
    """Whether those who distribute the model could afford to train it again."""

    FEASIBLE = "feasible"
    PROHIBITIVE = "prohibitive"
    UNKNOWN = "unknown"


class InputsLawful(enum.Enum):
    """Whether all that the model was trained on was lawfully obtained and used."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class InputNotices(enum.Enum):
    """Whether debian/copyright holds the notices of all that the model was trained on."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"


class Openness(enum.Enum):
    """The best class of the Model Openness Framework whose components are all there under open licenses."""

    OPEN_SCIENCE = "open-science"
    OPEN_TOOLING = "open-tooling"
    OPEN_MODEL = "open-model"
    NONE = "none"
    UNKNOWN = "unknown"


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
    data_information: DataInformation = DataInformation.UNKNOWN
    tuning_program: TuningProgram = TuningProgram.UNKNOWN
    preferred_form: PreferredForm = PreferredForm.UNKNOWN
    base_replaceable: BaseReplaceable = BaseReplaceable.UNKNOWN
    retraining: Retraining = Retraining.UNKNOWN
    inputs_lawful: InputsLawful = InputsLawful.UNKNOWN
    input_notices: InputNotices = InputNotices.UNKNOWN
    openness: Openness = Openness.UNKNOWN
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
"""The facts that there are, by name, and the enum of each; unknown means that nobody said."""

ATTRIBUTES: Mapping[str, str] = {name: name.replace("-", "_") for name in KINDS}
"""The attribute of Facts that holds each fact."""

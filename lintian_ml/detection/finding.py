"""What detection finds: models, and files that it could not look into."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lintian_ml.detection.statements import Statement, statements
from lintian_ml.model import Certainty, Nature


@dataclass(frozen=True)
class FoundModel:
    """A model at a path of a package: plain data, so that it can be stored.

    ``size`` in bytes and ``sha256`` are of the file at ``path``. ``tensors`` and ``parameters`` (elements
    of all tensors) are None where the format is only detected or could not be read. ``parts`` lead from its
    folder to the other files that belong to the model, and ``missing`` to those that should be there but
    are not; the counts, metadata and remarks are those of all files together. ``metadata`` has the format's
    own keys. ``embedded`` tells that it stands as literals in program source.
    """

    path: str
    format: str
    certainty: Certainty
    nature: Nature
    size: int
    sha256: str
    tensors: int | None = None
    parameters: int | None = None
    parts: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    embedded: bool = False
    missing: tuple[str, ...] = ()

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """What the model says of itself, under subjects that all formats share."""
        return tuple(statements(self.metadata))

    @property
    def part_paths(self) -> tuple[str, ...]:
        """The paths of the other files that belong to the model."""
        return self._beside(self.parts)

    @property
    def missing_paths(self) -> tuple[str, ...]:
        """The paths at which files of the model should be."""
        return self._beside(self.missing)

    def _beside(self, names: tuple[str, ...]) -> tuple[str, ...]:
        folder = self.path[: self.path.rfind("/") + 1]
        return tuple(folder + name for name in names)


@dataclass(frozen=True, slots=True)
class NotExamined:
    """A file that may hold a model, but was not looked into, and why."""

    path: str
    reason: str

"""What detection finds: models, and files that it could not look into."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lintian_ml.model import Certainty, Nature


@dataclass(frozen=True)
class FoundModel:
    """A model at a path of a package: plain data, so that it can be stored.

    ``size`` in bytes and ``sha256`` are of the file at ``path``. ``tensors`` and ``parameters`` (elements
    of all tensors) are None where the format is only detected or could not be read. ``parts`` are the
    names, in the same folder, of other files that belong to the model. ``embedded`` tells that it stands as
    literals in program source.
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

    @property
    def part_paths(self) -> tuple[str, ...]:
        """The paths of the other files that belong to the model."""
        folder = self.path[: self.path.rfind("/") + 1]
        return tuple(folder + name for name in self.parts)


@dataclass(frozen=True, slots=True)
class NotExamined:
    """A file that may hold a model, but was not looked into, and why."""

    path: str
    reason: str

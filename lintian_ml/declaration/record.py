"""What ``debian/models`` says, as data: the attribute ``built_files`` of a stanza is its Built-Files."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property

from lintian_ml.declaration.component import Component
from lintian_ml.declaration.problem import Problem
from lintian_ml.glob import Glob, Table
from lintian_ml.policy import (
    BaseReplaceable,
    Class,
    DataAccess,
    InputNotices,
    InputsLawful,
    PreferredForm,
    Reproducibility,
    Retraining,
    TrainedBy,
)
from lintian_ml.stanza import Line


class Access(enum.Enum):
    """How training data can be had; the first five words are SPDX's."""

    DIRECT_DOWNLOAD = "direct-download"
    QUERY = "query"
    CLICKTHROUGH = "clickthrough"
    REGISTRATION = "registration"
    SCRAPING_SCRIPT = "scraping-script"
    PRIVATE = "private"
    LOST = "lost"
    IN_SOURCE = "in-source"
    IN_ARCHIVE = "in-archive"

    @property
    def data_access(self) -> DataAccess:
        """Who can get the data; of ``in-archive`` this holds if the package is there."""
        return _DATA_ACCESS.get(self, DataAccess.UNKNOWN)


_DATA_ACCESS: Mapping[Access, DataAccess] = {
    **dict.fromkeys((Access.DIRECT_DOWNLOAD, Access.IN_SOURCE, Access.IN_ARCHIVE), DataAccess.ANONYMOUS),
    **dict.fromkeys((Access.CLICKTHROUGH, Access.REGISTRATION), DataAccess.RESTRICTED),
    **dict.fromkeys((Access.PRIVATE, Access.LOST), DataAccess.NONE),
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A glob for paths in a binary package."""

    package: str
    path: Glob
    line: int


@dataclass(frozen=True, slots=True)
class Checksum:
    """A SHA-256 digest in lower-case hexadecimal, a size in bytes, and the path or name of a file."""

    digest: str
    size: int
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Program:
    """A training program: a path in the source, or else the package that provides it."""

    path: str
    package: str
    incomplete: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """Another model: ``kind`` is "model" (a stanza), "package" (with ``path`` in it) or "url"."""

    kind: str
    name: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where a certificate of reproduction lies, and its SHA-256 digest."""

    url: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Named:
    """A stanza: its name, its first line, and the line of each field by its name in lower case."""

    name: str
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)

    def line_of(self, field_name: str) -> int:
        """Return the line of the field of that name, or else that of the stanza."""
        return self.lines.get(field_name.lower(), self.line)

    @classmethod
    def known_fields(cls) -> tuple[str, ...]:
        """Return the names of the fields that such a stanza may have after its first."""
        own = (entry.name for entry in fields(cls) if entry.name not in ("name", "line", "lines"))
        return tuple(name.replace("_", "-").title() for name in own)


@dataclass(frozen=True, slots=True)
class ModelStanza(Named):
    """A model. None, and an empty text, mean that the field is not there or not to be understood.

    ``training_data`` and ``base_model`` are empty where the declaration says ``none``. ``equality`` holds the
    lines of the predicate as written.
    """

    files: tuple[Glob, ...] = ()
    built_files: tuple[Glob, ...] = ()
    installed_files: tuple[Placed, ...] = ()
    compiled_into: tuple[Placed, ...] = ()
    rebuilt_files: tuple[Glob, ...] = ()
    model_class: Class | None = None
    source: str = ""
    trained_by: TrainedBy | None = None
    training_data: tuple[str, ...] | None = None
    training_program: Program | None = None
    training_command: str = ""
    training_depends: str = ""
    training_restrictions: tuple[str, ...] = ()
    base_model: tuple[Reference, ...] | None = None
    reproducibility: Reproducibility | None = None
    equality: tuple[Line, ...] = ()
    checksums_sha256: tuple[Checksum, ...] = ()
    certificate: Certificate | None = None
    data_information: Program | None = None
    tuning_program: Program | None = None
    preferred_form: PreferredForm | None = None
    base_replaceable: BaseReplaceable | None = None
    retraining: Retraining | None = None
    inputs_lawful: InputsLawful | None = None
    input_notices: InputNotices | None = None
    components: tuple[Component, ...] = ()
    comment: str = ""

    def is_rebuilt(self, path: str) -> bool:
        """Whether a file is an independent training of the model, and not the model itself."""
        return any(one.matches(path) for one in self.rebuilt_files) and not any(
            one.matches(path) for one in self.files
        )


@dataclass(frozen=True, slots=True)
class DataStanza(Named):
    """Where training data comes from; ``license`` is an expression, or ``not-stated``."""

    files: tuple[Glob, ...] = ()
    package: str = ""
    license: str = ""
    license_source: str = ""
    access: Access | None = None
    location: str = ""
    generated_by: tuple[Reference, ...] | None = None
    checksums_sha256: tuple[Checksum, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class DatasetStanza(DataStanza):
    """Data that a model was trained on."""


@dataclass(frozen=True, slots=True)
class SimulatorStanza(DataStanza):
    """A program that made the data while a model was trained."""


@dataclass(frozen=True, slots=True)
class ProbesStanza(Named):
    """Inputs on which two models are compared."""

    files: tuple[Glob, ...] = ()
    license: str = ""
    location: str = ""
    checksums_sha256: tuple[Checksum, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class NotAModelStanza(Named):
    """Files that look like models and are none, and why."""

    files: tuple[Glob, ...] = ()
    comment: str = ""


@dataclass(frozen=True)
class Declaration:
    """A whole ``debian/models``; ``name`` is the path of the file, ``format`` the version that it names."""

    name: str
    format: str = ""
    comment: str = ""
    models: tuple[ModelStanza, ...] = ()
    datasets: tuple[DatasetStanza, ...] = ()
    simulators: tuple[SimulatorStanza, ...] = ()
    probes: tuple[ProbesStanza, ...] = ()
    not_a_model: tuple[NotAModelStanza, ...] = ()
    problems: tuple[Problem, ...] = ()

    def stanza_for(self, path: str) -> ModelStanza | NotAModelStanza | None:
        """Return the last stanza whose Files or Rebuilt-Files match ``path``, or None.

        What is inside a file (``OUTER//INNER``) is covered by a stanza of its own, else by that of the file.
        """
        found = self._table.last(path)
        while found is None and "//" in path:
            path = path.rpartition("//")[0]
            found = self._table.last(path)
        return None if found is None else self._covering[found]

    def model(self, name: str) -> ModelStanza | None:
        """Return the first Model stanza of that name, or None."""
        return next((stanza for stanza in self.models if stanza.name == name), None)

    def data(self, name: str) -> DataStanza | None:
        """Return the first Dataset or Simulator stanza of that name, or None."""
        stanzas: Iterable[DataStanza] = (*self.datasets, *self.simulators)
        return min((one for one in stanzas if one.name == name), key=lambda one: one.line, default=None)

    @cached_property
    def _covering(self) -> tuple[ModelStanza | NotAModelStanza, ...]:
        return tuple(sorted((*self.models, *self.not_a_model), key=lambda stanza: stanza.line))

    @cached_property
    def _table(self) -> Table:
        rebuilt = (one.rebuilt_files if isinstance(one, ModelStanza) else () for one in self._covering)
        return Table.of((*one.files, *more) for one, more in zip(self._covering, rebuilt, strict=True))

"""What a check is made of: its tag, the case it is given, the hints it yields, and its examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from lintian_ml.detection import FoundModel
from lintian_ml.hint import Hint, Pointer, Tag, Visibility
from lintian_ml.override import Malformed, Override
from lintian_ml.package import Package, PackageType
from lintian_ml.profile import MOST_SLACK
from lintian_ml.samples import sample

if TYPE_CHECKING:
    from lintian_ml.declaration import Declaration
    from lintian_ml.facts import KnownModel
    from lintian_ml.policy import Judgement
    from lintian_ml.suite import Suite
    from lintian_ml.verification import Verification

__all__ = [
    "Case",
    "CheckModule",
    "Clean",
    "Example",
    "Flagged",
    "FoundModel",
    "Hint",
    "Pointer",
    "Run",
    "Tag",
    "Visibility",
    "sample",
]


@dataclass(frozen=True)
class Case:
    """A package under a profile: what a check may look at.

    ``models`` are those that certainly or probably are models; ``possible`` the files that a person should
    look at. ``declaration`` is None where there is no ``debian/models``, ``suite`` where no index of the
    suite is at hand: then nothing can be said of other packages. ``before`` has the models of an earlier
    version, empty where none was given. ``most_slack`` is how many bytes a predicate may leave open.
    """

    package: Package
    profile: str
    declaration: Declaration | None
    known: tuple[KnownModel, ...]
    suite: Suite | None = None
    before: Mapping[str, KnownModel] = field(default_factory=dict)
    most_slack: int = MOST_SLACK

    @cached_property
    def models(self) -> tuple[KnownModel, ...]:
        """The models that are held to the policy."""
        return tuple(model for model in self.known if model.is_model)

    @cached_property
    def trained(self) -> tuple[KnownModel, ...]:
        """The models of which training data and program are asked: those that are, or may be, trained.

        Of one that the source has too this is asked there, not in the binary package.
        """
        return tuple(model for model in self.models if model.is_trained and not model.origin)

    @cached_property
    def compared(self) -> tuple[tuple[KnownModel, Verification], ...]:
        """The models that were held against rebuilt ones, with what came of it.

        What is told of a model in the source is not told again of the package that installs it.
        """
        told = ((model, model.verification) for model in self.models if not self._is_told_of(model))
        return tuple((model, found) for model, found in told if found and found.counts)

    @staticmethod
    def _is_told_of(model: KnownModel) -> bool:
        return model.origin is not None and model.origin.verification is not None

    @cached_property
    def possible(self) -> tuple[KnownModel, ...]:
        """Files that may or may not be models, and of which nobody has said that they are none."""
        return tuple(model for model in self.known if not model.is_model and not model.denial)

    @property
    def is_source(self) -> bool:
        """Whether the source is at hand; a binary package alone cannot say where its models come from."""
        return self.package.type is PackageType.SOURCE

    def judgement(self, model: KnownModel) -> Judgement:
        """The class of a model by the profile's table, with its row, areas and assurance."""
        return model.judgement


@dataclass(frozen=True)
class Run:
    """What a check on the run itself may look at, when all others have spoken.

    ``used`` are the overrides that silenced something; ``tags`` maps the name of every existing tag to its
    present name.
    """

    case: Case
    overrides: tuple[Override, ...]
    malformed: tuple[Malformed, ...]
    used: frozenset[Override]
    tags: Mapping[str, str]
    enabled: frozenset[str]


@dataclass(frozen=True)
class Flagged:
    """A package of which the check says exactly ``hints``: a source package, unless it ``is_binary``.

    ``suite`` maps other packages to areas; None where no index is at hand. ``rebuilt`` are the files of a
    rebuilder's folder, ``before`` those of the previous version.
    """

    title: str
    files: Mapping[str, bytes | str]
    hints: tuple[Hint, ...]
    suite: Mapping[str, str] | None = None
    is_binary: bool = False
    rebuilt: Mapping[str, bytes | str] | None = None
    before: Mapping[str, bytes | str] | None = None


@dataclass(frozen=True)
class Clean:
    """A package of which the check says nothing; see ``Flagged``."""

    title: str
    files: Mapping[str, bytes | str]
    suite: Mapping[str, str] | None = None
    is_binary: bool = False
    rebuilt: Mapping[str, bytes | str] | None = None
    before: Mapping[str, bytes | str] | None = None


Example = Flagged | Clean


class CheckModule(Protocol):
    """The shape of a module in ``checks/``: it has ``check`` or ``after``, one of the two."""

    __doc__: str
    __name__: str
    TAG: Tag

    def examples(self) -> Iterator[Example]:
        """Yield packages of both kinds: they are the check's tests and its documentation."""

    def check(self, case: Case, /) -> Iterator[Hint]:
        """Yield what is to be said of a case."""

    def after(self, run: Run, /) -> Iterator[Hint]:
        """Yield what is to be said of the run."""

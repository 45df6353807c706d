"""What a check is made of: its tag, the case it is given, the hints it yields, and its examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from lintian_ml.detection import FoundModel
from lintian_ml.hint import Hint, Pointer, Tag, Visibility
from lintian_ml.override import Malformed, Override
from lintian_ml.package import Package, PackageType
from lintian_ml.samples import sample

if TYPE_CHECKING:
    from lintian_ml.declaration import Declaration
    from lintian_ml.facts import KnownModel
    from lintian_ml.policy import Judgement
    from lintian_ml.suite import Suite

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
    suite is at hand: then nothing can be said of other packages.
    """

    package: Package
    profile: str
    declaration: Declaration | None
    known: tuple[KnownModel, ...]
    suite: Suite | None = None

    @cached_property
    def models(self) -> tuple[KnownModel, ...]:
        """The models that are held to the policy."""
        return tuple(model for model in self.known if model.is_model)

    @cached_property
    def trained(self) -> tuple[KnownModel, ...]:
        """The models of which training data and program are asked: those that are, or may be, trained."""
        return tuple(model for model in self.models if model.is_trained)

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

    ``suite`` maps other packages to areas; None where no index is at hand.
    """

    title: str
    files: Mapping[str, bytes | str]
    hints: tuple[Hint, ...]
    suite: Mapping[str, str] | None = None
    is_binary: bool = False


@dataclass(frozen=True)
class Clean:
    """A package of which the check says nothing; see ``Flagged``."""

    title: str
    files: Mapping[str, bytes | str]
    suite: Mapping[str, str] | None = None
    is_binary: bool = False


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

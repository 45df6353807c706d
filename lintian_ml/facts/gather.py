"""Puts together what is known of each model of a package, and has a profile judge it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import repeat
from typing import TYPE_CHECKING

from lintian_ml.declaration import Declaration, ModelStanza, NotAModelStanza
from lintian_ml.detection import FoundModel, When
from lintian_ml.facts.joining import joined
from lintian_ml.facts.known import KnownModel
from lintian_ml.facts.licenses import Licenses
from lintian_ml.facts.repeated import repeated
from lintian_ml.facts.stated import Stated
from lintian_ml.facts.told import Told, as_facts, said
from lintian_ml.model import Nature
from lintian_ml.package import Package, PackageType, Role
from lintian_ml.policy import Declared, Origin, Source, SourceKind, classify
from lintian_ml.profile import Profile
from lintian_ml.suite import Suite

if TYPE_CHECKING:
    from lintian_ml.verification import Verification

Covering = ModelStanza | NotAModelStanza | None
"""The stanza that covers a file, if one does."""


def know(
    package: Package, declaration: Declaration | None, profile: Profile, suite: Suite | None = None
) -> tuple[KnownModel, ...]:
    """Return every model of the package, found or declared, with its facts and its class."""
    return next(know_by(package, declaration, (profile,), suite))


def know_by(
    package: Package,
    declaration: Declaration | None,
    profiles: Iterable[Profile],
    suite: Suite | None = None,
    verified: Mapping[str, Verification] | None = None,
    sources: Iterable[Sequence[KnownModel]] | None = None,
) -> Iterator[tuple[KnownModel, ...]]:
    """Yield the models as each profile sees them: in the same order, and of the same licenses.

    ``verified`` tells what came of holding them against rebuilt ones, by path. ``sources`` has, for each
    profile, the models of the source package that a binary package was built from.
    """
    licenses = Licenses(package)
    for profile, source in zip(profiles, sources or repeat(()), strict=False):
        declared = declaration or Declaration("")
        stated = Stated(package, declared, licenses, profile.rows, suite)
        gatherer = _Gatherer(package, declared, profile, licenses, stated, verified or {})
        models = (*map(gatherer.found, gatherer.subjects()), *gatherer.built())
        yield tuple(joined(package, models, source)) if source else models


class _Gatherer:
    """Gathers facts on the models of one package from those who know them."""

    def __init__(
        self,
        package: Package,
        declaration: Declaration,
        profile: Profile,
        licenses: Licenses,
        stated: Stated,
        verified: Mapping[str, Verification],
    ) -> None:
        self._package = package
        self._declaration = declaration
        self._profile = profile
        self._verified = verified
        self._licenses = licenses
        self._stated = stated
        self._roles = {tarball.name: tarball.role for tarball in package.tarballs}

    def subjects(self) -> Iterator[FoundModel]:
        """Yield the models that were found, without those that are there to be compared with others."""
        for model in self._package.models:
            covering = self._declaration.stanza_for(model.path)
            if not isinstance(covering, ModelStanza) or not covering.is_rebuilt(model.path):
                yield model

    def found(self, model: FoundModel) -> KnownModel:
        """Return what is known of a model that was found."""
        return self._known(model.path, model, self._declaration.stanza_for(model.path))

    def built(self) -> Iterator[KnownModel]:
        """Yield the models that only the build makes, or fetches."""
        for stanza in self._declaration.models:
            if stanza.built_files and not stanza.files:
                yield self._known(stanza.built_files[0].text, None, stanza)

    def _known(self, path: str, found: FoundModel | None, covering: Covering) -> KnownModel:
        stanza = covering if isinstance(covering, ModelStanza) else None
        denial = covering if isinstance(covering, NotAModelStanza) else None
        paths = (
            path,
            *(found.part_paths if found else ()),
            *(self._stated.rebuilt(stanza) if stanza else ()),
        )
        told: dict[str, Told[Enum]] = {
            **(self._stated.of(stanza) if stanza else {}),
            **(self._seen(found) if found else self._fetched(path)),
            **(self._denied(denial) if denial else {}),
            "declared": self._declared(covering),
            "license": self._licenses.weakest(paths),
        }
        verification = self._verified.get(path)
        if verification:
            told |= repeated(verification, stanza, told.get("training-program"))
        facts, grant = as_facts(told), self._licenses.grant(path)
        judgement = classify(facts, self._profile.rows)
        return KnownModel(
            path, found, stanza, denial, self._declaration, facts, judgement, grant, None, verification
        )

    def _seen(self, model: FoundModel) -> dict[str, Told[Enum]]:
        """Return what a found model shows of itself, or what the profile makes of all of its kind."""
        nature = Told(model.nature, Source(SourceKind.FOUND, model.path))
        if because := self._profile.allowance(model.format, self._package.name):
            nature = Told(Nature.ALLOWLISTED, Source(SourceKind.DERIVED, note=because))
        return {"nature": nature, "origin": self._origin(model.path)}

    def _fetched(self, path: str) -> dict[str, Told[Enum]]:
        """Return that a model which is not in the package is fetched, where a file of its name is."""
        name = path.rpartition("/")[2]
        for hook in self._package.hooks:
            if hook.when is not When.SCRIPT and hook.target.rpartition("/")[2] == name:
                origin = Origin.DOWNLOADED_AT_BUILD if hook.when is When.BUILD else Origin.DOWNLOADED_AT_RUN
                where = Source(SourceKind.FOUND, hook.path, hook.line, hook.target)
                return {"origin": Told(origin, where)}
        return {}

    def _denied(self, denial: NotAModelStanza) -> dict[str, Told[Enum]]:
        """Return what a Not-A-Model stanza says, whatever the file looks like."""
        return {"nature": Told(Nature.NOT_A_MODEL, said(self._declaration, denial.line, denial.comment))}

    def _declared(self, covering: Covering) -> Told[Declared]:
        if covering:
            return Told(Declared.YES, said(self._declaration, covering.line))
        if self._package.type is not PackageType.SOURCE:
            return Told(Declared.UNKNOWN, Source(SourceKind.DERIVED, note="the source is not at hand"))
        return Told(Declared.NO, Source(SourceKind.FOUND, note="no stanza of debian/models names it"))

    def _origin(self, path: str) -> Told[Origin]:
        """Return whether the packaging brought a model, and in which tarball or patch."""
        entry = self._package.files.get(path)
        patch = entry.patch if entry else ""
        brought = patch or (entry.tarball if entry else path.partition("//")[0])
        vendored = bool(patch) or self._roles.get(brought) is Role.DEBIAN
        origin = Origin.VENDORED if vendored else Origin.SHIPPED
        return Told(origin, Source(SourceKind.FOUND, note=brought or path))

"""Gathers the facts about each model of a package, and has the profile judge them."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import TypeVar

from lintian_ml.declaration import Access, DataStanza, Declaration, ModelStanza, NotAModelStanza, Reference
from lintian_ml.detection import FoundModel
from lintian_ml.glob import Glob
from lintian_ml.hint import Hint, Pointer, Visibility
from lintian_ml.license import Copyright, data_verdict, read_copyright, verdict_for
from lintian_ml.model import Certainty, Nature
from lintian_ml.package import Package, PackageType, Role
from lintian_ml.policy import (
    BaseModel,
    Class,
    DataAccess,
    DataIdentified,
    DataLicense,
    Declared,
    Facts,
    Judgement,
    License,
    Origin,
    Source,
    SourceKind,
    TrainedBy,
    TrainingProgram,
    classify,
)
from lintian_ml.profile import Profile

Value = TypeVar("Value", bound=Enum)
Told = tuple[Value, Source]

PRESUMED_FREE = ("main", "contrib")
"""The archive areas whose packages were found to follow the DFSG when they were accepted."""

NOT_THERE = "none"
"""What Training-Program says of a program that nobody has."""

WEAKEST_LICENSE = (DataLicense.NOT_DFSG, DataLicense.NOT_STATED, DataLicense.UNKNOWN, DataLicense.DFSG)
WORST_BASE = (
    BaseModel.NON_FREE,
    BaseModel.TOXIC_CANDY,
    BaseModel.UNKNOWN,
    BaseModel.EXEMPT,
    BaseModel.FREE,
    BaseModel.NONE,
)
WEAKEST_ACCESS = (DataAccess.NONE, DataAccess.RESTRICTED, DataAccess.UNKNOWN, DataAccess.ANONYMOUS)
"""What a set of data sets, or of base models, counts as: the first of these that one of them is."""


@dataclass(frozen=True)
class KnownModel:
    """A model of a package with all that is known of it: where it was found, declared, and how it is judged.

    ``found`` is None for a model that the build makes; ``stanza`` or ``denial`` is what debian/models says
    of it.
    """

    path: str
    found: FoundModel | None
    stanza: ModelStanza | None
    denial: NotAModelStanza | None
    declaration: Declaration | None
    facts: Facts
    judgement: Judgement
    has_own_license_stanza: bool = False

    @property
    def is_model(self) -> bool:
        """Whether it is held to the policy: declared as a model, or certainly or probably one."""
        if self.stanza:
            return True
        return (
            self.denial is None and self.found is not None and self.found.certainty is not Certainty.POSSIBLE
        )

    @property
    def is_trained(self) -> bool:
        """Whether its parameters are, or may be, a product of training, by all that is known."""
        return self.facts.nature in (Nature.TRAINED, Nature.UNDECIDED)

    @property
    def was_trained(self) -> bool:
        """Whether what was found looks trained, whatever is declared."""
        return self.found is not None and self.found.nature is Nature.TRAINED

    @property
    def declared_class(self) -> Class | None:
        """The class that the maintainer holds it to be of."""
        return self.stanza.model_class if self.stanza else None

    @property
    def predicate(self) -> str | None:
        """The equality predicate as it is declared, on one line a selector."""
        if not self.stanza or not self.stanza.equality:
            return None
        return "\n".join(line.text for line in self.stanza.equality)

    def field(self, name: str) -> Pointer | None:
        """Return where debian/models states a field of this model (where its stanza begins, if it does
        not).
        """
        stanza = self.stanza or self.denial
        if stanza is None or self.declaration is None:
            return None
        return Pointer(self.declaration.name, stanza.line_of(name))

    def pointer(self, fact: str) -> Pointer | None:
        """Return the place that a fact comes from, if it is one place."""
        source = self.facts.sources.get(fact)
        return Pointer(source.file, source.line) if source and source.file else None

    def hint(self, more: str = "", pointer: Pointer | None = None, at_most: Visibility | None = None) -> Hint:
        """Return a hint on this model: its path, which is stable, before what else there is to say."""
        certainty = self.found.certainty if self.found else Certainty.CERTAIN
        return Hint(f"{self.path} {more}".rstrip(), pointer, certainty, at_most)


def know(package: Package, declaration: Declaration | None, profile: Profile) -> tuple[KnownModel, ...]:
    """Return every model of the package, found or declared, with its facts and its class."""
    gatherer = _Gatherer(package, declaration, profile)
    return (*map(gatherer.found, package.models), *gatherer.built())


@dataclass(frozen=True)
class _Gatherer:
    """Gathers facts from one package and its declaration.

    What a stanza says is worked out once, however many models and stanzas it is asked for: ``_told`` holds it
    by the stanza's line, ``_data_told`` by the data set's name, ``_bases`` by the base model's name.
    """

    package: Package
    declaration: Declaration | None
    profile: Profile
    _told: dict[int, dict[str, Told[Enum]]] = field(default_factory=dict)
    _data_told: dict[str, tuple[Told[DataLicense], Told[DataAccess]]] = field(default_factory=dict)
    _bases: dict[str, BaseModel] = field(default_factory=dict)

    @cached_property
    def _models(self) -> dict[str, ModelStanza]:
        """The first Model stanza of each name."""
        stanzas = self.declaration.models if self.declaration else ()
        return {stanza.name: stanza for stanza in reversed(stanzas)}

    @cached_property
    def _datasets(self) -> dict[str, DataStanza]:
        """The first Dataset or Simulator stanza of each name."""
        stanzas: list[DataStanza] = []
        if self.declaration:
            stanzas = sorted(
                (*self.declaration.datasets, *self.declaration.simulators), key=lambda one: one.line
            )
        return {stanza.name: stanza for stanza in reversed(stanzas)}

    @cached_property
    def _filled(self) -> Sequence[str]:
        """The paths of all files that are not empty, sorted."""
        return sorted(path for path, entry in self.package.files.items() if entry.size)

    @cached_property
    def copyright(self) -> Copyright:
        path = self.package.copyright_path
        return read_copyright(self.package.texts[path], path) if path else read_copyright(b"")

    def found(self, model: FoundModel) -> KnownModel:
        covering = self.declaration.stanza_for(model.path) if self.declaration else None
        return self._known(model.path, model, covering)

    def built(self) -> Iterator[KnownModel]:
        """Yield the models that only the build makes."""
        for stanza in self.declaration.models if self.declaration else ():
            if stanza.built_files and not stanza.files:
                yield self._known(stanza.built_files[0].text, None, stanza)

    def _known(
        self, path: str, found: FoundModel | None, covering: ModelStanza | NotAModelStanza | None
    ) -> KnownModel:
        stanza = covering if isinstance(covering, ModelStanza) else None
        denial = covering if isinstance(covering, NotAModelStanza) else None
        paths = (path, *found.part_paths) if found else (path,)
        facts = self._facts(paths, stanza)
        facts = self._as_found(facts, found, covering)
        coverage = self.copyright.cover(self._licensed_path(path))
        own = coverage is not None and not coverage.general
        judgement = classify(facts, self.profile.rows)
        return KnownModel(path, found, stanza, denial, self.declaration, facts, judgement, own)

    def _as_found(
        self, facts: Facts, found: FoundModel | None, covering: ModelStanza | NotAModelStanza | None
    ) -> Facts:
        """Add what was seen in the package to what is declared."""
        told: dict[str, Told[Enum]] = {"declared": self._declared(covering)}
        if isinstance(covering, NotAModelStanza):
            told["nature"] = Nature.NOT_A_MODEL, self._said(covering.line, covering.comment)
        elif found:
            told["nature"] = found.nature, Source(SourceKind.FOUND, found.path)
        if found:
            told["origin"] = self._origin(found.path)
        return _with(facts, told)

    def _declared(self, covering: ModelStanza | NotAModelStanza | None) -> Told[Declared]:
        if covering:
            return Declared.YES, self._said(covering.line)
        if self.package.type is not PackageType.SOURCE:
            return Declared.UNKNOWN, Source(SourceKind.DERIVED, note="the source is not at hand")
        return Declared.NO, Source(SourceKind.FOUND, note="no stanza of debian/models names it")

    def _origin(self, path: str) -> Told[Origin]:
        entry = self.package.files.get(path)
        brought = entry.tarball if entry else path.partition("//")[0]
        roles = {tarball.name: tarball.role for tarball in self.package.tarballs}
        vendored = roles.get(brought) is Role.DEBIAN
        return (Origin.VENDORED if vendored else Origin.SHIPPED), Source(
            SourceKind.FOUND, note=brought or path
        )

    def _facts(self, paths: Sequence[str], stanza: ModelStanza | None) -> Facts:
        """Return the facts that licenses and a stanza give."""
        if stanza is None:
            return self._licensed(paths, {})
        self._judge_bases(stanza)
        return self._licensed(paths, self._stated(stanza))

    def _licensed(self, paths: Sequence[str], told: dict[str, Told[Enum]]) -> Facts:
        """Add the weakest of the files' licenses to what is told."""
        if paths:
            told = told | {"license": min((self._license(path) for path in paths), key=_license_rank)}
        return _with(Facts(), told)

    def _stated(self, stanza: ModelStanza) -> dict[str, Told[Enum]]:
        """Return what a stanza says, once the base models that it leads to are judged."""
        if stanza.line not in self._told:
            self._told[stanza.line] = self._read(stanza)
        return self._told[stanza.line]

    def _read(self, stanza: ModelStanza) -> dict[str, Told[Enum]]:
        trained_by = stanza.trained_by or TrainedBy.UNKNOWN
        told: dict[str, Told[Enum]] = {
            **self._data(stanza),
            "training-program": self._program(stanza),
            "base-model": self._base(stanza),
            "trained-by": (trained_by, self._said(stanza.line_of("Trained-By"))),
        }
        if stanza.reproducibility:
            level = f"declared {stanza.reproducibility.value}, nothing compared"
            line = stanza.line_of("Reproducibility")
            told["reproducibility"] = Facts().reproducibility, self._said(line, level)
        if stanza.built_files and not stanza.files:
            told["origin"] = Origin.BUILT, self._said(stanza.line_of("Built-Files"))
        return told

    def _license(self, path: str) -> Told[License]:
        """Return what debian/copyright says of a file; a binary package's speaks of source paths only."""
        if self.package.type is not PackageType.SOURCE:
            return License.UNKNOWN, Source(SourceKind.DERIVED, note="the source is not at hand")
        if self.package.copyright_path is None:
            return License.UNKNOWN, Source(SourceKind.FOUND, note="there is no debian/copyright")
        inside = self._licensed_path(path)
        verdict = verdict_for(self.copyright, inside)
        if verdict.license is License.NOT_MACHINE_READABLE and self.package.area not in PRESUMED_FREE:
            note = f"{verdict.reason}, and nothing is presumed outside main and contrib"
            return License.UNKNOWN, Source(SourceKind.FOUND, self.copyright.name, note=note)
        coverage = self.copyright.cover(inside)
        line = coverage.stanza.license_line if coverage else None
        only = ", said of Files: * only" if coverage and coverage.general else ""
        return verdict.license, Source(SourceKind.FOUND, self.copyright.name, line, verdict.reason + only)

    def _licensed_path(self, path: str) -> str:
        """Return the path by which debian/copyright knows a file: within its tarball, outside inner
        archives.
        """
        first, _, rest = path.partition("//")
        is_tarball = any(tarball.name == first for tarball in self.package.tarballs)
        return rest.partition("//")[0] if is_tarball else first

    def _data(self, stanza: ModelStanza) -> dict[str, Told[Enum]]:
        """Return what is known of the training data: each fact is that of the weakest data set."""
        where = self._said(stanza.line_of("Training-Data"))
        if stanza.training_data is None:
            return {
                "data-identified": (DataIdentified.UNKNOWN, replace(where, note="no Training-Data field"))
            }
        if not stanza.training_data:
            return {
                "data-identified": (DataIdentified.YES, where),
                "data-license": (DataLicense.DFSG, where),
                "data-access": (DataAccess.ANONYMOUS, where),
            }
        named = set(stanza.training_data)
        known = [
            self._datasets[name] for name in dict.fromkeys(stanza.training_data) if name in self._datasets
        ]
        identified = DataIdentified.YES if len(known) == len(named) else DataIdentified.UNKNOWN
        licenses = [self._data_facts(data)[0] for data in known]
        accesses = [self._data_facts(data)[1] for data in known]
        if len(known) < len(named):
            licenses.append((DataLicense.UNKNOWN, where))
            accesses.append((DataAccess.UNKNOWN, where))
        return {
            "data-identified": (identified, where),
            "data-license": min(licenses, key=lambda told: WEAKEST_LICENSE.index(told[0])),
            "data-access": min(accesses, key=lambda told: WEAKEST_ACCESS.index(told[0])),
        }

    def _data_facts(self, data: DataStanza) -> tuple[Told[DataLicense], Told[DataAccess]]:
        if data.name not in self._data_told:
            members = self._members(data.files) if data.access is Access.IN_SOURCE else ()
            self._data_told[data.name] = self._data_license(data, members), self._data_access(data, members)
        return self._data_told[data.name]

    def _data_license(self, data: DataStanza, members: Sequence[str]) -> Told[DataLicense]:
        line = data.line_of("License")
        if data.access is not Access.IN_SOURCE or data.license:
            value, reason = data_verdict(data.license)
            return value, self._said(line, f"{data.name}: {reason}")
        nobody = (License.UNKNOWN, self._said(line, data.name))
        found, source = min(map(self._license, members), key=_license_rank, default=nobody)
        bad = found in (License.NOT_DFSG, License.NOT_REDISTRIBUTABLE)
        known = DataLicense.DFSG if found is License.DFSG else DataLicense.UNKNOWN
        return (DataLicense.NOT_DFSG if bad else known), source

    def _data_access(self, data: DataStanza, members: Sequence[str]) -> Told[DataAccess]:
        where = self._said(data.line_of("Access"), data.name)
        if data.access is Access.IN_ARCHIVE:
            return DataAccess.UNKNOWN, replace(where, note=f"{data.name}: whether {data.package} is in main")
        if data.access is Access.IN_SOURCE and not members:
            return DataAccess.UNKNOWN, replace(where, note=f"{data.name}: no such file in the source")
        return (data.access.data_access if data.access else DataAccess.UNKNOWN), where

    def _members(self, globs: Sequence[Glob]) -> Sequence[str]:
        """Return the paths of the package that one of the globs matches."""
        named = {glob.literal for glob in globs if glob.literal in self.package.files}
        wild = [glob for glob in globs if glob.literal is None]
        if not wild:
            return sorted(filter(None, named))
        return [
            path for path in self.package.files if path in named or any(glob.matches(path) for glob in wild)
        ]

    def _program(self, stanza: ModelStanza) -> Told[TrainingProgram]:
        program = stanza.training_program
        where = self._said(stanza.line_of("Training-Program"))
        if program is None:
            return TrainingProgram.UNKNOWN, replace(where, note="no Training-Program field")
        if program.package:
            return TrainingProgram.UNKNOWN, replace(where, note=f"whether the suite has {program.package}")
        if program.path == NOT_THERE:
            return TrainingProgram.ABSENT, where
        if not self._is_there(program.path):
            return TrainingProgram.ABSENT, replace(
                where, note=f"{program.path} is not in the source, or empty"
            )
        return (TrainingProgram.PARTIAL if program.incomplete else TrainingProgram.CLAIMED), where

    def _is_there(self, path: str) -> bool:
        """Whether there is something at a path of the effective tree: a file that is not empty, or such a
        folder.
        """
        folder = path.rstrip("/") + "/"
        entry = self.package.files.get(path.rstrip("/"))
        if entry and entry.size:
            return True
        at = bisect_left(self._filled, folder)
        return at < len(self._filled) and self._filled[at].startswith(folder)

    def _base(self, stanza: ModelStanza) -> Told[BaseModel]:
        """Return what its base models count as: the worst counts, and one in a circle is unknown."""
        where = self._said(stanza.line_of("Base-Model"))
        if stanza.base_model is None:
            return BaseModel.UNKNOWN, replace(where, note="no Base-Model field")
        judged = (
            self._bases.get(base.name, BaseModel.UNKNOWN)
            if self._is_other(base, stanza)
            else BaseModel.UNKNOWN
            for base in stanza.base_model
        )
        return min(judged, key=WORST_BASE.index, default=BaseModel.NONE), where

    def _is_other(self, base: Reference, stanza: ModelStanza) -> bool:
        return base.kind == "model" and base.name != stanza.name

    def _judge_bases(self, stanza: ModelStanza) -> None:
        """Judge by the same profile the models that ``stanza`` is based on, the farthest first."""
        seen = {stanza.name}
        ways = [(stanza, iter(stanza.base_model or ()))]
        while ways:
            judged, bases = ways[-1]
            following = next((base for base in bases if self._is_unjudged(base, seen)), None)
            if following:
                seen.add(following.name)
                stanza = self._models[following.name]
                ways.append((stanza, iter(stanza.base_model or ())))
                continue
            ways.pop()
            if ways:
                self._bases[judged.name] = self._as_base(judged)

    def _is_unjudged(self, base: Reference, seen: set[str]) -> bool:
        unknown = base.name not in self._bases and base.name not in seen
        return base.kind == "model" and base.name in self._models and unknown

    def _as_base(self, stanza: ModelStanza) -> BaseModel:
        facts = self._licensed(self._members(stanza.files), self._read(stanza))
        facts = replace(facts, declared=Declared.YES)
        return classify(facts, self.profile.rows).class_.as_base

    def _said(self, line: int, note: str = "") -> Source:
        name = self.declaration.name if self.declaration else None
        return Source(SourceKind.DECLARED, name, line, note)


def _license_rank(told: Told[License]) -> int:
    order = (
        License.NOT_REDISTRIBUTABLE,
        License.NOT_DFSG,
        License.UNKNOWN,
        License.NOT_MACHINE_READABLE,
        License.DFSG,
    )
    return order.index(told[0])


def _with(facts: Facts, told: dict[str, Told[Enum]]) -> Facts:
    """Return ``facts`` with other values, each with its source; what nobody said has no source."""
    values = {name.replace("-", "_"): value for name, (value, _) in told.items()}
    sources = {
        name: source for name, (value, source) in told.items() if value.value != "unknown" or source.note
    }
    return replace(facts, **values, sources={**facts.sources, **sources})  # type: ignore[arg-type]

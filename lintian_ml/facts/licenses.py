"""What debian/copyright says of the files of a package."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from lintian_ml.facts.told import Told, weakest
from lintian_ml.hint import Pointer
from lintian_ml.license import Copyright, Coverage, read_copyright, untold, verdict, verdict_for
from lintian_ml.package import Package, PackageType
from lintian_ml.policy import License, Source, SourceKind

PRESUMED_FREE = ("main", "contrib")
"""The archive areas whose packages were found to follow the DFSG when they were accepted."""

ORDER = (
    License.NOT_REDISTRIBUTABLE,
    License.NOT_DFSG,
    License.UNKNOWN,
    License.NOT_MACHINE_READABLE,
    License.DFSG,
)
"""What several files count as: the first of these that one of them is."""


ANY_OTHER = "\0"
"""A path that no stanza can name: what covers it covers everything."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What debian/copyright says of one file; empty where it says nothing, or is not machine-readable.

    ``globs`` are those of the stanza; ``general`` tells that it covers the file as it does all else.
    ``untold`` are the licenses in it whose text is nowhere, ``program`` is that of all that has no stanza.
    """

    license: str = ""
    globs: tuple[str, ...] = ()
    general: bool = False
    pointer: Pointer | None = None
    untold: tuple[str, ...] = ()
    program: str = ""


NOTHING = Grant()
NOBODY = (0, False)
"""What stands for the stanza of a file that none covers."""


class Licenses:
    """The licenses of one package's files, each asked for by the path of a model or of training data."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._tarballs = frozenset(tarball.name for tarball in package.tarballs)
        self._told: dict[tuple[int, bool], Told[License]] = {}
        self._grants: dict[tuple[int, bool], Grant] = {}

    @cached_property
    def _copyright(self) -> Copyright:
        path = self._package.copyright_path
        return read_copyright(self._package.texts[path], path) if path else read_copyright(b"")

    def weakest(self, paths: Iterable[str]) -> Told[License]:
        """Return the weakest license of some files; ValueError where there is no file."""
        return weakest(map(self.of, paths), ORDER)

    def of(self, path: str) -> Told[License]:
        """Return the license of one file."""
        if self._package.type is not PackageType.SOURCE:
            return self._of_binary
        if self._package.copyright_path is None:
            return Told(License.UNKNOWN, Source(SourceKind.FOUND, note="there is no debian/copyright"))
        coverage = self._coverage(path)
        key = (coverage.stanza.line, coverage.general) if coverage else NOBODY
        if key not in self._told:
            self._told[key] = self._judge(path, coverage)
        return self._told[key]

    def grant(self, path: str) -> Grant:
        """Return what debian/copyright grants for a file, in its own words."""
        coverage = self._coverage(path) if self._package.type is PackageType.SOURCE else None
        if coverage is None:
            return NOTHING
        key = (coverage.stanza.line, coverage.general)
        if key not in self._grants:
            self._grants[key] = Grant(
                coverage.stanza.synopsis,
                tuple(glob.text for glob in coverage.stanza.globs),
                coverage.general,
                Pointer(self._copyright.name, coverage.stanza.license_line),
                tuple(untold(coverage.stanza.synopsis, self._copyright.texts)),
                self._program,
            )
        return self._grants[key]

    def _judge(self, path: str, coverage: Coverage | None) -> Told[License]:
        """Return the license of one file that a stanza covers; all that it covers so has the same."""
        judged = verdict_for(self._copyright, self._known_as(path))
        file = self._copyright.name
        if judged.license is License.NOT_MACHINE_READABLE and self._package.area not in PRESUMED_FREE:
            note = f"{judged.reason}, and nothing is presumed outside main and contrib"
            return Told(License.UNKNOWN, Source(SourceKind.FOUND, file, note=note))
        line = coverage.stanza.license_line if coverage else None
        only = ", said of Files: * only" if coverage and coverage.general else ""
        return Told(judged.license, Source(SourceKind.FOUND, file, line, judged.reason + only))

    @cached_property
    def _of_binary(self) -> Told[License]:
        """What holds for every file of a binary package, whose copyright file speaks of paths in the source:
        only that all its stanzas are free.
        """
        texts, stanzas = self._copyright.texts, self._copyright.stanzas
        if stanzas and all(verdict(one.synopsis, texts).license is License.DFSG for one in stanzas):
            note = "each of its stanzas meets the DFSG"
            return Told(License.DFSG, Source(SourceKind.DERIVED, self._copyright.name, note=note))
        return Told(License.UNKNOWN, Source(SourceKind.DERIVED, note="the source is not at hand"))

    @cached_property
    def _program(self) -> str:
        everything = self._copyright.cover(ANY_OTHER)
        return everything.stanza.synopsis if everything else ""

    def _coverage(self, path: str) -> Coverage | None:
        return self._copyright.cover(self._known_as(path))

    def _known_as(self, path: str) -> str:
        """Return the path by which debian/copyright knows a file: within its tarball, outside inner
        archives.
        """
        first, _, rest = path.partition("//")
        return rest.partition("//")[0] if first in self._tarballs else first

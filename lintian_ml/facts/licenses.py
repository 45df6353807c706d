"""What debian/copyright says of the files of a package."""

from collections.abc import Iterable
from functools import cached_property

from lintian_ml.facts.told import Told, weakest
from lintian_ml.license import Copyright, Coverage, read_copyright, verdict_for
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


class Licenses:
    """The licenses of one package's files, each asked for by the path of a model or of training data."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._tarballs = frozenset(tarball.name for tarball in package.tarballs)

    @cached_property
    def _copyright(self) -> Copyright:
        path = self._package.copyright_path
        return read_copyright(self._package.texts[path], path) if path else read_copyright(b"")

    def weakest(self, paths: Iterable[str]) -> Told[License]:
        """Return the weakest license of some files; ValueError where there is no file."""
        return weakest(map(self.of, paths), ORDER)

    def of(self, path: str) -> Told[License]:
        """Return the license of one file; a binary package's copyright file speaks of source paths only."""
        if self._package.type is not PackageType.SOURCE:
            return Told(License.UNKNOWN, Source(SourceKind.DERIVED, note="the source is not at hand"))
        if self._package.copyright_path is None:
            return Told(License.UNKNOWN, Source(SourceKind.FOUND, note="there is no debian/copyright"))
        verdict = verdict_for(self._copyright, self._known_as(path))
        file = self._copyright.name
        if verdict.license is License.NOT_MACHINE_READABLE and self._package.area not in PRESUMED_FREE:
            note = f"{verdict.reason}, and nothing is presumed outside main and contrib"
            return Told(License.UNKNOWN, Source(SourceKind.FOUND, file, note=note))
        coverage = self._coverage(path)
        line = coverage.stanza.license_line if coverage else None
        only = ", said of Files: * only" if coverage and coverage.general else ""
        return Told(verdict.license, Source(SourceKind.FOUND, file, line, verdict.reason + only))

    def has_own_stanza(self, path: str) -> bool:
        """Whether a Files stanza other than that of all files covers a file."""
        coverage = self._coverage(path)
        return coverage is not None and not coverage.general

    def _coverage(self, path: str) -> Coverage | None:
        return self._copyright.cover(self._known_as(path))

    def _known_as(self, path: str) -> str:
        """Return the path by which debian/copyright knows a file: within its tarball, outside inner
        archives.
        """
        first, _, rest = path.partition("//")
        return rest.partition("//")[0] if first in self._tarballs else first

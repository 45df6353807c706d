"""What is known of the data that a model was trained on: each fact is that of the weakest data set."""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from lintian_ml.declaration import Access, DataStanza, Declaration, ModelStanza
from lintian_ml.facts.licenses import Licenses
from lintian_ml.facts.told import Told, said, weakest
from lintian_ml.facts.tree import Tree
from lintian_ml.license import data_verdict
from lintian_ml.policy import DataAccess, DataIdentified, DataLicense, License, Source
from lintian_ml.suite import Suite, package_of

WEAKEST_LICENSE = (DataLicense.NOT_DFSG, DataLicense.NOT_STATED, DataLicense.UNKNOWN, DataLicense.DFSG)
WEAKEST_ACCESS = (DataAccess.NONE, DataAccess.RESTRICTED, DataAccess.UNKNOWN, DataAccess.ANONYMOUS)
"""What several data sets count as: the first of these that one of them is."""

OF_FILES = {
    License.DFSG: DataLicense.DFSG,
    License.NOT_DFSG: DataLicense.NOT_DFSG,
    License.NOT_REDISTRIBUTABLE: DataLicense.NOT_DFSG,
}
"""What the license of files in the source is to the data that they hold; any other is unknown."""

SetTold = tuple[Told[DataLicense], Told[DataAccess]]
"""The license of one data set, and who can get it."""


class TrainingData:
    """The Dataset and Simulator stanzas of a declaration; each is looked into once, whoever names it."""

    def __init__(
        self, declaration: Declaration, tree: Tree, licenses: Licenses, suite: Suite | None = None
    ) -> None:
        self._suite = suite
        self._declaration = declaration
        self._tree = tree
        self._licenses = licenses
        stanzas: list[DataStanza] = [*declaration.datasets, *declaration.simulators]
        stanzas.sort(key=lambda stanza: stanza.line, reverse=True)
        self._first = {stanza.name: stanza for stanza in stanzas}
        self._told: dict[str, SetTold] = {}

    def of(self, stanza: ModelStanza) -> dict[str, Told[Enum]]:
        """Return the facts on the training data of a model, by name."""
        where = said(self._declaration, stanza.line_of("Training-Data"))
        if stanza.training_data is None:
            return {"data-identified": Told(DataIdentified.UNKNOWN, where).noting("no Training-Data field")}
        names = dict.fromkeys(stanza.training_data)
        told = [self._of_set(self._first[name]) for name in names if name in self._first]
        complete = len(told) == len(names)
        if not complete:
            told.append((Told(DataLicense.UNKNOWN, where), Told(DataAccess.UNKNOWN, where)))
        if not told:
            told.append((Told(DataLicense.DFSG, where), Told(DataAccess.ANONYMOUS, where)))
        identified = DataIdentified.YES if complete else DataIdentified.UNKNOWN
        licenses, accesses = zip(*told, strict=True)
        return {
            "data-identified": Told(identified, where),
            "data-license": weakest(licenses, WEAKEST_LICENSE),
            "data-access": weakest(accesses, WEAKEST_ACCESS),
        }

    def _of_set(self, data: DataStanza) -> SetTold:
        if data.name not in self._told:
            files = self._tree.matching(data.files) if data.access is Access.IN_SOURCE else ()
            self._told[data.name] = self._license(data, files), self._access(data, files)
        return self._told[data.name]

    def _license(self, data: DataStanza, files: Sequence[str]) -> Told[DataLicense]:
        """Return what the stanza states, else what debian/copyright says of data within the source."""
        line = data.line_of("License")
        if data.license or data.access is not Access.IN_SOURCE:
            value, reason = data_verdict(data.license)
            return Told(value, self._said(line, f"{data.name}: {reason}"))
        if not files:
            return Told(DataLicense.UNKNOWN, self._said(line, data.name))
        found = self._licenses.weakest(files)
        return Told(OF_FILES.get(found.value, DataLicense.UNKNOWN), found.source)

    def _access(self, data: DataStanza, files: Sequence[str]) -> Told[DataAccess]:
        where = self._said(data.line_of("Access"), data.name)
        unknown = Told(DataAccess.UNKNOWN, where)
        if data.access is None:
            return unknown
        if data.access is Access.IN_ARCHIVE:
            return self._in_archive(data, unknown)
        if data.access is Access.IN_SOURCE and not files:
            return unknown.noting(f"{data.name}: no such file in the source")
        return Told(data.access.data_access, where)

    def _in_archive(self, data: DataStanza, unknown: Told[DataAccess]) -> Told[DataAccess]:
        """Return whether anybody can get the package that holds the data, as far as a suite is at hand."""
        name = package_of(data.package)
        if self._suite is None or not name:
            return unknown.noting(f"{data.name}: whether {data.package} is in main")
        if self._suite.has(name):
            return replace(unknown, value=DataAccess.ANONYMOUS)
        return replace(unknown, value=DataAccess.NONE).noting(
            f"{data.name}: {self._suite.name} has no {name}"
        )

    def _said(self, line: int, note: str) -> Source:
        return said(self._declaration, line, note)

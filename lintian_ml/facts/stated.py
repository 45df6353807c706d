"""The facts that the Model stanzas of a declaration state."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum

from lintian_ml.declaration import Declaration, ModelStanza
from lintian_ml.facts.ancestry import BaseModels
from lintian_ml.facts.data import TrainingData
from lintian_ml.facts.licenses import Licenses
from lintian_ml.facts.program import training_program
from lintian_ml.facts.told import Told, as_facts, said
from lintian_ml.facts.tree import Tree
from lintian_ml.policy import BaseModel, Declared, Origin, Reproducibility, Row, TrainedBy, classify


class Stated:
    """What each Model stanza says, worked out once however many files it covers.

    Base models are judged by ``rows``, as the models themselves are.
    """

    def __init__(self, declaration: Declaration, tree: Tree, licenses: Licenses, rows: Sequence[Row]) -> None:
        self._declaration = declaration
        self._tree = tree
        self._licenses = licenses
        self._rows = rows
        self._data = TrainingData(declaration, tree, licenses)
        self._bases = BaseModels(declaration, self._as_base)
        self._told: dict[int, Mapping[str, Told[Enum]]] = {}

    def of(self, stanza: ModelStanza) -> Mapping[str, Told[Enum]]:
        """Return the facts that a stanza gives, by name."""
        if stanza.line not in self._told:
            self._bases.judge_below(stanza)
            self._told[stanza.line] = self._read(stanza)
        return self._told[stanza.line]

    def _read(self, stanza: ModelStanza) -> dict[str, Told[Enum]]:
        """Read a stanza whose base models are judged."""
        trained_by = stanza.trained_by or TrainedBy.UNKNOWN
        told: dict[str, Told[Enum]] = {
            **self._data.of(stanza),
            "training-program": training_program(stanza, self._declaration, self._tree),
            "base-model": self._bases.of(stanza),
            "trained-by": self._tell(trained_by, stanza, "Trained-By"),
        }
        if stanza.reproducibility:
            unverified = self._tell(Reproducibility.UNVERIFIED, stanza, "Reproducibility")
            note = f"declared {stanza.reproducibility.value}, nothing compared"
            told["reproducibility"] = unverified.noting(note)
        if stanza.built_files and not stanza.files:
            told["origin"] = self._tell(Origin.BUILT, stanza, "Built-Files")
        return told

    def _as_base(self, stanza: ModelStanza) -> BaseModel:
        """Return what the model of a stanza is to one that was made from it."""
        told = self._read(stanza)
        if files := self._tree.matching(stanza.files):
            told["license"] = self._licenses.weakest(files)
        facts = replace(as_facts(told), declared=Declared.YES)
        return classify(facts, self._rows).class_.as_base

    def _tell(self, value: Enum, stanza: ModelStanza, field: str) -> Told[Enum]:
        return Told(value, said(self._declaration, stanza.line_of(field)))

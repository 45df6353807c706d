"""The facts that the Model stanzas of a declaration state."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum

from lintian_ml.declaration import Declaration, ModelStanza
from lintian_ml.facts.ancestry import BaseModels
from lintian_ml.facts.data import TrainingData
from lintian_ml.facts.environment import training_environment
from lintian_ml.facts.licenses import Licenses
from lintian_ml.facts.openness import openness
from lintian_ml.facts.program import programs
from lintian_ml.facts.told import Told, as_facts, said
from lintian_ml.facts.tree import Tree
from lintian_ml.package import Package
from lintian_ml.policy import (
    BaseModel,
    BaseReplaceable,
    Declared,
    InputNotices,
    InputsLawful,
    Origin,
    PreferredForm,
    Reproducibility,
    Retraining,
    Row,
    TrainedBy,
    classify,
)
from lintian_ml.suite import Suite


class Stated:
    """What each Model stanza says, worked out once however many files it covers.

    Base models are judged by ``rows``, as the models themselves are.
    """

    def __init__(
        self,
        package: Package,
        declaration: Declaration,
        licenses: Licenses,
        rows: Sequence[Row],
        suite: Suite | None = None,
    ) -> None:
        self._package = package
        self._declaration = declaration
        self._tree = tree = Tree(package.files)
        self._licenses = licenses
        self._rows = rows
        self._suite = suite
        self._data = TrainingData(declaration, tree, licenses, suite)
        self._bases = BaseModels(declaration, self._as_base)
        self._told: dict[int, Mapping[str, Told[Enum]]] = {}

    def of(self, stanza: ModelStanza) -> Mapping[str, Told[Enum]]:
        """Return the facts that a stanza gives, by name."""
        if stanza.line not in self._told:
            self._bases.judge_below(stanza)
            self._told[stanza.line] = self._read(stanza)
        return self._told[stanza.line]

    def rebuilt(self, stanza: ModelStanza) -> Sequence[str]:
        """Return the files of the source that are other trainings of a model: shipped as it is itself."""
        return self._tree.matching(stanza.rebuilt_files) if stanza.rebuilt_files else ()

    def _read(self, stanza: ModelStanza) -> dict[str, Told[Enum]]:
        """Read a stanza whose base models are judged."""
        told: dict[str, Told[Enum]] = {
            **self._data.of(stanza),
            **programs(stanza, self._declaration, self._tree, self._suite),
            **self._answers(stanza),
            "training-environment": training_environment(
                stanza, self._declaration, self._package, self._suite
            ),
            "base-model": self._bases.of(stanza),
            "openness": openness(stanza, self._declaration, self._tree, self._licenses),
        }
        if stanza.reproducibility:
            unverified = self._tell(Reproducibility.UNVERIFIED, stanza, "Reproducibility")
            note = f"declared {stanza.reproducibility.value}, nothing compared"
            told["reproducibility"] = unverified.noting(note)
        if stanza.built_files and not stanza.files:
            told["origin"] = self._tell(Origin.BUILT, stanza, "Built-Files")
        return told

    def _answers(self, stanza: ModelStanza) -> dict[str, Told[Enum]]:
        """Return the facts that are the words of a field."""
        answers: dict[str, Enum] = {
            "trained-by": stanza.trained_by or TrainedBy.UNKNOWN,
            "preferred-form": stanza.preferred_form or PreferredForm.UNKNOWN,
            "base-replaceable": stanza.base_replaceable or BaseReplaceable.UNKNOWN,
            "retraining": stanza.retraining or Retraining.UNKNOWN,
            "inputs-lawful": stanza.inputs_lawful or InputsLawful.UNKNOWN,
            "input-notices": stanza.input_notices or InputNotices.UNKNOWN,
        }
        return {fact: self._tell(answer, stanza, fact) for fact, answer in answers.items()}

    def _as_base(self, stanza: ModelStanza) -> BaseModel:
        """Return what the model of a stanza is to one that was made from it."""
        told = self._read(stanza)
        if files := self._tree.matching(stanza.files):
            told["license"] = self._licenses.weakest(files)
        facts = replace(as_facts(told), declared=Declared.YES)
        return classify(facts, self._rows).class_.as_base

    def _tell(self, value: Enum, stanza: ModelStanza, field: str) -> Told[Enum]:
        return Told(value, said(self._declaration, stanza.line_of(field)))

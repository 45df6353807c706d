"""Whether a program that made a model is there, as far as its stanza, the source and the suite tell."""

from enum import Enum

from lintian_ml.declaration import Declaration, ModelStanza, Program
from lintian_ml.facts.told import Told, said
from lintian_ml.facts.tree import Tree
from lintian_ml.policy import DataInformation, TrainingProgram, TuningProgram

NOT_THERE = "none"
"""What a stanza says of a program or a document that nobody has."""


class Programs:
    """The programs and documents that stanzas name: each is a claim at best, since nothing is run or read."""

    def __init__(self, declaration: Declaration, tree: Tree) -> None:
        self._declaration = declaration
        self._tree = tree

    def of(self, stanza: ModelStanza) -> dict[str, Told[Enum]]:
        """Return what is known of the training program, the tuning program and the data information."""
        return {
            "training-program": self._told(
                stanza,
                "Training-Program",
                stanza.training_program,
                (TrainingProgram.CLAIMED, TrainingProgram.PARTIAL, TrainingProgram.ABSENT, TrainingProgram.UNKNOWN),
            ),
            "tuning-program": self._told(
                stanza,
                "Tuning-Program",
                stanza.tuning_program,
                (TuningProgram.CLAIMED, TuningProgram.PARTIAL, TuningProgram.ABSENT, TuningProgram.UNKNOWN),
            ),
            "data-information": self._told(
                stanza,
                "Data-Information",
                stanza.data_information,
                (
                    DataInformation.COMPLETE,
                    DataInformation.PARTIAL,
                    DataInformation.NONE,
                    DataInformation.UNKNOWN,
                ),
            ),
        }

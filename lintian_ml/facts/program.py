"""Whether the program that trained a model is there, as far as its stanza and the source tell."""

from lintian_ml.declaration import Declaration, ModelStanza
from lintian_ml.facts.told import Told, said
from lintian_ml.facts.tree import Tree
from lintian_ml.policy import TrainingProgram

NOT_THERE = "none"
"""What Training-Program says of a program that nobody has."""


def training_program(stanza: ModelStanza, declaration: Declaration, tree: Tree) -> Told[TrainingProgram]:
    """Return what is known of the training program: a claim at best, since nothing was run."""
    program = stanza.training_program
    where = said(declaration, stanza.line_of("Training-Program"))
    unknown, absent = Told(TrainingProgram.UNKNOWN, where), Told(TrainingProgram.ABSENT, where)
    if program is None:
        return unknown.noting("no Training-Program field")
    if program.package:
        return unknown.noting(f"whether the suite has {program.package}")
    if program.path == NOT_THERE:
        return absent
    if not tree.holds(program.path):
        return absent.noting(f"{program.path} is not in the source, or empty")
    return Told(TrainingProgram.PARTIAL if program.incomplete else TrainingProgram.CLAIMED, where)

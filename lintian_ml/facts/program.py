"""Whether the programs and documents behind a model are there, as far as its stanza and the source tell."""

from collections.abc import Mapping
from enum import Enum

from lintian_ml.declaration import Declaration, ModelStanza, Program
from lintian_ml.facts.told import Told, said
from lintian_ml.facts.tree import Tree
from lintian_ml.package import Package
from lintian_ml.policy import DataInformation, Source, TrainingProgram, TuningProgram
from lintian_ml.suite import Suite

NOT_THERE = "none"
"""What a stanza says of a program or a document that nobody has."""

WORDS: Mapping[str, tuple[Enum, Enum, Enum, Enum]] = {
    "training-program": (
        TrainingProgram.CLAIMED,
        TrainingProgram.PARTIAL,
        TrainingProgram.ABSENT,
        TrainingProgram.UNKNOWN,
    ),
    "tuning-program": (
        TuningProgram.CLAIMED,
        TuningProgram.PARTIAL,
        TuningProgram.ABSENT,
        TuningProgram.UNKNOWN,
    ),
    "data-information": (
        DataInformation.COMPLETE,
        DataInformation.PARTIAL,
        DataInformation.NONE,
        DataInformation.UNKNOWN,
    ),
}
"""The facts that are read of a field of their own name: what is there, incomplete, missing, not known."""


def programs(
    stanza: ModelStanza, declaration: Declaration, tree: Tree, suite: Suite | None
) -> dict[str, Told[Enum]]:
    """Return what is known of each: a claim at best, since nothing is run and no document is understood."""
    named: Mapping[str, Program | None] = {
        "training-program": stanza.training_program,
        "tuning-program": stanza.tuning_program,
        "data-information": stanza.data_information,
    }
    told = {
        fact: _of(program, WORDS[fact], said(declaration, stanza.line_of(fact)), tree, suite)
        for fact, program in named.items()
    }
    if stanza.training_program is None:
        told["training-program"] = told["training-program"].noting("no Training-Program field")
    return told


def _of(
    program: Program | None,
    words: tuple[Enum, Enum, Enum, Enum],
    where: Source,
    tree: Tree,
    suite: Suite | None,
) -> Told[Enum]:
    complete, partial, absent, unknown = (Told(word, where) for word in words)
    there = partial if program and program.incomplete else complete
    if program is None:
        return unknown
    if program.package:
        if suite is None:
            return unknown.noting(f"whether the suite has {program.package}")
        return (
            there if suite.has(program.package) else absent.noting(f"{suite.name} has no {program.package}")
        )
    if program.path == NOT_THERE:
        return absent
    if "://" in program.path or tree.holds(program.path):
        return there
    return absent.noting(f"{program.path} is not in the source, or empty")


def texts_of_program(stanza: ModelStanza, package: Package) -> Mapping[str, str]:
    """Return the texts of the Python programs that a stanza names as its training program, by their paths;
    those that were not kept are left out.
    """
    program = stanza.training_program
    if program is None or not program.path:
        return {}
    root = program.path.rstrip("/")
    paths = (path for path in package.texts if path == root or path.startswith(f"{root}/"))
    return {path: package.read_text(path) or "" for path in paths if path.endswith(".py")}

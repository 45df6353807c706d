"""One stanza of ``debian/models``: of which kind it is, and what its fields say."""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import partial
from typing import TypeVar

from lintian_ml.declaration.problem import ProblemKind
from lintian_ml.declaration.record import (
    Access,
    DatasetStanza,
    DataStanza,
    ModelStanza,
    Named,
    NotAModelStanza,
    ProbesStanza,
    SimulatorStanza,
)
from lintian_ml.declaration.value import FIXME, Problems, Values, shown
from lintian_ml.policy import (
    BaseReplaceable,
    Class,
    InputNotices,
    InputsLawful,
    PreferredForm,
    Reproducibility,
    Retraining,
    TrainedBy,
)
from lintian_ml.stanza import Field, Stanza

CLASSES = (Class.FREE, Class.TOXIC_CANDY, Class.NON_FREE)
LEVELS = tuple(level for level in Reproducibility if level is not Reproducibility.UNVERIFIED)

Answer = TypeVar("Answer", bound=Enum)


def known(answers: type[Answer]) -> list[Answer]:
    """Return the values of a fact but its unknown: who does not know leaves the field out."""
    return [answer for answer in answers if answer.value != "unknown"]


KINDS: Mapping[str, type[Named]] = {
    "Model": ModelStanza,
    "Dataset": DatasetStanza,
    "Simulator": SimulatorStanza,
    "Probes": ProbesStanza,
    "Not-A-Model": NotAModelStanza,
}
"""The fields that a stanza may begin with, and what it then is."""


def kind_of(stanza: Stanza) -> Field | None:
    """Return the field that says what a stanza is: the first of them, wherever it stands."""
    names = {kind.lower() for kind in KINDS}
    return next((entry for entry in stanza.fields if entry.name.lower() in names), None)


def read_stanza(stanza: Stanza, problems: Problems) -> Named | None:
    """Return what a stanza declares, or None if it is not said or has no name."""
    first = kind_of(stanza)
    if not first:
        message = f"a stanza of no kind; begin it with one of {', '.join(KINDS)}"
        problems.add(ProblemKind.SYNTAX_ERROR, stanza.line, message)
        return None
    if first is not stanza.fields[0]:
        message = f"{first.name} stands inside its stanza; write it first, after an empty line"
        problems.add(ProblemKind.SYNTAX_ERROR, first.line, message)
    kind = next(kind for kind in KINDS if kind.lower() == first.name.lower())
    check_fields(stanza, (kind, *KINDS[kind].known_fields()), problems)
    if len(first.text.split()) != 1 or FIXME.search(first.text):
        message = f"{kind}: {shown(first.text)} is no name; write one word"
        problems.add(ProblemKind.BAD_VALUE, first.line, message)
        return None
    lines = {entry.name.lower(): entry.line for entry in stanza.fields}
    named = READERS[kind](first.text, stanza.line, lines, Values(stanza, problems))
    for message in _missing(named, stanza):
        problems.add(ProblemKind.MISSING_FIELD, stanza.line, message)
    return named


def check_fields(stanza: Stanza, known: tuple[str, ...], problems: Problems) -> None:
    """Complain of fields that such a stanza has not, and of FIXME."""
    names = {name.lower() for name in known}
    for entry in stanza.fields:
        if entry.name.lower() not in names:
            message = f"unknown field {shown(entry.name)}"
            problems.misnamed(ProblemKind.UNKNOWN_FIELD, entry.line, message, entry.name, known)
        for line in entry.lines:
            if FIXME.search(line.text):
                problems.add(ProblemKind.FIXME, line.number, f"{entry.name}: write what is true for FIXME")


def _missing(named: Named, stanza: Stanza) -> Iterator[str]:
    """Yield what to add to a stanza that lacks a field."""
    if isinstance(named, ModelStanza) and not (stanza.get("Files") or stanza.get("Built-Files")):
        yield f"model {shown(named.name)} is in no file; add Files, or Built-Files if the build trains it"
    if isinstance(named, NotAModelStanza) and not stanza.get("Files"):
        yield f"not-a-model {shown(named.name)} is in no file; add Files"
    if isinstance(named, NotAModelStanza) and not named.comment:
        yield f"it is not said why {shown(named.name)} is no model; add a Comment"
    if isinstance(named, DataStanza) and named.access is Access.IN_SOURCE and not stanza.get("Files"):
        yield f"{shown(named.name)} is in the source, but not said where; add Files"
    if isinstance(named, DataStanza) and named.access is Access.IN_ARCHIVE and not stanza.get("Package"):
        yield f"{shown(named.name)} is in the archive, but not said where; add Package"


def _model(name: str, line: int, lines: Mapping[str, int], values: Values) -> ModelStanza:
    return ModelStanza(
        name,
        line,
        lines,
        files=values.globs("Files"),
        built_files=values.globs("Built-Files"),
        installed_files=values.placed("Installed-Files"),
        compiled_into=values.placed("Compiled-Into"),
        rebuilt_files=values.globs("Rebuilt-Files"),
        model_class=values.choice("Model-Class", CLASSES),
        source=values.text("Source"),
        trained_by=values.choice("Trained-By", TrainedBy),
        training_data=values.words("Training-Data"),
        training_program=values.program("Training-Program"),
        training_command=values.text("Training-Command"),
        training_depends=values.one_line("Training-Depends"),
        training_restrictions=values.words("Training-Restrictions") or (),
        base_model=values.references("Base-Model"),
        reproducibility=values.choice("Reproducibility", LEVELS),
        equality=values.lines("Equality"),
        checksums_sha256=values.checksums("Checksums-Sha256"),
        certificate=values.certificate("Certificate"),
        data_information=values.program("Data-Information"),
        tuning_program=values.program("Tuning-Program"),
        preferred_form=values.choice("Preferred-Form", known(PreferredForm)),
        base_replaceable=values.choice("Base-Replaceable", known(BaseReplaceable)),
        retraining=values.choice("Retraining", known(Retraining)),
        inputs_lawful=values.choice("Inputs-Lawful", known(InputsLawful)),
        input_notices=values.choice("Input-Notices", known(InputNotices)),
        components=values.components("Components"),
        comment=values.text("Comment"),
    )


def _data(
    kind: type[DataStanza], name: str, line: int, lines: Mapping[str, int], values: Values
) -> DataStanza:
    return kind(
        name,
        line,
        lines,
        files=values.globs("Files"),
        package=values.one_line("Package"),
        license=values.one_line("License"),
        license_source=values.text("License-Source"),
        access=values.choice("Access", Access),
        location=values.text("Location"),
        generated_by=values.references("Generated-By"),
        checksums_sha256=values.checksums("Checksums-Sha256"),
        comment=values.text("Comment"),
    )


def _probes(name: str, line: int, lines: Mapping[str, int], values: Values) -> ProbesStanza:
    return ProbesStanza(
        name,
        line,
        lines,
        files=values.globs("Files"),
        license=values.one_line("License"),
        location=values.text("Location"),
        checksums_sha256=values.checksums("Checksums-Sha256"),
        comment=values.text("Comment"),
    )


def _not_a_model(name: str, line: int, lines: Mapping[str, int], values: Values) -> NotAModelStanza:
    return NotAModelStanza(name, line, lines, files=values.globs("Files"), comment=values.text("Comment"))


READERS: Mapping[str, Callable[[str, int, Mapping[str, int], Values], Named]] = {
    "Model": _model,
    "Dataset": partial(_data, DatasetStanza),
    "Simulator": partial(_data, SimulatorStanza),
    "Probes": _probes,
    "Not-A-Model": _not_a_model,
}

"""``debian/models``: how a package declares its models. What can be read is used, the rest is a problem."""

from collections.abc import Iterable, Iterator

from lintian_ml.declaration.component import Component
from lintian_ml.declaration.problem import Problem, ProblemKind
from lintian_ml.declaration.reading import check_fields, kind_of, read_stanza
from lintian_ml.declaration.record import (
    Access,
    Certificate,
    Checksum,
    DatasetStanza,
    DataStanza,
    Declaration,
    ModelStanza,
    Named,
    NotAModelStanza,
    Placed,
    ProbesStanza,
    Program,
    Reference,
    SimulatorStanza,
)
from lintian_ml.declaration.value import Problems, shown
from lintian_ml.stanza import Stanza, read

__all__ = [
    "Access",
    "Certificate",
    "Checksum",
    "Component",
    "DataStanza",
    "DatasetStanza",
    "Declaration",
    "ModelStanza",
    "Named",
    "NotAModelStanza",
    "Placed",
    "ProbesStanza",
    "Problem",
    "ProblemKind",
    "Program",
    "Reference",
    "SimulatorStanza",
    "parse_declaration",
]

FORMAT = "1.0"
HEADER = ("Format", "Comment")


def parse_declaration(data: bytes, name: str = "debian/models") -> Declaration:
    """Parse the bytes of a declaration; never raises. ``name`` is the path of the file, for pointers."""
    stanzas, troubles = read(data)
    problems = Problems()
    for trouble in troubles:
        problems.add(ProblemKind.SYNTAX_ERROR, trouble.line, trouble.message)
    header, rest = _split(stanzas, problems)
    read_stanzas = [named for stanza in rest if (named := read_stanza(stanza, problems))]
    _duplicates(read_stanzas, problems)
    _references(read_stanzas, problems)
    return Declaration(
        name,
        header.text("Format") if header else "",
        header.text("Comment") if header else "",
        tuple(one for one in read_stanzas if isinstance(one, ModelStanza)),
        tuple(one for one in read_stanzas if isinstance(one, DatasetStanza)),
        tuple(one for one in read_stanzas if isinstance(one, SimulatorStanza)),
        tuple(one for one in read_stanzas if isinstance(one, ProbesStanza)),
        tuple(one for one in read_stanzas if isinstance(one, NotAModelStanza)),
        tuple(sorted(problems, key=lambda problem: problem.line)),
    )


def _split(stanzas: tuple[Stanza, ...], problems: Problems) -> tuple[Stanza | None, tuple[Stanza, ...]]:
    """Return the header, None where there is none, and the other stanzas."""
    if not stanzas or kind_of(stanzas[0]):
        line = stanzas[0].line if stanzas else 1
        message = f"no header; begin the file with a stanza that says Format: {FORMAT}"
        problems.add(ProblemKind.SYNTAX_ERROR, line, message)
        return None, stanzas
    header = stanzas[0]
    version = header.get("Format")
    if not version or version.text != FORMAT:
        said = f"format {shown(version.text)} is not known" if version else "the header has no Format field"
        message = f"{said}; write Format: {FORMAT}"
        problems.add(ProblemKind.SYNTAX_ERROR, version.line if version else header.line, message)
    check_fields(header, HEADER, problems)
    return header, stanzas[1:]


def _duplicates(stanzas: Iterable[Named], problems: Problems) -> None:
    """Complain of names given twice; data sets and simulators share theirs."""
    seen: dict[tuple[type, str], Named] = {}
    for named in stanzas:
        key = (DataStanza if isinstance(named, DataStanza) else type(named), named.name)
        if (first := seen.setdefault(key, named)) is not named:
            message = f"{shown(named.name)} already names the stanza on line {first.line}; write another"
            problems.add(ProblemKind.DUPLICATE, named.line, message)


def _references(stanzas: Iterable[Named], problems: Problems) -> None:
    """Complain of names that no stanza has."""
    named = list(stanzas)
    models = {one.name for one in named if isinstance(one, ModelStanza)}
    data = {one.name for one in named if isinstance(one, DataStanza)}
    for stanza in named:
        for field_name, kind, name in _mentioned(stanza):
            known = data if kind == "Dataset or Simulator" else models
            if name not in known:
                message = f"{field_name}: no {kind} stanza is named {shown(name)}; add one"
                line = stanza.line_of(field_name)
                problems.misnamed(ProblemKind.UNKNOWN_NAME, line, message, name, sorted(known)[:1000])


def _mentioned(stanza: Named) -> Iterator[tuple[str, str, str]]:
    """Yield each name that a stanza mentions: the field, the kind of stanza meant, the name."""
    if isinstance(stanza, ModelStanza):
        yield from (("Training-Data", "Dataset or Simulator", name) for name in stanza.training_data or ())
        bases = stanza.base_model or ()
        yield from (("Base-Model", "Model", base.name) for base in bases if base.kind == "model")
    if isinstance(stanza, DataStanza):
        makers = stanza.generated_by or ()
        yield from (("Generated-By", "Model", maker.name) for maker in makers if maker.kind == "model")

"""A reproduction as text for people: how it ended, both comparisons, and what to write in debian/models."""

from collections.abc import Iterator, Sequence

from lintian_ml.equality import Level, parse_predicate
from lintian_ml.equality.syntax import quoted
from lintian_ml.escape import for_line
from lintian_ml.reproduce.agreement import Agreement
from lintian_ml.reproduce.outcome import Ending, FileOutcome, Held, Outcome, Reproduction

WORDS = {Outcome.MET: "met", Outcome.NOT_MET: "not met", Outcome.NOT_DECIDED: "not decided"}


def lines(reproduction: Reproduction) -> Iterator[str]:
    """Yield the lines of the report on one model; what belongs to its first line is indented."""
    name = for_line(reproduction.model)
    if reproduction.ending is not Ending.TRAINED:
        yield f"{name}: {reproduction.ending.value}: {for_line(reproduction.reason)}"
        yield from _log(reproduction.log)
    else:
        yield f"{name}: {WORDS[reproduction.outcome]}"
        yield from (f"  {line}" for file in reproduction.files for line in _file(file))
        yield from (f"  {line}" for line in _advice(reproduction.files))
    yield from (f"  {for_line(sentence)}" for sentence in reproduction.conditions)
    if reproduction.removed:
        yield f"  also taken out of the tree: {', '.join(map(for_line, reproduction.removed))}"


def _log(log: str) -> Iterator[str]:
    """Yield the end of a log."""
    if log:
        yield "  the end of its log:"
        yield from (f"  | {for_line(line)}" for line in log.split("\n"))


def _file(file: FileOutcome) -> Iterator[str]:
    """Yield the two comparisons, and what held over both."""
    path = for_line(file.path)
    if file.whole:
        yield f"{path}: it is part of {for_line(file.whole)}"
        return
    if file.shipped:
        yield f"{path}: the runs against what is shipped: {_group(file.shipped)}"
    if file.between:
        yield f"{path}: the runs against each other: {_group(file.between)}"
    yield f"{path}: {_strongest(file.agreement)}"


def _group(several: Sequence[Held]) -> str:
    """Return the verdict that all have in common, or one for each run."""
    said = {held.second: _held(held) for held in several}
    if len(set(said.values())) == 1:
        return for_line(next(iter(said.values())))
    return for_line("; ".join(f"run {number}: {words}" for number, words in said.items()))


def _held(held: Held) -> str:
    return f"{held.verdict}: {held.reason}" if held.reason else held.verdict


def _strongest(agreement: Agreement) -> str:
    """Say what held over all runs, and what that amounts to."""
    because = f" ({for_line(agreement.reason)})" if agreement.reason else ""
    if not agreement.predicate:
        return f"no predicate is known that holds over all{because}"
    predicate = for_line("; ".join(agreement.predicate.splitlines()))
    return f"the strongest that held over all: {predicate}, level: {agreement.level.value}{because}"


def _advice(files: Sequence[FileOutcome]) -> Iterator[str]:
    """Yield the fields to write in debian/models."""
    agreements = {file.path: file.agreement for file in files if not file.whole}
    if not agreements:
        return
    level = max((one.level for one in agreements.values()), key=lambda level: level.rank)
    yield "what to write in debian/models, by these runs:"
    yield f"  Reproducibility: {level.value}"
    if level is Level.NONE:
        return
    rows = list(_rows(agreements))
    if len(rows) == 1:
        yield f"  Equality: {for_line(rows[0])}"
        return
    yield "  Equality:"
    yield from (f"   {for_line(row)}" for row in rows)


def _rows(agreements: dict[str, Agreement]) -> Iterator[str]:
    """Yield the lines of one predicate for all files; each line names its file where they differ."""
    predicates = {one.predicate for one in agreements.values()}
    if len(predicates) == 1:
        yield from predicates.pop().splitlines()
        return
    ignored: dict[str, None] = {}
    for path, agreement in agreements.items():
        if agreement.predicate == "identical":
            continue
        specification = parse_predicate(agreement.predicate)
        ignored |= dict.fromkeys(specification.ignored)
        for clause in specification.clauses:
            yield f"{quoted(path)}//{quoted(clause.selector.pattern)}  {clause.predicate}"
    yield from (f"@metadata:{quoted(key)} ignore" for key in ignored)

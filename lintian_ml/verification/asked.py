"""What a Model stanza asks of two trainings: its predicate, read by the comparator's language."""

from lintian_ml.declaration import ModelStanza
from lintian_ml.equality import Level, Specification, parse_predicate
from lintian_ml.policy import Reproducibility

LEVELS = {
    Reproducibility.BIT_BY_BIT: Level.BIT_BY_BIT,
    Reproducibility.NUMERICAL: Level.NUMERICAL,
    Reproducibility.PERFORMANCE: Level.PERFORMANCE,
    Reproducibility.NONE: Level.NONE,
}
"""The levels as the comparator knows them."""

WORDS = {level: word for word, level in LEVELS.items()}


def predicate_of(stanza: ModelStanza) -> Specification | None:
    """Return the predicate that a stanza declares: byte equality where only that is claimed, None where
    nothing is. PredicateError where it cannot be understood.
    """
    if stanza.equality:
        return parse_predicate("\n".join(line.text for line in stanza.equality))
    return parse_predicate("identical") if stanza.reproducibility is Reproducibility.BIT_BY_BIT else None


def level_of(specification: Specification) -> Level:
    """Return the highest level that a predicate can vouch for, whatever the models are that meet it."""
    if specification.structure_unchecked:
        return Level.NONE
    clauses = [
        min((term.level for term in clause.terms), key=lambda level: level.rank)
        for clause in specification.clauses
    ]
    return max(clauses, key=lambda level: level.rank, default=Level.BIT_BY_BIT)

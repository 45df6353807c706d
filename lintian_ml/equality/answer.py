"""Answers a predicate on two files, whatever it asks for: what the files hold, and what measurements tell."""

from __future__ import annotations

from pathlib import Path

from lintian_ml.equality.files import compare_files
from lintian_ml.equality.language import Specification, parse_predicate
from lintian_ml.equality.manner import PLAIN, Manner
from lintian_ml.equality.predicate import Kind
from lintian_ml.equality.verdict import Comparison


def answer(
    first: Path | str,
    second: Path | str,
    predicate: str | None = None,
    manner: Manner = PLAIN,
    *,
    probes: Path | str = ".",
    evaluate: bool = False,
) -> Comparison:
    """Compare two files as ``compare_files`` does; where measurements are asked for, see to them too.

    Their probes and runs lie in the folder ``probes``; graphs are run only with ``evaluate``.
    """
    specification = None if predicate is None else parse_predicate(predicate)
    if specification is None or not _measures(specification):
        return compare_files(first, second, specification, manner)
    from lintian_ml.equality.evaluation import measure_files

    return measure_files(first, second, specification, manner, folder=probes, evaluate=evaluate)


def _measures(specification: Specification) -> bool:
    """Whether any measurement is asked for."""
    terms = (term for clause in specification.clauses for term in clause.terms)
    return any(term.kind is Kind.MEASUREMENT for term in terms)

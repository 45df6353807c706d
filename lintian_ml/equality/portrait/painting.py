"""Makes the portraits of a comparison: of those tensors that a report tells of first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.language import parse_predicate
from lintian_ml.equality.portrait import Portrait
from lintian_ml.equality.portrait.coherence import coherence
from lintian_ml.equality.portrait.gathering import Gathering
from lintian_ml.equality.predicate import Predicate
from lintian_ml.equality.verdict import TensorResult, Verdict
from lintian_ml.error import FormatError
from lintian_ml.model import Model

MOST = 24
"""Portraits of one comparison."""


def telling(results: Sequence[TensorResult]) -> list[TensorResult]:
    """Return the results on tensors that differ or do not hold: what fails most first, then what is furthest
    apart.
    """
    found = [one for one in results if one.differing or one.verdict is not Verdict.MET]
    return sorted(found, key=lambda one: (one.verdict is Verdict.MET, -one.failing, -_furthest(one)))


def _furthest(result: TensorResult) -> int:
    return (result.worst.ulp or 0) if result.worst else 0


def paint(
    first: Model, second: Model, results: Sequence[TensorResult], advance: Callable[[int], None]
) -> Iterator[Portrait]:
    """Yield the portraits of the first tensors that differ, in the order in which they are told of.

    A payload that cannot be read to its end has none; its result says so already. ``advance`` is told how
    many bytes were gone through.
    """
    firsts, seconds = ({tensor.name: tensor for tensor in model.tensors} for model in (first, second))
    shown = [one for one in telling(results) if one.differing]
    for result in shown[:MOST]:
        gathered = Gathering(Pair(firsts[result.name], seconds[result.name]))
        try:
            gathered.gather(advance)
        except FormatError:
            continue
        yield _portrait(gathered, result)


def _portrait(gathered: Gathering, result: TensorResult) -> Portrait:
    octaves = gathered.octaves.tolist()
    while octaves and not octaves[-1]:
        octaves.pop()
    return Portrait(
        name=result.name,
        pairs=result.elements,
        octaves=tuple(octaves),
        unordered=gathered.unordered,
        field=gathered.field(),
        coherence=coherence(gathered, _terms(result)),
    )


def _terms(result: TensorResult) -> Sequence[Predicate]:
    """Return what was asked of a tensor."""
    (clause,) = parse_predicate(result.predicate).clauses or (None,)
    return clause.terms if clause else ()

"""The strongest predicate that holds over several pairs of files, and the level that it amounts to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lintian_ml.equality import (
    Clause,
    Comparison,
    Level,
    Predicate,
    Selector,
    Specification,
    Verdict,
    compare_files,
    parse_predicate,
)
from lintian_ml.equality.closeness import TOO_WEAK, parameter, to_hold
from lintian_ml.equality.language import PRESETS
from lintian_ml.error import LintianMLError

Pair = tuple[Path, Path]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What holds over all pairs: a predicate in canonical form, empty where none is known that does.

    ``level`` is what it amounts to; ``reason`` says why that is not more.
    """

    predicate: str
    level: Level
    reason: str = ""


IDENTICAL = Agreement("identical", Level.BIT_BY_BIT)


def agreement(pairs: Sequence[Pair], declared: Specification | None = None) -> Agreement:
    """Return the strongest predicate that holds over pairs of files that are not equal byte for byte.

    Where none is found, ``declared`` may hold all the same, as it can leave the structure unchecked.
    """
    if not pairs:
        return IDENTICAL
    found = _agreement(pairs)
    if found.predicate or declared is None or not (whole := _over_all(declared, pairs)):
        return found
    reason = f"as declared; none was found that asks for more: {found.reason}"
    return Agreement(whole.predicate, whole.level, reason)


def _agreement(pairs: Sequence[Pair]) -> Agreement:
    """Return the strongest predicate that is found, or why there is none."""
    try:
        found = [compare_files(first, second) for first, second in pairs]
    except (LintianMLError, OSError) as error:
        return Agreement("", Level.NONE, str(error))
    failed = next((one for one in found if one.verdict is not Verdict.MET), None)
    if failed:
        return Agreement("", Level.NONE, f"{failed.verdict.value}: {failed.reason}")
    best = _strongest(found, pairs)
    if best is None:
        return Agreement("", Level.NONE, "each pair has a predicate of its own, and none was found for all")
    if best.level is Level.NUMERICAL and not _is_close(best, pairs):
        return Agreement(best.predicate, Level.NONE, TOO_WEAK)
    return Agreement(best.predicate, best.level)


def _strongest(found: Sequence[Comparison], pairs: Sequence[Pair]) -> Comparison | None:
    """Return what comes of the candidate of least slack among those that hold for all pairs."""
    own = dict.fromkeys(parse_predicate(comparison.predicate) for comparison in found)
    merged = _merged(found)
    holding = [whole for one in dict.fromkeys((*own, merged)) if (whole := _over_all(one, pairs))]
    if not holding:
        fallback = (_over_all(parse_predicate(text), pairs) for text in PRESETS.values())
        return next((whole for whole in fallback if whole), None)
    return min(holding, key=_slack)


def _slack(comparison: Comparison) -> float:
    return float("inf") if comparison.slack is None else comparison.slack


def _over_all(specification: Specification, pairs: Sequence[Pair]) -> Comparison | None:
    """Return the comparison that leaves most open, None where the predicate does not hold for each pair."""
    worst: Comparison | None = None
    for first, second in pairs:
        try:
            comparison = compare_files(first, second, specification)
        except LintianMLError:
            return None
        if comparison.verdict is not Verdict.MET:
            return None
        if worst is None or (comparison.level.rank, _slack(comparison)) > (worst.level.rank, _slack(worst)):
            worst = comparison
    return worst


def _merged(found: Sequence[Comparison]) -> Specification:
    """Return what asks of each tensor the weakest of what was found for it."""
    terms: dict[str, list[Predicate]] = {}
    for comparison in found:
        for tensor in comparison.tensors:
            (clause,) = parse_predicate(tensor.predicate).clauses
            terms.setdefault(tensor.name, []).extend(clause.terms)
    ignored = dict.fromkeys(key for one in found for key in parse_predicate(one.predicate).ignored)
    weakest = {name: _weakest(several) for name, several in terms.items()}
    if len(set(weakest.values())) == 1:
        return Specification((Clause(Selector("*"), (next(iter(weakest.values())),)),), tuple(ignored))
    lines = (Clause(Selector.of(name), (term,)) for name, term in weakest.items() if term.name != "same")
    return Specification(tuple(lines) or parse_predicate("same").clauses, tuple(ignored))


def _weakest(terms: Iterable[Predicate]) -> Predicate:
    """Return the one that the others imply: of one kind that of the largest parameter, ``same`` never.

    Where there are two kinds, ``scaled`` may be had for the others; whether it holds is for a comparison.
    """
    return max(terms, key=lambda term: (RANKS.get(term.name, 0), parameter(term)))


RANKS = {"ulp": 1, "steps": 1, "scaled": 2}


def _is_close(best: Comparison, pairs: Sequence[Pair]) -> bool:
    """Whether what holds may be called numerical."""
    asked = to_hold(parse_predicate(best.predicate))
    return asked is None or _over_all(asked, pairs) is not None

"""Binds the lines of a predicate to the tensors of two models: the last line that selects a tensor wins."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from lintian_ml.equality.language import Clause, Selector, Specification
from lintian_ml.equality.predicate import Level, Predicate
from lintian_ml.equality.predicates.same import Same
from lintian_ml.equality.syntax import PredicateError

SCALES = ("float8e8m0",)
"""Types that hold nothing but the scales of quantised blocks: relaxed by exact name only."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one tensor: all ``terms``; ``relaxed`` where a line asks it, ``spared`` where one
    would but its predicate is not defined for the tensor's type, so that bit equality stays.
    """

    terms: tuple[Predicate, ...] = (Same(),)
    relaxed: bool = False
    spared: bool = False

    @property
    def predicate(self) -> str:
        """The terms in canonical form."""
        return _spelled(self.terms)

    @property
    def level(self) -> Level:
        """The highest level among the terms."""
        return min((term.level for term in self.terms), key=lambda level: level.rank)


@cache
def _spelled(terms: tuple[Predicate, ...]) -> str:
    """Return terms in canonical form; many tensors share them."""
    return " and ".join(map(str, terms))


STRICT = Asked()


def bind(
    specification: Specification, types: Mapping[str, str], files: Sequence[str] = ()
) -> dict[str, Asked]:
    """Return what is asked of each tensor, by name; ``types`` has each tensor's dtype by its name.

    ``files`` are the paths that a selector's ``FILE//`` may mean; a line on another file is passed over.
    PredicateError for a line that selects nothing or is wholly shadowed by later ones, for a type that a
    predicate named for one tensor is not defined for, and for a predicate that every pair of values of a type
    satisfies.
    """
    asked: dict[str, Asked] = {}
    for clause in reversed(list(_of_this_file(specification.clauses, files))):
        selected = _selected(clause.selector, types)
        won = _won(clause, [name for name in selected if name not in asked] if asked else selected, types)
        if not won and (selected or not _selects_all(clause)):
            what = "is wholly shadowed by the lines after it" if selected else "selects no tensor"
            raise PredicateError(clause.line, 1, f"{clause.selector} {what}")
        if won and all(one.spared for one in won.values()):
            what = f"{clause.predicate} is not defined for the elements of any tensor that is left to it"
            raise PredicateError(clause.line, 1, what)
        asked |= won
    return dict.fromkeys(types, STRICT) | asked


def _selected(selector: Selector, types: Mapping[str, str]) -> list[str]:
    """Return the names that a selector matches."""
    if selector.exact:
        return [selector.pattern] if selector.pattern in types else []
    if selector.pattern == "*":
        return list(types)
    matches = selector.expression().fullmatch
    return [name for name in types if matches(name)]


def _selects_all(clause: Clause) -> bool:
    """Whether the clause is about a whole model, where a lack of tensors is no mistake."""
    return clause.selector.pattern == "*" and not clause.selector.file


def _of_this_file(clauses: Sequence[Clause], files: Sequence[str]) -> Iterator[Clause]:
    """Yield the clauses without a file, and those whose file is, from its last component on, one of
    ``files``.
    """
    for clause in clauses:
        file = clause.selector.file
        if file and not files:
            raise PredicateError(
                clause.line, 1, f"{file}// selects a file, but these models have no file names"
            )
        if not file or any(f"/{path}".endswith(f"/{file}") for path in files):
            yield clause


def _won(clause: Clause, names: Sequence[str], types: Mapping[str, str]) -> dict[str, Asked]:
    """Return what a clause asks of each tensor: of those of one type, mostly the very same."""
    dtypes = [types[name] for name in names]
    made = {dtype: _asked(clause, names[dtypes.index(dtype)], dtype) for dtype in dict.fromkeys(dtypes)}
    return dict(zip(names, map(made.__getitem__, dtypes), strict=True))


def _asked(clause: Clause, name: str, dtype: str) -> Asked:
    """Return what ``clause`` asks of a tensor."""
    undefined = [term for term in clause.terms if not term.defined_for(dtype)]
    if clause.selector.exact:
        for term in undefined:
            raise PredicateError(
                clause.line, 1, f"{term} is not defined for {name}, whose elements are {dtype}"
            )
    elif undefined or (dtype in SCALES and any(term.level is not Level.BIT_BY_BIT for term in clause.terms)):
        return Asked(spared=True)
    if all(term.vacuous(dtype) for term in clause.terms):
        what = (
            f"every pair of finite {dtype} values satisfies {clause.predicate}, so it says nothing of {name}"
        )
        raise PredicateError(clause.line, 1, what)
    return Asked(clause.terms, relaxed=any(term.level is not Level.BIT_BY_BIT for term in clause.terms))


def distinct(bounds: Mapping[str, Asked]) -> Collection[Asked]:
    """Return what is asked of any tensor, that of many tensors once, in the order of the first of them."""
    return dict(zip(map(id, bounds.values()), bounds.values(), strict=True)).values()


def level(specification: Specification, bounds: Mapping[str, Asked]) -> Level:
    """Return the level that a predicate vouches for where it is met: the lowest of its tensors'."""
    if specification.structure_unchecked:
        return Level.NONE
    levels = [bound.level for bound in distinct(bounds)]
    return max(levels, key=lambda level: level.rank, default=Level.BIT_BY_BIT)

"""The mutants of a module: all the changes that can be made to it, by name, and each of them made."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.validation.mutator import Mutator


@dataclass(frozen=True, slots=True)
class Mutant:
    """The ``number``-th change of a module, and what it is, in words that no other of the module has."""

    module: str
    number: int
    place: str


def mutants(module: str, source: str) -> list[Mutant]:
    """Return every mutant of a module; alike places are counted."""
    mutator = Mutator()
    mutator.visit(ast.parse(source))
    return [Mutant(module, number, place) for number, place in enumerate(_told_apart(mutator.places))]


def _told_apart(places: list[str]) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for place in places:
        seen[place] += 1
        yield place if seen[place] == 1 else f"{place} ({seen[place]})"


def mutated(source: str, number: int) -> ast.Module:
    """Return the tree of a source with its ``number``-th change."""
    tree = ast.fix_missing_locations(Mutator(number).visit(ast.parse(source)))
    assert isinstance(tree, ast.Module)
    return tree

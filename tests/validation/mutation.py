"""Breaks the comparator on purpose, one place at a time, and counts how many of the breaks are noticed.

    python -m tests.validation.mutation [--every N] [--seconds S] [--thorough] [GLOB...]

A mutant is a module with one operator, constant or name changed; it is made in memory, in a process of its
own, and never written. It is noticed if the self-test finds something wrong with it, or, with --thorough, a
test of the comparator fails. Prints a line on each and the score; every N-th mutant of each module is tried.
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.util
import os
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent.parent
ROOM = "lintian_ml.equality"
MODULES = (
    *("elements", "judge", "narrow", "bound", "stretch", "lattice", "codebook", "portion"),
    *(f"predicates.{name}" for name in ("same", "ulp", "steps", "close", "scaled", "grid", "norm")),
)
PATIENCE = 60
"""Seconds of the processor after which a mutant that has not ended counts as noticed."""

TESTS = ("tests/equality/test_engine.py", "tests/equality/test_grid.py", "tests/test_equality_compare.py")

COMPARISONS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
               ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is}  # fmt: skip
OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
             ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.Mult: ast.Add, ast.BitXor: ast.BitOr,
             ast.FloorDiv: ast.Mult, ast.Mod: ast.Add}  # fmt: skip
NAMES = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """The ``number``-th change of a module, and where and what it is."""

    module: str
    number: int
    place: str


class Mutator(ast.NodeTransformer):
    """Makes the ``number``-th change to a tree, and lists all there are."""

    def __init__(self, number: int = -1) -> None:
        self.number = number
        self.places: list[str] = []
        self.inside = ["module"]

    def _here(self, node: ast.AST, what: str) -> bool:
        """Count a place; whether the change is to be made there."""
        self.places.append(f"{self.inside[-1]}: {what} in {ast.unparse(node)[:60]!r}")
        return len(self.places) - 1 == self.number

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Leave decorators and types alone, and docstrings."""
        self.inside.append(node.name)
        node.body = [self.visit(statement) for statement in node.body]
        self.inside.pop()
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Change the value only."""
        node.value = self.visit(node.value) if node.value else None
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Leave messages alone."""
        return node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """Leave messages alone."""
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Leave the decorators of a class alone."""
        node.body = [self.visit(statement) for statement in node.body]
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Move or turn a comparison."""
        for at, operator in enumerate(node.ops):
            other = COMPARISONS.get(type(operator))
            if other and self._here(node, f"{type(operator).__name__} to {other.__name__}"):
                node.ops[at] = other()
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Put another operator for one."""
        other = OPERATORS.get(type(node.op))
        if other and self._here(node, f"{type(node.op).__name__} to {other.__name__}"):
            node.op = other()
        return self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """Put ``or`` for ``and``, and the other way round."""
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        if self._here(node, f"to {other.__name__}"):
            node.op = other()
        return self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """Leave out a sign or a negation."""
        if self._here(node, f"without {type(node.op).__name__}"):
            return self.generic_visit(node.operand)
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """Turn a truth value, add one to a number."""
        if isinstance(node.value, bool):
            if self._here(node, "the opposite"):
                return ast.Constant(not node.value)
        elif isinstance(node.value, int) and self._here(node, "one more"):
            return ast.Constant(node.value + 1)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Put the larger for the smaller."""
        if node.attr in NAMES and self._here(node, f"to {NAMES[node.attr]}"):
            node.attr = NAMES[node.attr]
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Put the larger for the smaller."""
        if node.id in NAMES and self._here(node, f"to {NAMES[node.id]}"):
            node.id = NAMES[node.id]
        return node


def mutants(module: str) -> list[Mutant]:
    """Return every mutant of a module."""
    mutator = Mutator()
    mutator.visit(ast.parse(_source(module)))
    return [Mutant(module, number, place) for number, place in enumerate(mutator.places)]


def _source(module: str) -> str:
    return (ROOT / f"{ROOM}.{module}".replace(".", "/")).with_suffix(".py").read_text()


class _Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the mutant when its module is imported."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(
        self, name: str, path: object, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Answer for the one module."""
        del path, target
        return importlib.util.spec_from_loader(name, self) if name == f"{ROOM}.{self.mutant.module}" else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed tree."""
        tree = Mutator(self.mutant.number).visit(ast.parse(_source(self.mutant.module)))
        exec(compile(ast.fix_missing_locations(tree), module.__name__, "exec"), module.__dict__)


def noticed(mutant: Mutant, thorough: bool) -> str:
    """Return what noticed a mutant; an empty string where nothing did."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
        _silence()
        sys.meta_path.insert(0, _Loader(mutant))
        try:
            found = _self_test() or (_tests() if thorough else "")
        except BaseException as error:
            found = f"broke down: {type(error).__name__}"
        os.write(writing, found.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        found = answer.read()
    _, status = os.waitpid(child, 0)
    return found or ("did not end" if status else "")


def _silence() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)


def _self_test() -> str:
    """Return the first check of the self-test that finds something wrong."""
    from lintian_ml.equality.self_test import checks, examine

    checks.ROUNDS, checks.LONG = 80, 3000
    return next((f"self-test: {found.name}" for found in examine(1) if found.wrong), "")


def _tests() -> str:
    """Return whether a test fails."""
    import pytest

    return "tests" if pytest.main(["-x", "-q", "-p", "no:cacheprovider", *TESTS]) else ""


def chosen(globs: Sequence[str], every: int) -> Iterator[Mutant]:
    """Yield every ``every``-th mutant of the modules whose names fit."""
    for module in MODULES:
        if any(fnmatchcase(module, glob) for glob in globs):
            yield from mutants(module)[every // 2 :: every]


def main(arguments: Sequence[str] | None = None) -> int:
    """Try mutants; return 1 if fewer than 95 % are noticed."""
    made = argparse.ArgumentParser(prog="python -m tests.validation.mutation", description=__doc__)
    made.add_argument("globs", nargs="*", metavar="GLOB", default=["*"])
    made.add_argument("--every", type=int, default=1)
    made.add_argument("--seconds", type=float, default=float("inf"), help="begin none after so long")
    made.add_argument("--thorough", action="store_true", help="also run the comparator's tests")
    options = made.parse_intermixed_args(arguments)
    import numpy  # noqa: F401  # shared by all children

    end, tried, killed = time.monotonic() + options.seconds, 0, 0
    for mutant in chosen(options.globs, options.every):
        if time.monotonic() > end:
            break
        by = noticed(mutant, options.thorough)
        tried, killed = tried + 1, killed + bool(by)
        print(f"{by or 'SURVIVED'}\t{mutant.module}\t{mutant.number}\t{mutant.place}", flush=True)
    print(f"{killed} of {tried} mutants noticed")
    return int(killed < 0.95 * tried)


if __name__ == "__main__":
    sys.exit(main())

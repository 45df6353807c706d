"""What a check hangs on: the parts of the comparator that answer it, and a digest of what they do.

A part is a module, as ``narrow.py``, or some functions, classes and constants of one, as
``judge.py:Judge.accepts apart``.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import lintian_ml.equality

PACKAGE = Path(lintian_ml.equality.__file__).parent

ASKED = "judge.py:Judge.__init__ Judge.accepts"
BY_RANK = ("elements.py", ASKED, "judge.py:Judge.excess apart", "predicates/ulp.py:_Ulp.__init__ _Ulp.near")
BY_BOUND = (
    "elements.py",
    ASKED,
    "bound.py:EXACT_PAIRS MARGIN FLUSHED Bound.__init__ Bound.near Bound._clearly",
    "bound.py:Bound._estimated Bound._halved Bound._exactly Bound._decide Bound.holds",
    "narrow.py",
    "predicates/close.py:Close.judge",
)
KERNELS = (*BY_RANK, *BY_BOUND, "lattice.py", "codebook.py", "predicates/*.py")
WHOLE = ("*.py", "predicates/*.py")
"""What the checks of ranks hang on, those of bounds, those of all kernels, and those of the whole engine."""


@cache
def program(parts: tuple[str, ...]) -> str:
    """Return a digest of what parts of the comparator do, whatever their docstrings and comments say."""
    digest = hashlib.sha256()
    for part in parts:
        glob, _, names = part.partition(":")
        for path in sorted(PACKAGE.glob(glob)):
            for node in chosen(ast.parse(path.read_text()), frozenset(names.split())):
                digest.update(ast.dump(_undocumented(node)).encode())
    return digest.hexdigest()[:12]


def chosen(tree: ast.Module, names: frozenset[str]) -> Iterator[ast.AST]:
    """Yield what has one of the names, a method with its class's before it; without names the module."""
    if not names:
        yield tree
        return
    for node in tree.body:
        yield from (node for name in _names(node) if name in names)
        if isinstance(node, ast.ClassDef):
            yield from (one for one in node.body for name in _names(one) if f"{node.name}.{name}" in names)


def _names(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    yield from (target.id for target in targets if isinstance(target, ast.Name))


def _undocumented(tree: ast.AST) -> ast.AST:
    """Take the docstrings, and other statements that are nothing but a text, out of a tree."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            body[:] = [one for one in body if not _text(one)]
    return tree


def _text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )

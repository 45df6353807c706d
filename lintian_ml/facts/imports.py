"""Which packages the imports of a Python program ask for, and which of them a suite has.

A module NAME is looked for in python3-NAME, unless the table says otherwise; modules of Python itself and
those of the source are passed over.
"""

import ast
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files

from lintian_ml.facts.breakers import parsed
from lintian_ml.suite import Suite

MOST = 1000
"""Imports of one program that are looked at."""


@cache
def packages() -> Mapping[str, tuple[str, ...]]:
    """Return the packages, each of which provides the module, by its name; no package is none of Debian."""
    text = files("lintian_ml.facts").joinpath("modules.list").read_text("utf-8")
    rows = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {module: tuple(names) for module, *names in rows}


def unprovided(text: str, own: Collection[str], suite: Suite) -> Iterator[tuple[str, int]]:
    """Yield each module that a program imports and no package of the suite provides, with its line.

    ``own`` are the paths of the source. An import that the program does without, within a ``try``, counts
    for nothing.
    """
    local = {part.removesuffix(".py") for path in own if path.endswith(".py") for part in path.split("/")}
    told: set[str] = set()
    for module, line in _imports(text):
        top = module.partition(".")[0]
        if top in told or top in sys.stdlib_module_names or top in local or top.startswith("_"):
            continue
        told.add(top)
        if not any(suite.has(name) for name in _candidates(module)):
            yield top, line


def _candidates(module: str) -> Iterator[str]:
    """Yield the packages in which a module may be."""
    top = module.partition(".")[0]
    table = packages()
    yield from table.get(module, table.get(top, ()))
    word = re.sub(r"[^a-z0-9+.-]", "-", top.lower())
    yield from (f"python3-{word}", f"python3-{word.removeprefix('py')}", f"python3-py{word}")


def _imports(text: str) -> Iterator[tuple[str, int]]:
    """Yield the modules that a program needs, with the lines that import them."""
    tree = parsed(text)
    if tree is None:
        return
    spared = {
        id(node) for attempt in ast.walk(tree) if isinstance(attempt, ast.Try) for node in ast.walk(attempt)
    }
    for node, _ in zip(_import_nodes(tree), range(MOST), strict=False):
        if id(node) in spared:
            continue
        if isinstance(node, ast.Import):
            yield from ((one.name, node.lineno) for one in node.names)
        elif node.module and not node.level:
            yield node.module, node.lineno


def _import_nodes(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node

"""Finds the modules of a package folder, and imports them once, in the order of their names."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def names(package: str) -> tuple[str, ...]:
    """Return the full names of the modules directly inside ``package`` ("lintian_ml.formats"), sorted."""
    path = importlib.import_module(package).__path__
    found = (entry.name for entry in pkgutil.iter_modules(path) if not entry.ispkg)
    return tuple(f"{package}.{name}" for name in sorted(found))


@cache
def modules(package: str) -> tuple[ModuleType, ...]:
    """Return every module directly inside ``package``, imported, sorted by name."""
    return tuple(importlib.import_module(name) for name in names(package))


def declared(module: str, name: str) -> tuple[list[object], dict[str, object]] | None:
    """Return the arguments of the call that ``name`` is set to in the source of a module, not importing it.

    That is for statements like ``NAME = Class("literal", key=b"literal")``, at the beginning of a line; None
    where there is no source, no such statement, or an argument that is no literal.
    """
    import ast

    package, _, base = module.rpartition(".")
    try:
        source = pkgutil.get_data(package, f"{base}.py")
    except OSError:
        return None
    start = (source or b"").find(f"\n{name} = ".encode()) + 1
    if source is None or not start:
        return None
    end = source.find(b"\n", start)
    if source[end - 1 : end] == b"(":
        end = source.find(b"\n)", end) + 2
    try:
        statement = ast.parse(source[start:end]).body[0]
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
            return None
        call = statement.value
        keys = {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
        return [ast.literal_eval(value) for value in call.args], keys
    except (SyntaxError, ValueError):
        return None

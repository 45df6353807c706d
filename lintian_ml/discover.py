"""Imports the modules of a package folder, once, in the order of their names."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def modules(package: str) -> tuple[ModuleType, ...]:
    """Return every module directly inside ``package`` ("lintian_ml.formats"), imported, sorted by name."""
    path = importlib.import_module(package).__path__
    names = sorted(entry.name for entry in pkgutil.iter_modules(path) if not entry.ispkg)
    return tuple(importlib.import_module(f"{package}.{name}") for name in names)

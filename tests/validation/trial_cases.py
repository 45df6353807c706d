"""The cases of the comparator's tests, one by one: which there are, what each calls, and how long it takes.

A case is a test, of a file or of a class in it, with one row of its ``parametrize``. Left out is what
draws at random (``hypothesis``), since that might notice a mutant today and not tomorrow, and what starts
a program, where no mutant is.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from itertools import chain, product
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType, ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
COMPARATOR = str(ROOT / "lintian_ml" / "equality") + "/"
FILES = (
    *(f"tests.equality.{path.stem}" for path in sorted((ROOT / "tests/equality").glob("test_*.py"))),
    *("tests.test_equality_language", "tests.test_equality_compare"),
    *(
        "tests.validation.test_self_test",
        "tests.reproduce.test_agreement",
        "tests.test_parts",
    ),
)
"""Those of the comparator, of its self-test, and of what asks it."""

GIVEN = frozenset({"monkeypatch", "tmp_path"})
"""What a test may ask of pytest's, beside fixtures of its own file."""

PROGRAMS = frozenset({"subprocess", "run_command"})
"""What starts a program."""

LONGEST = 0.8
"""Seconds that a case may take to be asked; the few that take longer compare very large models."""


@dataclass(frozen=True, slots=True)
class Case:
    """The ``row``-th case of a test; its ``seconds`` of the processor, and the functions it called, each as
    ``module:name`` with ``name`` as the code has it.
    """

    file: str
    test: str
    row: int
    seconds: float = 0.0
    called: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.file.rpartition('.')[2]}: {self.test}"

    def passes(self) -> bool:
        """Whether it passes, or is skipped; warnings are errors."""
        test = _found(self.file, self.test)
        for at, given in enumerate(_rows(test)):
            if at == self.row:
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    return _passes(self.file, test, given)
        return False


def cases(globs: Sequence[str] = ("*",)) -> Iterator[Case]:
    """Yield every case of those of ``FILES`` that a pattern fits."""
    for file in (file for file in FILES if any(fnmatchcase(file, f"*.test_{glob}") for glob in globs)):
        for name in _names(file):
            test = _found(file, name)
            if not _left_out(test):
                for at, given in enumerate(_rows(test)):
                    if all(_at_hand(one, file, test) for one in _asked(test) - given.keys()):
                        yield Case(file, name, at)


def _names(file: str) -> Iterator[str]:
    """Yield the names of the tests of a file; those of a class after the name of it and a dot."""
    for name, held in list(vars(importlib.import_module(file)).items()):
        if name.startswith("test_"):
            yield name
        elif name.startswith("Test") and inspect.isclass(held):
            yield from (f"{name}.{own}" for own in dir(held) if own.startswith("test_"))


def _found(file: str, name: str) -> Callable[..., None]:
    """Return a test by its name; one of a class is bound to a new object of it."""
    room, _, own = name.rpartition(".")
    module = importlib.import_module(file)
    test: Callable[..., None] = getattr(getattr(module, room)() if room else module, own)
    return test


def _left_out(test: Callable[..., None]) -> bool:
    """Whether a test draws at random or starts a program."""
    return getattr(test, "is_hypothesis_test", False) or bool(PROGRAMS & {*test.__code__.co_names})


def observed(case: Case) -> tuple[bool, Case]:
    """Return whether a case passes, and the case with what it called and how long it took."""
    codes = set[object]()
    for name, module in list(sys.modules.items()):
        if name.startswith("lintian_ml.equality."):
            _forget(module)

    def note(frame: FrameType, event: str, argument: object) -> None:
        del event, argument
        codes.add(frame.f_code)

    start = time.process_time()
    threading.settrace(note)
    sys.settrace(note)
    try:
        passes = case.passes()
    finally:
        sys.settrace(None)
        threading.settrace(None)
    seconds, called = time.process_time() - start, filter(None, map(_name, codes))
    return passes, Case(
        case.file,
        case.test,
        case.row,
        seconds,
        frozenset((*called, *_imported(case.file))),
    )


@cache
def _imported(file: str) -> frozenset[str]:
    """Return the modules of the comparator that a file of tests asks for, as ``module:module``."""
    text = (ROOT / f"{file.replace('.', '/')}.py").read_text()
    names = re.findall(r"lintian_ml\.equality\.([\w.]+) import", text)
    for several in re.findall(r"from lintian_ml\.equality import ([\w, ]+|\([^)]+\))", text):
        names += re.findall(r"\w+", several)
    return frozenset(f"{name}:module" for name in names)


def _forget(module: ModuleType) -> None:
    """Forget what the functions of a module have kept, so that each case calls what it needs."""
    for kept in vars(module).values():
        if hasattr(kept, "cache_clear"):
            kept.cache_clear()


def _name(code: object) -> str:
    """Return ``module:name`` of the code of a function of the comparator; empty for others."""
    path = getattr(code, "co_filename", "")
    if not path.startswith(COMPARATOR):
        return ""
    module = path.removeprefix(COMPARATOR).removesuffix(".py").replace("/", ".")
    return f"{module}:{getattr(code, 'co_name', '')}"


def _passes(file: str, test: Callable[..., None], given: dict[str, object]) -> bool:
    """Whether a test passes; it is given what it asks of pytest's and of its file's fixtures, too."""
    import pytest

    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        known = {"monkeypatch": patch, "tmp_path": Path(folder), **given}
        try:
            made = {name: _made(name, file, test, known) for name in sorted(_asked(test))}
            test(**{name: made[name] for name in inspect.signature(test).parameters})
        except pytest.skip.Exception:
            return True
        except BaseException:  # what pytest raises is no Exception
            return False
    return True


def _asked(test: Callable[..., object]) -> set[str]:
    """Return the names of all that a test or a fixture is to be given, or wants to have been made before."""
    return {*inspect.signature(test).parameters, *chain.from_iterable(_marks(test, "usefixtures"))}


def _marks(test: Callable[..., object], name: str) -> list[tuple[Any, ...]]:
    """Return what the marks of a name say of a test, those of its class first."""
    room = type(getattr(test, "__self__", None))
    marks = (*getattr(room, "pytestmark", ()), *getattr(test, "pytestmark", ()))
    return [mark.args for mark in marks if mark.name == name]


def _made(name: str, file: str, test: Callable[..., None], known: dict[str, object]) -> object:
    """Return what is known by a name, or what the fixture of that name makes, once."""
    if name not in known:
        fixture = _fixture(name, file, test)
        known[name] = fixture(**{one: _made(one, file, test, known) for one in _asked(fixture)})
    return known[name]


def _at_hand(name: str, file: str, test: Callable[..., None]) -> bool:
    """Whether a name is one of ``GIVEN``, or of a fixture that needs nothing but what is at hand."""
    if name in GIVEN:
        return True
    fixture = _fixture(name, file, test)
    plain = not inspect.isgeneratorfunction(fixture)
    return fixture is not _none and plain and all(_at_hand(one, file, test) for one in _asked(fixture))


def _fixture(name: str, file: str, test: Callable[..., None]) -> Callable[..., object]:
    """Return the function of a fixture that a test's class or file has, without pytest's wrapping."""
    owner = getattr(test, "__self__", None)
    own = getattr(type(owner), "__dict__", {}).get(name) if owner else None
    if own is not None:
        bound: Callable[..., object] = inspect.unwrap(own).__get__(owner)
        return bound
    found: Callable[..., object] = inspect.unwrap(getattr(importlib.import_module(file), name, _none))
    return found


def _none() -> None:
    """Stand for a fixture that a file does not have."""


def _rows(test: Callable[..., None]) -> Iterator[dict[str, object]]:
    """Yield the arguments of each case, as ``pytest.mark.parametrize`` has them."""
    tables = [[_named(names, row) for row in rows] for names, rows in _marks(test, "parametrize")]
    for rows in product(*tables):
        yield {name: value for row in rows for name, value in row.items()}


def _named(names: str | tuple[str, ...], row: object) -> dict[str, object]:
    words = names.replace(",", " ").split() if isinstance(names, str) else names
    values = row if len(words) > 1 and isinstance(row, tuple | list) else (row,)
    return dict(zip(words, values, strict=True))

"""One mutant before its judges: a fork of a process that has all modules but the comparator's loaded.

In the fork the comparator is imported anew, one of its modules with a change; then tests are called until
one fails.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import inspect
import os
import resource
import select
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from tests.validation.mutants import Mutant, mutated

ROOT = Path(__file__).resolve().parent.parent.parent
ROOM = "lintian_ml.equality"
KERNELS = tuple(sorted(path.stem for path in (ROOT / "tests/equality").glob("test_kernel_*.py")))
KEPT = tuple(f"{ROOM}.self_test.{name}" for name in ("values", "oracle", "drawing"))
"""What shares nothing with the comparator, and so need not be imported anew; nor is what it has answered."""

PATIENCE = 20
"""Seconds of the processor after which a mutant that has not ended counts as noticed."""

LONGEST = 300
"""Seconds after which one counts as noticed that waits for ever."""

MEMORY = 3 << 30
"""Bytes that a mutant may have; one that wants more counts as noticed."""

TESTS = ("tests/test_equality_language.py", "tests/equality/test_traps.py", "tests/equality/test_engine.py",
         "tests/equality/test_grid.py", "tests/test_equality_compare.py",
         "tests/equality/test_batch.py")  # fmt: skip


def source(module: str) -> str:
    """Return the source of a module of the comparator."""
    return _path(module).read_text()


def known(module: str) -> bool:
    """Whether the comparator has a module of this name."""
    return _path(module).is_file()


def _path(module: str) -> Path:
    return (ROOT / f"{ROOM}.{module}".replace(".", "/")).with_suffix(".py")


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
        tree = mutated(source(self.mutant.module), self.mutant.number)
        exec(compile(tree, module.__name__, "exec"), module.__dict__)


def prepare() -> str:
    """Load what all mutants share; return what the tests find wrong without any change.

    What was learnt from the definitions alone is kept for all.
    """
    complaint = next(_failures(KERNELS), "")
    for name in list(sys.modules):
        kept = name.startswith(KEPT) or not name.startswith((f"{ROOM}.", "tests.equality.test_"))
        if not kept or name == ROOM:
            del sys.modules[name]
    return complaint


def noticed(mutant: Mutant, thorough: bool) -> str:
    """Return what noticed a mutant; an empty string where nothing did."""
    reading, writing = os.pipe()
    child = _fork()
    if not child:
        os.close(reading)
        _try(mutant, thorough, writing)
    os.close(writing)
    ended, _, _ = select.select([reading], [], [], LONGEST)
    if not ended:
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading) as answer:
        found = answer.read()
    _, status = os.waitpid(child, 0)
    return found or ("did not end" if status else "")


def _fork() -> int:
    """Fork, though the machine may have too many processes for a while."""
    for _ in range(100):
        try:
            return os.fork()
        except BlockingIOError:
            time.sleep(5)
    return os.fork()


def spent() -> float:
    """Return the seconds of the processor that all mutants took so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _try(mutant: Mutant, thorough: bool, writing: int) -> None:
    """Write what notices the mutant, in a process that ends with it."""
    patience = PATIENCE * (20 if thorough else 1)
    resource.setrlimit(resource.RLIMIT_CPU, (patience, patience))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)
    sys.meta_path.insert(0, _Loader(mutant))
    try:
        found = next(_failures(_nearest_first(mutant.module)), "")
        found = found or ((_self_test() or _tests()) if thorough else "")
    except BaseException as error:
        found = f"broke down: {type(error).__name__}"
    os.write(writing, found.encode())
    os._exit(0)


def _nearest_first(module: str) -> list[str]:
    """Return the tests of the kernels, those that are named like the module first."""
    names = set(module.split("."))
    return sorted(KERNELS, key=lambda name: not names & set(name.split("_")))


def _failures(files: Sequence[str]) -> Iterator[str]:
    """Yield the tests that fail, with all their parameters."""
    warnings.simplefilter("error")
    for file in files:
        module = importlib.import_module(f"tests.equality.{file}")
        for name, test in list(vars(module).items()):
            if name.startswith("test_") and not all(_passes(test, given) for given in _given(test)):
                yield f"{file}: {name}"


def _passes(test: Callable[..., None], given: dict[str, object]) -> bool:
    """Whether a test passes; it is given what it asks of pytest's, too."""
    import pytest

    asked = inspect.signature(test).parameters
    with (
        pytest.MonkeyPatch.context() as patch,
        TemporaryDirectory() if "tmp_path" in asked else nullcontext() as folder,
    ):
        more = {"monkeypatch": patch, "tmp_path": Path(folder or "")}
        try:
            test(**given, **{name: value for name, value in more.items() if name in asked})
        except BaseException:  # what pytest raises is no Exception
            return False
    return True


def _given(test: Callable[..., None]) -> Iterator[dict[str, object]]:
    """Yield the arguments of each case, as ``pytest.mark.parametrize`` has them."""
    marks = [mark.args for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    tables = [[_named(names, row) for row in rows] for names, rows in marks]
    for rows in product(*tables):
        yield {name: value for row in rows for name, value in row.items()}


def _named(names: str | tuple[str, ...], row: object) -> dict[str, object]:
    words = names.replace(",", " ").split() if isinstance(names, str) else names
    values = row if len(words) > 1 and isinstance(row, tuple | list) else (row,)
    return dict(zip(words, values, strict=True))


def _self_test() -> str:
    """Return the first check of the self-test that finds something wrong."""
    from lintian_ml.equality.self_test import checks, examine

    checks.ROUNDS, checks.LONG = 80, 3000
    return next((f"self-test: {found.name}" for found in examine(1) if found.wrong), "")


def _tests() -> str:
    """Return whether a test of the comparator fails."""
    import pytest

    return "tests" if pytest.main(["-x", "-q", "-p", "no:cacheprovider", *TESTS]) else ""

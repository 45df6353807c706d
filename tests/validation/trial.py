"""One mutant before its judges: a fork of a process that has all modules but the comparator's loaded.

In the fork the comparator is imported anew, one of its modules with a change; then the cases of tests that
call the changed function are tried until one fails, the quickest first. Which do is observed once, without
any change.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path
from types import ModuleType

from tests.validation.apart import apart
from tests.validation.mutants import Mutant, mutated
from tests.validation.trial_cases import LONGEST, ROOT, Case, cases, observed

ROOM = "lintian_ml.equality"
KEPT = tuple(f"{ROOM}.self_test.{name}" for name in ("values", "oracle", "drawing"))
"""What shares nothing with the comparator, and so need not be imported anew; nor is what it has answered."""

OWN = tuple(f"tests.validation.{name}" for name in ("apart", "mut", "trial"))
"""What makes and tries the mutants."""

SOON = 3
"""Seconds of the processor, beside four times what it takes without a change, that a case has to pass."""

PATIENCE = 20
"""Seconds, beside three times what all its cases take, after which a mutant that has not ended, and cannot be
told so, counts as noticed.
"""

SECONDS = 60
"""Seconds of cases that are tried of a mutant: more than those of nearly all functions."""

TESTS = ("tests/test_equality_language.py", "tests/equality/test_traps.py", "tests/equality/test_engine.py",
         "tests/equality/test_grid.py", "tests/test_equality_compare.py",
         "tests/equality/test_batch.py")  # fmt: skip


def source(module: str) -> str:
    """Return the source of a module of the comparator."""
    return _path(module).read_text()


def modules() -> list[str]:
    """Return the names of the comparator's modules, from the comparator on."""
    folder = _path("any").parent
    files = (path.relative_to(folder).with_suffix("") for path in folder.rglob("*.py"))
    return sorted(".".join(path.parts) for path in files)


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
        room = name == f"{ROOM}.{self.mutant.module}".removesuffix(".__init__")
        folder = self.mutant.module.endswith("__init__")
        spec = importlib.util.spec_from_loader(name, self, is_package=folder) if room else None
        if spec and folder:
            spec.submodule_search_locations = [str(_path(self.mutant.module).parent)]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed tree."""
        tree = mutated(source(self.mutant.module), self.mutant.number)
        exec(compile(tree, module.__name__, "exec"), module.__dict__)


class Judges:
    """Cases in the order in which they are worth trying."""

    def __init__(self, known: Iterable[Case], *, seconds: float = SECONDS, thorough: bool = False) -> None:
        self.cases = list(known)
        self.seconds = seconds
        self.thorough = thorough
        self._telling: defaultdict[str, Counter[Case]] = defaultdict(Counter)

    def noticed(self, mutant: Mutant) -> str:
        """Return what noticed a mutant; an empty string where nothing did."""
        order = self._order(mutant)
        patience = PATIENCE + 3 * sum(case.seconds for case in order)
        patience *= 20 if self.thorough else 1
        answer = apart(lambda: _first_failure(mutant, order, self.thorough), patience)
        if answer is None:
            return "did not end"
        at, told = answer
        if at >= 0:
            self._telling[_function(mutant)][order[at]] += 1
        return told

    def _order(self, mutant: Mutant) -> list[Case]:
        """Return the cases that call the function, as many as are done in time: those first that noticed
        another of its mutants, then those in files that import the module or are named after it, the quickest
        first.
        """
        function, telling = _function(mutant), self._telling[_function(mutant)]
        whole = function.endswith(":module")
        start = f"{mutant.module}:"

        def calls(case: Case) -> bool:
            return any(name.startswith(start) for name in case.called) if whole else function in case.called

        name = mutant.module.rpartition(".")[2]

        def worth(case: Case) -> tuple[int, bool, float]:
            own = f"{start}module" in case.called or name in case.file
            return -telling[case], not own, case.seconds

        order = sorted(filter(calls, self.cases), key=worth)
        ends = accumulate(case.seconds for case in order)
        return [case for case, end in zip(order, ends, strict=True) if end <= self.seconds]


def prepare(globs: Sequence[str] = ("*",)) -> tuple[list[Case], str]:
    """Load what all mutants share; return the cases in files that a pattern fits, and which of them fails
    without any change.

    What was learnt from the definitions alone is kept for all. Then a fork tries all cases, as mutants do.
    """
    quick, complaint = list[Case](), ""
    for case in cases(globs):
        start = time.process_time()
        complaint = complaint or str(case) * (not case.passes())
        quick += [case] * (time.process_time() - start <= LONGEST)
    _forget((*OWN, *KEPT))
    found = [] if complaint else (apart(lambda: [observed(case) for case in quick], 600) or [])
    complaint = complaint or next((str(case) for passes, case in found if not passes), "")
    return [case for _, case in found], complaint or "no case could be tried" * (not found)


def _forget(kept: tuple[str, ...] = OWN) -> None:
    """Have the comparator imported anew, and all that has something of it."""
    ours = {
        name: module
        for name, module in list(sys.modules.items())
        if name.startswith(("lintian_ml", "tests")) and not name.startswith(kept)
    }
    gone = {name for name in ours if name == ROOM or name.startswith(f"{ROOM}.")}
    while more := {name for name in ours.keys() - gone if _has_of(ours[name], gone)}:
        gone |= more
    for name in gone:
        above, _, own = name.rpartition(".")
        if above in sys.modules:
            vars(sys.modules[above]).pop(own, None)
        del sys.modules[name]


def _has_of(module: ModuleType, gone: set[str]) -> bool:
    """Whether a module holds functions, classes or modules of modules that are gone; those that lie in it, as
    in a folder, do not count.
    """
    inside = f"{module.__name__}."
    return any(
        (
            name := str(
                getattr(
                    value,
                    "__name__" if isinstance(value, ModuleType) else "__module__",
                    "",
                )
            )
        )
        in gone
        and not (isinstance(value, ModuleType) and name.startswith(inside))
        for value in list(vars(module).values())
    )


def _function(mutant: Mutant) -> str:
    """Return the function that is changed, as cases have it."""
    return f"{mutant.module}:{mutant.place.partition(':')[0]}"


def _first_failure(mutant: Mutant, order: Iterable[Case], thorough: bool) -> tuple[int, str]:
    """Return the place and name of the first case that fails; -1 where none does, or more is tried."""
    if f"{ROOM}.{mutant.module}" in KEPT:
        _forget()
    sys.meta_path.insert(0, _Loader(mutant))
    signal.signal(signal.SIGPROF, _hurry)
    try:
        for at, case in enumerate(order):
            signal.setitimer(signal.ITIMER_PROF, SOON + 4 * case.seconds)
            if not case.passes():
                return at, str(case)
        signal.setitimer(signal.ITIMER_PROF, 0)
        return -1, (_self_test() or _tests()) if thorough else ""
    except BaseException as error:
        return -1, f"broke down: {type(error).__name__}"


def _hurry(number: int, frame: object) -> None:
    """End a case that takes too long."""
    raise TimeoutError


def _self_test() -> str:
    """Return the first check of the self-test that finds something wrong."""
    from lintian_ml.equality.self_test import checks, examine

    checks.ROUNDS, checks.LONG = 80, 3000
    return next((f"self-test: {found.name}" for found in examine(1) if found.wrong), "")


def _tests() -> str:
    """Return whether a test of the comparator fails."""
    import pytest

    return "tests" if pytest.main(["-x", "-q", "-p", "no:cacheprovider", *TESTS]) else ""

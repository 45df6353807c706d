"""One mutant before its judges: a fork of a process that has all modules but the comparator's loaded.

In the fork the comparator is imported anew, one of its modules with a change; then the cases of tests that
call the changed function are tried until one fails, the quickest first. Which do is observed once, without
any change.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import os
import pickle
import resource
import select
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from tests.validation.mutants import Mutant, mutated
from tests.validation.trial_cases import LONGEST, ROOT, Case, cases, observed

Answer = TypeVar("Answer")

ROOM = "lintian_ml.equality"
KEPT = tuple(f"{ROOM}.self_test.{name}" for name in ("values", "oracle", "drawing"))
"""What shares nothing with the comparator, and so need not be imported anew; nor is what it has answered."""

ANEW = (f"{ROOM}.", "tests.equality.test_", "tests.test_equality")

SOON = 3
"""Seconds of the processor, beside four times what it takes without a change, that a case has to pass."""

PATIENCE = 20
"""Seconds, beside three times what all its cases take, after which a mutant that has not ended, and cannot be
told so, counts as noticed.
"""

IDLE = 15
"""Seconds without any work after which one counts as noticed that waits for ever."""

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


class Judges:
    """Cases in the order in which they are worth trying."""

    def __init__(self, known: Iterable[Case], *, thorough: bool = False) -> None:
        self.cases = list(known)
        self.thorough = thorough
        self._telling: defaultdict[str, Counter[Case]] = defaultdict(Counter)

    def noticed(self, mutant: Mutant) -> str:
        """Return what noticed a mutant; an empty string where nothing did."""
        order = self._order(mutant)
        patience = PATIENCE + 3 * sum(case.seconds for case in order)
        patience *= 20 if self.thorough else 1
        answer = _apart(lambda: _first_failure(mutant, order, self.thorough), patience)
        if answer is None:
            return "did not end"
        at, told = answer
        if at >= 0:
            self._telling[_function(mutant)][order[at]] += 1
        return told

    def _order(self, mutant: Mutant) -> list[Case]:
        """Return the cases that call the function: those first that noticed another of its mutants, then the
        quickest.
        """
        function, telling = _function(mutant), self._telling[_function(mutant)]
        whole = function.endswith(":module")
        start = f"{mutant.module}:"

        def calls(case: Case) -> bool:
            return any(name.startswith(start) for name in case.called) if whole else function in case.called

        return sorted(filter(calls, self.cases), key=lambda case: (-telling[case], case.seconds))


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
    for name in list(sys.modules):
        if name == ROOM or (name.startswith(ANEW) and not name.startswith(KEPT)):
            del sys.modules[name]
    found = [] if complaint else (_apart(lambda: [observed(case) for case in quick], 600) or [])
    complaint = complaint or next((str(case) for passes, case in found if not passes), "")
    return [case for _, case in found], complaint or "no case could be tried" * (not found)


def spent() -> float:
    """Return the seconds of the processor that all mutants took so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _function(mutant: Mutant) -> str:
    """Return the function that is changed, as cases have it."""
    return f"{mutant.module}:{mutant.place.partition(':')[0]}"


def _first_failure(mutant: Mutant, order: Iterable[Case], thorough: bool) -> tuple[int, str]:
    """Return the place and name of the first case that fails; -1 where none does, or more is tried."""
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


def _apart(work: Callable[[], Answer], patience: float) -> Answer | None:
    """Return what work answers in a process of its own; None where it does not end, or breaks down."""
    reading, writing = os.pipe()
    child = _fork()
    if not child:
        os.close(reading)
        _limit(patience)
        with os.fdopen(writing, "wb") as answering:
            answering.write(pickle.dumps(work()))
        os._exit(0)
    os.close(writing)
    worked = -1.0
    while not select.select([reading], [], [], IDLE)[0]:
        before, worked = worked, _worked(child)
        if worked == before:
            os.kill(child, signal.SIGKILL)
            break
    with os.fdopen(reading, "rb") as answer:
        found = answer.read()
    os.waitpid(child, 0)
    return pickle.loads(found) if found else None


def _worked(process: int) -> float:
    """Return the processor's time that a process has had so far, as Linux counts it."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return float(fields[11]) + float(fields[12])


def _fork() -> int:
    """Fork, though the machine may have too many processes for a while."""
    for _ in range(100):
        try:
            return os.fork()
        except BlockingIOError:
            time.sleep(5)
    return os.fork()


def _limit(patience: float) -> None:
    """Limit this process, and have it say nothing."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(patience), int(patience)))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)


def _self_test() -> str:
    """Return the first check of the self-test that finds something wrong."""
    from lintian_ml.equality.self_test import checks, examine

    checks.ROUNDS, checks.LONG = 80, 3000
    return next((f"self-test: {found.name}" for found in examine(1) if found.wrong), "")


def _tests() -> str:
    """Return whether a test of the comparator fails."""
    import pytest

    return "tests" if pytest.main(["-x", "-q", "-p", "no:cacheprovider", *TESTS]) else ""

"""Reads every package of a plan, through whatever executes tasks, and stores each result as it comes."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, field, replace

from lintian_ml.archive.attempt import Attempt, attempt
from lintian_ml.archive.caps import Batching, Caps
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.plan import Entry, tasks
from lintian_ml.archive.pool import interrupts_held
from lintian_ml.archive.store import Outcome, Source, Store
from lintian_ml.archive.terms import Terms

WINDOW = 4
"""Tasks for each worker that are handed out at a time: enough that none waits, few enough to hold."""

TRIES = 2
"""How often a package is tried, the second time with larger caps: it may have failed for want of them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a scan stands: packages and bytes that it reads in all, and has read; ``known`` packages were
    read before and ``failed`` ones could not be read. Time is in seconds since it began.
    """

    total: int
    total_size: int
    known: int
    done: int = 0
    size: int = 0
    failed: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.began

    def after(self, outcome: Outcome) -> "Standing":
        """Return where it stands once this outcome is stored."""
        return replace(
            self,
            done=self.done + 1,
            size=self.size + outcome.entry.size,
            failed=self.failed + outcome.failed,
        )


Tell = Callable[[Standing], None]


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works: an executor, how many tasks it runs at once, what a child may use, what shares a child."""

    executor: Executor
    workers: int
    caps: Caps = field(default_factory=Caps)
    batching: Batching = field(default_factory=Batching)


@dataclass(frozen=True, slots=True)
class Task:
    """Packages that one child reads; ``failures`` says why each earlier try with them failed."""

    entries: tuple[Entry, ...]
    failures: tuple[str, ...] = ()


def scan(
    source: Source, entries: Sequence[Entry], terms: Terms, store: Store, crew: Crew, tell: Tell
) -> Standing:
    """Read the packages whose result is not stored yet; ``tell`` is told of each once it is.

    ArchiveError where workers cannot go on. Whatever ends this early, what was told of is stored, and the
    next scan goes on from there.
    """
    known = store.begin(source, entries)
    missing = [entry for entry in entries if entry.sha256 not in known]
    standing = Standing(len(missing), sum(entry.size for entry in missing), len(known))
    tell(standing)
    waiting = deque(map(Task, tasks(missing, crew.batching, crew.workers)))
    for outcome in _outcomes(waiting, terms, crew):
        store.record(outcome)
        standing = standing.after(outcome)
        tell(standing)
    store.finish()
    return standing


def _outcomes(waiting: deque[Task], terms: Terms, crew: Crew) -> Iterator[Outcome]:
    """Yield what came of each package, in the order in which they get done."""
    running: dict[Future[Attempt], Task] = {}
    try:
        while waiting or running:
            with interrupts_held():
                while waiting and len(running) < WINDOW * crew.workers:
                    task = waiting.popleft()
                    running[_submit(task, terms, crew)] = task
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                outcomes, again = _settle(running.pop(future), future.result())
                waiting.extendleft(reversed(again))
                yield from outcomes
    except BrokenExecutor as error:
        raise ArchiveError(
            f"a worker was killed, and the scan with it: {error}; scan again to go on"
        ) from error
    finally:
        for future in running:
            future.cancel()


def _submit(task: Task, terms: Terms, crew: Crew) -> Future[Attempt]:
    """Hand out a task; what failed once may use more."""
    caps = crew.caps.larger() if task.failures else crew.caps
    paths = [entry.path for entry in task.entries]
    seconds = caps.seconds_for(sum(entry.size for entry in task.entries))
    return crew.executor.submit(attempt, paths, terms.argument, caps.memory, seconds)


def _settle(task: Task, tried: Attempt) -> tuple[list[Outcome], list[Task]]:
    """Return what is known after an attempt, and what is to be done again, each package by itself."""
    final: list[Outcome] = []
    again: list[Task] = []
    for outcome in _met(task, tried):
        if outcome.failed and len(outcome.failures) < TRIES:
            again.append(Task((outcome.entry,), outcome.failures))
        else:
            final.append(outcome)
    unreached = task.entries[len(tried.reports) + 1 :]
    return final, [*(Task((entry,)) for entry in unreached), *again]


def _met(task: Task, tried: Attempt) -> Iterator[Outcome]:
    """Yield what came of each package that the child took up; of the last one it may have died."""
    for entry, report in zip(task.entries, tried.reports, strict=False):
        if report["status"] == "failed":
            yield Outcome(entry, None, (*task.failures, str(report["error"])))
        else:
            yield Outcome(entry, report, task.failures)
    for entry in task.entries[len(tried.reports) :][:1]:
        yield Outcome(entry, None, (*task.failures, tried.death))

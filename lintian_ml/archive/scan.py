"""Reads every package of a plan, through whatever executes tasks, and stores each result as it comes."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass, field, replace

from lintian_ml.archive.attempt import attempt
from lintian_ml.archive.caps import Batching, Caps
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.job import STARVED, Answer, Job
from lintian_ml.archive.plan import Entry, tasks
from lintian_ml.archive.pool import interrupts_held, lost
from lintian_ml.archive.store import Again, Outcome, Source, Store
from lintian_ml.archive.terms import Terms

WINDOW = 4
"""Tasks for each worker that are handed out at a time: enough that none waits, few enough to hold."""

TRIES = 2
"""How often a package is tried, the second time with larger caps: it may have failed for want of them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a scan stands: packages and bytes that it answers for in all, and has answered for; ``known``
    packages were read before and ``failed`` ones could not be read, of which the files of ``absent`` ones
    are not there. ``read`` is the bytes that were really read. Time is in seconds since it began.
    """

    total: int
    total_size: int
    known: int
    done: int = 0
    size: int = 0
    failed: int = 0
    absent: int = 0
    read: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.began

    @property
    def share(self) -> float:
        """The part of the work that is done, from 0 to 1: a package counts as much as a mean one's bytes."""
        packages = self.done / self.total if self.total else 1.0
        return (packages + self.size / self.total_size) / 2 if self.total_size else packages

    def after(self, outcome: Outcome) -> "Standing":
        """Return where it stands once this outcome is stored."""
        return replace(
            self,
            done=self.done + 1,
            size=self.size + outcome.entry.size,
            failed=self.failed + outcome.failed,
            absent=self.absent + outcome.answer.absent,
            read=self.read + outcome.answer.read,
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
    """Packages that one worker reads; ``before`` says why each earlier try with them failed."""

    entries: tuple[Entry, ...]
    before: tuple[str, ...] = ()


def scan(
    source: Source, entries: Sequence[Entry], terms: Terms, store: Store, crew: Crew, tell: Tell
) -> Standing:
    """Read the packages whose result is not stored yet; ``tell`` is told of each once it is.

    A package whose inventory is stored is judged by that, unless all are to be read again. ArchiveError where
    workers cannot go on. Whatever ends this early, what was told of is stored, and the next scan goes on from
    there.
    """
    known = store.begin(source, entries)
    missing = [entry for entry in entries if entry.sha256 not in known]
    standing = Standing(len(missing), sum(entry.size for entry in missing), len(known))
    tell(standing)
    for outcomes in _Scan(terms, store, crew, again=source.again is Again.ALL).outcomes(missing):
        store.record(outcomes)
        for outcome in outcomes:
            standing = standing.after(outcome)
            tell(standing)
    store.finish()
    return standing


class _Scan:
    """Keeps a window of tasks with the executor, and takes what comes of them."""

    def __init__(self, terms: Terms, store: Store, crew: Crew, *, again: bool) -> None:
        self._terms = terms
        self._store = store
        self._crew = crew
        self._again = again
        self._waiting: deque[Task] = deque()
        self._running: dict[Future[tuple[Answer, ...]], Task] = {}

    def outcomes(self, entries: Sequence[Entry]) -> Iterator[tuple[Outcome, ...]]:
        """Yield what came of packages, those of a task together, in the order in which they get done."""
        yield tuple(Outcome(entry, Answer(trouble=entry.fault)) for entry in entries if entry.fault)
        sound = [entry for entry in entries if not entry.fault]
        self._waiting.extend(map(Task, tasks(sound, self._crew.batching, self._crew.workers)))
        try:
            while self._waiting or self._running:
                self._hand_out()
                done, _ = wait(self._running, return_when=FIRST_COMPLETED)
                for future in done:
                    task = self._running.pop(future)
                    yield tuple(self._settle(task, _answers(future, task)))
        except BrokenExecutor as error:
            raise ArchiveError(
                f"a worker was killed, and the scan with it: {error}; scan again to go on"
            ) from error
        except CancelledError as error:
            raise ArchiveError("the scheduler was lost, and the scan with it; scan again to go on") from error
        finally:
            for future in self._running:
                future.cancel()

    def _hand_out(self) -> None:
        """Give the executor what it has room for."""
        with interrupts_held():
            while self._waiting and len(self._running) < WINDOW * self._crew.workers:
                task = self._waiting.popleft()
                self._running[self._submit(task)] = task

    def _submit(self, task: Task) -> Future[tuple[Answer, ...]]:
        """Hand out a task; what failed once may use more."""
        caps = self._crew.caps.larger() if task.before else self._crew.caps
        jobs = [self._job(entry, caps) for entry in task.entries]
        return self._crew.executor.submit(attempt, jobs, self._terms.argument, caps.memory)

    def _job(self, entry: Entry, caps: Caps) -> Job:
        inventory = None if self._again else self._store.inventory(entry)
        layer = None if self._again or inventory else self._store.layer(entry)
        seconds = caps.seconds_for(entry.size)
        return Job(entry.path, entry.sha256, entry.listing, entry.files, seconds, inventory, layer)

    def _settle(self, task: Task, answers: Sequence[Answer]) -> Iterator[Outcome]:
        """Yield what is known after an attempt; what failed the first time is to be done again, by itself."""
        again: list[Task] = []
        for entry, answer in zip(task.entries, answers, strict=True):
            reason = "" if len(task.before) + 1 == TRIES else _reason(answer)
            if reason:
                again.append(Task((entry,), (*task.before, reason)))
            else:
                yield Outcome(entry, answer, task.before)
        self._waiting.extendleft(reversed(again))


def _answers(future: Future[tuple[Answer, ...]], task: Task) -> Sequence[Answer]:
    """Return what a worker answered; where each that took up the task was lost, that is the answer."""
    try:
        return future.result()
    except lost() as error:
        return [Answer(trouble=f"every worker that took it up was lost: {error}") for _ in task.entries]


def _reason(answer: Answer) -> str:
    """Return why a package should be tried again; empty if that would help nothing."""
    if answer.absent:
        return ""
    return answer.trouble or (STARVED if answer.starved else "")

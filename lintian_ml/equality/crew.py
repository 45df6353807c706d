"""Shares out work to threads: numpy and reads from disk let go of the interpreter, so every core serves."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

MOST = 4
"""Threads at most: each has buffers of its own, and the memory's speed is shared by all."""

PATIENCE = 1.0
"""Seconds that an interrupted run waits for each thread to let go of its files."""

T = TypeVar("T")


def cores() -> int:
    """Return how many threads may run at once, at most MOST."""
    return min(MOST, len(os.sched_getaffinity(0)))


def share(tasks: Iterable[T], begin: Callable[[], Callable[[T], None]], threads: int | None = None) -> None:
    """Do every task once, in this thread and ``threads`` - 1 others (None: one for each core).

    Each thread calls ``begin`` for a worker of its own. The first error stops all and is raised here, an
    interrupt too.
    """
    line = _Line(iter(tasks))
    others = [
        threading.Thread(target=_serve, args=(line, begin), daemon=True)
        for _ in range((threads or cores()) - 1)
    ]
    for thread in others:
        thread.start()
    _serve(line, begin)
    try:
        for thread in others:
            thread.join(None if line.error is None else PATIENCE)
    except KeyboardInterrupt as interrupt:
        line.error = interrupt
    if line.error is not None:
        raise line.error


class _Line(Generic[T]):
    """The tasks that wait, and the error that ended the work."""

    def __init__(self, tasks: Iterator[T]) -> None:
        self.error: BaseException | None = None
        self._tasks = tasks
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[T]:
        while True:
            with self._lock:
                if self.error is not None:
                    return
                try:
                    task = next(self._tasks)
                except StopIteration:
                    return
            yield task


def _serve(line: _Line[T], begin: Callable[[], Callable[[T], None]]) -> None:
    """Do tasks until none is left or an error was met, here or elsewhere."""
    try:
        work: Callable[[T], None] | None = None
        for task in line:
            work = work or begin()
            work(task)
    except BaseException as error:
        line.error = line.error or error

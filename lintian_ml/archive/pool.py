"""Worker processes on this machine, which leave nothing behind however the scan ends."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from lintian_ml.archive import confine


@contextmanager
def local_workers(count: int) -> Iterator[Executor]:
    """Give an executor with ``count`` processes; they end at once where the scan is broken off.

    They are started afresh, not forked: the connection to the store stays with the process that writes it.
    """
    others = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(
        count, multiprocessing.get_context("spawn"), initializer=confine.die_with, initargs=(os.getpid(),)
    )
    try:
        yield executor
    except BaseException:
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold back Ctrl-C for a moment; processes started meanwhile leave it to this one for good."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

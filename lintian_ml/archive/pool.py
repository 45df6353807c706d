"""Who works for a scan: processes of this machine, which leave nothing behind, or those of a Dask cluster."""

import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import cast

from lintian_ml import __version__
from lintian_ml.archive import confine
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.inventory import VERSION

PATIENCE = 30
"""Seconds to wait for a scheduler, and for the first of its workers."""


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
def cluster_workers(scheduler: str) -> Iterator[tuple[Executor, int]]:
    """Give the executor of a Dask cluster, and how many threads work for it.

    Each thread has a child of its own. A task is tried again by another worker where one is lost.
    ArchiveError where the library or the scheduler is not there, or a worker has another version of this
    program.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ArchiveError("--scheduler needs Dask's library: install python3-distributed") from error
    logging.disable()  # what is lost, the scan tells; Dask, Tornado and asyncio would add their tracebacks
    try:
        client = Client(scheduler, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise ArchiveError(f"{scheduler}: no scheduler answers there: {error}") from error
    with client:
        yield _executor(client, scheduler)


def _executor(client: object, scheduler: str) -> tuple[Executor, int]:
    """Return the executor of a cluster whose workers are all as this process is."""
    from distributed import Client

    assert isinstance(client, Client)
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        raise ArchiveError(f"{scheduler}: has no workers") from error
    for worker, version in client.run(version_here).items():
        if tuple(version) != version_here():
            raise ArchiveError(f"{worker}: has another version of lintian-ml; install the same everywhere")
    return cast(Executor, client.get_executor(pure=False, retries=1)), sum(client.nthreads().values())


def lost() -> tuple[type[Exception], ...]:
    """Return the errors that tell that workers were lost with a task, time and again."""
    if "distributed" not in sys.modules:
        return ()
    from distributed.scheduler import KilledWorker

    return (KilledWorker,)


def version_here() -> tuple[str, str]:
    """Return what must be the same on all machines."""
    return __version__, VERSION


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold back Ctrl-C for a moment; processes started meanwhile leave it to this one for good."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

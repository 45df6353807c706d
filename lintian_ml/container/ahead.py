"""Makes items in a second thread before they are asked for; for work that lets other threads run."""

import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")

DEPTH = 20
"""Items that are made before they are asked for."""

TURN = 1e-4
"""Seconds after which the interpreter passes from one thread to another that waits for it. A decompressor
asks for it several times an item, and would wait for most of its time at the usual five milliseconds.
"""


@contextmanager
def ahead(items: Iterator[Item]) -> Iterator[Iterator[Item]]:
    """Give ``items``, which have no end, in their order, DEPTH of them made ahead, until the block is left.

    What making an item raises is raised when it is its turn. Leaving the block, in whatever way, waits for
    the item that is being made; none is begun any more.
    """
    from concurrent.futures import ThreadPoolExecutor

    with _brisk_turns(), ThreadPoolExecutor(1) as thread:
        made = deque(thread.submit(next, items) for _ in range(DEPTH))

        def in_turn() -> Iterator[Item]:
            while True:
                yield made.popleft().result()
                made.append(thread.submit(next, items))

        try:
            yield in_turn()
        finally:
            thread.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _brisk_turns() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(min(usual, TURN))
    try:
        yield
    finally:
        sys.setswitchinterval(usual)

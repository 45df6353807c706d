"""Makes items in a second thread before they are asked for; for work that lets other threads run."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")

DEPTH = 4
"""Items that are made before they are asked for."""


@contextmanager
def ahead(items: Iterator[Item]) -> Iterator[Iterator[Item]]:
    """Give ``items``, which have no end, in their order, DEPTH of them made ahead, until the block is left.

    What making an item raises is raised when it is its turn. Leaving the block, in whatever way, waits for
    the item that is being made; none is begun any more.
    """
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as thread:
        made = deque(thread.submit(next, items) for _ in range(DEPTH))

        def in_turn() -> Iterator[Item]:
            while True:
                yield made.popleft().result()
                made.append(thread.submit(next, items))

        try:
            yield in_turn()
        finally:
            thread.shutdown(wait=False, cancel_futures=True)

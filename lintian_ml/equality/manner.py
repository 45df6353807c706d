"""How to compare: by how many threads, and who is told of the progress. None of it changes what is found."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

EVERY = 0.2
"""Seconds between two signs of life."""

Advance = Callable[[int], None]
"""Is told how many bytes of each payload were compared since it was last called, by any thread."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How to compare.

    ``threads`` None is one for each core; ``shortcut`` false looks into equal pieces too; ``portraits`` goes
    through tensors that differ once more, to tell how.
    """

    threads: int | None = None
    shortcut: bool = True
    advance: Advance = lambda _: None
    portraits: bool = False


PLAIN = Manner()


@contextmanager
def alive(advance: Advance) -> Iterator[None]:
    """Tell now and then that the work goes on, of which nothing else is known, until it is done."""
    done = threading.Event()

    def tell() -> None:
        while not done.wait(EVERY):
            advance(0)

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()

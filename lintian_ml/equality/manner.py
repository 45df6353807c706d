"""How to compare: by how many threads, and who is told of the progress. None of it changes what is found."""

from collections.abc import Callable
from dataclasses import dataclass

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

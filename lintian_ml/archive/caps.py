"""How much a child may use, and how packages are put together into tasks."""

import math
from dataclasses import dataclass, replace

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Caps:
    """Bounds on one child: bytes of address space; seconds, both of processor and on the wall.

    A child gets ``seconds``, and ``seconds_per_mebibyte`` more for each MiB of compressed source. What did
    not get through is tried once more, with every bound ``growth`` times as large.
    """

    memory: int = 1 << 30
    seconds: float = 60.0
    seconds_per_mebibyte: float = 2.0
    growth: int = 4

    def seconds_for(self, size: int) -> int:
        """Return the whole seconds that a child may take for ``size`` bytes."""
        return math.ceil(self.seconds + self.seconds_per_mebibyte * size / MEBIBYTE)

    def larger(self) -> "Caps":
        """Return the bounds of the second try."""
        return replace(
            self,
            memory=self.memory * self.growth,
            seconds=self.seconds * self.growth,
            seconds_per_mebibyte=self.seconds_per_mebibyte * self.growth,
        )


@dataclass(frozen=True, slots=True)
class Batching:
    """Packages of up to ``small`` bytes share a task: at most ``most`` of them, and ``size`` bytes in all.

    To hand out a task costs as much as to read a small package; but first each worker should have ``busy``
    tasks.
    """

    small: int = MEBIBYTE
    most: int = 64
    size: int = 8 * MEBIBYTE
    busy: int = 4

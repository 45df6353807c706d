"""Tags and hints: what a check says, in Lintian's own words."""

import enum
from dataclasses import dataclass, field
from functools import total_ordering

from lintian_ml.model import Certainty


@total_ordering
class Visibility(enum.Enum):
    """How loudly a tag speaks (Lintian's word; the quietest is a bare fact)."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    PEDANTIC = "pedantic"
    CLASSIFICATION = "classification"

    @property
    def letter(self) -> str:
        """The letter that begins a line of output: E, W, I, P or C."""
        return self.value[0].upper()

    @property
    def rank(self) -> int:
        """0 for the loudest."""
        return list(Visibility).index(self)

    def __lt__(self, other: object) -> bool:
        """Quieter is less, so that ``max`` finds the loudest."""
        if not isinstance(other, Visibility):
            return NotImplemented
        return self.rank > other.rank


@dataclass(frozen=True, slots=True)
class Tag:
    """What a check module declares of its tag; the name is the module's, the text its docstring."""

    visibility: Visibility
    see_also: tuple[str, ...] = ()
    experimental: bool = False
    show_always: bool = False
    renamed_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pointer:
    """A place in a file of the package; ``line`` is None where the whole file, or a binary file, is meant."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing to say: a note, stable from release to release, and where it points.

    ``certainty`` is that of the finding which the hint rests on; ``at_most`` bounds how loudly this one
    hint speaks.
    """

    note: str = ""
    pointer: Pointer | None = None
    certainty: Certainty = field(default=Certainty.CERTAIN, compare=False)
    at_most: Visibility | None = field(default=None, compare=False)

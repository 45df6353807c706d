"""What a worker is asked to do with a package, and what it answers: plain data for any executor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Rows = Mapping[str, Any]
"""The rows of the store that a package fills: ``package``, and lists of ``models``, ``hints``,
``not_examined``.
"""


@dataclass(frozen=True, slots=True)
class Job:
    """A package to be read: the absolute ``path`` of its .dsc, with ``sha256`` and ``size`` as they were
    planned, or no size where the plan could not read it.

    ``files`` are those that the .dsc lists, which lie beside it. With an ``inventory`` nothing is read at
    all, with a ``layer`` all but upstream's tarballs. The child gets ``seconds`` for it.
    """

    path: str
    sha256: str
    size: int | None
    files: tuple[str, ...]
    seconds: int
    inventory: bytes | None = None
    layer: bytes | None = None


STARVED = "it takes more memory than there is"
"""What detection notes of a file that it had not the memory to examine."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a job: ``rows``, or in ``trouble`` why there are none.

    ``starved`` tells that some file was not examined for want of memory, so that there is more to find with
    more of it. ``absent`` tells that a file is not there, which is nobody's fault but the mirror's.
    ``inventory`` and ``layer`` are new ones, if there are any to keep; ``read`` is the bytes of the files
    that were read, ``seconds`` the processor time that it took within the child.
    """

    rows: Rows | None = None
    trouble: str = ""
    starved: bool = False
    absent: bool = False
    inventory: bytes | None = None
    layer: bytes | None = None
    read: int = 0
    seconds: float = 0.0

"""Model formats: one module is one format, how it is recognised and how it is read.

A format module holds ``FORMAT``, ``recognise`` and, unless the format is only detected, ``read``; its
docstring's first line is the format's title and source. The module's place in this folder is all that is
needed to add it.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol, cast

from lintian_ml import discover
from lintian_ml.blob import Blob
from lintian_ml.container.zip import Entry
from lintian_ml.encoding.literals import LiteralArray
from lintian_ml.model import Model

GLIMPSE = 1 << 16
"""Bytes of the head, and of the tail, that a glimpse holds."""

FEWEST_NUMBERS = 256
"""Numbers that the arrays of a text must have together; a text with fewer holds no model of any format."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format's short name, the extensions that nominate it, and where it is looked for.

    ``within``: "file" for any file, "zip" for files whose zip directory could be read, "text" for text
    files in which literal arrays of numbers were found, "rest" for files that no format of the others
    recognised. ``first`` holds the bytes that a file of this format
    may begin with: the format is not asked about files that begin otherwise, which is nearly all. Extensions
    are lower case, with their dot; they never decide.
    """

    name: str
    extensions: tuple[str, ...] = ()
    within: Literal["file", "zip", "text", "rest"] = "file"
    first: bytes = bytes(range(256))


class Kind(enum.Enum):
    """What a piece of evidence rests on."""

    MAGIC = "magic"
    STRUCTURE = "structure"
    SEMANTICS = "semantics"
    NAME = "name"
    STATISTICS = "statistics"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a file may be a model of one format: the kinds of evidence, and a phrase for people for each.

    ``carrier`` marks formats that carry data of any kind (arrays, pickles, HDF5): what they hold, not that
    they are well-formed, can make them models. ``untrained`` marks what is recognisably no product of
    training.
    """

    kinds: frozenset[Kind]
    notes: tuple[str, ...]
    carrier: bool = False
    untrained: bool = False

    @classmethod
    def of(cls, notes: dict[Kind, str], *, carrier: bool = False, untrained: bool = False) -> "Evidence":
        """Make evidence from a phrase for each kind."""
        return cls(frozenset(notes), tuple(notes.values()), carrier, untrained)


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What is seen of a file before it is read: enough to recognise, without I/O.

    ``name`` is the path in its package; ``size`` in bytes; ``head`` and ``tail`` the first and last 64 KiB
    (the tail is None while the file streams past; in a file that is no longer than that both are the whole
    file); ``members`` the directory of a zip archive; ``arrays`` the literal arrays of numbers in a text
    file.
    """

    name: str
    size: int
    head: bytes
    tail: bytes | None = None
    members: tuple[Entry, ...] | None = None
    arrays: tuple[LiteralArray, ...] = ()

    @property
    def basename(self) -> str:
        """The last component of the name."""
        return self.name.rpartition("/")[2]

    def named(self, extensions: Iterable[str]) -> bool:
        """Whether the name ends, in any case of letters, with one of ``extensions``."""
        return self.name.lower().endswith(tuple(extensions))


class FormatModule(Protocol):
    """The shape of a module in this folder. ``read`` is missing from formats that are only detected."""

    __doc__: str
    FORMAT: Format

    def recognise(self, glimpse: Glimpse, /) -> Evidence | None:
        """Return the evidence that the glimpsed file is of this format, or None. No I/O, never raises."""

    def read(self, blob: Blob, /) -> Model:
        """Read the whole structure; FormatError where the file is not well-formed."""


@cache
def formats() -> tuple[FormatModule, ...]:
    """Return every format, in the order of the modules' names."""
    return cast(tuple[FormatModule, ...], discover.modules("lintian_ml.formats"))


def format_named(name: str) -> FormatModule | None:
    """Return the format of that name, or None."""
    return next((module for module in formats() if module.FORMAT.name == name), None)

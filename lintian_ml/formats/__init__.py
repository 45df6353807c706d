"""Model formats: one module is one format, how it is recognised and how it is read.

A format module holds ``FORMAT``, ``recognise`` and, unless the format is only detected, ``read``; its
docstring's first line is the format's title and source. The module's place in this folder is all that is
needed to add it.
"""

import enum
import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
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

PRINTABLE = bytes(range(32, 256)) + b"\t\n\v\f\r\x1b"
"""What text is made of, in ASCII or a superset of it; of the control codes only white space and escape."""

Place = Literal["file", "zip", "tar", "text", "rest"]
"""Where a format is looked for."""


def is_text(head: bytes) -> bool:
    """Whether the beginning of a file is text in ASCII or a superset of it: no control codes but white
    space.
    """
    return not head[:4096].translate(None, PRINTABLE)


@dataclass(frozen=True, slots=True)
class Format:
    """A format's short name, the extensions that nominate it, and where it is looked for.

    ``within``: "file" for any file, "zip" for files whose zip directory could be read, "tar" for tar
    archives, "text" for text files in which literal arrays of numbers were found, "rest" for files that no
    format of the others recognised. ``first`` holds the bytes that a file of this format may begin with, and
    ``mark`` what every one has ``at`` an offset; ``like`` is a regular expression that every one begins with,
    and ``text`` false where none is text: the format is not asked about other files, which are nearly all,
    nor about those of fewer than ``smallest`` bytes. Extensions are lower case, with their dot; they never
    decide. ``beside`` is the name of the file of the same folder, if it is a model, to which a file of this
    format belongs as a part that may be there or not.

    All arguments are literals, so that a format is known before its module is imported.
    """

    name: str
    extensions: tuple[str, ...] = ()
    within: Place = "file"
    first: bytes = b""
    mark: bytes = b""
    at: int = 0
    like: bytes = b""
    text: bool = True
    smallest: int = 0
    beside: str = ""

    @property
    def firsts(self) -> bytes:
        """The bytes that a file of the format may begin with."""
        return self.first or (self.mark[:1] if self.at == 0 else b"") or bytes(range(256))


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


@dataclass(frozen=True)
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

    @cached_property
    def is_text(self) -> bool:
        """Whether the head is text."""
        return is_text(self.head)

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


class Listed:
    """A format that is known by its declaration; its module is imported when it is asked for."""

    def __init__(self, name: str) -> None:
        told = discover.declared(name, "FORMAT")
        self._name = name
        self.format: Format = Format(*told[0], **told[1]) if told else self.module.FORMAT  # type: ignore[arg-type]

    @cached_property
    def module(self) -> FormatModule:
        """The format's module."""
        return cast(FormatModule, importlib.import_module(self._name))


@cache
def listed() -> tuple[Listed, ...]:
    """Return every format, in the order of the modules' names, none of them imported yet."""
    return tuple(map(Listed, discover.names("lintian_ml.formats")))


@cache
def formats() -> tuple[FormatModule, ...]:
    """Return the module of every format, in the order of their names."""
    return tuple(entry.module for entry in listed())


def format_named(name: str) -> FormatModule | None:
    """Return the format of that name, or None."""
    return next((entry.module for entry in listed() if entry.format.name == name), None)

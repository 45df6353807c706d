"""What the page on debian/models tells of its stanzas: which fields each has, and what these may hold.

The readers of the stanzas are asked: each is given values that take note of what it wants of which field.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import cast

from lintian_ml.declaration.component import COMPONENTS
from lintian_ml.declaration.reading import KINDS, READERS
from lintian_ml.declaration.value import Values

HELD: Mapping[str, str] = {
    "globs": "paths, in which `*` and `?` stand for others",
    "placed": "lines of a binary package, a colon and a path in it",
    "text": "text",
    "one_line": "a line of text",
    "words": "names, or `none`",
    "program": "a path in the source, or `package:NAME`",
    "references": "models, packages or addresses, or `none`",
    "lines": "a predicate, or lines of a selector and a predicate",
    "checksums": "lines of a SHA-256 digest, a size and a path",
    "certificate": "an address, and the SHA-256 digest of what is there",
    "components": f"lines of a component and its path or address; components are {', '.join(COMPONENTS)}",
}
"""What a field holds, by how its value is read."""


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field of debian/models: the words that it may have, or what it holds where they are not fixed."""

    name: str
    words: tuple[str, ...]
    holds: str


@dataclass(frozen=True, slots=True)
class ShownStanza:
    """A kind of stanza of debian/models with its fields."""

    name: str
    brief: str
    fields: tuple[ShownField, ...]


class _Asked:
    """Stands for the values of a stanza, and takes note of what is asked of them."""

    def __init__(self) -> None:
        self.fields: list[ShownField] = []

    def choice(self, name: str, answers: Iterable[Enum]) -> None:
        """Take note of a field that has one of some words."""
        self.fields.append(ShownField(name, tuple(answer.value for answer in answers), ""))

    def __getattr__(self, way: str) -> object:
        """Return what takes note of a field that is read in this way."""
        if way not in HELD:
            raise AttributeError(way)

        def note(name: str) -> tuple[()]:
            self.fields.append(ShownField(name, (), HELD[way]))
            return ()

        return note


def shown_stanzas() -> tuple[ShownStanza, ...]:
    """Return every kind of stanza that debian/models may have."""
    return tuple(
        ShownStanza(name, _brief(kind.__doc__ or ""), tuple(_fields(name))) for name, kind in KINDS.items()
    )


def _brief(text: str) -> str:
    """Return the first sentence of a docstring."""
    return re.split(r"(?<=\.)\s", inspect.cleandoc(text), maxsplit=1)[0]


def _fields(kind: str) -> Iterator[ShownField]:
    asked = _Asked()
    READERS[kind]("", 0, {}, cast(Values, asked))
    yield from asked.fields

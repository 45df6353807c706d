"""The globs of debian/copyright: ``*`` is any text, ``?`` one character; ``\\`` quotes these three.

What stands between two stars is matched where it first occurs and nowhere else (an atomic group). That is
right for globs, and takes no more steps than the product of both lengths, whatever the pattern.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lintian_ml.error import DeclarationError

LONGEST = 4096
"""Characters that a glob may have: as many as a path."""

MOST = 4096
"""Globs with a wildcard that one table may hold."""


@dataclass(frozen=True, slots=True)
class Glob:
    """One glob; ``literal`` is the one path that it matches, None where it has a wildcard."""

    text: str
    pattern: re.Pattern[str]
    literal: str | None

    @classmethod
    def parse(cls, text: str) -> "Glob":
        """Parse ``text``; DeclarationError with what to write instead if it is no glob."""
        if len(text) > LONGEST:
            raise DeclarationError(f"a glob of {len(text)} characters; paths have {LONGEST} at most")
        tokens = list(_tokens(text))
        literal = None if "*" in tokens or "?" in tokens else "".join(token[-1] for token in tokens)
        return cls(text, re.compile(_expression(tokens), re.DOTALL), literal)

    def matches(self, path: str) -> bool:
        """Whether it matches the whole of ``path``."""
        return self.pattern.fullmatch(path) is not None


def _tokens(text: str) -> Iterator[str]:
    """Yield each character, with the backslash that quotes it."""
    characters = iter(text)
    for character in characters:
        if character != "\\":
            yield character
            continue
        following = next(characters, "")
        if following not in ("*", "?", "\\"):
            raise DeclarationError(f"a backslash before {following!r}; it quotes *, ? and itself only")
        yield character + following


def _expression(tokens: Iterable[str]) -> str:
    parts = [""]
    for token in tokens:
        if token == "*":
            parts.append("")
        else:
            parts[-1] += "." if token == "?" else re.escape(token[-1])
    if len(parts) == 1:
        return parts[0]
    middle = "".join(f"(?>.*?{part})" for part in parts[1:-1] if part)
    return f"{parts[0]}{middle}.*{parts[-1]}"


@dataclass(frozen=True, slots=True)
class Table:
    """Globs in the order of a file, asked which is the last that matches a path.

    ``literals`` maps each path without wildcards to the number of its owner; ``wild`` holds the other globs,
    the last first, each after the number of its own.
    """

    literals: dict[str, int] = field(default_factory=dict)
    wild: tuple[tuple[int, Glob], ...] = ()

    @classmethod
    def of(cls, owners: Iterable[Iterable[Glob]]) -> "Table":
        """Make a table of the globs of each owner, numbered from 0; wildcards beyond MOST are left out."""
        literals: dict[str, int] = {}
        wild: list[tuple[int, Glob]] = []
        for number, globs in enumerate(owners):
            for glob in globs:
                if (path := glob.literal) is not None:
                    literals[path] = number
                elif len(wild) < MOST:
                    wild.append((number, glob))
        return cls(literals, tuple(reversed(wild)))

    def last(self, path: str) -> int | None:
        """Return the number of the last owner that has a glob for ``path``, or None."""
        exact = self.literals.get(path, -1)
        for number, glob in self.wild:
            if number <= exact:
                break
            if glob.matches(path):
                return number
        return exact if exact >= 0 else None

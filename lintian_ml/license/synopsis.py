"""License expressions as debian/copyright writes them, brought into a form that license-expression understands.

There ``and`` binds more tightly than ``or``, and a comma less than both: "A or B, and C" is "(A or B) and C". Names
may have several words ("GPL-2+ with OpenSSL exception"); each is handed on as a symbol of its own.
"""

import re
from collections.abc import Iterator, Mapping

LONGEST = 4000
"""Characters of an expression."""

DEEPEST = 40
"""Parentheses within parentheses."""

OPERATORS: Mapping[str, str] = {"and": "AND", "or": "OR", "and/or": "AND", "&": "AND", "|": "OR", "||": "OR"}
"""Words between names; what is not clear ("and/or") is read as asking for more."""

TOKEN = re.compile(r"[(),]|[^\s(),]+")


def translate(synopsis: str) -> tuple[str, dict[str, str]] | None:
    """Return an expression of symbols, and the license name of each; None if it has too much of anything."""
    if len(synopsis) > LONGEST:
        return None
    symbols: dict[str, str] = {}
    parts = ["("]
    depth = 0
    bare = "OR" if re.search(r",\s*or\b", synopsis) and not re.search(r",\s*and\b", synopsis) else "AND"
    for token in _tokens(synopsis):
        depth += (token == "(") - (token == ")")
        if not 0 <= depth <= DEEPEST:
            return None
        parts.extend(_part(token, parts[-1], bare, symbols))
    return " ".join((*parts, ")")), symbols


def _part(token: str, before: str, bare: str, symbols: dict[str, str]) -> Iterator[str]:
    """Yield what stands for one token; ``bare`` is what a comma means where no operator follows it."""
    if token == ",":
        yield from (")", ",", "(")
    elif token in "()":
        yield from (token, token)
    elif token.lower() in OPERATORS:
        yield OPERATORS[token.lower()]
    else:
        symbol = f"L{len(symbols)}"
        symbols[symbol] = token
        yield symbol


def _tokens(synopsis: str) -> Iterator[str]:
    """Yield parentheses, commas, operators, and names with the spaces in them."""
    name: list[str] = []
    for token in TOKEN.findall(synopsis):
        if token not in "()," and token.lower() not in OPERATORS:
            name.append(token)
            continue
        if name:
            yield " ".join(name)
            name = []
        yield token
    if name:
        yield " ".join(name)

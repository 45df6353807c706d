"""License expressions as debian/copyright writes them, brought into a form that license-expression reads.

There ``and`` binds more tightly than ``or``, and a comma less than both: "A or B, and C" is "(A or B) and C".
Names may have several words ("GPL-2+ with OpenSSL exception"); each is handed on as one symbol.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

LONGEST = 4000
"""Characters of an expression."""

DEEPEST = 40
"""Parentheses within parentheses."""

OPERATORS: Mapping[str, str] = {"and": "AND", "or": "OR", "and/or": "AND", "&": "AND", "|": "OR", "||": "OR"}
"""Words between names; what is not clear ("and/or") is read as asking for more."""

TOKEN = re.compile(r"[(),]|[^\s(),]+")


def translate(synopsis: str) -> tuple[str, dict[str, str]] | None:
    """Return an expression of symbols, and the license name of each; None if the synopsis is none."""
    if len(synopsis) > LONGEST:
        return None
    symbols: dict[str, str] = {}
    parts, depth, comma = ["("], 0, False
    bare = "OR" if re.search(r",\s*or\b", synopsis) and not re.search(r",\s*and\b", synopsis) else "AND"
    for token in _tokens(synopsis):
        depth += (token == "(") - (token == ")")
        if not 0 <= depth <= DEEPEST:
            return None
        operator = OPERATORS.get(token.lower())
        if comma:
            parts += [")", operator or bare, "("]
        if not (comma and operator):
            parts += _part(token, operator, symbols)
        comma = token == ","
    parts.append(")")
    return (" ".join(parts), symbols) if _well_formed(parts) else None


def _well_formed(parts: Iterable[str]) -> bool:
    """Whether names and operators take turns and each parenthesis is closed.

    The parser that comes next is not to be asked: it meets the contrary with failed assertions.
    """
    depth, name_next = 0, True
    for part in parts:
        if name_next is (part in ("AND", "OR", ")")) or depth < 0:
            return False
        depth += (part == "(") - (part == ")")
        name_next = part in ("AND", "OR", "(")
    return depth == 0 and not name_next


def _part(token: str, operator: str | None, symbols: dict[str, str]) -> Iterator[str]:
    """Yield what stands for one token; a comma is put in place by what follows it."""
    if token in "()":
        yield from (token, token)
    elif operator:
        yield operator
    elif token != ",":
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

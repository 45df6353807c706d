"""Texts that a regular expression is slow on, if any are: made from the expression itself."""

import re
from collections.abc import Iterator
from itertools import product
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

MANY = 16
"""Repeats that may be as many as this can be pumped."""

TELLING = b" 0a\n\"#'{,A.-x=/\\\t_e[<:("
"""Characters to try of a class: the first that it has are taken."""

Node = tuple[Any, Any]


def pumps(pattern: re.Pattern[Any]) -> Iterator[tuple[bytes, bytes]]:
    """Yield beginnings and fragments: a beginning with the fragment behind it, repeated, may match slowly.

    The beginning matches all that stands before a repeat, the fragment what is repeated. Fragments are told
    without a beginning too, and with one that is a whole match.
    """
    source: str | bytes = pattern.pattern
    text = source if isinstance(source, str) else source.decode("latin-1")
    tree = list(_parser.parse(text, pattern.flags & ~re.UNICODE))
    whole = _example(tree)
    yield b"", whole
    found = list(_repeats(tree, b""))
    for before, fragment in found:
        yield b"", fragment
        yield before, fragment
    for (_, one), (_, other) in product(found[:6], found[:6]):
        if one != other:
            yield b"", one + other
            yield b"", one * 500 + other * 500


def _repeats(tree: list[Node], before: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the repeats of an expression: what matches before each, and what it repeats."""
    for kind, detail in tree:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            _, most, body = detail
            inner = list(body)
            if most is op.MAXREPEAT or most >= MANY:
                yield from ((before, example) for example in _examples(inner))
            yield from _repeats(inner, before)
        elif kind is op.SUBPATTERN:
            yield from _repeats(list(detail[3]), before)
        elif kind is op.ATOMIC_GROUP:
            yield from _repeats(list(detail), before)
        elif kind is op.BRANCH:
            for branch in detail[1]:
                yield from _repeats(list(branch), before)
        before += _example([(kind, detail)])


def _examples(tree: list[Node]) -> Iterator[bytes]:
    """Yield texts that an expression matches, several where it is a single class or a choice."""
    if len(tree) == 1 and tree[0][0] is op.SUBPATTERN:
        yield from _examples(list(tree[0][1][3]))
    elif len(tree) == 1 and tree[0][0] is op.BRANCH:
        for branch in tree[0][1][1]:
            yield from _examples(list(branch))
    elif len(tree) == 1 and tree[0][0] in (op.IN, op.NOT_LITERAL, op.ANY):
        yield from (bytes([byte]) for byte in _class(*tree[0])[:6])
    else:
        yield _example(tree)


def _example(tree: list[Node]) -> bytes:
    """Return a short text that an expression matches, assertions aside."""
    return b"".join(_one(kind, detail) for kind, detail in tree)


def _one(kind: Any, detail: Any) -> bytes:
    if kind is op.LITERAL:
        return bytes([detail]) if detail < 256 else b"?"
    if kind in (op.IN, op.NOT_LITERAL, op.ANY):
        return bytes(_class(kind, detail)[:1])
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        least, most, body = detail
        times: int = max(least, min(1, most))
        return _example(list(body)) * times
    if kind is op.SUBPATTERN:
        return _example(list(detail[3]))
    if kind is op.ATOMIC_GROUP:
        return _example(list(detail))
    if kind is op.BRANCH:
        return _example(list(detail[1][0]))
    return b""


def _class(kind: Any, detail: Any) -> bytes:
    """Return the characters of a class, telling ones first."""
    order = [*TELLING, *(byte for byte in range(256) if byte not in TELLING)]
    if kind is op.ANY:
        return bytes(order)
    if kind is op.NOT_LITERAL:
        return bytes(byte for byte in order if byte != detail)
    negated = detail[0][0] is op.NEGATE
    return bytes(byte for byte in order if any(_within(byte, item) for item in detail) is not negated)


_CATEGORIES = {
    op.CATEGORY_DIGIT: rb"\d",
    op.CATEGORY_NOT_DIGIT: rb"\D",
    op.CATEGORY_SPACE: rb"\s",
    op.CATEGORY_NOT_SPACE: rb"\S",
    op.CATEGORY_WORD: rb"\w",
    op.CATEGORY_NOT_WORD: rb"\W",
}


def _within(byte: int, item: Node) -> bool:
    kind, detail = item
    if kind is op.LITERAL:
        return bool(byte == detail)
    if kind is op.RANGE:
        return bool(detail[0] <= byte <= detail[1])
    return kind is op.CATEGORY and re.match(_CATEGORIES[detail], bytes([byte])) is not None
